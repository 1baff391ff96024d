//! How long the server keeps what it no longer needs (UU 27/2022 art. 16: no longer than necessary).

use chrono::{DateTime, TimeDelta, Utc};

/// After the last booking and visit have ended, the office knows who it was for so long.
const NAMES: TimeDelta = TimeDelta::days(365);
/// A device that was away for longer pulls afresh instead of learning what is gone.
const TOMBSTONES: TimeDelta = TimeDelta::days(60);
/// What ops in quarantine said.
const PAYLOADS: TimeDelta = TimeDelta::days(30);
/// Sessions that have expired.
const SESSIONS: TimeDelta = TimeDelta::days(30);

/// Whoever was last dealt with before this is forgotten.
#[must_use]
pub fn names_until(now: DateTime<Utc>) -> DateTime<Utc> {
    now - NAMES
}

#[must_use]
pub fn tombstones_until(now: DateTime<Utc>) -> DateTime<Utc> {
    now - TOMBSTONES
}

#[must_use]
pub fn payloads_until(now: DateTime<Utc>) -> DateTime<Utc> {
    now - PAYLOADS
}

#[must_use]
pub fn sessions_until(now: DateTime<Utc>) -> DateTime<Utc> {
    now - SESSIONS
}
