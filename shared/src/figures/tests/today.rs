use super::{super::today::*, date, resident, world};
use crate::{
    booking::{self, Booking},
    fixtures::{OFFICE, code, office},
    ids::{SessionId, VisitId},
    row::Row,
    session::Session,
    visit::{self, Mistake, Reason, Visit},
};
use uuid::Uuid;

const DAY: &str = "2026-11-24";
const VILLAGE: SessionId = SessionId(Uuid::from_u128(4_000));
const EMPTY: SessionId = SessionId(Uuid::from_u128(4_001));
const HOUR: &str = "2026-11-24T07:30";

fn session(id: SessionId, day: &str) -> Session {
    serde_json::from_value(serde_json::json!({
        "id": id, "office": OFFICE, "version": 1,
        "what": {
            "date": day, "kelurahan": ["1571081001"], "place": "Balai Desa", "stations": 1, "staff": 2,
            "from_office": 1, "hours": {
                "open": "08:00:00", "close": "12:00:00", "break_from": "12:00:00", "break_to": "12:00:00",
            },
        },
    }))
    .unwrap()
}

fn booked(n: u32, state: booking::State, session: Option<SessionId>) -> Booking {
    Booking {
        session,
        kelurahan: Some(code("1571081001")),
        ..super::booking(n, HOUR, state)
    }
}

fn came(n: u32, id: u128, state: visit::State, session: Option<SessionId>) -> Visit {
    Visit {
        day: date(DAY),
        session,
        kelurahan: Some(code("1571081001")),
        ..super::visit(n, id, state)
    }
}

/// A day with the office and two villages, of which one has seen nobody yet.
fn day() -> Vec<Row> {
    let of = |n: u32, visit: Visit| Visit {
        booking: Some(super::booking(n, HOUR, booking::State::Arrived).id),
        ..visit
    };
    let village = Some(VILLAGE);
    let not_recorded = visit::State::NotRecorded {
        reason: Reason::Network,
    };
    let reason = Mistake::NobodyThere;
    let rows: Vec<Row> = vec![
        session(VILLAGE, DAY).into(),
        session(EMPTY, DAY).into(),
        session(SessionId(Uuid::from_u128(4_002)), "2026-11-25").into(),
        // The office: one is waited for, one did not come, one is recorded, one waits without a booking.
        booked(1, booking::State::Confirmed, None).into(),
        booked(2, booking::State::NoShow, None).into(),
        booked(3, booking::State::Ended { recorded: true }, None).into(),
        of(3, came(3, 1, visit::State::Recorded, None)).into(),
        came(4, 2, visit::State::Waiting, None).into(),
        // The village: one came to it whose seat is at the office's; one went home in vain.
        booked(5, booking::State::Arrived, None).into(),
        of(5, came(5, 3, visit::State::Waiting, village)).into(),
        booked(6, booking::State::Ended { recorded: false }, village).into(),
        of(6, came(6, 4, not_recorded, village)).into(),
        // Nobody: taken back, said twice, asked for only, of another day, of another office.
        came(7, 5, visit::State::TakenBack { reason }, None).into(),
        Visit {
            repeats: Some(VisitId(Uuid::from_u128(3_002))),
            ..came(4, 6, visit::State::Waiting, village)
        }
        .into(),
        booked(8, booking::State::Requested { review: false }, None).into(),
        super::booking(9, "2026-11-25T07:30", booking::State::Confirmed).into(),
        Booking {
            office: crate::ids::OfficeId(99),
            ..booked(10, booking::State::Confirmed, None)
        }
        .into(),
    ];
    rows
}

fn numbers(n: Numbers) -> [u32; 8] {
    [
        n.booked,
        n.expected,
        n.came,
        n.walked_in,
        n.waiting,
        n.recorded,
        n.not_recorded(),
        n.no_show,
    ]
}

#[test]
fn each_place_by_itself_and_the_sum_of_all() {
    let today = of_day(&world(day()), &office(), date(DAY));
    let places: Vec<_> = today.by_place.keys().copied().collect();
    assert_eq!(places, [None, Some(VILLAGE), Some(EMPTY)]);
    assert_eq!(numbers(today.at(None)), [4, 1, 2, 1, 1, 1, 0, 1]);
    assert_eq!(numbers(today.at(Some(VILLAGE))), [1, 0, 2, 0, 1, 0, 1, 0]);
    assert_eq!(numbers(today.at(Some(EMPTY))), [0; 8]);
    assert_eq!(numbers(today.all), [5, 1, 4, 1, 2, 1, 1, 1]);
    assert_eq!(today.requests, 1);
    // Of the kelurahan, wherever they came to.
    assert_eq!(today.of(Some(&code("1571081001"))).came, 4);
    assert_eq!(today.of(None), today.all);
    // One station for four hours in each village; the office's own seats beside them.
    let village = today.at(Some(VILLAGE)).seats;
    let at_office: u16 = office()
        .slots(date(DAY))
        .unwrap()
        .iter()
        .map(|s| s.seats)
        .sum();
    assert!(village > 0 && village < u32::from(at_office));
    assert_eq!(today.at(Some(EMPTY)).seats, village);
    assert_eq!(today.all.seats, u32::from(at_office) + 2 * village);
}

/// Everybody who came is in one of the cards of the page: nobody disappears at a station.
#[test]
fn who_is_at_a_station_is_counted() {
    let mut rows = day();
    let called = came(11, 8, visit::State::Called, Some(VILLAGE));
    rows.push(called.into());
    let today = of_day(&world(rows), &office(), date(DAY));
    for (numbers, called) in [(today.all, 1), (today.at(None), 0)] {
        assert_eq!(numbers.called, called);
        let cards = numbers.waiting + numbers.called + numbers.recorded + numbers.not_recorded();
        assert_eq!(cards, numbers.came);
    }
}

/// On a day when the office is closed, only the village works.
#[test]
fn a_closed_office_is_no_place_of_the_day() {
    let sunday = "2026-11-29";
    let today = of_day(
        &world([session(VILLAGE, sunday).into()]),
        &office(),
        date(sunday),
    );
    let places: Vec<_> = today.by_place.keys().copied().collect();
    assert_eq!(places, [Some(VILLAGE)]);
}

/// Staff of a kelurahan and heads count one day alike, each from the rows that they hold.
#[test]
fn a_kelurahan_counts_the_day_as_its_head_does() {
    use crate::scope::{Kind, Scope};
    let own = code("1571081001");
    let mut rows = day();
    let (mut resident, _) = resident(3, 1, crate::invitation::State::Planned);
    resident.kelurahan = Some(own.clone());
    rows.push(resident.into());
    let read = |kind| {
        let scope = Scope {
            office: OFFICE,
            today: date(DAY),
            kind,
        };
        let seen = world(rows.iter().filter_map(|row| scope.view(row)));
        of_day(&seen, &office(), date(DAY)).of(Some(&own))
    };
    let by_head = read(Kind::Head);
    assert_eq!(numbers(by_head), [5, 1, 4, 1, 2, 1, 1, 1]);
    assert_eq!(read(Kind::Kelurahan(own.clone())), by_head);
}
