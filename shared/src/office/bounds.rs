//! What an office may be: the bounds of its settings. Commands and the command line take only an
//! office within them; one that was stored before they were drawn is read all the same.

use super::{
    DatedWeek, Hours, Office, PAPER_LETTERS, PAPERS, Settings, StaffedDay, weeks::are_apart,
};
use crate::{calendar::days_after, person::text::has_control, problem::Code, sop::pin};
use chrono::NaiveDate;

/// Letters of a name, a place or a reason, at most: they stand on a phone's screen.
pub(crate) const TEXT: usize = 200;
/// Days that an office closes, opens or staffs otherwise, and kelurahan, at most.
const LINES: usize = 1_000;
/// Letters of the reason for a day with fewer stations: a session's place, and what is said before it.
const ABSENCE: usize = TEXT + 20;
/// So long after it a day that was closed or staffed otherwise still matters: to counting working days.
const KEPT: u64 = 366;
/// Stations or operators, at most.
const HANDS: u16 = 1_000;
/// A year, in days; four weeks, in hours; and a day, in minutes.
const YEAR: u16 = 366;
const FOUR_WEEKS: u16 = 672;
const DAY: u16 = 1_440;

/// A setting that is outside its bounds, by its name in the JSON of an office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is outside its bounds")]
pub struct OutOfBounds(pub &'static str);

impl From<OutOfBounds> for Code {
    fn from(_: OutOfBounds) -> Self {
        Self::OfficeSettings
    }
}

impl Office {
    /// The office, if all of it is within bounds.
    ///
    /// # Errors
    /// [`OutOfBounds`] with the first setting that is not.
    pub fn checked(self) -> Result<Self, OutOfBounds> {
        within("name", is_text(&self.name))?;
        within("kelurahan", self.kelurahan.len() <= LINES)?;
        within("kelurahan", self.kelurahan.iter().all(|k| is_text(&k.name)))?;
        self.settings.check()?;
        Ok(self)
    }
}

impl Office {
    /// Without the days, long past, that were closed or staffed otherwise: heads and sessions add one after
    /// another, and there would be too many in the end.
    #[must_use]
    pub fn without_past(mut self, today: NaiveDate) -> Self {
        let is_kept = |date| days_after(date, KEPT) >= today;
        self.settings.closed.retain(|day| is_kept(day.date));
        self.settings.staffed.retain(|day| is_kept(day.date));
        self
    }
}

impl Settings {
    fn check(&self) -> Result<(), OutOfBounds> {
        within("week", self.week.are_in_order())?;
        within("weeks", self.weeks.len() <= LINES && are_apart(&self.weeks))?;
        let sound = |week: &DatedWeek| week.is_sound() && is_text(&week.name);
        within("weeks", self.weeks.iter().all(sound))?;
        for (name, number, most) in [
            ("stations", self.stations, HANDS),
            ("operators", self.operators, HANDS),
            ("walk_in_percent", self.walk_in_percent, 100),
            ("self_booking_percent", self.self_booking_percent, 100),
            ("unverified_percent", self.unverified_percent, 100),
            (
                "unverified_people_per_device",
                self.unverified_people_per_device,
                HANDS,
            ),
            ("change_until_hours", self.change_until_hours, FOUR_WEEKS),
            ("no_show_after_minutes", self.no_show_after_minutes, DAY),
            ("card_due_working_days", self.card_due_working_days, YEAR),
            ("offer_hours", self.offer_hours, FOUR_WEEKS),
            ("bundle_idle_days", self.bundle_idle_days, YEAR),
            ("remind_after_days", self.remind_after_days, YEAR),
            ("invite_ahead_days", self.invite_ahead_days, YEAR),
        ] {
            within(name, number <= most)?;
        }
        for (name, number, most) in [
            ("minutes_per_recording", self.minutes_per_recording, DAY),
            ("slot_minutes", self.slot_minutes, DAY),
            ("window_days", self.window_days, YEAR),
        ] {
            within(name, (1..=most).contains(&number))?;
        }
        let minutes = self.pin_after_minutes;
        within(
            "pin_after_minutes",
            minutes.is_none_or(|minutes| pin::MINUTES.contains(&minutes)),
        )?;
        within("also_bring", self.also_bring.len() <= PAPERS)?;
        within(
            "also_bring",
            (self.also_bring.iter()).all(|text| is_said(text, PAPER_LETTERS.into())),
        )?;
        within("closed", self.closed.len() <= LINES)?;
        within("closed", self.closed.iter().all(|day| is_text(&day.reason)))?;
        within("opened", self.opened.len() <= LINES)?;
        within("staffed", self.staffed.len() <= LINES)?;
        let sound = |day: &StaffedDay| day.stations <= HANDS && is_said(&day.reason, ABSENCE);
        within("staffed", self.staffed.iter().all(sound))
    }
}

impl Hours {
    pub(super) fn are_in_order(&self) -> bool {
        self.open < self.close && self.break_from <= self.break_to
    }
}

fn within(name: &'static str, is: bool) -> Result<(), OutOfBounds> {
    if is { Ok(()) } else { Err(OutOfBounds(name)) }
}

fn is_text(said: &str) -> bool {
    is_said(said, TEXT)
}

fn is_said(said: &str, most: usize) -> bool {
    let letters = said.chars().count();
    !said.trim().is_empty() && !has_control(said) && letters <= most
}

#[cfg(test)]
mod tests;
