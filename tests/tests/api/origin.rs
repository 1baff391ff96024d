//! Changes are taken from the app itself only.

use reqwest::Method;
use serde_json::json;
use shared::problem::Code;
use tests::harness::{OFFICE, TestApp, booking, person, problem};

#[tokio::test]
async fn a_change_from_elsewhere_is_refused_before_anything_else() {
    let app = TestApp::start().await;
    let mut phone = app.phone();
    let op = phone.op(OFFICE, &booking(person(0), &["2026-11-25T08:30"]));
    let body = json!({ "sent_at": app.clock.now(), "ops": [op] });
    let bare = reqwest::Client::new();
    for (name, value) in [
        ("x-other", "1"),
        ("x-rekam", "0"),
        ("origin", "https://elsewhere.example"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        for (method, path) in [
            (Method::POST, "/api/v1/sync/push"),
            (Method::POST, "/api/v1/session"),
            (Method::DELETE, "/api/v1/session"),
        ] {
            let request = bare.request(method, app.url(path));
            let request = match name {
                "x-other" | "x-rekam" => request.header(name, value),
                _ => request.header("x-rekam", "1").header(name, value),
            };
            let token = format!("{}.{}", phone.device, phone.token);
            let answer = request.bearer_auth(token).json(&body).send().await.unwrap();
            let (status, told) = problem(answer).await;
            assert_eq!(
                (status, told.code),
                (403, Code::OriginMismatch),
                "{name}: {value}"
            );
        }
    }
    let own = app.app.url();
    let request = phone.request(Method::POST, "/api/v1/sync/push").json(&body);
    let answer = request
        .header("origin", own)
        .header("sec-fetch-site", "same-origin");
    assert_eq!(answer.send().await.unwrap().status(), 200);
}
