//! Paths that try to leave the folder of the app, or to be another route.

use tests::harness::TestApp;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A server with two files in its folder and a secret beside it.
async fn with_files() -> (TestApp, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let dist = folder.path().join("dist");
    std::fs::create_dir(&dist).unwrap();
    std::fs::write(dist.join("index.html"), "<title>the app</title>").unwrap();
    std::fs::write(dist.join("app.js"), "app").unwrap();
    std::fs::write(folder.path().join("secret.txt"), "SECRET").unwrap();
    let app = TestApp::with(|config| config.dist = Some(dist)).await;
    (app, folder)
}

/// As it stands, without a client that would tidy it up.
async fn get(app: &TestApp, path: &str) -> (u16, String) {
    let mut line = TcpStream::connect(app.app.addr).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    line.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    line.read_to_end(&mut answer).await.unwrap();
    let text = String::from_utf8_lossy(&answer).into_owned();
    (text[9..12].parse().unwrap(), text)
}

#[tokio::test]
async fn no_path_leads_out_of_the_apps_folder() {
    let (app, folder) = with_files().await;
    let outside = folder.path().join("secret.txt");
    for path in [
        "/../secret.txt",
        "/./../secret.txt",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/..%2fsecret.txt",
        "/..%5csecret.txt",
        "/..\\secret.txt",
        "/%252e%252e/secret.txt",
        "/x/../../secret.txt",
        "//../secret.txt",
        "//etc/passwd",
        "/%00/../secret.txt",
        "/secret.txt%00.js",
        "/..;/secret.txt",
        "/\u{ff0e}\u{ff0e}/secret.txt",
        outside.to_str().unwrap(),
        &format!("/{}", outside.display()),
        "file:///etc/passwd",
        "/.env",
        "/rekam.db",
    ] {
        let (status, text) = get(&app, path).await;
        assert!(status < 500, "{path}: {status}");
        assert!(
            !text.contains("SECRET") && !text.contains("root:"),
            "{path}: {text}"
        );
    }
    // The test would see a file that is served.
    assert!(get(&app, "/app.js").await.1.ends_with("app"));
}

#[tokio::test]
async fn a_bent_path_is_not_another_route() {
    let (app, _folder) = with_files().await;
    for path in [
        "/api/v1//session",
        "//api/v1/session",
        "/api/v1/./session",
        "/api/v1/x/../session",
        "/api/v1/%73ession/",
        "/API/v1/session",
        "/api/v1/session/",
        "/api/v1/session;x=1",
        "/api/v1/offices/1/tablets/",
        "/api/v1/offices/1%2f..%2f2/tablets",
        "/api/v1/offices/1/../2/tablets",
        "/api/v1/offices/-1/tablets",
        "/api/v1/offices/99999999999999999999/tablets",
        "/api/v1/offices/0x1/tablets",
    ] {
        let (status, text) = get(&app, path).await;
        // Refused, or the app's page for a path of its own: never an answer of another route.
        let page = status == 200 && text.contains("the app");
        assert!(page || (400..500).contains(&status), "{path}: {text}");
        assert!(
            !text.contains("last_contact") && !text.contains("username"),
            "{path}"
        );
    }
}
