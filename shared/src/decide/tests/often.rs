//! Asking and giving back, again and again.

use crate::{
    booking::{Booking, State},
    command::{Applicant, Command, RescheduleBooking},
    decide::{Outcome, Who, often::OFTEN},
    fixtures::{OFFICE, Story, booking, device, person, refusal, slot, staff, wish},
    problem::Code,
    slot::Slot,
    sync::Role,
};
use chrono::TimeDelta;

use super::plan;

const TUESDAY: &str = "2026-11-24T09:30";
const DAYS: [&str; 7] = [
    "2026-11-25T09:30",
    "2026-11-26T09:30",
    "2026-11-27T09:30",
    "2026-11-30T09:30",
    "2026-12-01T09:30",
    "2026-12-02T09:30",
    "2026-12-03T09:30",
];

fn cancel(story: &mut Story, from: u128, of: &Booking) {
    let command = Command::CancelBooking { booking: of.id };
    let gone = booking(&story.say(device(from), &Who::resident(), command));
    assert_eq!(gone.state, State::Cancelled, "never refused");
}

fn ask(story: &mut Story, from: u128, n: u32, day: &str) -> Booking {
    booking(&story.book(device(from), person(n), &[day]))
}

fn move_to(story: &mut Story, from: u128, of: &Booking, day: &str) -> Outcome {
    let command = Command::RescheduleBooking(RescheduleBooking {
        booking: of.id,
        choices: vec![slot(day)],
        any_that_week: false,
    });
    story.say(device(from), &Who::resident(), command)
}

const LOOKED_AT: State = State::Requested { review: true };

/// New phones ask and cancel: they get through three seats of eight, and the others stay for everybody
/// whom the office knows, and for staff.
#[test]
fn strangers_empty_their_share_and_no_more() {
    let mut story = Story::new();
    for n in 1..=10 {
        let asked = ask(&mut story, n.into(), n, TUESDAY);
        let seat = if n <= 3 { State::Confirmed } else { LOOKED_AT };
        assert_eq!(asked.state, seat, "{n}");
        cancel(&mut story, n.into(), &asked);
    }
    let row: &Slot = story.get(slot(TUESDAY).id(OFFICE));
    assert_eq!((row.booked, row.freed, row.free()), (0, 3, 3));
    story.enrol(vec![person(11)]);
    assert_eq!(ask(&mut story, 11, 11, TUESDAY).state, State::Confirmed);
    for n in 12..=13 {
        let told = Command::RequestBooking(wish(Applicant::New(Box::new(person(n))), &[TUESDAY]));
        let by_staff = booking(&story.say(device(99), &staff(Role::Operator), told));
        assert_eq!(by_staff.state, State::Confirmed);
    }
    // Staff may not have what was given back before the round: a broker could have asked them to.
    let told = Command::RequestBooking(wish(Applicant::New(Box::new(person(14))), &[TUESDAY]));
    let refused = story.say(device(99), &staff(Role::Operator), told);
    assert_eq!(refusal(&refused), Code::SlotFull);
    let date = slot(TUESDAY).date();
    story.say(
        device(98),
        &Who::system(OFFICE),
        Command::ReleaseSeats { date },
    );
    assert_eq!(
        ask(&mut story, 15, 15, TUESDAY).state,
        State::Confirmed,
        "after the round"
    );
}

/// Whom the plan asks to come is no broker: seats that were given back are good for them.
#[test]
fn the_plan_may_use_what_was_given_back() {
    let mut story = Story::new();
    for n in 1..=6 {
        story.enrol(vec![person(n)]);
        let own = ask(&mut story, n.into(), n, DAYS[3]);
        cancel(&mut story, n.into(), &own);
    }
    let row: &Slot = story.get(slot(DAYS[3]).id(OFFICE));
    assert_eq!((row.freed, row.free()), (6, 0));
    let people = plan::people(&mut story, 21..23);
    plan::done(plan::confirm(
        &mut story,
        0,
        vec![plan::part(DAYS[3], None, 2)],
    ));
    plan::allot(&mut story, &people);
    for id in people {
        assert_eq!(plan::place(&story, id).as_deref(), Some(DAYS[3]));
    }
    let row: &Slot = story.get(slot(DAYS[3]).id(OFFICE));
    assert_eq!((row.held, row.freed), (2, 4));
}

#[test]
fn the_next_request_of_a_phone_that_cancelled_often_is_looked_at() {
    let mut story = Story::new();
    for day in &DAYS[..OFTEN] {
        let asked = ask(&mut story, 1, 1, day);
        assert_eq!(asked.state, State::Confirmed, "{day}");
        cancel(&mut story, 1, &asked);
    }
    let looked_at = ask(&mut story, 1, 2, DAYS[6]);
    assert_eq!(looked_at.state, LOOKED_AT);
    assert_eq!(story.flags(), [], "nothing odd about the NIK");
    // Taking that back gives no seat back, and is nobody's concern.
    cancel(&mut story, 1, &looked_at);
    let accept = ask(&mut story, 1, 2, DAYS[6]);
    let accept = Command::ReviewRequest {
        booking: accept.id,
        accept: true,
    };
    let seen = booking(&story.say(device(9), &staff(Role::Head), accept));
    assert_eq!(seen.state, State::Confirmed);
    // Nobody else is affected: not the same people on another phone, nor anybody later.
    assert_eq!(ask(&mut story, 3, 1, DAYS[6]).state, State::Confirmed);
    story.now += TimeDelta::days(31);
    assert_eq!(
        ask(&mut story, 1, 5, "2027-01-04T09:30").state,
        State::Confirmed
    );
}

/// What strangers did with a NIK says nothing of the person; what the person did counts on every phone.
#[test]
fn at_a_nik_only_what_the_person_gave_back_counts() {
    let mut story = Story::new();
    story.enrol(vec![person(1)]);
    let mut made_up = person(1);
    made_up.kk = person(900).kk;
    for (n, day) in (10..).zip(DAYS) {
        let theirs = booking(&story.book(device(n), made_up.clone(), &[day]));
        cancel(&mut story, n, &theirs);
    }
    for day in &DAYS[..OFTEN] {
        let own = ask(&mut story, 1, 1, day);
        assert_eq!((own.state, own.verified), (State::Confirmed, true), "{day}");
        cancel(&mut story, 1, &own);
    }
    assert_eq!(
        ask(&mut story, 2, 1, DAYS[6]).state,
        LOOKED_AT,
        "from another phone"
    );
}

/// A move gives a seat back too.
#[test]
fn moving_often_is_for_staff() {
    let mut story = Story::new();
    story.enrol(vec![person(1)]);
    let own = ask(&mut story, 1, 1, TUESDAY);
    for day in &DAYS[..OFTEN] {
        booking(&move_to(&mut story, 1, &own, day));
    }
    let refused = move_to(&mut story, 1, &own, DAYS[6]);
    assert_eq!(refusal(&refused), Code::MovedTooOften);
    let command = Command::RescheduleBooking(RescheduleBooking {
        booking: own.id,
        choices: vec![slot(DAYS[6])],
        any_that_week: false,
    });
    let moved = booking(&story.say(device(9), &staff(Role::Kelurahan), command));
    assert_eq!(moved.slot, Some(slot(DAYS[6])));
    cancel(&mut story, 1, &own);
}
