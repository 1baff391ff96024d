//! What the deployment knows about itself: the epoch, and secrets made once.

use super::{StoreError, Tx};
use crate::ring::Ring;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where the ring of ticket keys is.
const RING: &str = "ticket_keys";
/// Where it is noted which keys devices close with.
const LOCKBOXES: &str = "lockboxes";

/// The public half of a key that devices close with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownLockbox {
    pub public: String,
    /// Since when the server has another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gone_at: Option<DateTime<Utc>>,
}

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

/// Whether this is the first time that somebody asks by this name. Needs a writing transaction.
///
/// # Errors
/// When the database refuses.
pub(super) async fn first(tx: &mut Tx, name: &str) -> Result<bool, StoreError> {
    let sql = "INSERT INTO meta (key, value) VALUES ($1, '1') ON CONFLICT (key) DO NOTHING";
    let entered = tx.execute(sql, [format!("done/{name}").into()]).await?;
    Ok(entered > 0)
}

/// A secret under a name, once there is one.
///
/// # Errors
/// When the database refuses.
pub async fn known_secret(tx: &mut Tx, name: &str) -> Result<Option<[u8; 32]>, StoreError> {
    let kept = get(tx, &format!("secret/{name}")).await?;
    Ok(kept.as_deref().and_then(super::unhex))
}

/// The keys that sign tickets; `fresh` is the first of a new deployment. The caller draws it at random.
/// Needs a writing transaction.
///
/// # Errors
/// When the database refuses.
pub async fn ring(tx: &mut Tx, fresh: [u8; 32]) -> Result<Ring, StoreError> {
    if let Some(ring) = known_ring(tx).await? {
        return Ok(ring);
    }
    // Until there were several, the one key had a place of its own.
    let first = secret(tx, "ticket", fresh).await?;
    let sql = "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING";
    let ring = serde_json::to_string(&Ring::of(&first))?;
    tx.execute(sql, [RING.into(), ring.into()]).await?;
    let sql = "DELETE FROM meta WHERE key = 'secret/ticket'";
    tx.execute(sql, []).await?;
    let ring = known_ring(tx).await?;
    ring.ok_or(StoreError::Corrupt("there are no keys for tickets"))
}

/// The keys that sign tickets, once there are any.
///
/// # Errors
/// When the database refuses.
pub async fn known_ring(tx: &mut Tx) -> Result<Option<Ring>, StoreError> {
    let kept = get(tx, RING).await?;
    Ok(kept.map(|ring| serde_json::from_str(&ring)).transpose()?)
}

/// Writes the keys back.
///
/// # Errors
/// When the database refuses.
pub async fn save_ring(tx: &mut Tx, ring: &Ring) -> Result<(), StoreError> {
    let sql = "UPDATE meta SET value = $2 WHERE key = $1";
    let ring = serde_json::to_string(ring)?;
    tx.execute(sql, [RING.into(), ring.into()]).await?;
    Ok(())
}

/// The keys that devices close with, or closed with lately.
///
/// # Errors
/// When the database refuses.
pub async fn lockboxes(tx: &mut Tx) -> Result<Vec<KnownLockbox>, StoreError> {
    let kept = get(tx, LOCKBOXES).await?;
    let kept = kept.map(|known| serde_json::from_str(&known)).transpose()?;
    Ok(kept.unwrap_or_default())
}

/// Keeps them.
///
/// # Errors
/// When the database refuses.
pub async fn save_lockboxes(tx: &mut Tx, known: &[KnownLockbox]) -> Result<(), StoreError> {
    let sql = "INSERT INTO meta (key, value) VALUES ($1, $2)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    let known = serde_json::to_string(known)?;
    tx.execute(sql, [LOCKBOXES.into(), known.into()]).await?;
    Ok(())
}
