//! The way of a booking over the API on PostgreSQL, and a second instance that hears of it.

use std::time::Duration;

use reqwest::Response;
use server::{App, Backend, Config};
use shared::sync::OpResult;
use tests::harness::{TestApp, booking, person, read};
use tokio::time::timeout;

const LONG: Duration = Duration::from_secs(20);

async fn poke(stream: &mut Response) {
    let mut heard = String::new();
    while !heard.contains("data: poke") {
        let part = stream.chunk().await.unwrap().expect("the stream ended");
        heard.push_str(&String::from_utf8_lossy(&part));
    }
}

#[tokio::test]
async fn two_instances_share_the_load() {
    let database = tests::postgres::database().await;
    let app = TestApp::on(&database).await;
    let config = Config {
        clock: app.clock.clone(),
        ..Config::local(&database)
    };
    let backend = Backend::open(&database, app.clock.clone()).await.unwrap();
    let second = App::over(backend, config).await.unwrap();

    let head = app.signed_in("head.jelutung").await;
    let listen = reqwest::Client::new()
        .get(format!("{}/api/v1/sync/events", second.url()))
        .bearer_auth(format!("{}.{}", head.device, head.token))
        .header("cookie", head.cookie.clone().unwrap());
    let mut stream = listen.send().await.unwrap();
    assert_eq!(stream.status(), 200);

    let mut phone = app.phone();
    let op = phone.op(
        tests::harness::OFFICE,
        &booking(person(0), &["2026-11-25T08:30"]),
    );
    let first = phone.push(std::slice::from_ref(&op)).await;
    assert!(
        matches!(first.results[0].result, OpResult::Applied { .. }),
        "{first:?}"
    );
    timeout(LONG, poke(&mut stream))
        .await
        .expect("the other instance heard nothing");

    // The answer was lost; the other instance gives it again.
    let body = serde_json::json!({ "sent_at": app.clock.now(), "ops": [op] });
    let again = reqwest::Client::new()
        .post(format!("{}/api/v1/sync/push", second.url()))
        .bearer_auth(format!("{}.{}", phone.device, phone.token))
        .header("x-rekam", "1")
        .json(&body);
    let again: shared::sync::Pushed = read(again.send().await.unwrap()).await;
    assert!(again.results[0].replayed);
    assert_eq!(again.results[0].result, first.results[0].result);
    let pulled = phone.pull_all().await;
    let booked = pulled
        .changes
        .iter()
        .filter(|c| c.entity.as_str() == "booking");
    assert_eq!((booked.count(), pulled.device_seq), (1, 1));
    second.stop().await;
    app.app.stop().await;
}
