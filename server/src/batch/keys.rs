//! The deployment's secrets that decisions need.

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use shared::{lockbox, person::Nik, resident::NikKey, sync::place_of, ticket::TicketKey};
use uuid::Uuid;

use crate::ring::LiveRing;

/// Signs tickets and turns NIKs into keys.
pub struct Keys {
    pub tickets: LiveRing,
    pub nik_pepper: [u8; 32],
    /// Seals sign-ins.
    pub sign_ins: [u8; 32],
    /// Opens what devices have closed.
    pub lockbox: Option<[u8; 32]>,
}

impl Keys {
    /// Keys that tickets are checked with: those in use and those that are being replaced.
    #[must_use]
    pub fn ticket_keys(&self, now: DateTime<Utc>) -> Vec<TicketKey> {
        self.tickets.public(now)
    }

    /// An op as it was before its device closed it. What cannot be opened stays closed.
    #[must_use]
    pub fn open(&self, mut op: Value) -> Value {
        let opened = || {
            let (id, _) = place_of(&op)?;
            lockbox::open(self.lockbox.as_ref()?, id, op.get("payload")?)
        };
        if let (Some(payload), Some(fields)) = (opened(), op.as_object_mut()) {
            fields.insert("payload".to_owned(), payload);
        }
        op
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
