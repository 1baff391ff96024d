//! Connections that say nothing, half of something, or never read: they end, and are in nobody's way.

use std::time::Duration;

use reqwest::{Response, StatusCode};
use server::config::Lines;
use tests::harness::{Phone, TestApp, booking, person};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
    time::{Instant, timeout},
};

/// Far less than the seconds of a real server, and far more than an answer takes.
const SHORT: Duration = Duration::from_millis(400);
const LONG: Duration = Duration::from_secs(20);

async fn line(app: &TestApp, said: &str) -> TcpStream {
    let mut line = TcpStream::connect(app.app.addr).await.unwrap();
    line.write_all(said.as_bytes()).await.unwrap();
    line
}

/// All that comes until the server hangs up.
async fn rest(line: &mut TcpStream) -> usize {
    let mut heard = Vec::new();
    let end = timeout(LONG, line.read_to_end(&mut heard));
    // A reset ends a connection too.
    let _ = end.await.expect("the server hangs up");
    heard.len()
}

#[tokio::test]
async fn silent_and_half_sent_connections_end() {
    let app = TestApp::with(|config| config.lines.head = SHORT).await;
    let mut lines = Vec::new();
    for said in [
        "",
        "GET /api/v1/health HTT",
        "GET /api/v1/health HTTP/1.1\r\nhost: x\r\nx-one: 1\r\n",
    ] {
        lines.push(line(&app, said).await);
    }
    for line in &mut lines {
        assert_eq!(rest(line).await, 0);
    }
    // One that was answered, and asks nothing more.
    let mut idle = line(&app, "GET /api/v1/health HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let began = Instant::now();
    assert!(rest(&mut idle).await > 0);
    assert!(began.elapsed() >= SHORT);
}

/// A head that comes a byte at a time is not a sign of life.
#[tokio::test]
async fn a_head_that_trickles_ends_with_the_same_time() {
    let app = TestApp::with(|config| config.lines.head = SHORT).await;
    let mut line = line(&app, "GET / HTTP/1.1\r\nhost: x\r\nx: ").await;
    let began = Instant::now();
    while line.write_all(b"a").await.is_ok() && began.elapsed() < LONG {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(began.elapsed() < LONG);
}

#[tokio::test]
async fn whoever_never_reads_is_hung_up_on() {
    let app = TestApp::with(|config| config.lines.write = SHORT).await;
    let regions = app.get("/api/v1/regions").await.text().await.unwrap().len();
    let asked = 1_000;
    let request = "GET /api/v1/regions HTTP/1.1\r\nhost: x\r\n\r\n".repeat(asked);
    let mut line = line(&app, &request).await;
    // Nothing is read here until the server has hung up.
    let hung_up = async {
        while line.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(timeout(LONG, hung_up).await.is_ok(), "it is still served");
    let heard = rest(&mut line).await;
    assert!(heard < asked * regions / 2, "{heard} of {asked}*{regions}");
}

async fn listen(phone: &Phone<'_>) -> Response {
    let answer = phone.get("/api/v1/sync/events").await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer
}

/// Whether the stream has ended.
async fn has_ended(mut stream: Response) -> bool {
    let all = async { while let Ok(Some(_)) = stream.chunk().await {} };
    timeout(SHORT, all).await.is_ok()
}

#[tokio::test]
async fn of_a_devices_streams_the_four_newest_go_on() {
    let app = TestApp::start().await;
    let (phone, other) = (app.phone(), app.phone());
    let others = listen(&other).await;
    let mut streams = Vec::new();
    for _ in 0..30 {
        streams.push(listen(&phone).await);
    }
    let newest = streams.split_off(26);
    for old in streams {
        assert!(has_ended(old).await);
    }
    for stream in newest.into_iter().chain([others]) {
        assert!(!has_ended(stream).await);
    }
}

/// A phone with a booking goes on to hear its news while somebody holds open all that can be held, and
/// everybody is answered at once.
#[tokio::test]
async fn idle_connections_and_strangers_streams_keep_no_place_from_others() {
    let most = 24;
    let lines = Lines {
        most,
        ..Lines::default()
    };
    let app = TestApp::with(|config| config.lines = lines).await;
    let mut honest = app.phone();
    honest.say(&booking(person(0), &["2026-11-25T08:30"])).await;
    let news = listen(&honest).await;
    let mut held = Vec::new();
    for _ in 0..3 * most {
        held.push(line(&app, "GET /api/v1/hea").await);
    }
    let mut streams = Vec::new();
    for _ in 0..3 * most {
        streams.push(listen(&app.phone()).await);
    }
    for _ in 0..3 * most {
        let began = Instant::now();
        let mut new = line(
            &app,
            "GET /api/v1/health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        )
        .await;
        assert!(rest(&mut new).await > 0);
        assert!(began.elapsed() < Duration::from_secs(5));
    }
    assert!(!has_ended(news).await);
    let streams: JoinSet<bool> = streams.into_iter().map(has_ended).collect();
    let ended = streams.join_all().await;
    let open = ended.iter().filter(|ended| !**ended).count();
    assert!(open < most, "{open} of {most}");
}
