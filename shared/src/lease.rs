//! Walk-in seats lent to a tablet, so that it can seat people while it is cut off; and the tablet's
//! own letters for queue numbers.

use crate::{
    ids::{DeviceId, LeaseId, OfficeId, SessionId, SlotId},
    slot::SlotStart,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Seats of one slot lent to one tablet. Only an acknowledged return or the slot's end ends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    pub id: LeaseId,
    pub office: OfficeId,
    pub device: DeviceId,
    pub start: SlotStart,
    /// In a village; `None` is at the office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    pub seats: u16,
    pub used: u16,
}

impl LeaseId {
    /// One lease for each tablet and slot.
    #[must_use]
    pub fn of(device: DeviceId, start: SlotStart) -> Self {
        Self::at(device, None, start)
    }

    /// As [`Self::of`], for a slot in a village: another place at the same time is another lease.
    #[must_use]
    pub fn at(device: DeviceId, session: Option<SessionId>, start: SlotStart) -> Self {
        let slot = match session {
            None => start.to_string(),
            Some(session) => format!("{session}/{start}"),
        };
        Self(Uuid::new_v5(&device.0, slot.as_bytes()))
    }
}

impl Lease {
    /// The row of the slot whose seats these are.
    #[must_use]
    pub fn seat(&self) -> SlotId {
        self.start.id_at(self.office, self.session)
    }

    #[must_use]
    pub fn left(&self) -> u16 {
        self.seats.saturating_sub(self.used)
    }
}

/// A tablet that receives people at an office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tablet {
    pub id: DeviceId,
    pub office: OfficeId,
    /// A, B, … Z, AA, AB, …
    pub letters: String,
    /// The sessions that it goes along to; on all other days it stands at the office.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trip: Vec<SessionId>,
}

/// The letters of the `n`th tablet, counted from 0.
#[must_use]
pub fn tablet_letters(n: usize) -> String {
    let letter = |i: usize| char::from(b'A' + (i % 26) as u8);
    if n < 26 {
        letter(n).to_string()
    } else {
        [letter(n / 26 - 1), letter(n)].iter().collect()
    }
}

#[cfg(test)]
mod tests;
