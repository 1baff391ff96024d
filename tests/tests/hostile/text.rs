//! Text that a browser could take for a script, in every field that travels: it comes back as text, as
//! a type that no browser runs, or it is refused.

use serde_json::{Value, json};
use shared::{person::PersonName, sync::OpResult};
use tests::{
    harness::TestApp,
    sim::Chance,
    stage::Stage,
    story::{self, Story},
};

const SCRIPTS: [&str; 5] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "{{7*7}}${7*7}",
    "</title><svg/onload=alert(1)>",
];

/// Places of texts in a payload.
fn texts(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::String(_) => found.push(at.to_owned()),
        Value::Object(fields) => {
            for (name, inner) in fields {
                texts(inner, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (n, inner) in items.iter().enumerate() {
                texts(inner, &format!("{at}/{n}"), found);
            }
        }
        _ => {}
    }
}

fn assert_harmless(answer: &reqwest::Response) {
    let headers = answer.headers();
    let kind = headers["content-type"].to_str().unwrap();
    let kinds = ["application/json", "application/problem+json"];
    assert!(kinds.contains(&kind), "{kind}");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'self'") && !policy.contains("unsafe-inline"));
}

#[tokio::test]
async fn a_script_in_any_text_of_any_command_stays_text() {
    let mut stage = Stage::set().await;
    let mut story = Story::new();
    let told = stage.tell(&mut story, 22).await;
    let mut chance = Chance::new(6);
    let (mut tried, mut kept) = (0, 0);
    for (name, envelope) in told {
        let mut all = Vec::new();
        texts(&envelope.payload, "", &mut all);
        for place in all {
            for script in SCRIPTS {
                let mut op = envelope.clone();
                op.op_id = shared::ids::OpId(chance.uuid());
                if op.actor == shared::envelope::Actor::System {
                    op.actor =
                        shared::envelope::Actor::User(story::user(shared::sync::Role::Admin));
                    op.device_id = story::device(shared::sync::Role::Admin, 0);
                }
                let seq = stage.seqs.entry(op.device_id).or_insert(0);
                *seq += 1;
                op.seq = *seq;
                *op.payload.pointer_mut(&place).unwrap() = json!(script);
                let body = json!({ "sent_at": stage.app.clock.now(), "ops": [op] });
                let phone = stage.phone(op.device_id);
                let answer = phone.push_raw(body.to_string()).await;
                assert_eq!(answer.status(), 200, "{name}{place}");
                assert_harmless(&answer);
                let pushed: shared::sync::Pushed = answer.json().await.unwrap();
                tried += 1;
                kept += usize::from(matches!(pushed.results[0].result, OpResult::Applied { .. }));
            }
        }
    }
    assert!(tried > 300, "{tried} texts were tried");
    assert!(kept > 0, "some texts are free, as an office's name");
    // Whoever reads it gets it as data.
    for role in [
        shared::sync::Role::Head,
        shared::sync::Role::Operator,
        shared::sync::Role::Kelurahan,
    ] {
        let answer = stage.phone(story::device(role, 0));
        assert_harmless(&answer.get("/api/v1/sync/pull").await);
    }
    for path in [
        "/api/v1/offices",
        "/api/v1/offices/9",
        "/api/v1/offices/9/slots",
    ] {
        assert_harmless(&stage.app.get(path).await);
    }
    // A person's name cannot even hold it.
    assert!(PersonName::parse(SCRIPTS[0]).is_err());
}

#[tokio::test]
async fn nothing_of_a_request_is_repeated_in_a_page() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), "<title>the app</title>").unwrap();
    let dist = folder.path().to_owned();
    let app = TestApp::with(|config| config.dist = Some(dist)).await;
    let plain = app.get("/").await.text().await.unwrap();
    for script in SCRIPTS {
        let mut url: reqwest::Url = app.url("/").parse().unwrap();
        url.path_segments_mut().unwrap().push(script);
        url.query_pairs_mut().append_pair("q", script);
        let answer = reqwest::get(url.clone()).await.unwrap();
        let html = answer.status() == 200;
        let text = answer.text().await.unwrap();
        assert_eq!(html, text == plain, "{url}: {text}");
        assert!(!text.contains("alert"), "{url}: {text}");
        let mut url: reqwest::Url = app.url("/api/v1/").parse().unwrap();
        url.path_segments_mut().unwrap().pop_if_empty().push(script);
        let answer = reqwest::get(url).await.unwrap();
        assert_harmless(&answer);
        assert!(!answer.text().await.unwrap().contains("alert"));
    }
}
