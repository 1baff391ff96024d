//! Rows by key, in bulk: whatever a decision reads is loaded, and whatever it changed is saved, with
//! one statement a table.

use super::{
    Arg, StoreError, Tx, devices,
    seals::{self, Seal},
    slots,
};
use chrono::{DateTime, NaiveTime, Utc};
use shared::{
    calendar::whole_minute,
    ids::{OfficeId, ResidentId},
    office::Office,
    resident::NikClaim,
    row::{Change, Entity, Key, Of, Row},
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Rows in one statement: a roll has a hundred thousand, and a statement holds all of its own.
const AT_ONCE: usize = 2_000;

/// A change with the number it has in its office's log; 0 for kinds that no device ever receives.
#[derive(Clone, Debug)]
pub struct Numbered {
    pub seq: u64,
    pub change: Change,
}

/// The rows of these keys within one office; a key without a row comes back as `None`.
///
/// # Errors
/// When the database refuses or a row cannot be read.
pub async fn load(
    tx: &mut Tx,
    office: OfficeId,
    keys: &[Key],
) -> Result<Vec<(Key, Option<Row>)>, StoreError> {
    let of = |wanted: fn(Entity) -> bool| -> Vec<(&'static str, Uuid)> {
        let keys = keys.iter().filter(|key| wanted(key.0));
        keys.map(|key| (key.0.as_str(), key.1)).collect()
    };
    let mut found: BTreeMap<Key, Row> = BTreeMap::new();
    let records = of(|e| !matches!(e, Entity::Slot | Entity::Device | Entity::NikClaim));
    if !records.is_empty() {
        // A look at the primary key for each, whatever PostgreSQL knows of the table: with no
        // statistics it would read the whole office for a join.
        let sql = "SELECT k.value ->> 0, (SELECT r.data FROM record AS r
                WHERE r.office = $1 AND r.entity = k.value ->> 0 AND r.id = k.value ->> 1
                    AND r.deleted = 0)
            FROM json_each($2) AS k";
        for row in tx.fetch(sql, [office.into(), Arg::list(&records)?]).await? {
            if let Some(data) = row.text_opt(1)? {
                let row = Row::from_text(entity(&row.text(0)?)?, &data)?;
                found.insert(row.key(), row);
            }
        }
    }
    let ids = of(|e| e == Entity::Slot);
    if !ids.is_empty() {
        let rows = slots::load(tx, office, &ids).await?;
        found.extend(rows.into_iter().map(|slot| (slot.id.into(), slot.into())));
    }
    let ids = of(|e| e == Entity::Device);
    if !ids.is_empty() {
        let rows = devices::load(tx, &ids).await?;
        found.extend(rows.into_iter().map(|row| (row.id.into(), row.into())));
    }
    let ids = of(|e| e == Entity::NikClaim);
    if !ids.is_empty() {
        let sql = "SELECT c.data FROM json_each($1) AS k CROSS JOIN nik_claim AS c
            WHERE c.key = k.value ->> 1";
        for row in tx.fetch(sql, [Arg::list(&ids)?]).await? {
            let row = Row::from_text(Entity::NikClaim, &row.text(0)?)?;
            found.insert(row.key(), row);
        }
    }
    Ok(keys.iter().map(|key| (*key, found.remove(key))).collect())
}

pub(super) fn entity(text: &str) -> Result<Entity, StoreError> {
    let mut all = Entity::ALL.iter();
    all.find(|e| e.as_str() == text)
        .copied()
        .ok_or(StoreError::Corrupt("an unknown kind of row"))
}

/// One row.
///
/// # Errors
/// As [`load`].
pub async fn get<T: Of + Clone>(
    tx: &mut Tx,
    office: OfficeId,
    key: impl Into<Key>,
) -> Result<Option<T>, StoreError> {
    let rows = load(tx, office, &[key.into()]).await?;
    let row = rows.into_iter().find_map(|(_, row)| row);
    Ok(row.as_ref().and_then(T::of).cloned())
}

/// Rows of one kind, as far as they are there.
///
/// # Errors
/// As [`load`].
pub async fn some<T: Of + Clone>(
    tx: &mut Tx,
    office: OfficeId,
    keys: &[Key],
) -> Result<Vec<T>, StoreError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let rows = load(tx, office, keys).await?;
    let rows = rows.iter().filter_map(|(_, row)| row.as_ref());
    Ok(rows.filter_map(T::of).cloned().collect())
}

/// Every office of the deployment, in the order of their ids.
///
/// # Errors
/// As [`load`].
pub async fn offices(tx: &mut Tx) -> Result<Vec<Office>, StoreError> {
    let sql = "SELECT data FROM record WHERE entity = 'office' AND deleted = 0 ORDER BY office";
    let rows = tx.fetch(sql, []).await?;
    rows.iter()
        .map(|row| Ok(serde_json::from_str(&row.text(0)?)?))
        .collect()
}

/// Open work of one kind up to a day: what time may still change.
///
/// # Errors
/// As [`load`].
pub async fn open_until(
    tx: &mut Tx,
    office: OfficeId,
    kind: Entity,
    day: chrono::NaiveDate,
) -> Result<Vec<Row>, StoreError> {
    let sql = "SELECT data FROM record
        WHERE office = $1 AND entity = $2 AND open = 1 AND deleted = 0 AND day <= $3";
    let args = [office.into(), kind.as_str().into(), day.to_string().into()];
    let rows = tx.fetch(sql, args).await?;
    rows.iter()
        .map(|row| Ok(Row::from_text(kind, &row.text(0)?)?))
        .collect()
}

/// As [`open_until`], between two days, both included.
///
/// # Errors
/// As [`load`].
pub async fn open_between(
    tx: &mut Tx,
    office: OfficeId,
    kind: Entity,
    from: chrono::NaiveDate,
    to: chrono::NaiveDate,
) -> Result<Vec<Row>, StoreError> {
    let sql = "SELECT data FROM record
        WHERE office = $1 AND entity = $2 AND open = 1 AND deleted = 0
            AND day BETWEEN $3 AND $4";
    let args = [
        office.into(),
        kind.as_str().into(),
        from.to_string().into(),
        to.to_string().into(),
    ];
    let rows = tx.fetch(sql, args).await?;
    rows.iter()
        .map(|row| Ok(Row::from_text(kind, &row.text(0)?)?))
        .collect()
}

/// Open work of one kind that waits for a day.
///
/// # Errors
/// As [`load`].
pub async fn open_undated(
    tx: &mut Tx,
    office: OfficeId,
    kind: Entity,
) -> Result<Vec<Row>, StoreError> {
    let sql = "SELECT data FROM record
        WHERE office = $1 AND entity = $2 AND open = 1 AND deleted = 0 AND day IS NULL";
    let rows = tx.fetch(sql, [office.into(), kind.as_str().into()]).await?;
    rows.iter()
        .map(|row| Ok(Row::from_text(kind, &row.text(0)?)?))
        .collect()
}

/// Rows of one kind that time changes by now.
///
/// # Errors
/// As [`load`].
pub async fn due(
    tx: &mut Tx,
    office: OfficeId,
    kind: Entity,
    now: DateTime<Utc>,
) -> Result<Vec<Row>, StoreError> {
    let sql = "SELECT data FROM record
        WHERE office = $1 AND entity = $2 AND deleted = 0 AND due <= $3 ORDER BY due, id";
    let args = [office.into(), kind.as_str().into(), now.into()];
    let rows = tx.fetch(sql, args).await?;
    rows.iter()
        .map(|row| Ok(Row::from_text(kind, &row.text(0)?)?))
        .collect()
}

/// Whether an office's calendar, its own or that of its sessions, was changed since then.
///
/// # Errors
/// As [`load`].
pub async fn changed_since(
    tx: &mut Tx,
    office: OfficeId,
    since: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM record
        WHERE office = $1 AND entity IN ('office', 'session') AND changed_at >= $2 LIMIT 1";
    let rows = tx.fetch(sql, [office.into(), since.into()]).await?;
    Ok(!rows.is_empty())
}

/// Every row of one kind in an office: for checks and short lists.
///
/// # Errors
/// As [`load`].
pub async fn all(tx: &mut Tx, office: OfficeId, kind: Entity) -> Result<Vec<Row>, StoreError> {
    let sql = "SELECT data FROM record WHERE office = $1 AND entity = $2 AND deleted = 0";
    let rows = tx.fetch(sql, [office.into(), kind.as_str().into()]).await?;
    rows.iter()
        .map(|row| Ok(Row::from_text(kind, &row.text(0)?)?))
        .collect()
}

/// Every row that names a resident, the record itself among them.
///
/// # Errors
/// As [`load`].
pub async fn of_resident(
    tx: &mut Tx,
    office: OfficeId,
    resident: ResidentId,
) -> Result<Vec<Row>, StoreError> {
    let sql = "SELECT entity, data FROM record
        WHERE office = $1 AND resident = $2 AND deleted = 0 ORDER BY seq";
    let rows = tx.fetch(sql, [office.into(), resident.0.into()]).await?;
    rows.iter()
        .map(|row| Ok(Row::from_text(entity(&row.text(0)?)?, &row.text(1)?)?))
        .collect()
}

/// Offices and sessions with a time of day that is no whole minute: an older version took it.
///
/// # Errors
/// As [`load`].
pub async fn with_seconds(tx: &mut Tx, office: OfficeId) -> Result<Vec<Key>, StoreError> {
    let sql = "SELECT entity, id, data FROM record
        WHERE office = $1 AND entity IN ('office', 'session') AND deleted = 0 ORDER BY id";
    let mut found = Vec::new();
    for row in tx.fetch(sql, [office.into()]).await? {
        let (entity, stored) = (entity(&row.text(0)?)?, row.text(2)?);
        // What reads as before is no time of day, but a place named like one.
        let read = Row::from_text(entity, &stored)?.to_text()?;
        let with_seconds = |text: &str| serde_json::from_str(text).map(|value| seconds(&value));
        if with_seconds(&stored)? > with_seconds(&read)? {
            found.push(Key(entity, row.uuid(1)?));
        }
    }
    Ok(found)
}

/// How many texts of a row look like a time of day with seconds.
fn seconds(value: &serde_json::Value) -> usize {
    match value {
        serde_json::Value::String(text) => {
            let time: Option<NaiveTime> = text.parse().ok();
            usize::from(time.is_some_and(|time| whole_minute(time) != time))
        }
        serde_json::Value::Array(all) => all.iter().map(seconds).sum(),
        serde_json::Value::Object(all) => all.values().map(seconds).sum(),
        _ => 0,
    }
}

/// The claims on NIKs that an office made: for checks.
///
/// # Errors
/// As [`load`].
pub async fn nik_claims(tx: &mut Tx, office: OfficeId) -> Result<Vec<NikClaim>, StoreError> {
    let sql = "SELECT data FROM nik_claim WHERE office = $1";
    let rows = tx.fetch(sql, [office.into()]).await?;
    rows.iter()
        .map(|row| Ok(serde_json::from_str(&row.text(0)?)?))
        .collect()
}

type Written = (
    &'static str,
    Uuid,
    u64,
    Option<String>,
    Option<Uuid>,
    Option<String>,
    u8,
    Option<i64>,
    String,
);

/// Saves the last change of each row of an office. Returns their seals, for the audit.
///
/// # Errors
/// When the database refuses: a slot whose counters do not hold, among others.
pub async fn save(
    tx: &mut Tx,
    office: OfficeId,
    at: DateTime<Utc>,
    changes: &[Numbered],
) -> Result<Vec<(Key, Seal)>, StoreError> {
    let mut sealed = Vec::with_capacity(changes.len());
    let mut records: Vec<Written> = Vec::new();
    let (mut slots, mut devices, mut claims) = (Vec::new(), Vec::new(), Vec::new());
    let mut removed: Vec<(&str, Uuid, u64)> = Vec::new();
    let mut unclaimed: Vec<[&Uuid; 1]> = Vec::new();
    for Numbered { seq, change } in changes {
        let text = match change {
            Change::Put(row) => Some(row.to_text()?),
            Change::Remove(_) => None,
        };
        sealed.push((change.key(), text.as_deref().and_then(seals::seal)));
        match change {
            Change::Put(Row::Slot(slot)) => slots.push(slot),
            Change::Put(Row::Device(device)) => devices.push(device),
            Change::Put(Row::NikClaim(claim)) => {
                claims.push((claim.key.0, claim.office.0, text.unwrap_or_default()));
            }
            Change::Put(row) => {
                let (Key(entity, id), index) = (row.key(), row.index());
                records.push((
                    entity.as_str(),
                    id,
                    *seq,
                    index.kelurahan.map(String::from),
                    index.resident.map(|r| r.0),
                    index.day.map(|d| d.to_string()),
                    index.open.into(),
                    index.due.map(|due| due.timestamp_micros()),
                    text.unwrap_or_default(),
                ));
            }
            Change::Remove(Key(Entity::NikClaim, id)) => unclaimed.push([id]),
            Change::Remove(Key(entity, id)) => removed.push((entity.as_str(), *id, *seq)),
        }
    }
    for some in records.chunks(AT_ONCE) {
        put(tx, office, at, some).await?;
    }
    if !slots.is_empty() {
        slots::save(tx, office, &slots).await?;
    }
    if !devices.is_empty() {
        devices::save(tx, at, &devices).await?;
    }
    for some in claims.chunks(AT_ONCE) {
        let sql = "INSERT INTO nik_claim (key, office, data)
            SELECT r.value ->> 0, CAST(r.value ->> 1 AS BIGINT), r.value ->> 2
            FROM json_each($1) AS r WHERE true
            ON CONFLICT (key) DO UPDATE SET office = excluded.office, data = excluded.data";
        tx.execute(sql, [Arg::list(&some)?]).await?;
    }
    if !unclaimed.is_empty() {
        let sql = "DELETE FROM nik_claim
            WHERE key IN (SELECT r.value ->> 0 FROM json_each($1) AS r)";
        tx.execute(sql, [Arg::list(&unclaimed)?]).await?;
    }
    if !removed.is_empty() {
        remove(tx, office, at, &removed).await?;
    }
    Ok(sealed)
}

async fn put(
    tx: &mut Tx,
    office: OfficeId,
    at: DateTime<Utc>,
    records: &[Written],
) -> Result<(), StoreError> {
    let sql = "INSERT INTO record
            (office, entity, id, seq, deleted, kelurahan, resident, day, open, due, changed_at, data)
        SELECT $1, r.value ->> 0, r.value ->> 1, CAST(r.value ->> 2 AS BIGINT), 0,
            r.value ->> 3, r.value ->> 4, r.value ->> 5, CAST(r.value ->> 6 AS BIGINT),
            CAST(r.value ->> 7 AS BIGINT), $2, r.value ->> 8
        FROM json_each($3) AS r WHERE true
        ON CONFLICT (office, entity, id) DO UPDATE SET
            seq = excluded.seq, deleted = 0, kelurahan = excluded.kelurahan,
            resident = excluded.resident, day = excluded.day, open = excluded.open,
            due = excluded.due, changed_at = excluded.changed_at, data = excluded.data";
    let args = [office.into(), at.into(), Arg::list(&records)?];
    tx.execute(sql, args).await?;
    Ok(())
}

/// Leaves tombstones, so that devices learn of it: kelurahan and resident stay, to know which ones.
async fn remove(
    tx: &mut Tx,
    office: OfficeId,
    at: DateTime<Utc>,
    removed: &[(&str, Uuid, u64)],
) -> Result<(), StoreError> {
    let sql = "UPDATE record SET seq = CAST(r.value ->> 2 AS BIGINT), deleted = 1, open = 0,
            due = NULL, changed_at = $2, data = 'null'
        FROM json_each($3) AS r
        WHERE record.office = $1 AND record.entity = r.value ->> 0 AND record.id = r.value ->> 1";
    let args = [office.into(), at.into(), Arg::list(&removed)?];
    tx.execute(sql, args).await?;
    Ok(())
}
