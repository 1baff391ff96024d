//! Several devices at work at the same time, until told to stop.

use chrono::TimeDelta;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use tests::{
    courier::{Courier, Outcome, now},
    ledger,
    work::{Town, act},
};
use tokio::{task::JoinSet, time::Instant};

/// Nothing here takes this long.
const PATIENCE: Duration = Duration::from_secs(120);

/// Devices, and what they have seen.
pub struct Storm {
    pub couriers: Vec<Courier>,
    pub seen: Arc<AtomicU64>,
    town: Arc<Town>,
    /// Where a device goes when one server does not answer.
    urls: Vec<String>,
}

/// Devices under way.
pub struct Blowing {
    tasks: JoinSet<Courier>,
    stop: Arc<AtomicBool>,
    seen: Arc<AtomicU64>,
}

impl Storm {
    /// Four phones and two tablets; the clocks of some are wrong.
    pub async fn gather(urls: &[String]) -> Self {
        let seen = Arc::new(AtomicU64::new(0));
        let mut couriers: Vec<Courier> = (0..4)
            .map(|n| {
                let off = [0, 0, 7, -90][n as usize];
                Courier::phone(n, TimeDelta::minutes(off), &seen)
            })
            .collect();
        for (n, username) in (10..).zip(["operator.jelutung", "operator2.jelutung"]) {
            let clock = TimeDelta::zero();
            couriers.push(Courier::staff(n, clock, &seen, &urls[0], username).await);
        }
        Self {
            couriers,
            seen,
            town: Arc::new(Town::new(1_000)),
            urls: urls.to_vec(),
        }
    }

    /// From now on devices reach the server there.
    pub fn go_through(&mut self, urls: &[String]) {
        self.urls = urls.to_vec();
    }

    /// Sets all devices to work.
    pub fn blow(&mut self) -> Blowing {
        let stop = Arc::new(AtomicBool::new(false));
        let mut tasks = JoinSet::new();
        for (n, mut courier) in self.couriers.drain(..).enumerate() {
            let (stop, town, urls) = (stop.clone(), self.town.clone(), self.urls.clone());
            tasks.spawn(async move {
                let mut at = n;
                while !stop.load(Ordering::SeqCst) {
                    for _ in 0..=courier.chance().below(4) {
                        let command = act(&mut courier, &town, now());
                        courier.append(&command, now());
                    }
                    let url = &urls[at % urls.len()];
                    let pushed = courier.push(url, now()).await;
                    if courier.chance().one_in(3) {
                        courier.pull(url, now()).await;
                    }
                    if !matches!(pushed, Outcome::Answered(_)) {
                        at += 1;
                        // A person does not tap without a pause.
                        tokio::time::sleep(Duration::from_millis(5)).await;
                    }
                }
                courier
            });
        }
        let seen = self.seen.clone();
        Blowing { tasks, stop, seen }
    }

    /// Takes the devices back.
    pub async fn calm(&mut self, blowing: Blowing) {
        blowing.stop.store(true, Ordering::SeqCst);
        self.couriers = blowing.tasks.join_all().await;
        self.couriers.sort_by_key(|courier| courier.name.clone());
    }

    /// Everything is sent and pulled.
    pub async fn drain(&mut self) {
        // Twice: what the last one sends changes what the first one sees.
        for _ in 0..2 {
            for courier in &mut self.couriers {
                courier.drain(&self.urls[0]).await;
            }
        }
    }

    /// What devices saw answered is in the tables.
    pub async fn assert_kept(&self, database: &str) {
        ledger::holds_answers(&ledger::read(database).await, &self.couriers);
    }

    /// What devices saved is in the tables, each once; returns how many ops that are.
    pub async fn assert_complete(&self, database: &str) -> u64 {
        let entries = ledger::read(database).await;
        ledger::is_complete(&entries, &self.couriers);
        let saved = self.couriers.iter().map(|c| c.device.promised.len());
        saved.sum::<usize>() as u64
    }

    pub fn lost(&self) -> u64 {
        self.couriers.iter().map(|c| c.lost).sum()
    }

    pub fn replayed(&self) -> u64 {
        self.couriers.iter().map(|c| c.replayed).sum()
    }

    /// How many ops each kind of answer got.
    pub fn applied(&self) -> u64 {
        let answers = self.couriers.iter().flat_map(|c| c.answered.values());
        let applied = answers.filter(|a| matches!(a, shared::sync::OpResult::Applied { .. }));
        applied.count() as u64
    }
}

impl Blowing {
    /// Waits until devices have seen so many more answers.
    pub async fn answers(&self, more: u64) {
        let goal = self.seen.load(Ordering::Relaxed) + more;
        let (mut last, mut end) = (0, Instant::now() + PATIENCE);
        loop {
            let seen = self.seen.load(Ordering::Relaxed);
            if seen >= goal {
                return;
            }
            if seen > last {
                (last, end) = (seen, Instant::now() + PATIENCE);
            }
            assert!(Instant::now() < end, "no answers come");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}
