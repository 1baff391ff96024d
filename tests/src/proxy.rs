//! A network that fails, between devices and a server: each connection meets a fate drawn from a seed.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::sim::Chance;

/// What may happen to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    Passes,
    /// Both ways take their time.
    Delayed,
    /// It never reaches the server.
    RequestDropped,
    /// The server does its work, and nobody hears of it.
    AnswerDropped,
    /// The server gets it twice at the same time; the answers come back in any order.
    Duplicated,
    /// The connection breaks in the middle of the answer.
    AnswerCut,
    /// The server gets half of it.
    RequestCut,
    /// The connection stays open, and nothing comes.
    HalfOpen,
    /// 50 kbit a second.
    Slow,
    /// The server gets it long after the device has given up.
    Late,
}

impl Fate {
    pub const ALL: [Self; 10] = [
        Self::Passes,
        Self::Delayed,
        Self::RequestDropped,
        Self::AnswerDropped,
        Self::Duplicated,
        Self::AnswerCut,
        Self::RequestCut,
        Self::HalfOpen,
        Self::Slow,
        Self::Late,
    ];
}

/// Bytes a second of a slow line.
const SLOW: usize = 50_000 / 8;

pub struct Proxy {
    pub address: SocketAddr,
    healed: Arc<AtomicBool>,
    met: Arc<Mutex<Vec<Fate>>>,
    serving: JoinHandle<()>,
}

impl Proxy {
    /// A proxy before `server`; devices that use it give up after `patience`.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn before(server: SocketAddr, seed: u64, patience: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("its address");
        let healed = Arc::new(AtomicBool::new(false));
        let met: Arc<Mutex<Vec<Fate>>> = Arc::default();
        let (is_healed, noted) = (Arc::clone(&healed), Arc::clone(&met));
        let serving = tokio::spawn(async move {
            let mut chance = Chance::new(seed);
            while let Ok((client, _)) = listener.accept().await {
                let mut fate = *chance.pick(&Fate::ALL).expect("a fate");
                if is_healed.load(Ordering::SeqCst) {
                    fate = Fate::Passes;
                } else {
                    noted.lock().expect("not poisoned").push(fate);
                }
                let part = chance.below(100);
                tokio::spawn(async move {
                    // An error is one more way for a connection to end.
                    let _ = carry(client, server, fate, part, patience).await;
                });
            }
        });
        Self {
            address,
            healed,
            met,
            serving,
        }
    }

    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The proxy under a name that browsers trust with a service worker.
    #[must_use]
    pub fn base(&self) -> String {
        format!("http://localhost:{}", self.address.port())
    }

    /// From now on everything passes.
    pub fn heal(&self) {
        self.healed.store(true, Ordering::SeqCst);
    }

    /// From now on it lies again.
    pub fn fail(&self) {
        self.healed.store(false, Ordering::SeqCst);
    }

    /// How many connections met each fate.
    #[must_use]
    pub fn met(&self, fate: Fate) -> usize {
        let met = self.met.lock().expect("not poisoned");
        met.iter().filter(|one| **one == fate).count()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn carry(
    mut client: TcpStream,
    server: SocketAddr,
    fate: Fate,
    part: usize,
    patience: Duration,
) -> std::io::Result<()> {
    let request = read_request(&mut client).await?;
    match fate {
        Fate::Passes => {
            let mut upstream = TcpStream::connect(server).await?;
            upstream.write_all(&request).await?;
            copy_bidirectional(&mut upstream, &mut client).await?;
        }
        Fate::Delayed => {
            sleep(patience / 10).await;
            let answer = ask(server, &request, patience).await?;
            sleep(patience / 10).await;
            client.write_all(&answer).await?;
        }
        Fate::RequestDropped => {}
        Fate::AnswerDropped => drop(ask(server, &request, patience).await?),
        Fate::Duplicated => {
            let (one, two) = tokio::join!(
                ask(server, &request, patience),
                ask(server, &request, patience)
            );
            let answer = if part.is_multiple_of(2) { one? } else { two? };
            client.write_all(&answer).await?;
        }
        Fate::AnswerCut => {
            let answer = ask(server, &request, patience).await?;
            let some = &answer[..answer.len() * part / 100];
            client.write_all(some).await?;
        }
        Fate::RequestCut => {
            let mut upstream = TcpStream::connect(server).await?;
            let some = &request[..request.len() * part / 100];
            upstream.write_all(some).await?;
        }
        // Only whoever waits can end it.
        Fate::HalfOpen => while client.read(&mut [0; 64]).await? > 0 {},
        Fate::Slow => {
            let mut upstream = TcpStream::connect(server).await?;
            trickle(&mut upstream, &request).await?;
            let answer = read_answer(&mut upstream, patience).await?;
            trickle(&mut client, &answer).await?;
        }
        Fate::Late => {
            sleep(patience + patience / 10).await;
            ask(server, &request, patience).await?;
        }
    }
    client.shutdown().await
}

async fn trickle(to: &mut TcpStream, bytes: &[u8]) -> std::io::Result<()> {
    for piece in bytes.chunks(SLOW / 50) {
        to.write_all(piece).await?;
        sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

async fn ask(server: SocketAddr, request: &[u8], patience: Duration) -> std::io::Result<Vec<u8>> {
    let mut upstream = TcpStream::connect(server).await?;
    upstream.write_all(request).await?;
    read_answer(&mut upstream, patience).await
}

/// Of an answer that has no end, what came by then.
async fn read_answer(upstream: &mut TcpStream, patience: Duration) -> std::io::Result<Vec<u8>> {
    let mut answer = Vec::new();
    let whole = timeout(patience * 3, upstream.read_to_end(&mut answer)).await;
    whole.unwrap_or(Ok(0))?;
    Ok(answer)
}

/// One request whole, told to close the connection after its answer.
async fn read_request(client: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if client.read_buf(&mut bytes).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
    let length = text.lines().find_map(|line| {
        let value = line.strip_prefix("content-length:")?;
        value.trim().parse::<usize>().ok()
    });
    let whole = head + 4 + length.unwrap_or(0);
    while bytes.len() < whole {
        if client.read_buf(&mut bytes).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
    bytes.splice(head..head, b"\r\nconnection: close".iter().copied());
    Ok(bytes)
}
