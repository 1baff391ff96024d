//! Sign-ins on this device as the server sealed them: a server that was restored from an older backup
//! learns from them again who had signed in. Kept as long as settled ops are.

use super::{
    db::{SaveError, Store},
    keep::KEPT,
};
use crate::clock;
use shared::trust::SealedSignIn;

const SEALS: &str = "seals";

pub(super) async fn all(meta: &Store<'_>) -> Result<Vec<SealedSignIn>, SaveError> {
    Ok(meta.get(SEALS).await?.unwrap_or_default())
}

pub(super) async fn add(meta: &Store<'_>, seal: Option<&SealedSignIn>) -> Result<(), SaveError> {
    let mut seals = all(meta).await?;
    let from = clock::now() - KEPT;
    seals.retain(|seal| seal.at > from);
    seals.extend(seal.cloned());
    meta.put(SEALS, &seals)
}

/// The device has another identity and another queue: none is for it.
pub(super) fn drop_all(meta: &Store<'_>) -> Result<(), SaveError> {
    meta.delete(SEALS)
}
