//! What another site could make a browser send, beyond the headers that `api::origin` tries.

use reqwest::{Method, header};
use tests::harness::{TestApp, problem};

#[tokio::test]
async fn a_form_on_another_site_changes_nothing() {
    let app = TestApp::start().await;
    let operator = app.signed_in("operator.jelutung").await;
    let cookie = operator.cookie.clone().unwrap();
    // A form can send these three types, with the cookie where a browser is old.
    for kind in [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
    ] {
        for path in ["/api/v1/sync/push", "/api/v1/session"] {
            let request = reqwest::Client::new().post(app.url(path));
            let request = request
                .header(header::CONTENT_TYPE, kind)
                .header(header::COOKIE, &cookie)
                .header(header::ORIGIN, "https://elsewhere.example");
            let answer = request.body("{\"ops\":[]}").send().await.unwrap();
            assert_eq!(problem(answer).await.0, 403, "{kind} to {path}");
        }
    }
    assert_eq!(operator.get("/api/v1/session").await.status(), 200);
}

#[tokio::test]
async fn no_other_site_may_read_or_ask_for_more() {
    let app = TestApp::start().await;
    for path in [
        "/api/v1/sync/push",
        "/api/v1/session",
        "/api/v1/offices",
        "/",
    ] {
        let request = app.request(Method::OPTIONS, path);
        let request = request
            .header(header::ORIGIN, "https://elsewhere.example")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "x-rekam");
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_client_error(), "{path}");
        let names = answer.headers().keys();
        let cors = names.filter(|name| name.as_str().starts_with("access-control-"));
        assert_eq!(cors.count(), 0, "{path}");
        let read = app.request(Method::GET, path);
        let read = read.header(header::ORIGIN, "https://elsewhere.example");
        let read = read.send().await.unwrap();
        assert!(!read.headers().contains_key("access-control-allow-origin"));
    }
}

#[tokio::test]
async fn reading_never_changes_and_no_method_stands_for_another() {
    let app = TestApp::start().await;
    let operator = app.signed_in("operator.jelutung").await;
    let (status, _) = problem(operator.get("/api/v1/sync/push").await).await;
    assert_eq!(status, 405);
    for (name, value) in [
        ("x-http-method-override", "DELETE"),
        ("x-method-override", "DELETE"),
    ] {
        let request = operator.request(Method::GET, "/api/v1/session?_method=DELETE");
        assert_eq!(
            request.header(name, value).send().await.unwrap().status(),
            200
        );
    }
    // Still signed in.
    assert_eq!(operator.get("/api/v1/session").await.status(), 200);
}
