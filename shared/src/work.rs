//! A small computation that the server asks of devices it does not know, while many of them come at
//! once. It costs a phone a moment, and somebody who sends thousands of devices a machine for each: so a
//! flood is slowed, and nobody is refused for it.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The header that carries a [`Proof`].
pub const HEADER: &str = "x-rekam-work";

/// What is to be found: a number that, hashed after the salt, gives a hash with so many leading zero bits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    pub salt: String,
    pub bits: u8,
}

/// A number that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    pub salt: String,
    pub number: u64,
}

impl Work {
    /// Looks through `tries` numbers from `from` on.
    #[must_use]
    pub fn search(&self, from: u64, tries: u64) -> Option<Proof> {
        let mut numbers = from..from.saturating_add(tries);
        let number =
            numbers.find(|number| zero_bits(&self.salt, *number) >= u32::from(self.bits))?;
        let salt = self.salt.clone();
        Some(Proof { salt, number })
    }

    /// How likely one is found within so many tries, from 0 to 1.
    #[must_use]
    pub fn likely_by(&self, tries: u64) -> f64 {
        1.0 - (-(tries as f64) / f64::from(self.bits).exp2()).exp()
    }
}

impl Proof {
    #[must_use]
    pub fn parse(header: &str) -> Option<Self> {
        let (salt, number) = header.split_once('.')?;
        Some(Self {
            salt: salt.to_owned(),
            number: number.parse().ok()?,
        })
    }

    /// As the header says it.
    #[must_use]
    pub fn header(&self) -> String {
        format!("{}.{}", self.salt, self.number)
    }

    #[must_use]
    pub fn has(&self, bits: u8) -> bool {
        zero_bits(&self.salt, self.number) >= u32::from(bits)
    }
}

fn zero_bits(salt: &str, number: u64) -> u32 {
    let hash: [u8; 32] = Sha256::new()
        .chain_update(salt)
        .chain_update(number.to_be_bytes())
        .finalize()
        .into();
    let [a, b, c, d, e, f, g, h, ..] = hash;
    u64::from_be_bytes([a, b, c, d, e, f, g, h]).leading_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_searches_end_before_it_is_half_likely() {
        let (tries, mut early) = (709, 0);
        for n in 0..400 {
            let work = Work {
                salt: format!("search {n}"),
                bits: 10,
            };
            early += usize::from(work.search(0, tries).is_some());
            assert!((work.likely_by(tries) - 0.5).abs() < 0.01);
            assert!(work.likely_by(0) < f64::EPSILON);
        }
        assert!((160..=240).contains(&early), "{early}");
    }

    #[test]
    fn what_is_found_has_the_bits_and_reads_back() {
        let work = Work {
            salt: "a-salt".to_owned(),
            bits: 10,
        };
        let proof = work.search(0, u64::MAX).unwrap();
        assert!(proof.has(10) && !proof.has(40));
        assert_eq!(Proof::parse(&proof.header()), Some(proof.clone()));
        // The same number says nothing about another salt.
        let other = Proof {
            salt: "another".to_owned(),
            ..proof.clone()
        };
        assert!(!other.has(10));
        assert_eq!(work.search(0, proof.number), None);
        for wrong in ["", "a", "a.", "a.b", "a.-1", "a.1.2"] {
            assert_eq!(Proof::parse(wrong), None, "{wrong}");
        }
    }

    /// From Python's `hashlib`: the first number whose hash after "x" begins with twelve zero bits.
    #[test]
    fn the_hash_is_sha256_of_salt_and_number() {
        let work = Work {
            salt: "x".to_owned(),
            bits: 12,
        };
        assert_eq!(
            work.search(0, 1_000_000).map(|proof| proof.number),
            Some(6603)
        );
        assert_eq!(zero_bits("x", 6603), 16);
    }
}
