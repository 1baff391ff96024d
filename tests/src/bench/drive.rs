//! Many clients at once, each on a connection of its own, taking one prepared request after the other.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use anyhow::Result;
use bytes::Bytes;
use tokio::{sync::Barrier, task::JoinSet};

use super::{
    people::Device,
    process::Server,
    report::{Report, percentile},
    wire::{Answer, Line},
};

/// One request and who sends it.
pub struct Shot {
    pub path: &'static str,
    pub device: Device,
    /// `None` reads.
    pub body: Option<Bytes>,
}

/// How it went.
pub struct Drive {
    pub answers: Vec<Answer>,
    seconds: f64,
    /// Of the server, in all.
    cpu: f64,
    millis: Vec<f64>,
}

pub async fn drive(server: &Server, clients: usize, shots: Vec<Shot>) -> Result<Drive> {
    let count = shots.len();
    let shots = Arc::new(shots);
    let next = Arc::new(AtomicUsize::new(0));
    let ready = Arc::new(Barrier::new(clients + 1));
    let mut tasks = JoinSet::new();
    for _ in 0..clients {
        let (shots, next, ready) = (Arc::clone(&shots), Arc::clone(&next), Arc::clone(&ready));
        let line = Line::open(server.addr).await?;
        tasks.spawn(async move {
            ready.wait().await;
            one(line, &shots, &next).await
        });
    }
    ready.wait().await;
    let (began, cpu) = (Instant::now(), server.cpu()?);
    let mut drive = Drive {
        answers: Vec::with_capacity(count),
        seconds: 0.0,
        cpu: 0.0,
        millis: Vec::with_capacity(count),
    };
    while let Some(done) = tasks.join_next().await {
        for (answer, millis) in done?? {
            drive.answers.push(answer);
            drive.millis.push(millis);
        }
    }
    drive.seconds = began.elapsed().as_secs_f64();
    drive.cpu = server.cpu()? - cpu;
    Ok(drive)
}

async fn one(mut line: Line, shots: &[Shot], next: &AtomicUsize) -> Result<Vec<(Answer, f64)>> {
    let mut done = Vec::new();
    while let Some(shot) = shots.get(next.fetch_add(1, Ordering::Relaxed)) {
        let began = Instant::now();
        let answer = match &shot.body {
            Some(body) => {
                let device = Some(&shot.device);
                line.post(shot.path, device, body.clone()).await?
            }
            None => line.get(shot.path, Some(&shot.device)).await?,
        };
        done.push((answer, began.elapsed().as_secs_f64() * 1e3));
    }
    Ok(done)
}

impl Drive {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    #[must_use]
    pub fn per_s(&self) -> f64 {
        self.answers.len() as f64 / self.seconds
    }

    /// Processor time of the server for each, in microseconds: it hardly depends on what else the
    /// machine does.
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    #[must_use]
    pub fn cpu_us(&self) -> f64 {
        self.cpu * 1e6 / self.answers.len() as f64
    }

    pub fn report(&mut self, name: &str, report: &mut Report) {
        report.put(format!("{name}.per_s"), self.per_s());
        report.put(format!("{name}.cpu_us"), self.cpu_us());
        report.put(format!("{name}.p50_ms"), percentile(&mut self.millis, 0.5));
        report.put(format!("{name}.p99_ms"), percentile(&mut self.millis, 0.99));
    }
}
