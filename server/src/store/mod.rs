//! The only SQL. Every statement is written once and runs on SQLite and on PostgreSQL; what differs
//! (how to begin, how to lock) is here and in `locks`.

pub mod accounts;
pub mod audit;
mod bind;
pub mod clocks;
pub mod devices;
mod error;
pub mod locks;
pub mod meta;
mod open;
pub mod ops;
pub mod pull;
pub mod rows;
pub mod sessions;
pub mod slots;

pub use bind::{Arg, Record};
pub use error::StoreError;
pub use open::{Db, Engine, sqlite_path};

use sqlx::{Postgres, Sqlite, Transaction};

/// One transaction on either engine. Dropped without `commit`, it is rolled back.
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
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
        }
        Ok(())
    }

    #[must_use]
    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    async fn execute(
        &mut self,
        sql: &'static str,
        args: impl IntoIterator<Item = Arg>,
    ) -> Result<u64, StoreError> {
        Ok(match self {
            Self::Sqlite(tx) => {
                let query = args.into_iter().fold(sqlx::query(sql), |q, a| a.sqlite(q));
                query.execute(&mut **tx).await?.rows_affected()
            }
            Self::Postgres(tx) => {
                let query = args
                    .into_iter()
                    .fold(sqlx::query(sql), |q, a| a.postgres(q));
                query.execute(&mut **tx).await?.rows_affected()
            }
        })
    }

    async fn fetch(
        &mut self,
        sql: &'static str,
        args: impl IntoIterator<Item = Arg>,
    ) -> Result<Vec<Record>, StoreError> {
        Ok(match self {
            Self::Sqlite(tx) => {
                let query = args.into_iter().fold(sqlx::query(sql), |q, a| a.sqlite(q));
                let rows = query.fetch_all(&mut **tx).await?;
                rows.into_iter().map(Record::Sqlite).collect()
            }
            Self::Postgres(tx) => {
                let query = args
                    .into_iter()
                    .fold(sqlx::query(sql), |q, a| a.postgres(q));
                let rows = query.fetch_all(&mut **tx).await?;
                rows.into_iter().map(Record::Postgres).collect()
            }
        })
    }

    async fn fetch_one(
        &mut self,
        sql: &'static str,
        args: impl IntoIterator<Item = Arg>,
    ) -> Result<Option<Record>, StoreError> {
        Ok(self.fetch(sql, args).await?.into_iter().next())
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
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
