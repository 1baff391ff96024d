//! A device over real HTTP that lives with a server that dies, a network that lies, and a clock that
//! is wrong: the product's own queue, and around it what the app does with answers and failures. It
//! remembers every answer that it saw.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::json;
use server::{clock::Clock, demo::accounts::PASSWORD};
use shared::{
    client::{Remedy, remedy},
    command::Command,
    decide::Who,
    ids::{DeviceId, OpId},
    problem::Code,
    sync::{Account, OpResult, ProblemBody, Pulled, Push, Pushed},
};
use uuid::Uuid;

use crate::sim::{
    Chance,
    device::{Answer, Device, Request},
};

/// The time by this machine's clock.
#[must_use]
pub fn now() -> DateTime<Utc> {
    Clock::system().now()
}

/// What became of a request, from where the device stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing to send.
    Idle,
    /// So many ops were answered for the first time.
    Answered(usize),
    /// No answer, or half of one.
    Lost,
    /// A problem with its status and code.
    Refused(u16, Code),
}

pub struct Courier {
    pub device: Device,
    pub name: String,
    /// Answers as they were first seen.
    pub answered: BTreeMap<OpId, OpResult>,
    pub lost: u64,
    pub refused: u64,
    pub replayed: u64,
    token: String,
    cookie: Option<String>,
    http: reqwest::Client,
    chance: Chance,
    /// Answers seen by all couriers of a test.
    seen: Arc<AtomicU64>,
}

/// Answers wait for no longer than this.
const PATIENCE: Duration = Duration::from_secs(20);

impl Courier {
    /// A resident's phone. Its clock is off by `clock`.
    #[must_use]
    pub fn phone(n: u64, clock: TimeDelta, seen: &Arc<AtomicU64>) -> Self {
        let mut chance = Chance::new(0xc0_0000 + n);
        let id = DeviceId(chance.uuid());
        let token = [chance.uuid().into_bytes(), chance.uuid().into_bytes()].concat();
        Self {
            device: Device::new(id, None, clock),
            name: format!("phone {n}"),
            answered: BTreeMap::new(),
            lost: 0,
            refused: 0,
            replayed: 0,
            token: URL_SAFE_NO_PAD.encode(token),
            cookie: None,
            http: client(PATIENCE),
            chance,
            seen: Arc::clone(seen),
        }
    }

    /// A tablet on which a member of staff is signed in.
    ///
    /// # Panics
    /// When signing in fails.
    pub async fn staff(
        n: u64,
        clock: TimeDelta,
        seen: &Arc<AtomicU64>,
        base: &str,
        username: &str,
    ) -> Self {
        let mut courier = Self::phone(n, clock, seen);
        courier.name = format!("{username} {n}");
        let given = json!({ "username": username, "password": PASSWORD });
        let request = courier.request(Method::POST, base, "/api/v1/session");
        let answer = request.json(&given).send().await.expect("an answer");
        let cookie = answer.headers()["set-cookie"].to_str().expect("a cookie");
        courier.cookie = cookie.split(';').next().map(str::to_owned);
        let account: Account = answer.json().await.expect("an account");
        courier.device.client.seals.extend(account.seal);
        courier.device.staff = Some(Who {
            role: account.role,
            user: Some(account.id),
            office: Some(account.office),
            kelurahan: account.kelurahan,
        });
        courier
    }

    /// Waits for answers no longer than this.
    pub fn patience(&mut self, patience: Duration) {
        self.http = client(patience);
    }

    fn request(&self, method: Method, base: &str, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{base}{path}"));
        let device = self.device.client.device;
        let request = request
            .header("x-rekam", "1")
            .bearer_auth(format!("{device}.{}", self.token));
        match &self.cookie {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        }
    }

    /// The person acts; the op is saved on the device.
    pub fn append(&mut self, command: &Command, now: DateTime<Utc>) -> OpId {
        let id = OpId(self.chance.uuid());
        self.device.append(id, command, now);
        id
    }

    /// One push of what waits.
    pub async fn push(&mut self, base: &str, now: DateTime<Utc>) -> Outcome {
        let Some(Request::Push(id, push)) = self.device.request(true, now) else {
            return Outcome::Idle;
        };
        let answer = self.send(base, &push).await;
        self.device.client.unsent();
        let pushed = match answer {
            Ok(pushed) => pushed,
            Err(outcome) => {
                self.assert_known(&outcome);
                return outcome;
            }
        };
        let before = self.answered.len();
        if self.is_of_this_epoch(&pushed) {
            self.note(&pushed);
        }
        let fresh = self.answered.len() - before;
        let forked = DeviceId(self.chance.uuid());
        self.device.take(Answer::Push(id, pushed), forked, now);
        Outcome::Answered(fresh)
    }

    async fn send(&mut self, base: &str, push: &Push) -> Result<Pushed, Outcome> {
        let request = self.request(Method::POST, base, "/api/v1/sync/push");
        let answer = request.json(push).send().await;
        self.read(answer).await
    }

    /// One page of a pull.
    pub async fn pull(&mut self, base: &str, now: DateTime<Utc>) -> Outcome {
        let id = self.device.client.device;
        let cursor = self.device.client.cursor.clone();
        let text = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&cursor).expect("a cursor"));
        let path = format!("/api/v1/sync/pull?cursor={text}");
        let answer = self.request(Method::GET, base, &path).send().await;
        let pulled: Pulled = match self.read(answer).await {
            Ok(pulled) => pulled,
            Err(outcome) => return outcome,
        };
        if !cursor.epoch.is_empty() && cursor.epoch != pulled.cursor.epoch {
            // What an older epoch answered may be decided anew.
            self.answered.clear();
        }
        let more = pulled.more || cursor != pulled.cursor;
        let forked = DeviceId(self.chance.uuid());
        let answer = Answer::Pull(id, cursor, pulled);
        self.device.take(answer, forked, now);
        if more {
            Outcome::Answered(0)
        } else {
            Outcome::Idle
        }
    }

    async fn read<T: serde::de::DeserializeOwned>(
        &mut self,
        answer: reqwest::Result<Response>,
    ) -> Result<T, Outcome> {
        let whole = async {
            let answer = answer.ok()?;
            let status = answer.status();
            Some((status, answer.bytes().await.ok()?))
        };
        let Some((status, bytes)) = whole.await else {
            self.lost += 1;
            return Err(Outcome::Lost);
        };
        if status.is_success() {
            let read = serde_json::from_slice(&bytes);
            return read.map_err(|_| {
                self.lost += 1;
                Outcome::Lost
            });
        }
        self.refused += 1;
        let problem: ProblemBody =
            serde_json::from_slice(&bytes).unwrap_or_else(|_| panic!("{status} without a problem"));
        if let Some(expected) = problem.expected
            && let Remedy::Rewind(seq) = remedy(problem.code, expected)
        {
            self.device.client.rewind(seq);
        }
        Err(Outcome::Refused(status.as_u16(), problem.code))
    }

    fn assert_known(&self, outcome: &Outcome) {
        // None of these tests copies a device, so none may be told that it was.
        let forked = matches!(
            outcome,
            Outcome::Refused(_, Code::DeviceForked | Code::DeviceToken)
        );
        assert!(!forked, "{}: {outcome:?}", self.name);
    }

    fn is_of_this_epoch(&self, pushed: &Pushed) -> bool {
        let epoch = &self.device.client.cursor.epoch;
        epoch.is_empty() || *epoch == pushed.epoch
    }

    fn note(&mut self, pushed: &Pushed) {
        let forked = pushed.stopped.filter(|s| s.code == Code::DeviceForked);
        assert_eq!(forked, None, "{}", self.name);
        for answer in &pushed.results {
            self.replayed += u64::from(answer.replayed);
            let first = self.answered.get(&answer.op_id);
            if let Some(first) = first {
                assert_eq!(*first, answer.result, "one op, one answer");
                continue;
            }
            self.answered.insert(answer.op_id, answer.result.clone());
            self.seen.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Sends and pulls until nothing waits and nothing new comes.
    ///
    /// # Panics
    /// When that does not happen in time.
    pub async fn drain(&mut self, base: &str) {
        let end = tokio::time::Instant::now() + Duration::from_secs(120);
        loop {
            let pushed = self.push(base, now()).await;
            let pulled = self.pull(base, now()).await;
            let left = self.device.client.unsettled().count();
            if left == 0 && pulled == Outcome::Idle {
                return;
            }
            let late = tokio::time::Instant::now() > end;
            assert!(
                !late,
                "{} keeps {left} ops: {pushed:?}, {pulled:?}",
                self.name
            );
            if !matches!(pushed, Outcome::Answered(_) | Outcome::Idle) {
                // As the app: not at once again.
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }

    /// The ids of the keys that the server says tickets are checked with.
    ///
    /// # Panics
    /// When nobody is signed in here.
    pub async fn ticket_keys(&self, base: &str) -> Vec<u8> {
        let request = self.request(Method::GET, base, "/api/v1/session");
        let answer = request.send().await.expect("an answer");
        let account: Account = answer.json().await.expect("an account");
        account.ticket_keys.iter().map(|key| key.id).collect()
    }

    /// Everything saved on this device that the server has not been seen to answer.
    #[must_use]
    pub fn unanswered(&self) -> Vec<OpId> {
        let open = self.device.client.unsettled();
        open.map(|op| op.envelope.op_id).collect()
    }

    /// Somewhere to draw chances from.
    pub fn chance(&mut self) -> &mut Chance {
        &mut self.chance
    }

    /// The device's id, whatever it was before.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.device.client.device.0
    }
}

fn client(patience: Duration) -> reqwest::Client {
    let client = reqwest::Client::builder().timeout(patience);
    // A connection for each request, so that every one may meet its own fate.
    let client = client.pool_max_idle_per_host(0).no_proxy();
    client.build().expect("a client")
}
