//! Starting and stopping: the database and its batches (`Backend`), and the server over them (`App`).

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context;
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
    task::JoinHandle,
    time::timeout,
};

use crate::{
    batch::{Batcher, Keys},
    clock::Clock,
    config::Config,
    limits::Limiters,
    lockbox,
    maintenance::{self, Bounds},
    metrics,
    newcomers::Newcomers,
    pokes::Pokes,
    ring::{LiveRing, Ring},
    router, serve,
    state::{Contacts, Shared, State},
    static_files::Assets,
    store::{Db, StoreError, meta, seals},
    streams::Streams,
    system,
};

/// How long requests, and then the database, may take to end when the server stops.
const PATIENCE: Duration = Duration::from_secs(10);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Between two looks at the keys: one that leaked must not sign for long.
const KEYS: Duration = Duration::from_secs(2);
const MINUTE: Duration = Duration::from_secs(60);
/// Often enough that little is copied at a time.
const CHECKPOINT: Duration = Duration::from_secs(1);

/// All that takes and keeps commands, without the network.
#[derive(Clone)]
pub struct Backend {
    pub db: Db,
    pub clock: Clock,
    pub keys: Arc<Keys>,
    pub pokes: Pokes,
    pub batcher: Batcher,
}

impl Backend {
    /// Opens the database, brings it up to date, and starts taking submissions.
    ///
    /// # Errors
    /// When the database cannot be opened.
    pub async fn open(database: &str, clock: Clock) -> anyhow::Result<Self> {
        Self::opened(Db::open(database).await, database, clock).await
    }

    /// As [`Self::open`], where there must be a database already.
    ///
    /// # Errors
    /// As [`Self::open`], and when there is none.
    pub async fn open_known(database: &str, clock: Clock) -> anyhow::Result<Self> {
        Self::opened(Db::open_known(database).await, database, clock).await
    }

    async fn opened(
        db: Result<Db, StoreError>,
        database: &str,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        let db = db.context("cannot open the database")?;
        let own = lockbox::key(database)?;
        let backend = Self::with_lockbox(db, clock, own).await?;
        let mut tx = backend.db.read().await?;
        if let Some(warning) = lockbox::warning(&mut tx, database, own.as_ref()).await? {
            tracing::warn!("{warning}");
        }
        drop(tx);
        Ok(backend)
    }

    /// Starts taking submissions over a database that is open.
    ///
    /// # Errors
    /// When the keys cannot be read.
    pub async fn on(db: Db, clock: Clock) -> anyhow::Result<Self> {
        Self::with_lockbox(db, clock, None).await
    }

    async fn with_lockbox(db: Db, clock: Clock, lockbox: Option<[u8; 32]>) -> anyhow::Result<Self> {
        let keys = Arc::new(keys(&db, &clock, lockbox).await?);
        let pokes = Pokes::start(&db, clock.new_id());
        let batcher = Batcher::start(db.clone(), clock.clone(), keys.clone(), pokes.clone());
        Ok(Self {
            db,
            clock,
            keys,
            pokes,
            batcher,
        })
    }

    /// Finishes what was taken and closes the database; what does not end in time is given up.
    pub async fn close(self) {
        self.batcher.shutdown().await;
        // A transaction that hangs must not hold up the end of the process, which closes all connections.
        if timeout(PATIENCE, self.db.close()).await.is_err() {
            tracing::error!("the database does not close; what was not committed is not saved");
        }
    }
}

/// The secrets and the epoch; made at the first start.
async fn keys(db: &Db, clock: &Clock, lockbox: Option<[u8; 32]>) -> anyhow::Result<Keys> {
    let mut tx = db.write().await?;
    meta::first_epoch(&mut tx, clock.new_id()).await?;
    let ring = meta::ring(&mut tx, fresh()?).await?;
    meta::secret(&mut tx, "audit", fresh()?).await?;
    let sealed = seals::seal_what_was_before(&mut tx, clock.now()).await?;
    let sealed = sealed + seals::seal_shared(&mut tx, clock.now()).await?;
    if sealed > 0 {
        tracing::info!(rows = sealed, "the audit knows the rows of before");
    }
    let nik_pepper = meta::secret(&mut tx, "nik", fresh()?).await?;
    let sign_ins = meta::secret(&mut tx, "sign_in", fresh()?).await?;
    if let Some(own) = &lockbox {
        lockbox::note(&mut tx, own, clock.now()).await?;
    }
    tx.commit().await?;
    Ok(Keys {
        tickets: LiveRing::new(ring),
        nik_pepper,
        sign_ins,
        lockbox,
    })
}

/// 32 random bytes.
///
/// # Errors
/// When the system gives none.
pub fn fresh() -> anyhow::Result<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).context("the system gives no random bytes")?;
    Ok(bytes)
}

/// A running server.
pub struct App {
    pub addr: SocketAddr,
    /// Where figures are read.
    pub metrics_addr: Option<SocketAddr>,
    pub backend: Backend,
    pub newcomers: Arc<Newcomers>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
    chores: Vec<JoinHandle<()>>,
}

impl App {
    /// Starts to listen.
    ///
    /// # Errors
    /// When the database, the app's files or the address cannot be had.
    pub async fn start(config: Config) -> anyhow::Result<Self> {
        let backend = Backend::open(&config.database, config.clock.clone()).await?;
        Self::over(backend, config).await
    }

    /// Starts to listen over a backend that is open already.
    ///
    /// # Errors
    /// When the app's files or the address cannot be had.
    pub async fn over(backend: Backend, config: Config) -> anyhow::Result<Self> {
        metrics::start();
        let assets = Assets::load(config.dist.as_deref()).context("cannot read the app's files")?;
        if assets.is_empty() {
            tracing::warn!("the app's files are not there: only the API is served");
        }
        let listener = TcpListener::bind(config.listen)
            .await
            .with_context(|| format!("cannot listen on {}", config.listen))?;
        let addr = listener.local_addr()?;
        let figures = match config.metrics {
            None => None,
            Some(at) => Some(
                TcpListener::bind(at)
                    .await
                    .with_context(|| format!("cannot listen on {at}"))?,
            ),
        };
        let metrics_addr = figures.as_ref().map(TcpListener::local_addr).transpose()?;
        let newcomers = Arc::new(Newcomers::new(
            backend.keys.nik_pepper,
            config.limits.new_devices,
            config.limits.newcomers,
            config.limits.effort,
        ));
        let (stop, stopping) = watch::channel(false);
        let state: Shared = Arc::new(State {
            db: backend.db.clone(),
            clock: backend.clock.clone(),
            batcher: backend.batcher.clone(),
            pokes: backend.pokes.clone(),
            keys: backend.keys.clone(),
            limiters: Limiters::new(&config.limits),
            newcomers: Arc::clone(&newcomers),
            assets,
            contacts: Contacts::default(),
            streams: Streams::default(),
            importing: Arc::new(Semaphore::new(1)),
            stopping: stopping.clone(),
            config,
        });
        let lines = state.config.lines;
        let router = router::router(state);
        let serving = tokio::spawn(serve::serve(listener, router, lines, stopping));
        let (db, clock) = (backend.db.clone(), backend.clock.clone());
        let mut chores = vec![
            tokio::spawn(system::run(
                db.clone(),
                backend.batcher.clone(),
                clock.clone(),
                backend.pokes.clone(),
            )),
            tokio::spawn(sweep(db.clone(), backend.batcher.clone(), clock)),
            tokio::spawn(bound(db.clone(), backend.clock.clone())),
            tokio::spawn(checkpoint(db.clone())),
            tokio::spawn(keep_keys(db, backend.keys.clone())),
        ];
        chores.extend(figures.map(|listener| tokio::spawn(serve_figures(listener))));
        Ok(Self {
            addr,
            metrics_addr,
            backend,
            newcomers,
            stop,
            serving,
            chores,
        })
    }

    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Takes no new requests, ends those under way, and closes the database.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        self.chores.iter().for_each(JoinHandle::abort);
        let mut serving = self.serving;
        if timeout(PATIENCE, &mut serving).await.is_err() {
            tracing::warn!("some requests did not end in time");
            serving.abort();
        }
        self.backend.close().await;
    }
}

async fn serve_figures(listener: TcpListener) {
    if let Err(error) = axum::serve(listener, metrics::router()).await {
        tracing::warn!(%error, "figures are not served any more");
    }
}

/// Once a day signs where the audit stands, and forgets what is past its time.
async fn sweep(db: Db, batcher: Batcher, clock: Clock) {
    let mut day = tokio::time::interval(DAY);
    loop {
        day.tick().await;
        if let Err(error) = maintenance::heads::keep(&db, &clock).await {
            tracing::warn!(%error, "where the audit stands was not signed; tomorrow again");
        }
        match maintenance::sweep(&db, &batcher, &clock).await {
            Ok(swept) => tracing::info!(?swept, "forgot what is past its time"),
            Err(error) => tracing::warn!(%error, "could not forget; tomorrow again"),
        }
    }
}

/// Keeps what strangers leave behind within its bounds.
async fn bound(db: Db, clock: Clock) {
    let mut minute = tokio::time::interval(MINUTE);
    loop {
        minute.tick().await;
        match maintenance::bound(&db, clock.now(), Bounds::default()).await {
            Ok(0) => {}
            Ok(devices) => tracing::info!(devices, "forgot strangers of whom nothing came"),
            Err(error) => tracing::warn!(%error, "could not forget strangers; next minute again"),
        }
    }
}

/// Takes up keys that were made while the server runs.
async fn keep_keys(db: Db, keys: Arc<Keys>) {
    loop {
        tokio::time::sleep(KEYS).await;
        match known_ring(&db).await {
            Ok(Some(ring)) => keys.tickets.set(ring),
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "the keys were not looked at again"),
        }
    }
}

async fn known_ring(db: &Db) -> Result<Option<Ring>, StoreError> {
    meta::known_ring(&mut db.read_once().await?).await
}

/// Empties SQLite's log again and again, so that no booking waits while much of it is copied.
async fn checkpoint(db: Db) {
    loop {
        let pause = match db.checkpoint().await {
            Ok(()) => CHECKPOINT,
            Err(error) => {
                tracing::warn!(%error, "the log of the database was not emptied");
                MINUTE
            }
        };
        tokio::time::sleep(pause).await;
    }
}
