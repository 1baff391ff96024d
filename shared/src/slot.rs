//! Slots: derived from the office's calendar and settings, never stored ahead; a row appears with
//! the first claim. The counters refuse what would exceed capacity.

use crate::{
    calendar::Closed,
    ids::{OfficeId, SlotId},
    office::Office,
};
use chrono::{NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// The start of a slot in the office's local time; prints as `2026-12-01T07:30`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SlotStart(NaiveDateTime);

/// A text that is no slot start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a slot start (YYYY-MM-DDTHH:MM)")]
pub struct SlotStartError;

impl SlotStart {
    /// A slot start at a local time; seconds are cut off.
    #[must_use]
    pub fn new(at: NaiveDateTime) -> Self {
        Self(
            at.with_second(0)
                .and_then(|t| t.with_nanosecond(0))
                .unwrap_or(at),
        )
    }

    #[must_use]
    pub fn local(self) -> NaiveDateTime {
        self.0
    }

    #[must_use]
    pub fn date(self) -> NaiveDate {
        self.0.date()
    }

    /// The id under which an office's slot is stored.
    #[must_use]
    pub fn id(self, office: OfficeId) -> SlotId {
        SlotId(Uuid::new_v5(
            &Uuid::NAMESPACE_OID,
            format!("rekam/slot/{office}/{self}").as_bytes(),
        ))
    }
}

impl fmt::Display for SlotStart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `{:?}` of a date is ISO 8601 and quick: a decision names the rows of thirty slots and more.
        let (date, time) = (self.0.date(), self.0.time());
        write!(f, "{date:?}T{:02}:{:02}", time.hour(), time.minute())
    }
}

impl fmt::Debug for SlotStart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for SlotStart {
    type Err = SlotStartError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        // One spelling only: it names the slot's row. And no year that has no week around it.
        format!("{s}:00")
            .parse()
            .map(Self)
            .ok()
            .filter(|start: &Self| s.len() == 16 && start.to_string() == s)
            .ok_or(SlotStartError)
    }
}

impl TryFrom<String> for SlotStart {
    type Error = SlotStartError;
    fn try_from(s: String) -> Result<Self, Self::Error> {
        s.parse()
    }
}

impl From<SlotStart> for String {
    fn from(start: SlotStart) -> Self {
        start.to_string()
    }
}

/// What a slot would offer if nobody had claimed anything yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotPlan {
    pub start: SlotStart,
    pub minutes: u16,
    pub seats: u16,
    /// Of these, kept for walk-ins.
    pub walk_in: u16,
}

/// A slot that somebody has claimed from, with its counters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    pub id: SlotId,
    pub office: OfficeId,
    pub start: SlotStart,
    pub minutes: u16,
    /// Never shrinks below what is taken.
    pub capacity: u16,
    /// Seats kept for people without a booking.
    pub walk_in: u16,
    /// Bookings confirmed, arrived or absent, plus walk-ins taken from a lease.
    pub booked: u16,
    /// Of `booked`: walk-ins.
    pub walked_in: u16,
    /// Of `booked`: bookings of people nobody has verified.
    pub unverified: u16,
    /// Seats lent to tablets for walk-ins.
    pub leased: u16,
    /// Open offers.
    pub held: u16,
    /// Stops new claims above this number.
    pub limit: Option<u16>,
    pub closed: bool,
}

/// No seat is left for this claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no seat left in the slot")]
pub struct SlotFull;

impl Slot {
    #[must_use]
    pub fn new(office: OfficeId, plan: SlotPlan) -> Self {
        Self {
            id: plan.start.id(office),
            office,
            start: plan.start,
            minutes: plan.minutes,
            capacity: plan.seats,
            walk_in: plan.walk_in,
            booked: 0,
            walked_in: 0,
            unverified: 0,
            leased: 0,
            held: 0,
            limit: None,
            closed: false,
        }
    }

    /// Seats that a booking may still take: what the walk-in share does not keep.
    #[must_use]
    pub fn free(&self) -> u16 {
        if self.closed {
            return 0;
        }
        let kept = self.leased.max(self.walk_in.saturating_sub(self.walked_in));
        let capacity = self
            .limit
            .map_or(self.capacity, |limit| limit.min(self.capacity));
        capacity
            .saturating_sub(self.booked)
            .saturating_sub(self.held)
            .saturating_sub(kept)
    }

    /// Takes a seat for a booking.
    ///
    /// # Errors
    /// [`SlotFull`] when no seat is left, or none for somebody nobody has verified
    /// (`unverified_percent` of the seats, rounded up).
    pub fn claim(mut self, verified: bool, unverified_percent: u16) -> Result<Self, SlotFull> {
        if self.free() == 0 || (!verified && !self.takes_unverified(unverified_percent)) {
            return Err(SlotFull);
        }
        self.booked += 1;
        self.unverified += u16::from(!verified);
        Ok(self)
    }

    fn takes_unverified(&self, percent: u16) -> bool {
        self.unverified < (u32::from(self.capacity) * u32::from(percent)).div_ceil(100) as u16
    }

    /// Gives a booking's seat back.
    #[must_use]
    pub fn release(mut self, verified: bool) -> Self {
        self.booked = self.booked.saturating_sub(1);
        self.unverified = self.unverified.saturating_sub(u16::from(!verified));
        self
    }

    /// How many walk-in seats one tablet may borrow now: half of what is left, so that a second
    /// tablet finds some too.
    #[must_use]
    pub fn lendable(&self) -> u16 {
        let share = self
            .walk_in
            .saturating_sub(self.leased)
            .saturating_sub(self.walked_in);
        let open = self
            .capacity
            .saturating_sub(self.booked + self.leased + self.held);
        if self.closed {
            0
        } else {
            share.div_ceil(2).min(open)
        }
    }

    #[must_use]
    pub fn lend(mut self, seats: u16) -> Self {
        self.leased += seats;
        self
    }

    /// A walk-in sits down on a lent seat.
    #[must_use]
    pub fn use_lent(mut self) -> Self {
        self.leased = self.leased.saturating_sub(1);
        self.booked += 1;
        self.walked_in += 1;
        self
    }

    /// The walk-in was entered by mistake: the seat is lent again.
    #[must_use]
    pub fn unuse_lent(mut self) -> Self {
        self.leased += 1;
        self.booked = self.booked.saturating_sub(1);
        self.walked_in = self.walked_in.saturating_sub(1);
        self
    }

    #[must_use]
    pub fn take_back(mut self, seats: u16) -> Self {
        self.leased = self.leased.saturating_sub(seats);
        self
    }

    /// The counters' invariant, kept by the database as a CHECK too.
    #[must_use]
    pub fn holds(&self) -> bool {
        u32::from(self.booked) + u32::from(self.leased) + u32::from(self.held)
            <= u32::from(self.capacity)
    }
}

/// One slot as residents see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotOffer {
    pub start: SlotStart,
    pub minutes: u16,
    pub free: u16,
}

/// One day of the strip: its slots, or why it is closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayOffer {
    pub date: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Closed>,
    #[serde(default)]
    pub slots: Vec<SlotOffer>,
}

impl DayOffer {
    #[must_use]
    pub fn free(&self) -> u32 {
        self.slots.iter().map(|s| u32::from(s.free)).sum()
    }
}

impl Office {
    /// The slots of a date, in order. A window's rest that is shorter than a slot is a slot of its
    /// own with the seats that fit.
    ///
    /// # Errors
    /// [`Closed`] when the office does not work that day.
    pub fn slots(&self, date: NaiveDate) -> Result<Vec<SlotPlan>, Closed> {
        let s = &self.settings;
        let mut plans = Vec::new();
        for window in self.windows(date)? {
            let end = date.and_time(window.to);
            let mut start = date.and_time(window.from);
            while start < end {
                let left = (end - start).num_minutes();
                let minutes = left.min(i64::from(s.slot_minutes.max(1))) as u16;
                let in_turn = minutes / s.minutes_per_recording.max(1);
                let seats = s.stations.saturating_mul(in_turn);
                if seats > 0 {
                    let walk_in = (u32::from(seats) * u32::from(s.walk_in_percent) / 100) as u16;
                    plans.push(SlotPlan {
                        start: SlotStart::new(start),
                        minutes,
                        seats,
                        walk_in,
                    });
                }
                start += TimeDelta::minutes(i64::from(minutes));
            }
        }
        Ok(plans)
    }

    /// The plan of one slot, if the calendar has it.
    #[must_use]
    pub fn slot(&self, start: SlotStart) -> Option<SlotPlan> {
        self.slots(start.date())
            .ok()?
            .into_iter()
            .find(|plan| plan.start == start)
    }

    /// The offer of a date, given the rows of slots claimed from so far. Slots that began before
    /// `now` (local) have nothing free.
    #[must_use]
    pub fn offer(&self, date: NaiveDate, claimed: &[Slot], now: NaiveDateTime) -> DayOffer {
        match self.slots(date) {
            Err(closed) => DayOffer {
                date,
                closed: Some(closed),
                slots: Vec::new(),
            },
            Ok(plans) => DayOffer {
                date,
                closed: None,
                slots: plans
                    .into_iter()
                    .map(|plan| {
                        let free = claimed
                            .iter()
                            .find(|s| s.start == plan.start)
                            .map_or_else(|| Slot::new(self.id, plan).free(), Slot::free);
                        let past = plan.start.local() <= now;
                        SlotOffer {
                            start: plan.start,
                            minutes: plan.minutes,
                            free: if past { 0 } else { free },
                        }
                    })
                    .collect(),
            },
        }
    }
}

#[cfg(test)]
mod tests;
