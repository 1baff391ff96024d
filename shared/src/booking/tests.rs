use super::*;
use crate::fixtures::{OFFICE, monday, slot};
use uuid::Uuid;

fn booking(state: State) -> Booking {
    let id = BookingId(Uuid::from_u128(1));
    Booking {
        id,
        office: OFFICE,
        resident: ResidentId(Uuid::from_u128(2)),
        kelurahan: None,
        state,
        slot: Some(slot("2026-11-24T07:30")),
        seated: true,
        choices: vec![],
        any_that_week: false,
        wait_if_full: false,
        priority: false,
        priority_unseen: false,
        verified: true,
        code: TicketCode::of(id),
        ticket: Some("RK".to_owned()),
        requested_at: monday(),
        decided_at: None,
        no_shows: 0,
        visit: None,
        before_arrival: None,
        session: None,
        offer: None,
        offers_missed: 0,
        waiting_since: None,
        moved_by_office: false,
    }
}

fn name(state: State) -> &'static str {
    match state {
        State::Requested { review: false } => "requested",
        State::Requested { review: true } => "in review",
        State::Confirmed => "confirmed",
        State::Waitlisted => "waitlisted",
        State::Offered => "offered",
        State::Unplaced => "unplaced",
        State::Expired => "expired",
        State::Rejected => "rejected",
        State::Cancelled => "cancelled",
        State::Arrived => "arrived",
        State::NoShow => "no-show",
        State::Ended { recorded: true } => "recorded",
        State::Ended { recorded: false } => "not recorded",
    }
}

const STATES: [State; 13] = [
    State::Requested { review: false },
    State::Requested { review: true },
    State::Confirmed,
    State::Waitlisted,
    State::Offered,
    State::Unplaced,
    State::Expired,
    State::Rejected,
    State::Cancelled,
    State::Arrived,
    State::NoShow,
    State::Ended { recorded: true },
    State::Ended { recorded: false },
];

fn offer(why: Why) -> Offer {
    Offer {
        slots: vec![slot("2026-11-26T07:30")],
        until: monday(),
        why,
    }
}

/// Every state by every transition, as the page on state machines gives them; `-` is refused. The
/// offers are those to somebody whose day is gone.
#[test]
fn every_transition_from_every_state() {
    let table = "
        state        | confirm   | wait       | offer   | unplace  | decline  | pass     | reject   | cancel    | arrive  | miss    | end      | reopen
        requested    | confirmed | waitlisted | -       | -        | -        | -        | rejected | cancelled | arrived | -       | -        | -
        in review    | confirmed | waitlisted | -       | -        | -        | -        | rejected | cancelled | arrived | -       | -        | -
        confirmed    | confirmed | -          | offered | unplaced | -        | -        | -        | cancelled | arrived | no-show | -        | -
        waitlisted   | confirmed | -          | offered | -        | -        | -        | rejected | cancelled | arrived | -       | -        | -
        offered      | confirmed | -          | offered | unplaced | unplaced | unplaced | -        | cancelled | arrived | -       | -        | -
        unplaced     | confirmed | -          | -       | -        | -        | -        | -        | cancelled | arrived | -       | -        | -
        expired      | -         | -          | -       | -        | -        | -        | -        | -         | arrived | -       | -        | -
        rejected     | -         | -          | -       | -        | -        | -        | -        | -         | arrived | -       | -        | -
        cancelled    | -         | -          | -       | -        | -        | -        | -        | -         | arrived | -       | -        | -
        arrived      | -         | -          | -       | -        | -        | -        | -        | -         | -       | -       | recorded | -
        no-show      | confirmed | -          | -       | -        | -        | -        | -        | -         | arrived | -       | -        | -
        recorded     | -         | -          | -       | -        | -        | -        | -        | -         | -       | -       | recorded | arrived
        not recorded | -         | -          | -       | -        | -        | -        | -        | -         | -       | -       | recorded | arrived
    ";
    let rows = table.trim().lines().skip(1);
    let mut seen = 0;
    for (row, state) in rows.zip(STATES) {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        assert_eq!(cells[0], name(state));
        let (to, now) = (slot("2026-11-25T09:30"), monday());
        let visit = VisitId(Uuid::from_u128(3));
        let results = [
            booking(state).confirm(to, now),
            booking(state).wait(now),
            booking(state).offer(offer(Why::DayChanged), now),
            booking(state).unplace(now),
            booking(state).decline(now),
            booking(state).pass(now),
            booking(state).reject(now),
            booking(state).cancel(now),
            booking(state).arrive(visit, now),
            booking(state).miss(now),
            booking(state).end(true, now),
            booking(state).reopen(now),
        ];
        assert_eq!(cells.len(), results.len() + 1);
        for (expected, result) in cells.iter().skip(1).zip(results) {
            let got = result.as_ref().map_or("-", |b| name(b.state));
            assert_eq!(got, *expected, "{row}");
            if let Err(refused) = result {
                assert_eq!(refused.from, state);
            }
        }
        seen += 1;
    }
    assert_eq!(seen, STATES.len());
}

/// Who waits keeps waiting, behind the others, and not for ever.
#[test]
fn what_becomes_of_an_offer_to_somebody_who_waits() {
    let waiting = booking(State::Waitlisted);
    let offered = |b: Booking| b.offer(offer(Why::SeatFreed), monday()).unwrap();
    let declined = offered(waiting.clone()).decline(monday()).unwrap();
    assert_eq!(
        (declined.state, declined.offers_missed),
        (State::Waitlisted, 0)
    );
    assert_eq!(declined.waits_since(), monday());
    let once = offered(declined).pass(monday()).unwrap();
    assert_eq!((once.state, once.offers_missed), (State::Waitlisted, 1));
    assert_eq!(once.offer, None);
    let twice = offered(once.clone()).pass(monday()).unwrap();
    assert_eq!(twice.state, State::Expired);
    // Whoever comes gives up the choice; taken back, they wait as before.
    let visit = VisitId(Uuid::from_u128(3));
    let come = offered(once).arrive(visit, monday()).unwrap();
    assert_eq!(come.offer, None);
    let back = come.take_arrival_back(monday()).unwrap();
    assert_eq!(back.state, State::Waitlisted);
}

#[test]
fn what_transitions_carry_along() {
    let moved = booking(State::Confirmed).confirm(slot("2026-11-25T09:30"), monday());
    let moved = moved.unwrap();
    assert_eq!(moved.slot, Some(slot("2026-11-25T09:30")));
    assert_eq!(moved.ticket, None, "the old ticket names the old slot");
    let cancelled = booking(State::Confirmed).cancel(monday()).unwrap();
    assert!(!cancelled.seated && cancelled.ticket.is_none());
    let missed = booking(State::Confirmed).miss(monday()).unwrap();
    assert!(missed.seated, "the seat went by unused: it counts");
    assert_eq!(missed.no_shows, 1);
}

/// Active until the visit ends (design: Requested, Waitlisted, Offered, Confirmed, Arrived), and while staff look for a day.
#[test]
fn what_keeps_from_booking_twice() {
    let active: Vec<_> = STATES
        .into_iter()
        .filter(|s| s.is_active())
        .map(name)
        .collect();
    let expected = [
        "requested",
        "in review",
        "confirmed",
        "waitlisted",
        "offered",
        "unplaced",
        "arrived",
    ];
    assert_eq!(active, expected);
}

#[test]
fn ticket_codes_are_eight_letters_read_aloud_with_ease() {
    let codes: std::collections::BTreeSet<_> = (0..500)
        .map(|n| TicketCode::of(BookingId(Uuid::from_u128(n))))
        .collect();
    assert_eq!(codes.len(), 500);
    for code in codes {
        assert_eq!(code.as_str().len(), 8);
        assert!(!code.as_str().contains(['I', 'L', 'O', 'U']), "{code:?}");
        assert_eq!(
            crate::resident::normalise_code(code.as_str()),
            code.as_str()
        );
    }
}
