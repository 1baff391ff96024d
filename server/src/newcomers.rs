//! Devices that nobody knows yet. As long as few come, they are simply entered. When many come, from one
//! address or altogether, each has a small computation to do first (`shared::work`), the more of it the
//! more come. Nobody is refused, and nobody can use up what another one needs: whoever does the work is
//! entered.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use shared::{
    ids::DeviceId,
    work::{Proof, Work},
};

use crate::{
    address::Network,
    config::{Effort, Rate},
    levels::{Level, Levels},
};

/// How long a computation may take.
const VALID: TimeDelta = TimeDelta::minutes(15);
/// Work that was asked for a moment ago is good enough if it was not much less than what is asked now.
const LESS: u8 = 4;
/// Each time so many more were brought, old ones are looked for.
const SPENT: usize = 10_000;
/// Steps of effort while a level goes from full to twice full.
const STEPS: f64 = 8.0;

/// Judges newcomers.
pub struct Newcomers {
    secret: [u8; 32],
    effort: Effort,
    of_one: Levels<Network>,
    of_all: Mutex<Level>,
    all: Rate,
    /// The salts of proofs that were brought.
    spent: Mutex<HashMap<String, DateTime<Utc>>>,
}

impl Newcomers {
    /// `secret` is the deployment's: what one of its servers asked for another one takes.
    #[must_use]
    pub fn new(secret: [u8; 32], of_one: Rate, all: Rate, effort: Effort) -> Self {
        Self {
            secret,
            effort,
            of_one: Levels::new(of_one),
            of_all: Mutex::new(Level::empty(DateTime::UNIX_EPOCH)),
            all,
            spent: Mutex::default(),
        }
    }

    /// Enters a device, or says what it has to do first.
    ///
    /// # Errors
    /// The work to do; whoever brings its proof is entered.
    pub fn enter(
        &self,
        device: DeviceId,
        from: Network,
        proof: Option<&Proof>,
        now: DateTime<Utc>,
    ) -> Result<(), Work> {
        self.prove("enter", device, self.bits(from, now), proof, now)?;
        self.count(from, now);
        Ok(())
    }

    /// The bits that are asked for now.
    #[must_use]
    pub fn bits(&self, from: Network, now: DateTime<Utc>) -> u8 {
        let all = self.of_all.lock().unwrap_or_else(PoisonError::into_inner);
        let fullness = all.fullness(self.all, now);
        drop(all);
        self.effort
            .at(fullness.max(self.of_one.fullness(&from, now)))
    }

    /// Counts one that was entered.
    pub fn count(&self, from: Network, now: DateTime<Utc>) {
        // Beyond twice full nothing more is asked, and it must not take hours to get back.
        if self.of_one.fullness(&from, now) < 2.0 {
            self.of_one.add(from, 1.0, now);
        }
        let mut all = self.of_all.lock().unwrap_or_else(PoisonError::into_inner);
        if all.fullness(self.all, now) < 2.0 {
            all.add(self.all, now, 1.0);
        }
    }

    /// Whether the proof is worth so many bits for this device and purpose; it is worth them once in each process.
    ///
    /// # Errors
    /// The work to do.
    pub fn prove(
        &self,
        purpose: &str,
        device: DeviceId,
        bits: u8,
        proof: Option<&Proof>,
        now: DateTime<Utc>,
    ) -> Result<(), Work> {
        let good = || {
            let proof = proof?;
            let (asked, at) = self.read(purpose, device, &proof.salt)?;
            let is_fresh = (TimeDelta::zero()..=VALID).contains(&now.signed_duration_since(at));
            let is_enough = is_fresh && asked.saturating_add(LESS) >= bits && proof.has(asked);
            (is_enough && self.is_unspent(&proof.salt, now)).then_some(())
        };
        if bits == 0 || good().is_some() {
            return Ok(());
        }
        let salt = self.salt(purpose, device, bits, now.timestamp());
        Err(Work { salt, bits })
    }

    /// Notes that a proof was brought; those too old to be good are forgotten.
    fn is_unspent(&self, salt: &str, now: DateTime<Utc>) -> bool {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        if spent.len() >= SPENT && spent.len().is_multiple_of(SPENT) {
            spent.retain(|_, at| now.signed_duration_since(*at) <= VALID);
        }
        spent.insert(salt.to_owned(), now).is_none()
    }

    /// Says for what, for whom, how much and when, under the deployment's seal: nothing needs to be kept of it.
    fn salt(&self, purpose: &str, device: DeviceId, bits: u8, at: i64) -> String {
        let mut bytes = vec![bits];
        bytes.extend(at.to_be_bytes());
        bytes.extend(self.seal(purpose, device, bits, at));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn read(&self, purpose: &str, device: DeviceId, salt: &str) -> Option<(u8, DateTime<Utc>)> {
        let bytes = URL_SAFE_NO_PAD.decode(salt).ok()?;
        let (bits, rest) = bytes.split_first()?;
        let (at, seal) = rest.split_first_chunk()?;
        let at = i64::from_be_bytes(*at);
        let fits = seal == self.seal(purpose, device, *bits, at);
        fits.then_some((*bits, DateTime::from_timestamp(at, 0)?))
    }

    fn seal(&self, purpose: &str, device: DeviceId, bits: u8, at: i64) -> [u8; 12] {
        let mut seal = [0; 12];
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.secret) {
            mac.update(format!("work/{device}/{bits}/{at}/{purpose}").as_bytes());
            let code = mac.finalize().into_bytes();
            seal.iter_mut().zip(code).for_each(|(to, from)| *to = from);
        }
        seal
    }
}

impl Effort {
    /// The bits to ask for, where a level is so full: none before it is full.
    #[must_use]
    pub fn at(self, fullness: f64) -> u8 {
        if fullness < 1.0 {
            return 0;
        }
        let part = ((fullness - 1.0).min(1.0) * STEPS).floor() / STEPS;
        let range = f64::from(self.most.saturating_sub(self.least));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between zero and the range, which is a byte"
        )]
        let more = (part * range).round() as u8;
        self.least.saturating_add(more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn device(n: u128) -> DeviceId {
        DeviceId(Uuid::from_u128(n))
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn newcomers() -> Newcomers {
        let effort = Effort { least: 4, most: 12 };
        Newcomers::new([7; 32], Rate::new(10, 60), Rate::new(1_000, 600), effort)
    }

    #[test]
    fn few_are_entered_and_many_have_work_to_do_and_are_entered_too() {
        let (all, here) = (newcomers(), Network::of([10, 0, 0, 1].into()));
        for n in 0..10 {
            assert_eq!(all.enter(device(n), here, None, at(0)), Ok(()));
        }
        let mut asked = Vec::new();
        for n in 10..30 {
            let work = all.enter(device(n), here, None, at(0)).unwrap_err();
            asked.push(work.bits);
            let proof = work.search(0, u64::MAX);
            assert_eq!(all.enter(device(n), here, proof.as_ref(), at(1)), Ok(()));
        }
        assert!(
            asked.is_sorted() && (asked[0], asked[19]) == (4, 12),
            "{asked:?}"
        );
        // Elsewhere nothing is asked, and here not for long.
        let there = Network::of([10, 0, 0, 2].into());
        assert_eq!(all.enter(device(31), there, None, at(1)), Ok(()));
        assert_eq!(all.enter(device(32), here, None, at(12)), Ok(()));
    }

    #[test]
    fn a_proof_is_worth_something_for_its_device_and_a_while_only() {
        let all = newcomers();
        let work = all.prove("a", device(1), 8, None, at(0)).unwrap_err();
        let proof = work.search(0, u64::MAX);
        let prove = |n, bits, now| {
            let again = newcomers();
            let of = |purpose| again.prove(purpose, device(n), bits, proof.as_ref(), at(now));
            // Neither for something else, nor a second time.
            assert!(of("b").is_err());
            let first = of("a").is_ok();
            assert!(of("a").is_err());
            first
        };
        assert!(prove(1, 8, 0) && prove(1, 12, 600));
        assert!(!prove(2, 8, 0) && !prove(1, 13, 0) && !prove(1, 8, 901) && !prove(1, 8, -1));
        let forged = Proof {
            salt: all.salt("a", device(1), 8, 0).replace('A', "B"),
            number: 0,
        };
        assert!(all.prove("a", device(1), 8, Some(&forged), at(0)).is_err());
        // Not worth what it was asked for.
        let lazy = proof.map(|proof| Proof {
            number: proof.number + 1,
            ..proof
        });
        assert!(all.prove("a", device(1), 8, lazy.as_ref(), at(0)).is_err());
    }

    #[test]
    fn a_flood_from_everywhere_slows_everybody_new() {
        let all = newcomers();
        for n in 0..1_000_u32 {
            let from = Network::of(n.to_be_bytes().into());
            assert_eq!(all.enter(device(n.into()), from, None, at(0)), Ok(()));
        }
        let from = Network::of([10, 0, 0, 1].into());
        assert_eq!(all.bits(from, at(0)), 4);
        assert_eq!(all.bits(from, at(1)), 0);
    }
}
