//! The ticket's QR code: which booking, which slot, signed with Ed25519, checked without a network.
//! It names no person. 86 bytes: version, key id, booking, minute of the slot's start, signature;
//! written as `RK` and base64url.

use crate::ids::BookingId;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const PREFIX: &str = "RK";
const VERSION: u8 = 1;
const SIGNED: usize = 22;
const LENGTH: usize = SIGNED + 64;

/// What a ticket says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket {
    pub booking: BookingId,
    /// To the minute.
    pub starts: DateTime<Utc>,
}

/// A key that tickets are checked with; several overlap while one replaces another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketKey {
    pub id: u8,
    /// 32 bytes in base64url.
    pub public: String,
}

/// Why a scanned text is not a ticket of this deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TicketError {
    #[error("this is not a ticket")]
    NotATicket,
    #[error("the ticket's version is not known")]
    Version,
    #[error("the ticket's key is not known")]
    UnknownKey,
    #[error("the ticket's signature does not fit")]
    Forged,
}

impl TicketError {
    pub const ALL: [Self; 4] = [
        Self::NotATicket,
        Self::Version,
        Self::UnknownKey,
        Self::Forged,
    ];

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotATicket => "not_a_ticket",
            Self::Version => "ticket_version",
            Self::UnknownKey => "ticket_unknown_key",
            Self::Forged => "ticket_forged",
        }
    }
}

/// What signs tickets. A trait, so that the app carries no code that signs.
pub trait Sign: Sync {
    /// The text of the QR code. The same ticket always gets the same text.
    fn sign(&self, ticket: Ticket) -> String;
}

/// Signs tickets with the server's key.
pub struct TicketSigner {
    id: u8,
    key: SigningKey,
}

impl TicketSigner {
    #[must_use]
    pub fn new(id: u8, secret: &[u8; 32]) -> Self {
        Self {
            id,
            key: SigningKey::from_bytes(secret),
        }
    }

    /// The number of its key.
    #[must_use]
    pub fn id(&self) -> u8 {
        self.id
    }

    /// The key that checks these tickets.
    #[must_use]
    pub fn public(&self) -> TicketKey {
        TicketKey {
            id: self.id,
            public: URL_SAFE_NO_PAD.encode(self.key.verifying_key().as_bytes()),
        }
    }
}

impl Sign for TicketSigner {
    fn sign(&self, ticket: Ticket) -> String {
        let minutes = u32::try_from(ticket.starts.timestamp() / 60).unwrap_or_default();
        let mut bytes = Vec::with_capacity(LENGTH);
        bytes.extend([VERSION, self.id]);
        bytes.extend(ticket.booking.0.as_bytes());
        bytes.extend(minutes.to_be_bytes());
        let signature = self.key.sign(&bytes);
        bytes.extend(signature.to_bytes());
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl Ticket {
    /// Reads a QR code's text and checks its signature against the known keys.
    ///
    /// # Errors
    /// [`TicketError`]; a single changed bit is `Forged`, `UnknownKey`, `Version` or `NotATicket`.
    pub fn verify(text: &str, keys: &[TicketKey]) -> Result<Self, TicketError> {
        let coded = text
            .trim()
            .strip_prefix(PREFIX)
            .ok_or(TicketError::NotATicket)?;
        let bytes = URL_SAFE_NO_PAD
            .decode(coded)
            .map_err(|_| TicketError::NotATicket)?;
        let (signed, signature) = bytes
            .split_at_checked(SIGNED)
            .ok_or(TicketError::NotATicket)?;
        let signature = Signature::from_slice(signature).map_err(|_| TicketError::NotATicket)?;
        let [version, key_id, rest @ ..] = signed else {
            return Err(TicketError::NotATicket);
        };
        if *version != VERSION {
            return Err(TicketError::Version);
        }
        let key = keys
            .iter()
            .find(|key| key.id == *key_id)
            .and_then(TicketKey::verifying)
            .ok_or(TicketError::UnknownKey)?;
        key.verify(signed, &signature)
            .map_err(|_| TicketError::Forged)?;
        let (booking, minutes) = rest.split_at_checked(16).ok_or(TicketError::NotATicket)?;
        let booking = Uuid::from_slice(booking).map_err(|_| TicketError::NotATicket)?;
        let minutes: [u8; 4] = minutes.try_into().map_err(|_| TicketError::NotATicket)?;
        let starts = DateTime::from_timestamp(i64::from(u32::from_be_bytes(minutes)) * 60, 0)
            .ok_or(TicketError::NotATicket)?;
        Ok(Self {
            booking: BookingId(booking),
            starts,
        })
    }
}

impl TicketKey {
    fn verifying(&self) -> Option<VerifyingKey> {
        let bytes: [u8; 32] = URL_SAFE_NO_PAD.decode(&self.public).ok()?.try_into().ok()?;
        VerifyingKey::from_bytes(&bytes).ok()
    }
}

#[cfg(test)]
mod tests;
