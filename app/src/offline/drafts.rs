//! What somebody is typing, and codes that are not printed yet: kept on every change and for seven
//! days. What a member of staff leaves is theirs alone and goes when they sign out.

use super::{
    account::SESSION,
    db::{DRAFTS, META, SaveError, Store, read, write},
};
use crate::clock;
use chrono::{DateTime, TimeDelta, Utc};
use indexed_db_futures::transaction::Transaction;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use shared::ids::UserId;

const KEPT: TimeDelta = TimeDelta::days(7);

/// The draft of a resident's own booking: the only one that is kept where nobody is signed in.
pub const BOOKING: &str = "book";

#[derive(Serialize, Deserialize)]
struct Draft {
    key: String,
    at: DateTime<Utc>,
    value: Value,
}

#[derive(Deserialize)]
struct SignedIn {
    account: Option<Account>,
}

#[derive(Deserialize)]
struct Account {
    id: UserId,
}

/// Under which name a draft of an account is kept.
fn named(account: UserId, key: &str) -> String {
    format!("staff/{account}/{key}")
}

/// Where a draft is kept for whoever is signed in now; nowhere once the staff who typed it are gone.
async fn place(tx: &Transaction<'_>, key: &str) -> Result<Option<String>, SaveError> {
    let session: Option<SignedIn> = Store::of(tx, META)?.get(SESSION).await?;
    let account = session.and_then(|session| session.account);
    Ok(match account {
        Some(account) => Some(named(account.id, key)),
        None => (key == BOOKING).then(|| key.to_owned()),
    })
}

/// The draft under a key, unless it is too old, has another shape, or is somebody else's.
pub async fn load<T: DeserializeOwned>(key: &str) -> Option<T> {
    let draft: Draft = read(&[DRAFTS, META], async |tx| match place(tx, key).await? {
        Some(place) => Store::of(tx, DRAFTS)?.get(&place).await,
        None => Ok(None),
    })
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
    let (at, value) = (clock::now(), serde_json::to_value(value)?);
    write(&[DRAFTS, META], async |tx| {
        let Some(key) = place(tx, key).await? else {
            return Ok(());
        };
        let draft = Draft {
            key: key.clone(),
            at,
            value,
        };
        Store::of(tx, DRAFTS)?.put(&key, &draft)
    })
    .await
}

/// Drops a draft; one that stays is dropped by its age.
pub async fn remove(key: &str) {
    let _ = write(&[DRAFTS, META], async |tx| match place(tx, key).await? {
        Some(place) => Store::of(tx, DRAFTS)?.delete(&place),
        None => Ok(()),
    })
    .await;
}

/// Drops a draft of this account, or of nobody, within a transaction over the drafts.
pub(super) fn drop_draft(
    tx: &Transaction<'_>,
    account: Option<UserId>,
    key: &str,
) -> Result<(), SaveError> {
    let place = account.map_or_else(|| key.to_owned(), |account| named(account, key));
    Store::of(tx, DRAFTS)?.delete(&place)
}

/// Whether staff have left anything that a sign-out deletes: forms, and codes that are not printed.
pub async fn has_staff() -> bool {
    let drafts = read(&[DRAFTS], async |tx| {
        Store::of(tx, DRAFTS)?.all::<Draft>().await
    });
    let drafts = drafts.await.unwrap_or_default();
    drafts.iter().any(|draft| draft.key != BOOKING)
}

/// Drops what staff have left, except of those who are signed in, within a transaction over the drafts.
/// Drafts of older versions do not say whose they are: they go too.
pub(super) async fn drop_staff(
    tx: &Transaction<'_>,
    signed_in: &[UserId],
) -> Result<(), SaveError> {
    let own: Vec<String> = signed_in.iter().map(|id| named(*id, "")).collect();
    let store = Store::of(tx, DRAFTS)?;
    for draft in store.all::<Draft>().await? {
        let is_own = own.iter().any(|own| draft.key.starts_with(own));
        if draft.key != BOOKING && !is_own {
            store.delete(&draft.key)?;
        }
    }
    Ok(())
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
