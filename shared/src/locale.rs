//! The two languages, and how dates and times are written in them: in plain tables, since neither
//! an old browser nor a server knows both.

use crate::calendar::local_after;
use crate::{slot::SlotStart, zone::Zone};
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};

/// A language of Rekam; Indonesian unless a person chose otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Locale {
    #[default]
    Id,
    En,
}

impl Locale {
    /// The language's tag (BCP 47).
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::En => "en",
        }
    }
}

const DAYS_ID: [&str; 7] = [
    "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu",
];
const DAYS_EN: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];
const MONTHS_ID: [&str; 12] = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// "Senin", "Monday".
#[must_use]
pub fn weekday(locale: Locale, date: NaiveDate) -> &'static str {
    let days = match locale {
        Locale::Id => &DAYS_ID,
        Locale::En => &DAYS_EN,
    };
    let at = date.weekday().num_days_from_monday() as usize;
    days.get(at).copied().unwrap_or_default()
}

/// "Desember", "December"; months count from 1.
#[must_use]
pub fn month(locale: Locale, number: u32) -> &'static str {
    let months = match locale {
        Locale::Id => &MONTHS_ID,
        Locale::En => &MONTHS_EN,
    };
    let at = number.saturating_sub(1) as usize;
    months.get(at).copied().unwrap_or_default()
}

/// "Des", "Dec"; Agustus is shortened to Agu.
#[must_use]
pub fn month_short(locale: Locale, number: u32) -> &'static str {
    let long = month(locale, number);
    long.get(..3).unwrap_or(long)
}

/// "1 Desember 2026", "1 December 2026".
#[must_use]
pub fn date(locale: Locale, date: NaiveDate) -> String {
    let month = month(locale, date.month());
    format!("{} {month} {}", date.day(), date.year())
}

/// "Senin, 1 Desember 2026", "Monday, 1 December 2026".
#[must_use]
pub fn day(locale: Locale, day: NaiveDate) -> String {
    format!("{}, {}", weekday(locale, day), date(locale, day))
}

/// "1 Desember", "1 December": where the year is plain.
#[must_use]
pub fn day_of_month(locale: Locale, day: NaiveDate) -> String {
    format!("{} {}", day.day(), month(locale, day.month()))
}

/// "Senin, 1 Desember", "Monday, 1 December".
#[must_use]
pub fn day_without_year(locale: Locale, day: NaiveDate) -> String {
    format!("{}, {}", weekday(locale, day), day_of_month(locale, day))
}

/// "Sen 1 Des", "Mon 1 Dec": for narrow lists.
#[must_use]
pub fn day_short(locale: Locale, day: NaiveDate) -> String {
    let name = weekday(locale, day);
    let name = name.get(..3).unwrap_or(name);
    format!("{name} {} {}", day.day(), month_short(locale, day.month()))
}

/// "07.30" in Indonesian, "07:30" in English.
#[must_use]
pub fn time(locale: Locale, time: NaiveTime) -> String {
    let mark = match locale {
        Locale::Id => '.',
        Locale::En => ':',
    };
    format!("{:02}{mark}{:02}", time.hour(), time.minute())
}

/// Reads `08.41`, `8:41` and `0841`.
#[must_use]
pub fn parse_time(typed: &str) -> Option<NaiveTime> {
    let typed = typed.trim().replace(['.', ' ', ','], ":");
    let (hours, minutes) = match typed.split_once(':') {
        Some(parts) => parts,
        None => typed.split_at_checked(typed.len().checked_sub(2)?)?,
    };
    let two = |part: &str| (minutes.len() == 2).then(|| part.parse().ok()).flatten();
    NaiveTime::from_hms_opt(two(hours)?, two(minutes)?, 0)
}

/// "07.30–08.30".
#[must_use]
pub fn span(locale: Locale, start: SlotStart, minutes: u16) -> String {
    let from = start.local();
    let to = local_after(from, TimeDelta::minutes(minutes.into()));
    format!("{}–{}", time(locale, from.time()), time(locale, to.time()))
}

/// "07.30–08.30 WIB".
#[must_use]
pub fn span_zone(locale: Locale, start: SlotStart, minutes: u16, zone: Zone) -> String {
    format!("{} {}", span(locale, start, minutes), zone.label())
}

/// "09.40 WIB": an instant on the office's clock.
#[must_use]
pub fn clock(locale: Locale, at: DateTime<Utc>, zone: Zone) -> String {
    format!("{} {}", time(locale, zone.local(at).time()), zone.label())
}

/// "09.40" today, "Sen 1 Des 09.40" on another day.
#[must_use]
pub fn moment(locale: Locale, at: DateTime<Utc>, now: DateTime<Utc>, zone: Zone) -> String {
    let (local, today) = (zone.local(at), zone.local(now).date());
    let time = time(locale, local.time());
    if local.date() == today {
        time
    } else {
        format!("{} {time}", day_short(locale, local.date()))
    }
}

/// Whole minutes between two instants, never negative: "menunggu 12 menit".
#[must_use]
pub fn minutes_between(from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
    to.signed_duration_since(from).num_minutes().max(0)
}

/// "K7QM 4T2R": codes in groups that people read aloud.
#[must_use]
pub fn code(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    let size = if letters.len() == 10 { 5 } else { 4 };
    let groups: Vec<String> = letters.chunks(size).map(|c| c.iter().collect()).collect();
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_read_as_people_write_them() {
        let date = NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();
        assert_eq!(day(Locale::Id, date), "Selasa, 1 Desember 2026");
        assert_eq!(day_without_year(Locale::Id, date), "Selasa, 1 Desember");
        assert_eq!(day_of_month(Locale::En, date), "1 December");
        assert_eq!(day(Locale::En, date), "Tuesday, 1 December 2026");
        assert_eq!(day_short(Locale::Id, date), "Sel 1 Des");
        let start: SlotStart = "2026-12-01T11:30".parse().unwrap();
        assert_eq!(
            span_zone(Locale::Id, start, 30, Zone::Wib),
            "11.30–12.00 WIB"
        );
        assert_eq!(span(Locale::En, start, 60), "11:30–12:30");
    }

    #[test]
    fn times_are_read_as_people_type_them() {
        let read = |typed: &str| parse_time(typed).map(|at| time(Locale::Id, at));
        for typed in ["08.05", "8:05", "0805", "805", " 08,05 ", "8 05"] {
            assert_eq!(read(typed).as_deref(), Some("08.05"), "{typed}");
        }
        for typed in ["", "8", "08.5", "24.00", "08.60", "jam 8", "08.05.00"] {
            assert_eq!(read(typed), None, "{typed}");
        }
    }

    #[test]
    fn an_instant_shows_on_the_offices_clock() {
        let at: DateTime<Utc> = "2026-11-20T23:40:00Z".parse().unwrap();
        assert_eq!(clock(Locale::Id, at, Zone::Wita), "07.40 WITA");
        let later = at + TimeDelta::hours(3);
        assert_eq!(moment(Locale::Id, at, later, Zone::Wib), "06.40");
        let next_day = at + TimeDelta::hours(20);
        assert_eq!(
            moment(Locale::Id, at, next_day, Zone::Wib),
            "Sab 21 Nov 06.40"
        );
    }

    #[test]
    fn codes_are_read_in_groups() {
        assert_eq!(code("K7QM4T2R"), "K7QM 4T2R");
        assert_eq!(code("K7QM4T2R0Z"), "K7QM4 T2R0Z");
    }
}
