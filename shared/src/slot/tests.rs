use super::*;
use crate::{
    fixtures::{OFFICE, office},
    office::{Hours, StaffedDay},
};
use chrono::NaiveTime;
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(minutes: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(minutes / 60, minutes % 60, 0).unwrap()
}

/// 07:30-12:00 holds four hours and a half: the half hour is a slot of its own.
#[test]
fn a_monday_and_a_friday() {
    let list = |date: &str| -> Vec<String> {
        let plans = office().slots(day(date)).unwrap();
        plans
            .iter()
            .map(|p| {
                let time = p.start.local().format("%H:%M");
                format!("{time} {}min {} ({})", p.minutes, p.seats, p.walk_in)
            })
            .collect()
    };
    let monday = [
        "07:30 60min 8 (2)",
        "08:30 60min 8 (2)",
        "09:30 60min 8 (2)",
        "10:30 60min 8 (2)",
        "11:30 30min 4 (1)",
        "13:00 60min 8 (2)",
        "14:00 60min 8 (2)",
    ];
    assert_eq!(list("2026-11-23"), monday);
    let friday: Vec<_> = monday
        .into_iter()
        .filter(|s| !s.starts_with("11:30"))
        .collect();
    assert_eq!(list("2026-11-27"), friday);
}

#[test]
fn only_the_calendars_own_starts_are_slots() {
    for (start, there) in [
        ("2026-11-23T07:30", true),
        ("2026-11-23T08:00", false),
        ("2026-11-23T12:00", false),
        ("2026-11-23T14:00", true),
        ("2026-11-23T15:00", false),
        ("2026-11-28T07:30", false),
    ] {
        let found = office().slot(start.parse().unwrap()).is_some();
        assert_eq!(found, there, "{start}");
    }
}

/// Another spelling would be another key for the same slot, and a year far off has no week.
#[test]
fn a_start_has_one_spelling() {
    let start: SlotStart = "2026-12-01T07:30".parse().unwrap();
    assert_eq!(start.to_string(), "2026-12-01T07:30");
    for text in [
        "2026-12-1T7:30",
        "2026-12-01T07:30:00",
        "2026-12-01 07:30",
        "-262143-01-01T07:30",
        "+262142-12-31T07:30",
        "2026-02-30T07:30",
        "2026-12-01T24:00",
        " 2026-12-01T07:30",
        "",
    ] {
        assert_eq!(text.parse::<SlotStart>(), Err(SlotStartError), "{text:?}");
    }
}

#[test]
fn the_offer_hides_what_is_past_or_closed() {
    let plan = office().slot("2026-11-23T09:30".parse().unwrap()).unwrap();
    let mut taken = Slot::new(OFFICE, plan);
    for _ in 0..4 {
        taken = taken.claim(true, 30).unwrap();
    }
    let now = day("2026-11-23").and_time(at(8 * 60 + 30));
    let offer = office().offer(day("2026-11-23"), std::slice::from_ref(&taken), now);
    let free: Vec<_> = offer.slots.iter().map(|s| s.free).collect();
    assert_eq!(free, [0, 0, 2, 6, 3, 6, 6]);
    assert_eq!(offer.free(), 23);
    // One station that day: four seats an hour, and the four that are taken stay taken.
    let mut short = office();
    short.settings.staffed.push(StaffedDay {
        date: day("2026-11-23"),
        stations: 1,
        reason: "Alat rusak".to_owned(),
    });
    let offer = short.offer(day("2026-11-23"), &[taken], now);
    let free: Vec<_> = offer.slots.iter().map(|s| s.free).collect();
    assert_eq!(free, [0, 0, 0, 3, 2, 3, 3]);
    let weekend = office().offer(day("2026-11-28"), &[], now);
    assert_eq!(
        (weekend.closed, weekend.slots),
        (Some(Closed::DayOff), vec![])
    );
}

#[test]
fn a_limit_stops_new_claims_and_takes_nothing_away() {
    let plan = office().slot("2026-11-23T09:30".parse().unwrap()).unwrap();
    let mut slot = Slot::new(OFFICE, plan);
    for _ in 0..3 {
        slot = slot.claim(true, 30).unwrap();
    }
    slot.limit = Some(4);
    assert_eq!(slot.free(), 0, "two of the four are kept for walk-ins");
    assert_eq!(slot.clone().claim(true, 30), Err(SlotFull));
    assert_eq!(slot.booked, 3);
    assert!(slot.holds());
}

/// 30 % of 8 seats is 2.4: three people nobody has verified, whatever order they come in.
#[test]
fn the_share_of_the_unverified() {
    for (seats, percent, most) in [(8, 30, 3), (7, 30, 3), (4, 30, 2), (8, 0, 0), (8, 100, 8)] {
        let mut slot = Slot::new(
            OFFICE,
            SlotPlan {
                start: "2026-11-23T09:30".parse().unwrap(),
                minutes: 60,
                seats,
                walk_in: 0,
                session: None,
            },
        );
        let mut taken = 0;
        while let Ok(next) = slot.clone().claim(false, percent) {
            slot = next;
            taken += 1;
        }
        assert_eq!(taken, most, "{percent} % of {seats}");
        let verified = (0..).map_while(|_| {
            slot = slot.clone().claim(true, percent).ok()?;
            Some(())
        });
        assert_eq!(
            verified.count() as u16,
            seats - most,
            "the rest is for the verified"
        );
    }
}

proptest! {
    /// Slots of a day neither overlap nor leave the hours, reach into the break, or promise more
    /// recordings than fit.
    #[test]
    fn slots_tile_the_working_day(
        open in 300u32..700, length in 0u32..600, break_at in 0u32..600, rest in 0u32..120,
        slot_minutes in 0u16..200, stations in 0u16..6, minutes in 0u16..60, walk_in in 0u16..101,
    ) {
        let mut office = office();
        let break_from = open + break_at.min(length);
        let hours = Hours {
            open: at(open),
            close: at(open + length),
            break_from: at(break_from),
            break_to: at(break_from + rest),
        };
        office.settings.week.0[0] = Some(hours);
        office.settings.slot_minutes = slot_minutes;
        office.settings.stations = stations;
        office.settings.minutes_per_recording = minutes;
        office.settings.walk_in_percent = walk_in;
        let date = day("2026-11-23");
        let mut before = date.and_time(at(open));
        for plan in office.slots(date).unwrap() {
            let end = plan.start.local() + TimeDelta::minutes(plan.minutes.into());
            prop_assert!(plan.start.local() >= before && end <= date.and_time(hours.close));
            prop_assert!(
                end <= date.and_time(hours.break_from)
                    || plan.start.local() >= date.and_time(hours.break_to)
            );
            prop_assert!(plan.minutes <= slot_minutes.max(1));
            prop_assert!(plan.seats > 0 && plan.walk_in <= plan.seats);
            // What fits: stations times the recordings that end in time.
            let work = u32::from(plan.seats / stations) * u32::from(minutes.max(1));
            prop_assert!(work <= plan.minutes.into());
            prop_assert!(work + u32::from(minutes.max(1)) > plan.minutes.into());
            prop_assert_eq!(office.slot(plan.start), Some(plan));
            before = end;
        }
    }

    /// Whatever is claimed, kept, lent, used and given back, nobody sits on two seats, and what was
    /// given back waits for the round: checked against plain lists of who holds what.
    #[test]
    fn counters_never_break(steps in prop::collection::vec((0u8..13, any::<bool>(), 0usize..20), 0..160),
        seats in 0u16..12, walk_in in 0u16..12, percent in 0u16..101) {
        let start = "2026-11-23T09:30".parse().unwrap();
        let walk_in = walk_in.min(seats);
        let mut slot = Slot::new(OFFICE, SlotPlan { start, minutes: 60, seats, walk_in, session: None });
        let (mut booked, mut offered): (Vec<bool>, Vec<bool>) = (vec![], vec![]);
        let (mut invited, mut lent, mut sat, mut back) = (0_u16, 0_u16, 0_u16, 0_u16);
        // Somebody nobody has verified keeps that also on a seat that was kept for them.
        let pick_of = |list: &mut Vec<bool>, pick: usize| list.swap_remove(pick % list.len());
        for (step, verified, pick) in steps {
            match step {
                0 | 1 => if let Ok(next) = slot.clone().claim(verified, percent) {
                    prop_assert!(slot.free() > 0);
                    slot = next;
                    booked.push(verified);
                },
                2 => if !booked.is_empty() {
                    slot = slot.release(pick_of(&mut booked, pick));
                    back += 1;
                },
                3 => {
                    let more = slot.lendable();
                    slot = slot.lend(more);
                    for _ in 0..more {
                        back -= u16::from(lent + sat >= walk_in);
                        lent += 1;
                    }
                }
                4 => if lent > 0 {
                    slot = slot.use_lent();
                    (lent, sat) = (lent - 1, sat + 1);
                },
                5 => {
                    let returned = lent.min(pick as u16);
                    slot = slot.take_back(returned);
                    for _ in 0..returned {
                        back += u16::from(lent + sat > walk_in);
                        lent -= 1;
                    }
                }
                6 => if let Ok(next) = slot.clone().hold() {
                    slot = next;
                    invited += 1;
                },
                7 => if invited > 0 {
                    invited -= 1;
                    slot = if verified { booked.push(true); slot.take_held() } else { back += 1; slot.let_go() };
                },
                8 => if let Ok(next) = slot.clone().offer(verified, percent) {
                    slot = next;
                    offered.push(verified);
                    back = back.saturating_sub(1);
                },
                9 => if !offered.is_empty() {
                    let whose = pick_of(&mut offered, pick);
                    slot = slot.withdraw(whose);
                    back += 1;
                },
                10 => if !offered.is_empty() {
                    booked.push(pick_of(&mut offered, pick));
                    slot = slot.take_held();
                },
                11 => if let Ok(next) = slot.clone().hold_planned() {
                    let took_freed = slot.free() == 0;
                    slot = next;
                    invited += 1;
                    back -= u16::from(took_freed);
                },
                _ => {
                    slot = slot.release_freed();
                    back = 0;
                }
            }
            prop_assert!(slot.holds());
            prop_assert_eq!(usize::from(slot.booked), booked.len() + usize::from(sat));
            prop_assert_eq!(usize::from(slot.held), offered.len() + usize::from(invited));
            prop_assert_eq!((slot.leased, slot.freed), (lent, back));
            let promised = booked.len() + offered.len() + usize::from(invited);
            prop_assert!(promised <= usize::from(seats - walk_in), "the bookings' share");
            let open = usize::from(seats) - promised - usize::from(lent.max(walk_in.saturating_sub(sat)) + sat);
            prop_assert_eq!(usize::from(slot.free()), open.saturating_sub(usize::from(back)));
            let unverified = booked.iter().chain(&offered).filter(|verified| !**verified).count();
            prop_assert_eq!(usize::from(slot.unverified), unverified);
            // What they gave back since the round stays in their share.
            prop_assert!(slot.freed_unverified <= slot.freed);
            let unverified = unverified + usize::from(slot.freed_unverified);
            prop_assert!(unverified * 100 < usize::from(seats) * usize::from(percent) + 100);
        }
    }

    #[test]
    fn a_start_reads_back(minutes in 0i64..30_000_000, seconds in 0i64..60) {
        let local = day("2000-01-01").and_time(NaiveTime::MIN) + TimeDelta::minutes(minutes);
        let start = SlotStart::new(local + TimeDelta::seconds(seconds));
        prop_assert_eq!(start.local(), local);
        prop_assert_eq!(start.to_string().parse(), Ok(start));
        prop_assert_eq!(
            serde_json::to_string(&start).unwrap(),
            local.format("\"%Y-%m-%dT%H:%M\"").to_string()
        );
    }
}
