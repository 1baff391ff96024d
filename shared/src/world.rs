//! The rows that a decision may look at. Each lookup says whether a row is there, known to be
//! absent, or was never loaded: only the server may treat the last as a defect.

use crate::row::{Change, Key, Of, Row};
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

/// Lookups that one decision may make: a roll of 50,000 lines in one command makes fewer. Counted in
/// steps and not in seconds, so that every machine decides alike.
pub const STEPS: u32 = 2_000_000;

/// Rows by key; `None` is a row known to be absent. A copy shares its rows with the original: a tablet
/// makes one of thousands of rows with each arrival.
#[derive(Clone, Debug)]
pub struct World {
    rows: BTreeMap<Key, Option<Arc<Row>>>,
    budget: Budget,
}

impl Default for World {
    fn default() -> Self {
        Self::with_budget(STEPS)
    }
}

/// The lookups that a decision still may make. Those of pages, which read the same rows between
/// decisions for as long as the app is open, are not counted.
#[derive(Debug)]
struct Budget {
    whole: u32,
    left: AtomicU32,
    counts: AtomicBool,
}

impl Budget {
    fn whole(steps: u32) -> Self {
        Self {
            whole: steps,
            left: AtomicU32::new(steps),
            counts: AtomicBool::new(false),
        }
    }

    /// Takes one step, if there is one left. One decision runs at a time: no other counts meanwhile.
    fn step(&self) -> bool {
        if !self.counts.load(Ordering::Relaxed) {
            return true;
        }
        let left = self.left.load(Ordering::Relaxed);
        self.left.store(left.saturating_sub(1), Ordering::Relaxed);
        left > 0
    }
}

impl Clone for Budget {
    fn clone(&self) -> Self {
        Self::whole(self.whole)
    }
}

/// A decision that runs: its lookups are counted until this is dropped.
pub(crate) struct Counting<'a>(&'a Budget);

impl Drop for Counting<'_> {
    fn drop(&mut self) {
        self.0.counts.store(false, Ordering::Relaxed);
    }
}

/// The row was not loaded, so nothing can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} was not loaded")]
pub struct NotLoaded(pub Key);

/// What a lookup found.
#[derive(Debug, PartialEq, Eq)]
pub enum Lookup<'a, T> {
    Row(&'a T),
    Absent,
    NotLoaded,
}

impl World {
    /// A world in which each decision may make so many lookups.
    #[must_use]
    pub fn with_budget(steps: u32) -> Self {
        Self {
            rows: BTreeMap::new(),
            budget: Budget::whole(steps),
        }
    }

    /// The next decision begins, with a budget of its own.
    pub(crate) fn begin(&self) -> Counting<'_> {
        self.budget.left.store(self.budget.whole, Ordering::Relaxed);
        self.budget.counts.store(true, Ordering::Relaxed);
        Counting(&self.budget)
    }

    /// Whether the last decision looked up all it may: from then on it found nothing, so that it ends.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        self.budget.left.load(Ordering::Relaxed) == 0
    }

    /// Looks a row up.
    #[must_use]
    pub fn look<T: Of>(&self, key: impl Into<Key>) -> Lookup<'_, T> {
        if !self.budget.step() {
            return Lookup::NotLoaded;
        }
        match self.rows.get(&key.into()) {
            Some(Some(row)) => T::of(row).map_or(Lookup::NotLoaded, Lookup::Row),
            Some(None) => Lookup::Absent,
            None => Lookup::NotLoaded,
        }
    }

    /// The row, or `None` if it is known to be absent.
    ///
    /// # Errors
    /// [`NotLoaded`].
    pub fn find<T: Of>(&self, key: impl Into<Key>) -> Result<Option<&T>, NotLoaded> {
        let key = key.into();
        match self.look(key) {
            Lookup::Row(row) => Ok(Some(row)),
            Lookup::Absent => Ok(None),
            Lookup::NotLoaded => Err(NotLoaded(key)),
        }
    }

    /// The row if it is here, for reading lists and pages.
    #[must_use]
    pub fn get<T: Of>(&self, key: impl Into<Key>) -> Option<&T> {
        self.find(key).ok().flatten()
    }

    /// All rows of one kind, by key.
    pub fn all<T: Of + 'static>(&self) -> impl Iterator<Item = &T> {
        use uuid::Uuid;
        self.rows
            .range(Key(T::ENTITY, Uuid::nil())..=Key(T::ENTITY, Uuid::max()))
            .filter_map(|(_, row)| row.as_deref().and_then(T::of))
    }

    /// All rows there are.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.values().flatten().map(Arc::as_ref)
    }

    #[must_use]
    pub fn knows(&self, key: Key) -> bool {
        self.rows.contains_key(&key)
    }

    /// Records a row, or that there is none.
    pub fn load(&mut self, key: Key, row: Option<Row>) {
        self.rows.insert(key, row.map(Arc::new));
    }

    /// Applies a change.
    pub fn apply(&mut self, change: Change) {
        match change {
            Change::Put(row) => self.rows.insert(row.key(), Some(Arc::new(row))),
            Change::Remove(key) => self.rows.insert(key, None),
        };
    }

    /// Forgets rows, as if they had never been loaded.
    pub fn forget(&mut self, keep: impl Fn(&Row) -> bool) {
        self.rows.retain(|_, row| row.as_deref().is_some_and(&keep));
    }

    /// Forgets one row.
    pub fn drop_row(&mut self, key: Key) {
        self.rows.remove(&key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office::Office;

    #[test]
    fn pages_read_without_end_and_decisions_do_not() {
        let office: Office = crate::fixtures::office();
        let key = Key::office(office.id);
        let mut world = World::with_budget(3);
        world.load(key, Some(office.into()));
        let find = |world: &World| world.get::<Office>(key).is_some();
        let read_as_a_page = |world: &World| assert!((0..100).all(|_| find(world)));
        read_as_a_page(&world);
        for _ in 0..2 {
            let decision = world.begin();
            let found = (0..5).filter(|_| find(&world)).count();
            assert_eq!((found, world.is_spent()), (3, true));
            drop(decision);
            // Asked after it has ended.
            assert!(world.is_spent());
            read_as_a_page(&world);
        }
        read_as_a_page(&world.clone());
    }
}
