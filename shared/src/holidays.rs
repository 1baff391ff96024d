//! Public holidays and collective leave (*cuti bersama*) of the years whose decrees are out, from
//! `data/holidays.txt`. Dates by moon sighting change: an office's calendar overrides them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holiday {
    pub date: NaiveDate,
    pub kind: HolidayKind,
    pub name_id: &'static str,
    pub name_en: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HolidayKind {
    Public,
    CutiBersama,
}

/// The holiday on `date`, if any; none in a year that is not covered.
pub fn on(date: NaiveDate) -> Option<Holiday> {
    HOLIDAYS.get(&date).copied()
}

/// Whether the list knows the year of `date`: outside it, "no holiday" means "not known".
pub fn covers(date: NaiveDate) -> bool {
    let years = HOLIDAYS.keys().next().zip(HOLIDAYS.keys().next_back());
    years.is_some_and(|(first, last)| (first.year()..=last.year()).contains(&date.year()))
}

static HOLIDAYS: LazyLock<BTreeMap<NaiveDate, Holiday>> = LazyLock::new(|| {
    let mut all = BTreeMap::new();
    for holiday in LINES.lines().filter_map(read) {
        all.insert(holiday.date, holiday);
    }
    all
});

const LINES: &str = include_str!("../data/holidays.txt");

fn read(line: &'static str) -> Option<Holiday> {
    let mut fields = line.split('|');
    let date = fields.next()?.parse().ok()?;
    let kind = match fields.next()? {
        "public" => HolidayKind::Public,
        "cuti_bersama" => HolidayKind::CutiBersama,
        _ => return None,
    };
    Some(Holiday {
        date,
        kind,
        name_id: fields.next()?,
        name_en: fields.next()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn every_line_is_read() {
        assert_eq!(
            LINES.lines().filter_map(read).count(),
            LINES.lines().count()
        );
        assert_eq!(HOLIDAYS.len(), LINES.lines().count(), "one holiday a day");
    }

    /// Days named by the joint ministerial decrees, written here by hand.
    #[test]
    fn days_of_the_decrees() {
        for (date, kind) in [
            ("2026-01-01", Some(HolidayKind::Public)),
            ("2026-03-20", Some(HolidayKind::CutiBersama)),
            ("2026-03-21", Some(HolidayKind::Public)), // Idulfitri 1447
            ("2026-08-17", Some(HolidayKind::Public)),
            ("2026-08-18", None),
            ("2026-12-24", Some(HolidayKind::CutiBersama)),
            ("2027-03-10", Some(HolidayKind::Public)), // Idulfitri 1448
            ("2027-08-17", Some(HolidayKind::Public)),
            ("2028-01-01", None),
        ] {
            assert_eq!(on(day(date)).map(|holiday| holiday.kind), kind, "{date}");
        }
        let independence = on(day("2026-08-17")).unwrap();
        assert_eq!(independence.name_id, "Hari Kemerdekaan Republik Indonesia");
        assert_eq!(independence.name_en, "Independence Day");
    }

    #[test]
    fn knows_what_it_does_not_know() {
        for (date, known) in [
            ("2025-12-31", false),
            ("2026-01-01", true),
            ("2027-12-31", true),
            ("2028-01-01", false),
        ] {
            assert_eq!(covers(day(date)), known, "{date}");
        }
    }
}
