//! The deployment's secrets that decisions need.

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use shared::{person::Nik, resident::NikKey, ticket::TicketKey};
use uuid::Uuid;

use crate::ring::LiveRing;

/// Signs tickets and turns NIKs into keys.
pub struct Keys {
    pub tickets: LiveRing,
    pub nik_pepper: [u8; 32],
}

impl Keys {
    /// Keys that tickets are checked with: those in use and those that are being replaced.
    #[must_use]
    pub fn ticket_keys(&self, now: DateTime<Utc>) -> Vec<TicketKey> {
        self.tickets.public(now)
    }

    /// Stands for a NIK without showing it: the first half of an HMAC-SHA-256.
    #[must_use]
    pub fn nik_key(&self, nik: &Nik) -> NikKey {
        let mut half = [0; 16];
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.nik_pepper) {
            mac.update(nik.as_str().as_bytes());
            let code = mac.finalize().into_bytes();
            half.iter_mut().zip(code).for_each(|(to, from)| *to = from);
        }
        NikKey(Uuid::from_bytes(half))
    }
}
