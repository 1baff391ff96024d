//! What a person sets right about themselves.

use crate::{
    booking::{Booking, State},
    command::{Applicant, Command, Receipt, WalkIn},
    decide::{Outcome, Who},
    fixtures::{OFFICE, Story, booking, device, nik_key, person, queue, refusal, staff},
    ids::{DeviceId, ResidentId},
    person::PersonName,
    problem::Code,
    resident::{ClaimHash, Draft, NikClaim, Resident},
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
    story.enrol(vec![person(1)]);
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
    booking(&story.say(device(8), &staff(Role::Operator), cancel));
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

/// A record was made under a wrong NIK, and then the person whose number it is booked. Once the record is
/// set right, the next list must not write that person over it.
#[test]
fn a_number_that_was_typed_wrongly_goes_to_the_person_whose_it_is() {
    for still_booked in [true, false] {
        let mut story = Story::new();
        // Staff meant person 2, and typed the NIK of person 1.
        let mut typed = person(2);
        typed.nik = person(1).nik;
        story.enrol(vec![typed]);
        let wrong = story.all::<Resident>()[0].id;
        let own = booking(&story.book(device(1), person(1), &[TUESDAY]));
        assert_ne!(own.resident, wrong);
        if !still_booked {
            let cancel = Command::CancelBooking { booking: own.id };
            booking(&story.say(device(1), &Who::resident(), cancel));
        }
        let done = correct(&mut story, wrong, person(2));
        assert_eq!(done, Outcome::Applied(Receipt::Done));
        story.enrol(vec![person(1)]);
        let kept: &Resident = story.get(wrong);
        assert_eq!(
            (&kept.nik, &kept.kk),
            (&person(2).nik, &person(2).kk),
            "still booked: {still_booked}"
        );
        let first = |n: u32| {
            let key = nik_key(person(n).nik.as_ref().unwrap());
            story.get::<NikClaim>(key).clone()
        };
        assert_eq!(first(2).resident, wrong);
        let found: &Resident = story.get(first(1).resident);
        assert_eq!((&found.nik, found.verified), (&person(1).nik, true));
        if still_booked {
            assert_eq!(first(1).resident, own.resident);
            assert_eq!(first(1).booking, Some(own.id));
        }
    }
}

/// A claim that an older version left behind a record that has another NIK by now.
#[test]
fn a_claim_without_a_record_goes_to_the_next_who_asks() {
    for at_desk in [false, true] {
        let mut story = Story::new();
        story.enrol(vec![person(2)]);
        let other = story.all::<Resident>()[0].id;
        let key = nik_key(person(1).nik.as_ref().unwrap());
        let left = crate::row::Row::from(NikClaim::of(key, OFFICE, other));
        story.rows.insert(left.key(), left);
        let before: Resident = story.get::<Resident>(other).clone();
        if at_desk {
            let walk_in = Command::WalkIn(WalkIn {
                who: Applicant::New(Box::new(person(1))),
                queue: queue("A-001"),
                priority: false,
                unknown_ticket: false,
                lease: None,
                at: None,
            });
            story.say(device(9), &staff(Role::Operator), walk_in);
        } else {
            booking(&story.book(device(1), person(1), &[TUESDAY]));
        }
        let now = story.get::<NikClaim>(key).resident;
        assert_ne!(now, other, "at the desk: {at_desk}");
        assert_eq!(story.get::<Resident>(now).nik, person(1).nik);
        assert_eq!(story.get::<Resident>(other), &before);
    }
}

/// A phone made the record with other numbers, and it may be a stranger's: once the person's data stand in it,
/// that phone reads them no more. One with the same numbers, or with a code, does.
#[test]
fn a_phone_that_typed_other_numbers_does_not_read_what_is_set_right() {
    for (typed, has_code, stays) in [
        (person(900).kk, false, false),
        (person(900).kk, true, true),
        (person(1).kk, false, true),
    ] {
        let mut story = Story::new();
        let typed = Draft {
            kk: typed,
            ..person(1)
        };
        let own = booking(&story.book(device(66), typed, &[TUESDAY]));
        if has_code {
            let slip = ClaimHash::of_code("0123456789").unwrap();
            let resident = own.resident;
            let issue = Command::IssueSlip {
                resident,
                claim: slip,
            };
            story.say(device(8), &staff(Role::Operator), issue);
            let claim = Command::ClaimResident {
                code: slip,
                birth: person(1).birth.unwrap(),
                remove_others: false,
            };
            story.say(device(66), &Who::resident(), claim);
        }
        let right = Draft {
            name: PersonName::parse("Dewi Kusuma").unwrap(),
            ..person(1)
        };
        let done = correct(&mut story, own.resident, right);
        assert_eq!(done, Outcome::Applied(Receipt::Done));
        let holders = &story.get::<Resident>(own.resident).holders;
        assert_eq!(holders.contains(&device(66)), stays, "code: {has_code}");
        let cancel = Command::CancelBooking { booking: own.id };
        let may = story.say(device(66), &Who::resident(), cancel);
        assert_eq!(matches!(may, Outcome::Applied(_)), stays);
    }
}
