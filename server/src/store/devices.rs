//! Devices: who they are, how far their queue has come, what they may act for.

use super::{Arg, StoreError, Tx};
use chrono::{DateTime, Utc};
use shared::{
    ids::{DeviceId, OfficeId, ResidentId, UserId},
    resident::Device,
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// SHA-256 of a secret that a client holds: of a device token or of a session's cookie.
pub type TokenHash = [u8; 32];

/// What a device's token is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// No such device yet; after `register_or_check` it is registered.
    Unknown,
    Known,
    /// The device is known under another token, or acts for an office itself.
    WrongToken,
    /// The token fits, and the device was revoked.
    Revoked,
}

/// How far a device's queue has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueState {
    pub last_seq: u64,
    pub revoked: bool,
}

/// Judges a token without writing.
///
/// # Errors
/// When the database refuses.
pub async fn check(
    tx: &mut Tx,
    device: DeviceId,
    token: &TokenHash,
) -> Result<Checked, StoreError> {
    let sql = "SELECT token_hash, revoked FROM device WHERE id = $1";
    let Some(row) = tx.fetch_one(sql, [device.0.into()]).await? else {
        return Ok(Checked::Unknown);
    };
    Ok(match (row.text_opt(0)?, row.flag(1)?) {
        (Some(known), _) if known != super::hex(token) => Checked::WrongToken,
        (None, _) => Checked::WrongToken,
        (Some(_), true) => Checked::Revoked,
        (Some(_), false) => Checked::Known,
    })
}

/// Registers a device at its first contact, else judges its token. `Unknown` means registered now.
///
/// # Errors
/// When the database refuses.
pub async fn register_or_check(
    tx: &mut Tx,
    device: DeviceId,
    token: &TokenHash,
    now: DateTime<Utc>,
) -> Result<Checked, StoreError> {
    let sql = "INSERT INTO device (id, token_hash, last_seq, last_contact, registered_at, revoked)
        VALUES ($1, $2, 0, $3, $3, 0) ON CONFLICT (id) DO NOTHING";
    let args = [device.0.into(), super::hex(token).into(), now.into()];
    if tx.execute(sql, args).await? == 1 {
        return Ok(Checked::Unknown);
    }
    check(tx, device, token).await
}

/// Notes that a device was heard of.
///
/// # Errors
/// When the database refuses.
pub async fn contact(tx: &mut Tx, device: DeviceId, now: DateTime<Utc>) -> Result<(), StoreError> {
    let sql = "UPDATE device SET last_contact = $2 WHERE id = $1";
    tx.execute(sql, [device.0.into(), now.into()]).await?;
    Ok(())
}

/// When devices that were not revoked were last heard of.
///
/// # Errors
/// When the database refuses.
pub async fn contacts(
    tx: &mut Tx,
    devices: &[DeviceId],
) -> Result<BTreeMap<DeviceId, Option<DateTime<Utc>>>, StoreError> {
    let sql = "SELECT id, last_contact FROM device
        WHERE revoked = 0 AND id IN (SELECT r.value ->> 0 FROM json_each($1) AS r)";
    let ids: Vec<[&DeviceId; 1]> = devices.iter().map(|id| [id]).collect();
    let rows = tx.fetch(sql, [Arg::list(&ids)?]).await?;
    rows.iter()
        .map(|row| Ok((DeviceId(row.uuid(0)?), row.time_opt(1)?)))
        .collect()
}

/// Revokes a device: from now on its ops go to quarantine.
///
/// # Errors
/// When the database refuses.
pub async fn revoke(tx: &mut Tx, device: DeviceId, revoked: bool) -> Result<(), StoreError> {
    let sql = "UPDATE device SET revoked = $2 WHERE id = $1";
    tx.execute(sql, [device.0.into(), revoked.into()]).await?;
    Ok(())
}

/// The residents a device may act for, by office.
///
/// # Errors
/// When the database refuses.
pub async fn grants_of(
    tx: &mut Tx,
    device: DeviceId,
) -> Result<Vec<(OfficeId, ResidentId)>, StoreError> {
    let sql = "SELECT office, resident FROM device_grant WHERE device = $1";
    let rows = tx.fetch(sql, [device.0.into()]).await?;
    rows.iter()
        .map(|row| Ok((row.office(0)?, ResidentId(row.uuid(1)?))))
        .collect()
}

/// The `seq` of the last op taken from a device; 0 for one that is not known.
///
/// # Errors
/// When the database refuses.
pub async fn last_seq(tx: &mut Tx, device: DeviceId) -> Result<u64, StoreError> {
    let states = queue_states(tx, &[device]).await?;
    Ok(states.get(&device).map_or(0, |state| state.last_seq))
}

/// How far the queues of these devices have come.
///
/// # Errors
/// When the database refuses.
pub async fn queue_states(
    tx: &mut Tx,
    devices: &[DeviceId],
) -> Result<BTreeMap<DeviceId, QueueState>, StoreError> {
    let sql = "SELECT d.id, d.last_seq, d.revoked FROM json_each($1) AS r CROSS JOIN device AS d
        WHERE d.id = r.value ->> 0";
    let ids: Vec<[&DeviceId; 1]> = devices.iter().map(|id| [id]).collect();
    let rows = tx.fetch(sql, [Arg::list(&ids)?]).await?;
    rows.iter()
        .map(|row| {
            let state = QueueState {
                last_seq: row.number(1)?,
                revoked: row.flag(2)?,
            };
            Ok((DeviceId(row.uuid(0)?), state))
        })
        .collect()
}

/// Saves how far queues have come, and that the devices were heard of just now.
///
/// # Errors
/// When the database refuses.
pub async fn save_queues(
    tx: &mut Tx,
    now: DateTime<Utc>,
    last: &BTreeMap<DeviceId, u64>,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO device (id, last_seq, last_contact, registered_at, revoked)
        SELECT r.value ->> 0, CAST(r.value ->> 1 AS BIGINT), $1, $1, 0
        FROM json_each($2) AS r WHERE true
        ON CONFLICT (id) DO UPDATE SET
            last_seq = excluded.last_seq, last_contact = excluded.last_contact";
    let rows: Vec<(&DeviceId, &u64)> = last.iter().collect();
    tx.execute(sql, [now.into(), Arg::list(&rows)?]).await?;
    Ok(())
}

/// A member of staff has signed in on the device: from now on it may speak for the account.
///
/// # Errors
/// When the database refuses.
pub async fn link_account(
    tx: &mut Tx,
    device: DeviceId,
    account: UserId,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO device_account (device, account) VALUES ($1, $2)
        ON CONFLICT (device, account) DO NOTHING";
    tx.execute(sql, [device.0.into(), account.0.into()]).await?;
    Ok(())
}

/// Makes sure that nobody can register the device that acts for an office itself.
///
/// # Errors
/// When the database refuses.
pub async fn reserve_system(
    tx: &mut Tx,
    office: OfficeId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO device (id, last_seq, registered_at, revoked) VALUES ($1, 0, $2, 0)
        ON CONFLICT (id) DO UPDATE SET token_hash = NULL";
    let id = DeviceId::system(office).0;
    tx.execute(sql, [id.into(), now.into()]).await?;
    Ok(())
}

pub(super) async fn load(tx: &mut Tx, ids: &[(&str, Uuid)]) -> Result<Vec<Device>, StoreError> {
    let sql = "SELECT d.data FROM json_each($1) AS r CROSS JOIN device AS d
        WHERE d.id = r.value ->> 1 AND d.data IS NOT NULL";
    let rows = tx.fetch(sql, [Arg::list(&ids)?]).await?;
    rows.iter()
        .map(|row| Ok(serde_json::from_str(&row.text(0)?)?))
        .collect()
}

pub(super) async fn save(
    tx: &mut Tx,
    at: DateTime<Utc>,
    devices: &[&Device],
) -> Result<(), StoreError> {
    let (mut rows, mut grants) = (Vec::new(), Vec::new());
    for device in devices {
        rows.push((device.id, serde_json::to_string(device)?));
        let own = device.grants.iter();
        grants.extend(own.map(|g| (device.id, g.resident, g.office)));
    }
    let sql = "INSERT INTO device (id, last_seq, registered_at, revoked, data)
        SELECT r.value ->> 0, 0, $1, 0, r.value ->> 1 FROM json_each($2) AS r WHERE true
        ON CONFLICT (id) DO UPDATE SET data = excluded.data";
    let list = Arg::list(&rows)?;
    tx.execute(sql, [at.into(), list.clone()]).await?;
    let sql = "DELETE FROM device_grant
        WHERE device IN (SELECT r.value ->> 0 FROM json_each($1) AS r)";
    tx.execute(sql, [list]).await?;
    let sql = "INSERT INTO device_grant (device, resident, office)
        SELECT r.value ->> 0, r.value ->> 1, CAST(r.value ->> 2 AS BIGINT)
        FROM json_each($1) AS r";
    tx.execute(sql, [Arg::list(&grants)?]).await?;
    Ok(())
}
