//! The keys that sign tickets, and since when. One is replaced with an overlap: tablets learn of the new
//! one before a ticket bears its signature, and go on to accept the old one's.

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use shared::{
    calendar::after,
    office::Office,
    ticket::{TicketKey, TicketSigner},
};

use crate::{auth::session::LONGEST, store};

/// From when on a key that is made now may sign: by then every tablet has met it that is used without
/// a network for as long as its office works so, or a sign-in lasts.
#[must_use]
pub fn signs_from(offices: &[Office], now: DateTime<Utc>) -> DateTime<Utc> {
    let offline = offices.iter().map(|office| office.works_offline_until(now));
    offline.fold(after(now, LONGEST), DateTime::max)
}

/// How long a key is accepted after another one signs: nobody books further ahead.
const KEEP: TimeDelta = TimeDelta::days(400);

/// All keys of the deployment, as the database keeps them: oldest first, never empty.
#[derive(Clone, Serialize, Deserialize)]
pub struct Ring {
    /// No number is given twice before all others were.
    last_id: u8,
    keys: Vec<RingKey>,
}

#[derive(Clone, Serialize, Deserialize)]
struct RingKey {
    id: u8,
    /// 32 bytes in hexadecimal.
    secret: String,
    signs_from: DateTime<Utc>,
}

/// What a key does at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// Tablets learn of it; it signs from then on.
    SignsFrom(DateTime<Utc>),
    Signs,
    /// Tickets of before are accepted until then.
    AcceptedUntil(DateTime<Utc>),
    Over,
}

/// Why a key cannot be taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DropError {
    #[error("there is no such key")]
    Unknown,
    #[error("this key signs: replace it first")]
    Signs,
}

impl Ring {
    /// The ring of a new deployment: one key, which signs from the beginning.
    #[must_use]
    pub fn of(secret: &[u8; 32]) -> Self {
        let first = RingKey {
            id: 1,
            secret: store::hex(secret),
            signs_from: DateTime::UNIX_EPOCH,
        };
        Self {
            last_id: 1,
            keys: vec![first],
        }
    }

    /// Adds a key that signs from then on, and forgets those that are over. Returns its number.
    pub fn add(&mut self, secret: &[u8; 32], now: DateTime<Utc>, signs_from: DateTime<Utc>) -> u8 {
        // One that was still to sign is replaced before it did.
        self.keys.retain(|key| key.signs_from <= now);
        let over: Vec<u8> = self
            .duties(now)
            .filter(|d| d.1 == Duty::Over)
            .map(|d| d.0)
            .collect();
        self.keys.retain(|key| !over.contains(&key.id));
        let taken = |id: u8| id == 0 || self.keys.iter().any(|key| key.id == id);
        let after = (1..=u8::MAX).map(|n| self.last_id.wrapping_add(n));
        let id = after.clone().find(|id| !taken(*id)).unwrap_or(1);
        self.last_id = id;
        self.keys.push(RingKey {
            id,
            secret: store::hex(secret),
            signs_from,
        });
        id
    }

    /// Takes a key away: tickets that it signed are not accepted any more.
    ///
    /// # Errors
    /// [`DropError`].
    pub fn drop(&mut self, id: u8, now: DateTime<Utc>) -> Result<(), DropError> {
        let duty = self.duties(now).find(|(key, _)| *key == id);
        match duty.ok_or(DropError::Unknown)?.1 {
            Duty::Signs => Err(DropError::Signs),
            _ => {
                self.keys.retain(|key| key.id != id);
                Ok(())
            }
        }
    }

    /// The key that signs.
    #[must_use]
    pub fn signing(&self, now: DateTime<Utc>) -> Option<u8> {
        let mut duties = self.duties(now);
        duties
            .find(|(_, duty)| *duty == Duty::Signs)
            .map(|(id, _)| id)
    }

    /// What each key does now.
    pub fn duties(&self, now: DateTime<Utc>) -> impl Iterator<Item = (u8, Duty)> {
        let next = self.keys.iter().skip(1).map(|key| Some(key.signs_from));
        let next = next.chain([None]);
        self.keys.iter().zip(next).map(move |(key, next)| {
            let replaced = next.filter(|at| *at <= now);
            let duty = match replaced {
                _ if key.signs_from > now => Duty::SignsFrom(key.signs_from),
                None => Duty::Signs,
                Some(at) if now <= at + KEEP => Duty::AcceptedUntil(at + KEEP),
                Some(_) => Duty::Over,
            };
            (key.id, duty)
        })
    }
}

/// A ring that signs, and that is looked at again while the server runs.
pub struct LiveRing(RwLock<Live>);

struct Live {
    ring: Ring,
    signers: Vec<Arc<TicketSigner>>,
}

impl Live {
    fn new(ring: Ring) -> Self {
        let signer = |key: &RingKey| {
            let secret = store::unhex(&key.secret)?;
            Some(Arc::new(TicketSigner::new(key.id, &secret)))
        };
        let signers = ring.keys.iter().filter_map(signer).collect();
        Self { ring, signers }
    }

    fn signer(&self, id: u8) -> Option<&Arc<TicketSigner>> {
        self.signers.iter().find(|signer| signer.id() == id)
    }
}

impl LiveRing {
    #[must_use]
    pub fn new(ring: Ring) -> Self {
        Self(RwLock::new(Live::new(ring)))
    }

    /// Takes what the database holds now.
    pub fn set(&self, ring: Ring) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Live::new(ring);
    }

    /// What signs now.
    #[must_use]
    pub fn signer(&self, now: DateTime<Utc>) -> Option<Arc<TicketSigner>> {
        let live = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let id = live.ring.signing(now)?;
        live.signer(id).cloned()
    }

    /// What tickets are checked with: all that sign, will sign or have signed.
    #[must_use]
    pub fn public(&self, now: DateTime<Utc>) -> Vec<TicketKey> {
        let live = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let known = live
            .ring
            .duties(now)
            .filter(|(_, duty)| *duty != Duty::Over);
        let signers = known.filter_map(|(id, _)| live.signer(id));
        signers.map(|signer| signer.public()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::ticket::{Sign, Ticket, TicketError};
    use uuid::Uuid;

    fn day(n: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000 + n)
    }

    fn sign(ring: &LiveRing, now: DateTime<Utc>) -> String {
        let ticket = Ticket {
            booking: shared::ids::BookingId(Uuid::from_u128(7)),
            starts: day(30),
        };
        ring.signer(now).unwrap().sign(ticket)
    }

    #[test]
    fn a_key_is_known_before_it_signs_and_accepted_after() {
        let mut ring = Ring::of(&[1; 32]);
        let before = LiveRing::new(ring.clone());
        let old = sign(&before, day(0));
        assert_eq!(ring.add(&[2; 32], day(0), signs_from(&[], day(0))), 2);
        let live = LiveRing::new(ring.clone());
        // A tablet that met the keys on the day of the change.
        let met = live.public(day(0));
        assert_eq!(met.len(), 2);
        assert_eq!(sign(&live, day(6)), old);
        let new = sign(&live, day(7));
        assert_ne!(new, old);
        for ticket in [&old, &new] {
            assert!(Ticket::verify(ticket, &met).is_ok());
            assert!(Ticket::verify(ticket, &live.public(day(300))).is_ok());
        }
        // A tablet that has not been heard of for so long.
        let stale = Ticket::verify(&new, &before.public(day(7)));
        assert_eq!(stale, Err(TicketError::UnknownKey));
        let late = Ticket::verify(&old, &live.public(day(408)));
        assert_eq!(late, Err(TicketError::UnknownKey));
    }

    #[test]
    fn a_key_waits_for_tablets_that_are_offline_over_holidays() {
        let office = crate::demo::DemoOffice::Jelutung.office();
        let offices = [office];
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let monday = at("2026-11-23T02:00:00Z");
        assert_eq!(signs_from(&offices, monday), after(monday, LONGEST));
        // Nyepi, Lebaran and the days between.
        let before = at("2026-03-17T10:00:00Z");
        let until = offices[0].works_offline_until(before);
        assert!(until > after(before, LONGEST), "{until}");
        assert_eq!(signs_from(&offices, before), until);
    }

    #[test]
    fn a_key_that_leaked_is_taken_away() {
        let mut ring = Ring::of(&[1; 32]);
        assert_eq!(ring.drop(1, day(0)), Err(DropError::Signs));
        ring.add(&[2; 32], day(0), day(0));
        assert_eq!(ring.drop(3, day(0)), Err(DropError::Unknown));
        assert_eq!(ring.drop(1, day(0)), Ok(()));
        let live = LiveRing::new(ring);
        let ids: Vec<u8> = live.public(day(0)).iter().map(|key| key.id).collect();
        assert_eq!(ids, [2]);
    }

    #[test]
    fn numbers_go_round_and_none_is_given_twice() {
        let mut ring = Ring::of(&[1; 32]);
        for n in 0..600 {
            ring.add(&[2; 32], day(n), day(n));
            let mut ids: Vec<u8> = ring.duties(day(n)).map(|d| d.0).collect();
            // No more are kept than there are numbers.
            if ids.len() > 250 {
                for id in ids.drain(..200) {
                    ring.drop(id, day(n)).unwrap();
                }
            }
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), ring.keys.len(), "{n}");
            assert!(!ids.contains(&0));
        }
    }

    #[test]
    fn one_that_has_not_signed_yet_is_replaced() {
        let mut ring = Ring::of(&[1; 32]);
        ring.add(&[2; 32], day(0), day(7));
        ring.add(&[3; 32], day(1), day(8));
        let duties: Vec<_> = ring.duties(day(1)).collect();
        assert_eq!(duties, [(1, Duty::Signs), (3, Duty::SignsFrom(day(8)))]);
    }
}
