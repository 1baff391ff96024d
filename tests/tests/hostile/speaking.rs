//! For whom a device speaks: not for ever, and not for whoever holds a copy of a cookie.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use server::{
    demo::accounts::PASSWORD,
    store::{sessions, trust},
};
use shared::{
    command::{Applicant, Command, WalkIn},
    envelope::Actor,
    flag::{Flag, Kind},
    ids::UserId,
    problem::Code,
    sync::{HeldOp, OpResult, Pushed},
};
use tests::harness::{OFFICE, Phone, TestApp, person, read, rows};

const SESSION: &str = "/api/v1/session";
const HELD: &str = "/api/v1/offices/1/held";

fn codes(pushed: &Pushed) -> Vec<Option<Code>> {
    let code = |result: &OpResult| match result {
        OpResult::Applied { .. } => None,
        OpResult::Rejected(problem) => Some(problem.code),
        OpResult::Quarantined { code } => Some(*code),
    };
    pushed.results.iter().map(|r| code(&r.result)).collect()
}

fn wish(phone: &mut Phone<'_>) -> Value {
    phone.op(OFFICE, &Command::PrepareTablet {})
}

fn fact(phone: &mut Phone<'_>, n: u16) -> Value {
    let walk_in = WalkIn {
        who: Applicant::New(Box::new(person(50 + usize::from(n)))),
        queue: shared::visit::QueueNumber::new("A", n).unwrap(),
        priority: false,
        lease: None,
        unknown_ticket: false,
        at: None,
    };
    phone.op(OFFICE, &Command::WalkIn(walk_in))
}

async fn sign_in(phone: &mut Phone<'_>, username: &str) {
    let given = json!({ "username": username, "password": PASSWORD, "next_seq": phone.next_seq });
    let asked = phone.request(Method::POST, SESSION).json(&given);
    let answer = asked.send().await.unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    phone.cookie = Some(cookie.split(';').next().unwrap().to_owned());
    phone.account = Some(read(answer).await);
}

async fn passwd(app: &TestApp, id: UserId) {
    let mut tx = app.app.backend.db.write().await.unwrap();
    trust::doubt(&mut tx, id, app.clock.now()).await.unwrap();
    sessions::end_all(&mut tx, id).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn behind_a_sign_out_the_device_speaks_for_nobody() {
    let app = TestApp::start().await;
    let mut tablet = app.signed_in("operator.jelutung").await;
    // Without a network: a wish and a fact, the mark, and then whoever has the tablet.
    let ops = [
        wish(&mut tablet),
        fact(&mut tablet, 1),
        tablet.op(OFFICE, &Command::SignOut {}),
        wish(&mut tablet),
        fact(&mut tablet, 2),
    ];
    let waits = Some(Code::SignedOut);
    let pushed = tablet.push(&ops).await;
    assert_eq!(codes(&pushed), [None, None, None, waits, waits]);
    // The session is not over for that, nor does it help.
    let late = wish(&mut tablet);
    assert_eq!(codes(&tablet.push(&[late]).await), [waits]);
    // Somebody looks at it and says yes; without a yes it stays.
    let backend = &app.app.backend;
    for (approved, result) in [(false, waits), (true, None)] {
        let id = pushed.results[4].op_id;
        let (db, clock, keys) = (&backend.db, &backend.clock, &backend.keys);
        let told = server::batch::retry(db, clock, keys, &backend.pokes, id, approved).await;
        let applied = matches!(told.unwrap().unwrap(), OpResult::Applied { .. });
        assert_eq!(applied, result.is_none());
    }
    sign_in(&mut tablet, "operator.jelutung").await;
    let anew = wish(&mut tablet);
    assert_eq!(codes(&tablet.push(&[anew]).await), [None]);
}

#[tokio::test]
async fn what_waits_is_answered_by_the_head_of_its_office() {
    let app = TestApp::start().await;
    let mut tablet = app.signed_in("operator.jelutung").await;
    let ops = [
        tablet.op(OFFICE, &Command::SignOut {}),
        fact(&mut tablet, 1),
        wish(&mut tablet),
    ];
    let pushed = tablet.push(&ops).await;
    let waits = Some(Code::SignedOut);
    assert_eq!(codes(&pushed), [None, waits, waits]);
    let [_, first, second] = [0, 1, 2].map(|n| pushed.results[n].op_id);
    let mut head = app.signed_in("head.jelutung").await;
    let held = async |head: &Phone<'_>| -> Vec<HeldOp> { read(head.get(HELD).await).await };
    let listed = held(&head).await;
    let about = person(51).name.to_string();
    assert_eq!(
        (listed[0].op, listed[0].about.as_deref()),
        (first, Some(about.as_str()))
    );
    assert_eq!((listed[1].op, listed[1].why), (second, Code::SignedOut));
    // Neither other staff nor another office's head.
    for username in ["operator.jelutung", "head.samarinda"] {
        let mut phone = app.signed_in(username).await;
        assert_eq!(phone.get(HELD).await.status(), 403, "{username}");
        let office = phone.account.as_ref().unwrap().office;
        let accept = true;
        phone
            .say_to(office, &Command::AnswerHeld { op: first, accept })
            .await;
        assert_eq!(held(&head).await.len(), 2, "{username}");
    }
    for (op, accept) in [(first, true), (second, false)] {
        let said = head.say(&Command::AnswerHeld { op, accept }).await;
        assert!(matches!(said, OpResult::Applied { .. }), "{said:?}");
    }
    assert_eq!(held(&head).await, []);
    // The device that asks again learns of it.
    let again = tablet.push(&ops).await;
    assert_eq!(codes(&again), [None, None, Some(Code::NotAllowed)]);
}

#[tokio::test]
async fn a_session_that_ended_at_the_server_ends_what_the_device_may_say() {
    let app = TestApp::start().await;
    let mut tablet = app.signed_in("operator.jelutung").await;
    let before = wish(&mut tablet);
    let path = format!("{SESSION}?next_seq={}", tablet.next_seq);
    let out = tablet.request(Method::DELETE, &path).send().await.unwrap();
    assert_eq!(out.status(), 204);
    let after = wish(&mut tablet);
    let pushed = tablet.push(&[before, after]).await;
    assert_eq!(codes(&pushed), [None, Some(Code::SignedOut)]);
}

#[tokio::test]
async fn a_night_offline_costs_nobody_s_work() {
    let app = TestApp::start().await;
    let mut tablet = app.signed_in("operator.jelutung").await;
    let ops = [wish(&mut tablet), fact(&mut tablet, 1)];
    // The session runs out, and in the morning somebody else signs in before the queue is sent.
    app.clock.advance(TimeDelta::hours(20));
    let operator = tablet.account.clone();
    sign_in(&mut tablet, "head.jelutung").await;
    assert_eq!(codes(&tablet.push(&ops).await), [None, None]);
    // From then on the device is the head's.
    let head = std::mem::replace(&mut tablet.account, operator);
    let late = [wish(&mut tablet), fact(&mut tablet, 2)];
    let waits = Some(Code::SignedOut);
    assert_eq!(codes(&tablet.push(&late).await), [waits, waits]);
    tablet.account = head;
    let own = wish(&mut tablet);
    assert_eq!(codes(&tablet.push(&[own]).await), [None]);
}

#[tokio::test]
async fn after_a_new_password_unsent_wishes_wait_and_facts_are_marked() {
    let app = TestApp::start().await;
    let mut tablet = app.signed_in("operator.jelutung").await;
    let id = tablet.account.as_ref().unwrap().id;
    let ops = [wish(&mut tablet), fact(&mut tablet, 1)];
    passwd(&app, id).await;
    let waits = Some(Code::PasswordChanged);
    assert_eq!(codes(&tablet.push(&ops).await), [waits, None]);
    sign_in(&mut tablet, "operator.jelutung").await;
    let anew = [wish(&mut tablet), fact(&mut tablet, 2)];
    assert_eq!(codes(&tablet.push(&anew).await), [None, None]);
    let head = app.signed_in("head.jelutung").await;
    let flags = rows::<Flag>(&head.pull_all().await);
    let marked = flags.iter().filter(|f| f.kind == Kind::SentAfterLock);
    assert_eq!(marked.count(), 1, "{flags:?}");
}

#[tokio::test]
async fn a_stolen_cookie_gives_no_other_device_a_voice() {
    let app = TestApp::start().await;
    let mut owner = app.signed_in("operator.jelutung").await;
    let own = wish(&mut owner);
    assert_eq!(codes(&owner.push(&[own]).await), [None]);
    let mut thief = app.phone();
    thief.cookie.clone_from(&owner.cookie);
    thief.account.clone_from(&owner.account);
    assert!(matches!(thief.actor(), Actor::User(_)));
    let unknown = Code::ActorUnknown;
    let told = thief.say(&Command::PrepareTablet {}).await;
    assert_eq!(told, OpResult::Quarantined { code: unknown });
    // Nor with a token that is not the owner's.
    let push = async |phone: &mut Phone<'_>, proof: String| {
        let op = wish(phone);
        let body = json!({ "sent_at": app.clock.now(), "ops": [op] });
        let asked = phone.request(Method::POST, "/api/v1/sync/push");
        let asked = asked.header("x-rekam-forked-from", proof).json(&body);
        codes(&read(asked.send().await.unwrap()).await)
    };
    let wrong = format!("{}.{}", owner.device, thief.token);
    assert_eq!(push(&mut thief, wrong).await, [Some(unknown)]);
    // The owner's browser that had to take another id goes on.
    let mut fork = app.phone();
    fork.cookie.clone_from(&owner.cookie);
    fork.account.clone_from(&owner.account);
    let right = format!("{}.{}", owner.device, owner.token);
    assert_eq!(push(&mut fork, right.clone()).await, [None]);
    assert_eq!(push(&mut fork, right).await, [None]);
}
