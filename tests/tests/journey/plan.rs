//! The head plans: a period is split and confirmed, a village gets a day, a day is closed and the
//! people on it are offered others; and the figures say what the rows say.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use shared::{
    booking::{Booking, State, Why},
    invitation::{self, Invitation},
    office::{Kelurahan, Office},
    plan::Plan,
    resident::Resident,
    row::Row,
    session::{Item, Session},
};
use tests::{
    browser::{Browser, DESKTOP, TABLET},
    harness::{DEMO, OFFICE},
    site::Site,
    steps::{ROLL, fill_date},
};

/// The first Monday for which paper can still be carried, and a Monday two weeks later.
const FIRST: &str = "2026-11-30";
const LATER: &str = "2026-12-14";
const LATER_WORDS: &str = "Senin, 14 Desember 2026";

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Who is 17 or married on a day, counted from the birth dates that no head's device has.
async fn due(site: &Site, on: NaiveDate) -> Vec<Resident> {
    let mut all: Vec<Resident> = site.rows(OFFICE).await;
    all.retain(|r| {
        let birth = r.birth.map(|birth| birth.date());
        let is_17 = |born: NaiveDate| {
            let years = on.year() - born.year();
            let had_birthday = (on.month(), on.day()) >= (born.month(), born.day());
            years > 17 || years == 17 && had_birthday
        };
        r.married || birth.is_none_or(is_17)
    });
    all
}

/// Who is to be invited: neither recorded nor booked, and the field did not find them gone.
async fn to_invite(site: &Site, on: NaiveDate) -> usize {
    let invitations: Vec<Invitation> = site.rows(OFFICE).await;
    let is_open = |r: &&Resident| {
        let invitation = invitations.iter().find(|i| Some(i.id) == r.invitation);
        invitation.is_none_or(|i| i.is_open() && i.held().is_none())
    };
    let people = due(site, on).await;
    let waits = |r: &&Resident| r.recorded_on.is_none() && r.active.is_none();
    people.iter().filter(waits).filter(is_open).count()
}

/// The table's proposal, and where the first kelurahan's first day went.
async fn propose_and_move(head: &Browser) -> String {
    head.tap("Usulkan pembagian").await;
    head.see("Siapa datang kapan").await;
    let button = head
        .find("(//button[starts-with(@aria-label, 'Pindahkan ')])[1]")
        .await;
    let label = button.attr("aria-label").await.unwrap().unwrap();
    let (name, _) = label
        .trim_start_matches("Pindahkan ")
        .split_once(',')
        .unwrap();
    head.tap_at("(//button[starts-with(@aria-label, 'Pindahkan ')])[1]")
        .await;
    head.see("Yang sudah diundang tetap").await;
    head.fill("Ke tanggal", LATER).await;
    head.tap_at("//dialog//button[contains(., 'Pindahkan')]")
        .await;
    head.find(&format!(
        "//button[@aria-label='Pindahkan {name}, {LATER_WORDS}']"
    ))
    .await;
    name.to_owned()
}

#[tokio::test]
async fn a_period_is_split_moved_and_confirmed_and_another_heads_plan_is_not_lost() {
    let site = Site::open(ROLL, false).await;
    let head = site.staff(DESKTOP, "head.jelutung").await;
    head.see("Per kelurahan").await;
    head.tap("Rencana").await;
    let people = to_invite(&site, date(FIRST)).await;
    assert!(people > 10, "{people} people to invite");
    head.see(&format!("{people} orang perlu diundang")).await;
    head.see("Belum ada rencana").await;

    let name = propose_and_move(&head).await;
    head.tap("Konfirmasi rencana ini").await;
    head.see("Diterima kantor").await;
    let plan = site
        .holds::<Plan>(OFFICE, 1, |p| p.version == 1)
        .await
        .remove(0);
    let own = DEMO
        .kelurahan()
        .into_iter()
        .find(|k| k.name == name)
        .unwrap();
    let moved = |d: NaiveDate| {
        let parts = plan.parts.iter().filter(move |p| p.slot.date() == d);
        parts
            .filter(|p| p.kelurahan == own.code)
            .map(|p| p.seats)
            .sum::<u16>()
    };
    assert!(moved(date(LATER)) > 0, "{plan:?}");
    assert_eq!(moved(date(FIRST)), 0, "{plan:?}");
    let seats: usize = plan.parts.iter().map(|p| usize::from(p.seats)).sum();
    assert_eq!(seats, people, "everybody has a place: the weeks have room");
    // An hour has eight seats: a quarter stays for walk-ins, a quarter for whoever books.
    let mut by_hour = std::collections::BTreeMap::<_, u16>::new();
    for part in &plan.parts {
        *by_hour.entry(part.slot).or_default() += part.seats;
    }
    assert!(by_hour.values().all(|seats| *seats <= 4), "{by_hour:?}");

    // Somebody else confirms meanwhile: what is on this table is not saved over it.
    head.tap("Usulkan pembagian").await;
    let other = Plan {
        version: plan.version + 1,
        parts: Vec::new(),
        ..plan.clone()
    };
    head.see("kantor membagikan tempat").await;
    site.put(OFFICE, Row::Plan(other)).await;
    head.tap("Konfirmasi rencana ini").await;
    head.see("Rencana sudah diubah orang lain").await;
    head.tap("Lihat rencana baru").await;
    head.see("Belum ada rencana").await;
    site.holds::<Plan>(OFFICE, 1, |p| p.parts.is_empty()).await;
    head.close().await;
}

#[tokio::test]
async fn a_plan_that_was_confirmed_without_a_network_arrives() {
    let mut site = Site::open(ROLL, false).await;
    let head = site.staff(TABLET, "head.jelutung").await;
    head.see("Per kelurahan").await;
    head.kept().await;
    site.stop().await;
    head.go("/head/plan").await;
    head.see("orang perlu diundang").await;
    propose_and_move(&head).await;
    head.tap("Konfirmasi rencana ini").await;
    head.see("menunggu jawaban kantor").await;
    head.kept().await;
    site.start().await;
    head.network_back().await;
    site.holds::<Plan>(OFFICE, 1, |p| p.version == 1).await;
    head.see("Ini rencana yang berlaku").await;
    head.close().await;
}

#[tokio::test]
async fn a_day_in_a_village_is_planned_within_the_law_and_made_ready() {
    let site = Site::open(ROLL, false).await;
    let head = site.staff(TABLET, "head.jelutung").await;
    head.see("Per kelurahan").await;
    head.tap("Keliling").await;
    head.see("Belum ada hari keliling").await;
    head.tap("Rencanakan hari keliling").await;
    head.fill("Tempat", "Balai Desa Sukadamai").await;
    head.tap_at(&format!(
        "//label[normalize-space(.)=\"{}\"]",
        DEMO.kelurahan()[0].name
    ))
    .await;
    head.fill("Selesai", "17.00").await;
    head.see("Lebih dari 7 jam kerja").await;
    head.fill("Selesai", "15.30").await;
    head.until("the law is content", |text| {
        !text.contains("Lebih dari 7 jam")
    })
    .await;
    // Seven hours, four people an hour.
    head.see("28 kursi di tempat ini").await;
    head.tap_at("//main//button[contains(., 'Rencanakan')]")
        .await;
    head.see("0 dari 5 siap").await;
    head.tap("Balai Desa Sukadamai").await;
    for item in ["Alat rekam", "Genset", "Jaringan", "Blanko", "Surat tugas"] {
        head.tap_at(&format!("//label[contains(., '{item}')]"))
            .await;
    }
    let ready = |s: &Session| Item::ALL.iter().all(|item| s.checklist.has(*item));
    let session = site.holds::<Session>(OFFICE, 1, ready).await.remove(0);
    assert_eq!(session.what.place, "Balai Desa Sukadamai");
    assert_eq!(
        session.what.kelurahan,
        vec![DEMO.kelurahan()[0].code.clone()]
    );

    head.tap("Batalkan hari keliling").await;
    head.tap("Ya, batalkan").await;
    head.see("Tulis alasannya").await;
    head.fill("Alasan", "Jembatan putus").await;
    head.tap("Ya, batalkan").await;
    head.see("Hari keliling ini dibatalkan").await;
    let cancelled = |s: &Session| s.cancelled.as_deref() == Some("Jembatan putus");
    site.holds::<Session>(OFFICE, 1, cancelled).await;
    head.close().await;
}

#[tokio::test]
async fn closing_a_day_offers_others_and_says_beforehand_whom_it_moves() {
    let site = Site::open(ROLL, true).await;
    let day = date("2026-11-24");
    let head = site.staff(DESKTOP, "head.jelutung").await;
    head.see("Per kelurahan").await;
    let on_day =
        |b: &Booking| b.state == State::Confirmed && b.slot.is_some_and(|slot| slot.date() == day);
    let all: Vec<Booking> = site.rows(OFFICE).await;
    let count = all.iter().filter(|b| on_day(b)).count();
    assert!(count > 3, "the demo has bookings for tomorrow: {count}");

    head.tap("Hari kerja").await;
    fill_date(&head, "Tanggal", day).await;
    head.see(&format!("{count} orang dengan janji")).await;
    head.tap("Lanjut").await;
    head.see("Tulis alasannya").await;
    head.fill("Alasan", "Listrik padam").await;
    head.tap("Lanjut").await;
    head.see("Tutup kantor Selasa, 24 November?").await;
    head.see("Alasan: Listrik padam").await;
    head.tap("Ya, tutup 24 November").await;
    head.see("Tutup: Listrik padam").await;
    let closed = |o: &Office| o.settings.closed.iter().any(|c| c.date == day);
    site.holds::<Office>(OFFICE, 1, closed).await;
    site.tick().await;
    let until = |b: &Booking| -> Option<DateTime<Utc>> {
        b.offer
            .as_ref()
            .filter(|o| o.why == Why::DayChanged)
            .map(|o| o.until)
    };
    let offered = |b: &Booking| b.state == State::Offered && until(b).is_some();
    let offers = site.holds::<Booking>(OFFICE, count, offered).await;
    assert!(
        offers
            .iter()
            .all(|b| b.offer.as_ref().is_some_and(|o| o.slots.len() == 3))
    );
    head.see("ditawari").await;
    let waiting = format!("Belum menjawab {count}");
    head.until(&waiting, |text| text.replace('\n', " ").contains(&waiting))
        .await;

    head.tap("Kembali seperti biasa").await;
    head.see("Semua hari berjalan seperti biasa").await;
    site.holds::<Office>(OFFICE, 1, |o| !closed(o)).await;
    head.close().await;
}

#[tokio::test]
async fn the_figures_are_those_of_the_rows_and_name_who_has_no_paper() {
    let site = Site::open(ROLL, true).await;
    let head = site.staff(DESKTOP, "head.jelutung").await;
    head.see("Per kelurahan").await;
    let people = due(&site, date("2026-11-23")).await;
    let recorded = people.iter().filter(|r| r.recorded_on.is_some()).count();
    head.tap("Capaian").await;
    head.see(&format!(
        "{recorded} dari {} wajib KTP terekam",
        people.len()
    ))
    .await;
    // By name, whoever waits and has no paper in hand.
    let invitations: Vec<Invitation> = site.rows(OFFICE).await;
    let is_given = |r: &Resident| {
        let invitation = invitations.iter().find(|i| Some(i.id) == r.invitation);
        invitation.is_some_and(|i| matches!(i.state, invitation::State::Delivered { .. }))
    };
    let waits = |r: &Resident| r.active.is_none() && r.recorded_on.is_none();
    let of = |place: &Kelurahan| -> Vec<&Resident> {
        let own = people
            .iter()
            .filter(|r| r.kelurahan.as_ref() == Some(&place.code));
        own.filter(|r| waits(r) && !is_given(r)).collect()
    };
    let all = DEMO.kelurahan();
    let mut places = all.iter().map(|place| (place, of(place)));
    let (place, missing) = places
        .find(|(_, missing)| !missing.is_empty())
        .expect("somebody of the demo has no paper");
    head.tap_at(&format!(
        "//table//button[normalize-space(.)=\"{}\"]",
        place.name
    ))
    .await;
    head.see(&format!("Per RT, {}", place.name)).await;
    let list = head.see("Mengapa belum").await;
    assert!(list.contains(&format!("{} orang", missing.len())), "{list}");
    for one in missing {
        let name = one.name.as_str();
        assert!(list.contains(name), "{name} in {list}");
    }
    head.close().await;
}
