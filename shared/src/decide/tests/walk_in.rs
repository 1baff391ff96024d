//! Somebody who has a booking, and comes without saying so.

use crate::{
    booking::{Booking, State},
    command::{Applicant, Command, Receipt, WalkIn},
    decide::{Outcome as Decided, Who},
    fixtures::{
        OFFICE, Story, arrival, booking, device, person, queue, refusal, slot, staff, wish,
    },
    flag::Kind,
    ids::{DeviceId, LeaseId, VisitId},
    lease::Lease,
    problem::Code,
    resident::Resident,
    slot::Slot,
    sync::Role,
    visit::{Mistake, Outcome, Visit},
};
use chrono::TimeDelta;

const TODAY: &str = "2026-11-23T09:30";
const TOMORROW: &str = "2026-11-24T09:30";

fn tablet() -> DeviceId {
    device(91)
}

fn say(story: &mut Story, command: Command) -> Decided {
    let told = story.say(tablet(), &staff(Role::Operator), command);
    assert!(matches!(told, Decided::Applied(_)), "{told:?}");
    told
}

/// Entered with NIK and name, and nothing about a booking.
fn come(story: &mut Story, number: &str, lease: Option<LeaseId>) -> VisitId {
    let mut draft = person(1);
    (draft.kk, draft.birth) = (None, None);
    let fact = WalkIn {
        who: Applicant::New(Box::new(draft)),
        queue: queue(number),
        priority: false,
        lease,
        unknown_ticket: false,
        at: None,
    };
    match say(story, Command::WalkIn(fact)) {
        Decided::Applied(Receipt::Visit { visit, .. }) => visit,
        other => panic!("{other:?}"),
    }
}

fn close(story: &mut Story, visit: VisitId, outcome: Outcome) {
    say(story, Command::CloseVisit { visit, outcome });
}

fn take_back(story: &mut Story, visit: VisitId) {
    let reason = Mistake::NobodyThere;
    say(story, Command::TakeArrivalBack { visit, reason });
}

fn miss(story: &mut Story, own: &Booking) -> Decided {
    story.now = "2026-11-23T10:00:00Z".parse().unwrap();
    let missed = Command::MarkNoShow { booking: own.id };
    story.say(device(98), &Who::system(OFFICE), missed)
}

fn counts(story: &Story, start: &str) -> (u16, u16, u16) {
    let row: &Slot = story.get(slot(start).id(OFFICE));
    (row.booked, row.walked_in, row.freed)
}

#[test]
fn todays_booking_comes_along_on_its_own_seat() {
    for known in [false, true] {
        let mut story = Story::new();
        if known {
            story.enrol(vec![person(1)]);
        }
        let own = booking(&story.book(device(1), person(1), &[TODAY]));
        let visit = come(&mut story, "A-001", None);
        assert_eq!(story.flags(), [], "a seat is there, and it is theirs");
        let here: &Visit = story.get(visit);
        assert_eq!((here.booking, here.resident), (Some(own.id), own.resident));
        assert_eq!(refusal(&miss(&mut story, &own)), Code::BookingState);
        close(&mut story, visit, Outcome::Recorded);
        let ended: &Booking = story.get(own.id);
        assert_eq!(
            (ended.state, ended.seated),
            (State::Ended { recorded: true }, true)
        );
        assert_eq!(counts(&story, TODAY), (1, 0, 0));
        let resident: &Resident = story.get(own.resident);
        assert_eq!((resident.active, resident.no_shows), (None, 0));
        assert_eq!(resident.recorded_on, Some(slot(TODAY).date()));
    }
}

#[test]
fn a_later_booking_comes_along_and_its_seat_goes_back() {
    let mut story = Story::new();
    say(&mut story, Command::PrepareTablet {});
    let lease = story
        .all::<Lease>()
        .into_iter()
        .find(|l| l.start == slot(TODAY));
    let lease = lease.map(|lease| lease.id);
    assert!(lease.is_some());
    let own = booking(&story.book(device(1), person(1), &[TOMORROW]));
    let visit = come(&mut story, "A-001", lease);
    assert_eq!(story.flags(), [Kind::ArrivedOnOtherDay]);
    assert_eq!(
        counts(&story, TODAY),
        (1, 1, 0),
        "on a seat for people who simply come"
    );
    assert_eq!(
        counts(&story, TOMORROW),
        (1, 0, 0),
        "until they have been served"
    );
    close(&mut story, visit, Outcome::Recorded);
    assert_eq!(counts(&story, TOMORROW), (0, 0, 1));
    let ended: &Booking = story.get(own.id);
    assert_eq!(
        (ended.state, ended.seated),
        (State::Ended { recorded: true }, false)
    );
    assert_eq!(story.get::<Resident>(own.resident).active, None);
    // Another outcome of the same visit gives nothing back again.
    story.now += TimeDelta::minutes(1);
    close(&mut story, visit, Outcome::Left);
    assert_eq!(counts(&story, TOMORROW), (0, 0, 1));
}

/// The ticket of another day, scanned: the same.
#[test]
fn who_shows_the_ticket_of_a_later_day_leaves_that_seat_too() {
    let mut story = Story::new();
    let own = booking(&story.book(device(1), person(1), &[TOMORROW]));
    let told = say(&mut story, arrival(own.id, "A-001"));
    let Decided::Applied(Receipt::Visit { visit, .. }) = told else {
        panic!()
    };
    close(&mut story, visit, Outcome::Recorded);
    assert_eq!(counts(&story, TOMORROW), (0, 0, 1));
}

/// Another tablet, cut off, closes an arrival that was taken back; the person has come a second time.
#[test]
fn an_old_visit_gives_back_no_seat_of_a_later_one() {
    let mut story = Story::new();
    let own = booking(&story.book(device(1), person(1), &[TOMORROW]));
    let arrive = |story: &mut Story, number: &str| match say(story, arrival(own.id, number)) {
        Decided::Applied(Receipt::Visit { visit, .. }) => visit,
        other => panic!("{other:?}"),
    };
    let first = arrive(&mut story, "A-001");
    take_back(&mut story, first);
    let second = arrive(&mut story, "A-002");
    close(&mut story, first, Outcome::Left);
    assert!(story.get::<Booking>(own.id).seated);
    assert_eq!(counts(&story, TOMORROW), (1, 0, 0));
    close(&mut story, second, Outcome::Recorded);
    assert_eq!(counts(&story, TOMORROW), (0, 0, 1));
}

#[test]
fn who_waits_for_a_seat_waits_no_more() {
    let mut story = Story::new();
    for n in 101..107 {
        story.enrol(vec![person(n)]);
        booking(&story.book(device(n.into()), person(n), &[TOMORROW]));
    }
    let mut asked = wish(Applicant::New(Box::new(person(1))), &[TOMORROW]);
    asked.wait_if_full = true;
    let waits = story.say(device(1), &Who::resident(), Command::RequestBooking(asked));
    let waits = booking(&waits);
    assert_eq!(waits.state, State::Waitlisted);
    let visit = come(&mut story, "A-001", None);
    assert_eq!(story.flags(), [Kind::BeyondCapacity]);
    close(&mut story, visit, Outcome::Recorded);
    assert_eq!(
        story.get::<Booking>(waits.id).state,
        State::Ended { recorded: true }
    );
    assert_eq!(story.get::<Resident>(waits.resident).active, None);
}

#[test]
fn who_has_come_already_is_not_there_twice() {
    let mut story = Story::new();
    let own = booking(&story.book(device(1), person(1), &[TODAY]));
    let told = say(&mut story, arrival(own.id, "A-001"));
    let Decided::Applied(Receipt::Visit { visit: first, .. }) = told else {
        panic!()
    };
    let second = come(&mut story, "A-002", None);
    assert_eq!(story.get::<Visit>(second).repeats, Some(first));
    assert_eq!(story.flags(), [Kind::ArrivedTwice]);
    assert_eq!(counts(&story, TODAY), (1, 0, 0));
}

#[test]
fn taken_back_it_is_again_what_it_was() {
    for day in [TODAY, TOMORROW] {
        let mut story = Story::new();
        let own = booking(&story.book(device(1), person(1), &[day]));
        let visit = come(&mut story, "A-001", None);
        take_back(&mut story, visit);
        let back: &Booking = story.get(own.id);
        assert_eq!(
            (back.state, back.seated, back.slot),
            (State::Confirmed, true, own.slot)
        );
        assert_eq!(counts(&story, day), (1, 0, 0));
        assert_eq!(story.get::<Resident>(own.resident).active, own.active());
    }
    // Where the seat went back meanwhile, staff call.
    let mut story = Story::new();
    let own = booking(&story.book(device(1), person(1), &[TOMORROW]));
    let visit = come(&mut story, "A-001", None);
    close(&mut story, visit, Outcome::Left);
    say(&mut story, Command::ReopenVisit { visit });
    take_back(&mut story, visit);
    assert_eq!(story.get::<Booking>(own.id).state, State::Unplaced);
    assert!(story.get::<Resident>(own.resident).active.unwrap().to_call);
    assert_eq!(counts(&story, TOMORROW), (0, 0, 1));
}

/// Absent before, and recorded without a booking: nothing of that is left.
#[test]
fn the_count_of_absences_starts_afresh() {
    let mut story = Story::new();
    let own = booking(&story.book(device(1), person(1), &[TODAY]));
    assert!(matches!(miss(&mut story, &own), Decided::Applied(_)));
    assert_eq!(story.get::<Resident>(own.resident).no_shows, 1);
    let visit = come(&mut story, "A-001", None);
    close(&mut story, visit, Outcome::Recorded);
    assert_eq!(story.get::<Resident>(own.resident).no_shows, 0);
}
