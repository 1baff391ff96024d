//! A day changes, and the office asks whom it concerns; seats given back go round once a day.

use crate::base::{Base, Phone, TUESDAY, booking, office};
use chrono::TimeDelta;
use server::{maintenance::Finding, store::rows, system};
use shared::{
    booking::{Booking, State},
    command::{Command, DayChange, Receipt, SetDay},
    envelope::Actor,
    ids::{BookingId, DeviceId},
    problem::Code,
    row::{Entity, Of},
    sync::{OpResult, Role},
};
use tests::sim::people;
use uuid::Uuid;

const WEDNESDAY: &str = "2026-11-25T08:00";

async fn tick(base: &Base) -> usize {
    let given = system::tick(&base.db, &base.batcher, &base.clock);
    given.await.unwrap()
}

fn booked(result: &OpResult) -> Booking {
    match result {
        OpResult::Applied {
            receipt: Receipt::Booking { booking },
            ..
        } => booking.as_ref().clone(),
        other => panic!("no booking: {other:?}"),
    }
}

/// Person `n` on a phone of their own.
async fn wish(base: &Base, n: usize, slot: &str, waits: bool) -> OpResult {
    let mut phone = Phone::new();
    let op = phone.book(n, slot, waits);
    let pushed = base.push(&phone, vec![op]).await;
    pushed.results[0].result.clone()
}

async fn set_day(base: &Base, head: &mut (Phone, Actor), date: &str, change: DayChange) {
    let date = date.parse().unwrap();
    let command = Command::SetDay(SetDay { date, change });
    let op = head.0.op(head.1, &command);
    let pushed = base.push(&head.0, vec![op]).await;
    let result = &pushed.results[0].result;
    assert!(matches!(result, OpResult::Applied { .. }), "{result:?}");
}

async fn staff(base: &Base, role: Role) -> (Phone, Actor) {
    let phone = Phone::new();
    let user = base.staff(phone.id, role, None).await;
    (phone, Actor::User(user))
}

async fn bookings(base: &Base) -> Vec<Booking> {
    let mut tx = base.db.read().await.unwrap();
    let rows = rows::all(&mut tx, people::OFFICE, Entity::Booking).await;
    let rows = rows.unwrap();
    let mut all: Vec<_> = rows.iter().filter_map(Booking::of).cloned().collect();
    all.sort_by_key(|booking| (booking.requested_at, booking.id));
    all
}

async fn state(base: &Base, id: BookingId) -> State {
    let all = bookings(base).await;
    all.iter().find(|booking| booking.id == id).unwrap().state
}

async fn held(base: &Base) -> i64 {
    let sql = "SELECT CAST(COALESCE(SUM(held), 0) AS BIGINT) FROM slot";
    base.count(sql).await
}

fn closed() -> DayChange {
    let reason = "Listrik padam".to_owned();
    DayChange::Closed { reason }
}

pub async fn a_closed_day_is_offered_once_and_ends_once(base: &Base) {
    base.set_office(office(people::OFFICE, 6)).await;
    for n in 0..3 {
        wish(base, n, TUESDAY, false).await;
    }
    wish(base, 3, WEDNESDAY, false).await;
    assert_eq!(tick(base).await, 0);
    let mut head = staff(base, Role::Head).await;
    set_day(base, &mut head, "2026-11-24", closed()).await;
    // Two instances look at the same time.
    let second = base.another_batcher();
    let other = system::tick(&base.db, &second, &base.clock);
    let (one, other) = tokio::join!(tick(base), other);
    assert_eq!(one + other.unwrap(), 3);
    assert_eq!(held(base).await, 9, "three for each of three");
    let states = |all: Vec<Booking>| all.into_iter().map(|b| b.state).collect::<Vec<_>>();
    use State::{Confirmed, Offered, Unplaced};
    let now = states(bookings(base).await);
    assert_eq!(now.iter().filter(|s| **s == Offered).count(), 3);
    assert_eq!(now.iter().filter(|s| **s == Confirmed).count(), 1);
    base.assert_clean().await;
    set_day(base, &mut head, "2026-11-24", closed()).await;
    assert_eq!(tick(base).await, 0, "closed twice, asked once");

    base.clock.advance(TimeDelta::minutes(1));
    // An offered day is closed too: the seats kept there are exchanged for others.
    set_day(base, &mut head, "2026-11-25", closed()).await;
    assert_eq!(tick(base).await, 4, "three offers, and who had that day");
    assert_eq!(held(base).await, 12);
    assert_eq!(tick(base).await, 0);
    base.assert_clean().await;

    // Their time began anew, and ends on a full quarter of an hour.
    base.clock
        .advance(TimeDelta::hours(24) - TimeDelta::minutes(2));
    assert_eq!(tick(base).await, 0);
    base.clock.advance(TimeDelta::minutes(1));
    assert_eq!(tick(base).await, 4, "nobody answered");
    assert_eq!(tick(base).await, 0);
    assert_eq!(states(bookings(base).await), [Unplaced; 4]);
    assert_eq!(held(base).await, 0);
    base.assert_clean().await;
}

pub async fn a_shrunk_slot_asks_who_asked_last(base: &Base) {
    let mut six = office(people::OFFICE, 3);
    six.settings.stations = 2;
    base.set_office(six).await;
    let mut ids = Vec::new();
    for n in 0..5 {
        let mut phone = Phone::new();
        let mut command = booking(n, TUESDAY, false);
        if let Command::RequestBooking(wish) = &mut command {
            wish.priority = n == 4;
        }
        let mut actor = Actor::Resident;
        if n == 4 {
            // Staff have seen them: said by a phone it would count for nothing.
            (phone, actor) = staff(base, Role::Operator).await;
        }
        let op = phone.op(actor, &command);
        let pushed = base.push(&phone, vec![op]).await;
        ids.push(booked(&pushed.results[0].result));
    }
    // All asked at the same time: then the ids decide, and priority before them.
    ids.sort_by_key(|b| (!b.priority, b.requested_at, b.id));
    let mut head = staff(base, Role::Head).await;
    let reason = "Satu alat rusak".to_owned();
    let one = DayChange::Staffed {
        stations: 1,
        reason,
    };
    set_day(base, &mut head, "2026-11-24", one).await;
    assert_eq!(tick(base).await, 2, "three seats are left");
    assert_eq!(tick(base).await, 0);
    for (n, booking) in ids.iter().enumerate() {
        let expected = if n < 3 {
            State::Confirmed
        } else {
            State::Offered
        };
        assert_eq!(state(base, booking.id).await, expected, "{n}");
    }
    base.assert_clean().await;
}

pub async fn what_is_given_back_goes_round_once_a_day(base: &Base) {
    let mut few = office(people::OFFICE, 1);
    few.settings.offer_hours = 12;
    base.set_office(few).await;
    let cancel = async |phone: &mut Phone, booking: BookingId| {
        let op = phone.op(Actor::Resident, &Command::CancelBooking { booking });
        let pushed = base.push(phone, vec![op]).await;
        booked(&pushed.results[0].result)
    };
    let mut first = Phone::new();
    let op = first.book(0, WEDNESDAY, false);
    let own = booked(&base.push(&first, vec![op]).await.results[0].result);
    let mut second = Phone::new();
    let op = second.book(1, WEDNESDAY, true);
    let waiting = booked(&base.push(&second, vec![op]).await.results[0].result);
    cancel(&mut first, own.id).await;
    assert_eq!(tick(base).await, 0, "six in the morning");
    let quick = wish(base, 2, WEDNESDAY, false).await;
    let told = matches!(&quick, OpResult::Rejected(p) if p.code == Code::SlotFull);
    assert!(told, "{quick:?}");

    // Noon: the one who waits is asked, and the round of today and of that day ends.
    base.clock.advance(TimeDelta::hours(6));
    assert_eq!(tick(base).await, 3);
    assert_eq!(tick(base).await, 0);
    assert_eq!(state(base, waiting.id).await, State::Offered);
    assert_eq!(held(base).await, 1);
    cancel(&mut second, waiting.id).await;
    base.clock.advance(TimeDelta::hours(1));
    assert_eq!(tick(base).await, 0, "one round a day");
    let quick = wish(base, 2, WEDNESDAY, false).await;
    assert!(matches!(quick, OpResult::Rejected(_)), "{quick:?}");
    base.assert_clean().await;

    base.clock.advance(TimeDelta::hours(23));
    assert_eq!(tick(base).await, 2, "nobody waits");
    let after = booked(&wish(base, 2, WEDNESDAY, false).await);
    assert_eq!(after.state, State::Confirmed);
    base.assert_clean().await;
}

/// An op of somebody else has the id with which the office ends its round.
pub async fn a_taken_id_keeps_nobody_from_the_round(base: &Base) {
    base.set_office(office(people::OFFICE, 1)).await;
    let mut first = Phone::new();
    let op = first.book(0, WEDNESDAY, false);
    let own = booked(&base.push(&first, vec![op]).await.results[0].result);
    let waiting = booked(&wish(base, 1, WEDNESDAY, true).await);
    let cancel = Command::CancelBooking { booking: own.id };
    let op = first.op(Actor::Resident, &cancel);
    base.push(&first, vec![op]).await;

    let mut other = Phone::new();
    let mut op = other.book(2, TUESDAY, false);
    let name = b"round/2026-11-23/2026-11-23";
    let taken = Uuid::new_v5(&DeviceId::system(people::OFFICE).0, name);
    op["op_id"] = taken.to_string().into();
    booked(&base.push(&other, vec![op]).await.results[0].result);

    base.clock.advance(TimeDelta::hours(6));
    tick(base).await;
    assert_eq!(state(base, waiting.id).await, State::Offered);
    base.assert_clean().await;
}

pub async fn check_finds_promises_that_do_not_fit(base: &Base) {
    base.set_office(office(people::OFFICE, 6)).await;
    let people = vec![people::person(0)];
    let command = Command::enrol(people);
    let said = system::say(
        &base.db,
        &base.batcher,
        &base.clock,
        people::OFFICE,
        vec![command],
    );
    said.await.unwrap();
    wish(base, 0, TUESDAY, false).await;
    let mut head = staff(base, Role::Head).await;
    set_day(base, &mut head, "2026-11-24", closed()).await;
    assert_eq!(tick(base).await, 1);
    base.assert_clean().await;
    let findings = async || base.findings_besides_edits().await;

    let harm = "UPDATE slot SET held = held + 1 WHERE held = 1";
    let repair = "UPDATE slot SET held = held - 1 WHERE held = 2";
    base.meddle(harm, harm).await;
    assert_eq!(findings().await.len(), 3, "the columns of three slots");
    base.meddle(repair, repair).await;
    let other = |from: &str, to: &str| {
        format!("UPDATE record SET data = replace(data, '{from}', '{to}') WHERE entity = 'booking'")
    };
    let (offered, waitlisted) = (r#""is":"offered""#, r#""is":"waitlisted""#);
    let harm = other(offered, waitlisted);
    base.meddle(&harm, &harm).await;
    let odd = &bookings(base).await[0];
    let finding = Finding::Offer {
        office: people::OFFICE,
        booking: odd.id,
    };
    assert_eq!(findings().await, [finding]);
    let repair = other(waitlisted, offered);
    base.meddle(&repair, &repair).await;
    base.assert_clean().await;
    let lost = "DELETE FROM record WHERE entity = 'invitation'";
    base.meddle(lost, lost).await;
    let finding = Finding::Invitation {
        office: people::OFFICE,
        resident: odd.resident,
    };
    assert_eq!(findings().await, [finding]);
}
