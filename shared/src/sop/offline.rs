//! How long staff work without a network, and what a device makes of its own clock.

use crate::{
    calendar::{after, days_after},
    office::Office,
    zone::Zone,
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// Working days of the office after its last contact on which a device still shows staff's rows and
/// takes what staff enter. One number for the account, the rows and what the pages say.
pub const WORKING_DAYS: u16 = 3;
/// From this difference on a clock is worth a look.
pub const SKEW: TimeDelta = TimeDelta::minutes(10);

impl Office {
    /// Until when a device may be used after its last contact: through the third of the office's working
    /// days after it, never ending within one. Where the calendar is not known so far, through as many days.
    #[must_use]
    pub fn works_offline_until(&self, contact: DateTime<Utc>) -> DateTime<Utc> {
        let from = self.today(contact);
        let last = self.working_days_after(from, WORKING_DAYS);
        let last = last.unwrap_or_else(|| days_after(from, WORKING_DAYS.into()));
        midnight_after(self.zone, last)
    }
}

/// As [`Office::works_offline_until`], while the device does not know the office.
#[must_use]
pub fn until_without_office(contact: DateTime<Utc>) -> DateTime<Utc> {
    after(contact, TimeDelta::days(WORKING_DAYS.into()))
}

fn midnight_after(zone: Zone, date: NaiveDate) -> DateTime<Utc> {
    let next = days_after(date, 1);
    zone.utc(next.and_time(chrono::NaiveTime::MIN))
}

/// What is to be added to a device's own clock; kept between starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClockShift(i64);

/// What a page says of the device's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockState {
    Right,
    /// It shows another time than the server, whose time the pages use.
    Wrong,
    /// It is earlier than the last contact: somebody has to say which day it is.
    Back,
}

impl ClockShift {
    /// From the server's time and the device's own at one moment. What a slow answer makes of it is left
    /// out.
    #[must_use]
    pub fn heard(server: DateTime<Utc>, own: DateTime<Utc>) -> Self {
        let shift = server.signed_duration_since(own).num_seconds();
        Self(if shift.abs() < SLOW_ANSWER { 0 } else { shift })
    }

    /// From the day that a person says it is: the time of day stays as the device has it. `None` for a day
    /// before the last contact.
    #[must_use]
    pub fn said(
        day: NaiveDate,
        zone: Zone,
        contact: DateTime<Utc>,
        own: DateTime<Utc>,
    ) -> Option<Self> {
        if day < zone.local(contact).date() {
            return None;
        }
        let at = zone.utc(day.and_time(zone.local(own).time()));
        let ahead = at.max(contact).signed_duration_since(own);
        Some(Self(ahead.num_seconds()))
    }

    /// The time, from what the device's own clock shows.
    #[must_use]
    pub fn right(self, own: DateTime<Utc>) -> DateTime<Utc> {
        after(own, self.time())
    }

    #[must_use]
    pub fn time(self) -> TimeDelta {
        TimeDelta::try_seconds(self.0).unwrap_or_default()
    }

    /// Whether somebody has set the device's clock right between two looks at it: it jumped by just what was
    /// to be added.
    #[must_use]
    pub fn was_mended(self, before: DateTime<Utc>, own: DateTime<Utc>) -> bool {
        let jump = own.signed_duration_since(before).num_seconds();
        let skew = SKEW.num_seconds();
        self.0.abs() > skew && jump.saturating_sub(self.0).abs() < skew
    }

    /// Whether the clock can be relied on, given when the server was last heard.
    #[must_use]
    pub fn state(self, own: DateTime<Utc>, contact: Option<DateTime<Utc>>) -> ClockState {
        if contact.is_some_and(|contact| after(self.right(own), SKEW) < contact) {
            ClockState::Back
        } else if self.time().abs() > SKEW {
            ClockState::Wrong
        } else {
            ClockState::Right
        }
    }
}

/// Seconds that an answer may have been on its way.
const SLOW_ANSWER: i64 = 30;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{fixtures::office, office::ClosedDay};

    fn at(text: &str) -> DateTime<Utc> {
        format!("{text}:00+07:00").parse().unwrap()
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn three_working_days_of_the_offices_own_calendar() {
        let office = office();
        for (contact, until) in [
            // A Monday morning, and the minute before midnight: through Thursday.
            ("2026-11-23T08:00", "2026-11-27T00:00"),
            ("2026-11-23T23:59", "2026-11-27T00:00"),
            // A Friday afternoon: the weekend costs nothing.
            ("2026-11-27T15:00", "2026-12-03T00:00"),
            ("2026-11-28T15:00", "2026-12-03T00:00"),
            // 24 and 25 December are holidays.
            ("2026-12-23T10:00", "2026-12-31T00:00"),
        ] {
            assert_eq!(
                office.works_offline_until(at(contact)),
                at(until),
                "{contact}"
            );
        }
        let mut closed = office.clone();
        closed.settings.closed.push(ClosedDay {
            date: date("2026-11-25"),
            reason: "Banjir".to_owned(),
        });
        let monday = at("2026-11-23T08:00");
        assert_eq!(closed.works_offline_until(monday), at("2026-11-28T00:00"));
        // Beyond the holidays that are decreed.
        let far = at("2099-11-23T08:00");
        assert_eq!(office.works_offline_until(far), at("2099-11-27T00:00"));
    }

    #[test]
    fn a_clock_a_day_off_shows_the_offices_day() {
        let server = at("2026-11-23T08:00");
        for own in ["2026-11-22T08:00", "2026-11-24T07:30", "2020-01-01T00:00"] {
            let own = at(own);
            let shift = ClockShift::heard(server, own);
            assert_eq!(shift.right(own), server);
            assert_eq!(shift.state(own, Some(server)), ClockState::Wrong);
            // Kept, and still right an hour later without a network.
            let later = own + TimeDelta::hours(1);
            assert_eq!(shift.right(later), server + TimeDelta::hours(1));
        }
        // Set right by hand, on both sides; and a clock that simply goes on.
        for (own, mended) in [
            ("2026-11-22T08:00", "2026-11-23T08:02"),
            ("2026-11-24T08:00", "2026-11-23T08:02"),
        ] {
            let shift = ClockShift::heard(server, at(own));
            assert!(shift.was_mended(at(own), at(mended)));
            assert!(!shift.was_mended(at(own), at(own) + TimeDelta::minutes(1)));
        }
        assert!(!ClockShift::default().was_mended(server, server + TimeDelta::seconds(30)));
        let slow = server - TimeDelta::seconds(29);
        assert_eq!(ClockShift::heard(server, slow), ClockShift::default());
        let right = ClockShift::default().state(server, Some(server));
        assert_eq!(right, ClockState::Right);
    }

    #[test]
    fn a_clock_that_went_back_asks_for_the_day() {
        let contact = at("2026-11-23T14:00");
        let own = at("2026-11-20T09:15");
        let none = ClockShift::default();
        assert_eq!(none.state(own, Some(contact)), ClockState::Back);
        assert_eq!(none.state(own, None), ClockState::Right);
        let said = |day| ClockShift::said(date(day), Zone::Wib, contact, own);
        assert_eq!(said("2026-11-22"), None, "it was the 23rd already");
        let tuesday = said("2026-11-24").unwrap();
        assert_eq!(tuesday.right(own), at("2026-11-24T09:15"));
        assert_eq!(tuesday.state(own, Some(contact)), ClockState::Wrong);
        // The same day: not earlier than what was heard on it.
        let same = said("2026-11-23").unwrap();
        assert_eq!(same.right(own), contact);
    }
}
