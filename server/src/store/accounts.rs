//! Accounts of staff. Passwords come in hashed.

use super::{Arg, Record, StoreError, Tx, locks};
use chrono::{DateTime, Utc};
use shared::{
    ids::{DeviceId, OfficeId, UserId},
    region::RegionCode,
    sync::Role,
};
use std::collections::BTreeMap;

/// A member of staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub id: UserId,
    pub username: String,
    pub office: OfficeId,
    pub role: Role,
    pub kelurahan: Option<RegionCode>,
    pub name: String,
    pub password_hash: String,
    pub revoked: bool,
}

const ROLES: [(Role, &str); 6] = [
    (Role::Resident, "resident"),
    (Role::Kelurahan, "kelurahan"),
    (Role::Operator, "operator"),
    (Role::Head, "head"),
    (Role::Admin, "admin"),
    (Role::System, "system"),
];

fn role_text(role: Role) -> &'static str {
    let mut roles = ROLES.iter();
    roles.find(|r| r.0 == role).map_or("", |r| r.1)
}

/// Reads columns `first..first + 8` of an answer.
pub(super) fn read(row: &Record, first: usize) -> Result<Account, StoreError> {
    let role = row.text(first + 3)?;
    let role = ROLES.iter().find(|r| r.1 == role);
    Ok(Account {
        id: UserId(row.uuid(first)?),
        username: row.text(first + 1)?,
        office: row.office(first + 2)?,
        role: role.ok_or(StoreError::Corrupt("an unknown role"))?.0,
        kelurahan: row
            .text_opt(first + 4)?
            .map(|code| RegionCode::parse(&code))
            .transpose()
            .map_err(|_| StoreError::Corrupt("an unknown region code"))?,
        name: row.text(first + 5)?,
        password_hash: row.text(first + 6)?,
        revoked: row.flag(first + 7)?,
    })
}

/// Enters an account.
///
/// # Errors
/// When the username is taken (`is_unique_violation`) or the database refuses.
pub async fn create(tx: &mut Tx, account: &Account) -> Result<(), StoreError> {
    let sql = "INSERT INTO account
            (id, username, office, role, kelurahan, name, password_hash, revoked)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let args = [
        account.id.0.into(),
        account.username.as_str().into(),
        account.office.into(),
        role_text(account.role).into(),
        account.kelurahan.clone().map(String::from).into(),
        account.name.as_str().into(),
        account.password_hash.as_str().into(),
        account.revoked.into(),
    ];
    tx.execute(sql, args).await?;
    Ok(())
}

/// The account with this username.
///
/// # Errors
/// When the database refuses.
pub async fn by_username(tx: &mut Tx, username: &str) -> Result<Option<Account>, StoreError> {
    let sql = "SELECT id, username, office, role, kelurahan, name, password_hash, revoked
        FROM account WHERE username = $1";
    let row = tx.fetch_one(sql, [username.into()]).await?;
    row.map(|row| read(&row, 0)).transpose()
}

/// The account with this id.
///
/// # Errors
/// When the database refuses.
pub async fn by_id(tx: &mut Tx, id: UserId) -> Result<Option<Account>, StoreError> {
    let sql = "SELECT id, username, office, role, kelurahan, name, password_hash, revoked
        FROM account WHERE id = $1";
    let row = tx.fetch_one(sql, [id.0.into()]).await?;
    row.map(|row| read(&row, 0)).transpose()
}

/// The account with this id, and nobody else changes it until this transaction ends.
///
/// # Errors
/// When the database refuses.
pub async fn locked(tx: &mut Tx, id: UserId) -> Result<Option<Account>, StoreError> {
    locks::account_row(tx, id).await?;
    by_id(tx, id).await
}

/// Notes that what devices still hold in the account's name is doubtful from now on.
///
/// # Errors
/// When the database refuses.
pub(super) async fn doubt(tx: &mut Tx, id: UserId, now: DateTime<Utc>) -> Result<(), StoreError> {
    let sql = "UPDATE account SET doubted_at = $2 WHERE id = $1";
    tx.execute(sql, [id.0.into(), now.into()]).await?;
    Ok(())
}

/// When that was; the outer `None` where there is no such account.
///
/// # Errors
/// When the database refuses.
pub(super) async fn doubted_at(
    tx: &mut Tx,
    id: UserId,
) -> Result<Option<Option<DateTime<Utc>>>, StoreError> {
    let sql = "SELECT doubted_at FROM account WHERE id = $1";
    let row = tx.fetch_one(sql, [id.0.into()]).await?;
    row.map(|row| row.time_opt(0)).transpose()
}

/// Every account, by office and username.
///
/// # Errors
/// When the database refuses.
pub async fn list(tx: &mut Tx) -> Result<Vec<Account>, StoreError> {
    let sql = "SELECT id, username, office, role, kelurahan, name, password_hash, revoked
        FROM account ORDER BY office, username";
    let rows = tx.fetch(sql, []).await?;
    rows.iter().map(|row| read(row, 0)).collect()
}

/// Revokes an account, or restores it.
///
/// # Errors
/// When the database refuses.
pub async fn set_revoked(tx: &mut Tx, id: UserId, revoked: bool) -> Result<(), StoreError> {
    let sql = "UPDATE account SET revoked = $2 WHERE id = $1";
    tx.execute(sql, [id.0.into(), revoked.into()]).await?;
    Ok(())
}

/// Gives an account another password.
///
/// # Errors
/// When the database refuses.
pub async fn set_password(tx: &mut Tx, id: UserId, password_hash: &str) -> Result<(), StoreError> {
    let sql = "UPDATE account SET password_hash = $2 WHERE id = $1";
    tx.execute(sql, [id.0.into(), password_hash.into()]).await?;
    Ok(())
}

/// An account that has signed in on a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Present {
    pub account: Account,
    /// When its last session there ended or ends by itself; `None` where nobody knows.
    pub session_end: Option<DateTime<Utc>>,
    /// When the account last got another password or was locked.
    pub doubted_at: Option<DateTime<Utc>>,
}

/// The accounts that have signed in on the devices that now speak for them.
///
/// # Errors
/// When the database refuses.
pub async fn on_devices(
    tx: &mut Tx,
    pairs: &[(DeviceId, UserId)],
) -> Result<BTreeMap<(DeviceId, UserId), Present>, StoreError> {
    let sql = "SELECT l.device, a.id, a.username, a.office, a.role, a.kelurahan, a.name,
            a.password_hash, a.revoked, l.session_end, a.doubted_at
        FROM json_each($1) AS r CROSS JOIN device_account AS l JOIN account AS a ON a.id = l.account
        WHERE l.device = r.value ->> 0 AND l.account = r.value ->> 1";
    let rows = tx.fetch(sql, [Arg::list(&pairs)?]).await?;
    rows.iter()
        .map(|row| {
            let account = read(row, 1)?;
            let pair = (DeviceId(row.uuid(0)?), account.id);
            let present = Present {
                account,
                session_end: row.time_opt(9)?,
                doubted_at: row.time_opt(10)?,
            };
            Ok((pair, present))
        })
        .collect()
}
