//! A booking and its states. Transitions consume the booking and say from where they are possible;
//! who may ask for them is decided in `decide::booking`.

use crate::{
    ids::{BookingId, OfficeId, ResidentId, VisitId},
    region::RegionCode,
    resident::code_letter,
    slot::SlotStart,
    tagged::tagged,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// One resident's claim on one slot, or the wish for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    pub id: BookingId,
    pub office: OfficeId,
    pub resident: ResidentId,
    pub kelurahan: Option<RegionCode>,
    pub state: State,
    /// The slot held, or last held.
    pub slot: Option<SlotStart>,
    /// Counts in that slot. An arrival without a seat does not.
    pub seated: bool,
    /// Wished slots in order, at most three.
    pub choices: Vec<SlotStart>,
    /// Any slot of the first choice's week will do.
    pub any_that_week: bool,
    /// Wait if nothing is free.
    pub wait_if_full: bool,
    /// Elderly, pregnant, disabled or with an infant: which of them is not stored.
    pub priority: bool,
    /// Counted outside the share of unverified bookings.
    pub verified: bool,
    /// Typed where the ticket's QR code cannot be read.
    pub code: TicketCode,
    /// The signed ticket, once confirmed; see `ticket`.
    pub ticket: Option<String>,
    pub requested_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
    /// How often the resident did not come.
    pub no_shows: u8,
    pub visit: Option<VisitId>,
    /// What it was before the arrival, should that be taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before_arrival: Option<State>,
}

tagged! {
    #[tag = "is"]
    /// Where a booking stands.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum State {
        /// Asked for, not answered; `review` means that staff must look at it.
        Requested {
            review: bool,
        },
        Confirmed,
        Waitlisted,
        Rejected,
        Cancelled,
        Arrived,
        NoShow,
        /// The visit has ended; `recorded` says whether biometrics were taken.
        Ended {
            recorded: bool,
        },
    }
}

/// Eight letters and digits that stand for a booking; they prove nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TicketCode(String);

impl TicketCode {
    /// The code of a booking: the same on both sides, so it can be shown before it is sent.
    #[must_use]
    pub fn of(booking: BookingId) -> Self {
        let digest = Sha256::digest(booking.0.as_bytes());
        Self(digest.iter().take(8).map(|b| code_letter(*b)).collect())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A transition from a state that does not have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a booking that is {from:?} cannot be {to}")]
pub struct InvalidTransition {
    pub from: State,
    pub to: &'static str,
}

type Next = Result<Booking, InvalidTransition>;

impl State {
    /// Whether the booking keeps its resident from booking another.
    #[must_use]
    pub fn is_active(self) -> bool {
        matches!(
            self,
            Self::Requested { .. } | Self::Confirmed | Self::Waitlisted | Self::Arrived
        )
    }
}

impl Booking {
    fn to(mut self, state: State, at: DateTime<Utc>) -> Self {
        self.state = state;
        self.decided_at = Some(at);
        self
    }

    fn no(&self, to: &'static str) -> Next {
        Err(InvalidTransition {
            from: self.state,
            to,
        })
    }

    /// A seat was claimed: from Requested, Waitlisted, Confirmed (moving) and NoShow (the one free
    /// rebooking).
    ///
    /// # Errors
    /// [`InvalidTransition`] from any other state.
    pub fn confirm(mut self, slot: SlotStart, at: DateTime<Utc>) -> Next {
        match self.state {
            State::Requested { .. } | State::Waitlisted | State::Confirmed | State::NoShow => {
                self.slot = Some(slot);
                self.seated = true;
                self.ticket = None;
                Ok(self.to(State::Confirmed, at))
            }
            _ => self.no("confirmed"),
        }
    }

    /// Nothing was free and the resident wants to wait: from Requested.
    ///
    /// # Errors
    /// [`InvalidTransition`] from any other state.
    pub fn wait(self, at: DateTime<Utc>) -> Next {
        match self.state {
            State::Requested { .. } => Ok(self.to(State::Waitlisted, at)),
            _ => self.no("waitlisted"),
        }
    }

    /// Staff turned a request down: from Requested and Waitlisted.
    ///
    /// # Errors
    /// [`InvalidTransition`] from any other state.
    pub fn reject(self, at: DateTime<Utc>) -> Next {
        match self.state {
            State::Requested { .. } | State::Waitlisted => Ok(self.to(State::Rejected, at)),
            _ => self.no("rejected"),
        }
    }

    /// At any time before the arrival: from Requested, Waitlisted and Confirmed.
    ///
    /// # Errors
    /// [`InvalidTransition`] from any other state.
    pub fn cancel(mut self, at: DateTime<Utc>) -> Next {
        match self.state {
            State::Requested { .. } | State::Waitlisted | State::Confirmed => {
                self.ticket = None;
                self.seated = false;
                Ok(self.to(State::Cancelled, at))
            }
            _ => self.no("cancelled"),
        }
    }

    /// The resident stands in the room. A fact: from every state but Arrived and Ended, where it
    /// repeats what is known.
    ///
    /// # Errors
    /// [`InvalidTransition`] when the arrival is known already.
    pub fn arrive(mut self, visit: VisitId, at: DateTime<Utc>) -> Next {
        match self.state {
            State::Arrived | State::Ended { .. } => self.no("arrived"),
            _ => {
                self.visit = Some(visit);
                self.before_arrival = Some(self.state);
                Ok(self.to(State::Arrived, at))
            }
        }
    }

    /// Without the ticket, which nobody needs any more.
    #[must_use]
    pub fn forgotten(mut self) -> Self {
        self.ticket = None;
        self
    }

    /// The arrival was somebody else's: from Arrived, back to what it was before.
    ///
    /// # Errors
    /// [`InvalidTransition`] from any other state.
    pub fn take_arrival_back(mut self, at: DateTime<Utc>) -> Next {
        match self.state {
            State::Arrived => {
                self.visit = None;
                let before = self.before_arrival.take();
                Ok(self.to(before.unwrap_or(State::Confirmed), at))
            }
            _ => self.no("taken back"),
        }
    }

    /// The slot and its grace passed and nobody came: from Confirmed.
    ///
    /// # Errors
    /// [`InvalidTransition`] from any other state.
    pub fn miss(mut self, at: DateTime<Utc>) -> Next {
        match self.state {
            State::Confirmed => {
                self.no_shows = self.no_shows.saturating_add(1);
                Ok(self.to(State::NoShow, at))
            }
            _ => self.no("no_show"),
        }
    }

    /// The visit ended: from Arrived, and from Ended when the outcome is corrected.
    ///
    /// # Errors
    /// [`InvalidTransition`] from any other state.
    pub fn end(self, recorded: bool, at: DateTime<Utc>) -> Next {
        match self.state {
            State::Arrived | State::Ended { .. } => Ok(self.to(State::Ended { recorded }, at)),
            _ => self.no("ended"),
        }
    }

    /// The visit was closed by mistake: from Ended.
    ///
    /// # Errors
    /// [`InvalidTransition`] from any other state.
    pub fn reopen(self, at: DateTime<Utc>) -> Next {
        match self.state {
            State::Ended { .. } => Ok(self.to(State::Arrived, at)),
            _ => self.no("reopened"),
        }
    }
}

#[cfg(test)]
mod tests;
