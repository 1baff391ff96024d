//! Moves a deployment to another database, SQLite to PostgreSQL or back: all tables in one transaction,
//! compared table by table and by `check` before it ends. The source stays as it is, and devices notice
//! nothing: epoch, counters and keys go along.

use super::check::{self, Finding};
use crate::store::{
    Db, StoreError,
    copy::{self, Table},
};

/// Why nothing was moved; the target is as it was.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    #[error("{0}")]
    Store(#[from] StoreError),
    #[error("both are the same database")]
    Same,
    #[error("the target holds other data: use an empty database")]
    NotEmpty,
    #[error("the databases do not have the same tables: {0}")]
    Tables(String),
    #[error("table {0} did not arrive as it left")]
    Different(String),
    #[error("check finds in the target what is not in the source: {0}")]
    Unsound(Finding),
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moved {
    /// So many rows were moved; what `check` says of both.
    Now { rows: u64, findings: Vec<Finding> },
    /// An earlier move had done it.
    Before { rows: u64 },
}

/// How far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    CheckingSource,
    Copying { table: &'a str, rows: u64 },
    Comparing { table: &'a str },
    CheckingTarget,
}

/// Moves all that is in `from` to `to`. Nobody else may have either open.
///
/// # Errors
/// [`MoveError`]; nothing has changed then.
pub async fn transfer(
    from: &Db,
    to: &Db,
    mut told: impl FnMut(Step<'_>),
) -> Result<Moved, MoveError> {
    let mut source = from.read().await?;
    let mut target = to.write().await?;
    for tx in [&mut source, &mut target] {
        copy::read_whole(tx).await?;
    }
    let tables = copy::tables(&mut source).await?;
    let there = copy::tables(&mut target).await?;
    if let Some(odd) = odd(&tables, &there) {
        return Err(MoveError::Tables(odd.name.clone()));
    }
    if !copy::is_new(&mut target, &tables).await? {
        let mut rows = 0;
        for table in &tables {
            let name = &table.name;
            told(Step::Comparing { table: name });
            let was = copy::tally(&mut source, table).await?;
            if was != copy::tally(&mut target, table).await? {
                return Err(MoveError::NotEmpty);
            }
            rows += was.rows;
        }
        return Ok(Moved::Before { rows });
    }
    told(Step::CheckingSource);
    let findings = check::check_in(&mut source, &[]).await?;
    let mut rows = 0;
    for table in &tables {
        let name = &table.name;
        let say = |rows| told(Step::Copying { table: name, rows });
        let left = copy::copy(&mut source, &mut target, table, say).await?;
        told(Step::Comparing { table: name });
        if left != copy::tally(&mut target, table).await? {
            return Err(MoveError::Different(name.clone()));
        }
        rows += left.rows;
    }
    copy::filled(&mut target).await?;
    told(Step::CheckingTarget);
    let arrived = check::check_in(&mut target, &[]).await?;
    if let Some(new) = arrived.into_iter().find(|new| !findings.contains(new)) {
        return Err(MoveError::Unsound(new));
    }
    target.commit().await?;
    Ok(Moved::Now { rows, findings })
}

/// A table that is not the same in both.
fn odd<'a>(here: &'a [Table], there: &'a [Table]) -> Option<&'a Table> {
    let missing = here.iter().find(|table| !there.contains(table));
    missing.or_else(|| there.iter().find(|table| !here.contains(table)))
}
