//! Arrivals, as the tables and the audit keep them.

use crate::{
    base::{Base, MONDAY, Phone, office},
    plan,
};
use shared::{
    command::{Applicant, Command, ConfirmArrival, Proof, Receipt, WalkIn},
    envelope::Actor,
    ids::{BookingId, LeaseId, SessionId},
    session::Session,
    sync::{OpResult, Pushed, Role},
    visit::{Mistake, QueueNumber},
};
use tests::sim::people;

/// The receipt of the only op of a push.
pub fn receipt(pushed: &Pushed) -> &Receipt {
    match &pushed.results[0].result {
        OpResult::Applied { receipt, .. } => receipt,
        other => panic!("{other:?}"),
    }
}

/// Person `n` books Monday's first slot from a phone of their own.
pub async fn book(base: &Base, n: usize) -> (Phone, BookingId) {
    let mut phone = Phone::new();
    let op = phone.book(n, MONDAY, false);
    match receipt(&base.push(&phone, vec![op]).await) {
        Receipt::Booking { booking } => (phone, booking.id),
        other => panic!("{other:?}"),
    }
}

/// The wrong person was confirmed: the seat stays the booking's, and the audit says why.
pub async fn an_arrival_is_taken_back_with_its_reason(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    let (_, booking) = book(base, 0).await;
    let mut tablet = Phone::new();
    let operator = Actor::User(base.staff(tablet.id, Role::Operator, None).await);
    let arrival = Command::ConfirmArrival(ConfirmArrival {
        booking,
        queue: QueueNumber::new("A", 1).unwrap(),
        proof: Proof::List,
        priority: None,
        at: None,
    });
    let op = tablet.op(operator, &arrival);
    let Receipt::Visit { visit, .. } = *receipt(&base.push(&tablet, vec![op]).await) else {
        panic!("no visit")
    };
    let open = "SELECT count(*) FROM record WHERE entity = 'booking' AND open = 1";
    assert_eq!(base.count(open).await, 0);
    let back = Command::TakeArrivalBack {
        visit,
        reason: Mistake::WrongPerson,
    };
    let op = tablet.op(operator, &back);
    receipt(&base.push(&tablet, vec![op]).await);
    assert_eq!(base.count(open).await, 1, "confirmed again");
    let said = "SELECT count(*) FROM audit
        WHERE kind = 'take_arrival_back' AND result = 'applied wrong_person'";
    assert_eq!(base.count(said).await, 1);
    base.assert_clean().await;
}

/// Two villages, one tablet: their walk-in seats go along at once, are used there, and the counters fit.
pub async fn a_trip_takes_the_seats_of_its_villages_along(base: &Base) {
    let mut kecamatan = office(people::OFFICE, 4);
    kecamatan.settings.walk_in_percent = 25;
    base.set_office(kecamatan).await;
    let mut head = Phone::new();
    let user = Actor::User(base.staff(head.id, Role::Head, None).await);
    for date in ["2026-11-23", "2026-11-24"] {
        let plan = Command::PlanSession {
            session: None,
            version: 0,
            details: plan::village(date),
        };
        let op = head.op(user, &plan);
        receipt(&base.push(&head, vec![op]).await);
    }
    let mut tablet = Phone::new();
    let operator = Actor::User(base.staff(tablet.id, Role::Operator, None).await);
    let mut planned: Vec<Session> = plan::all(base).await;
    planned.sort_by_key(|session| session.what.date);
    let sessions: Vec<SessionId> = planned.iter().map(|session| session.id).collect();
    let first = sessions[0];
    let op = tablet.op(operator, &Command::TakeAlong { sessions });
    receipt(&base.push(&tablet, vec![op]).await);
    let lent = "SELECT count(*) FROM record WHERE entity = 'lease'";
    assert_eq!(base.count(lent).await, 4, "two hours in each village");

    let start = "2026-11-23T08:00".parse().unwrap();
    let walk_in = Command::WalkIn(WalkIn {
        who: Applicant::New(Box::new(people::person(3))),
        queue: QueueNumber::new("A", 1).unwrap(),
        priority: false,
        lease: Some(LeaseId::at(tablet.id, Some(first), start)),
        unknown_ticket: false,
        at: None,
    });
    let op = tablet.op(operator, &walk_in);
    receipt(&base.push(&tablet, vec![op]).await);
    let flags = "SELECT count(*) FROM record WHERE entity = 'flag'";
    assert_eq!(base.count(flags).await, 0);
    base.assert_clean().await;

    let stays = Command::TakeAlong { sessions: vec![] };
    let op = tablet.op(operator, &stays);
    receipt(&base.push(&tablet, vec![op]).await);
    base.assert_clean().await;
}
