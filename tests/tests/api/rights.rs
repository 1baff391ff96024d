//! Who may do what: by role, by office, by kelurahan, by device.

use serde_json::json;
use shared::{
    command::{Applicant, Command, Receipt, RequestBooking},
    envelope::Actor,
    ids::{BookingId, DeviceId},
    problem::Code,
    sync::{OpResult, StaffDevice},
};
use tests::harness::{DEMO, OFFICE, OTHER_OFFICE, Phone, ROLL, TestApp, booking, person, problem};

const TABLETS: &str = "/api/v1/offices/1/tablets";
const DEVICES: &str = "/api/v1/offices/1/devices";

#[tokio::test]
async fn tablets_are_for_those_at_the_desk_of_that_office() {
    let app = TestApp::start().await;
    for (username, status, code) in [
        ("operator.jelutung", 200, None),
        ("head.jelutung", 200, None),
        ("kelurahan.jelutung", 403, Some(Code::NotAllowed)),
        ("admin.jelutung", 403, Some(Code::NotAllowed)),
        ("operator.samarinda", 403, Some(Code::OtherOffice)),
        ("head.samarinda", 403, Some(Code::OtherOffice)),
    ] {
        let phone = app.signed_in(username).await;
        let answer = phone.get(TABLETS).await;
        assert_eq!(answer.status(), status, "{username}");
        if let Some(code) = code {
            assert_eq!(problem(answer).await.1.code, code, "{username}");
        }
    }
    let (status, nobody) = problem(app.phone().get(TABLETS).await).await;
    assert_eq!((status, nobody.code), (401, Code::SessionMissing));
}

#[tokio::test]
async fn a_tablet_has_its_letters_and_its_last_contact() {
    let app = TestApp::start().await;
    let mut tablet = app.signed_in("operator.jelutung").await;
    tablet.say(&Command::PrepareTablet {}).await;
    let listed: serde_json::Value = tablet.get(TABLETS).await.json().await.unwrap();
    assert_eq!(
        listed,
        json!([{ "letters": "A", "last_contact": "2026-11-23T01:05:00Z" }])
    );
}

#[tokio::test]
async fn a_head_locks_a_lost_tablet_and_it_gets_nothing_any_more() {
    let app = TestApp::start().await;
    let mut tablet = app.signed_in("operator.jelutung").await;
    tablet.say(&Command::PrepareTablet {}).await;
    for username in ["operator.jelutung", "admin.jelutung", "head.samarinda"] {
        let phone = app.signed_in(username).await;
        assert_eq!(phone.get(DEVICES).await.status(), 403, "{username}");
    }
    let mut head = app.signed_in("head.jelutung").await;
    let locked = async |head: &Phone<'_>| {
        let listed: Vec<StaffDevice> = head.get(DEVICES).await.json().await.unwrap();
        assert!(listed.iter().any(|device| device.device == head.device));
        assert_eq!(listed[0].letters.as_deref(), Some("A"));
        assert_eq!(listed[0].device, tablet.device);
        listed[0].locked
    };
    assert!(!locked(&head).await);
    assert_eq!(tablet.get("/api/v1/sync/pull").await.status(), 200);
    let lock = |locked| Command::LockDevice {
        device: tablet.device,
        locked,
    };
    assert_eq!(code_of(&head.say(&lock(true)).await), None);
    assert!(locked(&head).await);
    let (status, told) = problem(tablet.get("/api/v1/sync/pull").await).await;
    assert_eq!((status, told.code), (403, Code::DeviceRevoked));
    assert_eq!(code_of(&head.say(&lock(false)).await), None);
    assert_eq!(tablet.get("/api/v1/sync/pull").await.status(), 200);
}

/// Books at Jelutung and returns the booking.
async fn booked(phone: &mut Phone<'_>, n: usize) -> BookingId {
    match phone.say(&booking(person(n), &["2026-11-25T08:30"])).await {
        OpResult::Applied {
            receipt: Receipt::Booking { booking },
            ..
        } => booking.id,
        other => panic!("{other:?}"),
    }
}

fn code_of(result: &OpResult) -> Option<Code> {
    match result {
        OpResult::Applied { .. } => None,
        OpResult::Rejected(problem) => Some(problem.code),
        OpResult::Quarantined { code } => Some(*code),
    }
}

#[tokio::test]
async fn records_of_others_are_out_of_reach() {
    let app = TestApp::start().await;
    let mut owner = app.phone();
    let id = booked(&mut owner, 0).await;
    let cancel = Command::CancelBooking { booking: id };

    let mut stranger = app.phone();
    assert_eq!(
        code_of(&stranger.say(&cancel).await),
        Some(Code::NotAllowed)
    );
    // Another office does not even see that it exists.
    let mut elsewhere = app.signed_in("operator.samarinda").await;
    assert_eq!(
        code_of(&elsewhere.say(&cancel).await),
        Some(Code::OtherOffice)
    );
    let told = elsewhere.say_to(OTHER_OFFICE, &cancel).await;
    assert_eq!(code_of(&told), Some(Code::NotFound));
    // Nothing happened to it.
    assert_eq!(code_of(&owner.say(&cancel).await), None);
}

#[tokio::test]
async fn kelurahan_staff_help_their_own_people_only() {
    let app = TestApp::start().await;
    let mut staff = app.signed_in("kelurahan.jelutung").await;
    let own = staff.account.as_ref().unwrap().kelurahan.clone();
    for n in [
        (0..ROLL).find(|n| person(*n).kelurahan == own).unwrap(),
        (0..ROLL).find(|n| person(*n).kelurahan != own).unwrap(),
    ] {
        let wish = Command::RequestBooking(RequestBooking {
            who: Applicant::Known(server::demo::load::resident_id(DEMO, n)),
            choices: vec!["2026-11-25T08:30".parse().unwrap()],
            any_that_week: false,
            wait_if_full: false,
            priority: false,
            claim: None,
        });
        let expected = (person(n).kelurahan != own).then_some(Code::NotAllowed);
        assert_eq!(code_of(&staff.say(&wish).await), expected);
    }
}

#[tokio::test]
async fn nobody_speaks_for_somebody_who_never_signed_in_there() {
    let app = TestApp::start().await;
    let operator = app.signed_in("operator.jelutung").await;
    let account = operator.account.as_ref().unwrap().id;
    let mut thief = app.phone();
    for (actor, code) in [
        (Actor::User(account), Code::ActorUnknown),
        (Actor::System, Code::NotAllowed),
    ] {
        let mut op = thief.op(OFFICE, &Command::PrepareTablet {});
        op["actor"] = json!(actor);
        let pushed = thief.push(&[op]).await;
        assert_eq!(pushed.results[0].result, OpResult::Quarantined { code });
    }
    // What a resident may not do is refused by role.
    let mut resident = app.phone();
    let told = resident.say(&Command::PrepareTablet {}).await;
    assert_eq!(code_of(&told), Some(Code::NotAllowed));
}

#[tokio::test]
async fn a_device_is_known_by_its_token() {
    let app = TestApp::start().await;
    let mut owner = app.phone();
    booked(&mut owner, 0).await;
    let mut thief = app.phone();
    thief.device = owner.device;
    for path in ["/api/v1/sync/pull", "/api/v1/sync/events"] {
        let (status, told) = problem(thief.get(path).await).await;
        assert_eq!((status, told.code), (401, Code::DeviceToken), "{path}");
    }
    // Nor can anybody be the device of the office itself.
    thief.device = DeviceId::system(OFFICE);
    let op = thief.op(OFFICE, &Command::PrepareTablet {});
    let (status, told) = problem(thief.push_ops(&[op]).await).await;
    assert_eq!((status, told.code), (401, Code::DeviceToken));
    // And without any token nothing is had.
    let (status, told) = problem(app.get("/api/v1/sync/pull").await).await;
    assert_eq!((status, told.code), (401, Code::DeviceToken));
}

#[tokio::test]
async fn a_locked_device_keeps_sending_and_gets_nothing() {
    let app = TestApp::start().await;
    let mut phone = app.phone();
    booked(&mut phone, 0).await;
    let mut tx = app.app.backend.db.write().await.unwrap();
    server::store::devices::revoke(&mut tx, phone.device, true)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let (status, told) = problem(phone.get("/api/v1/sync/pull").await).await;
    assert_eq!((status, told.code), (403, Code::DeviceRevoked));
    let result = phone.say(&booking(person(1), &["2026-11-25T08:30"])).await;
    assert_eq!(code_of(&result), Some(Code::DeviceRevoked));
}
