//! Retention: forgets what is no longer needed.

use crate::store::{Db, StoreError, ops, sessions};
use chrono::{DateTime, TimeDelta, Utc};

/// What ops in quarantine said.
const PAYLOADS: TimeDelta = TimeDelta::days(30);
/// Sessions that have expired.
const SESSIONS: TimeDelta = TimeDelta::days(30);

/// How much was forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    pub payloads: u64,
    pub sessions: u64,
}

/// Forgets what is past its time.
///
/// # Errors
/// When the database refuses.
pub async fn sweep(db: &Db, now: DateTime<Utc>) -> Result<Swept, StoreError> {
    let mut tx = db.write().await?;
    let swept = Swept {
        payloads: ops::forget_payloads(&mut tx, now - PAYLOADS).await?,
        sessions: sessions::forget(&mut tx, now - SESSIONS).await?,
    };
    tx.commit().await?;
    Ok(swept)
}
