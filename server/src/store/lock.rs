//! Who has a database open. All who use it hold one lock together; what replaces or moves it holds
//! that lock alone. On SQLite it is a file beside the database, on PostgreSQL an advisory lock of every
//! connection. The system gives it back when a process ends, whichever way.

use super::StoreError;
use crate::files;
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use std::{
    fs::{File, TryLockError},
    path::Path,
    sync::Mutex,
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// Apart from the locks on rows, which have one number.
pub(super) const TOGETHER: &str = "SELECT pg_try_advisory_lock_shared(728356, 1)";
const ALONE: &str = "SELECT pg_try_advisory_lock(728356, 1)";

/// How long PostgreSQL may take to notice that somebody has gone.
const GOING: Duration = Duration::from_secs(2);

/// With whom a database is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    Together,
    /// Nobody else may have it open.
    Alone,
}

/// Held until it is given back or dropped.
pub(crate) enum Lock {
    /// Of a copy that only this process knows.
    None,
    File(File),
    /// A connection that does nothing but hold it.
    Session(Mutex<Option<PgConnection>>),
    /// Each connection of the pool holds it.
    Connections,
}

impl Lock {
    /// The lock on an embedded database, whose folder is made if it is missing.
    pub fn on_file(database: &Path, with: Use) -> Result<Self, StoreError> {
        if let Some(folder) = database.parent().filter(|p| !p.as_os_str().is_empty()) {
            files::folder(folder)?;
        }
        let path = files::with_end(database, ".lock");
        let file = files::open(&path)?;
        files::give_to_owner(database, &path);
        let locked = match with {
            Use::Together => file.try_lock_shared(),
            Use::Alone => file.try_lock(),
        };
        match locked {
            Ok(()) => Ok(Self::File(file)),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    /// The lock on PostgreSQL; for use together its connections take it (see [`TOGETHER`]).
    pub async fn on_postgres(options: &PgConnectOptions, with: Use) -> Result<Self, StoreError> {
        let mut own = PgConnection::connect_with(options).await?;
        let sql = match with {
            Use::Together => TOGETHER,
            Use::Alone => ALONE,
        };
        // A process that has just ended may still be there for PostgreSQL.
        let end = Instant::now() + GOING;
        while !sqlx::query_scalar::<_, bool>(sql)
            .fetch_one(&mut own)
            .await?
        {
            if Instant::now() > end {
                own.close().await?;
                return Err(StoreError::InUse);
            }
            sleep(GOING / 20).await;
        }
        if with == Use::Alone {
            return Ok(Self::Session(Mutex::new(Some(own))));
        }
        own.close().await?;
        Ok(Self::Connections)
    }

    /// Gives it back at once.
    pub async fn release(&self) {
        match self {
            Self::File(file) => {
                if let Err(error) = file.unlock() {
                    tracing::warn!(%error, "the lock on the database was not given back");
                }
            }
            Self::Session(own) => {
                let own = own.lock().ok().and_then(|mut own| own.take());
                if let Some(own) = own {
                    // One that is gone holds nothing.
                    let _ = own.close().await;
                }
            }
            Self::None | Self::Connections => {}
        }
    }
}
