//! Sessions of staff: found by the hash of the cookie's token, never by the token itself.

use super::{
    Arg, StoreError, Tx,
    accounts::{self, Account},
    devices::{self, TokenHash},
};
use chrono::{DateTime, Utc};
use shared::{
    ids::{DeviceId, UserId},
    trust::SealedSignIn,
};
use std::collections::BTreeSet;

/// A session that has neither ended nor expired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub device: DeviceId,
    pub created_at: DateTime<Utc>,
    pub last_seen: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// Begins a session.
///
/// # Errors
/// When the database refuses.
pub async fn create(
    tx: &mut Tx,
    token: &TokenHash,
    account: UserId,
    device: DeviceId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO session
            (token_hash, account, device, created_at, last_seen, expires_at, ended)
        VALUES ($1, $2, $3, $4, $4, $5, 0)";
    let args = [
        super::hex(token).into(),
        account.0.into(),
        device.0.into(),
        now.into(),
        expires_at.into(),
    ];
    tx.execute(sql, args).await?;
    devices::session_ends(tx, device, account, expires_at).await
}

/// A session that this database had forgotten; it is over. `mark` is nobody's token.
///
/// # Errors
/// When the database refuses.
pub(super) async fn create_ended(
    tx: &mut Tx,
    mark: &str,
    of: &SealedSignIn,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO session
            (token_hash, account, device, created_at, last_seen, expires_at, ended)
        VALUES ($1, $2, $3, $4, $4, $5, 1)";
    let args = [
        mark.into(),
        of.account.0.into(),
        of.device.0.into(),
        of.at.into(),
        of.until.into(),
    ];
    tx.execute(sql, args).await?;
    devices::session_ends(tx, of.device, of.account, of.until).await
}

/// Who has signed in on the device and when, as far as it is known.
///
/// # Errors
/// When the database refuses.
pub(super) async fn begun(
    tx: &mut Tx,
    device: DeviceId,
) -> Result<BTreeSet<(UserId, DateTime<Utc>)>, StoreError> {
    let sql = "SELECT account, created_at FROM session WHERE device = $1";
    let rows = tx.fetch(sql, [device.0.into()]).await?;
    rows.iter()
        .map(|row| Ok((UserId(row.uuid(0)?), row.time(1)?)))
        .collect()
}

/// The live session of a token and whose it is, unless its account was revoked.
///
/// # Errors
/// When the database refuses.
pub async fn find_live(
    tx: &mut Tx,
    token: &TokenHash,
    now: DateTime<Utc>,
) -> Result<Option<(Session, Account)>, StoreError> {
    let sql = "SELECT s.device, s.created_at, s.last_seen, s.expires_at,
            a.id, a.username, a.office, a.role, a.kelurahan, a.name, a.password_hash, a.revoked
        FROM session AS s JOIN account AS a ON a.id = s.account
        WHERE s.token_hash = $1 AND s.ended = 0 AND s.expires_at > $2 AND a.revoked = 0";
    let row = tx
        .fetch_one(sql, [super::hex(token).into(), now.into()])
        .await?;
    row.map(|row| {
        let session = Session {
            device: DeviceId(row.uuid(0)?),
            created_at: row.time(1)?,
            last_seen: row.time(2)?,
            expires_at: row.time(3)?,
        };
        Ok((session, accounts::read(&row, 4)?))
    })
    .transpose()
}

/// Keeps a session alive.
///
/// # Errors
/// When the database refuses.
pub async fn touch(
    tx: &mut Tx,
    token: &TokenHash,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let sql = "UPDATE session SET last_seen = $2, expires_at = $3
        WHERE token_hash = $1 AND ended = 0";
    let args = [super::hex(token).into(), now.into(), expires_at.into()];
    tx.execute(sql, args).await?;
    let sql = "UPDATE device_account SET session_end = $2
        WHERE COALESCE(session_end, 0) < $2 AND EXISTS (
            SELECT 1 FROM session AS s WHERE s.token_hash = $1 AND s.ended = 0
                AND s.device = device_account.device AND s.account = device_account.account)";
    tx.execute(sql, [super::hex(token).into(), expires_at.into()])
        .await?;
    Ok(())
}

/// The device of a session has another id now.
///
/// # Errors
/// When the database refuses.
pub async fn follow(tx: &mut Tx, token: &TokenHash, device: DeviceId) -> Result<(), StoreError> {
    let sql = "UPDATE session SET device = $2 WHERE token_hash = $1";
    tx.execute(sql, [super::hex(token).into(), device.0.into()])
        .await?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// When the database refuses.
pub async fn end(tx: &mut Tx, token: &TokenHash) -> Result<(), StoreError> {
    let sql = "UPDATE session SET ended = 1 WHERE token_hash = $1";
    tx.execute(sql, [super::hex(token).into()]).await?;
    Ok(())
}

/// Ends the sessions of others on a device at which an account signs in, and on its copies, but for those who
/// stay.
///
/// # Errors
/// When the database refuses.
pub async fn end_on_device(
    tx: &mut Tx,
    device: DeviceId,
    enters: UserId,
    stay: &[UserId],
) -> Result<(), StoreError> {
    let devices = devices::copies(tx, device).await?;
    let sql = "UPDATE session SET ended = 1
        WHERE device IN (SELECT r.value ->> 0 FROM json_each($1) AS r) AND account <> $2
        AND account NOT IN (SELECT r.value ->> 0 FROM json_each($3) AS r)";
    let devices: Vec<[&DeviceId; 1]> = devices.iter().map(|id| [id]).collect();
    let stay: Vec<[&UserId; 1]> = stay.iter().map(|id| [id]).collect();
    let args = [Arg::list(&devices)?, enters.0.into(), Arg::list(&stay)?];
    tx.execute(sql, args).await?;
    Ok(())
}

/// Ends every session of an account: after a revocation or a new password.
///
/// # Errors
/// When the database refuses.
pub async fn end_all(tx: &mut Tx, account: UserId) -> Result<(), StoreError> {
    let sql = "UPDATE session SET ended = 1 WHERE account = $1";
    tx.execute(sql, [account.0.into()]).await?;
    Ok(())
}

/// Ends every session of an account but this one: its owner has another password now.
///
/// # Errors
/// When the database refuses.
pub async fn end_others(tx: &mut Tx, account: UserId, own: &TokenHash) -> Result<(), StoreError> {
    let sql = "UPDATE session SET ended = 1 WHERE account = $1 AND token_hash <> $2";
    tx.execute(sql, [account.0.into(), super::hex(own).into()])
        .await?;
    Ok(())
}

/// Forgets sessions that expired before `before`.
///
/// # Errors
/// When the database refuses.
pub async fn forget(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let sql = "DELETE FROM session WHERE expires_at < $1";
    tx.execute(sql, [before.into()]).await
}
