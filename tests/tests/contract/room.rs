//! Arrivals, as the tables and the audit keep them.

use crate::base::{Base, MONDAY, Phone, office};
use shared::{
    command::{Command, ConfirmArrival, Proof, Receipt},
    envelope::Actor,
    ids::BookingId,
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
