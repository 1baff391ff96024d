//! What becomes of the held seat: answers, bookings, and people who simply come.

use super::invited::{
    THURSDAY, TUESDAY, answer, claim, clerk, done, give, invited, print, put, seats,
};
use crate::{
    booking::{Booking, State as BookingState},
    command::{Applicant, Command, Receipt, WalkIn},
    decide::{Outcome, Who},
    fixtures::{
        OFFICE, Story, arrival, booking, device, office, person, queue, refusal, slot, staff, wish,
    },
    flag::Kind,
    ids::{InvitationId, LeaseId, ResidentId},
    invitation::{Invitation, Reply, State},
    lease::Lease,
    office::ClosedDay,
    problem::Code,
    resident::{NikClaim, Resident},
    sync::Role,
    visit::{Mistake, Visit},
};
use uuid::Uuid;

#[test]
fn who_declines_leaves_the_seat_for_the_next_round() {
    let mut story = Story::new();
    let (_, id) = invited(&mut story, 1);
    print(&mut story, &[(id, "0123456789")]);
    claim(&mut story, device(1), "0123456789");
    done(&answer(&mut story, device(1), id, false));
    assert_eq!(story.get::<Invitation>(id).reply, Some(Reply::Declined));
    assert_eq!(seats(&story, THURSDAY), (0, 0, 1));
    assert!(story.all::<Booking>().is_empty());
    // Staff heard that they would come after all.
    let replan = Command::ReplanInvitation { invitation: id };
    done(&story.say(device(8), &clerk(), replan));
    let anew: &Invitation = story.get(id);
    assert_eq!(
        (&anew.state, anew.reply, anew.proposal),
        (&State::Planned, None, None)
    );
}

/// Another slot: the held seat goes back. The same slot, first or as second best: it is theirs, even
/// when nothing else is left there.
#[test]
fn booking_settles_the_invitation() {
    for (choices, at, reply, thursday) in [
        (&[TUESDAY][..], TUESDAY, Reply::Moved, (0, 0, 1)),
        (&[THURSDAY], THURSDAY, Reply::Confirmed, (1, 0, 0)),
        (&[TUESDAY, THURSDAY], TUESDAY, Reply::Moved, (0, 0, 1)),
        (
            &["2026-11-25T09:30", THURSDAY],
            THURSDAY,
            Reply::Confirmed,
            (1, 0, 0),
        ),
    ] {
        let mut story = Story::new();
        let (resident, id) = invited(&mut story, 1);
        // Wednesday is full.
        for n in 0..6 {
            let who = person(100 + n);
            story.enrol(vec![who.clone()]);
            booking(&story.book(device(50 + u128::from(n)), who, &["2026-11-25T09:30"]));
        }
        print(&mut story, &[(id, "0123456789")]);
        claim(&mut story, device(1), "0123456789");
        let wish = wish(Applicant::Known(resident), choices);
        let booked =
            booking(&story.say(device(1), &Who::resident(), Command::RequestBooking(wish)));
        assert_eq!(booked.slot, Some(slot(at)), "{choices:?}");
        assert_eq!(
            story.get::<Invitation>(id).reply,
            Some(reply),
            "{choices:?}"
        );
        assert_eq!(seats(&story, THURSDAY), thursday, "{choices:?}");
    }
}

/// Somebody of the roll who books without the paper is the same person, and any day of the week may
/// turn out to be the proposed one.
#[test]
fn a_form_that_matches_the_roll_settles_it_too() {
    let mut story = Story::new();
    let (resident, id) = invited(&mut story, 1);
    let mut choice = wish(Applicant::New(Box::new(person(1))), &[THURSDAY]);
    choice.any_that_week = true;
    let booked = booking(&story.say(device(1), &Who::resident(), Command::RequestBooking(choice)));
    assert_eq!(
        (booked.resident, booked.slot),
        (resident, Some(slot(THURSDAY)))
    );
    assert_eq!(story.get::<Invitation>(id).reply, Some(Reply::Confirmed));
    assert_eq!(seats(&story, THURSDAY), (1, 0, 0));
}

#[test]
fn a_wish_that_finds_nothing_leaves_the_invitation() {
    let mut story = Story::new();
    let (resident, id) = invited(&mut story, 1);
    for n in 0..6 {
        let who = person(100 + n);
        story.enrol(vec![who.clone()]);
        booking(&story.book(device(50 + u128::from(n)), who, &[TUESDAY]));
    }
    let known = wish(Applicant::Known(resident), &[TUESDAY]);
    let refused = story.say(device(8), &clerk(), Command::RequestBooking(known));
    assert_eq!(refusal(&refused), Code::SlotFull);
    assert!(story.get::<Invitation>(id).held().is_some());
    assert_eq!(seats(&story, THURSDAY), (0, 1, 0));
}

fn come(who: ResidentId, lease: Option<LeaseId>) -> Command {
    Command::WalkIn(WalkIn {
        who: Applicant::Known(who),
        queue: queue("A-001"),
        priority: false,
        lease,
        unknown_ticket: false,
        at: None,
    })
}

/// With the paper alone, on the day it names: the held seat is taken, no lent one and no flag.
#[test]
fn who_comes_on_the_proposed_day_sits_on_the_held_seat() {
    let mut story = Story::new();
    let (resident, id) = invited(&mut story, 1);
    story.now = "2026-11-26T02:00:00Z".parse().unwrap();
    let operator = staff(Role::Operator);
    done(&story.say(device(9), &operator, Command::PrepareTablet {}));
    let lease = story.all::<Lease>()[0].id;
    story.say(device(9), &operator, come(resident, Some(lease)));
    assert_eq!(story.flags(), []);
    assert_eq!(story.get::<Lease>(lease).used, 0);
    let (booked, held, _) = seats(&story, THURSDAY);
    assert_eq!((booked, held), (1, 0));
    assert_eq!(story.get::<Invitation>(id).reply, Some(Reply::Came));
    let visit = story.all::<Visit>()[0].clone();
    let own: &Booking = story.get(visit.booking.unwrap());
    assert_eq!(
        (own.state, own.slot),
        (BookingState::Arrived, Some(slot(THURSDAY)))
    );
    assert_eq!(visit.lease, None);

    // It was somebody else: as if nobody had come.
    let take_back = Command::TakeArrivalBack {
        visit: visit.id,
        reason: Mistake::WrongPerson,
    };
    done(&story.say(device(9), &operator, take_back));
    let (booked, held, _) = seats(&story, THURSDAY);
    assert_eq!((booked, held), (0, 1));
    let invitation: &Invitation = story.get(id);
    assert!(invitation.is_open() && invitation.held().is_some());
    assert_eq!(story.get::<Resident>(resident).active, None);
    assert_eq!(story.all::<NikClaim>()[0].booking, None);

    // A tablet that was cut off had recorded them: the seat is not kept for nobody.
    let mut other = story.clone();
    let close = Command::CloseVisit {
        visit: visit.id,
        outcome: crate::visit::Outcome::Recorded,
    };
    done(&other.say(device(10), &operator, close));
    let (booked, held, _) = seats(&other, THURSDAY);
    assert_eq!((booked, held), (0, 0));
    assert_eq!(other.get::<Invitation>(id).reply, Some(Reply::Came));

    // And then the right one does come and is recorded.
    let mut again = come(resident, None);
    if let Command::WalkIn(walk_in) = &mut again {
        walk_in.queue = queue("A-002");
    }
    let Outcome::Applied(Receipt::Visit { visit, .. }) = story.say(device(9), &operator, again)
    else {
        panic!()
    };
    let outcome = crate::visit::Outcome::Recorded;
    done(&story.say(device(9), &operator, Command::CloseVisit { visit, outcome }));
    let resident: &Resident = story.get(resident);
    assert!(resident.recorded_on.is_some() && resident.active.is_none());
    assert_eq!(story.flags(), []);
}

#[test]
fn who_comes_on_another_day_leaves_the_seat() {
    let mut story = Story::new();
    let (resident, id) = invited(&mut story, 1);
    let operator = staff(Role::Operator);
    story.say(device(9), &operator, come(resident, None));
    assert_eq!(story.flags(), [Kind::BeyondCapacity]);
    assert_eq!(story.get::<Invitation>(id).reply, Some(Reply::Came));
    assert_eq!(seats(&story, THURSDAY), (0, 0, 1));

    // A booking of old, absent and asked again, comes with the old ticket.
    let own = booking(&story.book(device(1), person(2), &[TUESDAY]));
    let other = story.get::<Resident>(own.resident).clone();
    let planned = Invitation::planned(
        InvitationId(Uuid::from_u128(77)),
        OFFICE,
        other.id,
        other.kelurahan.clone(),
        story.now,
        None,
    );
    let again = planned.id;
    put(&mut story, planned);
    put(
        &mut story,
        Resident {
            invitation: Some(again),
            ..other
        },
    );
    give(&mut story, again, THURSDAY, None);
    story.say(device(9), &operator, arrival(own.id, "A-009"));
    assert_eq!(story.get::<Invitation>(again).reply, Some(Reply::Came));
    assert_eq!(seats(&story, THURSDAY), (0, 0, 2));
}

#[test]
fn a_place_that_is_gone_or_over_is_not_promised() {
    let mut story = Story::new();
    let (_, id) = invited(&mut story, 1);
    print(&mut story, &[(id, "0123456789")]);
    claim(&mut story, device(1), "0123456789");
    let mut closed = office();
    closed.settings.closed.push(ClosedDay {
        date: slot(THURSDAY).date(),
        reason: "Listrik padam".to_owned(),
    });
    put(&mut story, closed);
    let refused = answer(&mut story, device(1), id, true);
    assert_eq!(refusal(&refused), Code::SlotClosed);
    put(&mut story, office());
    story.now = "2026-11-26T03:00:00Z".parse().unwrap();
    let refused = answer(&mut story, device(1), id, true);
    assert_eq!(refusal(&refused), Code::ChoicesPast);
    assert_eq!(seats(&story, THURSDAY), (0, 1, 0));
}
