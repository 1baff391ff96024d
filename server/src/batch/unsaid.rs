//! Ops of strangers that came to nothing stand in the audit one by one as long as there are few; of a
//! flood it keeps the count.

use crate::{config::Rate, levels::Level};
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::{Mutex, PoisonError};

const RATE: Rate = Rate::new(2_000, 60);
/// Between two entries that tell a count.
const EVERY: TimeDelta = TimeDelta::minutes(1);

/// What was not written.
#[derive(Default)]
pub(super) struct Unsaid(Mutex<State>);

#[derive(Default)]
struct State {
    level: Option<Level>,
    count: u64,
    said: DateTime<Utc>,
}

impl Unsaid {
    /// Whether one more stands by itself; if not, it is counted.
    pub fn admits(&self, now: DateTime<Utc>) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let level = state.level.get_or_insert(Level::empty(now));
        let admits = level.wait(RATE, now).is_none();
        if admits {
            level.add(RATE, now, 1.0);
        } else {
            state.count += 1;
        }
        admits
    }

    /// How many were counted, when it is time to write that down.
    pub fn due(&self, now: DateTime<Utc>) -> Option<u64> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.count == 0 || now.signed_duration_since(state.said) < EVERY {
            return None;
        }
        state.said = now;
        Some(std::mem::take(&mut state.count))
    }
}
