//! Weeks with dates: from one day to another the office works other hours than usual, as in Ramadan.

use super::{Hours, Settings, WorkingWeek};
use crate::{
    command::{SetWeek, WeekChange},
    sop::workload::{self, Excess},
};
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// Days that one stretch of other hours lasts at most.
pub(super) const LONGEST: i64 = 366;

/// Other hours from one day to another, both included, with the name that heads know them by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatedWeek {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub name: String,
    pub week: WorkingWeek,
}

impl DatedWeek {
    #[must_use]
    pub fn covers(&self, date: NaiveDate) -> bool {
        (self.from..=self.to).contains(&date)
    }

    fn overlaps(&self, from: NaiveDate, to: NaiveDate) -> bool {
        self.from <= to && from <= self.to
    }

    /// In order, and not for ever.
    pub(super) fn is_sound(&self) -> bool {
        let days = self.to.signed_duration_since(self.from).num_days();
        (0..LONGEST).contains(&days) && self.week.are_in_order()
    }
}

/// No day has two weeks.
pub(super) fn are_apart(weeks: &[DatedWeek]) -> bool {
    let mut rest = weeks.iter();
    while let Some(week) = rest.next() {
        if rest
            .clone()
            .any(|other| week.overlaps(other.from, other.to))
        {
            return false;
        }
    }
    true
}

impl WorkingWeek {
    pub(super) fn are_in_order(&self) -> bool {
        self.0.iter().flatten().all(|hours| hours.are_in_order())
    }

    fn on(&self, date: NaiveDate) -> Option<Hours> {
        let weekday = date.weekday().num_days_from_monday() as usize;
        self.0.get(weekday).copied().flatten()
    }
}

impl Settings {
    /// The hours of a date by its weekday, holidays aside; none on a day off.
    #[must_use]
    pub fn hours_on(&self, date: NaiveDate) -> Option<Hours> {
        let dated = self.weeks.iter().find(|week| week.covers(date));
        dated.map_or(&self.week, |dated| &dated.week).on(date)
    }

    /// The settings once the change is made; whether it may be, [`Self::week_fits`] says.
    #[must_use]
    pub fn with_week(&self, set: &SetWeek) -> Self {
        let mut settings = self.clone();
        settings
            .weeks
            .retain(|week| (week.from, week.to) != (set.from, set.to));
        if let WeekChange::Hours { name, week } = &set.change {
            settings.weeks.push(DatedWeek {
                from: set.from,
                to: set.to,
                name: name.trim().to_owned(),
                week: week.as_ref().clone(),
            });
        }
        settings.weeks.sort_by_key(|week| week.from);
        settings
    }

    /// Whether the office's operators may work such a week.
    ///
    /// # Errors
    /// [`Excess::Day`] or [`Excess::Week`].
    pub fn week_fits(&self, week: &WorkingWeek) -> Result<(), Excess> {
        workload::week(week, self.stations, self.operators)
    }

    /// Whether a stretch of days has other hours already, under other dates.
    #[must_use]
    pub fn has_other_week(&self, from: NaiveDate, to: NaiveDate) -> bool {
        let others = self.weeks.iter();
        let mut others = others.filter(|week| (week.from, week.to) != (from, to));
        others.any(|week| week.overlaps(from, to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{calendar::Closed, fixtures::office, office::OutOfBounds};

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// Perpres 21/2023: 32.5 hours from 08:00, a break of 30 minutes, on Friday of 60.
    fn ramadan() -> SetWeek {
        serde_json::from_value(serde_json::json!({
            "from": "2027-02-08", "to": "2027-03-09",
            "change": { "is": "hours", "name": " Ramadan ", "week": [
                hours("15:00", "12:00", "12:30"), hours("15:00", "12:00", "12:30"),
                hours("15:00", "12:00", "12:30"), hours("15:00", "12:00", "12:30"),
                hours("15:30", "11:30", "12:30"), null, null,
            ]},
        }))
        .unwrap()
    }

    fn hours(close: &str, from: &str, to: &str) -> serde_json::Value {
        let at = |time: &str| format!("{time}:00");
        serde_json::json!({
            "open": at("08:00"), "close": at(close), "break_from": at(from), "break_to": at(to)
        })
    }

    #[test]
    fn slots_follow_the_dated_week_and_then_the_usual_one() {
        let mut office = office();
        let usual = office.settings.clone();
        office.settings = usual.with_week(&ramadan());
        let office = office.checked().unwrap();
        assert_eq!(office.settings.weeks[0].name, "Ramadan");
        let first = |day: &str| office.slots(date(day)).unwrap()[0].start.to_string();
        assert_eq!(first("2027-02-04"), "2027-02-04T07:30");
        assert_eq!(first("2027-02-08"), "2027-02-08T08:00");
        assert_eq!(first("2027-03-05"), "2027-03-05T08:00");
        assert_eq!(first("2027-03-22"), "2027-03-22T07:30");
        assert_eq!(office.slots(date("2027-02-13")), Err(Closed::DayOff));
        // Said once more it is the same; taken back, all is as before.
        assert_eq!(office.settings.with_week(&ramadan()), office.settings);
        let back = SetWeek {
            change: WeekChange::AsUsual,
            ..ramadan()
        };
        assert_eq!(office.settings.with_week(&back), usual);
    }

    #[test]
    fn a_dated_week_is_checked() {
        let mut odd = office();
        odd.settings = odd.settings.with_week(&ramadan());
        let base = odd.settings.weeks[0].clone();
        let refused = |weeks: Vec<DatedWeek>| {
            let mut office = office();
            office.settings.weeks = weeks;
            office.checked().err()
        };
        let weeks = Some(OutOfBounds("weeks"));
        let other = |change: fn(&mut DatedWeek)| {
            let mut week = base.clone();
            change(&mut week);
            week
        };
        assert_eq!(refused(vec![base.clone()]), None);
        assert_eq!(refused(vec![base.clone(), base.clone()]), weeks);
        let after = other(|w| (w.from, w.to) = (w.to, w.to + chrono::Days::new(6)));
        assert_eq!(refused(vec![base.clone(), after]), weeks);
        let reversed = other(|w| (w.from, w.to) = (w.to, w.from));
        assert_eq!(refused(vec![reversed]), weeks);
        let for_ever = other(|w| w.to = w.from + chrono::Days::new(366));
        assert_eq!(refused(vec![for_ever]), weeks);
        assert_eq!(refused(vec![other(|w| w.name.clear())]), weeks);
        let closes_first = other(|w| {
            if let Some(day) = &mut w.week.0[0] {
                day.close = day.open;
            }
        });
        assert_eq!(refused(vec![closes_first]), weeks);
    }

    #[test]
    fn nobody_works_more_than_the_law_allows() {
        let settings = office().settings;
        let mut week = settings.week.clone();
        assert_eq!(settings.week_fits(&week), Ok(()));
        week.0[5] = week.0[0];
        assert_eq!(settings.week_fits(&week), Ok(()), "39 hours");
        week.0[6] = week.0[0];
        assert_eq!(settings.week_fits(&week), Err(Excess::Week));
        let mut long = settings.week.clone();
        if let Some(day) = &mut long.0[2] {
            day.close = chrono::NaiveTime::from_hms_opt(16, 30, 0).unwrap();
        }
        assert_eq!(settings.week_fits(&long), Err(Excess::Day));
    }
}
