//! Tablets confirm arrivals with the server gone; two of them the same one.

use shared::{
    booking::{Booking, State},
    flag::{self, Flag},
    visit::Visit,
};
use tests::{
    browser::{PHONE, TABLET},
    harness::OFFICE,
    site::Site,
    steps::{ROLL, alone_at_the_desk, confirm, expected},
};

#[tokio::test]
async fn an_arrival_confirmed_without_a_network_reaches_the_office_later() {
    let mut site = Site::open(ROLL, true).await;
    let (tablet, booking, who) = alone_at_the_desk(&mut site).await;
    // A tablet that was switched off opens with nobody there.
    tablet.go("/desk").await;
    confirm(&tablet, &who).await;
    site.start().await;
    site.holds::<Visit>(OFFICE, 1, |v| v.booking == Some(booking.id))
        .await;
    tablet.close().await;
}

#[tokio::test]
async fn two_tablets_with_the_same_ticket_make_one_arrival_and_one_flag() {
    let mut site = Site::open(ROLL, true).await;
    let (booking, who) = expected(&site, OFFICE).await;
    let first = site.staff(TABLET, "operator.jelutung").await;
    first.see(&who).await;
    let second = site.staff(TABLET, "operator2.jelutung").await;
    second.see(&who).await;
    site.stop().await;
    confirm(&first, &who).await;
    confirm(&second, &who).await;
    site.start().await;
    site.holds::<Visit>(OFFICE, 2, |v| v.booking == Some(booking.id))
        .await;
    site.holds::<Visit>(OFFICE, 1, |v| {
        v.booking == Some(booking.id) && v.repeats.is_none()
    })
    .await;
    let twice = |f: &Flag| f.kind == flag::Kind::ArrivedTwice && f.subject == booking.id.0;
    site.holds::<Flag>(OFFICE, 1, twice).await;
    let head = site.staff(PHONE, "head.jelutung").await;
    head.see("dua kali").await;
    for browser in [first, second, head] {
        browser.close().await;
    }
}

#[tokio::test]
async fn an_arrival_of_the_wrong_person_is_taken_back_and_the_booking_stands_again() {
    let site = Site::open(ROLL, true).await;
    let (booking, who) = expected(&site, OFFICE).await;
    let tablet = site.staff(TABLET, "operator.jelutung").await;
    tablet.see(&who).await;
    confirm(&tablet, &who).await;
    site.holds::<Visit>(OFFICE, 1, |v| v.booking == Some(booking.id))
        .await;
    tablet.go("/desk/queue").await;
    tablet
        .tap_at(&format!(
            "//li[contains(@class, 'queue__item')][contains(., \"{who}\")]//button[contains(., 'Keliru')]"
        ))
        .await;
    tablet.tap("Salah orang").await;
    site.holds::<Visit>(OFFICE, 1, |v| {
        v.booking == Some(booking.id) && v.state.is_taken_back()
    })
    .await;
    site.holds::<Booking>(OFFICE, 1, |b| {
        b.id == booking.id && b.state == State::Confirmed && b.slot == booking.slot
    })
    .await;
    tablet.go("/desk").await;
    tablet.see(&who).await;
    tablet.close().await;
}
