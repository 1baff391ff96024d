//! What the server's process holds: at rest, after bookings by 256 clients, and while 10,000 phones
//! that have booked listen for news.

use anyhow::{Context, Result, ensure};
use http_body_util::BodyExt;
use std::{sync::Arc, time::Duration};
use tokio::{sync::Semaphore, task::JoinSet};

use super::{
    Bench,
    booking::{Crowd, SEATS, all_confirmed},
    drive::drive,
    office,
    people::{self, Device},
    process::Server,
    report::Report,
    sqlite,
    wire::Line,
};

const LISTENERS: usize = 10_000;
/// Listeners that connect at the same time.
const AT_ONCE: usize = 64;
const PATIENCE: Duration = Duration::from_secs(20);

pub async fn measure(bench: &Bench, report: &mut Report) -> Result<()> {
    let database = sqlite(&bench.folder("memory")?);
    let roll = people::roll(LISTENERS + 1);
    let office = office::set_up(&database, office::seats(SEATS), &roll).await?;
    let mut crowd = Crowd::new(&office, roll);
    let server = Server::start(bench, "memory", &database).await?;
    report.put("memory.rest_mib", server.memory()?);

    crowd.arrive(&server, LISTENERS + 1).await?;
    let done = drive(&server, 256, crowd.book(LISTENERS)?).await?;
    all_confirmed(&done)?;
    report.put("memory.load_mib", server.peak_memory()?);

    let phones = &crowd.devices()[..LISTENERS];
    let mut listening = Vec::with_capacity(LISTENERS);
    let gate = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = JoinSet::new();
    for phone in phones {
        let (gate, phone, addr) = (Arc::clone(&gate), phone.clone(), server.addr);
        tasks.spawn(async move {
            let _turn = gate.acquire().await?;
            let mut line = Line::open(addr).await?;
            let stream = line.listen("/api/v1/sync/events", &phone).await?;
            anyhow::Ok((line, stream))
        });
    }
    while let Some(done) = tasks.join_next().await {
        listening.push(done??);
    }
    report.put("memory.sse_10k_mib", server.memory()?);

    // They do listen: the last phone's booking reaches the tablet that came after all of them.
    let mut line = Line::open(server.addr).await?;
    let mut tablet = Device::new(1_000_000);
    tablet.sign_in(&mut line, "operator.jelutung").await?;
    let mut news = line.listen("/api/v1/sync/events", &tablet).await?;
    let shots = crowd.book(1)?;
    all_confirmed(&drive(&server, 1, shots).await?)?;
    let frame = tokio::time::timeout(PATIENCE, news.frame()).await?;
    let frame = frame.context("the stream has ended")??;
    let heard = frame.data_ref().context("no data")?;
    ensure!(heard.starts_with(b"data: poke"), "heard {heard:?}");
    ensure!(
        listening.iter().all(|(line, _)| line.is_open()),
        "some have left"
    );
    drop(listening);
    server.stop()
}
