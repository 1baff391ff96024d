//! The ops that were answered: what makes a repeat a repeat, and the quarantine.

use super::{Arg, Record, StoreError, Tx, hex, unhex};
use chrono::{DateTime, TimeDelta, Utc};
use shared::{
    envelope::OpHash,
    ids::{DeviceId, OfficeId, OpId},
    intake::Settled,
    problem::Code,
    sync::OpResult,
};
use std::collections::{BTreeMap, BTreeSet};

/// An op with its answer.
#[derive(Clone, Debug)]
pub struct SavedOp {
    pub op_id: OpId,
    pub device: DeviceId,
    pub seq: u64,
    pub hash: OpHash,
    pub result: OpResult,
    /// It was applied, and something became of that.
    pub had_effect: bool,
    /// What to add to the device's times.
    pub shift: TimeDelta,
    /// The op as it came, kept only for the quarantine.
    pub payload: Option<String>,
}

/// An op that waits for somebody to look at it.
#[derive(Clone, Debug)]
pub struct Quarantined {
    pub op_id: OpId,
    pub device: DeviceId,
    pub seq: u64,
    pub office: OfficeId,
    pub result: OpResult,
    pub received_at: DateTime<Utc>,
    pub shift: TimeDelta,
    pub payload: Option<String>,
}

/// Of an op that was applied and changed nothing.
const UNCHANGED: &str = "unchanged";

fn status(result: &OpResult) -> &'static str {
    match result {
        OpResult::Applied { .. } => "applied",
        OpResult::Rejected(_) => "rejected",
        OpResult::Quarantined { .. } => "quarantined",
    }
}

/// The answers that these ops got before.
///
/// # Errors
/// When the database refuses.
pub async fn settled(tx: &mut Tx, ids: &[OpId]) -> Result<BTreeMap<OpId, Settled>, StoreError> {
    let sql = "SELECT o.op_id, o.hash, o.result FROM json_each($1) AS r CROSS JOIN op AS o
        WHERE o.op_id = r.value ->> 0";
    let ids: Vec<[&OpId; 1]> = ids.iter().map(|id| [id]).collect();
    let rows = tx.fetch(sql, [Arg::list(&ids)?]).await?;
    rows.iter()
        .map(|row| {
            let hash = unhex(&row.text(1)?);
            let settled = Settled {
                hash: hash.ok_or(StoreError::Corrupt("an op's hash is not 32 bytes"))?,
                result: serde_json::from_str(&row.text(2)?)?,
            };
            Ok((OpId(row.uuid(0)?), settled))
        })
        .collect()
}

/// Which of these ops came from this device.
///
/// # Errors
/// When the database refuses.
pub async fn said_by(
    tx: &mut Tx,
    device: DeviceId,
    ids: &[OpId],
) -> Result<BTreeSet<OpId>, StoreError> {
    let sql = "SELECT o.op_id FROM json_each($1) AS r CROSS JOIN op AS o
        WHERE o.op_id = r.value ->> 0 AND o.device = $2";
    let ids: Vec<[&OpId; 1]> = ids.iter().map(|id| [id]).collect();
    let rows = tx.fetch(sql, [Arg::list(&ids)?, device.0.into()]).await?;
    rows.iter().map(|row| Ok(OpId(row.uuid(0)?))).collect()
}

/// Saves new ops of an office.
///
/// # Errors
/// When the database refuses; an op id that is there already among others.
pub async fn save(
    tx: &mut Tx,
    office: OfficeId,
    received_at: DateTime<Utc>,
    ops: &[SavedOp],
) -> Result<(), StoreError> {
    let mut rows = Vec::with_capacity(ops.len());
    for op in ops {
        rows.push((
            op.op_id,
            op.device,
            op.seq,
            hex(&op.hash),
            match &op.result {
                OpResult::Applied { .. } if !op.had_effect => UNCHANGED,
                result => status(result),
            },
            serde_json::to_string(&op.result)?,
            op.shift.num_microseconds().unwrap_or(0),
            &op.payload,
        ));
    }
    let sql = "INSERT INTO op
            (office, received_at, op_id, device, seq, hash, status, result, shift, payload)
        SELECT $1, $2, r.value ->> 0, r.value ->> 1, CAST(r.value ->> 2 AS BIGINT), r.value ->> 3,
            r.value ->> 4, r.value ->> 5, CAST(r.value ->> 6 AS BIGINT), r.value ->> 7
        FROM json_each($3) AS r";
    let args = [office.into(), received_at.into(), Arg::list(&rows)?];
    tx.execute(sql, args).await?;
    Ok(())
}

/// The columns of [`Quarantined`].
macro_rules! put_aside {
    ($rest:literal) => {
        concat!(
            "SELECT o.op_id, o.device, o.seq, o.office, o.result, o.received_at, o.shift, o.payload
            FROM op AS o WHERE ",
            $rest
        )
    };
}

fn read(rows: &[Record]) -> Result<Vec<Quarantined>, StoreError> {
    rows.iter()
        .map(|row| {
            Ok(Quarantined {
                op_id: OpId(row.uuid(0)?),
                device: DeviceId(row.uuid(1)?),
                seq: row.number(2)?,
                office: row.office(3)?,
                result: serde_json::from_str(&row.text(4)?)?,
                received_at: row.time(5)?,
                shift: TimeDelta::microseconds(row.int(6)?),
                payload: row.text_opt(7)?,
            })
        })
        .collect()
}

/// The ops in quarantine, oldest first.
///
/// # Errors
/// When the database refuses.
pub async fn quarantined(tx: &mut Tx) -> Result<Vec<Quarantined>, StoreError> {
    let sql = put_aside!("o.status = 'quarantined' ORDER BY o.received_at, o.seq");
    read(&tx.fetch(sql, []).await?)
}

/// An op, if it is in quarantine.
///
/// # Errors
/// When the database refuses.
pub async fn in_quarantine(tx: &mut Tx, id: OpId) -> Result<Option<Quarantined>, StoreError> {
    let sql = put_aside!("o.op_id = $1 AND o.status = 'quarantined'");
    Ok(read(&tx.fetch(sql, [id.0.into()]).await?)?.pop())
}

/// The ops that wait for the head's yes: put aside for one of these reasons, and come from a device on
/// which somebody of the office has signed in. Oldest first, of each device at most `of_each`, so that none hides
/// what waits of the others; one of them if `only` names it.
///
/// # Errors
/// When the database refuses.
pub async fn waiting(
    tx: &mut Tx,
    office: OfficeId,
    only: Option<OpId>,
    (of_each, limit): (i64, i64),
) -> Result<Vec<Quarantined>, StoreError> {
    let sql = put_aside!(
        "o.office = $1 AND o.payload IS NOT NULL AND ($2 = o.op_id OR $2 = '' AND o.op_id IN (
            SELECT p.op_id FROM (
                SELECT b.op_id, row_number() OVER (PARTITION BY b.device ORDER BY b.seq) AS place
                FROM op AS b WHERE b.office = $1 AND b.payload IS NOT NULL
                AND b.result IN (SELECT r.value ->> 0 FROM json_each($3) AS r)
            ) AS p WHERE p.place <= $5))
        AND o.result IN (SELECT r.value ->> 0 FROM json_each($3) AS r)
        AND EXISTS (SELECT 1 FROM device_account AS l JOIN account AS a ON a.id = l.account
            WHERE l.device = o.device AND a.office = o.office)
        ORDER BY o.received_at, o.seq LIMIT $4"
    );
    let mut results = Vec::with_capacity(Code::WAITS_FOR_YES.len());
    for code in Code::WAITS_FOR_YES {
        results.push([serde_json::to_string(&OpResult::Quarantined { code })?]);
    }
    let only = only.map(|id| id.to_string()).unwrap_or_default();
    let args = [
        office.into(),
        only.into(),
        Arg::list(&results)?,
        limit.into(),
        of_each.into(),
    ];
    read(&tx.fetch(sql, args).await?)
}

/// Gives an op from the quarantine its answer.
///
/// # Errors
/// When the database refuses.
pub async fn settle(tx: &mut Tx, op: OpId, result: &OpResult) -> Result<(), StoreError> {
    let sql = "UPDATE op SET status = $2, result = $3,
            payload = CASE WHEN $2 = 'quarantined' THEN payload END WHERE op_id = $1";
    let args = [
        op.0.into(),
        status(result).into(),
        serde_json::to_string(result)?.into(),
    ];
    tx.execute(sql, args).await?;
    Ok(())
}

/// Forgets what ops received before `before` said; their hashes and answers stay.
///
/// # Errors
/// When the database refuses.
pub async fn forget_payloads(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let sql = "UPDATE op SET payload = NULL WHERE payload IS NOT NULL AND received_at < $1";
    tx.execute(sql, [before.into()]).await
}

/// What ops said that were put aside and hold this text.
///
/// # Errors
/// When the database refuses.
pub async fn put_aside_with(tx: &mut Tx, text: &str) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT payload FROM op
        WHERE payload IS NOT NULL AND payload LIKE '%' || $1 || '%' ORDER BY received_at";
    let rows = tx.fetch(sql, [text.into()]).await?;
    rows.iter().map(|row| row.text(0)).collect()
}

/// Forgets what ops said that hold this text; their hashes and answers stay.
///
/// # Errors
/// When the database refuses.
pub async fn forget_payloads_with(tx: &mut Tx, text: &str) -> Result<u64, StoreError> {
    let sql = "UPDATE op SET payload = NULL
        WHERE payload IS NOT NULL AND payload LIKE '%' || $1 || '%'";
    tx.execute(sql, [text.into()]).await
}

/// Devices whose queue is behind an op that was taken from them: there must be none.
///
/// # Errors
/// When the database refuses.
pub async fn ahead_of_queue(tx: &mut Tx) -> Result<Vec<DeviceId>, StoreError> {
    let sql = "SELECT o.device FROM op AS o LEFT JOIN device AS d ON d.id = o.device
        GROUP BY o.device, d.last_seq HAVING MAX(o.seq) > COALESCE(d.last_seq, 0)";
    let rows = tx.fetch(sql, []).await?;
    rows.iter().map(|row| Ok(DeviceId(row.uuid(0)?))).collect()
}
