//! The locks that PostgreSQL needs and SQLite, with its one writer, has anyway.

use super::{Arg, Engine, Record, StoreError, Tx};
use shared::{
    ids::{OfficeId, UserId},
    row::{Entity, Key},
};
use std::collections::BTreeSet;

/// The clock row, locked.
pub(super) async fn clock_row(tx: &mut Tx, office: OfficeId) -> Result<Option<Record>, StoreError> {
    let sql = match tx.engine() {
        Engine::Sqlite => "SELECT seq, audit_n, audit_head FROM office_clock WHERE office = $1",
        Engine::Postgres => {
            "SELECT seq, audit_n, audit_head FROM office_clock WHERE office = $1 FOR UPDATE"
        }
    };
    tx.fetch_one(sql, [office.into()]).await
}

/// Nobody else changes the account until this transaction ends.
pub(super) async fn account_row(tx: &mut Tx, account: UserId) -> Result<(), StoreError> {
    if tx.engine() == Engine::Postgres {
        let sql = "SELECT 1 FROM account WHERE id = $1 FOR UPDATE";
        tx.fetch_one(sql, [account.0.into()]).await?;
    }
    Ok(())
}

/// Stands for every device and every NIK.
const ALL: i64 = 0;
/// A batch that names more takes the one lock instead: PostgreSQL keeps every lock in a table of fixed
/// size, 6,400 places where nobody set it otherwise, and a roll names 50,000 people.
const MANY: usize = 1_000;

/// Locks what several offices may decide on at once, in one order: devices and claims on NIKs. The
/// rows need not exist yet. Other kinds are covered by the office's clock.
///
/// # Errors
/// When the database refuses, or finds a deadlock with a batch that learned of its keys later.
pub async fn take(tx: &mut Tx, keys: impl IntoIterator<Item = Key>) -> Result<(), StoreError> {
    if tx.engine() == Engine::Sqlite {
        return Ok(());
    }
    let shared = |Key(entity, id): Key| match entity {
        Entity::Device | Entity::NikClaim => {
            Some((entity as u64 ^ id.as_u64_pair().0 ^ id.as_u64_pair().1).cast_signed())
        }
        _ => None,
    };
    let numbers: BTreeSet<i64> = keys.into_iter().filter_map(shared).collect();
    if numbers.is_empty() {
        return Ok(());
    }
    if numbers.len() > MANY {
        tx.fetch("SELECT count(pg_advisory_xact_lock($1))", [ALL.into()])
            .await?;
        return Ok(());
    }
    let sql = "SELECT count(pg_advisory_xact_lock_shared($2)), (
            SELECT count(pg_advisory_xact_lock(k.n)) FROM (
                SELECT CAST(r.value ->> 0 AS BIGINT) AS n FROM json_each($1) AS r
                ORDER BY 1 OFFSET 0
            ) AS k
        )";
    let rows: Vec<[i64; 1]> = numbers.into_iter().map(|n| [n]).collect();
    tx.fetch(sql, [Arg::list(&rows)?, ALL.into()]).await?;
    Ok(())
}
