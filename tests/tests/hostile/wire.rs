//! Requests as bytes: smuggling, broken heads, huge heads, strange hosts.

use tests::harness::TestApp;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Duration, timeout},
};

/// Sends bytes, ends the sending side, and returns all that comes.
async fn said(app: &TestApp, bytes: &[u8]) -> String {
    let mut line = TcpStream::connect(app.app.addr).await.unwrap();
    // The server may hang up in the middle of it.
    let _ = line.write_all(bytes).await;
    let _ = line.shutdown().await;
    let mut answer = Vec::new();
    let end = timeout(Duration::from_secs(20), line.read_to_end(&mut answer));
    let _ = end.await.expect("the connection ends");
    String::from_utf8_lossy(&answer).into_owned()
}

fn statuses(text: &str) -> Vec<u16> {
    let lines = text.lines().filter(|line| line.starts_with("HTTP/1."));
    lines.map(|line| line[9..12].parse().unwrap()).collect()
}

#[tokio::test]
async fn no_request_is_smuggled_inside_another() {
    let app = TestApp::start().await;
    let hidden = "GET /api/v1/health HTTP/1.1\r\nhost: x\r\n\r\n";
    let n = hidden.len();
    let post = "POST /api/v1/sync/push HTTP/1.1\r\nhost: x\r\nx-rekam: 1\r\n";
    for (what, request) in [
        (
            "length and chunks",
            format!(
                "{post}content-length: {n}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{hidden}"
            ),
        ),
        (
            "two lengths",
            format!("{post}content-length: 0\r\ncontent-length: {n}\r\n\r\n{hidden}"),
        ),
        (
            "a length with a sign",
            format!("{post}content-length: +0\r\n\r\n{hidden}"),
        ),
        (
            "chunked twice",
            format!("{post}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n{hidden}"),
        ),
        (
            "chunked with a blank",
            format!("{post}transfer-encoding : chunked\r\n\r\n0\r\n\r\n{hidden}"),
        ),
        (
            "chunked by tab",
            format!(
                "{post}transfer-encoding:\tchunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n{hidden}"
            ),
        ),
        (
            "a folded header",
            format!(
                "{post}x-fold: a\r\n transfer-encoding: chunked\r\ncontent-length: 0\r\n\r\n{hidden}"
            ),
        ),
        (
            "a bare carriage return",
            format!("{post}x: a\rcontent-length: {n}\r\n\r\n{hidden}"),
        ),
        (
            "a chunk size with a sign",
            format!("{post}transfer-encoding: chunked\r\n\r\n-1\r\n\r\n0\r\n\r\n{hidden}"),
        ),
        (
            "a chunk size too long",
            format!("{post}transfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n\r\n{hidden}"),
        ),
    ] {
        let text = said(&app, request.as_bytes()).await;
        let got = statuses(&text);
        // Either the first is refused and the line closed, or both sides of a valid reading agree:
        // two requests, and then the first had no body at all.
        assert!(got.iter().all(|status| *status < 500), "{what}: {got:?}");
        let first_ends_it = got.len() == 1 && got[0] >= 400;
        let plain_pipeline =
            got.len() == 2 && !what.contains("two") && !what.contains("length and");
        assert!(first_ends_it || plain_pipeline, "{what}: {text}");
    }
}

#[tokio::test]
async fn broken_requests_are_refused_and_the_server_stands() {
    let app = TestApp::start().await;
    let long = "a".repeat(600_000);
    let many = "x-a: b\r\n".repeat(5_000);
    for (what, request) in [
        ("nothing", String::new()),
        ("no HTTP", "hello\r\n\r\n".to_owned()),
        ("a NUL", "GET /\0 HTTP/1.1\r\nhost: x\r\n\r\n".to_owned()),
        (
            "an unknown version",
            "GET / HTTP/9.9\r\nhost: x\r\n\r\n".to_owned(),
        ),
        (
            "HTTP/2 unasked",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
        ),
        (
            "an unknown method",
            "GE!T /api/v1/health HTTP/1.1\r\nhost: x\r\n\r\n".to_owned(),
        ),
        (
            "a long path",
            format!("GET /{long} HTTP/1.1\r\nhost: x\r\n\r\n"),
        ),
        (
            "a long header",
            format!("GET / HTTP/1.1\r\nhost: x\r\nx: {long}\r\n\r\n"),
        ),
        (
            "many headers",
            format!("GET / HTTP/1.1\r\nhost: x\r\n{many}\r\n"),
        ),
        (
            "CONNECT",
            "CONNECT evil.example:443 HTTP/1.1\r\nhost: x\r\n\r\n".to_owned(),
        ),
        (
            "TRACE",
            "TRACE /api/v1/health HTTP/1.1\r\nhost: x\r\nx-secret: y\r\n\r\n".to_owned(),
        ),
    ] {
        let text = said(&app, request.as_bytes()).await;
        let got = statuses(&text);
        assert!(got.iter().all(|status| *status < 500), "{what}: {got:?}");
        if what != "nothing" {
            assert!(
                !text.contains("\"ok\"") && !text.contains("x-secret"),
                "{what}: {text}"
            );
        }
        assert_eq!(
            app.get("/api/v1/health").await.status(),
            200,
            "after {what}"
        );
    }
}

/// Nothing that is answered is made from the request's own host.
#[tokio::test]
async fn a_foreign_host_is_not_repeated() {
    let app = TestApp::start().await;
    for head in [
        "GET / HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n",
        "GET /book HTTP/1.1\r\nhost: x\r\nx-forwarded-host: evil.example\r\nconnection: close\r\n\r\n",
        "GET http://evil.example/api/v1/offices/99 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        "GET /api/v1/nothing HTTP/1.1\r\nhost: evil.example\r\nreferer: http://evil.example\r\nconnection: close\r\n\r\n",
        "GET /api/v1/nothing HTTP/1.1\r\nhost: a\r\nhost: evil.example\r\nconnection: close\r\n\r\n",
    ] {
        let text = said(&app, head.as_bytes()).await;
        assert!(!text.contains("evil.example"), "{head}");
        assert!(!text.to_lowercase().contains("\nlocation:"), "{head}");
        assert!(statuses(&text).iter().all(|status| *status < 500), "{head}");
    }
}

/// Who opens many lines and says nothing keeps nobody else out.
#[tokio::test]
async fn silent_connections_keep_nobody_out() {
    let app = TestApp::start().await;
    let mut lines = Vec::new();
    for _ in 0..300 {
        let mut line = TcpStream::connect(app.app.addr).await.unwrap();
        line.write_all(b"GET /api/v1/health HTTP/1.1\r\nhost: x\r\nx-slow: ")
            .await
            .unwrap();
        lines.push(line);
    }
    assert_eq!(app.get("/api/v1/health").await.status(), 200);
}
