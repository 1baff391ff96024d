//! Whoever has booked from this phone before books again in five touches, counted by the page.

use shared::booking::{Booking, State};
use tests::{
    browser::PHONE,
    harness::OFFICE,
    site::Site,
    steps::{ROLL, grown_up, name, up_to_review},
};

const MOST: u32 = 5;

#[tokio::test]
async fn a_returning_resident_books_in_five_touches() {
    let site = Site::open(ROLL, false).await;
    let phone = site.device(PHONE).await;
    up_to_review(&phone, grown_up(0)).await;
    phone.tap("Kirim pesanan").await;
    phone.see("Jadwal Anda dipastikan").await;
    phone.go("/bookings").await;
    phone.tap(&name(grown_up(0))).await;
    phone.tap("Batalkan").await;
    phone.tap("Ya, batalkan").await;
    site.holds::<Booking>(OFFICE, 1, |b| b.state == State::Cancelled)
        .await;
    phone.see("dibatalkan").await;
    phone.kept().await;

    phone.go("/").await;
    phone
        .run::<bool>(
            "window.touches = 0; addEventListener('pointerdown', event => { \
             window.touches += event.isTrusted ? 1 : 0 }, true); return true",
        )
        .await;
    phone.tap("Pesan jadwal").await;
    phone.tap(&name(grown_up(0))).await;
    // The first day with a free seat is open already.
    phone
        .tap_at("(//ul[contains(@class, 'slots')]//button[not(@disabled)])[1]")
        .await;
    phone.tap("Lanjut").await;
    phone.tap("Kirim pesanan").await;
    phone.see("Jadwal Anda dipastikan").await;
    site.holds::<Booking>(OFFICE, 1, |b| b.state == State::Confirmed)
        .await;
    let touches: u32 = phone.run("return window.touches").await;
    assert!((1..=MOST).contains(&touches), "{touches} touches");
    phone.close().await;
}
