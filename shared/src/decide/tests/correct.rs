//! What a person sets right about themselves.

use crate::{
    booking::{Booking, State},
    command::{Command, Receipt},
    decide::{Outcome, Who},
    fixtures::{OFFICE, Story, booking, device, nik_key, person, refusal, staff},
    ids::{DeviceId, ResidentId},
    person::PersonName,
    problem::Code,
    resident::{Draft, NikClaim, Resident},
    sync::Role,
};

const TUESDAY: &str = "2026-11-24T09:30";

fn correct(story: &mut Story, resident: ResidentId, to: Draft) -> Outcome {
    let (clock, system) = (DeviceId::system(OFFICE), Who::system(OFFICE));
    let to = Box::new(to);
    story.say(clock, &system, Command::CorrectResident { resident, to })
}

#[test]
fn what_is_said_stands_and_what_is_left_empty_is_empty() {
    let mut story = Story::new();
    let own = booking(&story.book(device(1), person(1), &[TUESDAY]));
    let before: Resident = story.get::<Resident>(own.resident).clone();
    let mut right = person(1);
    right.name = PersonName::parse("Siti Aminah").unwrap();
    right.birth = person(2).birth;
    (right.phone, right.kk) = (None, None);
    for who in [Who::resident(), staff(Role::Head), staff(Role::Admin)] {
        let to = Box::new(right.clone());
        let resident = own.resident;
        let command = Command::CorrectResident { resident, to };
        assert_eq!(
            refusal(&story.say(device(1), &who, command)),
            Code::NotAllowed
        );
    }
    let done = correct(&mut story, own.resident, right);
    assert_eq!(done, Outcome::Applied(Receipt::Done));
    let after: &Resident = story.get(own.resident);
    assert_eq!(after.name.as_str(), "Siti Aminah");
    assert_eq!((&after.phone, &after.kk), (&None, &None));
    assert_eq!(after.birth, person(2).birth);
    assert_eq!(
        (&after.nik, after.active, &after.holders),
        (&before.nik, before.active, &before.holders)
    );
    assert_eq!(story.get::<Booking>(own.id).state, State::Confirmed);
}

#[test]
fn another_nik_takes_the_booking_along_and_frees_the_old_one() {
    let mut story = Story::new();
    let own = booking(&story.book(device(1), person(1), &[TUESDAY]));
    let mut right = person(1);
    right.nik = person(3).nik;
    let done = correct(&mut story, own.resident, right);
    assert_eq!(done, Outcome::Applied(Receipt::Done));
    let claims = story.all::<NikClaim>();
    let new = nik_key(person(3).nik.as_ref().unwrap());
    let [claim] = claims.as_slice() else {
        panic!("{claims:?}");
    };
    assert_eq!(
        (claim.key, claim.booking, claim.booked_by),
        (new, Some(own.id), Some(own.resident))
    );
    // Whoever has the old number may book; the new one is taken.
    let other = booking(&story.book(device(2), person(1), &[TUESDAY]));
    assert_eq!(other.state, State::Confirmed);
    let cancel = Command::CancelBooking { booking: own.id };
    booking(&story.say(device(1), &Who::resident(), cancel));
    let claim = story
        .all::<NikClaim>()
        .into_iter()
        .find(|claim| claim.key == new);
    assert_eq!(claim.unwrap().booking, None);
}

#[test]
fn a_nik_that_stands_on_another_record_is_not_taken_from_there() {
    let mut story = Story::new();
    story.enrol(vec![person(2)]);
    let own = booking(&story.book(device(1), person(1), &[TUESDAY]));
    let mut right = person(1);
    right.nik = person(2).nik;
    assert_eq!(
        refusal(&correct(&mut story, own.resident, right)),
        Code::AlreadyBooked
    );
    assert_eq!(story.get::<Resident>(own.resident).nik, person(1).nik);
}

/// At their word it goes at once; what goes on must have ended.
#[test]
fn forgotten_at_their_word() {
    let mut story = Story::new();
    let own = booking(&story.book(device(1), person(1), &[TUESDAY]));
    let (resident, bookings) = (own.resident, vec![own.id]);
    let forget = Command::ForgetResident {
        resident,
        bookings,
        asked: true,
    };
    let (clock, system) = (DeviceId::system(OFFICE), Who::system(OFFICE));
    let going_on = story.say(clock, &system, forget.clone());
    assert_eq!(refusal(&going_on), Code::BookingState);
    let cancel = Command::CancelBooking { booking: own.id };
    booking(&story.say(device(1), &Who::resident(), cancel));
    let done = story.say(clock, &system, forget);
    assert_eq!(done, Outcome::Applied(Receipt::Done));
    let after: &Resident = story.get(own.resident);
    assert!(after.forgotten && after.nik.is_none());
    // Nothing is set right of somebody who is not known any more.
    let late = correct(&mut story, own.resident, person(1));
    assert_eq!(refusal(&late), Code::NotFound);
}
