//! Whole days of many devices in one process, from a seed: a network that loses, repeats and
//! reorders, restarts, wrong clocks, a copied browser profile, a backup put back. The client's queue
//! and the decisions are the product's own; only the network, the clock and the tables are models.

pub mod actors;
pub mod check;
pub mod device;
pub mod history;
pub mod people;
pub mod phones;
pub mod server;

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};

/// Where all chance of a history comes from.
pub struct Chance(ChaCha8Rng);

impl Chance {
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A number below `n`; 0 for 0.
    pub fn below(&mut self, n: usize) -> usize {
        if n == 0 {
            0
        } else {
            self.0.next_u32() as usize % n
        }
    }

    /// True once in `n` times.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }

    pub fn uuid(&mut self) -> uuid::Uuid {
        let mut bytes = [0; 16];
        self.0.fill_bytes(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }
}
