//! A server that serves the built app and can be stopped and started in the middle, on one address
//! and one database: that is what being offline means here.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use server::{
    App, Backend, Config,
    clock::Clock,
    demo::load::{self, Extent},
    store::{clocks, devices, rows},
    system,
};
use shared::{
    command::Command,
    ids::{DeviceId, OfficeId},
    row::{Change, Of, Row},
    sync::OpResult,
};
use tempfile::TempDir;

use crate::{
    browser::{Browser, Screen, dist},
    harness::NOW,
};

/// How long something may take to arrive at the server.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

pub struct Site {
    pub clock: Clock,
    pub app: Option<App>,
    database: String,
    address: SocketAddr,
    dist: PathBuf,
    folder: TempDir,
}

impl Site {
    /// The demo offices on a Monday morning, with bookings and visits of that day if `life`.
    ///
    /// # Panics
    /// As all functions here: when the server does not start or stop.
    pub async fn open(residents: usize, life: bool) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = format!("sqlite:{}", folder.path().join("rekam.db").display());
        let clock = Clock::set_to(NOW.parse().expect("a time"));
        let backend = Backend::open(&database, clock.clone())
            .await
            .expect("a database");
        let extent = Extent {
            residents,
            life,
            plan: false,
        };
        load::load(&backend, extent).await.expect("the demo");
        backend.close().await;
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut site = Self {
            clock,
            app: None,
            database,
            address: any,
            dist: dist(),
            folder,
        };
        site.start().await;
        site
    }

    /// Starts again, on the address it had.
    pub async fn start(&mut self) {
        let config = Config {
            clock: self.clock.clone(),
            dist: Some(self.dist.clone()),
            listen: self.address,
            ..Config::local(&self.database)
        };
        let app = App::start(config).await.expect("the server starts");
        self.address = app.addr;
        self.app = Some(app);
    }

    /// The network is gone: nobody answers any more.
    pub async fn stop(&mut self) {
        if let Some(app) = self.app.take() {
            app.stop().await;
        }
    }

    /// Another version of the app from the next start on: the same one with a mark in it.
    pub fn publish(&mut self, edition: &str) {
        self.dist = marked(&dist(), &self.folder.path().join("dist"), edition);
    }

    /// All rows of one kind at the server.
    pub async fn rows<T: Of + Clone>(&self, office: OfficeId) -> Vec<T> {
        let app = self.app.as_ref().expect("the server runs");
        let mut tx = app.backend.db.read().await.expect("a transaction");
        let all = rows::all(&mut tx, office, T::ENTITY)
            .await
            .expect("the rows");
        all.iter().filter_map(T::of).cloned().collect()
    }

    /// Puts a row into the office's log past all rules: for states that would take days to reach.
    pub async fn put(&self, office: OfficeId, row: Row) {
        self.put_all(office, vec![row]).await;
    }

    /// As [`Self::put`], many at once.
    pub async fn put_all(&self, office: OfficeId, all: Vec<Row>) {
        let app = self.app.as_ref().expect("the server runs");
        let mut tx = app.backend.db.write().await.expect("a transaction");
        let mut clock = clocks::lock(&mut tx, office).await.expect("the clock row");
        let numbered = all.into_iter().map(|row| {
            clock.seq += 1;
            let (seq, change) = (clock.seq, Change::Put(row));
            rows::Numbered { seq, change }
        });
        let numbered: Vec<_> = numbered.collect();
        rows::save(&mut tx, office, self.now(), &numbered)
            .await
            .expect("the row is saved");
        clocks::save(&mut tx, &clock)
            .await
            .expect("the clock row is saved");
        tx.commit().await.expect("the row is kept");
    }

    /// Gives commands on behalf of the office itself, and each is applied.
    pub async fn say(&self, office: OfficeId, commands: Vec<Command>) {
        let app = self.app.as_ref().expect("the server runs");
        let Backend { db, batcher, .. } = &app.backend;
        let answers = system::say(db, batcher, &self.clock, office, commands)
            .await
            .expect("the office speaks");
        for answer in answers {
            let is_applied = matches!(answer.result, OpResult::Applied { .. });
            assert!(is_applied, "{answer:?}");
        }
    }

    /// Looks once at what time has brought about, as the server does every minute.
    pub async fn tick(&self) {
        let app = self.app.as_ref().expect("the server runs");
        let Backend { db, batcher, .. } = &app.backend;
        system::tick(db, batcher, &self.clock)
            .await
            .expect("the office speaks");
    }

    /// Locks a device, or unlocks it, as the office does.
    pub async fn lock(&self, device: DeviceId, locked: bool) {
        let app = self.app.as_ref().expect("the server runs");
        let mut tx = app.backend.db.write().await.expect("a transaction");
        devices::revoke(&mut tx, device, locked)
            .await
            .expect("the device is known");
        tx.commit().await.expect("the lock is kept");
    }

    /// Waits until the server holds so many rows that fit, and gives them.
    pub async fn holds<T: Of + Clone + std::fmt::Debug>(
        &self,
        office: OfficeId,
        count: usize,
        fits: impl Fn(&T) -> bool,
    ) -> Vec<T> {
        let end = tokio::time::Instant::now() + PATIENCE;
        loop {
            let all = self.rows::<T>(office).await;
            let found: Vec<T> = all.iter().filter(|row| fits(row)).cloned().collect();
            if found.len() == count {
                return found;
            }
            let kind = T::ENTITY.as_str();
            assert!(
                tokio::time::Instant::now() < end,
                "{} rows of {kind} fit, not {count}: {found:?}",
                found.len()
            );
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }

    #[must_use]
    pub fn database(&self) -> &str {
        &self.database
    }

    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    #[must_use]
    pub fn base(&self) -> String {
        // Service workers need a secure context, which this name is.
        format!("http://localhost:{}", self.address.port())
    }

    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// A device at the front page, installed so that it opens without a network.
    pub async fn device(&self, screen: Screen) -> Browser {
        self.device_with(screen, &[]).await
    }

    /// As [`Self::device`], with arguments for Chromium.
    pub async fn device_with(&self, screen: Screen, args: &[String]) -> Browser {
        let browser = Browser::with(&self.base(), screen, self.now(), args).await;
        browser.go("/").await;
        browser.installed().await;
        browser
    }

    /// A device on which a member of staff has signed in.
    pub async fn staff(&self, screen: Screen, username: &str) -> Browser {
        let browser = self.device(screen).await;
        sign_in(&browser, username).await;
        browser
    }
}

/// Signs a member of staff in and waits for the page of the role.
pub async fn sign_in(browser: &Browser, username: &str) {
    browser.go("/sign-in").await;
    browser.fill("Nama pengguna", username).await;
    browser
        .fill("Kata sandi", server::demo::accounts::PASSWORD)
        .await;
    browser.tap_at("//form//button[@type='submit']").await;
    browser
        .until("the sign-in", |text| !text.contains("Masuk petugas"))
        .await;
}

/// A copy of the built app with a mark in its page, and with that file's sum in the worker's list.
fn marked(from: &Path, to: &Path, edition: &str) -> PathBuf {
    use sha2::{Digest, Sha256};
    let sum = |bytes: &[u8]| -> String {
        let digest = Sha256::digest(bytes);
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    };
    copy(from, to);
    let (index, worker) = (to.join("index.html"), to.join("sw.js"));
    let old = std::fs::read_to_string(&index).expect("index.html");
    let mark = format!("<meta name=\"edition\" content=\"{edition}\"></head>");
    let new = old.replace("</head>", &mark);
    let list = std::fs::read_to_string(&worker).expect("sw.js");
    let listed = list.replace(&sum(old.as_bytes()), &sum(new.as_bytes()));
    assert_ne!(list, listed, "the worker lists index.html by its sum");
    std::fs::write(&index, new).expect("the new index.html");
    std::fs::write(&worker, listed).expect("the new sw.js");
    for packed in ["index.html.br", "sw.js.br"] {
        let _ = std::fs::remove_file(to.join(packed));
    }
    to.to_owned()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("the built app") {
        let entry = entry.expect("a file of the built app");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}
