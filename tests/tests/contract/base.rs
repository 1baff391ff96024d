//! A fresh database with the parts of a server on it, and devices that speak to it.

use chrono::{DateTime, Utc};
use serde_json::Value;
use server::{
    Backend,
    batch::{Batcher, Keys, Room, Submission, Via},
    clock::Clock,
    maintenance::{self, Finding},
    pokes::Pokes,
    ring::{LiveRing, Ring},
    store::{Db, Engine, accounts, accounts::Account, devices},
    system,
};
use shared::{
    command::{Applicant, Command, RequestBooking},
    envelope::{Actor, Envelope, Head},
    ids::{DeviceId, OfficeId, OpId, UserId},
    office::Office,
    region::RegionCode,
    slot::SlotStart,
    sync::{OpResult, Push, Pushed, Role},
};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};
use tests::sim::people;
use uuid::Uuid;

/// One test's database.
pub struct Base {
    pub db: Db,
    pub url: String,
    pub clock: Clock,
    pub keys: Arc<Keys>,
    pub pokes: Pokes,
    pub batcher: Batcher,
    pub folder: PathBuf,
}

impl Drop for Base {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn folder() -> PathBuf {
    static FOLDERS: AtomicU32 = AtomicU32::new(0);
    let n = FOLDERS.fetch_add(1, Ordering::SeqCst);
    let name = format!("rekam-contract-{}-{n}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

impl Base {
    pub async fn sqlite() -> Self {
        let folder = folder();
        let url = format!("sqlite:{}", folder.join("rekam.db").display());
        Self::open(url, folder).await
    }

    pub async fn postgres() -> Self {
        Self::open(tests::postgres::database().await, folder()).await
    }

    /// The same parts over another database; its files are in a folder of their own.
    pub async fn at(&self, url: &str) -> Self {
        Self::open(url.to_owned(), folder()).await
    }

    async fn open(url: String, folder: PathBuf) -> Self {
        let db = Db::open(&url).await.unwrap();
        let clock = Clock::set_to(people::morning());
        let keys = Arc::new(Keys {
            tickets: LiveRing::new(Ring::of(&[7; 32])),
            nik_pepper: [9; 32],
            sign_ins: [6; 32],
            lockbox: Some([5; 32]),
        });
        let pokes = Pokes::start(&db, clock.new_id());
        let batcher = Batcher::start(db.clone(), clock.clone(), keys.clone(), pokes.clone());
        Self {
            db,
            url,
            clock,
            keys,
            pokes,
            batcher,
            folder,
        }
    }

    /// A second server on the same database.
    pub fn another_batcher(&self) -> Batcher {
        let pokes = Pokes::start(&self.db, self.clock.new_id());
        Batcher::start(
            self.db.clone(),
            self.clock.clone(),
            self.keys.clone(),
            pokes,
        )
    }

    /// All parts of a server but the network.
    pub fn backend(&self) -> Backend {
        Backend {
            db: self.db.clone(),
            clock: self.clock.clone(),
            keys: self.keys.clone(),
            pokes: self.pokes.clone(),
            batcher: self.batcher.clone(),
        }
    }

    /// Ends what the server does; nobody has the database open afterwards.
    pub async fn close(&self) {
        self.backend().close().await;
    }

    /// Says something to the database behind the product's back.
    pub async fn meddle(&self, sqlite: &str, postgres: &str) {
        match self.db.engine() {
            Engine::Sqlite => {
                let path = self.url.strip_prefix("sqlite:").unwrap();
                let url = format!("sqlite://{path}");
                let mut db = SqliteConnection::connect(&url).await.unwrap();
                let sql = sqlx::raw_sql(AssertSqlSafe(sqlite.to_owned()));
                sql.execute(&mut db).await.unwrap();
            }
            Engine::Postgres => {
                let mut db = PgConnection::connect(&self.url).await.unwrap();
                let sql = sqlx::raw_sql(AssertSqlSafe(postgres.to_owned()));
                sql.execute(&mut db).await.unwrap();
            }
        }
    }

    /// What the database says, asked behind the product's back.
    pub async fn count(&self, sql: &str) -> i64 {
        let sql = AssertSqlSafe(sql.to_owned());
        match self.db.engine() {
            Engine::Sqlite => {
                let path = self.url.strip_prefix("sqlite:").unwrap();
                let url = format!("sqlite://{path}");
                let mut db = SqliteConnection::connect(&url).await.unwrap();
                sqlx::query_scalar(sql).fetch_one(&mut db).await.unwrap()
            }
            Engine::Postgres => {
                let mut db = PgConnection::connect(&self.url).await.unwrap();
                sqlx::query_scalar(sql).fetch_one(&mut db).await.unwrap()
            }
        }
    }

    pub async fn set_office(&self, office: Office) {
        let id = office.id;
        let office = Box::new(office);
        let commands = vec![Command::SetOffice { office }];
        let answers = system::say(&self.db, &self.batcher, &self.clock, id, commands).await;
        let answers = answers.unwrap();
        assert!(
            matches!(answers[0].result, OpResult::Applied { .. }),
            "{answers:?}"
        );
    }

    /// An account that has signed in on the device.
    pub async fn staff(
        &self,
        device: DeviceId,
        role: Role,
        kelurahan: Option<RegionCode>,
    ) -> UserId {
        let id = UserId(self.clock.new_id());
        let account = Account {
            id,
            username: id.to_string(),
            office: people::OFFICE,
            role,
            kelurahan,
            name: "Staf".to_owned(),
            password_hash: "-".to_owned(),
            revoked: false,
        };
        let mut tx = self.db.write().await.unwrap();
        accounts::create(&mut tx, &account).await.unwrap();
        devices::link_account(&mut tx, device, id).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    pub async fn push(&self, device: &Phone, ops: Vec<Value>) -> Pushed {
        self.send(device, false, ops).await
    }

    pub async fn send(&self, device: &Phone, declare_gap: bool, ops: Vec<Value>) -> Pushed {
        let push = Push {
            sent_at: self.clock.now(),
            declare_gap,
            seals: Vec::new(),
            ops,
        };
        self.batcher.submit(device.submission(push)).await.unwrap()
    }

    /// What `check` finds, but for its word that a test edited rows.
    pub async fn findings_besides_edits(&self) -> Vec<Finding> {
        let mut found = maintenance::check(&self.db).await.unwrap();
        found.retain(|found| !matches!(found, Finding::Row { .. }));
        found
    }

    pub async fn assert_clean(&self) {
        let findings = server::maintenance::check(&self.db).await.unwrap();
        assert_eq!(findings, Vec::new());
    }
}

/// A device with its queue.
pub struct Phone {
    pub id: DeviceId,
    pub seq: u64,
    pub office: OfficeId,
}

impl Phone {
    pub fn new() -> Self {
        Self {
            id: DeviceId(Uuid::new_v4()),
            seq: 0,
            office: people::OFFICE,
        }
    }

    pub fn op(&mut self, actor: Actor, command: &Command) -> Value {
        self.seq += 1;
        let head = Head {
            op_id: OpId(Uuid::new_v4()),
            device_id: self.id,
            seq: self.seq,
            office: self.office,
            actor,
            device_time: people::morning(),
        };
        serde_json::to_value(Envelope::new(head, command).unwrap()).unwrap()
    }

    /// The wish of person `n` for a slot.
    pub fn book(&mut self, n: usize, slot: &str, wait_if_full: bool) -> Value {
        self.op(Actor::Resident, &booking(n, slot, wait_if_full))
    }

    pub fn submission(&self, push: Push) -> Submission {
        Submission {
            device: self.id,
            via: Via::Http,
            sent_at: push.sent_at,
            declare_gap: push.declare_gap,
            room: Room::ALL,
            new: None,
            ops: push.ops,
        }
    }
}

pub fn booking(n: usize, slot: &str, wait_if_full: bool) -> Command {
    Command::RequestBooking(RequestBooking {
        who: Applicant::New(Box::new(people::person(n))),
        choices: vec![slot.parse::<SlotStart>().unwrap()],
        any_that_week: false,
        wait_if_full,
        priority: false,
        claim: None,
    })
}

/// Monday's and Tuesday's first slots.
pub const MONDAY: &str = "2026-11-23T08:00";
pub const TUESDAY: &str = "2026-11-24T08:00";

/// An office with `seats` seats in each of its two slots a day, for whoever comes first.
pub fn office(id: OfficeId, seats: u16) -> Office {
    let mut office = people::office();
    office.id = id;
    office.settings.stations = 1;
    office.settings.minutes_per_recording = 60 / seats;
    office.settings.walk_in_percent = 0;
    office.settings.unverified_percent = 100;
    office
}

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}
