//! Until when somebody may do something about a booking.

use crate::{
    calendar::{after, days_after},
    office::Office,
    slot::SlotStart,
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

impl Office {
    /// The local date of an instant.
    #[must_use]
    pub fn today(&self, now: DateTime<Utc>) -> NaiveDate {
        self.zone.local(now).date()
    }

    /// The instant at which a slot starts.
    #[must_use]
    pub fn starts(&self, slot: SlotStart) -> DateTime<Utc> {
        self.zone.utc(slot.local())
    }

    /// Whether residents may still move the booking by themselves.
    #[must_use]
    pub fn may_change(&self, slot: SlotStart, now: DateTime<Utc>) -> bool {
        after(
            now,
            TimeDelta::hours(self.settings.change_until_hours.into()),
        ) <= self.starts(slot)
    }

    /// The last date that residents may book, today being day one of the window.
    #[must_use]
    pub fn window_end(&self, now: DateTime<Utc>) -> NaiveDate {
        days_after(
            self.today(now),
            self.settings.window_days.saturating_sub(1).into(),
        )
    }

    /// From when somebody who did not come counts as absent. A slot that has left the calendar since
    /// counts as a whole one.
    #[must_use]
    pub fn absent_from(&self, slot: SlotStart) -> DateTime<Utc> {
        let whole = self.settings.slot_minutes;
        let minutes = self.slot(slot).map_or(whole, |plan| plan.minutes);
        let wait = u32::from(minutes) + u32::from(self.settings.no_show_after_minutes);
        after(self.starts(slot), TimeDelta::minutes(wait.into()))
    }
}
