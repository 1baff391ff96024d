//! What became of devices, and what those leave behind of which nothing became.

use super::{Arg, StoreError, Tx, clocks, locks, seals};
use chrono::{DateTime, Utc};
use shared::{
    ids::{DeviceId, OpId},
    row::Key,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
};

/// What became of a device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Nothing that it sent had an effect.
    #[default]
    Stranger,
    Heard,
    /// Of a verified person.
    Known,
    /// Staff have signed in on it: nothing of it is bounded.
    Staff,
}

impl Standing {
    pub(super) fn read(n: u64) -> Self {
        match n {
            0 => Self::Stranger,
            1 => Self::Heard,
            2 => Self::Known,
            _ => Self::Staff,
        }
    }
}

/// What became of a device; of one that is not registered nothing did.
///
/// # Errors
/// When the database refuses.
pub async fn of(tx: &mut Tx, device: DeviceId) -> Result<Standing, StoreError> {
    let sql = "SELECT standing FROM device WHERE id = $1";
    let row = tx.fetch_one(sql, [device.0.into()]).await?;
    row.map_or(Ok(Standing::Stranger), |row| {
        Ok(Standing::read(row.number(0)?))
    })
}

/// Raises the standing of these devices to at least this.
///
/// # Errors
/// When the database refuses.
pub async fn raise(
    tx: &mut Tx,
    devices: &BTreeSet<DeviceId>,
    to: Standing,
) -> Result<(), StoreError> {
    let sql = "UPDATE device SET standing = $1 WHERE standing < $1
        AND id IN (SELECT r.value ->> 0 FROM json_each($2) AS r)";
    let ids: Vec<[&DeviceId; 1]> = devices.iter().map(|id| [id]).collect();
    tx.execute(sql, [(to as i64).into(), Arg::list(&ids)?])
        .await?;
    Ok(())
}

/// Devices of which nothing became.
///
/// # Errors
/// When the database refuses.
pub async fn strangers(tx: &mut Tx) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM device WHERE standing = 0";
    let row = tx.fetch_one(sql, []).await?;
    row.map_or(Ok(0), |row| row.number(0))
}

/// Forgets devices of which nothing became, those first that were not heard of for longest: at most
/// `limit`, last heard of before `before`. What they sent, and its answers, go with them; where a chain has
/// sealed their row, the deployment's says that it is gone. Returns how many there were.
///
/// # Errors
/// When the database refuses.
pub async fn forget(
    tx: &mut Tx,
    now: DateTime<Utc>,
    before: DateTime<Utc>,
    limit: u64,
) -> Result<u64, StoreError> {
    let sql = "SELECT id FROM device WHERE standing = 0 AND last_contact < $1
        ORDER BY last_contact LIMIT $2";
    let rows = tx
        .fetch(sql, [before.into(), limit.cast_signed().into()])
        .await?;
    let mut ids = Vec::with_capacity(rows.len());
    for row in &rows {
        ids.push([DeviceId(row.uuid(0)?)]);
    }
    if ids.is_empty() {
        return Ok(0);
    }
    // In the order in which batches lock.
    let mut clock = clocks::lock(tx, clocks::DEPLOYMENT).await?;
    // One of them may be about to have an effect.
    locks::take(tx, ids.iter().map(|[id]| Key::from(*id))).await?;
    let list = Arg::list(&ids)?;
    // A wrong guess is noted in a device's row, and sealed there.
    let sql = "SELECT d.id FROM json_each($1) AS r CROSS JOIN device AS d
        WHERE d.id = r.value ->> 0 AND d.standing = 0 AND d.data IS NOT NULL";
    let mut sealed = Vec::new();
    for row in tx.fetch(sql, [list.clone()]).await? {
        sealed.push(DeviceId(row.uuid(0)?));
    }
    if !sealed.is_empty() {
        seals::devices_gone(tx, &mut clock, now, &sealed).await?;
    }
    let sql = "DELETE FROM op WHERE device IN (
            SELECT d.id FROM json_each($1) AS r CROSS JOIN device AS d
            WHERE d.id = r.value ->> 0 AND d.standing = 0)";
    tx.execute(sql, [list.clone()]).await?;
    let sql = "DELETE FROM device WHERE standing = 0
        AND id IN (SELECT r.value ->> 0 FROM json_each($1) AS r)";
    tx.execute(sql, [list]).await
}

/// Ops that were put aside and still say something, of devices of these standings, above the newest
/// `most`.
///
/// # Errors
/// When the database refuses.
pub async fn payloads_above(
    tx: &mut Tx,
    of: RangeInclusive<Standing>,
    most: u64,
) -> Result<Vec<OpId>, StoreError> {
    let sql = "SELECT o.op_id FROM op AS o CROSS JOIN device AS d
        WHERE d.id = o.device AND o.payload IS NOT NULL AND d.standing BETWEEN $1 AND $2
        ORDER BY o.received_at DESC, o.op_id LIMIT 1000000 OFFSET $3";
    let args = [
        (*of.start() as i64).into(),
        (*of.end() as i64).into(),
        most.cast_signed().into(),
    ];
    let rows = tx.fetch(sql, args).await?;
    rows.iter().map(|row| Ok(OpId(row.uuid(0)?))).collect()
}

/// Forgets what these ops said.
///
/// # Errors
/// When the database refuses.
pub async fn forget_payloads(tx: &mut Tx, ops: &[OpId]) -> Result<u64, StoreError> {
    let sql = "UPDATE op SET payload = NULL
        WHERE op_id IN (SELECT r.value ->> 0 FROM json_each($1) AS r)";
    let ids: Vec<[&OpId; 1]> = ops.iter().map(|id| [id]).collect();
    tx.execute(sql, [Arg::list(&ids)?]).await
}

/// Answers to ops of other devices than staff's that had no effect and whose text is forgotten, above the
/// newest `most` of all that had none: at most `limit`, the oldest first.
///
/// # Errors
/// When the database refuses.
pub async fn answers_above(tx: &mut Tx, most: u64, limit: u64) -> Result<Vec<OpId>, StoreError> {
    let sql = "SELECT o.op_id FROM op AS o CROSS JOIN device AS d
        WHERE d.id = o.device AND o.status <> 'applied' AND o.payload IS NULL AND d.standing < $1
            AND o.received_at < (SELECT n.received_at FROM op AS n WHERE n.status <> 'applied'
                ORDER BY n.received_at DESC LIMIT 1 OFFSET $2)
        ORDER BY o.received_at LIMIT $3";
    let args = [
        (Standing::Staff as i64).into(),
        most.cast_signed().into(),
        limit.cast_signed().into(),
    ];
    let rows = tx.fetch(sql, args).await?;
    rows.iter().map(|row| Ok(OpId(row.uuid(0)?))).collect()
}

/// Forgets the answers to these ops. A device that sends one again is told that its queue is further by
/// now: an op that had an effect is never forgotten.
///
/// # Errors
/// When the database refuses.
pub async fn forget_answers_to(tx: &mut Tx, ops: &[OpId]) -> Result<u64, StoreError> {
    let sql = "DELETE FROM op WHERE status <> 'applied' AND payload IS NULL
        AND op_id IN (SELECT r.value ->> 0 FROM json_each($1) AS r)";
    let ids: Vec<[&OpId; 1]> = ops.iter().map(|id| [id]).collect();
    tx.execute(sql, [Arg::list(&ids)?]).await
}

/// Forgets the answers to ops without effect of these devices, up to a place in the queue of each.
///
/// # Errors
/// When the database refuses.
pub async fn forget_answers_of(
    tx: &mut Tx,
    devices: &BTreeMap<DeviceId, u64>,
) -> Result<u64, StoreError> {
    let sql = "DELETE FROM op WHERE op_id IN (
            SELECT o.op_id FROM json_each($1) AS r CROSS JOIN op AS o
            WHERE o.device = r.value ->> 0 AND o.seq <= CAST(r.value ->> 1 AS BIGINT)
                AND o.status <> 'applied' AND o.payload IS NULL)";
    let rows: Vec<(&DeviceId, &u64)> = devices.iter().collect();
    tx.execute(sql, [Arg::list(&rows)?]).await
}

/// Forgets answers, at most `limit`, to ops that had no effect and whose text is forgotten already.
///
/// # Errors
/// When the database refuses.
pub async fn forget_answers(
    tx: &mut Tx,
    before: DateTime<Utc>,
    limit: u64,
) -> Result<u64, StoreError> {
    let sql = "DELETE FROM op WHERE op_id IN (
            SELECT o.op_id FROM op AS o
            WHERE o.status <> 'applied' AND o.payload IS NULL AND o.received_at < $1
            ORDER BY o.received_at LIMIT $2)";
    tx.execute(sql, [before.into(), limit.cast_signed().into()])
        .await
}
