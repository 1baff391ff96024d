//! The stream says "poke" to those whom a change concerns, and to nobody else.

use std::time::Duration;

use reqwest::Response;
use tests::harness::{TestApp, booking, person};
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
