//! Forgetting who it was.

use crate::{
    booking::{Booking, State},
    command::{Command, Receipt},
    decide::{Outcome, Who},
    fixtures::{OFFICE, Story, booking, device, person, refusal, staff},
    ids::DeviceId,
    invitation::{self, Invitation},
    person::PersonName,
    problem::Code,
    resident::{Device, NikClaim, Resident},
    sync::Role,
};
use chrono::TimeDelta;

const TUESDAY: &str = "2026-11-24T09:30";

fn forget(story: &mut Story, own: &Booking) -> Outcome {
    let (clock, system) = (DeviceId::system(OFFICE), Who::system(OFFICE));
    let (resident, bookings) = (own.resident, vec![own.id]);
    let command = Command::ForgetResident {
        resident,
        bookings,
        asked: false,
    };
    story.say(clock, &system, command)
}

#[test]
fn a_year_later_nobody_can_tell_who_it_was() {
    let mut story = Story::new();
    story.enrol(vec![person(1)]);
    let invitation = story.all::<Invitation>()[0].id;
    let neighbour = PersonName::parse("Bu Tini").unwrap();
    let delivered = Command::RecordDelivery {
        invitation,
        outcome: invitation::State::Delivered {
            to: Some(neighbour),
        },
    };
    story.say(device(9), &staff(Role::Operator), delivered);
    let own = booking(&story.book(device(1), person(1), &[TUESDAY]));
    assert_eq!(refusal(&forget(&mut story, &own)), Code::BookingState);
    let cancel = Command::CancelBooking { booking: own.id };
    booking(&story.say(device(1), &Who::resident(), cancel));
    story.now += TimeDelta::days(364);
    assert_eq!(
        refusal(&forget(&mut story, &own)),
        Code::BookingState,
        "not yet"
    );
    story.now += TimeDelta::days(2);
    for who in [Who::resident(), staff(Role::Head), staff(Role::Admin)] {
        let (resident, bookings) = (own.resident, vec![]);
        let command = Command::ForgetResident {
            resident,
            bookings,
            asked: false,
        };
        let refused = story.say(device(1), &who, command);
        assert_eq!(refusal(&refused), Code::NotAllowed);
    }
    let before = story.get::<Resident>(own.resident).clone();
    for _ in 0..2 {
        let outcome = forget(&mut story, &own);
        assert_eq!(outcome, Outcome::Applied(Receipt::Done));
    }

    // Nothing that anybody typed is left in any row.
    let all: Vec<String> = story.rows.values().map(|r| r.to_text().unwrap()).collect();
    let who = person(1);
    for word in [
        who.name.as_str(),
        who.nik.as_ref().unwrap().as_str(),
        who.kk.as_ref().unwrap().as_str(),
        "2000-01-15",
        "Bu Tini",
    ] {
        let left: Vec<_> = all.iter().filter(|row| row.contains(word)).collect();
        assert!(left.is_empty(), "{left:?}");
    }
    assert!(story.all::<NikClaim>().is_empty());
    let phone: &Device = story.get(device(1));
    assert!(!phone.may_act_for(own.resident), "the phone lets go too");
    // What is counted stays.
    let after: &Resident = story.get(own.resident);
    assert!(after.forgotten);
    assert_eq!(
        (&after.kelurahan, after.source, after.invitation),
        (&before.kelurahan, before.source, before.invitation)
    );
    assert_eq!(story.get::<Booking>(own.id).state, State::Cancelled);
    let state = &story.get::<Invitation>(invitation).state;
    assert_eq!(*state, invitation::State::Delivered { to: None });
}

/// The same person comes back later: somebody new, booked as ever.
#[test]
fn who_was_forgotten_may_come_again() {
    let mut story = Story::new();
    let own = booking(&story.book(device(1), person(1), &[TUESDAY]));
    let cancel = Command::CancelBooking { booking: own.id };
    booking(&story.say(device(1), &Who::resident(), cancel));
    story.now += TimeDelta::days(366);
    forget(&mut story, &own);
    let again = booking(&story.book(device(1), person(1), &["2027-11-25T09:30"]));
    assert_eq!(again.state, State::Confirmed);
    assert_ne!(again.resident, own.resident);
}

/// Two records of one NIK, and the other one holds the claim: it stays with that one.
#[test]
fn a_claim_that_another_record_holds_stays() {
    let mut story = Story::new();
    let own = booking(&story.book(device(1), person(1), &[TUESDAY]));
    let cancel = Command::CancelBooking { booking: own.id };
    booking(&story.say(device(1), &Who::resident(), cancel));
    story.now += TimeDelta::days(366);
    let mut other = person(1);
    other.kk = person(2).kk;
    let second = booking(&story.book(device(2), other, &["2027-11-25T09:30"]));
    assert_ne!(second.resident, own.resident);
    assert_eq!(forget(&mut story, &own), Outcome::Applied(Receipt::Done));
    let claims = story.all::<NikClaim>();
    assert_eq!(claims[0].booking, Some(second.id));
    let cancel = Command::CancelBooking { booking: second.id };
    booking(&story.say(device(2), &Who::resident(), cancel));
    story.now += TimeDelta::days(366);
    forget(&mut story, &second);
    assert!(story.all::<NikClaim>().is_empty());
}
