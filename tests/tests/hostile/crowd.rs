//! Many who try passwords at once: those who sign in where they did before do not wait behind them.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use reqwest::Method;
use serde_json::json;
use server::{config::Rate, demo::accounts::PASSWORD};
use shared::problem::Code;
use tests::harness::TestApp;
use tokio::task::JoinSet;

const SESSION: &str = "/api/v1/session";
/// Addresses that try once each, as many as are not asked to compute.
const CROWD: usize = 400;
/// So many of them are answered before the tablet asks: the rest waits by then.
const ANSWERED: usize = 40;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_known_tablet_signs_in_beside_a_flood_of_tries() {
    let app = TestApp::with(|config| config.behind_proxy = true).await;
    let mut tablet = app.signed_in("operator.jelutung").await;
    let answered = Arc::new(AtomicUsize::new(0));
    let mut crowd = JoinSet::new();
    for n in 0..CROWD {
        let phone = app.phone();
        let given = json!({ "username": format!("nobody{n}"), "password": "a guess" });
        let from = format!("10.1.{}.{}", n / 250, n % 250);
        let request = phone.request(Method::POST, SESSION).json(&given);
        let request = request.header("x-forwarded-for", from);
        let answered = Arc::clone(&answered);
        crowd.spawn(async move {
            let status = request.send().await.unwrap().status();
            answered.fetch_add(1, Ordering::Relaxed);
            status
        });
    }
    for _ in 0..ANSWERED {
        assert_eq!(crowd.join_next().await.unwrap().unwrap(), 401);
    }
    tablet.cookie = None;
    tablet.sign_in("operator.jelutung", PASSWORD).await.unwrap();
    // Behind all who came before it, it would have been about the last.
    let before = answered.load(Ordering::Relaxed);
    assert!(before < CROWD / 2, "{before} were answered first");
    crowd.abort_all();
}

#[tokio::test]
async fn beyond_a_level_whoever_tries_anew_computes_first() {
    let app = TestApp::with(|config| {
        config.behind_proxy = true;
        config.limits.sign_in_strangers = Rate::new(5, 1);
    })
    .await;
    let mut tablet = app.signed_in("operator.jelutung").await;
    let tries = async |n: usize| {
        let phone = app.phone();
        let given = json!({ "username": format!("nobody{n}"), "password": "a guess" });
        let request = phone.request(Method::POST, SESSION).json(&given);
        let request = request.header("x-forwarded-for", format!("10.2.0.{n}"));
        request.send().await.unwrap().status().as_u16()
    };
    let told = [
        tries(1).await,
        tries(2).await,
        tries(3).await,
        tries(4).await,
        tries(5).await,
    ];
    assert_eq!(told, [401, 401, 401, 401, 429]);
    // One that is new has work to do; the tablet has none.
    let mut new = app.phone();
    let told = new.sign_in("operator.jelutung", PASSWORD).await;
    let told = told.unwrap_err();
    assert_eq!(told.code, Code::TooManyRequests);
    assert!(told.work.is_some());
    tablet.sign_in("operator.jelutung", PASSWORD).await.unwrap();
}
