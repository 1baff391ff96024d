use super::*;
use crate::{fixtures::office, office::ClosedDay};
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn shown(office: &Office, date: &str) -> String {
    match office.windows(day(date)) {
        Ok(windows) => windows
            .iter()
            .map(|w| format!("{}-{}", w.from.format("%H:%M"), w.to.format("%H:%M")))
            .collect::<Vec<_>>()
            .join(" "),
        Err(Closed::DayOff) => "day off".to_owned(),
        Err(Closed::Holiday { id, .. }) => id,
        Err(Closed::ByOffice { reason }) => reason,
        Err(Closed::NotKnownYet) => "not known".to_owned(),
    }
}

/// Weekdays and holidays as a wall calendar shows them.
#[test]
fn days_of_the_office() {
    let mut office = office();
    office.settings.closed = vec![ClosedDay {
        date: day("2026-11-26"),
        reason: "Listrik padam".to_owned(),
    }];
    office.settings.opened = vec![day("2026-12-24"), day("2026-11-28")];
    for (date, expected) in [
        ("2026-11-23", "07:30-12:00 13:00-15:00"), // Monday
        ("2026-11-27", "07:30-11:30 13:00-15:00"), // Friday
        ("2026-11-26", "Listrik padam"),
        ("2026-11-28", "day off"), // opening a holiday does not make a Saturday one of work
        ("2026-11-29", "day off"),
        ("2026-12-24", "07:30-12:00 13:00-15:00"), // collective leave, opened
        ("2026-12-25", "Hari Raya Natal"),
        ("2027-01-01", "Tahun Baru Masehi"),
        ("2027-03-10", "Hari Raya Idul Fitri (perkiraan)"),
        ("2027-12-31", "07:30-11:30 13:00-15:00"),
        ("2028-01-03", "not known"),
        ("2025-12-31", "not known"),
    ] {
        assert_eq!(shown(&office, date), expected, "{date}");
    }
}

/// The office's word comes before the calendar's.
#[test]
fn a_day_both_closed_and_opened_is_closed() {
    let mut office = office();
    office.settings.opened = vec![day("2026-12-25")];
    assert_eq!(shown(&office, "2026-12-25"), "07:30-11:30 13:00-15:00");
    office.settings.closed = vec![ClosedDay {
        date: day("2026-12-25"),
        reason: "Tutup".to_owned(),
    }];
    assert_eq!(shown(&office, "2026-12-25"), "Tutup");
}

#[test]
fn a_break_outside_the_hours_leaves_one_window() {
    let mut office = office();
    for hours in office.settings.week.0.iter_mut().flatten() {
        hours.break_from = hours.close;
        hours.break_to = hours.close;
    }
    assert_eq!(shown(&office, "2026-11-23"), "07:30-15:00");
}

#[test]
fn counting_in_working_days() {
    for (from, count, expected) in [
        ("2026-11-23", 0, Some("2026-11-23")),
        ("2026-11-23", 5, Some("2026-11-30")),
        ("2026-11-28", 1, Some("2026-11-30")), // from a Saturday
        ("2026-12-23", 1, Some("2026-12-28")), // leave, Christmas, weekend
        ("2026-03-17", 1, Some("2026-03-25")), // Nyepi and Idulfitri together
        ("2027-12-30", 1, Some("2027-12-31")),
        ("2027-12-30", 2, None),
    ] {
        let got = office().working_days_after(day(from), count);
        assert_eq!(got, expected.map(day), "{count} after {from}");
    }
}

proptest! {
    /// The result is a working day, and exactly `count` working days lie in (from, result]: counted
    /// over the whole stretch, by weekday and list.
    #[test]
    fn exactly_so_many_working_days_lie_between(start in 0u64..600, count in 1u16..40) {
        let from = day("2026-01-01") + Days::new(start);
        let Some(to) = office().working_days_after(from, count) else { return Ok(()) };
        let works = |date: &NaiveDate| {
            date.weekday().number_from_monday() <= 5 && holidays::on(*date).is_none()
        };
        let stretch = from.iter_days().skip(1).take_while(|date| *date <= to);
        prop_assert_eq!(stretch.filter(works).count(), usize::from(count));
        prop_assert!(works(&to));
    }
}
