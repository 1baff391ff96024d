//! What settled ops say is closed for the server once their author has signed out: nobody reads it here,
//! and a server that was restored from a backup still gets it.

use super::{
    db::{META, OUTBOX, SaveError, Store, write},
    keep::seq_key,
};
use crate::clock;
use indexed_db_futures::transaction::Transaction;
use serde_json::Value;
use shared::{
    client::QueuedOp,
    envelope::Actor,
    ids::{OpId, UserId},
    lockbox,
};
use std::sync::OnceLock;

/// The note of the key to close with; it stays when its account has gone.
pub const LOCKBOX: &str = "lockbox";

type Close = fn(&str, OpId, &Value, [u8; 32]) -> Option<Value>;

static CLOSE: OnceLock<Close> = OnceLock::new();

/// This program can close; without this call the code for it is not in it.
pub fn bring_lockbox() {
    let _ = CLOSE.set(lockbox::close);
}

/// Whether an op is somebody's who is not signed in on this device, and still open.
#[must_use]
pub fn is_left(op: &QueuedOp, signed_in: &[UserId]) -> bool {
    let envelope = &op.envelope;
    let is_others = matches!(envelope.actor, Actor::User(id) if !signed_in.contains(&id));
    CLOSE.get().is_some()
        && is_others
        && op.is_settled()
        && !envelope.payload.as_object().is_some_and(|p| p.is_empty())
        && !lockbox::is_closed(&envelope.payload)
}

/// Closes the settled ops of whoever is not signed in on this device.
///
/// # Errors
/// [`SaveError`] when the database fails.
pub async fn close_left(signed_in: &[UserId]) -> Result<(), SaveError> {
    write(&[OUTBOX, META], async |tx| close(tx, signed_in).await).await
}

/// As [`close_left`], within a transaction over outbox and notes. Without a key nothing is closed.
pub(super) async fn close(tx: &Transaction<'_>, signed_in: &[UserId]) -> Result<(), SaveError> {
    let key: Option<String> = Store::of(tx, META)?.get(LOCKBOX).await?;
    let (Some(key), Some(close)) = (key, CLOSE.get()) else {
        return Ok(());
    };
    let outbox = Store::of(tx, OUTBOX)?;
    for mut op in outbox.all::<QueuedOp>().await? {
        if !is_left(&op, signed_in) {
            continue;
        }
        let envelope = &mut op.envelope;
        let closed = clock::random_bytes()
            .and_then(|chance| close(&key, envelope.op_id, &envelope.payload, chance));
        if let Some(closed) = closed {
            envelope.payload = closed;
            outbox.put(&seq_key(op.envelope.seq), &op)?;
        }
    }
    Ok(())
}
