//! A server of one test: its own database, any free port, a clock that the test moves, and the demo
//! offices with a short roll. `Phone` is a device over HTTP, as the app would be.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a harness of tests fails by panicking"
)]

use std::sync::atomic::{AtomicU64, Ordering};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use server::{
    App, Backend, Config,
    clock::Clock,
    config::Rate,
    demo::{
        DemoOffice,
        accounts::PASSWORD,
        load::{self, Extent},
        residents,
    },
};
use shared::{
    command::{Applicant, Command, RequestBooking},
    envelope::{Actor, Envelope, Head},
    ids::{DeviceId, OfficeId, OpId},
    resident::Draft,
    row::{Of, Row},
    sync::{Account, Cursor, OpResult, ProblemBody, Pulled, Pushed},
};
use tempfile::TempDir;
use uuid::Uuid;

use crate::steps::draft;

/// A Monday, 08:05 in Jelutung.
pub const NOW: &str = "2026-11-23T01:05:00Z";
/// People on each office's roll.
pub const ROLL: usize = 40;

/// One office of the demo, for most tests.
pub const OFFICE: OfficeId = OfficeId(1);
pub const OTHER_OFFICE: OfficeId = OfficeId(2);
pub const DEMO: DemoOffice = DemoOffice::Jelutung;

pub struct TestApp {
    pub app: App,
    pub clock: Clock,
    http: reqwest::Client,
    _folder: TempDir,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// On SQLite, with changes to the configuration.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite:{}", folder.path().join("rekam.db").display());
        Self::over(&database, folder, change).await
    }

    /// On a database of the caller's.
    pub async fn on(database: &str) -> Self {
        Self::over(database, tempfile::tempdir().unwrap(), |_| {}).await
    }

    /// On an empty database of the caller's, with so much of the demo, at a time.
    pub async fn of_demo(database: &str, extent: Extent, at: DateTime<Utc>) -> Self {
        Self::loaded(database, tempfile::tempdir().unwrap(), extent, at, |_| {}).await
    }

    async fn over(database: &str, folder: TempDir, change: impl FnOnce(&mut Config)) -> Self {
        let extent = Extent {
            residents: ROLL,
            life: false,
            plan: false,
        };
        Self::loaded(database, folder, extent, NOW.parse().unwrap(), change).await
    }

    async fn loaded(
        database: &str,
        folder: TempDir,
        extent: Extent,
        at: DateTime<Utc>,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let clock = Clock::set_to(at);
        let backend = Backend::open(database, clock.clone()).await.unwrap();
        load::load(&backend, extent).await.unwrap();
        let mut config = Config {
            clock: clock.clone(),
            metrics: Some(([127, 0, 0, 1], 0).into()),
            ..Config::local(database)
        };
        change(&mut config);
        Self {
            app: App::over(backend, config).await.unwrap(),
            clock,
            http: reqwest::Client::new(),
            _folder: folder,
        }
    }

    /// Ends the server and closes its database.
    pub async fn stop(self) {
        self.app.stop().await;
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.app.url())
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, self.url(path))
            .header("x-rekam", "1")
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    /// What Prometheus reads.
    pub async fn figures(&self) -> String {
        let at = self.app.metrics_addr.unwrap();
        let answer = self.http.get(format!("http://{at}/metrics"));
        answer.send().await.unwrap().text().await.unwrap()
    }

    /// A device nobody has seen.
    pub fn phone(&self) -> Phone<'_> {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        Phone {
            app: self,
            device: DeviceId(Uuid::from_u128(0xd000_0000 + u128::from(n))),
            token: token(n),
            next_seq: 1,
            cookie: None,
            account: None,
        }
    }

    /// A device on which a demo account is signed in.
    pub async fn signed_in(&self, username: &str) -> Phone<'_> {
        let mut phone = self.phone();
        phone.sign_in(username, PASSWORD).await.unwrap();
        phone
    }
}

fn token(n: u64) -> String {
    let mut bytes = [7; 32];
    bytes
        .iter_mut()
        .zip(n.to_be_bytes())
        .for_each(|(to, from)| *to = from);
    URL_SAFE_NO_PAD.encode(bytes)
}

pub struct Phone<'a> {
    pub app: &'a TestApp,
    pub device: DeviceId,
    pub token: String,
    pub next_seq: u64,
    /// `name=value` of the session.
    pub cookie: Option<String>,
    pub account: Option<Account>,
}

impl Phone<'_> {
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self
            .app
            .request(method, path)
            .bearer_auth(format!("{}.{}", self.device, self.token));
        match &self.cookie {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        }
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    pub async fn sign_in(&mut self, username: &str, password: &str) -> Result<(), ProblemBody> {
        let given = json!({ "username": username, "password": password });
        let request = self.request(Method::POST, "/api/v1/session").json(&given);
        let answer = request.send().await.unwrap();
        if answer.status() != StatusCode::OK {
            return Err(answer.json().await.unwrap());
        }
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        self.cookie = Some(cookie.split(';').next().unwrap().to_owned());
        self.account = Some(answer.json().await.unwrap());
        Ok(())
    }

    /// On whose behalf this device speaks.
    pub fn actor(&self) -> Actor {
        self.account
            .as_ref()
            .map_or(Actor::Resident, |account| Actor::User(account.id))
    }

    /// The command as the next op of the queue.
    pub fn op(&mut self, office: OfficeId, command: &Command) -> Value {
        let now = self.app.clock.now();
        self.op_at(office, command, now)
    }

    pub fn op_at(&mut self, office: OfficeId, command: &Command, at: DateTime<Utc>) -> Value {
        let head = Head {
            op_id: OpId(self.app.clock.new_id()),
            device_id: self.device,
            seq: self.next_seq,
            office,
            actor: self.actor(),
            device_time: at,
        };
        self.next_seq += 1;
        serde_json::to_value(Envelope::new(head, command).unwrap()).unwrap()
    }

    pub async fn push_raw(&self, body: String) -> Response {
        let request = self.request(Method::POST, "/api/v1/sync/push");
        let request = request.header("content-type", "application/json");
        request.body(body).send().await.unwrap()
    }

    pub async fn push_ops(&self, ops: &[Value]) -> Response {
        let body = json!({ "sent_at": self.app.clock.now(), "ops": ops });
        self.push_raw(body.to_string()).await
    }

    pub async fn push(&self, ops: &[Value]) -> Pushed {
        read(self.push_ops(ops).await).await
    }

    /// Sends one command to Jelutung and returns what became of it.
    pub async fn say(&mut self, command: &Command) -> OpResult {
        self.say_to(OFFICE, command).await
    }

    pub async fn say_to(&mut self, office: OfficeId, command: &Command) -> OpResult {
        let op = self.op(office, command);
        let pushed = self.push(&[op]).await;
        assert_eq!(pushed.stopped, None);
        pushed.results.into_iter().next().unwrap().result
    }

    pub async fn pull(&self, cursor: &Cursor) -> Pulled {
        let cursor = URL_SAFE_NO_PAD.encode(serde_json::to_vec(cursor).unwrap());
        read(
            self.get(&format!("/api/v1/sync/pull?cursor={cursor}"))
                .await,
        )
        .await
    }

    pub async fn pull_all(&self) -> Pulled {
        self.pull(&Cursor::default()).await
    }
}

/// The body of an answer that is expected to be good.
pub async fn read<T: serde::de::DeserializeOwned>(answer: Response) -> T {
    let status = answer.status();
    let text = answer.text().await.unwrap();
    assert!(status.is_success(), "{status}: {text}");
    serde_json::from_str(&text).unwrap()
}

/// The problem of an answer that is expected to be one.
pub async fn problem(answer: Response) -> (u16, ProblemBody) {
    let status = answer.status().as_u16();
    assert_eq!(
        answer.headers()["content-type"],
        "application/problem+json",
        "{status}"
    );
    let body: ProblemBody = answer.json().await.unwrap();
    assert_eq!(body.status, status);
    (status, body)
}

/// The rows of one kind among what was pulled.
pub fn rows<T: Of + Clone>(pulled: &Pulled) -> Vec<T> {
    let rows = pulled.changes.iter().filter(|change| !change.deleted);
    rows.map(|change| Row::from_json(change.entity, change.data.clone()).unwrap())
        .filter_map(|row| T::of(&row).cloned())
        .collect()
}

/// Limits that no test reaches, for those that are not about them.
pub fn without_limits(config: &mut Config) {
    let often = Rate::new(1_000_000, 1_000_000);
    let limits = &mut config.limits;
    for rate in [
        &mut limits.sign_in,
        &mut limits.sign_in_account,
        &mut limits.sign_in_address,
        &mut limits.sign_in_strangers,
        &mut limits.new_devices,
        &mut limits.newcomers,
        &mut limits.unknown,
        &mut limits.unknown_together,
        &mut limits.known,
        &mut limits.unattended,
        &mut limits.aside_unattended,
        &mut limits.device,
    ] {
        *rate = often;
    }
}

/// A person of Jelutung: below [`ROLL`] on the roll, above not.
pub fn person(n: usize) -> Draft {
    draft(residents(DEMO, n + 1).pop().unwrap())
}

/// A booking of a person, for one of these slots.
pub fn booking(person: Draft, choices: &[&str]) -> Command {
    Command::RequestBooking(RequestBooking {
        who: Applicant::New(Box::new(person)),
        choices: choices.iter().map(|c| c.parse().unwrap()).collect(),
        any_that_week: false,
        wait_if_full: false,
        priority: false,
        claim: None,
    })
}
