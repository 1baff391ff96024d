//! What goes into a statement and what comes out: integers and texts, on both engines alike. Ids are
//! hyphenated text, times are microseconds since the epoch, lists are one JSON array.

use super::StoreError;
use chrono::{DateTime, Utc};
use serde::Serialize;
use shared::ids::OfficeId;
use sqlx::{
    Postgres, Row as _, Sqlite,
    postgres::{PgArguments, PgRow},
    query::Query,
    sqlite::{SqliteArguments, SqliteRow},
};
use uuid::Uuid;

/// A value bound to a placeholder.
#[derive(Clone, Debug)]
pub enum Arg {
    Int(i64),
    Text(Option<String>),
}

impl Arg {
    /// A list as one JSON array.
    pub(super) fn list(items: &impl Serialize) -> Result<Self, StoreError> {
        Ok(Self::Text(Some(serde_json::to_string(items)?)))
    }

    pub(super) fn sqlite<'q>(
        self,
        query: Query<'q, Sqlite, SqliteArguments>,
    ) -> Query<'q, Sqlite, SqliteArguments> {
        match self {
            Self::Int(n) => query.bind(n),
            Self::Text(text) => query.bind(text),
        }
    }

    pub(super) fn postgres<'q>(
        self,
        query: Query<'q, Postgres, PgArguments>,
    ) -> Query<'q, Postgres, PgArguments> {
        match self {
            Self::Int(n) => query.bind(n),
            Self::Text(text) => query.bind(text),
        }
    }
}

impl From<i64> for Arg {
    fn from(n: i64) -> Self {
        Self::Int(n)
    }
}

impl From<bool> for Arg {
    fn from(b: bool) -> Self {
        Self::Int(b.into())
    }
}

impl From<OfficeId> for Arg {
    fn from(id: OfficeId) -> Self {
        Self::Int(id.0)
    }
}

impl From<Uuid> for Arg {
    fn from(id: Uuid) -> Self {
        Self::Text(Some(id.to_string()))
    }
}

impl From<DateTime<Utc>> for Arg {
    fn from(at: DateTime<Utc>) -> Self {
        Self::Int(at.timestamp_micros())
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<Option<String>> for Arg {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

/// One row of an answer.
pub enum Record {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Record {
    pub(super) fn int(&self, column: usize) -> Result<i64, StoreError> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }

    pub(super) fn int_opt(&self, column: usize) -> Result<Option<i64>, StoreError> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }

    pub(super) fn text(&self, column: usize) -> Result<String, StoreError> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }

    pub(super) fn text_opt(&self, column: usize) -> Result<Option<String>, StoreError> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }

    pub(super) fn flag(&self, column: usize) -> Result<bool, StoreError> {
        Ok(self.int(column)? != 0)
    }

    pub(super) fn number(&self, column: usize) -> Result<u64, StoreError> {
        Ok(self.int(column)?.unsigned_abs())
    }

    pub(super) fn office(&self, column: usize) -> Result<OfficeId, StoreError> {
        Ok(OfficeId(self.int(column)?))
    }

    pub(super) fn uuid(&self, column: usize) -> Result<Uuid, StoreError> {
        self.text(column)?
            .parse()
            .map_err(|_| StoreError::Corrupt("an id is not a UUID"))
    }

    pub(super) fn time(&self, column: usize) -> Result<DateTime<Utc>, StoreError> {
        DateTime::from_timestamp_micros(self.int(column)?)
            .ok_or(StoreError::Corrupt("a time is out of range"))
    }

    pub(super) fn time_opt(&self, column: usize) -> Result<Option<DateTime<Utc>>, StoreError> {
        Ok(self
            .int_opt(column)?
            .and_then(DateTime::from_timestamp_micros))
    }
}
