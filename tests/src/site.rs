//! A server that serves the built app and can be stopped and started in the middle, on one address
//! and one database: that is what being offline means here.

use std::net::SocketAddr;

use chrono::{DateTime, Utc};
use server::{
    App, Backend, Config,
    clock::Clock,
    demo::load::{self, Extent},
};
use tempfile::TempDir;

use crate::{
    browser::{Browser, Screen, dist},
    harness::NOW,
};

pub struct Site {
    pub clock: Clock,
    pub app: Option<App>,
    database: String,
    address: SocketAddr,
    _folder: TempDir,
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
        load::load(&backend, Extent { residents, life })
            .await
            .expect("the demo");
        backend.close().await;
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut site = Self {
            clock,
            app: None,
            database,
            address: any,
            _folder: folder,
        };
        site.start().await;
        site
    }

    /// Starts again, on the address it had.
    pub async fn start(&mut self) {
        let config = Config {
            clock: self.clock.clone(),
            dist: Some(dist()),
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
        let browser = Browser::open(&self.base(), screen, self.now()).await;
        browser.go("/").await;
        browser.installed().await;
        browser
    }

    /// A device on which a member of staff has signed in.
    pub async fn staff(&self, screen: Screen, username: &str) -> Browser {
        let browser = self.device(screen).await;
        browser.go("/sign-in").await;
        browser.fill("Nama pengguna", username).await;
        browser
            .fill("Kata sandi", server::demo::accounts::PASSWORD)
            .await;
        browser.tap_at("//form//button[@type='submit']").await;
        browser
    }
}
