//! A booking and its states. Transitions consume the booking and say from where they are possible;
//! who may ask for them is decided in `decide::booking`.

use crate::{
    ids::{BookingId, OfficeId, ResidentId, SessionId, SlotId, VisitId},
    region::RegionCode,
    resident::{Active, Resident, code_letter},
    slot::SlotStart,
    tagged::tagged,
};
use chrono::{DateTime, NaiveDate, Utc};
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
    /// The mobile session; `None` means at the office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
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
    /// Said by a phone, and not yet seen by staff: it is no reason to be asked first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub priority_unseen: bool,
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
    /// Seats kept for the resident to choose from, while Offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<Offer>,
    /// Offers from the waiting list that were not answered in time.
    #[serde(default, skip_serializing_if = "crate::blank::is_default")]
    pub offers_missed: u8,
    /// Since when it waits, where that is later than the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<DateTime<Utc>>,
    /// The office moved it to another day or place, and the resident has not said yes or no to that.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub moved_by_office: bool,
}

/// Seats kept until a set time. All are at the office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Best first: each holds a seat.
    pub slots: Vec<SlotStart>,
    pub until: DateTime<Utc>,
    pub why: Why,
}

/// Why seats are offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The office closed the day, or has fewer stations on it.
    DayChanged,
    /// A seat became free for somebody who waits.
    SeatFreed,
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
        /// Seats are kept for the resident to choose from (`Booking::offer`).
        Offered,
        /// The office took the day away, and no other was chosen: staff call.
        Unplaced,
        /// Waited, and did not answer two offers.
        Expired,
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

/// So many offers from the waiting list may pass without an answer: with the last it waits no more.
const OFFERS: u8 = 2;

type Next = Result<Booking, InvalidTransition>;

impl State {
    /// Whether the booking keeps its resident from booking another.
    #[must_use]
    pub fn is_active(self) -> bool {
        matches!(
            self,
            Self::Requested { .. }
                | Self::Confirmed
                | Self::Waitlisted
                | Self::Offered
                | Self::Unplaced
                | Self::Arrived
        )
    }
}

impl Booking {
    /// Asked for; nothing is wished yet.
    #[must_use]
    pub fn requested(id: BookingId, of: &Resident, at: DateTime<Utc>) -> Self {
        Self {
            id,
            office: of.office,
            resident: of.id,
            kelurahan: of.kelurahan.clone(),
            state: State::Requested { review: false },
            slot: None,
            session: None,
            seated: false,
            choices: Vec::new(),
            any_that_week: false,
            wait_if_full: false,
            priority: false,
            priority_unseen: false,
            verified: of.verified,
            code: TicketCode::of(id),
            ticket: None,
            requested_at: at,
            decided_at: None,
            no_shows: 0,
            visit: None,
            before_arrival: None,
            offer: None,
            offers_missed: 0,
            waiting_since: None,
            moved_by_office: false,
        }
    }

    /// What keeps its resident from booking another, while it does.
    #[must_use]
    pub fn active(&self) -> Option<Active> {
        self.state.is_active().then(|| Active {
            booking: self.id,
            day: self.day(),
            to_call: self.awaits_yes() || self.lost_its_day(),
        })
    }

    /// It has a seat where the office moved it, and nobody has said yes or no to that.
    #[must_use]
    pub fn awaits_yes(&self) -> bool {
        self.state == State::Confirmed && self.moved_by_office
    }

    /// The office took its day away, and it has no other yet: staff call from the first minute, for not
    /// everybody looks at a phone before an offer ends.
    #[must_use]
    pub fn lost_its_day(&self) -> bool {
        match self.state {
            State::Unplaced => true,
            State::Offered => self.why_offered() == Why::DayChanged,
            _ => false,
        }
    }

    /// The row of the slot held, or last held.
    #[must_use]
    pub fn seat(&self) -> Option<SlotId> {
        self.slot.map(|slot| slot.id_at(self.office, self.session))
    }

    /// The rows of the seats kept for it to choose from.
    pub fn kept(&self) -> impl Iterator<Item = SlotId> {
        let slots = self.offer.iter().flat_map(|offer| &offer.slots);
        slots.map(|slot| slot.id(self.office))
    }

    /// The day on which the resident is expected, as far as there is one.
    #[must_use]
    pub fn day(&self) -> Option<NaiveDate> {
        let has_none = matches!(
            self.state,
            State::Waitlisted | State::Offered | State::Unplaced
        );
        self.slot.filter(|_| !has_none).map(SlotStart::date)
    }

    /// Whether time may still change it by itself: somebody does not come, an offer ends, a seat
    /// becomes free.
    #[must_use]
    pub fn is_waiting_for_time(&self) -> bool {
        matches!(
            self.state,
            State::Confirmed | State::Offered | State::Waitlisted
        )
    }

    /// The day from which on to look whether it has; none for who waits for a seat.
    #[must_use]
    pub fn due_day(&self) -> Option<NaiveDate> {
        match &self.offer {
            Some(offer) => Some(offer.until.date_naive()),
            None => self.day(),
        }
    }

    /// Whether it goes before others: staff have seen that it should.
    #[must_use]
    pub fn goes_first(&self) -> bool {
        self.priority && !self.priority_unseen
    }

    /// Since when it waits for a seat: who waits longer is asked first.
    #[must_use]
    pub fn waits_since(&self) -> DateTime<Utc> {
        self.waiting_since.unwrap_or(self.requested_at)
    }

    /// Moves on; seats kept for it are nobody's in the new state.
    fn to(mut self, state: State, at: DateTime<Utc>) -> Self {
        self.state = state;
        self.decided_at = Some(at);
        self.offer = None;
        self
    }

    /// Moves on without a seat.
    fn unseated(mut self, state: State, at: DateTime<Utc>) -> Self {
        self.ticket = None;
        self.seated = false;
        self.to(state, at)
    }

    fn no(&self, to: &'static str) -> Next {
        Err(InvalidTransition {
            from: self.state,
            to,
        })
    }

    /// A seat at the office was claimed: from Requested, Waitlisted, Offered, Unplaced, Confirmed
    /// (moving) and NoShow (the one free rebooking).
    ///
    /// # Errors
    /// [`InvalidTransition`] from any other state.
    pub fn confirm(self, slot: SlotStart, at: DateTime<Utc>) -> Next {
        self.confirm_at(slot, None, at)
    }

    /// As [`Self::confirm`], also in a village.
    ///
    /// # Errors
    /// As [`Self::confirm`].
    pub fn confirm_at(
        mut self,
        slot: SlotStart,
        session: Option<SessionId>,
        at: DateTime<Utc>,
    ) -> Next {
        match self.state {
            State::Requested { .. }
            | State::Waitlisted
            | State::Offered
            | State::Unplaced
            | State::Confirmed
            | State::NoShow => {
                self.slot = Some(slot);
                self.session = session;
                self.seated = true;
                self.ticket = None;
                self.moved_by_office = false;
                Ok(self.to(State::Confirmed, at))
            }
            _ => self.no("confirmed"),
        }
    }

    /// The resident comes to where the office moved it.
    ///
    /// # Errors
    /// From any state but Confirmed.
    pub fn agree(mut self, at: DateTime<Utc>) -> Next {
        if self.state != State::Confirmed {
            return self.no("agreed to");
        }
        self.moved_by_office = false;
        Ok(self.to(State::Confirmed, at))
    }

    /// Seats are kept for the resident to choose from: from Confirmed when the day is gone, from
    /// Waitlisted, and from Offered when an offered day is gone too.
    ///
    /// # Errors
    /// [`InvalidTransition`] from any other state.
    pub fn offer(self, offer: Offer, at: DateTime<Utc>) -> Next {
        match self.state {
            State::Confirmed | State::Waitlisted | State::Offered => {
                let mut offered = self.unseated(State::Offered, at);
                offered.offer = Some(offer);
                Ok(offered)
            }
            _ => self.no("offered"),
        }
    }

    /// The day is gone and there is no other to offer: from Confirmed and Offered.
    ///
    /// # Errors
    /// [`InvalidTransition`] from any other state.
    pub fn unplace(self, at: DateTime<Utc>) -> Next {
        match self.state {
            State::Confirmed | State::Offered => Ok(self.unseated(State::Unplaced, at)),
            _ => self.no("unplaced"),
        }
    }

    /// None of the offered seats is wanted: from Offered. Who lost their day is called by staff; who
    /// waits goes on waiting, behind the others.
    ///
    /// # Errors
    /// [`InvalidTransition`] from any other state.
    pub fn decline(self, at: DateTime<Utc>) -> Next {
        match self.state {
            State::Offered => Ok(self.left_without(at)),
            _ => self.no("declined"),
        }
    }

    /// The offer was not answered in time: from Offered, as if declined. Who lets two offers from the
    /// waiting list pass waits no more.
    ///
    /// # Errors
    /// [`InvalidTransition`] from any other state.
    pub fn pass(mut self, at: DateTime<Utc>) -> Next {
        match (self.state, self.why_offered()) {
            (State::Offered, Why::DayChanged) => Ok(self.left_without(at)),
            (State::Offered, Why::SeatFreed) => {
                self.offers_missed = self.offers_missed.saturating_add(1);
                if self.offers_missed < OFFERS {
                    Ok(self.left_without(at))
                } else {
                    Ok(self.unseated(State::Expired, at))
                }
            }
            _ => self.no("passed"),
        }
    }

    fn why_offered(&self) -> Why {
        let why = self.offer.as_ref().map(|offer| offer.why);
        why.unwrap_or(Why::DayChanged)
    }

    /// What an offer leaves behind that leads to nothing.
    fn left_without(mut self, at: DateTime<Utc>) -> Self {
        match self.why_offered() {
            Why::DayChanged => self.unseated(State::Unplaced, at),
            Why::SeatFreed => {
                self.waiting_since = Some(at);
                self.unseated(State::Waitlisted, at)
            }
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

    /// At any time before the arrival: from Requested, Waitlisted, Offered, Unplaced and Confirmed.
    ///
    /// # Errors
    /// [`InvalidTransition`] from any other state.
    pub fn cancel(self, at: DateTime<Utc>) -> Next {
        match self.state {
            State::Requested { .. }
            | State::Waitlisted
            | State::Offered
            | State::Unplaced
            | State::Confirmed => Ok(self.unseated(State::Cancelled, at)),
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
                // An offer is over with the arrival, also for somebody who never came.
                let before = match self.state {
                    State::Offered => self.clone().left_without(at).state,
                    state => state,
                };
                self.visit = Some(visit);
                self.before_arrival = Some(before);
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
