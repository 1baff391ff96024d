use crate::{
    booking::{Booking, State},
    command::{Applicant, Command, ConfirmArrival, Proof, Receipt, WalkIn},
    decide::{Outcome as Decided, Who},
    fixtures::{Story, arrival, booking, device, monday, person, queue, slot, staff},
    flag::{Flag, Kind},
    ids::{BookingId, DeviceId, LeaseId, ResidentId, VisitId},
    lease::{Lease, Tablet},
    resident::Resident,
    slot::Slot,
    sync::Role,
    visit::{self, Outcome, Reason, Visit},
};
use chrono::TimeDelta;
use uuid::Uuid;

const TODAY: &str = "2026-11-23T09:30";

fn tablet(n: u128) -> DeviceId {
    device(90 + n)
}

fn operator() -> Who {
    staff(Role::Operator)
}

fn booked(story: &mut Story) -> Booking {
    booking(&story.book(device(1), person(1), &[TODAY]))
}

fn arrive(story: &mut Story, from: u128, id: BookingId, number: &str) -> VisitId {
    match story.say(tablet(from), &operator(), arrival(id, number)) {
        Decided::Applied(Receipt::Visit { visit, .. }) => visit,
        other => panic!("{other:?}"),
    }
}

fn walk_in(who: u32, number: &str, lease: Option<LeaseId>) -> WalkIn {
    WalkIn {
        who: Applicant::New(Box::new(person(who))),
        queue: queue(number),
        priority: false,
        lease,
        unknown_ticket: false,
        at: None,
    }
}

fn applied(outcome: Decided) {
    assert!(matches!(outcome, Decided::Applied(_)), "{outcome:?}");
}

fn close(story: &mut Story, visit: VisitId, outcome: Outcome) {
    applied(story.say(
        tablet(1),
        &operator(),
        Command::CloseVisit { visit, outcome },
    ));
}

#[test]
fn from_the_ticket_to_the_recording() {
    let mut story = Story::new();
    let own = booked(&mut story);
    let visit = arrive(&mut story, 1, own.id, "A-001");
    assert_eq!(story.get::<Booking>(own.id).state, State::Arrived);
    assert_eq!(
        story.get::<Resident>(own.resident).active.unwrap().booking,
        own.id
    );
    applied(story.say(tablet(1), &operator(), Command::CallVisit { visit }));
    assert_eq!(story.get::<Visit>(visit).state, visit::State::Called);
    close(&mut story, visit, Outcome::Recorded);
    assert_eq!(
        story.get::<Booking>(own.id).state,
        State::Ended { recorded: true }
    );
    let resident: &Resident = story.get(own.resident);
    assert_eq!(resident.recorded_on, Some(slot(TODAY).date()));
    assert_eq!(resident.active, None);
    assert_eq!(story.flags(), []);
}

/// The main promise of the room: the same ticket on two tablets is one arrival and one flag.
#[test]
fn two_tablets_one_arrival_and_one_flag() {
    let mut story = Story::new();
    let own = booked(&mut story);
    let first = arrive(&mut story, 1, own.id, "A-001");
    let second = arrive(&mut story, 2, own.id, "B-001");
    assert_eq!(story.flags(), [Kind::ArrivedTwice]);
    assert_eq!(story.get::<Booking>(own.id).visit, Some(first));
    let waiting: Vec<_> = story
        .visits()
        .iter()
        .filter(|v| v.is_waiting())
        .map(|v| v.id)
        .collect();
    assert_eq!(waiting, [first]);
    // Whoever closes the repeated one closes the first.
    close(&mut story, second, Outcome::Recorded);
    assert_eq!(story.get::<Visit>(first).state, visit::State::Recorded);
    assert_eq!(
        story.get::<Booking>(own.id).state,
        State::Ended { recorded: true }
    );
    assert_eq!(story.flags(), [Kind::ArrivedTwice]);
}

/// What the booking was, how it came so, and the flag that its arrival raises.
type Case = (&'static str, fn(&mut Booking), Option<Kind>);

/// Facts are never turned down, whatever is known about the booking.
#[test]
fn every_arrival_is_taken_in() {
    let all: [Case; 7] = [
        ("confirmed", |_| {}, None),
        (
            "other day",
            |b| b.slot = Some(slot("2026-11-24T09:30")),
            Some(Kind::ArrivedOnOtherDay),
        ),
        (
            "requested",
            |b| b.state = State::Requested { review: true },
            Some(Kind::ArrivedWithoutSeat),
        ),
        (
            "waitlisted",
            |b| b.state = State::Waitlisted,
            Some(Kind::ArrivedWithoutSeat),
        ),
        (
            "rejected",
            |b| b.state = State::Rejected,
            Some(Kind::ArrivedWithoutSeat),
        ),
        (
            "cancelled",
            |b| b.state = State::Cancelled,
            Some(Kind::ArrivedWithoutSeat),
        ),
        (
            "absent",
            |b| b.state = State::NoShow,
            Some(Kind::ArrivedAfterNoShow),
        ),
    ];
    for (name, change, flag) in all {
        let mut story = Story::new();
        let mut own = booked(&mut story);
        // Outside the counters, which are not what is looked at here.
        story
            .rows
            .retain(|_, row| !matches!(row, crate::row::Row::Slot(_)));
        change(&mut own);
        story.rows.insert(own.id.into(), own.clone().into());
        arrive(&mut story, 1, own.id, "A-001");
        assert_eq!(
            story.flags(),
            flag.into_iter().collect::<Vec<_>>(),
            "{name}"
        );
        assert_eq!(story.get::<Booking>(own.id).state, State::Arrived, "{name}");
    }
}

#[test]
fn facts_about_what_nobody_knows_are_flagged_and_kept() {
    let nobody = Uuid::from_u128(404);
    let visit = VisitId(nobody);
    let commands = [
        arrival(BookingId(nobody), "A-001"),
        Command::CallVisit { visit },
        Command::CloseVisit {
            visit,
            outcome: Outcome::Left,
        },
        Command::ReopenVisit { visit },
        Command::WalkIn(WalkIn {
            who: Applicant::Known(ResidentId(nobody)),
            ..walk_in(1, "A-002", None)
        }),
        Command::RecordDelivery {
            invitation: crate::ids::InvitationId(nobody),
            outcome: crate::invitation::State::Delivered { to: None },
        },
    ];
    for command in commands {
        assert!(command.is_fact());
        let mut story = Story::new();
        applied(story.say(tablet(1), &operator(), command.clone()));
        assert_eq!(story.flags(), [Kind::UnknownSubject], "{command:?}");
    }
}

/// The tablet borrows half of the two walk-in seats; the second finds one too, a third none.
#[test]
fn walk_ins_sit_on_lent_seats() {
    let mut story = Story::new();
    let prepare = Command::PrepareTablet {};
    for n in 1..=3 {
        applied(story.say(tablet(n), &operator(), prepare.clone()));
    }
    let letters: Vec<_> = story
        .all::<Tablet>()
        .iter()
        .map(|t| t.letters.clone())
        .collect();
    assert_eq!(letters, ["A", "B", "C"]);
    let lent = |story: &Story, n| -> Vec<u16> {
        let leases = story.all::<Lease>().into_iter();
        leases
            .filter(|l| l.device == tablet(n) && l.start == slot(TODAY))
            .map(Lease::left)
            .collect()
    };
    assert_eq!(
        [1, 2, 3].map(|n| lent(&story, n)),
        [vec![1], vec![1], vec![]]
    );
    let lease = Some(LeaseId::of(tablet(1), slot(TODAY)));
    applied(story.say(
        tablet(1),
        &operator(),
        Command::WalkIn(walk_in(1, "A-001", lease)),
    ));
    assert_eq!((story.flags(), story.booked(TODAY)), (vec![], 1));
    // The second one sits down too, though there is no seat: a fact.
    applied(story.say(
        tablet(1),
        &operator(),
        Command::WalkIn(walk_in(2, "A-002", lease)),
    ));
    assert_eq!(
        (story.flags(), story.booked(TODAY)),
        (vec![Kind::BeyondCapacity], 1)
    );
    // Another tablet's lease does not help, nor does none.
    applied(story.say(
        tablet(2),
        &operator(),
        Command::WalkIn(walk_in(3, "B-001", lease)),
    ));
    applied(story.say(
        tablet(2),
        &operator(),
        Command::WalkIn(walk_in(4, "B-002", None)),
    ));
    assert_eq!(story.flags(), [Kind::BeyondCapacity; 3]);
    assert_eq!(story.visits().len(), 4);
    // The unused seat goes back, once, and only by its own tablet.
    let lease = LeaseId::of(tablet(2), slot(TODAY));
    let back = Command::ReturnLease { lease };
    assert!(matches!(
        story.say(tablet(1), &operator(), back.clone()),
        Decided::Rejected(_)
    ));
    for _ in 0..2 {
        applied(story.say(tablet(2), &operator(), back.clone()));
        assert_eq!(
            story
                .get::<Slot>(slot(TODAY).id(crate::fixtures::OFFICE))
                .leased,
            0
        );
    }
}

#[test]
fn asking_again_lends_no_more_than_there_is() {
    let mut story = Story::new();
    for _ in 0..4 {
        applied(story.say(tablet(1), &operator(), Command::PrepareTablet {}));
    }
    let slot: &Slot = story.get(slot(TODAY).id(crate::fixtures::OFFICE));
    assert_eq!(
        (slot.leased, slot.free()),
        (1, 6),
        "what is lent comes out of the walk-in share"
    );
    assert_eq!(story.all::<Tablet>().len(), 1);
}

#[test]
fn a_walk_in_who_is_on_the_roll_is_the_same_person() {
    let mut story = Story::new();
    story.enrol(vec![person(1)]);
    applied(story.say(
        tablet(1),
        &operator(),
        Command::WalkIn(walk_in(1, "A-001", None)),
    ));
    assert_eq!(story.all::<Resident>().len(), 1);
    let mut lost = walk_in(2, "A-002", None);
    lost.unknown_ticket = true;
    applied(story.say(tablet(1), &operator(), Command::WalkIn(lost)));
    assert_eq!(story.all::<Resident>().len(), 2);
    assert!(story.flags().contains(&Kind::UnknownTicket));
}

#[test]
fn two_outcomes_for_one_visit() {
    let mut story = Story::new();
    let own = booked(&mut story);
    let visit = arrive(&mut story, 1, own.id, "A-001");
    close(&mut story, visit, Outcome::Recorded);
    close(&mut story, visit, Outcome::Recorded);
    assert_eq!(
        story.flags(),
        [],
        "saying the same again is no contradiction"
    );
    let failed = Outcome::NotRecorded {
        reason: Reason::Network,
    };
    close(&mut story, visit, failed);
    assert_eq!(story.flags(), [Kind::ClosedTwice]);
    assert_eq!(
        story.get::<Visit>(visit).state,
        failed.into(),
        "the later word stands"
    );
    assert_eq!(
        story.get::<Booking>(own.id).state,
        State::Ended { recorded: false }
    );
    assert_eq!(story.get::<Resident>(own.resident).recorded_on, None);
    // A tablet that was cut off tells an earlier word later: flagged, and the later word stays.
    story.now += TimeDelta::minutes(1);
    story.lag = TimeDelta::minutes(5);
    close(&mut story, visit, Outcome::Left);
    assert_eq!(story.flags(), [Kind::ClosedTwice; 2]);
    assert_eq!(story.get::<Visit>(visit).state, failed.into());
}

/// What another visit brought about is not undone by one that ended without a recording.
#[test]
fn a_recorded_resident_stays_recorded() {
    let mut story = Story::new();
    let own = booked(&mut story);
    let first = arrive(&mut story, 1, own.id, "A-001");
    close(&mut story, first, Outcome::Recorded);
    let again = WalkIn {
        who: Applicant::Known(own.resident),
        ..walk_in(1, "A-002", None)
    };
    applied(story.say(tablet(1), &operator(), Command::WalkIn(again)));
    let second = story.visits()[1].id;
    close(&mut story, second, Outcome::Left);
    let recorded = |story: &Story| story.get::<Resident>(own.resident).recorded_on;
    assert_eq!(recorded(&story), Some(slot(TODAY).date()));
    applied(story.say(
        tablet(1),
        &operator(),
        Command::ReopenVisit { visit: second },
    ));
    assert_eq!(recorded(&story), Some(slot(TODAY).date()));
    // Taking back the visit that did record takes it back.
    applied(story.say(
        tablet(1),
        &operator(),
        Command::ReopenVisit { visit: first },
    ));
    assert_eq!(recorded(&story), None);
    assert_eq!(story.get::<Booking>(own.id).state, State::Arrived);
}

/// Entered later from the paper list, with the real time; never in the future.
#[test]
fn arrivals_from_the_paper_list() {
    let mut story = Story::new();
    let own = booked(&mut story);
    story.now += TimeDelta::hours(9);
    let real = monday() + TimeDelta::minutes(95);
    let fact = |at| ConfirmArrival {
        booking: own.id,
        queue: queue("A-001"),
        proof: Proof::List,
        priority: None,
        at: Some(at),
    };
    applied(story.say(tablet(1), &operator(), Command::ConfirmArrival(fact(real))));
    assert_eq!(story.visits()[0].arrived_at, real);
    assert_eq!(story.flags(), []);

    let mut story = Story::new();
    let own = booked(&mut story);
    let fact = ConfirmArrival {
        booking: own.id,
        queue: queue("A-001"),
        proof: Proof::List,
        priority: None,
        at: Some(story.now + TimeDelta::days(400)),
    };
    applied(story.say(tablet(1), &operator(), Command::ConfirmArrival(fact)));
    assert_eq!(story.visits()[0].arrived_at, story.now);
}

/// A year off: the time is corrected by the clocks at sending, and one flag a day tells the head.
#[test]
fn a_wrong_clock_is_corrected_and_flagged_once_a_day() {
    let mut story = Story::new();
    let own = booked(&mut story);
    let other = booking(&story.book(device(2), person(2), &[TODAY]));
    story.shift = TimeDelta::days(365);
    let visit = arrive(&mut story, 1, own.id, "A-001");
    assert_eq!(story.get::<Visit>(visit).arrived_at, story.now);
    let flag = story.all::<Flag>()[0].clone();
    assert_eq!((flag.kind, flag.subject), (Kind::ClockSkew, tablet(1).0));
    story.shift = TimeDelta::zero();
    applied(story.say(
        device(3),
        &staff(Role::Head),
        Command::ResolveFlag { flag: flag.id },
    ));
    story.shift = TimeDelta::minutes(-11);
    arrive(&mut story, 1, other.id, "A-002");
    let flags = story.all::<Flag>();
    assert_eq!(flags.len(), 1, "one a day");
    assert!(
        flags[0].resolved_by.is_some(),
        "what the head has settled stays settled"
    );
    story.now += TimeDelta::days(1);
    applied(story.say(tablet(1), &operator(), Command::CallVisit { visit }));
    assert_eq!(story.flags(), [Kind::ClockSkew; 2]);
    story.shift = TimeDelta::minutes(10);
    applied(story.say(tablet(2), &operator(), Command::CallVisit { visit }));
    assert_eq!(story.flags().len(), 2, "ten minutes are nothing");
}
