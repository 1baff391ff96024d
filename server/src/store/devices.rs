//! Devices: who they are, how far their queue has come, what they may act for.

use super::{
    Arg, StoreError, Tx,
    standing::{self, Standing},
};
use chrono::{DateTime, Utc};
use shared::{
    ids::{DeviceId, OfficeId, ResidentId, UserId},
    resident::Device,
};
use std::collections::{BTreeMap, BTreeSet};
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
    /// Since when; `None` also where nobody wrote it down.
    pub locked_at: Option<DateTime<Utc>>,
    pub standing: Standing,
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
    let checked = check(tx, device, token).await?;
    if checked != Checked::Unknown {
        return Ok(checked);
    }
    // Another one may have come first.
    let strange = register(tx, &[(device, *token)].into(), now).await?;
    Ok(match strange.contains(&device) {
        true => Checked::WrongToken,
        false => Checked::Unknown,
    })
}

/// Registers these devices together. Returns those that are known under another token.
///
/// # Errors
/// When the database refuses.
pub async fn register(
    tx: &mut Tx,
    devices: &BTreeMap<DeviceId, TokenHash>,
    now: DateTime<Utc>,
) -> Result<BTreeSet<DeviceId>, StoreError> {
    if devices.is_empty() {
        return Ok(BTreeSet::new());
    }
    let sql = "INSERT INTO device
            (id, token_hash, last_seq, last_contact, registered_at, revoked, standing)
        SELECT r.value ->> 0, r.value ->> 1, 0, $1, $1, 0,
            CASE WHEN EXISTS (SELECT 1 FROM device_account AS a WHERE a.device = r.value ->> 0)
                THEN 3 ELSE 0 END
        FROM json_each($2) AS r WHERE true
        ON CONFLICT (id) DO NOTHING";
    let rows = devices.iter().map(|(id, token)| (id, super::hex(token)));
    let list = Arg::list(&rows.collect::<Vec<_>>())?;
    let entered = tx.execute(sql, [now.into(), list.clone()]).await?;
    if entered == devices.len() as u64 {
        return Ok(BTreeSet::new());
    }
    let sql = "SELECT d.id FROM json_each($1) AS r CROSS JOIN device AS d
        WHERE d.id = r.value ->> 0 AND COALESCE(d.token_hash, '') <> r.value ->> 1";
    let rows = tx.fetch(sql, [list]).await?;
    rows.iter().map(|row| Ok(DeviceId(row.uuid(0)?))).collect()
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

/// A device on which somebody of an office has signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffDevice {
    pub id: DeviceId,
    pub office: OfficeId,
    /// The names of those accounts, and what they sign in with.
    pub people: Vec<(String, String)>,
    pub last_contact: Option<DateTime<Utc>>,
    pub locked: bool,
    pub locked_at: Option<DateTime<Utc>>,
}

/// Which of these devices staff of an office have signed in on, each with all ids of its browser.
///
/// # Errors
/// When the database refuses.
pub async fn of_staff(
    tx: &mut Tx,
    office: OfficeId,
    devices: &[DeviceId],
) -> Result<BTreeMap<DeviceId, BTreeSet<DeviceId>>, StoreError> {
    let sql = "SELECT DISTINCT l.device FROM json_each($1) AS r
        CROSS JOIN device_account AS l JOIN account AS a ON a.id = l.account
        WHERE l.device = r.value ->> 0 AND a.office = $2";
    let ids: Vec<[&DeviceId; 1]> = devices.iter().map(|id| [id]).collect();
    let mut found = BTreeMap::new();
    for row in tx.fetch(sql, [Arg::list(&ids)?, office.into()]).await? {
        let device = DeviceId(row.uuid(0)?);
        found.insert(device, copies(tx, device).await?);
    }
    Ok(found)
}

/// The devices on which staff have signed in, of one office or of all: by office, the latest contact
/// first.
///
/// # Errors
/// When the database refuses.
pub async fn list_staff(
    tx: &mut Tx,
    office: Option<OfficeId>,
) -> Result<Vec<StaffDevice>, StoreError> {
    let sql =
        "SELECT l.device, a.office, a.name, a.username, d.last_contact, d.revoked, d.locked_at
        FROM account AS a JOIN device_account AS l ON l.account = a.id
        JOIN device AS d ON d.id = l.device
        WHERE $1 = 0 OR a.office = $1
        ORDER BY a.office, COALESCE(d.last_contact, 0) DESC, l.device, a.username";
    let rows = tx
        .fetch(sql, [office.unwrap_or(OfficeId(0)).into()])
        .await?;
    let mut found: Vec<StaffDevice> = Vec::new();
    for row in &rows {
        let (id, office) = (DeviceId(row.uuid(0)?), row.office(1)?);
        let person = (row.text(2)?, row.text(3)?);
        match found.last_mut() {
            Some(last) if last.id == id && last.office == office => last.people.push(person),
            _ => found.push(StaffDevice {
                id,
                office,
                people: vec![person],
                last_contact: row.time_opt(4)?,
                locked: row.flag(5)?,
                locked_at: row.time_opt(6)?,
            }),
        }
    }
    Ok(found)
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
    let sql = "SELECT d.id, d.last_seq, d.revoked, d.locked_at, d.standing
        FROM json_each($1) AS r CROSS JOIN device AS d WHERE d.id = r.value ->> 0";
    let ids: Vec<[&DeviceId; 1]> = devices.iter().map(|id| [id]).collect();
    let rows = tx.fetch(sql, [Arg::list(&ids)?]).await?;
    rows.iter()
        .map(|row| {
            let state = QueueState {
                last_seq: row.number(1)?,
                revoked: row.flag(2)?,
                locked_at: row.time_opt(3)?,
                standing: Standing::read(row.number(4)?),
            };
            Ok((DeviceId(row.uuid(0)?), state))
        })
        .collect()
}

/// Saves how far queues have come, that the devices were heard of just now, and that they stand at least so.
///
/// # Errors
/// When the database refuses.
pub async fn save_queues(
    tx: &mut Tx,
    now: DateTime<Utc>,
    last: &BTreeMap<DeviceId, (u64, Standing)>,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO device (id, last_seq, last_contact, registered_at, revoked, standing)
        SELECT r.value ->> 0, CAST(r.value ->> 1 AS BIGINT), $1, $1, 0, CAST(r.value ->> 2 AS BIGINT)
        FROM json_each($2) AS r WHERE true
        ON CONFLICT (id) DO UPDATE SET
            last_seq = excluded.last_seq, last_contact = excluded.last_contact,
            standing = CASE WHEN device.standing < excluded.standing
                THEN excluded.standing ELSE device.standing END";
    let rows = last
        .iter()
        .map(|(id, (seq, standing))| (id, seq, *standing as i64));
    let rows = Arg::list(&rows.collect::<Vec<_>>())?;
    tx.execute(sql, [now.into(), rows]).await?;
    Ok(())
}

/// A member of staff has signed in on the device, and it may speak for the account from its first op
/// on, unless something else is known of that.
///
/// # Errors
/// When the database refuses.
pub async fn link_account(
    tx: &mut Tx,
    device: DeviceId,
    account: UserId,
) -> Result<(), StoreError> {
    enter_account(tx, device, account).await?;
    let sql = "INSERT INTO trust (device, account, seq, trust)
        SELECT $1, $2, 0, 'all' WHERE NOT EXISTS (
            SELECT 1 FROM trust WHERE device = $1 AND account = $2
        )";
    tx.execute(sql, [device.0.into(), account.0.into()]).await?;
    Ok(())
}

/// Notes that a member of staff has signed in on the device; for how much of what it says is kept by
/// `store::trust`.
pub(super) async fn enter_account(
    tx: &mut Tx,
    device: DeviceId,
    account: UserId,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO device_account (device, account) VALUES ($1, $2)
        ON CONFLICT (device, account) DO NOTHING";
    tx.execute(sql, [device.0.into(), account.0.into()]).await?;
    standing::raise(tx, &BTreeSet::from([device]), Standing::Staff).await
}

/// A session of the account on the device ends at this time by itself, unless another lasts longer.
pub(super) async fn session_ends(
    tx: &mut Tx,
    device: DeviceId,
    account: UserId,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO device_account (device, account, session_end) VALUES ($1, $2, $3)
        ON CONFLICT (device, account) DO UPDATE SET session_end = CASE
            WHEN device_account.session_end > excluded.session_end THEN device_account.session_end
            ELSE excluded.session_end END";
    tx.execute(sql, [device.0.into(), account.0.into(), at.into()])
        .await?;
    Ok(())
}

/// A device is another one under a new id: from now on a lock and a sign-out at one of them count at both, and at
/// all that the two were before.
pub(super) async fn join_copies(
    tx: &mut Tx,
    from: DeviceId,
    device: DeviceId,
) -> Result<(), StoreError> {
    let mut all = copies(tx, from).await?;
    all.extend(copies(tx, device).await?);
    let Some(root) = all.first().copied() else {
        return Ok(());
    };
    let sql = "INSERT INTO device_copy (device, root)
        SELECT r.value ->> 0, $1 FROM json_each($2) AS r WHERE true
        ON CONFLICT (device) DO UPDATE SET root = excluded.root";
    let list: Vec<[&DeviceId; 1]> = all.iter().map(|id| [id]).collect();
    tx.execute(sql, [root.0.into(), Arg::list(&list)?]).await?;
    Ok(())
}

/// All ids that the browser of a device has or had, its own among them.
///
/// # Errors
/// When the database refuses.
pub async fn copies(tx: &mut Tx, device: DeviceId) -> Result<BTreeSet<DeviceId>, StoreError> {
    let sql = "SELECT o.device FROM device_copy AS c JOIN device_copy AS o ON o.root = c.root
        WHERE c.device = $1";
    let rows = tx.fetch(sql, [device.0.into()]).await?;
    let ids = rows.iter().map(|row| Ok(DeviceId(row.uuid(0)?)));
    let mut ids = ids.collect::<Result<BTreeSet<_>, StoreError>>()?;
    ids.insert(device);
    Ok(ids)
}

/// A device that was another one before speaks for the account for as long as that one could.
pub(super) async fn follow_session(
    tx: &mut Tx,
    from: DeviceId,
    device: DeviceId,
    account: UserId,
) -> Result<(), StoreError> {
    let sql = "UPDATE device_account SET session_end = (
            SELECT o.session_end FROM device_account AS o WHERE o.device = $1 AND o.account = $3)
        WHERE device = $2 AND account = $3";
    tx.execute(sql, [from.0.into(), device.0.into(), account.0.into()])
        .await?;
    Ok(())
}

/// Whether the account of this name has signed in on the device before.
///
/// # Errors
/// When the database refuses.
pub async fn was_used_by(
    tx: &mut Tx,
    device: DeviceId,
    username: &str,
) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM device_account AS l JOIN account AS a ON a.id = l.account
        WHERE l.device = $1 AND a.username = $2";
    let row = tx.fetch_one(sql, [device.0.into(), username.into()]);
    Ok(row.await?.is_some())
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
    let sql =
        "INSERT INTO device (id, last_seq, registered_at, revoked, standing) VALUES ($1, 0, $2, 0, 3)
        ON CONFLICT (id) DO UPDATE SET token_hash = NULL, standing = 3";
    let id = DeviceId::system(office).0;
    tx.execute(sql, [id.into(), now.into()]).await?;
    Ok(())
}

/// The devices that may act for a resident.
///
/// # Errors
/// When the database refuses.
pub async fn acting_for(tx: &mut Tx, resident: ResidentId) -> Result<Vec<DeviceId>, StoreError> {
    let sql = "SELECT device FROM device_grant WHERE resident = $1 ORDER BY device";
    let rows = tx.fetch(sql, [resident.0.into()]).await?;
    rows.iter().map(|row| Ok(DeviceId(row.uuid(0)?))).collect()
}

pub(super) async fn load(tx: &mut Tx, ids: &[(&str, Uuid)]) -> Result<Vec<Device>, StoreError> {
    let sql = "SELECT d.data, d.revoked, d.locked_at FROM json_each($1) AS r CROSS JOIN device AS d
        WHERE d.id = r.value ->> 1 AND d.data IS NOT NULL";
    let rows = tx.fetch(sql, [Arg::list(&ids)?]).await?;
    rows.iter()
        .map(|row| {
            let device: Device = serde_json::from_str(&row.text(0)?)?;
            // What the columns say is what holds.
            let at = row.time_opt(2)?.unwrap_or(DateTime::UNIX_EPOCH);
            let locked = row.flag(1)?.then_some(at);
            Ok(Device { locked, ..device })
        })
        .collect()
}

pub(super) async fn save(
    tx: &mut Tx,
    at: DateTime<Utc>,
    devices: &[&Device],
) -> Result<(), StoreError> {
    let (mut rows, mut grants) = (Vec::new(), Vec::new());
    for device in devices {
        rows.push((
            device.id,
            serde_json::to_string(device)?,
            u8::from(device.locked.is_some()),
            device.locked.map(|at| at.timestamp_micros()),
        ));
        let own = device.grants.iter();
        grants.extend(own.map(|g| (device.id, g.resident, g.office)));
    }
    let sql = "INSERT INTO device (id, last_seq, registered_at, revoked, data, locked_at)
        SELECT r.value ->> 0, 0, $1, CAST(r.value ->> 2 AS BIGINT), r.value ->> 1,
            CAST(r.value ->> 3 AS BIGINT)
        FROM json_each($2) AS r WHERE true
        ON CONFLICT (id) DO UPDATE SET
            data = excluded.data, revoked = excluded.revoked, locked_at = excluded.locked_at";
    let list = Arg::list(&rows)?;
    tx.execute(sql, [at.into(), list.clone()]).await?;
    let locked = devices.iter().filter(|device| device.locked.is_some());
    let locked: Vec<[&DeviceId; 1]> = locked.map(|device| [&device.id]).collect();
    if !locked.is_empty() {
        let sql = "UPDATE session SET ended = 1
            WHERE device IN (SELECT r.value ->> 0 FROM json_each($1) AS r)";
        tx.execute(sql, [Arg::list(&locked)?]).await?;
    }
    let sql = "DELETE FROM device_grant
        WHERE device IN (SELECT r.value ->> 0 FROM json_each($1) AS r)";
    tx.execute(sql, [list]).await?;
    let sql = "INSERT INTO device_grant (device, resident, office)
        SELECT r.value ->> 0, r.value ->> 1, CAST(r.value ->> 2 AS BIGINT)
        FROM json_each($1) AS r";
    tx.execute(sql, [Arg::list(&grants)?]).await?;
    Ok(())
}
