//! The only SQL. Every statement is written once and runs on SQLite and on PostgreSQL; what differs
//! (how to begin, how to lock) is here and in `locks`.

pub mod accounts;
pub mod audit;
mod bind;
pub mod clocks;
pub mod columns;
pub mod copy;
pub mod devices;
mod embedded;
mod error;
pub mod heads;
mod lock;
pub mod locks;
pub mod meta;
mod open;
pub mod ops;
pub mod plans;
pub mod pull;
pub mod retention;
pub mod rows;
pub mod seals;
pub mod sessions;
pub mod slots;
pub mod standing;
pub mod trust;

pub use bind::{Arg, Record};
pub(crate) use embedded::{Content, damage, look, typed_path};
pub use embedded::{is_same, sqlite_path};
pub use error::StoreError;
pub(crate) use lock::{Lock, Use};
pub(crate) use open::empty_log;
pub use open::{Db, Engine};

use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection, Transaction, pool::PoolConnection};

/// One transaction on either engine. Dropped without `commit`, it is rolled back.
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
    /// A connection that reads with one statement, which needs no transaction around it.
    SqliteOnce(PoolConnection<Sqlite>),
    PostgresOnce(PoolConnection<Postgres>),
}

impl Tx {
    /// Makes everything done so far durable.
    ///
    /// # Errors
    /// When the engine refuses or is gone; nothing is saved then.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
            Self::SqliteOnce(_) | Self::PostgresOnce(_) => {}
        }
        Ok(())
    }

    #[must_use]
    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) | Self::SqliteOnce(_) => Engine::Sqlite,
            Self::Postgres(_) | Self::PostgresOnce(_) => Engine::Postgres,
        }
    }

    /// What the engine finds wrong with its own files: SQLite with all of them, PostgreSQL with its indexes where
    /// it has `amcheck`.
    ///
    /// # Errors
    /// When the files cannot even be looked at.
    pub async fn damage(&mut self) -> Result<Vec<String>, StoreError> {
        if self.engine() == Engine::Postgres {
            return match self.can_check_indexes().await? {
                true => self.damaged_indexes().await,
                false => Ok(Vec::new()),
            };
        }
        let rows = self.fetch("PRAGMA integrity_check", []).await?;
        let said = rows.iter().map(|row| row.text(0));
        let said = said.collect::<Result<Vec<_>, _>>()?;
        Ok(said.into_iter().filter(|line| line != "ok").collect())
    }

    /// Whether [`Self::damage`] looks at the indexes.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn can_check_indexes(&mut self) -> Result<bool, StoreError> {
        if self.engine() == Engine::Sqlite {
            return Ok(true);
        }
        let sql = "SELECT 1 FROM pg_extension WHERE extname = 'amcheck'";
        Ok(self.fetch_one(sql, []).await?.is_some())
    }

    /// Each index by itself: what is wrong with one ends its statement alone.
    async fn damaged_indexes(&mut self) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT c.relname::text FROM pg_index AS i
            JOIN pg_class AS c ON c.oid = i.indexrelid
            JOIN pg_am AS a ON a.oid = c.relam
            JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE a.amname = 'btree' AND n.nspname = current_schema() AND i.indisvalid
            ORDER BY 1";
        let mut damaged = Vec::new();
        for row in self.fetch(sql, []).await? {
            let index = row.text(0)?;
            self.execute("SAVEPOINT one_index", []).await?;
            // Also that each row is in the index.
            let sql = "SELECT 1 FROM bt_index_check(CAST($1 AS regclass), true)";
            match self.fetch(sql, [index.as_str().into()]).await {
                Err(error) if error.is_connection() => return Err(error),
                Err(error) => damaged.push(format!("index {index}: {error}")),
                Ok(_) => {}
            }
            self.execute("ROLLBACK TO SAVEPOINT one_index", []).await?;
        }
        Ok(damaged)
    }

    async fn execute(
        &mut self,
        sql: &'static str,
        args: impl IntoIterator<Item = Arg>,
    ) -> Result<u64, StoreError> {
        Ok(match self.connection() {
            Connection::Sqlite(connection) => {
                let query = args.into_iter().fold(sqlx::query(sql), |q, a| a.sqlite(q));
                query.execute(connection).await?.rows_affected()
            }
            Connection::Postgres(connection) => {
                let query = args
                    .into_iter()
                    .fold(sqlx::query(sql), |q, a| a.postgres(q));
                query.execute(connection).await?.rows_affected()
            }
        })
    }

    async fn fetch(
        &mut self,
        sql: &'static str,
        args: impl IntoIterator<Item = Arg>,
    ) -> Result<Vec<Record>, StoreError> {
        Ok(match self.connection() {
            Connection::Sqlite(connection) => {
                let query = args.into_iter().fold(sqlx::query(sql), |q, a| a.sqlite(q));
                let rows = query.fetch_all(connection).await?;
                rows.into_iter().map(Record::Sqlite).collect()
            }
            Connection::Postgres(connection) => {
                let query = args
                    .into_iter()
                    .fold(sqlx::query(sql), |q, a| a.postgres(q));
                let rows = query.fetch_all(connection).await?;
                rows.into_iter().map(Record::Postgres).collect()
            }
        })
    }

    fn connection(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(tx) => Connection::Sqlite(tx),
            Self::SqliteOnce(connection) => Connection::Sqlite(connection),
            Self::Postgres(tx) => Connection::Postgres(tx),
            Self::PostgresOnce(connection) => Connection::Postgres(connection),
        }
    }

    async fn fetch_one(
        &mut self,
        sql: &'static str,
        args: impl IntoIterator<Item = Arg>,
    ) -> Result<Option<Record>, StoreError> {
        Ok(self.fetch(sql, args).await?.into_iter().next())
    }
}

enum Connection<'a> {
    Sqlite(&'a mut SqliteConnection),
    Postgres(&'a mut PgConnection),
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(half.into(), 16).unwrap_or_default();
    let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    halves.map(digit).collect()
}

pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * i..2 * i + 2)?, 16).ok()?;
    }
    Some(bytes)
}
