//! What somebody is typing, kept on every change and for seven days.

use super::db::{DRAFTS, SaveError, Store, read, write};
use crate::clock;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

const KEPT: TimeDelta = TimeDelta::days(7);

#[derive(Serialize, Deserialize)]
struct Draft {
    key: String,
    at: DateTime<Utc>,
    value: Value,
}

/// The draft under a key, unless it is too old or has another shape.
pub async fn load<T: DeserializeOwned>(key: &str) -> Option<T> {
    let draft: Draft = read(&[DRAFTS], async |tx| Store::of(tx, DRAFTS)?.get(key).await)
        .await
        .ok()
        .flatten()?;
    if clock::now() - draft.at > KEPT {
        return None;
    }
    serde_json::from_value(draft.value).ok()
}

/// Keeps a draft.
///
/// # Errors
/// [`SaveError`] when the device cannot keep it.
pub async fn save<T: Serialize>(key: &str, value: &T) -> Result<(), SaveError> {
    let draft = Draft {
        key: key.to_owned(),
        at: clock::now(),
        value: serde_json::to_value(value)?,
    };
    write(&[DRAFTS], async |tx| {
        Store::of(tx, DRAFTS)?.put(key, &draft)
    })
    .await
}

/// Drops a draft; one that stays is dropped by its age.
pub async fn remove(key: &str) {
    let _ = write(&[DRAFTS], async |tx| Store::of(tx, DRAFTS)?.delete(key)).await;
}

/// Drops drafts that are too old.
///
/// # Errors
/// [`SaveError`] when the database fails.
pub async fn sweep() -> Result<(), SaveError> {
    let oldest = clock::now() - KEPT;
    write(&[DRAFTS], async |tx| {
        let store = Store::of(tx, DRAFTS)?;
        for draft in store.all::<Draft>().await? {
            if draft.at < oldest {
                store.delete(&draft.key)?;
            }
        }
        Ok(())
    })
    .await
}
