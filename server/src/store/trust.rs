//! How far devices are trusted to speak for accounts. The rule is `shared::trust`; here it is kept.

use super::{Arg, StoreError, Tx, accounts, devices, locks, sessions};
use chrono::{DateTime, Utc};
use shared::{
    ids::{DeviceId, UserId},
    intake::PLACES_END,
    row::Key,
    trust::{self, SealedSignIn, SignIns, Trust},
};
use std::collections::{BTreeMap, BTreeSet};

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
/// the one after the last received. Whoever was signed in there before no longer is, but for those of
/// `beside` who were signed in and trusted until now: these stay, and are returned with the
/// place.
///
/// # Errors
/// When the database refuses.
pub async fn sign_in(
    tx: &mut Tx,
    device: DeviceId,
    account: UserId,
    next: Option<u64>,
    beside: &[UserId],
) -> Result<(u64, Vec<UserId>), StoreError> {
    let copies = take_copies(tx, device).await?;
    let last = devices::last_seq(tx, device).await?;
    let next = place(next, last);
    devices::enter_account(tx, device, account).await?;
    let mut all = on_device(tx, device).await?;
    all.entry((device, account)).or_default();
    let mut stay = Vec::new();
    for ((_, who), of) in &mut all {
        of.forget(last);
        if *who == account {
            of.sign_in(next);
        } else if beside.contains(who) && of.at(next) == Some(Trust::All) {
            stay.push(*who);
        } else {
            of.end(next);
        }
    }
    save(tx, &all).await?;
    let others = |who| who != account && !stay.contains(&who);
    end_at(tx, &copies, others).await?;
    Ok((next, stay))
}

/// Who has signed in on the device and when, as far as the database knows.
///
/// # Errors
/// When the database refuses.
pub async fn sign_ins_of(
    tx: &mut Tx,
    device: DeviceId,
) -> Result<BTreeSet<(UserId, DateTime<Utc>)>, StoreError> {
    sessions::begun(tx, device).await
}

/// Learns of sign-ins on a device that the database had forgotten, the earliest first. An account that
/// got another password since, or was locked, speaks in facts only.
///
/// # Errors
/// When the database refuses.
pub async fn restore(
    tx: &mut Tx,
    device: DeviceId,
    lost: &[SealedSignIn],
) -> Result<(), StoreError> {
    locks::take(tx, [Key::from(device)]).await?;
    let mut known = sessions::begun(tx, device).await?;
    let own = on_device(tx, device).await?;
    let mut all: BTreeMap<UserId, SignIns> = own
        .into_iter()
        .map(|((_, account), of)| (account, of))
        .collect();
    for sign_in in lost {
        let (account, at) = (sign_in.account, sign_in.moment());
        let Some(doubted) = accounts::doubted_at(tx, account).await? else {
            continue;
        };
        let is_new = !known.contains(&(account, at));
        if !is_new {
            continue;
        }
        let later = known.iter().filter(|(_, other)| *other > at);
        let later = later.map(|(who, _)| *who).collect();
        let trust = match doubted.is_some_and(|doubted| at <= doubted) {
            true => Trust::Facts,
            false => Trust::All,
        };
        let enters = (account, sign_in.beside.as_slice());
        trust::restore(&mut all, enters, sign_in.from, trust, &later);
        devices::enter_account(tx, device, account).await?;
        sessions::create_ended(tx, &format!("seal {}", sign_in.seal), sign_in).await?;
        known.insert((account, at));
    }
    let all = all.into_iter().map(|(account, of)| ((device, account), of));
    save(tx, &all.collect()).await
}

/// The place from which a sign-in or a sign-out counts: nobody speaks again for what was received.
fn place(next: Option<u64>, last: u64) -> u64 {
    let next = next.unwrap_or(0).min(PLACES_END);
    next.max(last.saturating_add(1))
}

/// A device that was another one before goes on speaking for those who had signed in there. It has
/// numbered its queue again, so each account gets the least trust that was still open.
///
/// # Errors
/// When the database refuses.
pub async fn follow(tx: &mut Tx, from: DeviceId, device: DeviceId) -> Result<(), StoreError> {
    locks::take(tx, [from, device].map(Key::from)).await?;
    devices::join_copies(tx, from, device).await?;
    let last = devices::last_seq(tx, from).await?;
    let mut all = BTreeMap::new();
    for ((_, account), of) in on_device(tx, from).await? {
        if let Some(trust) = of.lowest_after(last) {
            devices::enter_account(tx, device, account).await?;
            devices::follow_session(tx, from, device, account).await?;
            all.insert((device, account), SignIns([(0, trust)].into()));
        }
    }
    save(tx, &all).await
}

/// The other ids of a device, all of them locked with its own.
async fn take_copies(tx: &mut Tx, device: DeviceId) -> Result<BTreeSet<DeviceId>, StoreError> {
    let mut copies = devices::copies(tx, device).await?;
    locks::take(tx, copies.iter().copied().map(Key::from)).await?;
    copies.remove(&device);
    Ok(copies)
}

/// These devices speak no more for such accounts, from the first op on that has not been received.
async fn end_at(
    tx: &mut Tx,
    devices: &BTreeSet<DeviceId>,
    who: impl Fn(UserId) -> bool,
) -> Result<(), StoreError> {
    for device in devices {
        let next = place(None, devices::last_seq(tx, *device).await?);
        let mut all = on_device(tx, *device).await?;
        all.retain(|(_, account), _| who(*account));
        for of in all.values_mut() {
            of.end(next);
        }
        save(tx, &all).await?;
    }
    Ok(())
}

/// The session of an account on a device ends, and with it on all that are the same browser under another id. `asks`
/// is the one of them that says so, with the place of its next op as in [`sign_in`]; the others say no more.
///
/// # Errors
/// When the database refuses.
pub async fn sign_out(
    tx: &mut Tx,
    device: DeviceId,
    account: UserId,
    asks: (DeviceId, Option<u64>),
) -> Result<(), StoreError> {
    let mut all = take_copies(tx, device).await?;
    all.insert(device);
    let (asking, next) = asks;
    if all.remove(&asking) {
        let next = place(next, devices::last_seq(tx, asking).await?);
        let mut of = load(tx, &[(asking, account)]).await?;
        for sign_ins in of.values_mut() {
            sign_ins.end(next);
        }
        save(tx, &of).await?;
    }
    end_at(tx, &all, |who| who == account).await
}

async fn on_device(tx: &mut Tx, device: DeviceId) -> Result<BTreeMap<Pair, SignIns>, StoreError> {
    let sql = "SELECT device, account, seq, trust FROM trust WHERE device = $1";
    read(tx, sql, device.0.into()).await
}

/// The account has another password or is locked: of what its devices still hold only facts count.
///
/// # Errors
/// When the database refuses.
pub async fn doubt(tx: &mut Tx, account: UserId, now: DateTime<Utc>) -> Result<(), StoreError> {
    doubt_all_but(tx, account, None, now).await
}

/// The account's owner has given it another password on this device: as [`doubt`] for all others.
///
/// # Errors
/// When the database refuses.
pub async fn doubt_elsewhere(
    tx: &mut Tx,
    account: UserId,
    device: DeviceId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    doubt_all_but(tx, account, Some(device), now).await
}

async fn doubt_all_but(
    tx: &mut Tx,
    account: UserId,
    own: Option<DeviceId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    accounts::doubt(tx, account, now).await?;
    let sql = "SELECT DISTINCT device FROM trust WHERE account = $1";
    let rows = tx.fetch(sql, [account.0.into()]).await?;
    let devices = rows.iter().map(|row| Ok(DeviceId(row.uuid(0)?)));
    let mut devices: Vec<DeviceId> = devices.collect::<Result<_, StoreError>>()?;
    devices.retain(|device| Some(*device) != own);
    // A batch that holds one of them may be changing what is read next.
    locks::take(tx, devices.iter().copied().map(Key::from)).await?;
    let pairs: Vec<Pair> = devices.iter().map(|device| (*device, account)).collect();
    let mut all = load(tx, &pairs).await?;
    let queues = devices::queue_states(tx, &devices).await?;
    for ((device, _), of) in &mut all {
        of.doubt(queues.get(device).map_or(0, |queue| queue.last_seq));
    }
    save(tx, &all).await
}
