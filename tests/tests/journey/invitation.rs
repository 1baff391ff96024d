//! From the code on a paper to an answer, and from a day that the office takes away to another one.

use chrono::TimeDelta;
use shared::{
    booking::{self, Booking},
    command::Command,
    flag::Flag,
    invitation::{Invitation, Reply},
    office::Office,
    session::Details,
    visit::Visit,
};
use tests::{
    browser::{PHONE, TABLET},
    harness::OFFICE,
    invited::{claim, day, invite, invite_for_today, invite_to_village, lose_the_day, slot},
    site::Site,
    steps::{ROLL, grown_up, name, pick},
};

/// Waits for the invitation with this answer.
async fn answered(site: &Site, reply: Reply) -> Invitation {
    let fits = |i: &Invitation| i.reply == Some(reply);
    let invitation = site.holds(OFFICE, 1, fits).await.remove(0);
    assert_eq!(invitation.held(), None);
    invitation
}

#[tokio::test]
async fn the_code_of_a_paper_opens_the_invitation_and_one_touch_takes_the_time() {
    let site = Site::open(ROLL, false).await;
    let who = grown_up(0);
    let code = invite(&site, who).await;
    let phone = site.device(PHONE).await;
    claim(&phone, who, &code).await;
    let page = phone.see("Saya datang").await;
    assert!(page.contains(&name(who)), "{page}");
    assert!(page.contains("Rabu, 2 Desember 2026"), "{page}");
    assert!(page.contains("Gratis"), "{page}");
    phone.tap("Saya datang").await;

    let sure = |b: &Booking| b.state == booking::State::Confirmed && b.slot == Some(day());
    site.holds::<Booking>(OFFICE, 1, sure).await;
    answered(&site, Reply::Confirmed).await;
    let seats = slot(&site, day()).await.unwrap();
    assert_eq!((seats.held, seats.booked, seats.freed), (0, 1, 0));
    phone.see("Anda sudah punya jadwal").await;
    phone.tap("Lihat pesanan").await;
    phone.see("Kode tiket").await;
    phone.find("//*[local-name()='svg'][@role='img']").await;
    phone.close().await;
}

#[tokio::test]
async fn somebody_who_cannot_come_is_asked_once_and_gives_the_seat_back() {
    let site = Site::open(ROLL, false).await;
    let who = grown_up(0);
    let code = invite(&site, who).await;
    let phone = site.device(PHONE).await;
    claim(&phone, who, &code).await;
    phone.tap("Tidak bisa").await;
    phone.see("Anda tidak bisa datang?").await;
    phone.tap("Tidak jadi").await;
    phone.see("Saya datang").await;
    phone.tap("Tidak bisa").await;
    phone.tap("Ya, lepas").await;

    answered(&site, Reply::Declined).await;
    let seats = slot(&site, day()).await.unwrap();
    assert_eq!((seats.held, seats.booked, seats.freed), (0, 0, 1));
    phone.see("Anda menjawab tidak bisa datang").await;
    // Another time is still open to them.
    phone.tap("Pilih waktu lain").await;
    phone.see(&format!("Untuk {}", name(who))).await;
    phone.close().await;
}

#[tokio::test]
async fn another_time_is_chosen_without_typing_anything_again() {
    let site = Site::open(ROLL, false).await;
    let who = grown_up(0);
    let code = invite(&site, who).await;
    let phone = site.device(PHONE).await;
    claim(&phone, who, &code).await;
    phone.tap("Pilih waktu lain").await;
    phone.see(&format!("Untuk {}", name(who))).await;
    pick(&phone).await;
    phone.tap("Lanjut").await;
    phone.see("Periksa lagi").await;
    phone.tap("Kirim pesanan").await;
    phone.see("Jadwal Anda dipastikan").await;

    answered(&site, Reply::Moved).await;
    let other = |b: &Booking| {
        b.state == booking::State::Confirmed && b.slot.is_some_and(|slot| slot != day())
    };
    site.holds::<Booking>(OFFICE, 1, other).await;
    let seats = slot(&site, day()).await.unwrap();
    assert_eq!((seats.held, seats.booked, seats.freed), (0, 0, 1));
    phone.close().await;
}

#[tokio::test]
async fn an_answer_without_a_network_is_kept_and_the_village_stands_on_the_ticket() {
    let mut site = Site::open(ROLL, false).await;
    let who = grown_up(0);
    let (session, code) = invite_to_village(&site, who).await;
    let phone = site.device(PHONE).await;
    claim(&phone, who, &code).await;
    phone.see(&session.what.place).await;
    phone.kept().await;
    site.stop().await;

    phone.go("/").await;
    phone.see(&session.what.place).await;
    phone.tap("Buka undangan").await;
    phone.tap("Saya datang").await;
    let page = phone.see("Belum pasti sampai kantor menjawab").await;
    assert!(page.contains("Jawaban Anda: Saya datang"), "{page}");
    assert!(!page.contains("Anda sudah punya jadwal"), "{page}");

    site.start().await;
    phone.network_back().await;
    let sure = |b: &Booking| {
        b.state == booking::State::Confirmed
            && (b.slot, b.session) == (Some(day()), Some(session.id))
    };
    site.holds::<Booking>(OFFICE, 1, sure).await;
    answered(&site, Reply::Confirmed).await;
    phone.see("Anda sudah punya jadwal").await;
    phone.tap("Lihat pesanan").await;
    let ticket = phone.see("Kode tiket").await;
    assert!(ticket.contains(&session.what.place), "{ticket}");
    phone.close().await;
}

#[tokio::test]
async fn whose_village_day_the_office_moved_says_yes_to_the_new_one() {
    let mut site = Site::open(ROLL, false).await;
    let who = grown_up(0);
    let (session, code) = invite_to_village(&site, who).await;
    let phone = site.device(PHONE).await;
    claim(&phone, who, &code).await;
    phone.tap("Saya datang").await;
    phone.see("Anda sudah punya jadwal").await;
    phone.tap("Lihat pesanan").await;
    phone.see("Kode tiket").await;

    let office = site.rows::<Office>(OFFICE).await.remove(0);
    let what = Details {
        date: session.what.date + TimeDelta::days(1),
        ..session.what.clone()
    };
    let moved = session.changed(&office, what);
    site.put(OFFICE, moved.into()).await;
    let booking = site.rows::<Booking>(OFFICE).await.remove(0).id;
    site.say(OFFICE, vec![Command::FollowSession { booking }])
        .await;
    let page = phone.see("Kantor mengganti waktu atau tempat").await;
    assert!(page.contains("Kamis, 3 Desember 2026"), "{page}");
    site.holds::<Booking>(OFFICE, 1, |b| b.moved_by_office)
        .await;
    phone.kept().await;

    site.stop().await;
    phone.tap("Saya datang").await;
    phone.see("Belum pasti sampai kantor menjawab").await;
    site.start().await;
    phone.network_back().await;
    let agreed = |b: &Booking| {
        let day = b.slot.map(|slot| slot.date().to_string());
        !b.moved_by_office && day.as_deref() == Some("2026-12-03")
    };
    site.holds::<Booking>(OFFICE, 1, agreed).await;
    let page = phone.see("Jadwal Anda dipastikan").await;
    assert!(!page.contains("Kantor mengganti"), "{page}");
    phone.close().await;
}

#[tokio::test]
async fn of_the_seats_kept_for_somebody_whose_day_is_gone_one_is_chosen_without_a_network() {
    let mut site = Site::open(ROLL, false).await;
    let phone = site.device(PHONE).await;
    let id = lose_the_day(&site, &phone, grown_up(0)).await;
    let offered = |b: &Booking| b.id == id && b.state == booking::State::Offered;
    let offer = site
        .holds(OFFICE, 1, offered)
        .await
        .remove(0)
        .offer
        .expect("seats are kept");
    phone.go("/").await;
    let page = phone.see("Kantor tidak bisa melayani hari Anda").await;
    assert!(page.contains("Listrik padam"), "{page}");
    let shown = "//article//button[contains(@class, 'btn--primary')]";
    phone.find(shown).await;
    phone.kept().await;
    site.stop().await;

    phone.tap_at(&format!("({shown})[1]")).await;
    phone.see("Jawaban Anda").await;
    phone.see("Belum pasti sampai kantor menjawab").await;
    site.start().await;
    phone.network_back().await;
    let first = offer.slots.first().copied();
    let taken = |b: &Booking| {
        b.id == id && b.state == booking::State::Confirmed && b.slot == first && b.offer.is_none()
    };
    site.holds::<Booking>(OFFICE, 1, taken).await;
    phone.see("Buka tiket").await;
    phone.close().await;
}

#[tokio::test]
async fn whoever_comes_with_the_paper_alone_is_found_by_name_and_sits_on_the_seat_that_was_kept() {
    let mut site = Site::open(ROLL, false).await;
    let (resident, code) = invite_for_today(&site).await;
    let who = resident.name.as_str();
    let tablet = site.staff(TABLET, "operator.jelutung").await;
    tablet.see(who).await;
    tablet.see("Diundang, belum menjawab").await;
    tablet.kept().await;
    site.stop().await;

    tablet.go("/desk/scan").await;
    tablet.fill("Kode tiket", &code).await;
    tablet.see("bukan tiket").await;
    tablet.tap("Cari nama").await;
    tablet.tap(who).await;
    tablet.see("Diundang untuk hari ini").await;
    tablet.tap("Konfirmasi datang").await;
    tablet.see("Nomor antrean").await;

    site.start().await;
    let came = |v: &Visit| v.resident == resident.id;
    site.holds::<Visit>(OFFICE, 1, came).await;
    answered(&site, Reply::Came).await;
    let flags: Vec<Flag> = site.rows(OFFICE).await;
    assert!(flags.is_empty(), "{flags:?}");
    tablet.close().await;
}
