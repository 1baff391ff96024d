//! The stream says "poke" to those whom a change concerns, and to nobody else.

use std::time::Duration;

use reqwest::Response;
use shared::{
    booking::{Booking, State},
    command::{Command, DayChange, SetDay},
    sync::OpResult,
};
use tests::harness::{TestApp, booking, person, rows};
use tokio::time::timeout;

const EVENTS: &str = "/api/v1/sync/events";
const LONG: Duration = Duration::from_secs(20);

/// Reads until this comes; `false` when the stream ends first.
async fn hears(stream: &mut Response, what: &str) -> bool {
    let mut heard = String::new();
    let waiting = async {
        while let Some(part) = stream.chunk().await.unwrap() {
            heard.push_str(&String::from_utf8_lossy(&part));
            if heard.contains(what) {
                return true;
            }
        }
        false
    };
    timeout(LONG, waiting).await.expect("nothing came")
}

#[tokio::test]
async fn only_whom_it_concerns() {
    let app = TestApp::with(|config| config.heartbeat = Duration::from_millis(200)).await;
    let (mut one, mut other) = (app.phone(), app.phone());
    one.say(&booking(person(0), &["2026-11-25T08:30"])).await;
    other.say(&booking(person(1), &["2026-11-25T08:30"])).await;
    let head = app.signed_in("head.jelutung").await;
    let elsewhere = app.signed_in("head.samarinda").await;
    let mut of_one = one.get(EVENTS).await;
    let mut of_other = other.get(EVENTS).await;
    let mut of_head = head.get(EVENTS).await;
    let mut of_elsewhere = elsewhere.get(EVENTS).await;
    assert_eq!(of_one.headers()["content-type"], "text/event-stream");

    let pulled = one.pull_all().await;
    let booked = pulled
        .changes
        .iter()
        .find(|c| c.entity.as_str() == "booking")
        .unwrap();
    let booking = shared::ids::BookingId(booked.id);
    one.say(&shared::command::Command::CancelBooking { booking })
        .await;
    assert!(hears(&mut of_one, "data: poke\n").await);
    assert!(hears(&mut of_head, "data: poke\n").await);
    // Then the others' streams held nothing but heartbeats, and end with the server.
    let stopping = tokio::spawn(app.app.stop());
    for stream in [&mut of_other, &mut of_elsewhere] {
        assert!(!hears(stream, "poke").await);
    }
    timeout(LONG, stopping)
        .await
        .expect("the server does not stop")
        .unwrap();
}

#[tokio::test]
async fn a_device_hears_that_it_was_locked() {
    let app = TestApp::start().await;
    let tablet = app.signed_in("operator.jelutung").await;
    let mut head = app.signed_in("head.jelutung").await;
    let mut of_tablet = tablet.get(EVENTS).await;
    let lock = Command::LockDevice {
        device: tablet.device,
        locked: true,
    };
    let locked = head.say(&lock).await;
    assert!(matches!(locked, OpResult::Applied { .. }), "{locked:?}");
    assert!(hears(&mut of_tablet, "data: poke\n").await);
}

/// The head closes a day, and reads a few seconds later who must move: nobody waits for the minute.
#[tokio::test]
async fn who_loses_a_day_is_offered_others_at_once() {
    let app = TestApp::start().await;
    let mut phone = app.phone();
    phone.say(&booking(person(0), &["2026-11-25T08:30"])).await;
    let mut head = app.signed_in("head.jelutung").await;
    let mut of_phone = phone.get(EVENTS).await;
    let change = DayChange::Closed {
        reason: "listrik padam".into(),
    };
    let date = "2026-11-25".parse().unwrap();
    let closed = head.say(&Command::SetDay(SetDay { date, change })).await;
    assert!(matches!(closed, OpResult::Applied { .. }), "{closed:?}");
    // The closed day itself is news, and then the offer.
    let mut state = State::Confirmed;
    while state != State::Offered {
        assert!(hears(&mut of_phone, "data: poke\n").await);
        state = rows::<Booking>(&phone.pull_all().await)[0].state;
    }
}
