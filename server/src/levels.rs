//! How much of something came lately: a level that what comes raises, and that time lowers.

use std::{
    borrow::Borrow,
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, Utc};

use crate::config::Rate;

/// So many keys may always be kept.
const KEYS: usize = 50_000;

/// One level. It is full at the rate's burst.
#[derive(Clone, Copy, Debug)]
pub struct Level {
    held: f64,
    at: DateTime<Utc>,
}

impl Level {
    #[must_use]
    pub fn empty(at: DateTime<Utc>) -> Self {
        Self { held: 0.0, at }
    }

    /// How much is left of what came.
    #[must_use]
    pub fn held(&self, rate: Rate, now: DateTime<Utc>) -> f64 {
        let minutes = now.signed_duration_since(self.at).as_seconds_f64().max(0.0) / 60.0;
        (self.held - minutes * f64::from(rate.per_minute.get())).max(0.0)
    }

    pub fn add(&mut self, rate: Rate, now: DateTime<Utc>, n: f64) {
        *self = Self {
            held: self.held(rate, now) + n,
            at: now,
        };
    }

    /// How full it is: one at the burst.
    #[must_use]
    pub fn fullness(&self, rate: Rate, now: DateTime<Utc>) -> f64 {
        self.held(rate, now) / f64::from(rate.burst.get())
    }

    /// Seconds until it is no longer full; `None` when it is not.
    #[must_use]
    pub fn wait(&self, rate: Rate, now: DateTime<Utc>) -> Option<u64> {
        let over = self.held(rate, now) - f64::from(rate.burst.get());
        let seconds = over / f64::from(rate.per_minute.get()) * 60.0;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a float is cut to what fits"
        )]
        let seconds = (seconds.floor() as u64).saturating_add(1);
        (over >= 0.0).then_some(seconds)
    }
}

/// A level for each key.
pub struct Levels<K> {
    rate: Rate,
    all: Mutex<Kept<K>>,
}

struct Kept<K> {
    levels: HashMap<K, Level>,
    /// Above so many those that are not full are forgotten: twice what was left the last time, so that
    /// looking through all of them stays rare.
    most: usize,
}

impl<K: Hash + Eq> Levels<K> {
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        Self {
            rate,
            all: Mutex::new(Kept {
                levels: HashMap::new(),
                most: KEYS,
            }),
        }
    }

    /// As [`Level::wait`].
    #[must_use]
    pub fn wait(&self, key: &K, now: DateTime<Utc>) -> Option<u64> {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.levels.get(key)?.wait(self.rate, now)
    }

    /// As [`Level::fullness`].
    #[must_use]
    pub fn fullness<Q>(&self, key: &Q, now: DateTime<Utc>) -> f64
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.levels
            .get(key)
            .map_or(0.0, |level| level.fullness(self.rate, now))
    }

    pub fn add(&self, key: K, n: f64, now: DateTime<Utc>) {
        self.of(key, now, |level| level.add(self.rate, now, n));
    }

    /// Adds one, unless it is full.
    ///
    /// # Errors
    /// Seconds until it is no longer full.
    pub fn take(&self, key: K, now: DateTime<Utc>) -> Result<(), u64> {
        self.of(key, now, |level| match level.wait(self.rate, now) {
            Some(seconds) => Err(seconds),
            None => {
                level.add(self.rate, now, 1.0);
                Ok(())
            }
        })
    }

    fn of<R>(&self, key: K, now: DateTime<Utc>, f: impl FnOnce(&mut Level) -> R) -> R {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if all.levels.len() > all.most {
            all.levels
                .retain(|_, level| level.wait(self.rate, now).is_some());
            all.most = KEYS.max(all.levels.len() * 2);
        }
        f(all.levels.entry(key).or_insert_with(|| Level::empty(now)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn a_level_is_full_at_the_burst_and_empties_with_time() {
        let rate = Rate::new(10, 60);
        let levels = Levels::new(rate);
        let start: DateTime<Utc> = "2026-12-01T00:00:00Z".parse().unwrap();
        for _ in 0..10 {
            assert_eq!(levels.wait(&1, start), None);
            levels.add(1, 1.0, start);
        }
        assert_eq!(levels.wait(&1, start), Some(1));
        levels.add(1, 5.0, start);
        assert_eq!(levels.wait(&1, start), Some(6));
        assert_eq!(levels.wait(&2, start), None);
        let at = |seconds| start + TimeDelta::seconds(seconds);
        assert_eq!(levels.wait(&1, at(4)), Some(2));
        assert_eq!(levels.wait(&1, at(6)), None);
        // A clock that is set back gives nothing.
        assert_eq!(levels.wait(&1, at(-60)), Some(6));
    }

    #[test]
    fn what_is_full_takes_no_more_until_it_has_emptied() {
        let levels = Levels::new(Rate::new(2, 60));
        let start: DateTime<Utc> = "2026-12-01T00:00:00Z".parse().unwrap();
        let at = |seconds| start + TimeDelta::seconds(seconds);
        let told: Vec<_> = [0, 0, 0, 1, 1]
            .map(|seconds| levels.take(1, at(seconds)))
            .into();
        assert_eq!(told, [Ok(()), Ok(()), Err(1), Ok(()), Err(1)]);
        assert_eq!(levels.take(2, at(1)), Ok(()));
        assert_eq!(levels.take(1, at(2)), Ok(()));
    }
}
