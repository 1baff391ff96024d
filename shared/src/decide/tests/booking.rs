use crate::{
    booking::State,
    command::{Applicant, Command, RescheduleBooking},
    decide::{Outcome, Who},
    fixtures::{
        OFFICE, Story, arrival, booking, device, nik_key, office, person, refusal, slot, staff,
        wish,
    },
    flag::Kind,
    ids::{BookingId, DeviceId},
    person::{BirthDate, PersonName},
    problem::Code,
    resident::{NikClaim, Resident},
    row::{Key, Row},
    sync::Role,
    ticket::{Ticket, TicketSigner},
};
use chrono::{DateTime, TimeDelta, Utc};

const TUESDAY: &str = "2026-11-24T09:30";
const WEDNESDAY: &str = "2026-11-25T09:30";

fn phone() -> DeviceId {
    device(1)
}

fn later(story: &mut Story, at: &str) {
    story.now = format!("{at}:00+07:00").parse::<DateTime<Utc>>().unwrap();
}

fn reschedule(story: &mut Story, who: &Who, id: BookingId, to: &str) -> Outcome {
    let choices = vec![slot(to)];
    let wish = RescheduleBooking {
        booking: id,
        choices,
        any_that_week: false,
    };
    story.say(phone(), who, Command::RescheduleBooking(wish))
}

/// Verified people of the roll take all six seats that bookings may have.
fn fill(story: &mut Story, start: &str) {
    let people: Vec<_> = (101..107).map(person).collect();
    story.enrol(people.clone());
    for (n, who) in (0..).zip(people) {
        let booked = booking(&story.book(device(50 + n), who, &[start]));
        assert_eq!((booked.state, booked.verified), (State::Confirmed, true));
    }
    assert_eq!(story.booked(start), 6);
}

#[test]
fn a_resident_books_and_gets_a_ticket_that_a_tablet_can_check() {
    let mut story = Story::new();
    let booked = booking(&story.book(phone(), person(1), &[TUESDAY]));
    assert_eq!(
        (booked.state, booked.slot),
        (State::Confirmed, Some(slot(TUESDAY)))
    );
    assert!(!booked.verified, "on no roll");
    let keys = [TicketSigner::new(1, &[7; 32]).public()];
    let ticket = Ticket::verify(booked.ticket.as_deref().unwrap(), &keys).unwrap();
    assert_eq!(ticket.booking, booked.id);
    assert_eq!(
        ticket.starts,
        "2026-11-24T02:30:00Z".parse::<DateTime<Utc>>().unwrap()
    );
    let again = story.book(phone(), person(1), &[WEDNESDAY]);
    assert_eq!(booking(&again).state, State::Requested { review: true });
    let known = wish(Applicant::Known(booked.resident), &[WEDNESDAY]);
    let known = story.say(phone(), &Who::resident(), Command::RequestBooking(known));
    assert_eq!(refusal(&known), Code::AlreadyBooked);
}

#[test]
fn a_full_slot_names_the_nearest_free_ones() {
    let mut story = Story::new();
    fill(&mut story, TUESDAY);
    let Outcome::Rejected(problem) = story.book(phone(), person(1), &[TUESDAY]) else {
        panic!()
    };
    assert_eq!(problem.code, Code::SlotFull);
    let day = ["2026-11-24T07:30", "2026-11-24T08:30", "2026-11-24T10:30"].map(slot);
    assert_eq!(problem.nearest, day);
    let second = booking(&story.book(phone(), person(1), &[TUESDAY, WEDNESDAY]));
    assert_eq!(
        second.slot,
        Some(slot(WEDNESDAY)),
        "the first choice with room"
    );

    let mut any = wish(Applicant::New(Box::new(person(2))), &[TUESDAY]);
    any.any_that_week = true;
    let any = story.say(device(2), &Who::resident(), Command::RequestBooking(any));
    // Monday has room too, but a day before the choice was never checked for the resident's age.
    assert_eq!(booking(&any).slot, Some(slot("2026-11-24T07:30")));
}

#[test]
fn who_wants_to_wait_waits_and_may_move_or_cancel() {
    let mut story = Story::new();
    fill(&mut story, TUESDAY);
    let mut wish = wish(Applicant::New(Box::new(person(1))), &[TUESDAY]);
    wish.wait_if_full = true;
    let waiting = booking(&story.say(phone(), &Who::resident(), Command::RequestBooking(wish)));
    assert_eq!((waiting.state, waiting.slot), (State::Waitlisted, None));
    let moved = booking(&reschedule(
        &mut story,
        &Who::resident(),
        waiting.id,
        WEDNESDAY,
    ));
    assert_eq!((moved.id, moved.state), (waiting.id, State::Confirmed));
}

#[test]
fn wishes_outside_the_calendar() {
    let past = "2026-11-23T07:30";
    for (choices, code) in [
        (vec![], Code::NoChoice),
        (vec![TUESDAY; 4], Code::TooManyChoices),
        (vec!["2026-11-29T09:30"], Code::SlotClosed),
        (vec!["2026-12-24T09:30"], Code::BeyondWindow),
        (vec!["2026-11-24T09:31"], Code::SlotClosed),
        (vec!["1999-11-24T09:30"], Code::SlotClosed),
        (vec!["2027-11-24T09:30"], Code::BeyondWindow),
        (vec![past], Code::ChoicesPast),
        // Window of 30 days, today being the first: 22 December is the last.
        (vec!["2026-12-23T09:30"], Code::BeyondWindow),
    ] {
        let mut story = Story::new();
        let outcome = story.book(phone(), person(1), &choices);
        assert_eq!(refusal(&outcome), code, "{choices:?}");
        // The phone's own row counts whom it asked about.
        let is_left = |row: &&Row| !matches!(row, Row::Office(_) | Row::Device(_));
        assert_eq!(
            story.rows.values().filter(is_left).count(),
            0,
            "{choices:?}"
        );
    }
    let mut story = Story::new();
    booking(&story.book(phone(), person(1), &["2026-12-22T09:30"]));
    booking(&story.book(device(2), person(2), &[past, TUESDAY]));
}

#[test]
fn age_counts_on_the_day_of_the_slot() {
    // 16 on Wednesday 25 November 2026.
    let young = |guardian: bool| {
        let mut draft = person(1);
        draft.birth = BirthDate::parse("2010-11-25").ok();
        draft.guardian = guardian.then(|| PersonName::parse("Ibu Wati").unwrap());
        draft
    };
    let mut story = Story::new();
    for (guardian, day, code) in [
        (true, TUESDAY, Code::TooYoung),
        (false, WEDNESDAY, Code::GuardianMissing),
    ] {
        assert_eq!(refusal(&story.book(phone(), young(guardian), &[day])), code);
    }
    let booked = booking(&story.book(phone(), young(true), &[WEDNESDAY]));
    let earlier = reschedule(&mut story, &Who::resident(), booked.id, TUESDAY);
    assert_eq!(
        refusal(&earlier),
        Code::TooYoung,
        "moving is no way around the age"
    );
}

/// Somebody gave another person's NIK, or two people share a phone and a mistake: the office looks,
/// and nothing in the answer tells whether the NIK is booked, on the roll, or neither.
#[test]
fn a_nik_in_use_is_looked_at_by_the_office() {
    let mut story = Story::new();
    story.enrol(vec![person(1)]);
    let own = booking(&story.book(phone(), person(1), &[TUESDAY]));
    let mut thief = person(1);
    thief.birth = BirthDate::parse("1999-01-01").ok();
    let taken = booking(&story.book(device(2), thief, &[TUESDAY]));
    assert_eq!(taken.state, State::Requested { review: true });
    assert_eq!(
        (taken.slot, taken.ticket, taken.seated),
        (None, None, false)
    );
    assert_eq!(story.booked(TUESDAY), 1, "it holds no seat");
    assert_eq!(story.flags(), [Kind::NikInUse]);
    assert_ne!(
        taken.resident, own.resident,
        "and opens no door to the other's record"
    );

    let accept = Command::ReviewRequest {
        booking: taken.id,
        accept: true,
    };
    let head = staff(Role::Head);
    let refused = story.say(device(9), &head, accept.clone());
    assert_eq!(
        refusal(&refused),
        Code::AlreadyBooked,
        "one active booking per person"
    );
    let cancel = Command::CancelBooking { booking: own.id };
    booking(&story.say(phone(), &Who::resident(), cancel));
    let accepted = booking(&story.say(device(9), &head, accept));
    assert_eq!(
        (accepted.state, accepted.verified),
        (State::Confirmed, true)
    );
    let claim: &NikClaim = story.get(nik_key(person(1).nik.as_ref().unwrap()));
    assert_eq!(claim.booking, Some(taken.id));
}

#[test]
fn a_request_can_be_turned_down() {
    let mut story = Story::new();
    booking(&story.book(phone(), person(1), &[TUESDAY]));
    let second = booking(&story.book(device(2), person(1), &[TUESDAY]));
    let reject = Command::ReviewRequest {
        booking: second.id,
        accept: false,
    };
    for who in [Who::resident(), staff(Role::Admin), Who::system(OFFICE)] {
        assert_eq!(
            refusal(&story.say(device(2), &who, reject.clone())),
            Code::NotAllowed
        );
    }
    let turned = booking(&story.say(device(9), &staff(Role::Operator), reject.clone()));
    assert_eq!(turned.state, State::Rejected);
    assert_eq!(story.get::<Resident>(second.resident).active, None);
    let twice = story.say(device(9), &staff(Role::Operator), reject);
    assert_eq!(refusal(&twice), Code::BookingState);
}

/// Three of eight seats; then a look by the office, while verified people still get a seat.
#[test]
fn invented_people_do_not_fill_the_calendar() {
    let mut story = Story::new();
    for n in 1..=3 {
        let booked = booking(&story.book(device(n.into()), person(n), &[TUESDAY]));
        assert_eq!(booked.state, State::Confirmed, "{n}");
    }
    let fourth = booking(&story.book(device(4), person(4), &[TUESDAY]));
    assert_eq!(fourth.state, State::Requested { review: true });
    assert_eq!(story.booked(TUESDAY), 3);
    story.enrol(vec![person(5)]);
    let verified = booking(&story.book(device(5), person(5), &[TUESDAY]));
    assert_eq!(
        (verified.state, verified.verified),
        (State::Confirmed, true)
    );
    let accept = Command::ReviewRequest {
        booking: fourth.id,
        accept: true,
    };
    let seated = booking(&story.say(device(9), &staff(Role::Head), accept));
    assert_eq!(seated.state, State::Confirmed);
    assert_eq!(story.booked(TUESDAY), 5);
}

#[test]
fn one_phone_books_for_five_whom_nobody_knows() {
    let mut story = Story::new();
    for n in 1..=5 {
        let day = format!("2026-11-{}T09:30", 24 + n % 3);
        booking(&story.book(phone(), person(n), &[&day]));
    }
    let sixth = story.book(phone(), person(6), &["2026-11-30T09:30"]);
    assert_eq!(refusal(&sixth), Code::TooManyPeople);
    story.enrol(vec![person(7)]);
    booking(&story.book(phone(), person(7), &["2026-11-30T09:30"]));
}

#[test]
fn cancelling_gives_the_seat_and_the_nik_back() {
    let mut story = Story::new();
    let own = booking(&story.book(phone(), person(1), &[TUESDAY]));
    let cancel = Command::CancelBooking { booking: own.id };
    let stranger = story.say(device(2), &Who::resident(), cancel.clone());
    assert_eq!(refusal(&stranger), Code::NotAllowed);
    let gone = booking(&story.say(phone(), &Who::resident(), cancel.clone()));
    assert_eq!((gone.state, gone.ticket), (State::Cancelled, None));
    assert_eq!(story.booked(TUESDAY), 0);
    let twice = story.say(phone(), &Who::resident(), cancel);
    assert_eq!(refusal(&twice), Code::BookingState);
    booking(&story.book(phone(), person(1), &[TUESDAY]));
    assert_eq!(story.booked(TUESDAY), 1);
}

#[test]
fn moving_takes_the_seat_along_until_a_day_before() {
    let mut story = Story::new();
    let own = booking(&story.book(phone(), person(1), &[WEDNESDAY]));
    let moved = booking(&reschedule(&mut story, &Who::resident(), own.id, TUESDAY));
    assert_eq!((story.booked(WEDNESDAY), story.booked(TUESDAY)), (0, 1));
    assert_ne!(moved.ticket, own.ticket);
    assert_eq!(
        story.get::<Resident>(own.resident).active.unwrap().day,
        Some(slot(TUESDAY).date())
    );
    let same = booking(&reschedule(&mut story, &Who::resident(), own.id, TUESDAY));
    assert_eq!(
        (same.ticket, story.booked(TUESDAY)),
        (moved.ticket, 1),
        "no second seat"
    );

    later(&mut story, "2026-11-23T09:30");
    booking(&reschedule(
        &mut story,
        &Who::resident(),
        own.id,
        "2026-11-24T10:30",
    ));
    booking(&reschedule(&mut story, &Who::resident(), own.id, TUESDAY));
    later(&mut story, "2026-11-23T09:31");
    let late = reschedule(&mut story, &Who::resident(), own.id, WEDNESDAY);
    assert_eq!(refusal(&late), Code::TooLateToChange);
    booking(&reschedule(
        &mut story,
        &staff(Role::Operator),
        own.id,
        WEDNESDAY,
    ));
}

#[test]
fn a_full_slot_leaves_the_old_seat_untouched() {
    let mut story = Story::new();
    fill(&mut story, TUESDAY);
    let own = booking(&story.book(phone(), person(1), &[WEDNESDAY]));
    let full = reschedule(&mut story, &Who::resident(), own.id, TUESDAY);
    assert_eq!(refusal(&full), Code::SlotFull);
    assert_eq!((story.booked(WEDNESDAY), story.booked(TUESDAY)), (1, 6));
}

#[test]
fn not_coming_allows_one_rebooking() {
    let mut story = Story::new();
    let own = booking(&story.book(phone(), person(1), &[TUESDAY]));
    let system = Who::system(OFFICE);
    let missed = Command::MarkNoShow { booking: own.id };
    let clock = DeviceId::system(OFFICE);
    // The slot ends at 10:30, and 60 minutes of grace follow.
    later(&mut story, "2026-11-24T11:29");
    assert_eq!(
        refusal(&story.say(clock, &system, missed.clone())),
        Code::BookingState
    );
    later(&mut story, "2026-11-24T11:30");
    for who in [Who::resident(), staff(Role::Operator), staff(Role::Head)] {
        assert_eq!(
            refusal(&story.say(phone(), &who, missed.clone())),
            Code::NotAllowed
        );
    }
    assert_eq!(
        story.say(clock, &system, missed.clone()),
        Outcome::Applied(crate::command::Receipt::Done)
    );
    assert_eq!(story.booked(TUESDAY), 1, "the seat went by unused");
    let again = booking(&reschedule(
        &mut story,
        &Who::resident(),
        own.id,
        "2026-11-25T13:00",
    ));
    assert_eq!((again.state, again.no_shows), (State::Confirmed, 1));
    later(&mut story, "2026-11-25T15:00");
    story.say(clock, &system, missed);
    let third = reschedule(&mut story, &Who::resident(), own.id, "2026-11-26T13:00");
    assert_eq!(refusal(&third), Code::NoRebookingLeft);
    booking(&reschedule(
        &mut story,
        &staff(Role::Operator),
        own.id,
        "2026-11-26T13:00",
    ));
}

/// Missing twice, on one booking or on two: after that staff help, whichever way the resident asks.
#[test]
fn a_new_request_is_no_second_rebooking() {
    let (system, clock) = (Who::system(OFFICE), DeviceId::system(OFFICE));
    let resident = Who::resident();
    let mut story = Story::new();
    let first = booking(&story.book(phone(), person(1), &[TUESDAY]));
    later(&mut story, "2026-11-24T12:00");
    story.say(clock, &system, Command::MarkNoShow { booking: first.id });
    // The free one, taken as a new booking.
    let known = |day: &str| wish(Applicant::Known(first.resident), &[day]);
    let anew = Command::RequestBooking(known("2026-11-25T13:00"));
    let second = booking(&story.say(phone(), &resident, anew));
    assert_eq!((second.state, second.no_shows), (State::Confirmed, 0));
    later(&mut story, "2026-11-25T15:00");
    story.say(clock, &system, Command::MarkNoShow { booking: second.id });
    assert_eq!(story.get::<Resident>(first.resident).no_shows, 2);

    const DAY: &str = "2026-11-26T13:00";
    for (name, asked) in [
        ("moved", reschedule(&mut story, &resident, second.id, DAY)),
        (
            "asked again",
            story.say(phone(), &resident, Command::RequestBooking(known(DAY))),
        ),
        (
            "typed anew, on another phone",
            story.book(device(2), person(1), &[DAY]),
        ),
    ] {
        assert_eq!(refusal(&asked), Code::NoRebookingLeft, "{name}");
    }
    // Another KK number does not help: the office looks at it, and no seat is held.
    let mut other = person(1);
    other.kk = person(2).kk;
    let looked_at = booking(&story.book(device(3), other, &[DAY]));
    assert_eq!(looked_at.state, State::Requested { review: true });
    assert_eq!(story.booked(DAY), 0);
    // Staff book as they like; who has come starts afresh.
    let helped = Command::RequestBooking(known(DAY));
    let helped = booking(&story.say(device(9), &staff(Role::Operator), helped));
    story.say(
        device(9),
        &staff(Role::Operator),
        arrival(helped.id, "A-001"),
    );
    let visit = story
        .get::<crate::booking::Booking>(helped.id)
        .visit
        .unwrap();
    let outcome = crate::visit::Outcome::Left;
    let left = Command::CloseVisit { visit, outcome };
    story.say(device(9), &staff(Role::Operator), left);
    assert_eq!(story.get::<Resident>(first.resident).no_shows, 0);
}

#[test]
fn somebody_counted_as_absent_who_comes_has_come() {
    let mut story = Story::new();
    let own = booking(&story.book(phone(), person(1), &[TUESDAY]));
    later(&mut story, "2026-11-24T12:00");
    story.say(
        DeviceId::system(OFFICE),
        &Who::system(OFFICE),
        Command::MarkNoShow { booking: own.id },
    );
    story.say(device(9), &staff(Role::Operator), arrival(own.id, "A-001"));
    assert_eq!(story.flags(), [Kind::ArrivedAfterNoShow]);
    let come: &crate::booking::Booking = story.get(own.id);
    assert_eq!(come.state, State::Arrived);
    assert_eq!(story.booked(TUESDAY), 1);
}

#[test]
fn who_has_been_recorded_is_not_booked_again() {
    let mut story = Story::new();
    let own = booking(&story.book(phone(), person(1), &[TUESDAY]));
    let mut resident: Resident = story.get::<Resident>(own.resident).clone();
    resident.recorded_on = Some("2026-11-20".parse().unwrap());
    resident.active = None;
    story.rows.insert(Key::from(own.resident), resident.into());
    let known = wish(Applicant::Known(own.resident), &[WEDNESDAY]);
    let known = story.say(phone(), &Who::resident(), Command::RequestBooking(known));
    assert_eq!(refusal(&known), Code::AlreadyRecorded);
}

/// The same list twice changes nothing, nor does a person twice in one list.
#[test]
fn enrolling_twice_changes_nothing() {
    let mut story = Story::new();
    let people = vec![person(1), person(2), person(1)];
    story.enrol(people.clone());
    assert_eq!(story.all::<Resident>().len(), 2);
    assert_eq!(story.all::<crate::invitation::Invitation>().len(), 2);
    let before = story.rows.clone();
    story.now += TimeDelta::days(1);
    story.enrol(people);
    assert!(story.rows == before);
    let mut stray = person(3);
    stray.kelurahan = None;
    assert_eq!(
        refusal(&story.enrol(vec![person(4), stray])),
        Code::UnknownKelurahan
    );
    assert!(story.rows == before, "all of a list or nothing");
    let many = story.enrol((1..=201).map(person).collect());
    assert_eq!(refusal(&many), Code::TooLarge);
}

#[test]
fn somebody_known_without_a_nik_is_given_the_one_of_the_list() {
    let mut story = Story::new();
    let bare = |name: &str| crate::resident::Draft {
        nik: None,
        name: crate::person::PersonName::parse(name).unwrap(),
        ..person(1)
    };
    let other = "Somebody Else";
    story.enrol(vec![bare(person(1).name.as_str()), bare(other)]);
    let all = story.all::<Resident>();
    let second = all.iter().find(|r| r.name.as_str() == other).unwrap().id;
    let first = all.iter().find(|r| r.id != second).unwrap().id;
    let list = |story: &mut Story, n, known| {
        let people = vec![person(n)];
        let command = Command::EnrolResidents { people, known };
        story.say(DeviceId::system(OFFICE), &Who::system(OFFICE), command);
    };
    list(&mut story, 1, vec![Some(first)]);
    assert_eq!(story.all::<Resident>().len(), 2, "the same person");
    assert_eq!(story.get::<Resident>(first).nik, person(1).nik);
    let claims = story.all::<crate::resident::NikClaim>();
    assert_eq!(claims.len(), 1);
    assert_eq!((claims[0].resident, claims[0].booking), (first, None));
    // From now on the NIK says who it is.
    let before = story.rows.clone();
    list(&mut story, 1, Vec::new());
    assert!(story.rows == before);
    // A record of somebody else is not given away, whoever says so.
    list(&mut story, 3, vec![Some(second)]);
    assert_eq!(story.get::<Resident>(second).nik, None);
    assert_eq!(story.all::<Resident>().len(), 3);
}

/// The office shortened its day after people had booked: nobody's seat is lost.
#[test]
fn a_slot_that_left_the_calendar_can_still_be_left() {
    let mut story = Story::new();
    let own = booking(&story.book(phone(), person(1), &[TUESDAY]));
    let mut changed = office();
    changed.settings.slot_minutes = 45;
    let system = Who::system(OFFICE);
    let set = Command::SetOffice {
        office: Box::new(changed),
    };
    story.say(DeviceId::system(OFFICE), &system, set);
    let cancel = Command::CancelBooking { booking: own.id };
    booking(&story.say(phone(), &Who::resident(), cancel));
    assert_eq!(story.booked(TUESDAY), 0);
}
