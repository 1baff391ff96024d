//! Why the database did not do what it was asked, and whether asking again can help.

use std::path::PathBuf;

/// Internals: logged, never sent to a client.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("database: {0}")]
    Sql(#[from] sqlx::Error),
    #[error("migration: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    #[error("a stored row cannot be read or written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error("stored data is not what it should be: {0}")]
    Corrupt(&'static str),
    #[error("the database address must begin with sqlite: or postgres://")]
    Address,
    #[error("a server or another command has the database open: stop it first")]
    InUse,
    #[error(
        "no database at {0}: `serve`, `demo`, `office set` or `restore` with a file begins one"
    )]
    Missing(String),
    #[error("{0} holds something else than a database of Rekam, and is left as it is")]
    Other(PathBuf),
    #[error("file: {0}")]
    File(#[from] std::io::Error),
}

impl StoreError {
    /// The same transaction may succeed when it is tried again at once.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        // PostgreSQL: serialization failure, deadlock. SQLite: busy, busy snapshot.
        self.code()
            .is_some_and(|code| ["40001", "40P01", "5", "517"].contains(&code.as_str()))
    }

    /// The database is away, full or broken: no op is to blame.
    #[must_use]
    pub fn is_connection(&self) -> bool {
        match self {
            Self::Sql(
                sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::Protocol(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed,
            ) => true,
            // PostgreSQL: connection, resources, operator intervention. SQLite (primary code in the
            // low byte): read-only, I/O error, corrupt, full, cannot open.
            Self::Sql(sqlx::Error::Database(_)) => self.code().is_some_and(|code| {
                let sqlite = code.len() < 5 && code.parse::<u32>().is_ok();
                if sqlite {
                    let primary = code.parse::<u32>().unwrap_or(0) & 0xff;
                    [8, 10, 11, 13, 14].contains(&primary)
                } else {
                    ["08", "53", "57"]
                        .iter()
                        .any(|class| code.starts_with(class))
                }
            }),
            _ => false,
        }
    }

    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(e)) if e.is_unique_violation())
    }

    /// SQLite says that the file is none of its own.
    #[must_use]
    pub(crate) fn is_no_database(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(_))) && self.code().as_deref() == Some("26")
    }

    fn code(&self) -> Option<String> {
        match self {
            Self::Sql(sqlx::Error::Database(e)) => e.code().map(|code| code.into_owned()),
            _ => None,
        }
    }
}
