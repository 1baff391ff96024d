//! Tickets that were forged, copied, or are of another day or office. (That no changed bit passes is
//! shown beside `shared::ticket`.)

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use shared::{
    booking::Booking,
    command::{Command, ConfirmArrival, Proof, Receipt},
    flag::{Flag, Kind},
    ids::BookingId,
    sync::OpResult,
    ticket::{Sign, Ticket, TicketError, TicketSigner},
    visit::Visit,
};
use tests::harness::{OFFICE, OTHER_OFFICE, Phone, TestApp, booking, person, rows};
use uuid::Uuid;

async fn booked(app: &TestApp, n: usize) -> Booking {
    let mut phone = app.phone();
    match phone.say(&booking(person(n), &["2026-11-23T08:30"])).await {
        OpResult::Applied {
            receipt: Receipt::Booking { booking },
            ..
        } => *booking,
        other => panic!("{other:?}"),
    }
}

async fn arrive(tablet: &mut Phone<'_>, booking: BookingId, queue: &str) -> Receipt {
    let office = tablet.account.as_ref().unwrap().office;
    let arrival = Command::ConfirmArrival(ConfirmArrival {
        booking,
        queue: queue.parse().unwrap(),
        proof: Proof::Scanned,
        priority: None,
        at: None,
    });
    match tablet.say_to(office, &arrival).await {
        OpResult::Applied { receipt, .. } => receipt,
        other => panic!("a fact is not refused: {other:?}"),
    }
}

#[tokio::test]
async fn a_ticket_of_another_signer_or_with_a_borrowed_signature_is_forged() {
    let app = TestApp::start().await;
    let (one, other) = (booked(&app, 0).await, booked(&app, 1).await);
    let keys = &app.app.backend.keys.ticket_keys(app.clock.now());
    let text = one.ticket.clone().unwrap();
    let ticket = Ticket::verify(&text, keys).unwrap();

    // Another deployment's key under the same number.
    let forger = TicketSigner::new(keys[0].id, &[1; 32]);
    let forged = Ticket::verify(&forger.sign(ticket), keys);
    assert_eq!(forged, Err(TicketError::Forged));
    let unknown = TicketSigner::new(keys[0].id.wrapping_add(1), &[1; 32]);
    let unknown = Ticket::verify(&unknown.sign(ticket), keys);
    assert_eq!(unknown, Err(TicketError::UnknownKey));

    // One booking's words with the other's signature.
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(&text[2..]).unwrap();
    let (said, signed) = (bytes(&text), bytes(&other.ticket.unwrap()));
    let mixed = [&said[..22], &signed[22..]].concat();
    let mixed = format!("RK{}", URL_SAFE_NO_PAD.encode(mixed));
    assert_eq!(Ticket::verify(&mixed, keys), Err(TicketError::Forged));
}

#[tokio::test]
async fn a_copied_ticket_gives_one_place_in_the_queue_and_a_flag() {
    let app = TestApp::start().await;
    let made = booked(&app, 0).await;
    let mut one = app.signed_in("operator.jelutung").await;
    let mut two = app.signed_in("operator2.jelutung").await;
    let first = arrive(&mut one, made.id, "A-001").await;
    let second = arrive(&mut two, made.id, "B-001").await;
    let third = arrive(&mut one, made.id, "A-002").await;
    let Receipt::Visit { visit, repeats } = first else {
        panic!("{first:?}");
    };
    assert_eq!(repeats, None);
    for copy in [second, third] {
        assert!(matches!(copy, Receipt::Visit { repeats, .. } if repeats == Some(visit)));
    }
    let head = app.signed_in("head.jelutung").await.pull_all().await;
    let queued: Vec<Visit> = rows(&head);
    assert_eq!(queued.iter().filter(|v| v.repeats.is_none()).count(), 1);
    let flags: Vec<Flag> = rows(&head);
    assert!(flags.iter().any(|flag| flag.kind == Kind::ArrivedTwice));
}

#[tokio::test]
async fn an_invented_booking_brings_nobody_into_the_queue() {
    let app = TestApp::start().await;
    let mut tablet = app.signed_in("operator.jelutung").await;
    let invented = BookingId(Uuid::from_u128(7));
    assert_eq!(arrive(&mut tablet, invented, "A-001").await, Receipt::Done);
    let pulled = tablet.pull_all().await;
    assert_eq!(rows::<Visit>(&pulled), []);
    let flags: Vec<Flag> = rows(&pulled);
    assert_eq!(flags[0].kind, Kind::UnknownSubject);
}

#[tokio::test]
async fn a_ticket_of_another_office_does_nothing_there() {
    let app = TestApp::start().await;
    let made = booked(&app, 0).await;
    assert_eq!(made.office, OFFICE);
    let mut tablet = app.signed_in("operator.samarinda").await;
    assert_eq!(arrive(&mut tablet, made.id, "A-001").await, Receipt::Done);
    let there = tablet.pull_all().await;
    assert_eq!(rows::<Visit>(&there), []);
    assert!(there.changes.iter().all(|c| c.office == OTHER_OFFICE));
    // At its own office it is as before.
    let head = app.signed_in("head.jelutung").await.pull_all().await;
    let kept: Vec<Booking> = rows(&head);
    assert_eq!(kept[0].state, made.state);
}

#[tokio::test]
async fn a_cancelled_ticket_is_flagged() {
    let app = TestApp::start().await;
    let mut phone = app.phone();
    let OpResult::Applied {
        receipt: Receipt::Booking { booking: made },
        ..
    } = phone.say(&booking(person(0), &["2026-11-25T08:30"])).await
    else {
        panic!("not booked");
    };
    let cancel = Command::CancelBooking { booking: made.id };
    assert!(matches!(phone.say(&cancel).await, OpResult::Applied { .. }));
    // Booked anew: the old ticket's arrival and the new booking stand beside each other.
    let again = booking(person(0), &["2026-11-26T08:30"]);
    assert!(matches!(phone.say(&again).await, OpResult::Applied { .. }));
    let mut tablet = app.signed_in("operator.jelutung").await;
    arrive(&mut tablet, made.id, "A-001").await;
    let flags: Vec<Flag> = rows(&tablet.pull_all().await);
    assert!(
        flags.iter().any(|flag| flag.subject == made.id.0),
        "{flags:?}"
    );
    let findings = server::maintenance::check(&app.app.backend.db).await;
    assert_eq!(findings.unwrap(), []);
}
