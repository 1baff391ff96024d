//! When an office works: windows of a day, why a day is closed, and counting in working days.

use crate::{holidays, office::Office, tagged::tagged};
use chrono::{Datelike, Days, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

/// A stretch of work without a break, local time, end excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    pub from: NaiveTime,
    pub to: NaiveTime,
}

tagged! {
    #[tag = "why"]
    /// Why nobody is received on a day.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum Closed {
        /// The weekday is not worked.
        DayOff,
        /// A public holiday or a day of collective leave (cuti bersama), in both languages.
        Holiday { id: String, en: String },
        /// The office closed the day and says why.
        ByOffice { reason: String },
        /// The holidays of that year are not decreed yet, so nothing is promised.
        NotKnownYet,
    }
}

impl Office {
    /// The working windows of a date, or why there are none.
    ///
    /// # Errors
    /// [`Closed`] with the reason that residents read.
    pub fn windows(&self, date: NaiveDate) -> Result<Vec<Window>, Closed> {
        if let Some(day) = self.settings.closed.iter().find(|d| d.date == date) {
            return Err(Closed::ByOffice {
                reason: day.reason.clone(),
            });
        }
        let weekday = date.weekday().num_days_from_monday() as usize;
        let hours = self
            .settings
            .week
            .0
            .get(weekday)
            .copied()
            .flatten()
            .ok_or(Closed::DayOff)?;
        if !self.settings.opened.contains(&date) {
            if let Some(holiday) = holidays::on(date) {
                return Err(Closed::Holiday {
                    id: holiday.name_id.to_owned(),
                    en: holiday.name_en.to_owned(),
                });
            }
            if !holidays::covers(date) {
                return Err(Closed::NotKnownYet);
            }
        }
        Ok(hours.windows().collect())
    }

    /// The date `count` working days after `from`; `from` itself does not count. `None` when the
    /// calendar is not known that far.
    #[must_use]
    pub fn working_days_after(&self, from: NaiveDate, count: u16) -> Option<NaiveDate> {
        let mut date = from;
        let mut left = count;
        while left > 0 {
            date = date.checked_add_days(Days::new(1))?;
            match self.windows(date) {
                Ok(_) => left -= 1,
                Err(Closed::NotKnownYet) => return None,
                Err(_) => {}
            }
        }
        Some(date)
    }
}

#[cfg(test)]
mod tests;
