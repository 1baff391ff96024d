//! Invitations from the printer to the residents: kelurahan staff do their part without a network, the
//! RT head has no device at all, and a phone opens what the paper says.

use std::collections::BTreeMap;

use shared::{
    booking::{self, Booking},
    bundle::Bundle,
    invitation::{Invitation, Reason, Reply, State},
};
use tests::{
    browser::{Browser, PHONE, TABLET},
    bundles::{ask_to_come, here},
    harness::{DEMO, OFFICE},
    invited::{claim, day},
    site::Site,
    steps::{ROLL, fill_date, grown_ups_of, name},
};

/// People of one RT; five fill a page and a corner of the next.
fn people() -> Vec<usize> {
    let own = &DEMO.kelurahan()[0].code;
    let people: Vec<usize> = grown_ups_of(own, ROLL).into_iter().take(5).collect();
    assert_eq!(
        people.len(),
        5,
        "the roll has five grown-ups of the kelurahan"
    );
    people
}

/// A browser does not wait for a printer in a test: that it was asked is noted.
const NO_PRINTER: &str = "window.print = () => { window.asked = (window.asked ?? 0) + 1; };";

async fn staff_of(site: &Site) -> Browser {
    let staff = site.staff(TABLET, "kelurahan.jelutung").await;
    staff.on_every_page(NO_PRINTER).await;
    staff
}

/// The codes on the papers, by name.
async fn codes(staff: &Browser) -> BTreeMap<String, String> {
    let script = "return [...document.querySelectorAll('.invite')].map(e => [\
        e.querySelector('.invite__name strong').innerText, \
        e.querySelector('.invite__code').innerText])";
    let papers: Vec<(String, String)> = staff.run(script).await;
    papers
        .into_iter()
        .map(|(name, code)| (name, code.replace(' ', "")))
        .collect()
}

/// Pages of a PDF as Chromium writes it: each is an object of its own.
fn pages(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    let all = text.matches("/Type /Page").count();
    all - text.matches("/Type /Pages").count()
}

/// Whether the sheet on A4 has room for a name that is one word of 29 letters.
async fn holds_a_long_word(staff: &Browser) -> bool {
    let script = "const sheet = document.querySelector('.sheet--handover').cloneNode(true); \
        sheet.style = 'width: 186mm; padding: 0; border: 0; box-sizing: content-box'; \
        document.body.append(sheet); \
        sheet.querySelector('tbody td:nth-child(2)').textContent = 'M'.repeat(29); \
        const wide = sheet.querySelector('table').getBoundingClientRect().width; \
        const fits = wide <= sheet.getBoundingClientRect().width + 1; \
        sheet.remove(); return fits";
    staff.run(script).await
}

#[tokio::test]
async fn a_bundle_is_printed_handed_over_and_recorded_without_a_network() {
    let mut site = Site::open(ROLL, false).await;
    let people = people();
    ask_to_come(&site, &people).await;
    let staff = staff_of(&site).await;
    staff.see("5 undangan belum dicetak").await;
    staff.kept().await;
    site.stop().await;

    // Printed: a sheet for the RT head, and two pages with five invitations.
    staff.go("/kelurahan/invitations").await;
    staff.tap("RT 05 / RW 01").await;
    staff.tap("Cetak 5 undangan").await;
    let page = staff.see("5 undangan siap dicetak").await;
    for n in &people {
        assert!(page.contains(&name(*n)), "{page}");
    }
    assert!(page.contains("Rabu, 2 Desember 2026"), "{page}");
    assert!(
        page.contains("Tanda terima undangan RT 05 / RW 01"),
        "{page}"
    );
    assert!(page.contains("Gratis"), "{page}");
    staff.tap_at("//button[contains(., 'Cetak')]").await;
    staff.until_asked_to_print().await;
    let pdf = staff.print().await;
    assert_eq!(pages(&pdf), 3);
    assert!(holds_a_long_word(&staff).await, "a long word is cut off");
    let codes = codes(&staff).await;
    assert_eq!(codes.len(), 5);
    staff.tap("Sudah tercetak").await;
    staff.see("Gunting, lalu serahkan").await;

    // Handed to the RT head.
    staff.tap("Daftar undangan").await;
    staff.tap("RT 05 / RW 01").await;
    staff.see("5 masih di kelurahan").await;
    staff.fill("Diserahkan kepada", "Pak Darmo").await;
    staff.tap("Serahkan 5 undangan").await;
    staff.see("5 di pengantar").await;
    staff.see("Pak Darmo").await;

    // One touch too much, and one to take it back.
    let given = format!(
        "//button[@aria-label=\"Undangan {} sudah sampai\"]",
        name(people[0])
    );
    staff.tap_at(&given).await;
    staff.see("4 di pengantar · 1 sampai").await;
    staff.tap("Urungkan").await;
    staff.see("5 di pengantar").await;

    // The sheet comes back: all of them, but for one who is away.
    staff.tap("Semua sampai").await;
    staff.tap("Ya, catat 5 undangan").await;
    staff.see("5 sampai").await;
    let away = people[4];
    let not = format!(
        "//button[@aria-label=\"Undangan {} tidak sampai\"]",
        name(away)
    );
    staff.tap_at(&not).await;
    staff.tap("Sedang tidak ada").await;
    staff.see("Kapan kembali").await;
    let back = "2026-12-20".parse().unwrap();
    fill_date(&staff, "Kembali tanggal", back).await;
    staff.tap("Catat tanggal kembali").await;
    staff.see("4 sampai · 1 tidak sampai").await;
    staff.tap("Ganti pengantar").await;
    staff.fill("Nama pengantar", "Bu Rini").await;
    staff.tap("Simpan pengantar").await;
    staff.see("Bu Rini").await;

    // All of it arrives.
    site.start().await;
    staff.network_back().await;
    let delivered = |i: &Invitation| matches!(i.state, State::Delivered { .. });
    site.holds::<Invitation>(OFFICE, 4, delivered).await;
    let until = "2026-12-20".parse().ok();
    let reason = Reason::Away;
    let gone = |i: &Invitation| i.state == State::Undeliverable { reason, until };
    let gone = site.holds::<Invitation>(OFFICE, 1, gone).await;
    assert_eq!(gone[0].held(), None, "another may have the seat");
    let own = DEMO.kelurahan()[0].code.clone();
    let rini = |b: &Bundle| b.of == here(&own) && b.carrier.as_str() == "Bu Rini";
    site.holds::<Bundle>(OFFICE, 1, rini).await;

    // The paper on a phone.
    let who = people[0];
    let phone = site.device(PHONE).await;
    claim(&phone, who, &codes[&name(who)]).await;
    phone.tap("Saya datang").await;
    let sure = |b: &Booking| b.state == booking::State::Confirmed && b.slot == Some(day());
    site.holds::<Booking>(OFFICE, 1, sure).await;
    let confirmed = |i: &Invitation| i.reply == Some(Reply::Confirmed);
    site.holds::<Invitation>(OFFICE, 1, confirmed).await;
    for browser in [staff, phone] {
        browser.close().await;
    }
}

/// A paper is lost and printed once more: the first code is good as well. And somebody without a phone
/// answers at the kelurahan.
#[tokio::test]
async fn a_lost_paper_is_printed_again_and_staff_answer_for_somebody() {
    let site = Site::open(ROLL, false).await;
    let people: Vec<usize> = people().into_iter().take(2).collect();
    ask_to_come(&site, &people).await;
    let staff = staff_of(&site).await;
    staff.see("2 undangan belum dicetak").await;
    staff.go("/kelurahan/print/all").await;
    staff.see("2 undangan siap dicetak").await;
    // From the browser's own menu.
    staff.print().await;
    let first = codes(&staff).await;
    staff.tap("Sudah tercetak").await;
    staff.see("Gunting, lalu serahkan").await;

    let (lost, asks) = (people[0], people[1]);
    staff.go("/kelurahan").await;
    staff.fill_at("//input[@type='search']", &name(lost)).await;
    staff.tap(&name(lost)).await;
    staff.tap("Cetak undangan ini").await;
    staff.see("1 undangan siap dicetak").await;
    staff.tap_at("//button[contains(., 'Cetak')]").await;
    staff.until_asked_to_print().await;
    let second = codes(&staff).await;
    assert_ne!(first[&name(lost)], second[&name(lost)]);

    staff.go("/kelurahan").await;
    staff.fill_at("//input[@type='search']", &name(asks)).await;
    staff.tap(&name(asks)).await;
    staff.tap("Warga setuju datang").await;
    staff.see("Jawaban: akan datang").await;
    let sure = |b: &Booking| b.state == booking::State::Confirmed && b.slot == Some(day());
    site.holds::<Booking>(OFFICE, 1, sure).await;

    let printed = |i: &Invitation| i.state == State::Printed;
    site.holds::<Invitation>(OFFICE, 2, printed).await;
    for code in [&first[&name(lost)], &second[&name(lost)]] {
        let phone = site.device(PHONE).await;
        claim(&phone, lost, code).await;
        phone.close().await;
    }
    staff.close().await;
}

/// The office moved the time after the papers went out: staff see whom to tell, and say that they did.
#[tokio::test]
async fn who_has_an_old_paper_is_told() {
    let site = Site::open(ROLL, false).await;
    let who = people()[0];
    ask_to_come(&site, &[who]).await;
    let invitation: Vec<Invitation> = site
        .holds(OFFICE, 1, |i: &Invitation| i.held().is_some())
        .await;
    let changed = Invitation {
        state: State::Delivered { to: None },
        delivered_at: Some(site.now()),
        changed: true,
        ..invitation[0].clone()
    };
    site.put(OFFICE, changed.into()).await;
    let staff = staff_of(&site).await;
    staff.tap("1 warga belum tahu waktunya berubah").await;
    let page = staff.see("Waktu baru: Rabu, 2 Desember 2026").await;
    assert!(page.contains(&name(who)), "{page}");
    let told = format!("//button[@aria-label=\"{} sudah diberi tahu\"]", name(who));
    staff.tap_at(&told).await;
    let told = |i: &Invitation| i.held().is_some() && !i.changed;
    site.holds::<Invitation>(OFFICE, 1, told).await;
    staff
        .until("the duty list", |text| {
            !text.contains("belum tahu waktunya")
        })
        .await;
    staff.close().await;
}
