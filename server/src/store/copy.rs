//! Whole tables from one database into another, whichever engine each is on. Which tables there are, and
//! which columns, the databases say themselves, so that none can be forgotten.

use super::{Arg, Connection, Engine, Record, StoreError, Tx};
use futures_util::{Stream, TryStreamExt};
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};
use sqlx::AssertSqlSafe;
use std::pin::pin;

/// Rows and bytes in one statement.
const ROWS: usize = 2_000;
const BYTES: usize = 4 * 1024 * 1024;

/// A table with its columns, by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Table {
    pub name: String,
    columns: Vec<(String, Kind)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Int,
    Text,
}

/// What is in a table: how many rows, and a sum of their hashes, which no order changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub rows: u64,
    sum: [u64; 4],
}

impl Tally {
    fn add(&mut self, row: &str) {
        self.rows += 1;
        let hash = Sha256::digest(row.as_bytes());
        for (sum, part) in self.sum.iter_mut().zip(hash.chunks_exact(8)) {
            let part = part.try_into().map_or(0, u64::from_be_bytes);
            *sum = sum.wrapping_add(part);
        }
    }
}

impl Table {
    /// The columns, as `each` makes them of their number, name and kind.
    fn columns(&self, each: impl Fn(usize, &str, Kind) -> String) -> String {
        let columns = self.columns.iter().enumerate();
        let columns = columns.map(|(n, (name, kind))| each(n, name, *kind));
        columns.collect::<Vec<_>>().join(", ")
    }

    fn names(&self) -> String {
        self.columns(|_, name, _| format!("\"{name}\""))
    }

    fn select(&self) -> String {
        format!("SELECT {} FROM \"{}\"", self.names(), self.name)
    }

    fn insert(&self) -> String {
        let values = self.columns(|n, _, kind| match kind {
            Kind::Int => format!("CAST(r.value ->> {n} AS BIGINT)"),
            Kind::Text => format!("r.value ->> {n}"),
        });
        let (name, names) = (&self.name, self.names());
        format!("INSERT INTO \"{name}\" ({names}) SELECT {values} FROM json_each($1) AS r")
    }

    /// A row as a JSON array: the same on both engines.
    fn json(&self, row: &Record) -> Result<String, StoreError> {
        let mut cells = Vec::with_capacity(self.columns.len());
        for (n, (_, kind)) in self.columns.iter().enumerate() {
            cells.push(match kind {
                Kind::Int => Cell::Int(row.int_opt(n)?),
                Kind::Text => Cell::Text(row.text_opt(n)?),
            });
        }
        Ok(serde_json::to_string(&cells)?)
    }
}

enum Cell {
    Int(Option<i64>),
    Text(Option<String>),
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Int(n) => n.serialize(to),
            Self::Text(text) => text.serialize(to),
        }
    }
}

/// Every table of the database but the engine's own and the list of migrations.
///
/// # Errors
/// When the database refuses, or a column is neither a number nor a text.
pub async fn tables(tx: &mut Tx) -> Result<Vec<Table>, StoreError> {
    let sql = match tx.engine() {
        Engine::Sqlite => {
            "SELECT m.name, c.name, lower(c.type)
            FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS c
            WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' ORDER BY m.name, c.name"
        }
        Engine::Postgres => {
            "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), CAST(data_type AS TEXT)
            FROM information_schema.columns WHERE table_schema = current_schema()
            ORDER BY CAST(table_name AS TEXT) COLLATE \"C\", CAST(column_name AS TEXT) COLLATE \"C\""
        }
    };
    let mut tables: Vec<Table> = Vec::new();
    for row in tx.fetch(sql, []).await? {
        let (name, column) = (row.text(0)?, row.text(1)?);
        if name == "_sqlx_migrations" {
            continue;
        }
        let kind = match row.text(2)?.as_str() {
            "integer" | "bigint" => Kind::Int,
            "text" => Kind::Text,
            _ => return Err(StoreError::Corrupt("a column of an unknown kind")),
        };
        match tables.last_mut().filter(|table| table.name == name) {
            Some(table) => table.columns.push((column, kind)),
            None => tables.push(Table {
                name,
                columns: vec![(column, kind)],
            }),
        }
    }
    Ok(tables)
}

/// Lets PostgreSQL read whole tables in this transaction: elsewhere it is told to look rows up by key.
///
/// # Errors
/// When the database refuses.
pub async fn read_whole(tx: &mut Tx) -> Result<(), StoreError> {
    if tx.engine() == Engine::Postgres {
        for sql in [
            "SET LOCAL enable_seqscan = on",
            "SET LOCAL enable_hashjoin = on",
            "SET LOCAL enable_mergejoin = on",
        ] {
            tx.execute(sql, []).await?;
        }
    }
    Ok(())
}

/// Lets PostgreSQL know what was filled in.
///
/// # Errors
/// When the database refuses.
pub async fn filled(tx: &mut Tx) -> Result<(), StoreError> {
    if tx.engine() == Engine::Postgres {
        tx.execute("ANALYZE", []).await?;
    }
    Ok(())
}

/// Whether nothing was ever written into any of these tables, besides the epoch of a new database.
///
/// # Errors
/// When the database refuses.
pub async fn is_new(tx: &mut Tx, tables: &[Table]) -> Result<bool, StoreError> {
    for Table { name, .. } in tables {
        let but = if name == "meta" {
            "WHERE key <> 'epoch'"
        } else {
            ""
        };
        let sql = format!("SELECT 1 FROM \"{name}\" {but} LIMIT 1");
        let found = match tx.connection() {
            Connection::Sqlite(db) => {
                let found = sqlx::query(AssertSqlSafe(sql)).fetch_optional(db);
                found.await?.is_some()
            }
            Connection::Postgres(db) => {
                let found = sqlx::query(AssertSqlSafe(sql)).fetch_optional(db);
                found.await?.is_some()
            }
        };
        if found {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Takes every row of a table in turn, as JSON.
async fn each(
    tx: &mut Tx,
    table: &Table,
    take: impl AsyncFnMut(String) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let sql = AssertSqlSafe(table.select());
    match tx.connection() {
        Connection::Sqlite(db) => {
            let rows = sqlx::query(sql).fetch(db).map_ok(Record::Sqlite);
            through(rows, table, take).await
        }
        Connection::Postgres(db) => {
            let rows = sqlx::query(sql).fetch(db).map_ok(Record::Postgres);
            through(rows, table, take).await
        }
    }
}

async fn through(
    rows: impl Stream<Item = Result<Record, sqlx::Error>>,
    table: &Table,
    mut take: impl AsyncFnMut(String) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut rows = pin!(rows);
    while let Some(row) = rows.try_next().await? {
        take(table.json(&row)?).await?;
    }
    Ok(())
}

/// What is in a table.
///
/// # Errors
/// When the database refuses.
pub async fn tally(tx: &mut Tx, table: &Table) -> Result<Tally, StoreError> {
    let mut tally = Tally::default();
    each(tx, table, async |row| {
        tally.add(&row);
        Ok(())
    })
    .await?;
    Ok(tally)
}

/// Puts every row of a table into the same table of another database, in place of what is there, and says
/// now and then how far it has come.
///
/// # Errors
/// When one of the databases refuses.
pub async fn copy(
    from: &mut Tx,
    to: &mut Tx,
    table: &Table,
    mut told: impl FnMut(u64),
) -> Result<Tally, StoreError> {
    run(to, format!("DELETE FROM \"{}\"", table.name), None).await?;
    let insert = table.insert();
    let mut tally = Tally::default();
    let (mut waiting, mut rows) = (String::new(), 0);
    each(from, table, async |row| {
        tally.add(&row);
        waiting.push(if waiting.is_empty() { '[' } else { ',' });
        waiting.push_str(&row);
        rows += 1;
        if rows >= ROWS || waiting.len() >= BYTES {
            waiting.push(']');
            run(to, insert.clone(), Some(std::mem::take(&mut waiting))).await?;
            rows = 0;
            told(tally.rows);
        }
        Ok(())
    })
    .await?;
    if !waiting.is_empty() {
        waiting.push(']');
        run(to, insert, Some(waiting)).await?;
    }
    Ok(tally)
}

async fn run(tx: &mut Tx, sql: String, list: Option<String>) -> Result<(), StoreError> {
    let list = list.map(|list| Arg::Text(Some(list)));
    match tx.connection() {
        Connection::Sqlite(db) => {
            let query = sqlx::query(AssertSqlSafe(sql));
            let query = list.into_iter().fold(query, |query, arg| arg.sqlite(query));
            query.execute(db).await?;
        }
        Connection::Postgres(db) => {
            let query = sqlx::query(AssertSqlSafe(sql));
            let query = list
                .into_iter()
                .fold(query, |query, arg| arg.postgres(query));
            query.execute(db).await?;
        }
    }
    Ok(())
}
