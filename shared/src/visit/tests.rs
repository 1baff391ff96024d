use super::*;
use crate::fixtures::{OFFICE, device, monday, queue};
use chrono::TimeDelta;
use proptest::prelude::*;
use uuid::Uuid;

fn visit(state: State) -> Visit {
    Visit {
        id: VisitId(Uuid::from_u128(1)),
        office: OFFICE,
        resident: ResidentId(Uuid::from_u128(2)),
        kelurahan: None,
        booking: None,
        day: monday().date_naive(),
        queue: queue("A-001"),
        state,
        priority: false,
        arrived_at: monday(),
        called_at: None,
        ended_at: None,
        device: device(1),
        lease: None,
        repeats: None,
        session: None,
    }
}

/// Facts have no forbidden transition: each has a result from every state.
#[test]
fn every_word_in_every_state() {
    let reason = Reason::Network;
    let failed = State::NotRecorded { reason };
    let outcome = Outcome::NotRecorded { reason };
    for (from, called, recorded, not_recorded) in [
        (State::Waiting, State::Called, State::Recorded, failed),
        (State::Called, State::Called, State::Recorded, failed),
        (State::Recorded, State::Recorded, State::Recorded, failed),
        (failed, failed, State::Recorded, failed),
        (State::Left, State::Left, State::Recorded, failed),
    ] {
        let later = monday() + TimeDelta::minutes(5);
        assert_eq!(visit(from).call(later).state, called, "call {from:?}");
        let closed = visit(from).close(Outcome::Recorded, later);
        assert_eq!((closed.state, closed.ended_at), (recorded, Some(later)));
        assert_eq!(visit(from).close(outcome, later).state, not_recorded);
        assert_eq!(visit(from).close(Outcome::Left, later).state, State::Left);
        let back = closed.reopen();
        assert_eq!(
            (back.state, back.called_at, back.ended_at),
            (State::Waiting, None, None)
        );
        assert_eq!(back.arrived_at, monday(), "the old place in the queue");
    }
}

#[test]
fn the_queue_serves_priority_then_who_came_first() {
    let one = |number: &str, minute: i64, priority: bool| Visit {
        queue: queue(number),
        arrived_at: monday() + TimeDelta::minutes(minute),
        priority,
        ..visit(State::Waiting)
    };
    let mut line = [
        one("A-002", 10, false),
        one("B-001", 5, false),
        one("A-003", 20, true),
        one("B-002", 10, false),
        one("A-001", 5, false),
    ];
    line.sort_by_key(Visit::queue_key);
    let order: Vec<_> = line.iter().map(|v| v.queue.to_string()).collect();
    assert_eq!(order, ["A-003", "A-001", "B-001", "A-002", "B-002"]);
}

#[test]
fn who_repeats_does_not_wait() {
    let again = Visit {
        repeats: Some(VisitId(Uuid::from_u128(9))),
        ..visit(State::Waiting)
    };
    assert!(visit(State::Waiting).is_waiting() && !again.is_waiting());
    assert!(!visit(State::Called).is_waiting() && State::Called.is_open());
}

#[test]
fn queue_numbers_have_one_form() {
    for (text, printed) in [
        ("A-012", Some("A-012")),
        ("AB-1200", Some("AB-1200")),
        ("A-12", Some("A-012")),
        ("a-012", None),
        ("A-000", None),
        ("A-+12", None),
        ("ABCD-001", None),
        ("A-65536", None),
        ("Ä-001", None),
        ("-001", None),
        ("A012", None),
        ("", None),
    ] {
        let got = text.parse::<QueueNumber>().map(|number| number.to_string());
        assert_eq!(got.ok().as_deref(), printed, "{text:?}");
    }
}

proptest! {
    #[test]
    fn a_queue_number_reads_back(letters in "[A-Z]{1,3}", number in 1u16..) {
        let printed = QueueNumber::new(&letters, number).unwrap().to_string();
        let read: QueueNumber = printed.parse().unwrap();
        prop_assert_eq!((read.letters(), read.number()), (letters.as_str(), number));
    }
}
