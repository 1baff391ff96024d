//! Cases by hand; `properties` has what holds for all.

mod properties;

use super::*;
use crate::{
    fixtures::{OFFICE, code, office, slot},
    office::{ClosedDay, Hours},
    problem::Code,
    session::Details,
};
use chrono::NaiveTime;
use uuid::Uuid;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn time(minutes: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(minutes / 60, minutes % 60, 0).unwrap()
}

const MONDAY: &str = "2026-11-23";

/// Everything an ask borrows.
#[derive(Clone, Debug)]
struct Case {
    office: Office,
    sessions: Vec<Session>,
    current: Option<Plan>,
    from: NaiveDate,
    to: NaiveDate,
    need: BTreeMap<RegionCode, u32>,
    taken: Taken,
}

impl Case {
    fn ask(&self) -> Ask<'_> {
        Ask {
            office: &self.office,
            sessions: &self.sessions,
            current: self.current.as_ref(),
            today: day(MONDAY),
            from: self.from,
            to: self.to,
            need: &self.need,
            taken: &self.taken,
        }
    }

    fn confirmed(&self, parts: Vec<Part>) -> Plan {
        let at = crate::fixtures::monday();
        Plan {
            parts,
            version: 1,
            ..Plan::none(OFFICE, at)
        }
    }
}

/// Two kelurahan with these needs, December's first full week: Monday to Friday, 24 and 22 seats a day.
fn week(one: u32, two: u32) -> Case {
    let codes = ["1571081001", "1571081002"].map(code);
    Case {
        office: office(),
        sessions: Vec::new(),
        current: None,
        from: day("2026-12-07"),
        to: day("2026-12-11"),
        need: codes.into_iter().zip([one, two]).collect(),
        taken: Taken::new(),
    }
}

fn village(date: &str, of: &[&str]) -> Session {
    let hours = Hours {
        open: time(7 * 60 + 30),
        close: time(17 * 60),
        break_from: time(12 * 60),
        break_to: time(13 * 60),
    };
    Session {
        id: SessionId(Uuid::from_u128(7)),
        office: OFFICE,
        what: Details {
            kelurahan: of.iter().map(|digits| code(digits)).collect(),
            place: "Balai Desa".to_owned(),
            coordinates: None,
            date: day(date),
            hours,
            stations: 1,
            staff: 2,
            from_office: 0,
        },
        checklist: Default::default(),
        cancelled: None,
        version: 0,
        former: Vec::new(),
    }
}

fn seats(parts: &[Part], of: &str) -> u32 {
    let of = code(of);
    let own = parts.iter().filter(|part| part.kelurahan == of);
    own.map(|part| u32::from(part.seats)).sum()
}

/// Two operators for two stations have their break at half past eleven: those four seats are no
/// invitations'. Of eight seats an hour two are for walk-ins and two for who books.
#[test]
fn the_places_of_a_monday() {
    let case = week(0, 0);
    let monday: Vec<String> = places(&case.ask(), case.from, case.from)
        .iter()
        .map(|p| format!("{} {}+{}", p.slot, p.seats, p.own))
        .collect();
    let expected = ["07:30", "08:30", "09:30", "10:30", "13:00", "14:00"];
    let expected = expected.map(|at| format!("2026-12-07T{at} 4+2"));
    assert_eq!(monday, expected);
    let mut relieved = case.clone();
    relieved.office.settings.operators = 3;
    let places = places(&relieved.ask(), case.from, case.from);
    let half = places.iter().find(|p| p.slot == slot("2026-12-07T11:30"));
    assert_eq!(half.map(|p| p.seats), Some(2), "a third one takes turns");
}

/// 120 seats for 100 and 200 people: 40 and 80, the first kelurahan on Monday and most of Tuesday.
#[test]
fn a_week_is_split_in_proportion() {
    let case = week(100, 200);
    let parts = propose(&case.ask()).unwrap();
    assert_eq!(
        (seats(&parts, "1571081001"), seats(&parts, "1571081002")),
        (40, 80)
    );
    let lines = summary(&case.ask(), &parts);
    let said: Vec<_> = lines
        .iter()
        .map(|l| {
            (
                l.people,
                l.seats,
                l.exact_tenths,
                l.first.unwrap(),
                l.last.unwrap(),
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            (100, 40, 400, day("2026-12-07"), day("2026-12-08")),
            (200, 80, 800, day("2026-12-08"), day("2026-12-11")),
        ]
    );
    assert!(check(&case.ask(), &parts).is_empty());
}

#[test]
fn no_more_seats_than_people() {
    let case = week(3, 5);
    let parts = propose(&case.ask()).unwrap();
    let said: Vec<_> = parts
        .iter()
        .map(|p| (p.slot.to_string(), p.seats))
        .collect();
    let at = |time: &str| format!("2026-12-07T{time}");
    assert_eq!(said, [(at("07:30"), 3), (at("07:30"), 1), (at("08:30"), 4)]);
}

/// One station from half past seven to five: 34 recordings, of which 8 are for walk-ins, hour by hour.
#[test]
fn a_village_gets_its_session_first() {
    let mut case = week(30, 100);
    case.sessions = vec![village("2026-12-09", &["1571081001"])];
    let parts = propose(&case.ask()).unwrap();
    let there: u16 = parts
        .iter()
        .filter(|p| p.session.is_some())
        .map(|p| p.seats)
        .sum();
    assert_eq!(there, 26);
    assert!(
        parts
            .iter()
            .all(|p| p.session.is_none() || p.kelurahan == code("1571081001"))
    );
    // 120 seats at the office are enough for the four and the hundred that remain.
    assert_eq!(
        (seats(&parts, "1571081001"), seats(&parts, "1571081002")),
        (30, 100)
    );
    case.sessions[0].cancelled = Some("Banjir".to_owned());
    let parts = propose(&case.ask()).unwrap();
    assert!(parts.iter().all(|part| part.session.is_none()));
}

/// What is taken comes out of the share of those who book first.
#[test]
fn bookings_take_their_own_share_first() {
    let mut case = week(500, 500);
    for (at, taken, left) in [("2026-12-07T07:30", 2, 4), ("2026-12-07T08:30", 5, 1)] {
        case.taken.insert((slot(at), None), taken);
        let parts = propose(&case.ask()).unwrap();
        let here = parts.iter().filter(|p| p.slot == slot(at));
        assert_eq!(here.map(|p| p.seats).sum::<u16>(), left, "{at}");
    }
}

#[test]
fn who_was_invited_last_comes_last() {
    let mut case = week(50, 50);
    let before = Part {
        slot: slot("2026-12-01T07:30"),
        session: None,
        kelurahan: code("1571081001"),
        seats: 4,
        given: 4,
    };
    case.current = Some(case.confirmed(vec![before]));
    let parts = propose(&case.ask()).unwrap();
    assert_eq!(parts[0].kelurahan, code("1571081002"));
}

#[test]
fn periods_that_cannot_be_planned() {
    for (from, to, fits) in [
        ("2026-12-07", "2026-12-07", true),
        ("2026-12-07", "2026-12-06", false),
        ("2026-12-07", "2027-03-08", true),
        ("2026-12-07", "2027-03-09", false),
        // The holidays of 2028 are not decreed.
        ("2027-12-07", "2028-01-10", false),
    ] {
        let (from, to) = (day(from), day(to));
        let case = Case {
            from,
            to,
            ..week(9, 9)
        };
        assert_eq!(propose(&case.ask()).is_ok(), fits, "{from} {to}");
        let said = check(&case.ask(), &[]);
        assert_eq!(said, if fits { vec![] } else { vec![Trouble::Period] });
    }
}

#[test]
fn what_a_check_finds() {
    let mut case = week(9, 9);
    case.sessions = vec![village("2026-12-09", &["1571081001"])];
    let at = SessionId(Uuid::from_u128(7));
    let one = "1571081001";
    let part = |start: &str, session: Option<SessionId>, of: &str, seats: u16| Part {
        slot: slot(start),
        session,
        kelurahan: code(of),
        seats,
        given: 0,
    };
    for (part, found) in [
        (part("2026-12-07T07:30", None, one, 4), None),
        (
            part("2026-12-07T07:30", None, one, 5),
            Some(Code::PlanCapacity),
        ),
        (
            part("2026-12-07T08:00", None, one, 1),
            Some(Code::PlanCalendar),
        ),
        (
            part("2026-12-12T07:30", None, one, 1),
            Some(Code::PlanPeriod),
        ),
        (part("2026-12-07T11:30", None, one, 1), Some(Code::Workload)),
        (
            part("2026-12-07T07:30", None, "1571081009", 1),
            Some(Code::UnknownKelurahan),
        ),
        (part("2026-12-09T07:30", Some(at), one, 3), None),
        (
            part("2026-12-10T07:30", Some(at), one, 3),
            Some(Code::PlanCalendar),
        ),
        (
            part("2026-12-09T07:30", Some(at), "1571081002", 1),
            Some(Code::PlanCalendar),
        ),
    ] {
        let codes: Vec<_> = check(&case.ask(), std::slice::from_ref(&part))
            .iter()
            .filter_map(Trouble::code)
            .collect();
        assert_eq!(codes.first().copied(), found, "{part:?}: {codes:?}");
    }
}

#[test]
fn a_day_moves_and_another_makes_room() {
    let case = week(24, 200);
    let parts = propose(&case.ask()).unwrap();
    let (one, two) = (code("1571081001"), code("1571081002"));
    let on = |parts: &[Part], date: &str, of: &RegionCode| -> u16 {
        let here = parts
            .iter()
            .filter(|p| p.slot.date() == day(date) && &p.kelurahan == of);
        here.map(|p| p.seats).sum()
    };
    let monday = on(&parts, "2026-12-07", &one);
    assert!(monday > 0 && on(&parts, "2026-12-10", &two) == 24);
    let to = day("2026-12-10");
    let moved = move_day(&case.ask(), parts.clone(), Some(&one), case.from, to).unwrap();
    assert_eq!(on(&moved, "2026-12-10", &one), monday);
    assert_eq!(on(&moved, "2026-12-10", &two), 24 - monday);
    for of in ["1571081001", "1571081002"] {
        assert_eq!(seats(&moved, of), seats(&parts, of), "nobody loses a seat");
    }
    assert!(check(&case.ask(), &moved).is_empty());
    let saturday = move_day(
        &case.ask(),
        parts.clone(),
        None,
        case.from,
        day("2026-12-12"),
    );
    assert!(matches!(saturday, Err(Trouble::Calendar { .. })));
    let given = reassign_day(parts, case.from, None, &two);
    assert_eq!(
        (
            on(&given, "2026-12-07", &one),
            on(&given, "2026-12-07", &two)
        ),
        (0, 24)
    );
}

#[test]
fn days_say_who_comes() {
    let mut case = week(30, 30);
    let date = day("2026-12-09");
    case.office.settings.closed.push(ClosedDay {
        date,
        reason: "Listrik".to_owned(),
    });
    let parts = propose(&case.ask()).unwrap();
    let days = days(&case.ask(), &parts);
    assert_eq!(days.len(), 5);
    let said: Vec<_> = days
        .iter()
        .map(|d| {
            (
                d.closed.is_some(),
                d.shares.iter().map(|s| s.seats).sum::<u32>(),
                d.room,
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            (false, 24, 0),
            (false, 24, 0),
            (true, 0, 0),
            (false, 12, 12),
            (false, 0, 24)
        ]
    );
    // A full day ends when its last slot ends, not when that begins.
    let slots = case.office.slots(days[0].date).unwrap();
    let ends = days[0].shares.iter().map(|share| share.ends).max();
    assert_eq!(ends, slots.last().map(|slot| slot.ends()));
}
