//! Walk-in seats lent to a tablet, so that it can seat people while it is cut off; and the tablet's
//! own letters for queue numbers.

use crate::{
    ids::{DeviceId, LeaseId, OfficeId},
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
    pub seats: u16,
    pub used: u16,
}

impl LeaseId {
    /// One lease for each tablet and slot.
    #[must_use]
    pub fn of(device: DeviceId, start: SlotStart) -> Self {
        Self(Uuid::new_v5(&device.0, start.to_string().as_bytes()))
    }
}

impl Lease {
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
