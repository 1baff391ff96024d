//! What settled ops say is closed for the server once their author has signed out: nobody reads it here,
//! and a server that was restored from a backup still gets it.

use super::{
    db::{META, OUTBOX, SaveError, Store, read, write},
    keep::seq_key,
};
use crate::clock;
use gloo_timers::future::TimeoutFuture;
use serde_json::Value;
use shared::{
    client::QueuedOp,
    ids::{OpId, UserId},
    lockbox,
};
use std::sync::OnceLock;

/// The note of the key to close with; it stays when its account has gone.
pub const LOCKBOX: &str = "lockbox";
/// So many are closed at a time; the page goes on in between.
const BATCH: usize = 10;

type Close = fn(&str, OpId, &Value, [u8; 32]) -> Option<Value>;

static CLOSE: OnceLock<Close> = OnceLock::new();

/// This program can close; without this call the code for it is not in it.
pub fn bring_lockbox() {
    let _ = CLOSE.set(lockbox::close);
}

/// Closes the settled ops of whoever is not signed in on this device; without a key nothing is tried. Whether any was
/// closed.
///
/// # Errors
/// [`SaveError`] when the database fails.
pub async fn close_left(signed_in: &[UserId]) -> Result<bool, SaveError> {
    let Some(close) = CLOSE.get() else {
        return Ok(false);
    };
    let found = read(&[OUTBOX, META], async |tx| {
        let key: Option<String> = Store::of(tx, META)?.get(LOCKBOX).await?;
        let ops: Vec<QueuedOp> = Store::of(tx, OUTBOX)?.all().await?;
        Ok(key.map(|key| (key, ops)))
    });
    let Some((key, mut left)) = found.await? else {
        return Ok(false);
    };
    left.retain(|op| op.is_left(signed_in));
    let mut any = false;
    for batch in left.chunks(BATCH) {
        let closed: Vec<(&QueuedOp, QueuedOp)> = batch
            .iter()
            .filter_map(|before| {
                let mut op = before.clone();
                let chance = clock::random_bytes()?;
                let id = op.envelope.op_id;
                op.close(|payload| close(&key, id, payload, chance))
                    .then_some((before, op))
            })
            .collect();
        if !closed.is_empty() {
            any |= put(&closed).await?;
        }
        TimeoutFuture::new(0).await;
    }
    Ok(any)
}

/// Puts closed ops in the place of open ones, unless these have changed meanwhile.
async fn put(closed: &[(&QueuedOp, QueuedOp)]) -> Result<bool, SaveError> {
    write(&[OUTBOX], async |tx| {
        let outbox = Store::of(tx, OUTBOX)?;
        let mut any = false;
        for (before, op) in closed {
            let key = seq_key(op.envelope.seq);
            let now: Option<QueuedOp> = outbox.get(&key).await?;
            if now.as_ref() == Some(before) {
                outbox.put(&key, op)?;
                any = true;
            }
        }
        Ok(any)
    })
    .await
}
