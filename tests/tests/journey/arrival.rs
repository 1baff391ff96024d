//! Tablets confirm arrivals with the server gone; two of them the same one.

use shared::{
    booking::{Booking, State},
    flag::{self, Flag},
    ids::ResidentId,
    resident::Resident,
    row::Of,
    visit::Visit,
};
use tests::{
    browser::{Browser, PHONE, TABLET},
    harness::OFFICE,
    site::Site,
    steps::ROLL,
};

/// All rows of one kind at the server.
async fn rows<T: Of + Clone>(site: &Site) -> Vec<T> {
    let db = &site.app.as_ref().unwrap().backend.db;
    let mut tx = db.read().await.unwrap();
    let rows = server::store::rows::all(&mut tx, OFFICE, T::ENTITY)
        .await
        .unwrap();
    rows.iter().filter_map(T::of).cloned().collect()
}

/// Waits until the server holds so many rows that fit.
async fn holds<T: Of + Clone>(site: &Site, count: usize, fits: impl Fn(&T) -> bool) {
    let end = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
    loop {
        let found = rows::<T>(site).await.iter().filter(|row| fits(row)).count();
        if found == count {
            return;
        }
        let kind = T::ENTITY.as_str();
        assert!(
            tokio::time::Instant::now() < end,
            "{found} rows of {kind} fit, not {count}"
        );
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// Somebody who is expected today, by name.
async fn expected(site: &Site) -> (Booking, String) {
    let today = "2026-11-23".parse().unwrap();
    let is_due =
        |b: &&Booking| b.state == State::Confirmed && b.slot.is_some_and(|s| s.date() == today);
    let bookings: Vec<Booking> = rows(site).await;
    let booking = bookings
        .iter()
        .find(is_due)
        .expect("the demo has bookings for today")
        .clone();
    let name_of = |id: ResidentId, all: Vec<Resident>| {
        all.into_iter()
            .find(|r| r.id == id)
            .unwrap()
            .name
            .as_str()
            .to_owned()
    };
    let name = name_of(booking.resident, rows(site).await);
    (booking, name)
}

/// Confirms somebody of today's list in two touches.
async fn confirm(tablet: &Browser, who: &str) {
    tablet.tap(who).await;
    tablet.tap("Konfirmasi datang").await;
    tablet.see("Nomor antrean").await;
}

#[tokio::test]
async fn an_arrival_confirmed_without_a_network_reaches_the_office_later() {
    let mut site = Site::open(ROLL, true).await;
    let (booking, who) = expected(&site).await;
    let tablet = site.staff(TABLET, "operator.jelutung").await;
    tablet.see(&who).await;
    tablet.kept().await;
    site.stop().await;
    // A tablet that was switched off opens with nobody there.
    tablet.go("/desk").await;
    confirm(&tablet, &who).await;
    site.start().await;
    holds::<Visit>(&site, 1, |v| v.booking == Some(booking.id)).await;
    tablet.close().await;
}

#[tokio::test]
async fn two_tablets_with_the_same_ticket_make_one_arrival_and_one_flag() {
    let mut site = Site::open(ROLL, true).await;
    let (booking, who) = expected(&site).await;
    let first = site.staff(TABLET, "operator.jelutung").await;
    first.see(&who).await;
    let second = site.staff(TABLET, "operator2.jelutung").await;
    second.see(&who).await;
    site.stop().await;
    confirm(&first, &who).await;
    confirm(&second, &who).await;
    site.start().await;
    holds::<Visit>(&site, 2, |v| v.booking == Some(booking.id)).await;
    holds::<Visit>(&site, 1, |v| {
        v.booking == Some(booking.id) && v.repeats.is_none()
    })
    .await;
    let twice = |f: &Flag| f.kind == flag::Kind::ArrivedTwice && f.subject == booking.id.0;
    holds::<Flag>(&site, 1, twice).await;
    let head = site.staff(PHONE, "head.jelutung").await;
    head.see("dua kali").await;
    for browser in [first, second, head] {
        browser.close().await;
    }
}
