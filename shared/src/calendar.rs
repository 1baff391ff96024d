//! When an office works: windows of a day, why a day is closed, and counting in working days.
//! Every walk over the calendar ends: it counts minutes of one day, or stops where the decrees of
//! holidays stop.

use crate::{holidays, office::Office, tagged::tagged};
use chrono::{
    DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc,
};
use serde::{Deserialize, Deserializer, Serialize};

/// The date `days` later; the last one there is, where the calendar ends.
#[must_use]
pub fn days_after(date: NaiveDate, days: u64) -> NaiveDate {
    let later = date.checked_add_days(Days::new(days));
    later.unwrap_or(NaiveDate::MAX)
}

/// The date `days` earlier; the first one there is, where the calendar begins.
#[must_use]
pub fn days_before(date: NaiveDate, days: u64) -> NaiveDate {
    let earlier = date.checked_sub_days(Days::new(days));
    earlier.unwrap_or(NaiveDate::MIN)
}

/// The instant so much later; the last one there is, where the calendar ends.
#[must_use]
pub fn after(instant: DateTime<Utc>, time: TimeDelta) -> DateTime<Utc> {
    let later = instant.checked_add_signed(time);
    later.unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// As [`after`], in local time.
#[must_use]
pub fn local_after(local: NaiveDateTime, time: TimeDelta) -> NaiveDateTime {
    local.checked_add_signed(time).unwrap_or(NaiveDateTime::MAX)
}

/// The days of the week around a date, Monday first.
pub fn week_of(date: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    let monday = days_before(date, date.weekday().num_days_from_monday().into());
    monday.iter_days().take(7)
}

/// A time of day without its seconds: offices plan in minutes.
#[must_use]
pub fn whole_minute(time: NaiveTime) -> NaiveTime {
    NaiveTime::from_hms_opt(time.hour(), time.minute(), 0).unwrap_or(time)
}

/// Reads a time of day as [`whole_minute`], so that no other gets in, nor out of an old row.
pub(crate) fn read_minute<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveTime, D::Error> {
    NaiveTime::deserialize(from).map(whole_minute)
}

/// A stretch of work without a break, local time, end excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    #[serde(deserialize_with = "read_minute")]
    pub from: NaiveTime,
    #[serde(deserialize_with = "read_minute")]
    pub to: NaiveTime,
}

impl Window {
    /// The minutes of the day at which stretches of this length begin, and how long each is: the last
    /// one may be shorter.
    pub fn steps(self, length: u16) -> impl Iterator<Item = (u32, u16)> {
        let minute = |time: NaiveTime| time.hour() * 60 + time.minute();
        let (from, to, length) = (minute(self.from), minute(self.to), u32::from(length.max(1)));
        let starts = (from..to).step_by(length as usize);
        starts.map(move |start| (start, length.min(to - start) as u16))
    }
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
        let hours = self.settings.hours_on(date).ok_or(Closed::DayOff)?;
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
            if self.windows(date).is_ok() {
                left -= 1;
            } else if !holidays::covers(date) {
                return None;
            }
        }
        Some(date)
    }
}

#[cfg(test)]
mod tests;
