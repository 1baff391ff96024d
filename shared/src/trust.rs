//! For whom a device may speak, by the places in its own queue: a sign-in begins it, a sign-out is a
//! mark behind which it ends, and a new password or a lock leaves facts only (of a locked account, only those of
//! before the lock: `batch::load`). What was queued before a
//! session merely ran out applies, until the office's working days without contact are over: then facts only.

mod sealed;

use std::collections::BTreeMap;

pub use sealed::{SEALS, SealedSignIn, for_places, restore};

/// How much of what a device says for an account applies, from less to more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trust {
    /// Signed out: everything waits for the head's yes.
    Nothing,
    /// Facts, marked; wishes wait for the head's yes.
    Facts,
    All,
}

impl Trust {
    const TEXTS: [(Self, &'static str); 3] = [
        (Self::All, "all"),
        (Self::Facts, "facts"),
        (Self::Nothing, "nothing"),
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        let mut texts = Self::TEXTS.iter();
        texts.find(|t| t.0 == self).map_or("", |t| t.1)
    }

    /// `None` for an unknown word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut texts = Self::TEXTS.iter();
        texts.find(|t| t.1 == text).map(|t| t.0)
    }
}

/// The trust in one account on one device, each from a place in the device's queue on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignIns(pub BTreeMap<u64, Trust>);

impl SignIns {
    /// The trust in the op at a place; `None` where the account had never signed in by then.
    #[must_use]
    pub fn at(&self, seq: u64) -> Option<Trust> {
        let mut before = self.0.range(..=seq);
        before.next_back().map(|(_, trust)| *trust)
    }

    /// The account signs in; the device's next op is the one at `next`.
    pub fn sign_in(&mut self, next: u64) {
        self.0.retain(|seq, _| *seq < next);
        self.0.insert(next, Trust::All);
    }

    /// The mark of a sign-out stands at `seq`. It may come after a later sign-in is known, which
    /// stays.
    pub fn sign_out(&mut self, seq: u64) {
        self.0
            .entry(seq.saturating_add(1))
            .or_insert(Trust::Nothing);
    }

    /// Somebody else signs in at the device, or the session ends without a mark.
    pub fn end(&mut self, next: u64) {
        if self.at(next).is_none() {
            return;
        }
        self.0.retain(|seq, _| *seq < next);
        self.0.insert(next, Trust::Nothing);
    }

    /// The account has another password or is locked: of what the server has not received yet, only
    /// facts count. `last` is the place of the last op received.
    pub fn doubt(&mut self, last: u64) {
        let next = last.saturating_add(1);
        let now = self.at(next);
        for (_, trust) in self.0.range_mut(next..) {
            if *trust == Trust::All {
                *trust = Trust::Facts;
            }
        }
        if now == Some(Trust::All) {
            self.0.insert(next, Trust::Facts);
        }
    }

    /// The least trust in any op that comes after the one at `last`; `None` where the account never
    /// signed in.
    #[must_use]
    pub fn lowest_after(&self, last: u64) -> Option<Trust> {
        let next = last.saturating_add(1);
        let later = self.0.range(next..).map(|(_, trust)| *trust);
        later.chain(self.at(next)).min()
    }

    /// Drops what no op to come is judged by.
    pub fn forget(&mut self, last: u64) {
        let next = last.saturating_add(1);
        let current = self.0.range(..=next).next_back().map(|(seq, _)| *seq);
        if let Some(current) = current {
            self.0.retain(|seq, _| *seq >= current);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        SignIns,
        Trust::{self, All, Facts, Nothing},
    };
    use proptest::prelude::*;

    fn from(seq: u64) -> SignIns {
        let mut new = SignIns::default();
        new.sign_in(seq);
        new
    }

    fn said(of: &SignIns, seqs: std::ops::RangeInclusive<u64>) -> Vec<Option<Trust>> {
        seqs.map(|seq| of.at(seq)).collect()
    }

    #[test]
    fn what_was_queued_before_the_mark_applies_and_what_comes_after_waits() {
        let mut of = from(3);
        of.sign_out(5);
        let told = [None, Some(All), Some(All), Some(All), Some(Nothing)];
        assert_eq!(said(&of, 2..=6), told);
    }

    #[test]
    fn a_mark_that_comes_late_does_not_end_a_later_sign_in() {
        let mut of = from(1);
        // Signed out at 6 without a network, in again at 7 or at 9, and then the queue arrives.
        for again in [7, 9] {
            let mut of = of.clone();
            of.sign_in(again);
            of.sign_out(6);
            assert_eq!(of.at(6), Some(All));
            let between = if again == 7 { All } else { Nothing };
            assert_eq!(of.at(7), Some(between), "{again}");
            assert_eq!(of.at(again), Some(All));
        }
        of.sign_out(6);
        assert_eq!(of.at(7), Some(Nothing));
    }

    #[test]
    fn somebody_else_at_the_device_ends_it_from_there_on() {
        let mut of = from(1);
        of.end(4);
        assert_eq!(said(&of, 3..=4), [Some(All), Some(Nothing)]);
        of.sign_in(4);
        assert_eq!(of.at(4), Some(All), "and back, without an op in between");
        of.end(4);
        assert_eq!(of.at(4), Some(Nothing));
        let mut never = SignIns::default();
        never.end(4);
        assert_eq!(never.at(9), None);
    }

    #[test]
    fn a_new_password_leaves_facts_until_the_next_sign_in() {
        let mut of = from(1);
        of.sign_out(8);
        of.sign_in(12);
        of.doubt(4);
        let told = [Some(All), Some(Facts), Some(Nothing), Some(Facts)];
        assert_eq!([4, 5, 9, 12].map(|seq| of.at(seq)), told);
        of.sign_in(20);
        assert_eq!(said(&of, 19..=20), [Some(Facts), Some(All)]);
    }

    #[test]
    fn a_copy_gets_the_least_that_is_open() {
        let mut of = from(3);
        assert_eq!(of.lowest_after(0), Some(All));
        of.sign_out(8);
        of.sign_in(12);
        assert_eq!(of.lowest_after(4), Some(Nothing));
        assert_eq!(of.lowest_after(10), Some(Nothing), "11 is still open");
        assert_eq!(of.lowest_after(11), Some(All));
        of.doubt(11);
        assert_eq!(of.lowest_after(11), Some(Facts));
        assert_eq!(SignIns::default().lowest_after(0), None);
    }

    proptest! {
        /// Whatever happened: nothing is trusted before a sign-in, and no step but a sign-in makes
        /// anything trusted that was not.
        #[test]
        fn only_a_sign_in_gives_trust(steps in prop::collection::vec((0_u8..5, 1_u64..12), 0..12)) {
            let mut of = SignIns::default();
            for (kind, seq) in steps {
                let before = of.clone();
                match kind {
                    0 => of.sign_in(seq),
                    1 => of.sign_out(seq),
                    2 => of.end(seq),
                    3 => of.doubt(seq),
                    _ => of.forget(seq),
                }
                for place in 0..16 {
                    let (was, is) = (before.at(place), of.at(place));
                    let gained = is == Some(All) && was != Some(All);
                    prop_assert!(!gained || kind == 0 && place >= seq, "{was:?} {is:?}");
                    if kind == 4 && place > seq {
                        prop_assert_eq!(was, is);
                    }
                }
            }
        }

        #[test]
        fn words_read_back(which in 0_usize..3) {
            let trust = [All, Facts, Nothing][which];
            prop_assert_eq!(Trust::parse(trust.as_str()), Some(trust));
        }
    }
}
