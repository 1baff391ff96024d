//! How far devices are trusted to speak for accounts. The rule is `shared::trust`; here it is kept.

use super::{Arg, StoreError, Tx, devices, locks};
use shared::{
    ids::{DeviceId, UserId},
    row::Key,
    trust::{SignIns, Trust},
};
use std::collections::BTreeMap;

type Pair = (DeviceId, UserId);

/// The trust in these accounts on these devices.
///
/// # Errors
/// When the database refuses.
pub async fn load(tx: &mut Tx, pairs: &[Pair]) -> Result<BTreeMap<Pair, SignIns>, StoreError> {
    let sql = "SELECT t.device, t.account, t.seq, t.trust
        FROM json_each($1) AS r CROSS JOIN trust AS t
        WHERE t.device = r.value ->> 0 AND t.account = r.value ->> 1";
    read(tx, sql, Arg::list(&pairs)?).await
}

async fn read(
    tx: &mut Tx,
    sql: &'static str,
    arg: Arg,
) -> Result<BTreeMap<Pair, SignIns>, StoreError> {
    let mut found: BTreeMap<Pair, SignIns> = BTreeMap::new();
    for row in tx.fetch(sql, [arg]).await? {
        let pair = (DeviceId(row.uuid(0)?), UserId(row.uuid(1)?));
        let trust = Trust::parse(&row.text(3)?);
        let trust = trust.ok_or(StoreError::Corrupt("an unknown word of trust"))?;
        found
            .entry(pair)
            .or_default()
            .0
            .insert(row.number(2)?, trust);
    }
    Ok(found)
}

/// Keeps the trust in these accounts on these devices as it is now.
///
/// # Errors
/// When the database refuses.
pub async fn save(tx: &mut Tx, of: &BTreeMap<Pair, SignIns>) -> Result<(), StoreError> {
    let pairs: Vec<&Pair> = of.keys().collect();
    for (device, account) in pairs {
        let sql = "DELETE FROM trust WHERE device = $1 AND account = $2";
        tx.execute(sql, [device.0.into(), account.0.into()]).await?;
    }
    let rows: Vec<_> = of
        .iter()
        .flat_map(|((device, account), of)| {
            of.0.iter()
                .map(move |(seq, trust)| (device, account, seq, trust.as_str()))
        })
        .collect();
    let sql = "INSERT INTO trust (device, account, seq, trust)
        SELECT r.value ->> 0, r.value ->> 1, CAST(r.value ->> 2 AS BIGINT), r.value ->> 3
        FROM json_each($1) AS r";
    tx.execute(sql, [Arg::list(&rows)?]).await?;
    Ok(())
}

/// A member of staff signs in on the device, whose next op is the one at `next`, as it says, or else
/// the one after the last received. Whoever was signed in there before no longer is.
///
/// # Errors
/// When the database refuses.
pub async fn sign_in(
    tx: &mut Tx,
    device: DeviceId,
    account: UserId,
    next: Option<u64>,
) -> Result<(), StoreError> {
    locks::take(tx, [Key::from(device)]).await?;
    let last = devices::last_seq(tx, device).await?;
    // Nobody speaks for what was received already.
    let next = next.unwrap_or(0).clamp(last + 1, SEQ_LIMIT);
    devices::enter_account(tx, device, account).await?;
    let mut all = on_device(tx, device).await?;
    all.entry((device, account)).or_default();
    for ((_, who), of) in &mut all {
        of.forget(last);
        if *who == account {
            of.sign_in(next);
        } else {
            of.end(next);
        }
    }
    save(tx, &all).await
}

/// A device that was another one before goes on speaking for the account, with all of its queue.
///
/// # Errors
/// When the database refuses.
pub async fn follow(tx: &mut Tx, device: DeviceId, account: UserId) -> Result<(), StoreError> {
    locks::take(tx, [Key::from(device)]).await?;
    devices::enter_account(tx, device, account).await?;
    let mut of = SignIns::default();
    of.sign_in(0);
    save(tx, &[((device, account), of)].into()).await
}

/// No queue comes so far.
const SEQ_LIMIT: u64 = i64::MAX as u64 / 2;

/// The session of an account on a device ends; `next` as in [`sign_in`].
///
/// # Errors
/// When the database refuses.
pub async fn sign_out(
    tx: &mut Tx,
    device: DeviceId,
    account: UserId,
    next: Option<u64>,
) -> Result<(), StoreError> {
    locks::take(tx, [Key::from(device)]).await?;
    let last = devices::last_seq(tx, device).await?;
    let next = next.unwrap_or(0).clamp(last + 1, SEQ_LIMIT);
    let mut of = load(tx, &[(device, account)]).await?;
    for sign_ins in of.values_mut() {
        sign_ins.end(next);
    }
    save(tx, &of).await
}

async fn on_device(tx: &mut Tx, device: DeviceId) -> Result<BTreeMap<Pair, SignIns>, StoreError> {
    let sql = "SELECT device, account, seq, trust FROM trust WHERE device = $1";
    read(tx, sql, device.0.into()).await
}

/// The account has another password or is locked: of what its devices still hold only facts count.
///
/// # Errors
/// When the database refuses.
pub async fn doubt(tx: &mut Tx, account: UserId) -> Result<(), StoreError> {
    doubt_all_but(tx, account, None).await
}

/// The account's owner has given it another password on this device: as [`doubt`] for all others.
///
/// # Errors
/// When the database refuses.
pub async fn doubt_elsewhere(
    tx: &mut Tx,
    account: UserId,
    device: DeviceId,
) -> Result<(), StoreError> {
    doubt_all_but(tx, account, Some(device)).await
}

async fn doubt_all_but(
    tx: &mut Tx,
    account: UserId,
    own: Option<DeviceId>,
) -> Result<(), StoreError> {
    let sql = "SELECT device, account, seq, trust FROM trust WHERE account = $1";
    let mut all = read(tx, sql, account.0.into()).await?;
    all.retain(|(device, _), _| Some(*device) != own);
    let devices: Vec<DeviceId> = all.keys().map(|(device, _)| *device).collect();
    locks::take(tx, devices.iter().copied().map(Key::from)).await?;
    let queues = devices::queue_states(tx, &devices).await?;
    for ((device, _), of) in &mut all {
        of.doubt(queues.get(device).map_or(0, |queue| queue.last_seq));
    }
    save(tx, &all).await
}
