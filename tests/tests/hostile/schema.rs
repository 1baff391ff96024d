//! The OpenAPI document against the server: schemathesis makes requests from the one and judges the
//! answers of the other.

use std::{path::PathBuf, process::Stdio};

use server::demo::accounts::PASSWORD;
use tests::{
    harness::{TestApp, without_limits},
    soak,
};
use tokio::process::Command;

/// `$SCHEMATHESIS`, else the one that `cargo xtask setup --tests` installed.
fn program() -> PathBuf {
    let named = std::env::var_os("SCHEMATHESIS").map(PathBuf::from);
    let tools = std::env::var_os("REKAM_TOOLS").map(PathBuf::from);
    let home = std::env::home_dir().map(|home| home.join(".cache/rekam/tools"));
    let found = named.or_else(|| Some(tools.or(home)?.join("python/bin/schemathesis")));
    let found = found.filter(|path| path.exists());
    found.expect("install it first: cargo xtask setup --tests")
}

#[tokio::test]
async fn no_request_of_the_document_breaks_the_server() {
    let app = TestApp::with(without_limits).await;
    let mut phone = app.phone();
    phone.sign_in("head.jelutung", PASSWORD).await.unwrap();
    let cookie = phone.cookie.clone().unwrap();
    let hooks = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/hooks.py");
    let examples = soak::times(25, 3_000).to_string();
    let mut run = Command::new(program());
    run.args(["run", &app.url("/api/v1/openapi.json")])
        .args(["--seed", "2026", "--max-examples", &examples])
        .args(["--phases", "examples,coverage,fuzzing", "--mode", "all"])
        .args(["--checks", "breaks_nothing"])
        // The stream of pokes has no end, and signing out would end what the others need.
        .args(["--exclude-path", "/api/v1/sync/events"])
        .args(["--exclude-method", "DELETE"])
        .args(["--generation-database", "none", "--no-color"])
        .args([
            "--header",
            &format!("Authorization: Bearer {}.{}", phone.device, phone.token),
        ])
        .args(["--header", "X-Rekam: 1"])
        .args(["--header", &format!("Cookie: {cookie}")])
        .env("SCHEMATHESIS_HOOKS", &hooks)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(tempfile::tempdir().unwrap().keep())
        .stdin(Stdio::null());
    let done = run.output().await.expect("schemathesis runs");
    let text = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{text}");
    let figures = app.figures().await;
    let broken = figures
        .lines()
        .filter(|line| line.contains("status=\"500\""));
    assert_eq!(broken.count(), 0, "{figures}");
    let cases = text.lines().find_map(|line| {
        let (cases, _) = line.trim().split_once(" generated")?;
        cases.parse().ok()
    });
    let cases = cases.expect("schemathesis says how many it made");
    assert!(cases > 100, "{text}");
    soak::report("requests of the document", &[("requests", cases)]);
}
