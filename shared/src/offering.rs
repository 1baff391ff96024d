//! Which seats are kept for whom, for how long, and who is asked first. The office decides with it,
//! and looks with it whom to ask.

use crate::{
    booking::{Booking, Offer, State, Why},
    calendar::{after, days_after, week_of},
    office::Office,
    slot::{Slot, SlotFull, SlotPlan, SlotStart},
};
use chrono::{DateTime, DurationRound, TimeDelta, Utc};

/// Alternatives to a day that is gone.
pub const ALTERNATIVES: usize = 3;
/// Days whose slots are tried first: in most offices they have room.
const NEAR: u64 = 7;
/// Offers end on a full quarter of an hour: one made in a round ends before the next.
const QUARTER: TimeDelta = TimeDelta::minutes(15);

impl Office {
    /// The slots that a wish names, in order: the choices, then the week of the first one if any slot
    /// will do, though none before the earliest choice: on that day the resident's age was checked.
    #[must_use]
    pub fn wished(&self, choices: &[SlotStart], any_that_week: bool) -> Vec<SlotPlan> {
        let mut plans: Vec<_> = choices.iter().filter_map(|c| self.slot(*c)).collect();
        let earliest = choices.iter().min().map(|choice| choice.date());
        if let (true, Some(first)) = (any_that_week, choices.first()) {
            for plan in week_of(first.date())
                .filter(|date| Some(*date) >= earliest)
                .filter_map(|date| self.slots(date).ok())
                .flatten()
            {
                if !plans.contains(&plan) {
                    plans.push(plan);
                }
            }
        }
        plans
    }

    /// The slot has not begun, and is not beyond the window.
    #[must_use]
    pub fn is_open(&self, plan: &SlotPlan, now: DateTime<Utc>) -> bool {
        self.starts(plan.start) > now && plan.start.date() <= self.window_end(now)
    }

    /// Whether an offered slot may still be taken.
    #[must_use]
    pub fn still_has(&self, start: SlotStart, now: DateTime<Utc>) -> bool {
        self.slot(start).is_some() && self.starts(start) > now
    }

    /// Until when seats are kept: some hours, and not longer than the last of them is of use.
    #[must_use]
    pub fn kept_until(&self, slots: &[SlotStart], now: DateTime<Utc>) -> DateTime<Utc> {
        let until = after(now, TimeDelta::hours(self.settings.offer_hours.into()));
        let until = until.duration_trunc(QUARTER).unwrap_or(until);
        let last = slots.iter().max().map(|slot| self.starts(*slot));
        last.map_or(until, |last| until.min(last))
    }

    /// The slots to look at for a booking, best first.
    fn candidates(&self, booking: &Booking, now: DateTime<Utc>) -> Vec<SlotPlan> {
        let open = |plan: &SlotPlan| self.is_open(plan, now);
        if Why::of(booking) == Why::SeatFreed {
            let wished = self.wished(&booking.choices, booking.any_that_week);
            let wished: Vec<_> = wished.into_iter().filter(open).collect();
            if !wished.is_empty() {
                return wished;
            }
        }
        // Whoever waited for days that are over is asked about any.
        let today = self.today(now);
        let beyond = booking.slot.filter(|_| booking.state != State::Waitlisted);
        let from = beyond.map_or(today, |slot| slot.date().max(today));
        let days = from
            .iter_days()
            .take_while(|day| *day <= self.window_end(now));
        days.filter_map(|day| self.slots(day).ok())
            .flatten()
            .filter(open)
            .filter(|plan| Some(plan.start) > beyond)
            .collect()
    }

    /// The slots to load for [`Self::find_seats`]: the near ones, and all when `near` has too few.
    #[must_use]
    pub fn to_look_at(&self, booking: &Booking, now: DateTime<Utc>, all: bool) -> Vec<SlotPlan> {
        let plans = self.candidates(booking, now);
        let first = plans.first().map(|plan| plan.start.date());
        let near = first.map(|day| days_after(day, NEAR));
        let in_reach = |plan: &SlotPlan| all || Some(plan.start.date()) < near;
        plans.into_iter().filter(in_reach).collect()
    }

    /// Keeps seats for a booking: three to choose from when its day is gone, besides those that are
    /// kept already; one when it waits. Gives the rows with the seats held; none when nothing is left.
    ///
    /// # Errors
    /// When a row cannot be had.
    pub fn find_seats<E>(
        &self,
        booking: &Booking,
        besides: &[SlotStart],
        now: DateTime<Utc>,
        mut row: impl FnMut(SlotPlan) -> Result<Slot, E>,
    ) -> Result<Vec<Slot>, E> {
        let why = Why::of(booking);
        let most = match why {
            Why::DayChanged => ALTERNATIVES.saturating_sub(besides.len()),
            Why::SeatFreed => 1,
        };
        let mut found = Vec::new();
        for plan in self.candidates(booking, now) {
            if found.len() >= most {
                break;
            }
            if besides.contains(&plan.start) {
                continue;
            }
            found.extend(self.keep(why, row(plan)?, booking.verified).ok());
        }
        Ok(found)
    }

    fn keep(&self, why: Why, slot: Slot, verified: bool) -> Result<Slot, SlotFull> {
        match why {
            Why::DayChanged => slot.hold_for(verified),
            Why::SeatFreed => slot.offer(verified, self.settings.unverified_percent),
        }
    }
}

impl Why {
    /// Why this booking would be offered seats.
    #[must_use]
    pub fn of(booking: &Booking) -> Self {
        match (&booking.offer, booking.state) {
            (Some(Offer { why, .. }), _) => *why,
            (None, State::Waitlisted) => Self::SeatFreed,
            (None, _) => Self::DayChanged,
        }
    }
}

impl Booking {
    /// Sorts those first who are asked first: with a priority that staff have seen, then who waits longest.
    #[must_use]
    pub fn turn(&self) -> (bool, DateTime<Utc>, uuid::Uuid) {
        (!self.goes_first(), self.waits_since(), self.id.0)
    }
}
