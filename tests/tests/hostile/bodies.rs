//! Bodies that are too large, packed, or without an end: bounded, before anything is unpacked.

use std::io::Write;

use reqwest::Method;
use serde_json::json;
use shared::{problem::Code, sync::PUSH_BYTES};
use tests::harness::{OFFICE, TestApp, booking, person, problem};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// 64 MiB of blanks after a valid push, packed to some kilobytes.
fn bomb(valid: &str) -> Vec<u8> {
    let mut packed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut packed, 1 << 16, 5, 22);
    writer.write_all(valid.as_bytes()).unwrap();
    let blanks = vec![b' '; 1 << 20];
    (0..64).for_each(|_| writer.write_all(&blanks).unwrap());
    drop(writer);
    packed
}

#[tokio::test]
async fn packed_bodies_are_not_unpacked() {
    let app = TestApp::start().await;
    let mut phone = app.phone();
    let op = phone.op(OFFICE, &booking(person(0), &["2026-11-25T08:30"]));
    let valid = json!({ "sent_at": app.clock.now(), "ops": [op] }).to_string();
    let packed = bomb(&valid);
    assert!(packed.len() < PUSH_BYTES);
    for encoding in ["br", "gzip", "deflate", "zstd", "gzip, br", "identity, br"] {
        for path in ["/api/v1/sync/push", "/api/v1/session"] {
            let request = phone.request(Method::POST, path);
            let request = request
                .header("content-type", "application/json")
                .header("content-encoding", encoding);
            let answer = request.body(packed.clone()).send().await.unwrap();
            let (status, told) = problem(answer).await;
            assert!(
                (400..500).contains(&status),
                "{encoding} to {path}: {status}"
            );
            assert!(matches!(told.code, Code::Malformed | Code::TooLarge));
        }
    }
    // The same op without tricks is still the first of the device.
    assert_eq!(phone.push_raw(valid).await.status(), 200);
}

#[tokio::test]
async fn a_body_without_an_end_is_cut_off() {
    let app = TestApp::start().await;
    let phone = app.phone();
    let host = app.app.addr;
    let mut line = TcpStream::connect(host).await.unwrap();
    let head = format!(
        "POST /api/v1/sync/push HTTP/1.1\r\nhost: {host}\r\nx-rekam: 1\r\n\
         authorization: Bearer {}.{}\r\ncontent-type: application/json\r\n\
         transfer-encoding: chunked\r\n\r\n",
        phone.device, phone.token
    );
    line.write_all(head.as_bytes()).await.unwrap();
    let (mut from, mut to) = line.into_split();
    let sending = tokio::spawn(async move {
        let piece = format!("1000\r\n{}\r\n", " ".repeat(0x1000));
        let mut sent = 0;
        // Until the server hangs up; 64 MiB would mean that it never does.
        while to.write_all(piece.as_bytes()).await.is_ok() && sent < 1 << 26 {
            sent += piece.len();
        }
        sent
    });
    let mut answer = Vec::new();
    // A connection that is reset after its answer still gave one.
    let _ = from.read_to_end(&mut answer).await;
    drop(from);
    let sent = sending.await.unwrap();
    let text = String::from_utf8_lossy(&answer);
    assert!(text.starts_with("HTTP/1.1 413"), "{text}");
    assert!(sent < 1 << 25, "{sent} bytes were taken");
}

#[tokio::test]
async fn a_length_that_lies_is_refused_or_waited_for_no_longer_than_anything_else() {
    let patience = std::time::Duration::from_millis(500);
    let app = TestApp::with(|config| config.timeout = patience).await;
    for length in ["999999999999", "18446744073709551615"] {
        let phone = app.phone();
        let mut line = TcpStream::connect(app.app.addr).await.unwrap();
        let request = format!(
            "POST /api/v1/sync/push HTTP/1.1\r\nhost: x\r\nx-rekam: 1\r\n\
             authorization: Bearer {}.{}\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\n\r\n{{}}",
            phone.device, phone.token
        );
        line.write_all(request.as_bytes()).await.unwrap();
        let mut answer = [0; 12];
        line.read_exact(&mut answer).await.unwrap();
        let said = String::from_utf8_lossy(&answer);
        let refused = said.starts_with("HTTP/1.1 4") || said == "HTTP/1.1 503";
        assert!(refused, "{said}");
    }
}
