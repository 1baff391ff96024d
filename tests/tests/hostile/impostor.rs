//! A phone that books with somebody else's NIK, before the office has heard of the person.

use serde_json::Value;
use shared::{
    booking::State,
    command::{Command, Receipt},
    person::{BirthDate, Kk, PersonName, Phone as PhoneNumber},
    resident::Draft,
    sync::OpResult,
};
use tests::harness::{ROLL, TestApp, booking, person};

const SLOT: &str = "2026-11-25T08:30";

/// On no roll yet.
fn victim() -> Draft {
    Draft {
        name: PersonName::parse("Dewi Kusumawardhani").unwrap(),
        phone: PhoneNumber::parse("081298765432").ok(),
        ..person(ROLL + 7)
    }
}

fn booked(result: OpResult) -> shared::booking::Booking {
    match result {
        OpResult::Applied {
            receipt: Receipt::Booking { booking },
            ..
        } => *booking,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_list_gives_a_stranger_s_phone_nothing_of_the_person() {
    let app = TestApp::start().await;
    let mut stranger = app.phone();
    let made_up = Draft {
        name: PersonName::parse("Orang Lain").unwrap(),
        kk: Kk::parse("1571080101209999").ok(),
        birth: BirthDate::parse("1999-09-09").ok(),
        phone: None,
        ..victim()
    };
    let theirs = booked(stranger.say(&booking(made_up, &[SLOT])).await);
    let list = Command::enrol(vec![victim()]);
    let mut head = app.signed_in("head.jelutung").await;
    let entered = head.say(&list).await;
    assert!(matches!(entered, OpResult::Applied { .. }), "{entered:?}");

    let pulled = stranger.pull_all().await;
    let rows: Vec<&Value> = pulled.changes.iter().map(|c| &c.data).collect();
    let read = serde_json::to_string(&rows).unwrap();
    assert!(read.contains("Orang Lain"));
    let victim = victim();
    let birth = victim.birth.unwrap().date().to_string();
    let kk = victim.kk.clone().unwrap();
    for secret in ["Dewi", "81298765432", birth.as_str(), kk.as_str()] {
        assert!(!read.contains(secret), "{secret}");
    }
    // The person books at once, with a seat of those whom the office knows.
    let own = booked(app.phone().say(&booking(victim, &[SLOT])).await);
    assert_eq!((own.state, own.verified), (State::Confirmed, true));
    assert_ne!(own.resident, theirs.resident);
}
