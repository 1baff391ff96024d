//! What the deployment knows about itself: the epoch, and secrets made once.

use super::{StoreError, Tx};
use uuid::Uuid;

async fn get(tx: &mut Tx, key: &str) -> Result<Option<String>, StoreError> {
    let sql = "SELECT value FROM meta WHERE key = $1";
    let row = tx.fetch_one(sql, [key.into()]).await?;
    row.map(|row| row.text(0)).transpose()
}

/// The database's epoch: another one after each restore, so that devices start their pulls afresh.
///
/// # Errors
/// When the database refuses.
pub async fn epoch(tx: &mut Tx) -> Result<String, StoreError> {
    Ok(get(tx, "epoch").await?.unwrap_or_default())
}

/// Begins the first epoch of a new database. What was there before stays.
///
/// # Errors
/// When the database refuses.
pub async fn first_epoch(tx: &mut Tx, id: Uuid) -> Result<(), StoreError> {
    let sql = "INSERT INTO meta (key, value) VALUES ('epoch', $1) ON CONFLICT (key) DO NOTHING";
    tx.execute(sql, [id.into()]).await?;
    Ok(())
}

/// Begins a new epoch.
///
/// # Errors
/// When the database refuses.
pub async fn new_epoch(tx: &mut Tx, id: Uuid) -> Result<(), StoreError> {
    let sql = "INSERT INTO meta (key, value) VALUES ('epoch', $1)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    tx.execute(sql, [id.into()]).await?;
    Ok(())
}

/// A secret of 32 bytes under a name: `fresh` if there was none, and from then on always the same.
/// The caller draws `fresh` at random. Needs a writing transaction.
///
/// # Errors
/// When the database refuses.
pub async fn secret(tx: &mut Tx, name: &str, fresh: [u8; 32]) -> Result<[u8; 32], StoreError> {
    let key = format!("secret/{name}");
    let sql = "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING";
    let args = [key.as_str().into(), super::hex(&fresh).into()];
    tx.execute(sql, args).await?;
    let kept = get(tx, &key).await?.unwrap_or_default();
    super::unhex(&kept).ok_or(StoreError::Corrupt("a secret is not 32 bytes"))
}
