//! How long devices and the server keep what they no longer need (UU 27/2022 art. 16: no longer than necessary).

use chrono::{DateTime, TimeDelta, Utc};

/// After the last booking and visit have ended, the office knows who it was for so long.
const NAMES: TimeDelta = TimeDelta::days(365);
/// A device that was away for longer pulls afresh instead of learning what is gone.
const TOMBSTONES: TimeDelta = TimeDelta::days(60);
/// What ops in quarantine said.
const PAYLOADS: TimeDelta = TimeDelta::days(30);
/// What a device keeps of settled ops and sealed sign-ins, for a server that is restored from a backup.
pub const SETTLED: TimeDelta = TimeDelta::days(30);
/// Sessions that have expired: known as long as their ops may come.
const SESSIONS: TimeDelta = SETTLED;
/// Devices whose ops never had an effect, since they were last heard of.
const STRANGERS: TimeDelta = TimeDelta::days(30);
/// Answers to ops that had no effect: three times as long as devices keep them.
const ANSWERS: TimeDelta = TimeDelta::days(90);

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
pub fn strangers_until(now: DateTime<Utc>) -> DateTime<Utc> {
    now - STRANGERS
}

#[must_use]
pub fn answers_until(now: DateTime<Utc>) -> DateTime<Utc> {
    now - ANSWERS
}

#[must_use]
pub fn sessions_until(now: DateTime<Utc>) -> DateTime<Utc> {
    now - SESSIONS
}
