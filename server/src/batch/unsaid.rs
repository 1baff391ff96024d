//! Ops of others than staff that came to nothing stand in the audit one by one as long as there are few; of
//! a flood it keeps the count, office by office.

use crate::{config::Rate, levels::Level};
use chrono::{DateTime, TimeDelta, Utc};
use shared::ids::OfficeId;
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

const RATE: Rate = Rate::new(2_000, 60);
/// Between two entries of an office that tell a count.
const EVERY: TimeDelta = TimeDelta::minutes(1);

/// What was not written.
#[derive(Default)]
pub(super) struct Unsaid(Mutex<State>);

#[derive(Default)]
struct State {
    level: Option<Level>,
    offices: BTreeMap<OfficeId, Count>,
}

/// Of one office, as far as it is committed.
#[derive(Default)]
struct Count {
    untold: u64,
    told_at: DateTime<Utc>,
}

/// What a batch adds to the count of its office, and what it told of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counted {
    pub more: u64,
    pub told: u64,
}

impl Unsaid {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether one more stands by itself; if not, the batch counts it.
    pub fn admits(&self, now: DateTime<Utc>) -> bool {
        let mut state = self.state();
        let level = state.level.get_or_insert(Level::empty(now));
        let admits = level.wait(RATE, now).is_none();
        if admits {
            level.add(RATE, now, 1.0);
        }
        admits
    }

    /// How many an office has not told yet, and whether it is time to.
    pub fn untold(&self, office: OfficeId, now: DateTime<Utc>) -> (u64, bool) {
        self.state().offices.get(&office).map_or((0, true), |of| {
            let since = now.signed_duration_since(of.told_at);
            (of.untold, since >= EVERY)
        })
    }

    /// A batch of the office was committed: what it counted and told holds from now on.
    pub fn settle(&self, office: OfficeId, batch: Counted, now: DateTime<Utc>) {
        if batch == Counted::default() {
            return;
        }
        let mut state = self.state();
        let of = state.offices.entry(office).or_default();
        of.untold = (of.untold + batch.more).saturating_sub(batch.told);
        if batch.told > 0 {
            of.told_at = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_stays_with_its_office_until_it_is_committed() {
        let unsaid = Unsaid::default();
        let now: DateTime<Utc> = "2026-12-01T00:00:00Z".parse().unwrap();
        let [one, other] = [OfficeId(1), OfficeId(2)];
        unsaid.settle(one, Counted { more: 7, told: 0 }, now);
        assert_eq!(unsaid.untold(other, now), (0, true));
        // A batch that was rolled back has told nothing.
        for _ in 0..2 {
            assert_eq!(unsaid.untold(one, now), (7, true));
        }
        unsaid.settle(one, Counted { more: 2, told: 9 }, now);
        unsaid.settle(one, Counted { more: 3, told: 0 }, now);
        assert_eq!(unsaid.untold(one, now), (3, false));
        assert_eq!(unsaid.untold(one, now + EVERY), (3, true));
    }
}
