//! Another office in another zone: its own hours, in its own time.

use server::demo::{DemoOffice, residents};
use shared::booking::{Booking, State};
use tests::{
    browser::PHONE,
    harness::OTHER_OFFICE,
    site::Site,
    steps::{ROLL, draft, up_to_review_at},
};

#[tokio::test]
async fn samarinda_books_in_its_own_time() {
    let site = Site::open(ROLL, false).await;
    let today = "2026-11-23".parse().unwrap();
    let who = residents(DemoOffice::SamarindaIlir, ROLL)
        .into_iter()
        .rev()
        .map(draft)
        .find(|d| d.birth.is_some_and(|birth| birth.age_on(today) >= 18))
        .unwrap();
    let phone = site.device(PHONE).await;
    up_to_review_at(&phone, "Kecamatan Samarinda Ilir", &who).await;
    let review = phone.see("WITA").await;
    assert!(!review.contains("WIB"), "{review}");
    phone.tap("Kirim pesanan").await;
    phone.see("Jadwal Anda dipastikan").await;
    let booking = site
        .holds::<Booking>(OTHER_OFFICE, 1, |b| b.state == State::Confirmed)
        .await
        .remove(0);
    // The hour that the phone shows is the office's own, whatever the phone's zone.
    let hour = booking.slot.unwrap().local().format("%H.%M").to_string();
    let ticket = phone.see("WITA").await;
    assert!(ticket.contains(&hour), "{hour}: {ticket}");
    phone.close().await;
}
