//! Columns beside a row's JSON: by them rows are found, pulled and looked at in time. Each is compared with what
//! the row itself says, or the audit chain, for `check`.

use super::{
    Arg, Record, StoreError, Tx, rows,
    seals::{PAGE, Sealed},
};
use shared::{
    ids::{DeviceId, OfficeId},
    resident::{Device, NikClaim},
    row::{Entity, Index, Key, Row},
    slot::Slot,
};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A row, and the column that is not as it must be.
pub type Odd = (Key, &'static str);

/// What the columns of an office's rows say.
#[derive(Default)]
pub struct Columns {
    pub odd: Vec<Odd>,
    /// The greatest number that a change has.
    pub last: u64,
}

/// Compares the columns of an office's rows; those that only the chain can tell of where it is whole.
///
/// # Errors
/// When the database refuses.
pub async fn of_office(
    tx: &mut Tx,
    office: OfficeId,
    said: Option<&Sealed>,
) -> Result<Columns, StoreError> {
    let sql =
        "SELECT entity, id, seq, deleted, kelurahan, resident, day, open, due, changed_at, data
        FROM record WHERE office = $1 AND (entity > $2 OR (entity = $2 AND id > $3))
        ORDER BY entity, id LIMIT $4";
    let (mut odd, mut numbered) = (Vec::new(), Vec::new());
    let (mut kind, mut id) = (String::new(), String::new());
    loop {
        let args: [Arg; 4] = [
            office.into(),
            kind.as_str().into(),
            id.as_str().into(),
            PAGE.into(),
        ];
        let page = tx.fetch(sql, args).await?;
        let Some(last) = page.last() else { break };
        (kind, id) = (last.text(0)?, last.text(1)?);
        for row in &page {
            let key = Key(rows::entity(&row.text(0)?)?, row.uuid(1)?);
            let change = said.and_then(|said| said.change_of(key));
            let besides = besides(row, key)?.into_iter();
            // An older version opened invitations that were answered, when it was brought up to date.
            let is_of_before =
                |column: &str| key.0 == Entity::Invitation && column == "open" && change.is_none();
            let besides = besides.filter(|column| !is_of_before(column));
            odd.extend(besides.map(|column| (key, column)));
            if change.is_some_and(|(_, at)| row.int(9).is_ok_and(|column| column != at)) {
                odd.push((key, "changed_at"));
            }
            let seq = row.int(2)?;
            match key.0.is_synced() {
                true => numbered.push(Number {
                    seq,
                    n: change.map(|(n, _)| n),
                    key,
                }),
                false if seq != 0 => odd.push((key, "seq")),
                false => {}
            }
        }
    }
    let last = numbered.iter().map(|number| number.seq).max();
    odd.extend(misnumbered(numbered).map(|key| (key, "seq")));
    let sql = "SELECT id, day, data FROM slot WHERE office = $1";
    for row in tx.fetch(sql, [office.into()]).await? {
        let slot: Slot = serde_json::from_str(&row.text(2)?)?;
        if row.text(1)? != slot.start.date().to_string() {
            odd.push((Key(Entity::Slot, row.uuid(0)?), "day"));
        }
    }
    let last = last.unwrap_or(0).max(0).unsigned_abs();
    Ok(Columns { odd, last })
}

/// The columns that are not as the row's JSON has them. What cannot be read has a seal that tells of it.
fn besides(row: &Record, Key(entity, _): Key) -> Result<Vec<&'static str>, StoreError> {
    let data = row.text(10)?;
    let is_gone = row.flag(3)?;
    let index = match is_gone {
        true => Index::default(),
        false => match Row::from_text(entity, &data) {
            Ok(row) => row.index(),
            Err(_) => return Ok(Vec::new()),
        },
    };
    let due = index.due.map(|due| due.timestamp_micros());
    let mut odd = Vec::new();
    let mut compare = |column, is_same: bool| odd.extend((!is_same).then_some(column));
    compare("open", row.int(7)? == i64::from(index.open));
    compare("due", row.int_opt(8)? == due);
    if is_gone {
        // The others stay, to know which devices must learn of it.
        compare("data", data == "null");
    } else {
        let resident = index.resident.map(|resident| resident.0.to_string());
        compare(
            "kelurahan",
            row.text_opt(4)? == index.kelurahan.map(String::from),
        );
        compare("resident", row.text_opt(5)? == resident);
        compare(
            "day",
            row.text_opt(6)? == index.day.map(|day| day.to_string()),
        );
    }
    Ok(odd)
}

/// The number of a row in its office's log, and of the entry that is about its last change.
#[derive(Clone, Copy)]
struct Number {
    seq: i64,
    n: Option<u64>,
    key: Key,
}

/// Rows without a number, with that of another row, or with one that is out of the order of the audit: devices
/// that have come further never pull such a row.
fn misnumbered(mut all: Vec<Number>) -> impl Iterator<Item = Key> {
    all.sort_by_key(|number| (number.seq, number.n));
    let mut odd: BTreeSet<Key> = BTreeSet::new();
    odd.extend(all.iter().filter(|number| number.seq < 1).map(|n| n.key));
    let told: Vec<(u64, Key)> = all.iter().filter_map(|a| Some((a.n?, a.key))).collect();
    odd.extend(out_of_order(&told));
    all.retain(|number| !odd.contains(&number.key));
    let pairs = all.iter().zip(all.iter().skip(1));
    let twice = pairs.filter(|(one, next)| one.seq == next.seq);
    odd.extend(twice.map(|(_, next)| next.key));
    odd.into_iter()
}

/// The fewest rows without which all others are in the order of their entries.
fn out_of_order(told: &[(u64, Key)]) -> impl Iterator<Item = Key> {
    let entry = |at: usize| told.get(at).map(|(n, _)| *n);
    // The longest run that is in order, found by the least entry that a run of each length can end with.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(told.len());
    for at in 0..told.len() {
        let length = ends.partition_point(|end| entry(*end) <= entry(at));
        before.push(
            length
                .checked_sub(1)
                .and_then(|last| ends.get(last).copied()),
        );
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut odd: BTreeSet<usize> = (0..told.len()).collect();
    let mut at = ends.last().copied();
    while let Some(kept) = at {
        odd.remove(&kept);
        at = before.get(kept).copied().flatten();
    }
    let key = |at: usize| told.get(at).map(|(_, key)| *key);
    odd.into_iter().filter_map(key)
}

/// Compares the columns of devices and claims, of whom several offices speak.
///
/// # Errors
/// When the database refuses.
pub async fn of_deployment(tx: &mut Tx) -> Result<Vec<Odd>, StoreError> {
    let mut odd = Vec::new();
    let sql = "SELECT key, office, data FROM nik_claim WHERE key > $1 ORDER BY key LIMIT $2";
    let mut after = String::new();
    loop {
        let page = tx.fetch(sql, [after.as_str().into(), PAGE.into()]).await?;
        let Some(last) = page.last() else { break };
        after = last.text(0)?;
        for row in &page {
            let claim: NikClaim = serde_json::from_str(&row.text(2)?)?;
            if row.office(1)? != claim.office {
                odd.push((Key(Entity::NikClaim, row.uuid(0)?), "office"));
            }
        }
    }
    let mut grants = grants(tx).await?;
    let sql = "SELECT id, data, revoked, locked_at FROM device
        WHERE data IS NOT NULL AND id > $1 ORDER BY id LIMIT $2";
    let mut after = String::new();
    loop {
        let page = tx.fetch(sql, [after.as_str().into(), PAGE.into()]).await?;
        let Some(last) = page.last() else { break };
        after = last.text(0)?;
        for row in &page {
            let device: Device = serde_json::from_str(&row.text(1)?)?;
            let key = Key(Entity::Device, row.uuid(0)?);
            let (revoked, at) = (row.flag(2)?, row.int_opt(3)?);
            let locked = device.locked.map(|at| at.timestamp_micros());
            // An older version locked by the one column alone.
            let is_of_before = locked.is_none() && at.is_none();
            if revoked != locked.is_some() && !is_of_before {
                odd.push((key, "revoked"));
            }
            if at != locked {
                odd.push((key, "locked_at"));
            }
            let own = device.grants.iter().map(|g| (g.office, g.resident.0));
            let said: BTreeSet<(OfficeId, Uuid)> = own.collect();
            if grants.remove(&DeviceId(key.1)).unwrap_or_default() != said {
                odd.push((key, "grants"));
            }
        }
    }
    // Nothing ever let these act for anybody.
    odd.extend(grants.into_keys().map(|device| (device.into(), "grants")));
    Ok(odd)
}

/// For whom devices may act, beside their rows.
async fn grants(tx: &mut Tx) -> Result<BTreeMap<DeviceId, BTreeSet<(OfficeId, Uuid)>>, StoreError> {
    let sql = "SELECT device, office, resident FROM device_grant";
    let mut all: BTreeMap<DeviceId, BTreeSet<_>> = BTreeMap::new();
    for row in tx.fetch(sql, []).await? {
        let of = all.entry(DeviceId(row.uuid(0)?)).or_default();
        of.insert((row.office(1)?, row.uuid(2)?));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_row_out_of_order_is_named() {
        let odd = |numbers: &[(i64, Option<u64>)]| {
            let rows = numbers.iter().zip(0_u128..);
            let rows = rows.map(|((seq, n), id)| Number {
                seq: *seq,
                n: *n,
                key: Key(Entity::Visit, Uuid::from_u128(id)),
            });
            let found = misnumbered(rows.collect());
            found.map(|key| key.1.as_u128()).collect::<Vec<_>>()
        };
        let told = |seq: i64, n: u64| (seq, Some(n));
        // Several rows of one entry, and one that was there before.
        let well = [told(1, 2), told(2, 2), (3, None), told(4, 3), told(9, 7)];
        assert_eq!(odd(&well), []);
        assert_eq!(odd(&[told(1, 9), told(2, 2), told(3, 3), told(4, 4)]), [0]);
        assert_eq!(odd(&[told(1, 2), told(2, 3), told(99, 1), told(4, 4)]), [2]);
        assert_eq!(odd(&[(0, None), told(1, 2), (1, None)]), [0, 1]);
    }
}
