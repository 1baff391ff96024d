//! A day changes: who loses a seat is offered others, in turn; who waits is asked in rounds.

use crate::{
    booking::{Booking, State, Why},
    calendar::Closed,
    command::{Applicant, Command, DayChange, RescheduleBooking, SetDay},
    decide::{Outcome, Who},
    fixtures::{
        OFFICE, Story, arrival, booking, device, nik_key, person, refusal, slot, staff, wish,
    },
    ids::{BookingId, DeviceId},
    office::Office,
    problem::Code,
    resident::{NikClaim, Resident},
    row::Key,
    slot::Slot,
    sync::Role,
    visit::{self, Mistake},
};
use chrono::{DateTime, Utc};

pub(super) const TUESDAY: &str = "2026-11-24T09:30";
pub(super) const THURSDAY: &str = "2026-11-26T09:30";

fn later(story: &mut Story, at: &str) {
    story.now = format!("{at}:00+07:00").parse::<DateTime<Utc>>().unwrap();
}

fn office_says(story: &mut Story, command: Command) -> Outcome {
    story.say(DeviceId::system(OFFICE), &Who::system(OFFICE), command)
}

pub(super) fn applied(outcome: Outcome) {
    assert!(matches!(outcome, Outcome::Applied(_)), "{outcome:?}");
}

fn set_day(story: &mut Story, who: &Who, date: &str, change: DayChange) -> Outcome {
    let date = date.parse().unwrap();
    story.say(device(80), who, Command::SetDay(SetDay { date, change }))
}

fn closed(reason: &str) -> DayChange {
    let reason = reason.to_owned();
    DayChange::Closed { reason }
}

fn stations(stations: u16) -> DayChange {
    let reason = "Satu alat rusak".to_owned();
    DayChange::Staffed { stations, reason }
}

fn change(story: &mut Story, date: &str, change: DayChange) {
    applied(set_day(story, &staff(Role::Head), date, change));
}

pub(super) fn offer(story: &mut Story, id: BookingId) -> Booking {
    applied(office_says(story, Command::OfferSlots { booking: id }));
    story.get::<Booking>(id).clone()
}

pub(super) fn offered(booking: &Booking) -> Vec<String> {
    let offer = booking.offer.iter().flat_map(|offer| &offer.slots);
    offer.map(ToString::to_string).collect()
}

fn answer(story: &mut Story, from: u128, id: BookingId, to: Option<&str>) -> Outcome {
    let command = Command::AnswerOffer {
        booking: id,
        slot: to.map(slot),
    };
    story.say(device(from), &Who::resident(), command)
}

/// `(booked, held, freed)` of a slot.
/// Whether staff see the number of whoever the booking is for.
fn to_call(story: &Story, of: &Booking) -> bool {
    let resident: &Resident = story.get(of.resident);
    resident.active.is_some_and(|active| active.to_call)
}

fn seats(story: &Story, start: &str) -> (u16, u16, u16) {
    let slot: &Slot = story.get(slot(start).id(OFFICE));
    (slot.booked, slot.held, slot.freed)
}

fn free(story: &Story, date: &str) -> Vec<u16> {
    let office: &Office = story.get(Key::office(OFFICE));
    let rows: Vec<Slot> = story.all::<Slot>().into_iter().cloned().collect();
    let day = office.offer(date.parse().unwrap(), &rows, office.zone.local(story.now));
    day.slots.iter().map(|slot| slot.free).collect()
}

/// Somebody of the roll with a seat; the same number is their phone.
pub(super) fn seated(story: &mut Story, n: u32, start: &str) -> Booking {
    story.enrol(vec![person(n)]);
    let booked = booking(&story.book(device(n.into()), person(n), &[start]));
    assert_eq!(booked.slot, Some(slot(start)));
    booked
}

/// Six take the seats that bookings may have; the seventh and more wait.
fn full(story: &mut Story, start: &str, waiting: &[u32]) -> (Vec<Booking>, Vec<Booking>) {
    let seated = (101..107).map(|n| seated(story, n, start)).collect();
    let waiting = waiting.iter().map(|n| {
        story.enrol(vec![person(*n)]);
        let mut wish = wish(Applicant::New(Box::new(person(*n))), &[start]);
        wish.wait_if_full = true;
        let command = Command::RequestBooking(wish);
        story.now += chrono::TimeDelta::minutes(1);
        let waits = booking(&story.say(device((*n).into()), &Who::resident(), command));
        assert_eq!(waits.state, State::Waitlisted);
        waits
    });
    let waiting = waiting.collect();
    (seated, waiting)
}

fn cancel(story: &mut Story, from: u128, id: BookingId) {
    let command = Command::CancelBooking { booking: id };
    booking(&story.say(device(from), &Who::resident(), command));
}

#[test]
fn who_may_change_a_day_and_how() {
    let mut story = Story::new();
    let head = staff(Role::Head);
    for who in [
        Who::resident(),
        staff(Role::Operator),
        staff(Role::Kelurahan),
        Who::system(OFFICE),
    ] {
        let told = set_day(&mut story, &who, "2026-11-24", closed("Listrik padam"));
        assert_eq!(refusal(&told), Code::NotAllowed);
    }
    for (date, wrong, code) in [
        ("2026-11-22", closed("Listrik padam"), Code::DayPast),
        ("2026-11-24", closed("  "), Code::ReasonMissing),
        ("2026-11-24", closed("Listrik\u{0}"), Code::ReasonMissing),
        ("2026-11-24", closed(&"a".repeat(201)), Code::TooLarge),
        ("2026-11-24", stations(3), Code::Workload),
    ] {
        assert_eq!(refusal(&set_day(&mut story, &head, date, wrong)), code);
    }
    let office = |story: &Story| story.get::<Office>(Key::office(OFFICE)).clone();
    let before = office(&story);
    let day = "2026-11-24".parse().unwrap();
    change(&mut story, "2026-11-24", closed(" Listrik padam "));
    change(&mut story, "2026-11-24", closed("Genset rusak"));
    let reason = "Genset rusak".to_owned();
    let why = Closed::ByOffice { reason };
    assert_eq!(office(&story).slots(day), Err(why));
    assert_eq!(office(&story).settings.closed.len(), 1, "closed once");
    change(&mut story, "2026-11-24", stations(1));
    assert_eq!(office(&story).slots(day).unwrap()[0].seats, 4);
    change(&mut story, "2026-11-24", DayChange::AsUsual);
    assert_eq!(office(&story), before);
    change(&mut story, "2026-11-24", stations(0));
    assert!(office(&story).slots(day).is_err(), "nobody works");
}

#[test]
fn a_closed_day_becomes_an_offer_of_the_next_three() {
    let mut story = Story::new();
    let own = seated(&mut story, 1, TUESDAY);
    let still = office_says(&mut story, Command::OfferSlots { booking: own.id });
    applied(still);
    assert_eq!(story.get::<Booking>(own.id), &own, "the day is as it was");

    change(&mut story, "2026-11-24", closed("Listrik padam"));
    let asked = offer(&mut story, own.id);
    let next = ["2026-11-25T07:30", "2026-11-25T08:30", "2026-11-25T09:30"];
    assert_eq!(
        (asked.state, offered(&asked)),
        (State::Offered, next.map(str::to_owned).to_vec())
    );
    let kept = asked.offer.clone().unwrap();
    // 24 hours from 08:00 on Monday.
    assert_eq!(
        (kept.until, kept.why),
        ("2026-11-24T01:00:00Z".parse().unwrap(), Why::DayChanged)
    );
    assert_eq!((asked.ticket.clone(), asked.seated), (None, false));
    assert_eq!(seats(&story, TUESDAY), (0, 0, 1));
    for start in next {
        assert_eq!(seats(&story, start), (0, 1, 0));
    }
    assert_eq!(free(&story, "2026-11-25"), [5, 5, 5, 6, 3, 6, 6]);
    let resident: &Resident = story.get(own.resident);
    assert_eq!(resident.active.unwrap().booking, own.id);
    assert_eq!(resident.active.unwrap().day, None);
    let claim: &NikClaim = story.get(nik_key(person(1).nik.as_ref().unwrap()));
    assert_eq!(claim.booking, Some(own.id), "it is still the one booking");

    let stranger = answer(&mut story, 7, own.id, Some(next[1]));
    assert_eq!(refusal(&stranger), Code::NotAllowed);
    let other = answer(&mut story, 1, own.id, Some(THURSDAY));
    assert_eq!(refusal(&other), Code::OfferOver, "that one is not kept");
    assert!(to_call(&story, &own));
    let taken = booking(&answer(&mut story, 1, own.id, Some(next[1])));
    assert!(!to_call(&story, &own), "they have answered");
    assert_eq!(
        (taken.state, taken.slot, taken.seated),
        (State::Confirmed, Some(slot(next[1])), true)
    );
    assert!(taken.ticket.is_some() && taken.offer.is_none());
    assert_eq!(seats(&story, next[0]), (0, 0, 1), "for the next round");
    assert_eq!(seats(&story, next[1]), (1, 0, 0));
    let again = booking(&answer(&mut story, 1, own.id, Some(next[1])));
    assert_eq!(again, taken, "the other phone of the family says the same");
    let other = answer(&mut story, 1, own.id, None);
    assert_eq!(refusal(&other), Code::OfferOver);
}

#[test]
fn who_has_no_use_for_them_is_called_by_staff() {
    for silent in [false, true] {
        let mut story = Story::new();
        let own = seated(&mut story, 1, TUESDAY);
        change(&mut story, "2026-11-24", closed("Listrik padam"));
        offer(&mut story, own.id);
        assert!(to_call(&story, &own), "from the first minute");
        let end = Command::EndOffer { booking: own.id };
        let early = office_says(&mut story, end.clone());
        assert_eq!(refusal(&early), Code::BookingState);
        if silent {
            later(&mut story, "2026-11-24T08:00");
            // The answer comes a minute late, or the office has not looked yet: both are the same.
            let late = answer(&mut story, 1, own.id, Some("2026-11-25T07:30"));
            assert_eq!(refusal(&late), Code::OfferOver);
            applied(office_says(&mut story, end));
            let late = answer(&mut story, 1, own.id, Some("2026-11-25T07:30"));
            assert_eq!(refusal(&late), Code::OfferOver);
        } else {
            booking(&answer(&mut story, 1, own.id, None));
        }
        let left: &Booking = story.get(own.id);
        assert_eq!((left.state, left.offer.clone()), (State::Unplaced, None));
        assert_eq!(seats(&story, "2026-11-25T07:30"), (0, 0, 1));
        assert!(to_call(&story, &own));
        // Any free slot will do, also by the resident.
        let wish = RescheduleBooking {
            booking: own.id,
            choices: vec![slot(THURSDAY)],
            any_that_week: false,
        };
        let placed = story.say(
            device(1),
            &Who::resident(),
            Command::RescheduleBooking(wish),
        );
        assert_eq!(booking(&placed).slot, Some(slot(THURSDAY)));
        assert!(!to_call(&story, &own));
    }
}

/// A phone that was cut off answers for a time that is over, or before: the office says which.
#[test]
fn an_answer_counts_when_it_arrives() {
    let mut story = Story::new();
    let own = seated(&mut story, 1, TUESDAY);
    change(&mut story, "2026-11-24", closed("Listrik padam"));
    offer(&mut story, own.id);
    later(&mut story, "2026-11-24T09:00");
    story.lag = chrono::TimeDelta::hours(3);
    let late = answer(&mut story, 1, own.id, Some("2026-11-25T07:30"));
    assert_eq!(
        refusal(&late),
        Code::OfferOver,
        "pressed in time, sent late"
    );
    assert_eq!(story.get::<Booking>(own.id).state, State::Offered);
}

#[test]
fn moving_coming_or_cancelling_lets_the_kept_seats_go() {
    let next = ["2026-11-25T07:30", "2026-11-25T08:30", "2026-11-25T09:30"];
    let prepared = || {
        let mut story = Story::new();
        let own = seated(&mut story, 1, TUESDAY);
        change(&mut story, "2026-11-24", closed("Listrik padam"));
        offer(&mut story, own.id);
        (story, own)
    };
    let held = |story: &Story| next.map(|start| seats(story, start).1);

    let (mut story, own) = prepared();
    cancel(&mut story, 1, own.id);
    assert_eq!(held(&story), [0, 0, 0]);
    assert_eq!(story.get::<Resident>(own.resident).active, None);

    let (mut story, own) = prepared();
    applied(story.say(device(9), &staff(Role::Operator), arrival(own.id, "A-001")));
    assert_eq!(held(&story), [0, 0, 0]);
    let come: &Booking = story.get(own.id);
    assert_eq!(come.before_arrival, Some(State::Unplaced));

    for (to, booked) in [(next[2], [0, 0, 1]), ("2026-11-25T10:30", [0, 0, 0])] {
        let (mut story, own) = prepared();
        let wish = RescheduleBooking {
            booking: own.id,
            choices: vec![slot(to)],
            any_that_week: false,
        };
        let command = Command::RescheduleBooking(wish);
        let moved = booking(&story.say(device(1), &Who::resident(), command));
        assert_eq!(
            (moved.state, moved.slot),
            (State::Confirmed, Some(slot(to)))
        );
        assert_eq!(held(&story), [0, 0, 0], "{to}");
        assert_eq!(next.map(|start| seats(&story, start).0), booked, "{to}");
    }
}

/// The arrival of somebody who waits was taken back, and they were offered a seat; then a tablet that
/// was cut off tells that they had come after all.
#[test]
fn an_offer_is_over_when_they_had_come_after_all() {
    let mut story = Story::new();
    let (sitting, waiting) = full(&mut story, THURSDAY, &[1]);
    let (own, operator) = (waiting[0].id, staff(Role::Operator));
    applied(story.say(device(9), &operator, arrival(own, "A-001")));
    let visit = story.get::<Booking>(own).visit.unwrap();
    let reason = Mistake::WrongPerson;
    let take_back = Command::TakeArrivalBack { visit, reason };
    applied(story.say(device(9), &operator, take_back));
    cancel(&mut story, 101, sitting[0].id);
    assert_eq!(offered(&offer(&mut story, own)), [THURSDAY]);
    assert_eq!(seats(&story, THURSDAY).1, 1);
    let close = Command::CloseVisit {
        visit,
        outcome: visit::Outcome::Left,
    };
    applied(story.say(device(10), &operator, close));
    let own: &Booking = story.get(own);
    assert_eq!(own.state, State::Ended { recorded: false });
    assert_eq!(seats(&story, THURSDAY), (5, 0, 1));
}

/// One station is left, four seats an hour; three of six have to go elsewhere, and no more.
#[test]
fn a_shrunk_day_moves_only_the_surplus() {
    let mut story = Story::new();
    let all: Vec<_> = (1..=6).map(|n| seated(&mut story, n, TUESDAY)).collect();
    change(&mut story, "2026-11-24", stations(1));
    assert_eq!(free(&story, "2026-11-24")[2], 0);
    let states: Vec<_> = all
        .iter()
        .rev()
        .map(|own| offer(&mut story, own.id).state)
        .collect();
    use State::{Confirmed, Offered};
    let expected = [Offered, Offered, Confirmed, Confirmed, Confirmed, Confirmed];
    assert_eq!(states, expected);
    assert_eq!(seats(&story, TUESDAY).0, 4, "as many as there are seats");
    // The same day has room later on.
    let last: &Booking = story.get(all[5].id);
    assert_eq!(offered(last)[0], "2026-11-24T10:30");
    // All stations work again: whoever was moved may come back after the round.
    change(&mut story, "2026-11-24", DayChange::AsUsual);
    assert_eq!(free(&story, "2026-11-24")[2], 0);
    let date = "2026-11-24".parse().unwrap();
    applied(office_says(&mut story, Command::ReleaseSeats { date }));
    assert_eq!(free(&story, "2026-11-24")[2], 2);
}

/// Closed, opened, closed again: nobody is asked without a reason, and nobody is forgotten.
#[test]
fn closing_twice_and_opening_again() {
    let mut story = Story::new();
    let (first, second) = (
        seated(&mut story, 1, TUESDAY),
        seated(&mut story, 2, TUESDAY),
    );
    change(&mut story, "2026-11-24", closed("Listrik padam"));
    offer(&mut story, first.id);
    change(&mut story, "2026-11-24", DayChange::AsUsual);
    assert_eq!(offer(&mut story, second.id).state, State::Confirmed);
    let back = RescheduleBooking {
        booking: first.id,
        choices: vec![slot(TUESDAY)],
        any_that_week: false,
    };
    let command = Command::RescheduleBooking(back);
    booking(&story.say(device(1), &Who::resident(), command));
    change(&mut story, "2026-11-24", closed("Listrik padam lagi"));
    for id in [first.id, second.id] {
        assert_eq!(offer(&mut story, id).state, State::Offered);
    }
    // An offered day is closed too: another takes its place, the kept ones stay.
    change(&mut story, "2026-11-25", closed("Listrik padam"));
    later(&mut story, "2026-11-23T15:00");
    let renewed = offer(&mut story, first.id);
    let thursday = ["2026-11-26T07:30", "2026-11-26T08:30", "2026-11-26T09:30"];
    assert_eq!(offered(&renewed), thursday);
    assert_eq!(
        renewed.offer.unwrap().until,
        "2026-11-24T08:00:00Z".parse::<DateTime<Utc>>().unwrap()
    );
    let closed_one = answer(&mut story, 2, second.id, Some("2026-11-25T07:30"));
    assert_eq!(refusal(&closed_one), Code::SlotClosed);
}

#[test]
fn nothing_left_to_offer_is_told_to_staff() {
    let mut story = Story::new();
    let own = seated(&mut story, 1, TUESDAY);
    let mut office: Office = story.get::<Office>(Key::office(OFFICE)).clone();
    office.settings.window_days = 2;
    story.rows.insert(Key::office(OFFICE), office.into());
    change(&mut story, "2026-11-24", closed("Listrik padam"));
    let left = offer(&mut story, own.id);
    assert_eq!((left.state, left.offer), (State::Unplaced, None));
    assert_eq!(seats(&story, TUESDAY), (0, 0, 1));
}

/// The near days are full: whatever the calendar still has is found, and held only once.
#[test]
fn alternatives_are_found_however_far() {
    let mut story = Story::new();
    let mut office: Office = story.get::<Office>(Key::office(OFFICE)).clone();
    office.settings.walk_in_percent = 0;
    office.settings.stations = 1;
    office.settings.minutes_per_recording = 60;
    story.rows.insert(Key::office(OFFICE), office.into());
    // One seat an hour, six a day: twelve people are offered the seats of six days.
    let hours = ["07:30", "08:30", "09:30", "10:30", "13:00", "14:00"];
    let starts = ["2026-11-24", "2026-11-25"]
        .iter()
        .flat_map(|day| hours.map(|hour| format!("{day}T{hour}")));
    let all: Vec<_> = starts
        .zip(1..)
        .map(|(start, n)| seated(&mut story, n, &start))
        .collect();
    change(&mut story, "2026-11-24", closed("Listrik padam"));
    change(&mut story, "2026-11-25", closed("Listrik padam"));
    let mut kept: Vec<String> = Vec::new();
    for own in &all {
        kept.extend(offered(&offer(&mut story, own.id)));
    }
    assert!(kept.is_sorted(), "in turn: {kept:?}");
    assert_eq!(kept[35], "2026-12-03T14:00", "a week later");
    kept.dedup();
    assert_eq!(kept.len(), 36, "nobody is offered another's seat");
}

#[test]
fn a_seat_given_back_waits_for_the_round() {
    let mut story = Story::new();
    let (sitting, _) = full(&mut story, TUESDAY, &[]);
    cancel(&mut story, 101, sitting[0].id);
    assert_eq!(seats(&story, TUESDAY), (5, 0, 1));
    assert_eq!(free(&story, "2026-11-24")[2], 0);
    story.enrol(vec![person(1)]);
    let quick = story.book(device(1), person(1), &[TUESDAY]);
    assert_eq!(refusal(&quick), Code::SlotFull);
    let date = "2026-11-24".parse().unwrap();
    let round = Command::ReleaseSeats { date };
    for who in [Who::resident(), staff(Role::Head), staff(Role::Operator)] {
        let told = story.say(device(1), &who, round.clone());
        assert_eq!(refusal(&told), Code::NotAllowed);
    }
    applied(office_says(&mut story, round));
    let after = booking(&story.book(device(1), person(1), &[TUESDAY]));
    assert_eq!(after.slot, Some(slot(TUESDAY)));
}

#[test]
fn walk_ins_may_have_what_was_given_back() {
    let mut story = Story::new();
    let (sitting, _) = full(&mut story, TUESDAY, &[]);
    let lend = |story: &mut Story, tablet: u128| {
        let command = Command::PrepareTablet {};
        applied(story.say(device(tablet), &staff(Role::Operator), command));
        story.get::<Slot>(slot(TUESDAY).id(OFFICE)).clone()
    };
    // Two of eight are for walk-ins: one for each tablet, none for a third.
    assert_eq!(lend(&mut story, 91).leased, 1);
    assert_eq!(lend(&mut story, 92).leased, 2);
    cancel(&mut story, 101, sitting[0].id);
    assert_eq!(lend(&mut story, 93).leased, 3);
    assert_eq!(seats(&story, TUESDAY), (5, 0, 0), "the round finds nothing");
}

#[test]
fn who_waits_is_asked_and_then_the_next() {
    let mut story = Story::new();
    let (sitting, waiting) = full(&mut story, THURSDAY, &[1, 2]);
    let nothing = offer(&mut story, waiting[0].id);
    assert_eq!(nothing.state, State::Waitlisted, "nothing is free");
    cancel(&mut story, 101, sitting[0].id);
    later(&mut story, "2026-11-23T12:07");
    let asked = offer(&mut story, waiting[0].id);
    assert_eq!(
        (asked.state, offered(&asked)),
        (State::Offered, vec![THURSDAY.to_owned()])
    );
    assert!(!to_call(&story, &asked), "nobody took a day from them");
    let kept = asked.offer.unwrap();
    let noon: DateTime<Utc> = "2026-11-24T05:00:00Z".parse().unwrap();
    assert_eq!(
        (kept.until, kept.why),
        (noon, Why::SeatFreed),
        "before the next round"
    );
    assert_eq!(seats(&story, THURSDAY), (5, 1, 0));
    let second = offer(&mut story, waiting[1].id);
    assert_eq!(second.state, State::Waitlisted, "one seat, one offer");

    // Not answered: back, behind the others; the seat goes on to the next.
    later(&mut story, "2026-11-24T12:00");
    applied(office_says(
        &mut story,
        Command::EndOffer {
            booking: waiting[0].id,
        },
    ));
    let passed: Booking = story.get::<Booking>(waiting[0].id).clone();
    assert_eq!((passed.state, passed.offers_missed), (State::Waitlisted, 1));
    assert!(story.get::<Booking>(waiting[1].id).turn() < passed.turn());
    assert_eq!(seats(&story, THURSDAY), (5, 0, 1));
    assert_eq!(offer(&mut story, waiting[1].id).state, State::Offered);
    let declined = booking(&answer(&mut story, 2, waiting[1].id, None));
    assert_eq!(
        (declined.state, declined.offers_missed),
        (State::Waitlisted, 0)
    );

    // The second that passes is the last.
    assert_eq!(offer(&mut story, waiting[0].id).state, State::Offered);
    later(&mut story, "2026-11-25T12:00");
    applied(office_says(
        &mut story,
        Command::EndOffer {
            booking: waiting[0].id,
        },
    ));
    assert_eq!(story.get::<Booking>(waiting[0].id).state, State::Expired);
    assert_eq!(story.get::<Resident>(waiting[0].resident).active, None);
    let claim: &NikClaim = story.get(nik_key(person(1).nik.as_ref().unwrap()));
    assert_eq!(claim.booking, None);
    booking(&story.book(device(1), person(1), &["2026-11-27T09:30"]));

    offer(&mut story, waiting[1].id);
    let taken = booking(&answer(&mut story, 2, waiting[1].id, Some(THURSDAY)));
    assert_eq!(
        (taken.state, taken.slot),
        (State::Confirmed, Some(slot(THURSDAY)))
    );
    assert_eq!(seats(&story, THURSDAY), (6, 0, 0));
}

/// The days are over for which somebody waited: any other may do, until two offers have passed.
#[test]
fn nobody_waits_for_days_that_are_over() {
    let mut story = Story::new();
    let (_, waiting) = full(&mut story, TUESDAY, &[1]);
    later(&mut story, "2026-11-24T12:00");
    let asked = offer(&mut story, waiting[0].id);
    assert_eq!(offered(&asked), ["2026-11-24T13:00"]);
    let until = asked.offer.unwrap().until;
    let start: DateTime<Utc> = "2026-11-24T06:00:00Z".parse().unwrap();
    assert_eq!(until, start, "as long as the seat is of use");
}

/// People whom nobody has verified get no more of what is given back than of anything else.
#[test]
fn the_waiting_list_is_no_way_around_the_share() {
    let mut story = Story::new();
    let (sitting, _) = full(&mut story, THURSDAY, &[]);
    let waiting: Vec<_> = (1..=5)
        .map(|n| {
            let mut wish = wish(Applicant::New(Box::new(person(n))), &[THURSDAY]);
            wish.wait_if_full = true;
            let command = Command::RequestBooking(wish);
            booking(&story.say(device(n.into()), &Who::resident(), command))
        })
        .collect();
    for (n, own) in (101..).zip(&sitting) {
        cancel(&mut story, n, own.id);
    }
    let states: Vec<_> = waiting
        .iter()
        .map(|own| offer(&mut story, own.id).state)
        .collect();
    let asked = states.iter().filter(|s| **s == State::Offered).count();
    assert_eq!(asked, 3, "30 % of eight, rounded up");
}

#[test]
fn only_the_office_offers_and_ends_offers() {
    let mut story = Story::new();
    let own = seated(&mut story, 1, TUESDAY);
    change(&mut story, "2026-11-24", closed("Listrik padam"));
    for who in [Who::resident(), staff(Role::Head), staff(Role::Operator)] {
        for command in [
            Command::OfferSlots { booking: own.id },
            Command::EndOffer { booking: own.id },
        ] {
            let told = story.say(device(1), &who, command);
            assert_eq!(refusal(&told), Code::NotAllowed);
        }
    }
}

mod hours {
    use super::*;
    use proptest::prelude::*;

    const DAYS: [&str; 3] = ["2026-11-24", "2026-11-25", "2026-11-26"];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// Whatever people, heads and time do, in whatever order: the story counts every seat after
        /// each command, and everybody with a booking is in one state that says what comes next.
        #[test]
        fn of_bookings_closings_offers_and_rounds(
            steps in prop::collection::vec((0u8..9, 0usize..12, 0usize..8), 1..70),
        ) {
            let mut story = Story::new();
            let mut office: Office = story.get::<Office>(Key::office(OFFICE)).clone();
            // One seat in each slot and a short window: scarce from the start.
            office.settings.minutes_per_recording = 60;
            office.settings.walk_in_percent = 0;
            office.settings.stations = 2;
            office.settings.window_days = 4;
            office.settings.unverified_percent = 50;
            story.rows.insert(Key::office(OFFICE), office.into());
            story.enrol((1..=6).map(person).collect());
            for (step, who, what) in steps {
                let bookings: Vec<Booking> = story.all::<Booking>().into_iter().cloned().collect();
                let own = bookings.get(who % bookings.len().max(1)).cloned();
                let n = who as u32 + 1;
                let day = DAYS[what % DAYS.len()];
                match (step, own) {
                    (0 | 1, _) => {
                        let choices = [format!("{day}T07:30"), format!("{day}T13:00")];
                        let choices: Vec<&str> = choices.iter().map(String::as_str).collect();
                        let mut wish = wish(Applicant::New(Box::new(person(n))), &choices);
                        (wish.wait_if_full, wish.priority) = (true, what > 5);
                        story.say(device(n.into()), &staff(Role::Operator), Command::RequestBooking(wish));
                    }
                    (2, Some(own)) => {
                        story.say(device(9), &staff(Role::Operator), Command::CancelBooking { booking: own.id });
                    }
                    (3, _) => {
                        let change = match what {
                            0..3 => closed("Listrik padam"),
                            3..6 => stations(1),
                            _ => DayChange::AsUsual,
                        };
                        set_day(&mut story, &staff(Role::Head), day, change);
                    }
                    (4 | 5, Some(own)) => {
                        office_says(&mut story, Command::OfferSlots { booking: own.id });
                    }
                    (6, Some(own)) => {
                        let kept = own.offer.as_ref().and_then(|offer| offer.slots.get(what).copied());
                        let command = Command::AnswerOffer { booking: own.id, slot: kept };
                        story.say(device(9), &staff(Role::Operator), command);
                    }
                    (7, Some(own)) => {
                        office_says(&mut story, Command::EndOffer { booking: own.id });
                    }
                    (8, _) => {
                        story.now += chrono::TimeDelta::hours(what as i64);
                        let date = day.parse().unwrap();
                        office_says(&mut story, Command::ReleaseSeats { date });
                    }
                    _ => {}
                }
            }
            for own in story.all::<Booking>() {
                prop_assert_eq!(own.offer.is_some(), own.state == State::Offered);
                prop_assert_eq!(own.seated, own.state == State::Confirmed);
                prop_assert_eq!(own.ticket.is_some(), own.state == State::Confirmed);
                let resident: &Resident = story.get(own.resident);
                let noted = resident.active.is_some_and(|active| active.booking == own.id);
                prop_assert_eq!(noted, own.state.is_active());
            }
        }
    }
}
