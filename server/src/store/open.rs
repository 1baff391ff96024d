//! Opening a database and beginning transactions. SQLite has one connection that writes and a few
//! that read; PostgreSQL has one pool.

use super::{
    StoreError, Tx,
    embedded::{self, Content, sqlite_path},
    lock::{self, Lock, Use},
    meta,
};
use crate::{clock::Clock, files};
use sqlx::{
    Connection, PgPool, SqlSafeStr, Sqlite, SqliteConnection, SqlitePool, Transaction,
    migrate::{Migration, MigrationType, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{borrow::Cow, path::Path, str::FromStr, sync::Arc, time::Duration};

/// Connections that only read a SQLite file.
const READERS: u32 = 4;
/// Rows that wait to be taken from a reading thread.
const ROWS: usize = 1_024;
/// Connections to PostgreSQL, of one instance.
const CONNECTIONS: u32 = 16;
/// Statements name rows by key. Without these, PostgreSQL reads an office's whole table for a batch as
/// long as it has no statistics of it, and from then on by a plan it keeps; and it compiles what it
/// takes for long work.
const BY_KEY: [(&str, &str); 4] = [
    ("jit", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("enable_seqscan", "off"),
];
/// After this long without use, PostgreSQL may be gone.
const RECENT: Duration = Duration::from_secs(1);
/// How long a request waits for PostgreSQL to come back before it is told to come again.
const AWAY: Duration = Duration::from_secs(5);

/// Which engine holds the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// The database.
#[derive(Clone)]
pub struct Db {
    pools: Pools,
    lock: Arc<Lock>,
}

#[derive(Clone)]
enum Pools {
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

/// What becomes of an address where there is no database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Absent {
    Begin,
    Refuse,
}

impl Db {
    /// Opens `sqlite:PATH` or `postgres://…`, creates what is missing and runs the migrations.
    ///
    /// # Errors
    /// When the address is neither, the database cannot be reached or is of another program, somebody has it
    /// open alone, or a migration fails.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        Self::open_for(url, Use::Together, Absent::Begin).await
    }

    /// As [`Self::open`], where there must be a database already: for what only looks at one or changes it.
    ///
    /// # Errors
    /// As [`Self::open`], but begins no database: the error is `Missing` then.
    pub async fn open_known(url: &str) -> Result<Self, StoreError> {
        Self::open_for(url, Use::Together, Absent::Refuse).await
    }

    /// As [`Self::open`], and nobody else has it open until it is closed.
    ///
    /// # Errors
    /// As [`Self::open`]; `InUse` while a server or another command has it open.
    pub async fn open_alone(url: &str) -> Result<Self, StoreError> {
        Self::open_for(url, Use::Alone, Absent::Begin).await
    }

    /// As [`Self::open_known`], and nobody else has it open until it is closed.
    ///
    /// # Errors
    /// As [`Self::open_known`] and [`Self::open_alone`].
    pub async fn open_known_alone(url: &str) -> Result<Self, StoreError> {
        Self::open_for(url, Use::Alone, Absent::Refuse).await
    }

    async fn open_for(url: &str, with: Use, absent: Absent) -> Result<Self, StoreError> {
        if let Some(path) = sqlite_path(url) {
            let missing = || StoreError::Missing(path.display().to_string());
            // Not even a lock is made where there is nothing.
            if absent == Absent::Refuse && !path.exists() {
                return Err(missing());
            }
            let lock = Lock::on_file(&path, with)?;
            match embedded::look(&path).await {
                Ok(Content::Other) => return Err(StoreError::Other(path)),
                Err(error) if error.is_no_database() => return Err(StoreError::Other(path)),
                Ok(Content::Nothing) if absent == Absent::Refuse => return Err(missing()),
                // What else is wrong with it, opening will say.
                Ok(_) | Err(_) => {}
            }
            return Self::open_sqlite(&path, lock).await;
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let options = PgConnectOptions::from_str(url)?.options(BY_KEY);
            let lock = Lock::on_postgres(&options, with).await?;
            let pool = PgPoolOptions::new().max_connections(CONNECTIONS);
            let pool = pool.acquire_timeout(AWAY);
            let pool = pool.after_connect(move |connection, _| {
                Box::pin(async move {
                    if with == Use::Together {
                        let took = sqlx::query_scalar(lock::TOGETHER);
                        let took: bool = took.fetch_one(connection).await?;
                        return took.then_some(()).ok_or(sqlx::Error::PoolClosed);
                    }
                    Ok(())
                })
            });
            // A connection that was busy a moment ago needs no question whether it still stands.
            let pool = pool.test_before_acquire(false).before_acquire(|c, meta| {
                Box::pin(async move { Ok(meta.idle_for < RECENT || c.ping().await.is_ok()) })
            });
            let pool = pool.connect_with(options).await?;
            let sql = "SELECT to_regclass('_sqlx_migrations') IS NOT NULL";
            if absent == Absent::Refuse && !sqlx::query_scalar(sql).fetch_one(&pool).await? {
                return Err(StoreError::Missing("this address".to_owned()));
            }
            migrator(POSTGRES).run(&pool).await?;
            return Self::begun(Pools::Postgres(pool), lock).await;
        }
        Err(StoreError::Address)
    }

    /// Opens a file that this process holds alone, or made itself.
    pub(crate) async fn open_sqlite(path: &Path, lock: Lock) -> Result<Self, StoreError> {
        let is_new = !path.exists();
        drop(files::open(path)?);
        if is_new {
            files::give_to_folder(path);
        }
        for end in ["-wal", "-shm"] {
            files::close_to_others(&files::with_end(path, end))?;
        }
        let options = SqliteConnectOptions::new().filename(path);
        let options = options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(10))
            .statement_cache_capacity(200)
            // A page of rows at once: a full buffer costs a change of threads a row.
            .row_buffer_size(ROWS)
            // About 64 MiB. `checkpoint` is there first, so that hardly ever a writer has to wait.
            .pragma("wal_autocheckpoint", "16000")
            .pragma("cache_size", "-65536")
            .pragma("temp_store", "memory");
        let kept = |n| {
            let pool = SqlitePoolOptions::new().max_connections(n);
            let pool = pool.idle_timeout(None).max_lifetime(None);
            // There is nobody at the other end who might have gone.
            pool.test_before_acquire(false)
        };
        let writer = kept(1).connect_with(options.clone()).await?;
        migrator(SQLITE).run(&writer).await?;
        let readers = kept(READERS);
        let readers = readers.connect_with(options.pragma("query_only", "on"));
        let readers = readers.await?;
        Self::begun(Pools::Sqlite { writer, readers }, lock).await
    }

    /// A new database begins its first epoch. One that has begun is not written to: a backup would
    /// wait for a busy server.
    async fn begun(pools: Pools, lock: Lock) -> Result<Self, StoreError> {
        let lock = Arc::new(lock);
        let db = Self { pools, lock };
        let mut tx = db.read_once().await?;
        let begun = !meta::epoch(&mut tx).await?.is_empty();
        drop(tx);
        if begun {
            return Ok(db);
        }
        let mut tx = db.write().await?;
        meta::first_epoch(&mut tx, Clock::system().new_id()).await?;
        tx.commit().await?;
        Ok(db)
    }

    /// Begins a transaction that writes. On SQLite it is the only one; on PostgreSQL it must lock
    /// what it decides on (see `clocks::lock` and `locks`).
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn write(&self) -> Result<Tx, StoreError> {
        Ok(match &self.pools {
            Pools::Sqlite { writer, .. } => Tx::Sqlite(begin(writer, "BEGIN IMMEDIATE").await?),
            Pools::Postgres(pool) => Tx::Postgres(
                pool.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED")
                    .await?,
            ),
        })
    }

    /// Begins a transaction that reads one snapshot.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn read(&self) -> Result<Tx, StoreError> {
        Ok(match &self.pools {
            Pools::Sqlite { readers, .. } => Tx::Sqlite(begin(readers, "BEGIN").await?),
            Pools::Postgres(pool) => Tx::Postgres(
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .await?,
            ),
        })
    }

    /// A connection for reading with one statement.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn read_once(&self) -> Result<Tx, StoreError> {
        Ok(match &self.pools {
            Pools::Sqlite { readers, .. } => Tx::SqliteOnce(readers.acquire().await?),
            Pools::Postgres(pool) => Tx::PostgresOnce(pool.acquire().await?),
        })
    }

    #[must_use]
    pub fn engine(&self) -> Engine {
        match &self.pools {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// The pool for listening and notifying; `None` on SQLite, where there is one instance.
    #[must_use]
    pub(crate) fn postgres(&self) -> Option<&PgPool> {
        match &self.pools {
            Pools::Postgres(pool) => Some(pool),
            Pools::Sqlite { .. } => None,
        }
    }

    /// Writes a consistent copy of a SQLite database while it is in use.
    ///
    /// # Errors
    /// When the file exists already or cannot be written.
    pub(crate) async fn copy_to(&self, path: &str) -> Result<(), StoreError> {
        if let Pools::Sqlite { writer, .. } = &self.pools {
            // A connection of its own: the readers may not, and the writer has work to do.
            let options = writer.connect_options();
            let mut own = SqliteConnection::connect_with(&options).await?;
            let query = sqlx::query("VACUUM INTO $1").bind(path);
            query.execute(&mut own).await?;
            own.close().await?;
        }
        Ok(())
    }

    /// Brings what was written from SQLite's log into the file, beside the writer. Nothing to do on
    /// PostgreSQL, which does so by itself.
    ///
    /// # Errors
    /// When the database refuses; the log stays as it is.
    pub(crate) async fn checkpoint(&self) -> Result<(), StoreError> {
        if let Pools::Sqlite { readers, .. } = &self.pools {
            let query = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)");
            query.execute(readers).await?;
        }
        Ok(())
    }

    /// Gives PostgreSQL what `Tx::damage` needs, if it may be given: who owns no more than the database may not
    /// everywhere.
    pub(crate) async fn prepare_check(&self) {
        if let Pools::Postgres(pool) = &self.pools {
            let query = sqlx::query("CREATE EXTENSION IF NOT EXISTS amcheck");
            if let Err(error) = query.execute(pool).await {
                tracing::debug!(%error, "the indexes cannot be checked");
            }
        }
    }

    /// Waits for transactions that are under way and closes every connection.
    pub async fn close(self) {
        match self.pools {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
        self.lock.release().await;
    }
}

/// Brings all that stands in the log of a file into the file, if there is one. Nobody else may have it open.
pub(crate) async fn empty_log(path: &Path) -> Result<(), StoreError> {
    if !path.exists() {
        return Ok(());
    }
    let options = SqliteConnectOptions::new().filename(path);
    // Alone it needs no memory that processes share.
    let options = options.pragma("locking_mode", "exclusive");
    let mut own = SqliteConnection::connect_with(&options).await?;
    let busy = sqlx::query_scalar("PRAGMA wal_checkpoint(TRUNCATE)");
    let busy: i64 = busy.fetch_one(&mut own).await?;
    own.close().await?;
    match busy {
        0 => Ok(()),
        _ => Err(StoreError::InUse),
    }
}

/// Where the disk is full, SQLite ends a transaction by itself, and its connection goes on believing
/// that it is inside: such a one is closed, and another takes its place.
async fn begin(
    pool: &SqlitePool,
    statement: &'static str,
) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
    loop {
        match pool.begin_with(statement).await {
            Err(sqlx::Error::InvalidSavePointStatement) => {
                let stuck = pool.acquire().await?;
                if stuck.is_in_transaction() {
                    stuck.close().await?;
                }
            }
            begun => return begun,
        }
    }
}

/// A migration's number, name and statements.
type Script = (i64, &'static str, &'static str);

// `SQLITE` and `POSTGRES`: the files under `migrations`, in their order.
include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// Whether this is the checksum of the first migration of an embedded database.
pub(super) fn is_first_migration(sum: &[u8]) -> bool {
    let migrator = migrator(SQLITE);
    let mut all = migrator.iter();
    all.next()
        .is_some_and(|first| first.checksum.as_ref() == sum)
}

fn migrator(scripts: &[Script]) -> Migrator {
    let migration = |(version, name, sql): &Script| {
        Migration::new(
            *version,
            Cow::Borrowed(*name),
            MigrationType::Simple,
            (*sql).into_sql_str(),
            false,
        )
    };
    Migrator::with_migrations(scripts.iter().map(migration).collect())
}
