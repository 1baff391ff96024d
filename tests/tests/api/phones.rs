//! The phones that may act for a person: who reads of them, and what.

use serde_json::{Value, json};
use shared::{
    command::Command,
    ids::ResidentId,
    problem::Code,
    removal::PhoneId,
    resident::{ClaimHash, Resident},
    sync::{OpResult, ResidentPhone},
};
use tests::harness::{DEMO, Phone, ROLL, TestApp, person, problem, read, rows};

fn path(resident: ResidentId) -> String {
    format!("/api/v1/offices/1/residents/{resident}/phones")
}

async fn done(phone: &mut Phone<'_>, command: &Command) {
    let told = phone.say(command).await;
    assert!(matches!(told, OpResult::Applied { .. }), "{told:?}");
}

/// The `n`th person of the roll, on a phone with the code of a slip.
async fn claim(phone: &mut Phone<'_>, n: usize, remove_others: bool) {
    let slip = ClaimHash::of_code(&ClaimHash::code_from([5; 10])).unwrap();
    let claim = Command::ClaimResident {
        code: slip,
        birth: person(n).birth.unwrap(),
        remove_others,
    };
    done(phone, &claim).await;
}

async fn issue(app: &TestApp, n: usize) -> ResidentId {
    let resident = server::demo::load::resident_id(DEMO, n);
    let claim = ClaimHash::of_code(&ClaimHash::code_from([5; 10])).unwrap();
    let mut staff = app.signed_in("operator.jelutung").await;
    done(&mut staff, &Command::IssueSlip { resident, claim }).await;
    resident
}

#[tokio::test]
async fn staff_see_since_when_and_the_last_contact_and_nothing_else() {
    let app = TestApp::start().await;
    let resident = issue(&app, 0).await;
    let operator = app.signed_in("operator.jelutung").await;
    let listed: Value = read(operator.get(&path(resident)).await).await;
    assert_eq!(listed, json!([]));
    let (mut first, mut second) = (app.phone(), app.phone());
    claim(&mut first, 0, false).await;
    app.clock.advance(chrono::TimeDelta::minutes(5));
    claim(&mut second, 0, true).await;
    let listed: Value = read(operator.get(&path(resident)).await).await;
    let phone = |phone: &Phone<'_>| PhoneId::of(phone.device, resident);
    assert_eq!(
        listed,
        json!([
            {
                "phone": phone(&first), "since": "2026-11-23T01:05:00Z",
                "last_contact": "2026-11-23T01:05:00Z", "asks": false, "goes": true,
            },
            {
                "phone": phone(&second), "since": "2026-11-23T01:10:00Z",
                "last_contact": "2026-11-23T01:10:00Z", "asks": true, "goes": false,
            },
        ])
    );
    let said = listed.to_string();
    for device in [first.device, second.device] {
        assert!(!said.contains(&device.to_string()));
    }
    // Nor does a pull name a device to anybody but itself.
    for (reader, named) in [
        (&first, Some(first.device)),
        (&second, Some(second.device)),
        (&operator, None),
    ] {
        let pulled = reader.pull_all().await;
        let residents: Vec<Resident> = rows(&pulled);
        let row = residents.iter().find(|row| row.id == resident).unwrap();
        assert!(row.removal.as_ref().unwrap().due.is_some());
        let text = serde_json::to_string(&pulled.changes).unwrap();
        for device in [first.device, second.device] {
            let shown = text.contains(&device.to_string());
            assert_eq!(shown, named == Some(device));
        }
    }
}

#[tokio::test]
async fn phones_of_a_person_are_for_staff_who_help_them() {
    let app = TestApp::start().await;
    let staff = app.signed_in("kelurahan.jelutung").await;
    let own = staff.account.as_ref().unwrap().kelurahan.clone();
    let lives = |here: bool| {
        let mut people = 0..ROLL;
        let n = people
            .find(|n| (person(*n).kelurahan == own) == here)
            .unwrap();
        path(server::demo::load::resident_id(DEMO, n))
    };
    assert_eq!(staff.get(&lives(true)).await.status(), 200);
    let told = problem(staff.get(&lives(false)).await).await;
    assert_eq!((told.0, told.1.code), (404, Code::NotFound));
    for (username, status, code) in [
        ("operator.jelutung", 200, None),
        ("head.jelutung", 200, None),
        ("admin.jelutung", 403, Some(Code::NotAllowed)),
        ("head.samarinda", 403, Some(Code::OtherOffice)),
    ] {
        let phone = app.signed_in(username).await;
        let answer = phone.get(&lives(false)).await;
        assert_eq!(answer.status(), status, "{username}");
        if let Some(code) = code {
            assert_eq!(problem(answer).await.1.code, code, "{username}");
        }
    }
    let (status, nobody) = problem(app.phone().get(&lives(true)).await).await;
    assert_eq!((status, nobody.code), (401, Code::SessionMissing));
    let nobody = path(ResidentId(uuid::Uuid::nil()));
    assert_eq!(staff.get(&nobody).await.status(), 404);
}

#[tokio::test]
async fn a_removed_phone_holds_nothing_after_its_next_pull() {
    let app = TestApp::start().await;
    let resident = issue(&app, 0).await;
    let mut lost = app.phone();
    claim(&mut lost, 0, false).await;
    let before = lost.pull_all().await;
    assert_eq!(rows::<Resident>(&before).len(), 1);
    let mut head = app.signed_in("head.jelutung").await;
    let listed: Vec<ResidentPhone> = read(head.get(&path(resident)).await).await;
    let phone = listed[0].phone;
    done(&mut head, &Command::RemovePhone { resident, phone }).await;
    let after = lost.pull(&before.cursor).await;
    assert_eq!(after.reset, [tests::harness::OFFICE]);
    assert_eq!(rows::<Resident>(&after), []);
    let told = lost.say(&Command::KeepPhones { resident }).await;
    let OpResult::Rejected(told) = told else {
        panic!("{told:?}")
    };
    assert_eq!(told.code, Code::PhoneRemoved);
}
