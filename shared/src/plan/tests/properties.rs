//! What holds for every office, need, calendar and change of a plan.

use super::*;
use crate::{
    office::{Kelurahan, StaffedDay},
    sop::workload,
};
use chrono::{Datelike, TimeDelta};
use proptest::prelude::*;

fn village_of(
    n: u128,
    (date, open, long): (u32, u32, u32),
    (stations, staff, from_office): (u16, u16, u16),
    kelurahan: Vec<RegionCode>,
) -> Session {
    let mut session = village(MONDAY, &[]);
    let rest = time(open + long / 2);
    session.id = SessionId(Uuid::from_u128(n));
    session.what = Details {
        kelurahan,
        date: day(MONDAY) + TimeDelta::days(date.into()),
        hours: Hours {
            open: time(open),
            close: time(open + long),
            break_from: rest,
            break_to: rest + TimeDelta::minutes(30),
        },
        stations,
        staff,
        from_office: from_office.min(staff),
        ..session.what
    };
    session
}

fn offices() -> impl Strategy<Value = Office> {
    let days = prop::collection::vec(0u32..110, 0..6);
    (
        (
            1u16..5,
            0u16..7,
            prop::sample::select(vec![15u16, 30, 60, 90]),
        ),
        (5u16..31, 0u16..60, 0u16..60),
        (360u32..600, 60u32..660, 1usize..6),
        (days.clone(), days, 0u16..6),
    )
        .prop_map(
            |(a, b, (open, long, places), (closed, staffed, stations))| {
                let mut office = office();
                let s = &mut office.settings;
                (s.stations, s.operators, s.slot_minutes) = a;
                (
                    s.minutes_per_recording,
                    s.walk_in_percent,
                    s.self_booking_percent,
                ) = b;
                let rest = time(open + long * 3 / 5);
                s.week.0[1] = Some(Hours {
                    open: time(open),
                    close: time(open + long),
                    break_from: rest,
                    break_to: rest + TimeDelta::minutes(i64::from(long % 60)),
                });
                let date = |n: u32| day(MONDAY) + TimeDelta::days(n.into());
                let reason = String::new;
                s.closed = closed
                    .into_iter()
                    .map(|n| ClosedDay {
                        date: date(n),
                        reason: reason(),
                    })
                    .collect();
                s.staffed = staffed
                    .into_iter()
                    .map(|n| StaffedDay {
                        date: date(n),
                        stations,
                        reason: reason(),
                    })
                    .collect();
                office.kelurahan = (0..places)
                    .map(|n| Kelurahan {
                        code: code(&format!("15710810{n:02}")),
                        name: n.to_string(),
                    })
                    .collect();
                office
            },
        )
}

fn cases() -> impl Strategy<Value = Case> {
    let village = (
        (0u32..100, 360u32..600, 30u32..700),
        (1u16..3, 0u16..5, 0u16..3),
        prop::collection::vec(0usize..6, 1..3),
    );
    let taken = prop::collection::vec((0u32..30, 0usize..12, 1u16..9), 0..8);
    (
        offices(),
        prop::collection::vec(village, 0..4),
        (0u32..40, 0u32..60),
        prop::collection::vec(0u32..400, 6),
        taken,
        (any::<bool>(), any::<u64>()),
    )
        .prop_map(
            |(office, villages, (from, long), needs, taken, (again, seed))| {
                let codes: Vec<RegionCode> =
                    office.kelurahan.iter().map(|k| k.code.clone()).collect();
                let sessions = (100..)
                    .zip(villages)
                    .map(|(n, (when, who, of))| {
                        let of = of.iter().filter_map(|n| codes.get(*n).cloned()).collect();
                        village_of(n, when, who, of)
                    })
                    .collect();
                let from = day(MONDAY) + TimeDelta::days(from.into());
                let mut case = Case {
                    sessions,
                    current: None,
                    from,
                    to: from + TimeDelta::days(long.into()),
                    need: codes.into_iter().zip(needs).collect(),
                    taken: Taken::new(),
                    office,
                };
                for (n, at, seats) in taken {
                    let date = from + TimeDelta::days(n.into());
                    let plans = case.office.slots(date).unwrap_or_default();
                    if let Some(plan) = plans.get(at) {
                        case.taken.insert((plan.start, None), seats.min(plan.seats));
                    }
                }
                // A plan of before, of which some was given: a part of what is taken.
                if again {
                    let mut parts = propose(&case.ask()).unwrap();
                    for (n, part) in (0u32..).zip(&mut parts) {
                        let given = (seed >> (n % 60)) as u16 % 8;
                        part.given = given.min(part.seats);
                        *case.taken.entry(part.seat()).or_default() += part.given;
                    }
                    case.current = Some(case.confirmed(parts));
                }
                case
            },
        )
}

/// Seats of a place that are planned, whoever they are for.
fn by_seat(parts: &[Part]) -> BTreeMap<Seat, u16> {
    let mut all = BTreeMap::new();
    for part in parts {
        *all.entry(part.seat()).or_default() += part.seats;
    }
    all
}

/// Calendar, capacity and hours of work, counted anew from the parts: whatever a proposal does, or a
/// plan that the check lets through.
fn assert_sound(case: &Case, parts: &[Part]) -> Result<(), TestCaseError> {
    let s = &case.office.settings;
    let mut office_minutes: BTreeMap<NaiveDate, u32> = BTreeMap::new();
    for ((start, session), seats) in by_seat(parts) {
        let date = start.date();
        prop_assert!(case.from <= date && date <= case.to);
        let plan = match session {
            None => case.office.slot(start),
            Some(id) => {
                let session = case.sessions.iter().find(|s| s.id == id).unwrap();
                prop_assert!(session.what.stations <= session.what.staff);
                let own = parts.iter().filter(|p| p.session == Some(id));
                for part in own {
                    prop_assert!(session.what.kelurahan.contains(&part.kelurahan));
                }
                session
                    .slots(&case.office)
                    .into_iter()
                    .find(|p| p.start == start)
            }
        };
        let plan = plan.expect("a slot of the calendar");
        let own = match session {
            None => (u32::from(plan.seats) * u32::from(s.self_booking_percent) / 100) as u16,
            Some(_) => 0,
        };
        prop_assert!(seats + plan.walk_in <= plan.seats);
        prop_assert!(seats + (plan.walk_in + own).min(plan.seats) <= plan.seats);
        // Others than those already invited have their seats too.
        let given = case.current.iter().flat_map(|p| &p.parts);
        let given: u16 = given
            .filter(|p| p.seat() == (start, session))
            .map(|p| p.given)
            .sum();
        let taken = case.taken.get(&(start, session)).copied().unwrap_or(0);
        let others = (taken - given).saturating_sub(own);
        prop_assert!(seats == given || seats + plan.walk_in + own + others <= plan.seats);
        if session.is_none() {
            let away = workload::out(&case.sessions, date);
            let staff = s.operators.saturating_sub(away);
            let stations = s.stations_on(date).min(staff);
            prop_assert!(stations > 0, "somebody is there");
            let minutes = office_minutes.entry(date).or_default();
            *minutes += u32::from(plan.minutes) * u32::from(stations);
            prop_assert!(*minutes <= u32::from(staff) * 7 * 60, "seven hours a day");
            // Without anybody to take turns, nobody works five hours on end.
            let windows = case.office.windows(date).unwrap();
            let end = plan.ends().time();
            let first = windows.first().unwrap().from;
            let in_first = windows.first().is_some_and(|w| end <= w.to);
            if staff == stations && in_first {
                prop_assert!(
                    (end - first).num_minutes() <= 4 * 60,
                    "a break after four hours"
                );
            }
        }
    }
    for (date, _) in office_minutes.clone() {
        let week = date.iso_week();
        let office: u32 = office_minutes
            .iter()
            .filter(|(d, _)| d.iso_week() == week)
            .map(|(_, minutes)| *minutes)
            .sum();
        prop_assert!(
            office <= u32::from(s.operators) * 40 * 60,
            "forty hours a week"
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn no_proposal_breaks_calendar_capacity_or_workload(case in cases()) {
        let parts = propose(&case.ask()).unwrap();
        assert_sound(&case, &parts)?;
        let found = check(&case.ask(), &parts);
        prop_assert!(found.iter().all(|t| t.code().is_none()), "{found:?}");
        prop_assert!(found.is_empty(), "nor is any of it too late: {found:?}");
        prop_assert_eq!(&normal(parts.clone()), &parts);
    }

    #[test]
    fn the_same_input_gives_the_same_plan(case in cases()) {
        let parts = propose(&case.ask()).unwrap();
        prop_assert_eq!(&propose(&case.ask()).unwrap(), &parts);
        let mut other = case.clone();
        other.sessions.reverse();
        prop_assert_eq!(&propose(&other.ask()).unwrap(), &parts);
    }

    /// Nobody gets a seat more than they need, and at the office everybody is within one slot's share
    /// of the exact proportion: within one seat even.
    #[test]
    fn the_split_is_proportional_within_one_slot(case in cases()) {
        let parts = propose(&case.ask()).unwrap();
        let given = |p: &Part| case.ask().given(p.seat(), &p.kelurahan);
        let new = |of: &RegionCode, village: bool| -> u64 {
            let own = parts.iter().filter(|p| &p.kelurahan == of && p.session.is_some() == village);
            own.map(|p| u64::from(p.seats - given(p))).sum()
        };
        let codes: Vec<&RegionCode> = case.need.keys().collect();
        let rest: Vec<u64> = codes
            .iter()
            .map(|c| u64::from(case.need[*c]).checked_sub(new(c, true)).expect("needed"))
            .collect();
        let seats: Vec<u64> = codes.iter().map(|c| new(c, false)).collect();
        let (all, total): (u64, u64) = (rest.iter().sum(), seats.iter().sum());
        let share = places(&case.ask(), case.from, case.to)
            .iter()
            .filter(|p| p.session.is_none() && p.seats > 0)
            .map(|p| u64::from(p.seats))
            .min()
            .unwrap_or(1);
        for (seats, rest) in seats.iter().zip(&rest) {
            prop_assert!(seats <= rest);
            let off = (seats * all).abs_diff(total * rest);
            prop_assert!(off < all.max(1) * share && off < all.max(1), "{seats} of {rest}");
        }
        // Seats remain only where nobody needs one.
        let left: u32 = days(&case.ask(), &parts).iter().map(|d| d.room).sum();
        prop_assert!(left == 0 || total == all);
    }

    /// Each kelurahan comes in one stretch at the office.
    #[test]
    fn a_kelurahan_comes_together(case in cases()) {
        let fresh = Case { current: None, ..case };
        let parts = propose(&fresh.ask()).unwrap();
        let mut of: Vec<(SlotStart, &RegionCode)> = parts
            .iter()
            .filter(|p| p.session.is_none())
            .map(|p| (p.slot, &p.kelurahan))
            .collect();
        of.sort_by_key(|(slot, kelurahan)| (*slot, (*kelurahan).clone()));
        let mut seen = Vec::new();
        for (_, kelurahan) in of {
            if seen.last() != Some(&kelurahan) {
                prop_assert!(!seen.contains(&kelurahan), "{kelurahan} comes twice");
                seen.push(kelurahan);
            }
        }
    }

    /// What was given stays, and whatever a head moves, the check finds all that is wrong with it.
    #[test]
    fn a_changed_plan_is_sound_or_refused(
        case in cases(), steps in prop::collection::vec((0u8..5, 0u32..60, 0u32..60, 0usize..6), 0..6),
    ) {
        let mut parts = propose(&case.ask()).unwrap();
        for (step, a, b, of) in steps {
            let date = |n: u32| case.from + TimeDelta::days(i64::from(n % 60));
            let codes: Vec<&RegionCode> = case.need.keys().collect();
            let (first, to) = (codes[of % codes.len()], codes[(of + 1) % codes.len()]);
            let seat = parts.get(a as usize % parts.len().max(1)).map(Part::seat);
            let other = parts.get(b as usize % parts.len().max(1)).map(Part::seat);
            let before: u32 = parts.iter().map(|p| u32::from(p.seats)).sum();
            parts = match (step, seat, other) {
                (0, ..) => {
                    let moved = move_day(&case.ask(), parts.clone(), Some(first), date(a), date(b));
                    let moved = moved.unwrap_or(parts);
                    assert_sound(&case, &moved)?;
                    moved
                }
                (1, ..) => reassign_day(parts, date(a), None, to),
                (2, Some(seat), _) => reassign(parts, seat, first, to),
                (3, Some(seat), Some(other)) => move_part(parts, seat, first, other),
                _ => continue,
            };
            let after: u32 = parts.iter().map(|p| u32::from(p.seats)).sum();
            prop_assert_eq!(before, after);
            let found = check(&case.ask(), &parts);
            if found.iter().any(|t| t.code().is_some()) {
                break;
            }
            assert_sound(&case, &parts)?;
            for part in case.current.iter().flat_map(|p| &p.parts).filter(|p| p.given > 0) {
                let kept = parts.iter().find(|p| p.is_of(part.seat(), &part.kelurahan));
                prop_assert!(kept.is_some_and(|p| p.seats >= part.given));
            }
        }
    }

    /// Against counting seats one by one: each goes to whoever is furthest behind.
    #[test]
    fn quotas_are_whole_parts_and_largest_remainders(
        seats in 0u32..500, needs in prop::collection::vec(0u32..300, 0..8),
    ) {
        let quotas = propose::quotas(seats, &needs);
        let all: u64 = needs.iter().map(|n| u64::from(*n)).sum();
        let given: u64 = quotas.iter().map(|q| u64::from(*q)).sum();
        prop_assert_eq!(given, u64::from(seats).min(all));
        for (quota, need) in quotas.iter().zip(&needs) {
            prop_assert!(quota <= need);
            let off = (u64::from(*quota) * all).abs_diff(given * u64::from(*need));
            prop_assert!(off < all.max(1));
        }
    }
}
