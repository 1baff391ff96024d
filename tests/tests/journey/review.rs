//! A NIK that is booked already: the phone hears that the office will look, staff decide.

use chrono::TimeDelta;
use shared::booking::{Booking, State};
use tests::{
    browser::{Browser, PHONE},
    harness::{DEMO, OFFICE},
    site::Site,
    steps::{ROLL, grown_ups_of, name, up_to_review},
};

/// Asks for a booking and waits for the sentence that says how it went.
async fn ask(phone: &Browser, n: usize, answer: &str) {
    up_to_review(phone, n).await;
    phone.tap("Kirim pesanan").await;
    phone.see(answer).await;
}

#[tokio::test]
async fn a_doubtful_request_is_decided_by_the_kelurahan_and_the_phone_says_so() {
    let site = Site::open(ROLL, false).await;
    let n = grown_ups_of(&DEMO.kelurahan()[0].code, ROLL)[0];
    let first = site.device(PHONE).await;
    ask(&first, n, "Jadwal Anda dipastikan").await;
    let second = site.device(PHONE).await;
    ask(&second, n, "Kantor akan memeriksa").await;
    let doubtful = |b: &Booking| b.state == State::Requested { review: true };
    let booking = site.holds::<Booking>(OFFICE, 1, doubtful).await.remove(0);
    assert!(!booking.seated, "a doubtful request holds no seat");

    // By then the server has seen that the phone follows this person.
    site.clock.advance(TimeDelta::minutes(1));
    let staff = site.staff(PHONE, "kelurahan.jelutung").await;
    staff.tap("Lihat permintaan").await;
    staff.tap(&name(n)).await;
    staff.tap("Tolak").await;
    let rejected = |b: &Booking| b.id == booking.id && b.state == State::Rejected;
    site.holds::<Booking>(OFFICE, 1, rejected).await;
    second.see("Pesanan tidak diterima").await;
    // The right one keeps its seat.
    site.holds::<Booking>(OFFICE, 1, |b| b.state == State::Confirmed)
        .await;
    for browser in [first, second, staff] {
        browser.close().await;
    }
}

#[tokio::test]
async fn once_the_first_booking_is_cancelled_the_doubtful_one_can_be_accepted() {
    let site = Site::open(ROLL, false).await;
    let n = grown_ups_of(&DEMO.kelurahan()[0].code, ROLL)[0];
    let first = site.device(PHONE).await;
    ask(&first, n, "Jadwal Anda dipastikan").await;
    let second = site.device(PHONE).await;
    ask(&second, n, "Kantor akan memeriksa").await;
    first.go("/bookings").await;
    first.tap(&name(n)).await;
    first.tap("Batalkan").await;
    first.tap("Ya, batalkan").await;
    site.holds::<Booking>(OFFICE, 1, |b| b.state == State::Cancelled)
        .await;

    // By then the server has seen that the phone follows this person.
    site.clock.advance(TimeDelta::minutes(1));
    let staff = site.staff(PHONE, "kelurahan.jelutung").await;
    staff.tap("Lihat permintaan").await;
    staff.tap(&name(n)).await;
    staff.tap("Terima").await;
    site.holds::<Booking>(OFFICE, 1, |b| b.state == State::Confirmed && b.verified)
        .await;
    second.see("Jadwal Anda dipastikan").await;
    for browser in [first, second, staff] {
        browser.close().await;
    }
}
