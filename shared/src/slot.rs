//! Slots: derived from the office's calendar and settings, never stored ahead; a row appears with
//! the first claim. The counters refuse what would exceed capacity.

use crate::{
    calendar::{Closed, Window, local_after},
    ids::{OfficeId, SessionId, SlotId},
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

    /// As [`Self::id`], for a slot in a village: another place at the same time is another slot.
    #[must_use]
    pub fn id_at(self, office: OfficeId, session: Option<SessionId>) -> SlotId {
        match session {
            None => self.id(office),
            Some(session) => SlotId(Uuid::new_v5(&session.0, self.to_string().as_bytes())),
        }
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
    pub session: Option<SessionId>,
}

impl SlotPlan {
    /// Its end in local time.
    #[must_use]
    pub fn ends(&self) -> NaiveDateTime {
        local_after(self.start.local(), TimeDelta::minutes(self.minutes.into()))
    }
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
    /// Of `booked`, and of `held` for a booking: those of people nobody has verified.
    pub unverified: u16,
    /// Seats lent to tablets for walk-ins.
    pub leased: u16,
    /// Kept for people who were invited or made an offer.
    pub held: u16,
    /// Stops new claims above this number.
    pub limit: Option<u16>,
    pub closed: bool,
    /// The mobile session; `None` means at the office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// Given back since the last round: nobody takes them before the next one, so that it brings a
    /// broker nothing to cancel and be quick.
    #[serde(default, skip_serializing_if = "crate::blank::is_default")]
    pub freed: u16,
    /// Of `freed`: given back by people nobody has verified. Until the round these stay in their share,
    /// so that asking and cancelling takes no more of a slot than asking.
    #[serde(default, skip_serializing_if = "crate::blank::is_default")]
    pub freed_unverified: u16,
}

/// No seat is left for this claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no seat left in the slot")]
pub struct SlotFull;

impl Slot {
    #[must_use]
    pub fn new(office: OfficeId, plan: SlotPlan) -> Self {
        Self {
            id: plan.start.id_at(office, plan.session),
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
            session: plan.session,
            freed: 0,
            freed_unverified: 0,
        }
    }

    /// The slot as the calendar has it now: a day that was shrunk since stops new claims, and one that
    /// grew takes more.
    #[must_use]
    pub fn planned(mut self, plan: SlotPlan) -> Self {
        self.capacity = self.capacity.max(plan.seats);
        self.limit = (plan.seats < self.capacity).then_some(plan.seats);
        self.walk_in = plan.walk_in;
        self.closed = false;
        self
    }

    /// Seats that a booking may still take: what the walk-in share does not keep, without those that
    /// wait for the next round.
    #[must_use]
    pub fn free(&self) -> u16 {
        self.room().saturating_sub(self.freed)
    }

    /// As [`Self::free`], with the seats that wait for the next round.
    #[must_use]
    pub fn room(&self) -> u16 {
        if self.closed {
            return 0;
        }
        let kept = self.leased.max(self.walk_in.saturating_sub(self.walked_in));
        self.open()
            .saturating_sub(self.booked)
            .saturating_sub(self.held)
            .saturating_sub(kept)
    }

    /// Seats that may be used now.
    fn open(&self) -> u16 {
        self.limit
            .map_or(self.capacity, |limit| limit.min(self.capacity))
    }

    fn taken(&self) -> u16 {
        self.booked
            .saturating_add(self.leased)
            .saturating_add(self.held)
    }

    /// Seats taken that the calendar does not have any more.
    #[must_use]
    pub fn surplus(&self) -> u16 {
        self.taken().saturating_sub(self.open())
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

    /// Keeps a seat for somebody who was invited.
    ///
    /// # Errors
    /// [`SlotFull`] when no seat is left.
    pub fn hold(mut self) -> Result<Self, SlotFull> {
        if self.free() == 0 {
            return Err(SlotFull);
        }
        self.held += 1;
        Ok(self)
    }

    /// Keeps a seat for somebody whom the plan invites, also one that was given back since the round: whom
    /// the office asks is no broker.
    ///
    /// # Errors
    /// [`SlotFull`] when no seat is left.
    pub fn hold_planned(mut self) -> Result<Self, SlotFull> {
        if self.room() == 0 {
            return Err(SlotFull);
        }
        if self.free() == 0 {
            self = self.use_freed(1);
        }
        self.held += 1;
        Ok(self)
    }

    /// Holds a seat that is offered to a booking whose day was closed, whether or not somebody has
    /// verified it.
    ///
    /// # Errors
    /// As [`Self::hold`].
    pub fn hold_for(self, verified: bool) -> Result<Self, SlotFull> {
        let mut slot = self.hold()?;
        slot.unverified += u16::from(!verified);
        Ok(slot)
    }

    /// Keeps a seat for somebody who waits, also one that was given back since the round.
    ///
    /// # Errors
    /// As [`Self::claim`].
    pub fn offer(mut self, verified: bool, unverified_percent: u16) -> Result<Self, SlotFull> {
        if !verified {
            // One of those that their like gave back goes round among them.
            self.freed_unverified = self.freed_unverified.saturating_sub(1);
        }
        if self.room() == 0 || (!verified && !self.takes_unverified(unverified_percent)) {
            return Err(SlotFull);
        }
        self.held += 1;
        self.unverified += u16::from(!verified);
        Ok(self.use_freed(1))
    }

    /// Whoever a seat was kept for takes it.
    #[must_use]
    pub fn take_held(mut self) -> Self {
        self.held = self.held.saturating_sub(1);
        self.booked += 1;
        self
    }

    /// Whoever took the seat kept for them was entered by mistake: it is kept again.
    #[must_use]
    pub fn untake_held(mut self) -> Self {
        self.booked = self.booked.saturating_sub(1);
        self.held += 1;
        self
    }

    /// Keeps a seat again that was let go, while it waits for the round.
    ///
    /// # Errors
    /// [`SlotFull`] when none waits, or others have taken what there is.
    pub fn hold_again(mut self) -> Result<Self, SlotFull> {
        if self.freed == 0 {
            return Err(SlotFull);
        }
        self = self.use_freed(1);
        self.held += 1;
        if self.holds() {
            Ok(self)
        } else {
            Err(SlotFull)
        }
    }

    /// Whoever a seat was kept for does not come: it goes back with the next round.
    #[must_use]
    pub fn let_go(mut self) -> Self {
        self.held = self.held.saturating_sub(1);
        self.freed(1)
    }

    /// As [`Self::let_go`], where the seat was kept for a booking to choose.
    #[must_use]
    pub fn withdraw(mut self, verified: bool) -> Self {
        self.unverified = self.unverified.saturating_sub(u16::from(!verified));
        self.let_go().freed_by(verified)
    }

    /// Nobody books a seat in a village by themselves: there none has to wait.
    fn freed(mut self, seats: u16) -> Self {
        if self.session.is_none() {
            self.freed = self.freed.saturating_add(seats).min(self.capacity);
        }
        self
    }

    /// The last seat given back was that of somebody verified or not.
    fn freed_by(mut self, verified: bool) -> Self {
        self.freed_unverified = (self.freed_unverified + u16::from(!verified)).min(self.freed);
        self
    }

    /// Seats that waited for the round are used.
    fn use_freed(mut self, seats: u16) -> Self {
        self.freed = self.freed.saturating_sub(seats);
        self.freed_unverified = self.freed_unverified.min(self.freed);
        self
    }

    /// The round: what was given back may be taken.
    #[must_use]
    pub fn release_freed(mut self) -> Self {
        self.freed = 0;
        self.freed_unverified = 0;
        self
    }

    fn takes_unverified(&self, percent: u16) -> bool {
        let share = (u32::from(self.capacity) * u32::from(percent)).div_ceil(100) as u16;
        self.unverified.saturating_add(self.freed_unverified) < share
    }

    /// Gives a booking's seat back, for the next round.
    #[must_use]
    pub fn release(mut self, verified: bool) -> Self {
        self.booked = self.booked.saturating_sub(1);
        self.unverified = self.unverified.saturating_sub(u16::from(!verified));
        self.freed(1).freed_by(verified)
    }

    /// Seats lent to tablets or sat on beyond the walk-in share: those were given back by bookings.
    fn beyond_share(&self) -> u16 {
        (self.leased + self.walked_in).saturating_sub(self.walk_in)
    }

    /// How many seats one tablet may borrow for walk-ins now: half of what is left of their share and
    /// of the seats given back since the round, so that a second tablet finds some too.
    #[must_use]
    pub fn lendable(&self) -> u16 {
        let share = self
            .walk_in
            .saturating_sub(self.leased)
            .saturating_sub(self.walked_in);
        let open = self.open().saturating_sub(self.taken());
        if self.closed {
            0
        } else {
            share.saturating_add(self.freed).div_ceil(2).min(open)
        }
    }

    /// How many seats one of so many tablets in a village takes along: its part of the walk-in share, for
    /// there is no second chance to ask.
    #[must_use]
    pub fn lendable_part(&self, tablets: u16) -> u16 {
        let part = self.walk_in.div_ceil(tablets.max(1));
        let left = self.walk_in.saturating_sub(self.leased);
        let left = left.saturating_sub(self.walked_in);
        let open = self.open().saturating_sub(self.taken());
        if self.closed {
            0
        } else {
            part.min(left).min(open)
        }
    }

    /// Lends from the walk-in share first, then from what was given back.
    #[must_use]
    pub fn lend(mut self, seats: u16) -> Self {
        let before = self.beyond_share();
        self.leased += seats;
        let more = self.beyond_share() - before;
        self.use_freed(more)
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
        let before = self.beyond_share();
        self.leased = self.leased.saturating_sub(seats);
        let back = before - self.beyond_share();
        self.freed(back)
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
        let windows = self.windows(date)?;
        let stations = self.settings.stations_on(date);
        Ok(self.cut(date, windows, stations, None))
    }

    /// Cuts windows of work into slots.
    #[must_use]
    pub fn cut(
        &self,
        date: NaiveDate,
        windows: impl IntoIterator<Item = Window>,
        stations: u16,
        session: Option<SessionId>,
    ) -> Vec<SlotPlan> {
        let s = &self.settings;
        let mut plans = Vec::new();
        for window in windows {
            for (minute, minutes) in window.steps(s.slot_minutes) {
                let Some(start) = date.and_hms_opt(minute / 60, minute % 60, 0) else {
                    continue;
                };
                let in_turn = minutes / s.minutes_per_recording.max(1);
                let seats = stations.saturating_mul(in_turn);
                if seats > 0 {
                    let walk_in = (u32::from(seats) * u32::from(s.walk_in_percent) / 100) as u16;
                    plans.push(SlotPlan {
                        start: SlotStart::new(start),
                        minutes,
                        seats,
                        walk_in,
                        session,
                    });
                }
            }
        }
        plans
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
                            .find(|s| s.start == plan.start && s.session.is_none())
                            .map_or_else(
                                || Slot::new(self.id, plan).free(),
                                |slot| slot.clone().planned(plan).free(),
                            );
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
