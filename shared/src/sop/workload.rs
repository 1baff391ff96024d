//! How long operators may work: 7 hours a day, 40 hours a week, and a break of half an hour after four
//! hours (UU 1/1951, as the offices' SOPs quote it). Stations count, since each needs somebody.

use crate::{
    calendar::Window,
    calendar::week_of,
    ids::SessionId,
    office::{Hours, Office, WorkingWeek},
    session::{Details, Session},
    slot::SlotPlan,
};
use chrono::{NaiveDate, NaiveTime};

/// Minutes that one person works a day, a week, and without a break, at most.
pub const DAY: u32 = 7 * 60;
pub const WEEK: u32 = 40 * 60;
pub const STRETCH: u32 = 4 * 60;
/// Minutes of a break.
pub const BREAK: u32 = 30;

/// What would be too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Excess {
    /// Fewer operators than stations, or more of the office's than it has.
    Staff,
    /// More than seven hours a day for each.
    Day,
    /// More than forty hours a week for each.
    Week,
    /// More than four hours without a break.
    Stretch,
}

fn minutes(from: NaiveTime, to: NaiveTime) -> u32 {
    u32::try_from(to.signed_duration_since(from).num_minutes()).unwrap_or(0)
}

/// Windows with less than a break between them are one stretch of work.
fn stretches(windows: impl IntoIterator<Item = Window>) -> Vec<Window> {
    let mut all: Vec<Window> = Vec::new();
    for window in windows {
        match all.last_mut() {
            Some(last) if minutes(last.to, window.from) < BREAK => last.to = window.to,
            _ => all.push(window),
        }
    }
    all
}

/// Whether so many people keep so many stations going through a stretch, each with a break after four
/// hours: they take turns if there are enough of them.
fn keeps_going(stretch: Window, stations: u16, staff: u16) -> bool {
    let length = minutes(stretch.from, stretch.to);
    let breaks = length.div_ceil(STRETCH).saturating_sub(1) * BREAK;
    u32::from(stations) * length <= u32::from(staff) * length.saturating_sub(breaks)
}

/// Whether so many people may work so many stations on one day.
///
/// # Errors
/// The first thing that is too much.
pub fn day(
    windows: impl IntoIterator<Item = Window>,
    stations: u16,
    staff: u16,
) -> Result<(), Excess> {
    if staff < stations {
        return Err(Excess::Staff);
    }
    let windows: Vec<Window> = windows.into_iter().collect();
    let worked: u32 = windows.iter().map(|w| minutes(w.from, w.to)).sum();
    if u32::from(stations) * worked > u32::from(staff) * DAY {
        return Err(Excess::Day);
    }
    let stretches = stretches(windows);
    if stretches.iter().all(|s| keeps_going(*s, stations, staff)) {
        Ok(())
    } else {
        Err(Excess::Stretch)
    }
}

/// Whether so many people may work so many stations through a week, day by day and in all.
///
/// # Errors
/// [`Excess::Day`] before [`Excess::Week`].
pub fn week(week: &WorkingWeek, stations: u16, staff: u16) -> Result<(), Excess> {
    let worked = |hours: Hours| hours.windows().map(|w| minutes(w.from, w.to)).sum::<u32>();
    let days = || week.0.iter().flatten().map(|hours| worked(*hours));
    let may = |limit: u32, worked: u32| u32::from(stations) * worked <= u32::from(staff) * limit;
    if !days().all(|worked| may(DAY, worked)) {
        return Err(Excess::Day);
    }
    if !may(WEEK, days().sum()) {
        return Err(Excess::Week);
    }
    Ok(())
}

/// Whether the staff of a session may work as long as it lasts. The app says so before it is planned,
/// and after it was extended.
///
/// # Errors
/// As [`day`].
pub fn session(details: &Details) -> Result<(), Excess> {
    if details.from_office > details.staff {
        return Err(Excess::Staff);
    }
    day(details.windows(), details.stations, details.staff)
}

/// How many of the office's operators are in villages on a date.
#[must_use]
pub fn out(sessions: &[Session], date: NaiveDate) -> u16 {
    let there = sessions.iter().filter(|s| s.takes_place_on(date));
    there.map(|s| s.what.from_office).sum()
}

/// Whether the office has the people for a session beside its own work: that day, and that week.
/// `others` may hold the session as it was; it does not count.
///
/// # Errors
/// [`Excess::Staff`], [`Excess::Week`].
pub fn beside(
    office: &Office,
    others: &[Session],
    id: Option<SessionId>,
    details: &Details,
) -> Result<(), Excess> {
    let others: Vec<&Session> = others.iter().filter(|s| Some(s.id) != id).collect();
    let out_that_day: u32 = others
        .iter()
        .filter(|s| s.takes_place_on(details.date))
        .map(|s| u32::from(s.what.from_office))
        .sum();
    if out_that_day + u32::from(details.from_office) > u32::from(office.settings.operators) {
        return Err(Excess::Staff);
    }
    let mut work = of_office_people(details);
    for date in week_of(details.date) {
        let there = others.iter().filter(|s| s.takes_place_on(date));
        let there: Vec<&Details> = there.map(|s| &s.what).collect();
        work += there.iter().map(|d| of_office_people(d)).sum::<u32>();
        let mut out: u16 = there.iter().map(|d| d.from_office).sum();
        if date == details.date {
            out += details.from_office;
        }
        work += office_work(office, date, out);
    }
    if work > u32::from(office.settings.operators) * WEEK {
        Err(Excess::Week)
    } else {
        Ok(())
    }
}

/// Person-minutes of the office's own operators at a session, shared evenly among all who are there.
fn of_office_people(details: &Details) -> u32 {
    let worked: u32 = details.windows().map(|w| minutes(w.from, w.to)).sum();
    let all = worked * u32::from(details.stations);
    (all * u32::from(details.from_office)).div_ceil(u32::from(details.staff.max(1)))
}

/// Person-minutes at the office on a date, with so many operators away: all of its hours, planned or not.
fn office_work(office: &Office, date: NaiveDate, out: u16) -> u32 {
    let staff = office.settings.operators.saturating_sub(out);
    let stations = office.settings.stations_on(date).min(staff);
    let windows = office.windows(date).unwrap_or_default();
    let worked: u32 = windows.iter().map(|w| minutes(w.from, w.to)).sum();
    worked * u32::from(stations)
}

/// The office's slots of a date that so many people may work, with the person-minutes of each: no more
/// stations than people, nothing after four hours without a break unless they can take turns, and
/// seven hours for each.
fn lawful_day(office: &Office, date: NaiveDate, staff: u16) -> Vec<(SlotPlan, u32)> {
    let Ok(windows) = office.windows(date) else {
        return Vec::new();
    };
    let stations = office.settings.stations_on(date).min(staff);
    let stretches = stretches(windows.iter().copied());
    let in_stretch = |plan: &SlotPlan| {
        let from = plan.start.local().time();
        let to = plan.ends().time();
        let stretch = stretches.iter().find(|s| s.from <= from && to <= s.to);
        stretch.is_some_and(|s| keeps_going(*s, stations, staff) || minutes(s.from, to) <= STRETCH)
    };
    let mut left = u32::from(staff) * DAY;
    let mut plans = Vec::new();
    for plan in office.cut(date, windows, stations, None) {
        let work = u32::from(plan.minutes) * u32::from(stations);
        if in_stretch(&plan) && work <= left {
            left -= work;
            plans.push((plan, work));
        }
    }
    plans
}

/// The slots of the office that may be planned for in the week of a date, in order: what operators
/// in the villages leave of forty hours for each.
#[must_use]
pub fn lawful_week(office: &Office, sessions: &[Session], date: NaiveDate) -> Vec<SlotPlan> {
    let days = || week_of(date);
    let away: u32 = days()
        .flat_map(|date| sessions.iter().filter(move |s| s.takes_place_on(date)))
        .map(|s| of_office_people(&s.what))
        .sum();
    let mut left = (u32::from(office.settings.operators) * WEEK).saturating_sub(away);
    let mut plans = Vec::new();
    for date in days() {
        let staff = office.settings.operators;
        let staff = staff.saturating_sub(out(sessions, date));
        for (plan, work) in lawful_day(office, date, staff) {
            if work <= left {
                left -= work;
                plans.push(plan);
            }
        }
    }
    plans
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn windows(text: &str) -> Vec<Window> {
        let time = |at: &str| format!("{at}:00").parse::<NaiveTime>().unwrap();
        text.split(' ')
            .map(|window| {
                let (from, to) = window.split_once('-').unwrap();
                Window {
                    from: time(from),
                    to: time(to),
                }
            })
            .collect()
    }

    /// UU 1/1951 by hand: hours a day, and a break of half an hour after four.
    #[test]
    fn days_that_may_be_worked() {
        for (hours, stations, staff, expected) in [
            ("08:00-12:00 12:30-15:30", 1, 1, Ok(())),
            ("08:00-12:00 12:30-15:45", 1, 1, Err(Excess::Day)),
            ("08:00-12:00 12:30-15:45", 1, 2, Ok(())),
            ("08:00-12:15 13:00-15:00", 1, 1, Err(Excess::Stretch)),
            ("08:00-12:15 13:00-15:00", 2, 2, Err(Excess::Stretch)),
            ("08:00-12:15 13:00-15:00", 2, 3, Ok(())),
            // A quarter of an hour is no break.
            ("08:00-12:00 12:15-14:00", 1, 1, Err(Excess::Stretch)),
            ("07:30-17:00", 1, 2, Ok(())),
            ("07:30-17:00", 2, 2, Err(Excess::Day)),
            ("08:00-09:00", 3, 2, Err(Excess::Staff)),
        ] {
            let found = day(windows(hours), stations, staff);
            assert_eq!(found, expected, "{hours} {stations} {staff}");
        }
    }

    proptest! {
        /// Where the rule says that people can take turns, there is a roster: whoever has rested longest
        /// sits down, half hour by half hour, and nobody works more than four hours on end.
        #[test]
        fn taking_turns_works_out(halves in 1u32..24, stations in 1u16..5, more in 0u16..5) {
            let staff = stations + more;
            let from = NaiveTime::from_hms_opt(7, 0, 0).unwrap();
            let to = from + chrono::TimeDelta::minutes(i64::from(halves) * 30);
            prop_assume!(to > from);
            if day([Window { from, to }], stations, staff).is_err() {
                return Ok(());
            }
            // Half hours that each has worked since the last break.
            let mut since = vec![0_u32; usize::from(staff)];
            for half in 0..halves {
                let mut able: Vec<usize> = (0..since.len()).filter(|n| since[*n] < 8).collect();
                prop_assert!(able.len() >= usize::from(stations), "{half} of {halves}");
                able.sort_by_key(|n| since[*n]);
                for (n, since) in since.iter_mut().enumerate() {
                    let works = able.iter().take(usize::from(stations)).any(|m| *m == n);
                    *since = if works { *since + 1 } else { 0 };
                }
            }
        }
    }
}
