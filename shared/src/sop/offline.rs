//! How long staff work without a network.

use crate::{
    calendar::{after, days_after},
    office::Office,
    zone::Zone,
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// Working days of the office after its last contact on which a device still shows staff's rows and
/// takes what staff enter. One number for the account, the rows and what the pages say.
pub const WORKING_DAYS: u16 = 3;

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

/// As [`Office::works_offline_until`]; so many days of 24 hours while the office is not known.
#[must_use]
pub fn until(office: Option<&Office>, contact: DateTime<Utc>) -> DateTime<Utc> {
    match office {
        Some(office) => office.works_offline_until(contact),
        None => after(contact, TimeDelta::days(WORKING_DAYS.into())),
    }
}

fn midnight_after(zone: Zone, date: NaiveDate) -> DateTime<Utc> {
    let next = days_after(date, 1);
    zone.utc(next.and_time(chrono::NaiveTime::MIN))
}

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
}
