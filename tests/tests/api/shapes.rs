//! One shape for all errors, headers on all answers, and a document of all routes.

use reqwest::Method;
use serde_json::Value;
use shared::{problem::Code, sync::Health};
use tests::harness::{TestApp, problem, read};

#[tokio::test]
async fn every_error_is_a_problem_with_a_code() {
    let app = TestApp::start().await;
    let (_, missing) = problem(app.get("/api/v1/nothing").await).await;
    insta::assert_json_snapshot!(missing, @r#"
    {
      "type": "about:blank",
      "title": "Not Found",
      "status": 404,
      "code": "not_found"
    }
    "#);
    let put = app
        .request(Method::PUT, "/api/v1/sync/push")
        .send()
        .await
        .unwrap();
    assert_eq!(put.headers()["allow"], "POST");
    assert_eq!(problem(put).await.1.code, Code::MethodNotAllowed);
    let phone = app.phone();
    let typed = phone.request(Method::POST, "/api/v1/sync/push").body("{}");
    let (status, told) = problem(typed.send().await.unwrap()).await;
    assert_eq!((status, told.code), (415, Code::Malformed));
    let long = phone
        .request(Method::POST, "/api/v1/session")
        .json(&"x".repeat(9_000));
    let (status, told) = problem(long.send().await.unwrap()).await;
    assert_eq!((status, told.code), (413, Code::TooLarge));
}

#[tokio::test]
async fn every_answer_is_guarded_and_numbered() {
    let app = TestApp::start().await;
    for path in ["/", "/api/v1/health", "/api/v1/nothing", "/missing.js"] {
        let answer = app
            .request(Method::GET, path)
            .header("x-request-id", "mine");
        let answer = answer.send().await.unwrap();
        let headers = answer.headers();
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("script-src 'self' 'wasm-unsafe-eval'"),
            "{path}"
        );
        assert!(!policy.contains("unsafe-inline"), "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_ne!(headers["x-request-id"], "mine", "{path}");
        assert!(!headers.contains_key("strict-transport-security"), "{path}");
    }
    assert_eq!(app.get("/missing.js").await.status(), 404);
}

#[tokio::test]
async fn health_is_said_by_the_server_itself() {
    let app = TestApp::start().await;
    let answer = app.get("/api/v1/health").await;
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let health: Health = read(answer).await;
    assert_eq!(health.status, "ok");
    assert_eq!(health.now, app.clock.now());
    assert!(!health.epoch.is_empty());
}

#[tokio::test]
async fn the_document_names_every_route() {
    let app = TestApp::start().await;
    let document: Value = read(app.get("/api/v1/openapi.json").await).await;
    let paths = document["paths"].as_object().unwrap();
    let mut routes: Vec<String> = Vec::new();
    for (path, item) in paths {
        for method in item.as_object().unwrap().keys() {
            routes.push(format!("{method} {path}"));
        }
    }
    routes.sort();
    insta::assert_json_snapshot!(routes, @r#"
    [
      "delete /api/v1/session",
      "get /api/v1/health",
      "get /api/v1/offices",
      "get /api/v1/offices/{id}",
      "get /api/v1/offices/{id}/devices",
      "get /api/v1/offices/{id}/held",
      "get /api/v1/offices/{id}/residents/{resident}/phones",
      "get /api/v1/offices/{id}/roll",
      "get /api/v1/offices/{id}/slots",
      "get /api/v1/offices/{id}/tablets",
      "get /api/v1/regions",
      "get /api/v1/session",
      "get /api/v1/sync/events",
      "get /api/v1/sync/pull",
      "post /api/v1/offices/{id}/roll",
      "post /api/v1/offices/{id}/roll/preview",
      "post /api/v1/session",
      "post /api/v1/session/password",
      "post /api/v1/sync/push"
    ]
    "#);
    // Each of them is there: whatever it answers, it is not "no such route".
    for route in &routes {
        let (method, path) = route.split_once(' ').unwrap();
        let nobody = uuid::Uuid::nil().to_string();
        let path = path.replace("{id}", "1").replace("{resident}", &nobody);
        let method: Method = method.to_uppercase().parse().unwrap();
        let status = app.request(method, &path).send().await.unwrap().status();
        assert!(status != 404 && status != 405, "{route}: {status}");
    }
}

#[tokio::test]
async fn figures_are_kept_by_route_and_read_on_an_address_of_their_own() {
    let app = TestApp::start().await;
    app.get("/api/v1/offices/1").await;
    let figures = app.figures().await;
    assert!(
        figures.contains("route=\"/api/v1/offices/{id}\""),
        "{figures}"
    );
    // Whoever reaches the app does not reach them.
    let public = app.get("/metrics").await.text().await.unwrap();
    assert!(!public.contains("rekam_requests_total"), "{public}");
}
