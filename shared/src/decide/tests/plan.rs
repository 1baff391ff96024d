//! From the meeting to the seat: plans confirmed, places given, days that change.

use crate::{
    command::{Command, ConfirmPlan, DayChange, Printed, SetDay},
    decide::{Outcome, Who},
    fixtures::{OFFICE, Story, booking, code, device, person, refusal, slot, staff},
    ids::{DeviceId, InvitationId, ResidentId, SessionId},
    invitation::{Invitation, State},
    person::BirthDate,
    plan::{Part, Plan},
    problem::Code,
    resident::{ClaimHash, Draft, Resident},
    row::Key,
    slot::Slot,
    sync::Role,
};
use chrono::{NaiveDate, TimeDelta};

/// The first day for which anybody is invited on that Monday.
pub(super) const FRIDAY: &str = "2026-11-27T07:30";
pub(super) const ONE: &str = "1571081001";

pub(super) fn head() -> Who {
    staff(Role::Head)
}

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn part(start: &str, session: Option<SessionId>, seats: u16) -> Part {
    Part {
        slot: slot(start),
        session,
        kelurahan: code(ONE),
        seats,
        given: 0,
    }
}

pub(super) fn confirm(story: &mut Story, version: u32, parts: Vec<Part>) -> Outcome {
    let (from, to) = (day("2026-11-23"), day("2026-12-31"));
    let plan = ConfirmPlan {
        version,
        from,
        to,
        parts,
    };
    story.say(device(70), &head(), Command::ConfirmPlan(plan))
}

pub(super) fn allot(story: &mut Story, people: &[ResidentId]) {
    let people = people.to_vec();
    let system = Who::system(OFFICE);
    let outcome = story.say(
        DeviceId::system(OFFICE),
        &system,
        Command::AllotInvitations { people },
    );
    assert!(matches!(outcome, Outcome::Applied(_)), "{outcome:?}");
}

/// People of the roll, in the order of their numbers.
fn enrolled(story: &mut Story, people: Vec<Draft>) -> Vec<ResidentId> {
    let kk: Vec<_> = people.iter().map(|draft| draft.kk.clone()).collect();
    story.enrol(people);
    let found = |kk| {
        story
            .all::<Resident>()
            .into_iter()
            .find(|r| r.kk == kk)
            .unwrap()
            .id
    };
    kk.into_iter().map(found).collect()
}

pub(super) fn people(story: &mut Story, numbers: std::ops::Range<u32>) -> Vec<ResidentId> {
    enrolled(story, numbers.map(person).collect())
}

pub(super) fn invitation(story: &Story, of: ResidentId) -> Option<Invitation> {
    let id = story.get::<Resident>(of).invitation?;
    Some(story.get::<Invitation>(id).clone())
}

/// Where somebody is asked to come, with a seat held for it.
pub(super) fn place(story: &Story, of: ResidentId) -> Option<String> {
    let held = invitation(story, of)?.held()?;
    let village = held.session.map_or("", |_| " village");
    Some(format!("{}{village}", held.slot))
}

pub(super) fn plan(story: &Story) -> &Plan {
    story.get(Key::plan(OFFICE))
}

/// (slot, seats, given)
pub(super) fn parts(story: &Story) -> Vec<(String, u16, u16)> {
    let parts = plan(story).parts.iter();
    parts
        .map(|p| (p.slot.to_string(), p.seats, p.given))
        .collect()
}

pub(super) fn print(story: &mut Story, of: ResidentId, text: &str) -> InvitationId {
    let id = story.get::<Resident>(of).invitation.unwrap();
    let claim = ClaimHash::of_code(text).unwrap();
    let printed = vec![Printed {
        invitation: id,
        claim,
        place: None,
    }];
    let clerk = staff(Role::Kelurahan);
    story.say(device(71), &clerk, Command::PrintInvitations { printed });
    assert_eq!(story.get::<Invitation>(id).state, State::Printed);
    id
}

pub(super) fn done(outcome: Outcome) {
    assert!(matches!(outcome, Outcome::Applied(_)), "{outcome:?}");
}

#[test]
fn of_two_heads_the_second_sees_the_first_one_s_plan_first() {
    let mut story = Story::new();
    done(confirm(&mut story, 0, vec![part(FRIDAY, None, 4)]));
    let second = vec![part("2026-11-30T07:30", None, 4)];
    assert_eq!(
        refusal(&confirm(&mut story, 0, second.clone())),
        Code::PlanChanged
    );
    assert_eq!(parts(&story), [(FRIDAY.to_owned(), 4, 0)]);
    done(confirm(&mut story, 1, second));
    assert_eq!(parts(&story), [("2026-11-30T07:30".to_owned(), 4, 0)]);
    assert_eq!(plan(&story).version, 2);
}

#[test]
fn a_plan_beyond_the_calendar_is_refused() {
    let mut story = Story::new();
    for (to, code) in [
        ("2027-02-22", None),
        ("2027-02-23", Some(Code::PlanPeriod)),
        ("2028-01-10", Some(Code::PlanPeriod)),
        ("2026-11-22", Some(Code::PlanPeriod)),
    ] {
        let version = story.rows.get(&Key::plan(OFFICE)).map_or(0, |_| 1);
        let (from, to) = (day("2026-11-23"), day(to));
        let plan = ConfirmPlan {
            version,
            from,
            to,
            parts: vec![],
        };
        let outcome = story.say(device(70), &head(), Command::ConfirmPlan(plan));
        match code {
            None => done(outcome),
            Some(code) => assert_eq!(refusal(&outcome), code, "{to}"),
        }
    }
    // Saturday; the half hour after four hours; more than the share; a village that is not theirs.
    for (start, seats, code) in [
        ("2026-11-28T07:30", 1, Code::PlanCalendar),
        ("2026-11-30T11:30", 1, Code::Workload),
        (FRIDAY, 5, Code::PlanCapacity),
    ] {
        let outcome = confirm(&mut story, 1, vec![part(start, None, seats)]);
        assert_eq!(refusal(&outcome), code, "{start}");
    }
    for role in [Role::Operator, Role::Kelurahan] {
        let (from, to) = (day("2026-11-23"), day("2026-11-30"));
        let plan = ConfirmPlan {
            version: 1,
            from,
            to,
            parts: vec![],
        };
        let outcome = story.say(device(72), &staff(role), Command::ConfirmPlan(plan));
        assert_eq!(refusal(&outcome), Code::NotAllowed);
    }
}

#[test]
fn people_get_the_places_in_turn_and_given_ones_stay() {
    let mut story = Story::new();
    let people = people(&mut story, 1..7);
    let second = "2026-11-27T08:30";
    done(confirm(
        &mut story,
        0,
        vec![part(FRIDAY, None, 4), part(second, None, 1)],
    ));
    allot(&mut story, &people);
    let places: Vec<_> = people.iter().map(|p| place(&story, *p)).collect();
    let said: Vec<_> = places.iter().map(Option::as_deref).collect();
    let (a, b) = (Some(FRIDAY), Some(second));
    assert_eq!(said, [a, a, a, a, b, None]);
    assert_eq!(
        parts(&story),
        [(FRIDAY.to_owned(), 4, 4), (second.to_owned(), 1, 1)]
    );
    // Again: nobody gets a second place.
    allot(&mut story, &people);
    assert_eq!(parts(&story)[0].2, 4);

    for (kept, code) in [
        (vec![], Some(Code::PlanGiven)),
        (
            vec![part(FRIDAY, None, 3), part(second, None, 1)],
            Some(Code::PlanGiven),
        ),
        (vec![part(FRIDAY, None, 4), part(second, None, 2)], None),
    ] {
        let outcome = confirm(&mut story, 1, kept);
        match code {
            Some(code) => assert_eq!(refusal(&outcome), code),
            None => done(outcome),
        }
    }
    assert_eq!(
        parts(&story),
        [(FRIDAY.to_owned(), 4, 4), (second.to_owned(), 2, 1)]
    );
    allot(&mut story, &people);
    assert_eq!(place(&story, people[5]).as_deref(), Some(second));
}

/// Seats that bookings have taken meanwhile are no places: the next part is.
#[test]
fn a_place_that_others_took_is_not_given() {
    let mut story = Story::new();
    for n in 0..5 {
        let who = person(100 + n);
        story.enrol(vec![who.clone()]);
        booking(&story.book(device(10 + u128::from(n)), who, &[FRIDAY]));
    }
    let people = people(&mut story, 1..4);
    let second = "2026-11-27T08:30";
    done(confirm(
        &mut story,
        0,
        vec![part(FRIDAY, None, 4), part(second, None, 2)],
    ));
    allot(&mut story, &people);
    assert_eq!(
        place(&story, people[0]).as_deref(),
        Some(FRIDAY),
        "the sixth of six"
    );
    assert_eq!(parts(&story)[0], (FRIDAY.to_owned(), 1, 1));
    // The command looked at places for three.
    allot(&mut story, &people);
    assert_eq!(place(&story, people[1]).as_deref(), Some(second));
    assert_eq!(place(&story, people[2]).as_deref(), Some(second));
}

#[test]
fn who_has_a_booking_or_is_too_young_is_not_invited_yet() {
    let mut story = Story::new();
    let booked = people(&mut story, 1..2)[0];
    booking(&story.book(device(1), person(1), &["2026-11-25T09:30"]));
    let young = Draft {
        birth: Some(BirthDate::parse("2010-01-06").unwrap()),
        ..person(2)
    };
    let young = enrolled(&mut story, vec![young])[0];
    assert_eq!(invitation(&story, young), None);
    done(confirm(&mut story, 0, vec![part(FRIDAY, None, 4)]));
    allot(&mut story, &[booked, young]);
    assert_eq!((place(&story, booked), place(&story, young)), (None, None));

    // Seventeen on 6 January 2027: a later plan has a place, and the paper comes with it.
    story.now += TimeDelta::days(30);
    let (from, to) = (day("2027-01-04"), day("2027-01-08"));
    let parts = vec![
        part("2027-01-04T07:30", None, 1),
        part("2027-01-06T07:30", None, 1),
    ];
    let next = ConfirmPlan {
        version: 1,
        from,
        to,
        parts,
    };
    done(story.say(device(70), &head(), Command::ConfirmPlan(next)));
    // The first place is a day too early for them.
    allot(&mut story, &[young, booked]);
    assert_eq!(place(&story, young).as_deref(), Some("2027-01-06T07:30"));
    let own = invitation(&story, young).unwrap();
    assert_eq!((own.state, own.resident), (State::Planned, young));
}

#[test]
fn a_closed_day_s_invitations_get_another_and_the_paper_is_known_to_be_old() {
    let mut story = Story::new();
    let people = people(&mut story, 1..4);
    let monday = "2026-11-30T07:30";
    done(confirm(
        &mut story,
        0,
        vec![part(FRIDAY, None, 2), part(monday, None, 1)],
    ));
    allot(&mut story, &people);
    let paper = print(&mut story, people[0], "ABCDE12345");
    let date = day("2026-11-27");
    let reason = "Listrik padam".to_owned();
    let change = DayChange::Closed { reason };
    done(story.say(
        device(70),
        &head(),
        Command::SetDay(SetDay { date, change }),
    ));
    done(confirm(
        &mut story,
        1,
        vec![part(FRIDAY, None, 2), part(monday, None, 2)],
    ));
    allot(&mut story, &[people[0], people[1], people[2]]);
    assert_eq!(place(&story, people[0]).as_deref(), Some(monday));
    assert!(story.get::<Invitation>(paper).changed);
    let other = invitation(&story, people[1]).unwrap();
    assert_eq!(
        (other.proposal, other.changed),
        (None, false),
        "no room, and no paper"
    );
    assert_eq!(
        place(&story, people[2]).as_deref(),
        Some(monday),
        "has kept it"
    );
    let friday: &Slot = story.get(slot(FRIDAY).id(OFFICE));
    assert_eq!(friday.held, 0);
    assert_eq!(
        parts(&story),
        [(FRIDAY.to_owned(), 2, 0), (monday.to_owned(), 2, 2)]
    );
    // A place is added, and whoever lost theirs gets it.
    let more = vec![part(monday, None, 3)];
    done(confirm(&mut story, 2, more));
    allot(&mut story, &[people[1]]);
    assert_eq!(place(&story, people[1]).as_deref(), Some(monday));
}

#[test]
fn a_shrunk_day_keeps_as_many_as_fit() {
    let mut story = Story::new();
    let people = people(&mut story, 1..5);
    let monday = "2026-11-30T07:30";
    done(confirm(
        &mut story,
        0,
        vec![part(FRIDAY, None, 4), part(monday, None, 4)],
    ));
    allot(&mut story, &people);
    for n in 0..2 {
        let who = person(100 + n);
        story.enrol(vec![who.clone()]);
        booking(&story.book(device(10 + u128::from(n)), who, &[FRIDAY]));
    }
    // One station of two: four seats in the hour, six are taken.
    let date = day("2026-11-27");
    let change = DayChange::Staffed {
        stations: 1,
        reason: "Rusak".to_owned(),
    };
    done(story.say(
        device(70),
        &head(),
        Command::SetDay(SetDay { date, change }),
    ));
    allot(
        &mut story,
        &people.iter().rev().copied().collect::<Vec<_>>(),
    );
    let moved: Vec<bool> = people
        .iter()
        .map(|p| place(&story, *p).as_deref() == Some(monday))
        .collect();
    assert_eq!(moved, [false, false, true, true]);
    let friday: &Slot = story.get(slot(FRIDAY).id(OFFICE));
    assert_eq!((friday.booked, friday.held), (2, 2));
}
