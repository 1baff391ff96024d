//! Taking an arrival back that was entered by mistake.

use crate::{
    booking::{Booking, State},
    command::{Applicant, Command, Receipt, WalkIn},
    decide::{Outcome, Who},
    fixtures::{OFFICE, Story, arrival, booking, device, person, queue, refusal, slot, staff},
    flag::Kind,
    ids::{DeviceId, LeaseId, VisitId},
    lease::Lease,
    problem::Code,
    resident::{NikClaim, Resident},
    slot::Slot,
    sync::Role,
    visit::{self, Mistake, Visit},
};
use chrono::TimeDelta;

const TODAY: &str = "2026-11-23T09:30";

fn tablet() -> DeviceId {
    device(91)
}

fn operator() -> Who {
    staff(Role::Operator)
}

fn say(story: &mut Story, command: Command) -> Outcome {
    story.say(tablet(), &operator(), command)
}

fn visit_of(outcome: &Outcome) -> VisitId {
    match outcome {
        Outcome::Applied(Receipt::Visit { visit, .. }) => *visit,
        other => panic!("{other:?}"),
    }
}

fn take_back(visit: VisitId) -> Command {
    Command::TakeArrivalBack {
        visit,
        reason: Mistake::WrongPerson,
    }
}

fn done(outcome: &Outcome) {
    assert_eq!(*outcome, Outcome::Applied(Receipt::Done));
}

/// Whatever the booking was before, it is again, and so are its resident and the claim on the NIK.
#[test]
fn the_booking_is_again_what_it_was() {
    type Change = fn(&mut Story, &Booking);
    let cancelled: Change = |story, own| {
        let cancel = Command::CancelBooking { booking: own.id };
        booking(&story.say(device(1), &Who::resident(), cancel));
    };
    let missed: Change = |story, own| {
        story.now += TimeDelta::hours(5);
        let (clock, system) = (DeviceId::system(OFFICE), Who::system(OFFICE));
        done(&story.say(clock, &system, Command::MarkNoShow { booking: own.id }));
    };
    for (name, change) in [
        ("confirmed", (|_, _| {}) as Change),
        ("cancelled", cancelled),
        ("absent", missed),
    ] {
        let mut story = Story::new();
        let own = booking(&story.book(device(1), person(1), &[TODAY]));
        change(&mut story, &own);
        let before = story.get::<Booking>(own.id).clone();
        let resident = story.get::<Resident>(own.resident).clone();
        let claim = story.all::<NikClaim>()[0].clone();
        let booked = story.booked(TODAY);

        let visit = visit_of(&say(&mut story, arrival(own.id, "A-001")));
        assert_eq!(story.get::<Booking>(own.id).state, State::Arrived);
        story.now += TimeDelta::minutes(2);
        done(&say(&mut story, take_back(visit)));
        let after = story.get::<Booking>(own.id);
        let decided_at = after.decided_at;
        assert_eq!(
            after,
            &Booking {
                decided_at,
                ..before
            },
            "{name}"
        );
        assert_eq!(story.get::<Resident>(own.resident), &resident, "{name}");
        assert_eq!(story.all::<NikClaim>(), [&claim], "{name}");
        assert_eq!(story.booked(TODAY), booked, "{name}");
        let gone = story.get::<Visit>(visit);
        let reason = Mistake::WrongPerson;
        assert_eq!(gone.state, visit::State::TakenBack { reason }, "{name}");
        assert!(!gone.is_waiting() && !gone.state.is_open());

        // The right person comes with the same ticket: a new arrival that repeats nothing.
        let flags = story.flags().len();
        let right = visit_of(&say(&mut story, arrival(own.id, "A-002")));
        assert!(story.get::<Visit>(right).is_waiting(), "{name}");
        let again = usize::from(name != "confirmed");
        assert_eq!(story.flags().len(), flags + again, "{name}");
    }
}

#[test]
fn only_while_it_waits_and_only_at_the_desk() {
    let mut story = Story::new();
    let own = booking(&story.book(device(1), person(1), &[TODAY]));
    let visit = visit_of(&say(&mut story, arrival(own.id, "A-001")));
    for who in [
        Who::resident(),
        staff(Role::Kelurahan),
        staff(Role::Admin),
        Who::system(OFFICE),
    ] {
        let refused = story.say(device(1), &who, take_back(visit));
        assert_eq!(refusal(&refused), Code::NotAllowed, "{:?}", who.role);
    }
    done(&say(&mut story, Command::CallVisit { visit }));
    assert_eq!(
        refusal(&say(&mut story, take_back(visit))),
        Code::VisitState
    );
    // Called by mistake too: back into the queue first.
    done(&say(&mut story, Command::ReopenVisit { visit }));
    done(&story.say(device(92), &staff(Role::Head), take_back(visit)));
    assert_eq!(
        refusal(&say(&mut story, take_back(visit))),
        Code::VisitState
    );
    let nobody = VisitId(uuid::Uuid::from_u128(404));
    assert_eq!(refusal(&say(&mut story, take_back(nobody))), Code::NotFound);
    assert!(!take_back(visit).is_fact());
    assert_eq!(take_back(visit).reason(), Some("wrong_person"));
}

#[test]
fn a_walk_ins_lent_seat_goes_back() {
    let mut story = Story::new();
    done(&say(&mut story, Command::PrepareTablet {}));
    let lease = LeaseId::of(tablet(), slot(TODAY));
    let come = |number: &str| {
        Command::WalkIn(WalkIn {
            who: Applicant::New(Box::new(person(1))),
            queue: queue(number),
            priority: false,
            lease: Some(lease),
            unknown_ticket: false,
            at: None,
        })
    };
    let counts = |story: &Story| {
        let row: &Slot = story.get(slot(TODAY).id(OFFICE));
        let left = story.get::<Lease>(lease).left();
        (row.booked, row.walked_in, row.leased, left)
    };
    let before = counts(&story);
    assert_eq!(before, (0, 0, 1, 1));
    let first = visit_of(&say(&mut story, come("A-001")));
    // No seat was left for the second: it has none to give back.
    let second = visit_of(&say(&mut story, come("A-002")));
    assert_eq!(counts(&story), (1, 1, 0, 0));
    assert!(story.flags().contains(&Kind::BeyondCapacity));
    done(&say(&mut story, take_back(second)));
    assert_eq!(counts(&story), (1, 1, 0, 0));
    done(&say(&mut story, take_back(first)));
    assert_eq!(counts(&story), before);
    let third = visit_of(&say(&mut story, come("A-003")));
    assert_eq!(counts(&story), (1, 1, 0, 0));
    assert!(story.get::<Visit>(third).is_waiting());
}

/// Another tablet, cut off, recorded the person under the arrival that was taken back: that happened.
#[test]
fn what_happened_on_another_tablet_still_counts() {
    let mut story = Story::new();
    let own = booking(&story.book(device(1), person(1), &[TODAY]));
    let visit = visit_of(&say(&mut story, arrival(own.id, "A-001")));
    done(&say(&mut story, take_back(visit)));
    for undone in [Command::CallVisit { visit }, Command::ReopenVisit { visit }] {
        done(&say(&mut story, undone));
        assert!(story.get::<Visit>(visit).state.is_taken_back());
        assert_eq!(story.get::<Booking>(own.id).state, State::Confirmed);
    }
    story.now += TimeDelta::minutes(5);
    let outcome = visit::Outcome::Recorded;
    done(&say(&mut story, Command::CloseVisit { visit, outcome }));
    assert_eq!(story.flags(), [Kind::ClosedTwice]);
    assert_eq!(story.get::<Visit>(visit).state, visit::State::Recorded);
    let ended: &Booking = story.get(own.id);
    assert_eq!(ended.state, State::Ended { recorded: true });
    let resident: &Resident = story.get(own.resident);
    assert_eq!(resident.recorded_on, Some(slot(TODAY).date()));
}

/// They left and booked anew; then a tablet that was cut off reopened the visit, and took it back.
#[test]
fn whoever_booked_anew_does_not_get_the_old_seat_too() {
    let mut story = Story::new();
    let own = booking(&story.book(device(1), person(1), &[TODAY]));
    let visit = visit_of(&say(&mut story, arrival(own.id, "A-001")));
    let outcome = visit::Outcome::Left;
    done(&say(&mut story, Command::CloseVisit { visit, outcome }));
    let next = "2026-11-24T09:30";
    let anew = booking(&story.book(device(1), person(1), &[next]));
    let cut_off = device(92);
    done(&story.say(cut_off, &operator(), Command::ReopenVisit { visit }));
    done(&story.say(cut_off, &operator(), take_back(visit)));
    assert_eq!(story.get::<Booking>(own.id).state, State::Cancelled);
    assert_eq!((story.booked(TODAY), story.booked(next)), (0, 1));
    assert_eq!(story.get::<Booking>(anew.id), &anew);
    let resident: &Resident = story.get(own.resident);
    assert_eq!(resident.active, anew.active());
}

/// The repeat on the second tablet was the mistake: the first arrival stands.
#[test]
fn a_repeat_takes_nothing_along() {
    let mut story = Story::new();
    let own = booking(&story.book(device(1), person(1), &[TODAY]));
    let first = visit_of(&say(&mut story, arrival(own.id, "A-001")));
    let repeat = visit_of(&story.say(device(92), &operator(), arrival(own.id, "B-001")));
    done(&say(&mut story, take_back(repeat)));
    assert!(story.get::<Visit>(first).is_waiting());
    assert_eq!(story.get::<Booking>(own.id).visit, Some(first));
    assert_eq!(story.get::<Booking>(own.id).state, State::Arrived);
}
