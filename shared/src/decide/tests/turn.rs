//! Who is asked first, and what may be found out by asking.

use crate::{
    booking::{Booking, State},
    command::{Applicant, Command, ConfirmArrival, Proof, RequestBooking},
    decide::{Outcome, Who},
    fixtures::{Story, booking, device, person, queue, refusal, staff, wish},
    problem::Code,
    sync::Role,
    visit::Visit,
};
use chrono::TimeDelta;

const TUESDAY: &str = "2026-11-24T09:30";
const WEDNESDAY: &str = "2026-11-25T09:30";

/// Six people of the roll take the seats that bookings may have.
fn fill(story: &mut Story) {
    for n in 101..107 {
        story.enrol(vec![person(n)]);
        booking(&story.book(device(n.into()), person(n), &[TUESDAY]));
    }
}

fn waits(story: &mut Story, n: u32, who: &Who, priority: bool) -> Booking {
    let asked = RequestBooking {
        wait_if_full: true,
        priority,
        ..wish(Applicant::New(Box::new(person(n))), &[TUESDAY])
    };
    story.now += TimeDelta::minutes(1);
    let waits = booking(&story.say(device(n.into()), who, Command::RequestBooking(asked)));
    assert_eq!(waits.state, State::Waitlisted);
    waits
}

/// A phone that was set to 2019, or that kept its request for a month: it counts from now.
#[test]
fn a_wish_counts_from_when_it_is_here() {
    let mut story = Story::new();
    fill(&mut story);
    let first = waits(&mut story, 1, &Who::resident(), false);
    story.lag = TimeDelta::days(2_600);
    let early = waits(&mut story, 2, &Who::resident(), false);
    assert_eq!(early.requested_at, story.now);
    assert!(first.turn() < early.turn());
}

/// Anybody can say that they need to go first; it counts once staff have seen them.
#[test]
fn priority_goes_first_once_staff_have_seen_it() {
    let mut story = Story::new();
    fill(&mut story);
    let first = waits(&mut story, 1, &Who::resident(), false);
    let said = waits(&mut story, 2, &Who::resident(), true);
    let seen = waits(&mut story, 3, &staff(Role::Kelurahan), true);
    assert!(said.priority && seen.priority);
    let mut turns = [
        (said.turn(), "said"),
        (first.turn(), "first"),
        (seen.turn(), "seen"),
    ];
    turns.sort();
    assert_eq!(turns.map(|(_, who)| who), ["seen", "first", "said"]);
}

/// The desk sees who stands there: its word orders the room, whatever a phone declared. An app of before
/// says none, and what was declared counts.
#[test]
fn the_desk_says_who_goes_first_in_the_room() {
    let today = "2026-11-23T09:30";
    let mut story = Story::new();
    let said = [
        (true, None, true),
        (true, Some(false), false),
        (true, Some(true), true),
        (false, None, false),
        (false, Some(true), true),
        (false, Some(false), false),
    ];
    for (n, (declared, said, counts)) in (1..).zip(said) {
        let asked = RequestBooking {
            priority: declared,
            ..wish(Applicant::New(Box::new(person(n))), &[today])
        };
        // Staff book: more than three of one hour are confirmed.
        let who = staff(Role::Kelurahan);
        let booked = booking(&story.say(device(8), &who, Command::RequestBooking(asked)));
        story.now += TimeDelta::minutes(1);
        let arrival = ConfirmArrival {
            booking: booked.id,
            queue: queue(&format!("A-00{n}")),
            proof: Proof::List,
            priority: said,
            at: None,
        };
        let command = Command::ConfirmArrival(arrival);
        story.say(device(9), &staff(Role::Operator), command);
        let last = story.visits().pop().unwrap();
        assert_eq!(last.priority, counts, "declared {declared}, said {said:?}");
    }
    let mut room: Vec<&Visit> = story.visits();
    room.sort_by_key(|visit| visit.queue_key());
    let order: Vec<String> = room.iter().map(|v| v.queue.to_string()).collect();
    assert_eq!(
        order,
        ["A-001", "A-003", "A-005", "A-002", "A-004", "A-006"]
    );
}

/// A full slot turns down a NIK that is free and takes in one that is booked: so many a day can be asked.
#[test]
fn a_phone_finds_out_about_ten_people_a_day() {
    let mut story = Story::new();
    fill(&mut story);
    let ask = |story: &mut Story, from: u128, n: u32, day: &str| {
        story.book(device(from), person(n), &[day])
    };
    for n in 1..=10 {
        assert_eq!(
            refusal(&ask(&mut story, 1, n, TUESDAY)),
            Code::SlotFull,
            "{n}"
        );
    }
    for n in [11, 101] {
        let mut draft = person(n);
        draft.kk = person(900).kk;
        let told = story.book(device(1), draft, &[TUESDAY]);
        assert_eq!(refusal(&told), Code::TooManyPeople, "booked or not: {n}");
    }
    // The same person at another time, people whom the office knows, and other phones: as ever.
    assert_eq!(
        booking(&ask(&mut story, 1, 1, WEDNESDAY)).state,
        State::Confirmed
    );
    story.enrol(vec![person(20)]);
    assert_eq!(
        booking(&ask(&mut story, 1, 20, WEDNESDAY)).state,
        State::Confirmed
    );
    assert_eq!(refusal(&ask(&mut story, 2, 11, TUESDAY)), Code::SlotFull);
    story.now += TimeDelta::days(1);
    let next_day: Outcome = ask(&mut story, 1, 12, "2026-11-26T09:30");
    assert_eq!(booking(&next_day).state, State::Confirmed);
}
