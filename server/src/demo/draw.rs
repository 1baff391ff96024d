//! A seeded source of choices. It takes the stream of ChaCha8 as it is, so that an update of a library
//! of distributions cannot change the demo.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

pub struct Draw(ChaCha8Rng);

impl Draw {
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// 0 to `n - 1`; 0 if `n` is 0. The bias of the remainder does not matter to a demo.
    pub fn below(&mut self, n: u32) -> u32 {
        self.0.next_u32().checked_rem(n).unwrap_or(0)
    }

    /// `low` to `high`, both included.
    pub fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    pub fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One of `parts`, the empty text if there are none.
    pub fn pick<'a>(&mut self, parts: &[&'a str]) -> &'a str {
        let index = self.below(u32::try_from(parts.len()).unwrap_or(u32::MAX));
        parts.get(index as usize).copied().unwrap_or_default()
    }
}
