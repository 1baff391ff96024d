//! One audit chain per office, with its head in the clock row. Rows hold ids only. Each hash covers
//! the one before, so that a changed or missing row shows.

use super::{
    Arg, StoreError, Tx,
    clocks::{self, OfficeClock},
    seals::{self, Seal, Sealed},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};
use shared::{
    ids::{DeviceId, OfficeId, OpId},
    row::Key,
};
use std::{borrow::Cow, collections::BTreeSet};

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Microseconds since the epoch.
    at: i64,
    op: Option<String>,
    device: Option<String>,
    actor: String,
    kind: String,
    result: String,
    /// See [`super::seals`].
    #[serde(skip_serializing_if = "Option::is_none")]
    seals: Option<String>,
}

impl Entry {
    #[must_use]
    pub fn new(
        at: DateTime<Utc>,
        op: Option<OpId>,
        device: Option<DeviceId>,
        actor: String,
        kind: &str,
        result: String,
    ) -> Self {
        Self {
            at: at.timestamp_micros(),
            op: op.map(|id| id.to_string()),
            device: device.map(|id| id.to_string()),
            actor,
            kind: kind.to_owned(),
            result,
            seals: None,
        }
    }

    /// The same, and it seals these rows as they are stored now.
    #[must_use]
    pub fn sealing(self, rows: &[(Key, Seal)]) -> Self {
        let seals = Some(seals::write(rows));
        Self { seals, ..self }
    }

    pub(super) fn at(&self) -> i64 {
        self.at
    }

    pub(super) fn kind(&self) -> &str {
        &self.kind
    }

    pub(super) fn result(&self) -> &str {
        &self.result
    }

    pub(super) fn seals(&self) -> Option<&str> {
        self.seals.as_deref()
    }

    fn hash(&self, office: OfficeId, n: u64, prev: &str) -> Result<String, StoreError> {
        let said = serde_json::to_vec(&(office, n, prev, self))?;
        Ok(super::hex(&Sha256::digest(said)))
    }
}

/// Adds entries to the chain of a locked clock, which the caller saves afterwards.
///
/// # Errors
/// When the database refuses.
pub async fn append(
    tx: &mut Tx,
    clock: &mut OfficeClock,
    entries: &[Entry],
) -> Result<(), StoreError> {
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        let n = clock.audit_n + 1;
        let mut entry = Cow::Borrowed(entry);
        if n == 1 && entry.seals.is_none() {
            // An office of this version: from here on every row is sealed.
            entry.to_mut().seals = Some(String::new());
        }
        let hash = entry.hash(clock.office, n, &clock.audit_head)?;
        let prev = std::mem::replace(&mut clock.audit_head, hash.clone());
        clock.audit_n = n;
        rows.push((n, prev, hash, entry));
    }
    let rows: Vec<_> = rows
        .iter()
        .map(|(n, prev, hash, e)| {
            let said = (&e.op, &e.device, &e.actor, &e.kind, &e.result);
            (
                n, e.at, said.0, said.1, said.2, said.3, said.4, prev, hash, &e.seals,
            )
        })
        .collect();
    let sql = "INSERT INTO audit
            (office, n, at, op_id, device, actor, kind, result, prev_hash, hash, seals)
        SELECT $1, CAST(r.value ->> 0 AS BIGINT), CAST(r.value ->> 1 AS BIGINT), r.value ->> 2,
            r.value ->> 3, r.value ->> 4, r.value ->> 5, r.value ->> 6, r.value ->> 7, r.value ->> 8,
            r.value ->> 9
        FROM json_each($2) AS r";
    tx.execute(sql, [clock.office.into(), Arg::list(&rows)?])
        .await?;
    Ok(())
}

/// Writes one entry in a transaction of its own kind: accounts, devices, settings.
///
/// # Errors
/// When the database refuses.
pub async fn note(tx: &mut Tx, office: OfficeId, entry: Entry) -> Result<(), StoreError> {
    let mut clock = clocks::lock(tx, office).await?;
    append(tx, &mut clock, &[entry]).await?;
    clocks::save(tx, &clock).await
}

/// Writes what somebody at the server's own command line did.
///
/// # Errors
/// When the database refuses.
pub async fn note_cli(
    tx: &mut Tx,
    office: OfficeId,
    at: DateTime<Utc>,
    kind: &str,
    result: String,
) -> Result<(), StoreError> {
    let entry = Entry::new(at, None, None, "cli".to_owned(), kind, result);
    note(tx, office, entry).await
}

/// Who did what of one kind, and with which result, in order: `actor: result`.
///
/// # Errors
/// When the database refuses.
pub async fn of_kind(tx: &mut Tx, office: OfficeId, kind: &str) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT actor, result FROM audit WHERE office = $1 AND kind = $2 ORDER BY n";
    let rows = tx.fetch(sql, [office.into(), kind.into()]).await?;
    rows.iter()
        .map(|row| Ok(format!("{}: {}", row.text(0)?, row.text(1)?)))
        .collect()
}

/// What was done with somebody's data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deed {
    pub at: DateTime<Utc>,
    /// An account's id, a phone (`resident`), the office itself (`system`), or the server's command line.
    pub who: String,
    pub what: String,
    pub result: String,
}

/// Entries after which everybody's data had been seen.
const OF_ALL: [&str; 1] = ["export_roll"];

/// What the chain of an office says was done with these rows, in order: who changed one of them, or looked
/// at one by its id.
///
/// # Errors
/// When the database refuses.
pub async fn about(
    tx: &mut Tx,
    office: OfficeId,
    rows: &BTreeSet<Key>,
) -> Result<Vec<Deed>, StoreError> {
    let sql = "SELECT n, at, actor, kind, result, seals FROM audit
        WHERE office = $1 AND n > $2 ORDER BY n LIMIT 10000";
    let ids: Vec<String> = rows.iter().map(|key| key.1.to_string()).collect();
    let (mut deeds, mut last) = (Vec::new(), 0_u64);
    loop {
        let page = tx.fetch(sql, [office.into(), last.cast_signed().into()]);
        let page = page.await?;
        if page.is_empty() {
            return Ok(deeds);
        }
        for row in page {
            last = row.number(0)?;
            let (what, result) = (row.text(3)?, row.text(4)?);
            let seals = row.text_opt(5)?.unwrap_or_default();
            let is_named = OF_ALL.contains(&what.as_str())
                || ids.iter().any(|id| result.contains(id))
                || seals::read(&seals)
                    .iter()
                    .any(|(key, _)| rows.contains(key));
            // Rows that were only sealed are as they were.
            if is_named && what != seals::BEFORE {
                let (at, who) = (row.time(1)?, row.text(2)?);
                deeds.push(Deed {
                    at,
                    who,
                    what,
                    result,
                });
            }
        }
    }
}

/// Follows the chain of an office from its beginning; `Some` names the first row that is wrong. With it
/// come the seals up to there.
///
/// # Errors
/// When the database refuses.
pub async fn verify(tx: &mut Tx, clock: &OfficeClock) -> Result<(Option<u64>, Sealed), StoreError> {
    let sql = "SELECT n, at, op_id, device, actor, kind, result, prev_hash, hash, seals
        FROM audit WHERE office = $1 AND n > $2 ORDER BY n LIMIT 10000";
    let (mut head, mut last) = (String::new(), 0_u64);
    let mut sealed = Sealed::default();
    loop {
        let args = [clock.office.into(), last.cast_signed().into()];
        let rows = tx.fetch(sql, args).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let n = row.number(0)?;
            let entry = Entry {
                at: row.int(1)?,
                op: row.text_opt(2)?,
                device: row.text_opt(3)?,
                actor: row.text(4)?,
                kind: row.text(5)?,
                result: row.text(6)?,
                seals: row.text_opt(9)?,
            };
            let hash = row.text(8)?;
            let whole = n == last + 1
                && row.text(7)? == head
                && entry.hash(clock.office, n, &head)? == hash;
            if !whole {
                return Ok((Some(n), sealed));
            }
            sealed.take(n, &entry);
            (head, last) = (hash, n);
        }
    }
    let ends = last == clock.audit_n && head == clock.audit_head;
    Ok(((!ends).then_some(last + 1), sealed))
}
