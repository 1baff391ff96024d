//! For whom a device speaks: not for ever, and not for whoever holds a copy of a cookie.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use server::{
    config::Rate,
    demo::accounts::PASSWORD,
    maintenance,
    store::{sessions, trust},
};
use shared::{
    command::{Applicant, Command, WalkIn},
    envelope::Actor,
    flag::{Flag, Kind},
    ids::UserId,
    intake::PLACES_END,
    problem::Code,
    sync::{HeldOp, OpResult, Pushed},
    trust::SealedSignIn,
};
use tests::harness::{OFFICE, Phone, TestApp, person, read, rows, without_limits};

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

pub(super) fn fact(phone: &mut Phone<'_>, n: u16) -> Value {
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

/// Copies share the least that was open: an account whose password changed, and one that was there before.
#[tokio::test]
async fn a_browser_with_another_id_gets_no_more_and_no_less_than_it_had() {
    let app = TestApp::start().await;
    let mut tablet = app.signed_in("head.jelutung").await;
    let head = tablet.account.clone();
    sign_in(&mut tablet, "operator.jelutung").await;
    drop(wish(&mut tablet));
    let id = tablet.account.as_ref().unwrap().id;
    passwd(&app, id).await;
    sign_in(&mut tablet, "operator.jelutung").await;
    let mut fork = app.phone();
    fork.cookie.clone_from(&tablet.cookie);
    fork.account.clone_from(&tablet.account);
    let ops = [wish(&mut fork), fact(&mut fork, 1)];
    fork.account = head;
    let own = wish(&mut fork);
    let body = json!({ "sent_at": app.clock.now(), "ops": [ops[0], ops[1], own] });
    let asked = fork.request(Method::POST, "/api/v1/sync/push");
    let before = format!("{}.{}", tablet.device, tablet.token);
    let asked = asked.header("x-rekam-forked-from", before).json(&body);
    let told = codes(&read(asked.send().await.unwrap()).await);
    let waits = [Some(Code::PasswordChanged), None, Some(Code::SignedOut)];
    assert_eq!(told, waits);
}

/// Lost while somebody was signed in, and found by somebody else.
#[tokio::test]
async fn a_device_that_comes_after_its_days_offline_speaks_in_facts() {
    let app = TestApp::start().await;
    // From Friday afternoon: Monday, Tuesday and Wednesday are the days without a network.
    app.clock.advance(TimeDelta::days(4) + TimeDelta::hours(8));
    let mut tablet = app.signed_in("operator.jelutung").await;
    let ops = [wish(&mut tablet), fact(&mut tablet, 1)];
    app.clock.advance(TimeDelta::days(5));
    assert_eq!(codes(&tablet.push(&ops).await), [None, None]);
    let ops = [wish(&mut tablet), fact(&mut tablet, 2)];
    app.clock.advance(TimeDelta::days(1));
    let waits = Some(Code::SignInLapsed);
    assert_eq!(codes(&tablet.push(&ops).await), [waits, None]);
    let head = app.signed_in("head.jelutung").await;
    let flags = rows::<Flag>(&head.pull_all().await);
    let marked = flags.iter().filter(|f| f.kind == Kind::SentAfterLock);
    assert_eq!(marked.count(), 1, "{flags:?}");
    sign_in(&mut tablet, "operator.jelutung").await;
    let anew = wish(&mut tablet);
    assert_eq!(codes(&tablet.push(&[anew]).await), [None]);
}

#[tokio::test]
async fn a_queue_that_claims_to_be_endless_ends_nothing() {
    let app = TestApp::start().await;
    let mut tablet = app.signed_in("operator.jelutung").await;
    let mut last = wish(&mut tablet);
    last["seq"] = json!(PLACES_END);
    let body = json!({ "sent_at": app.clock.now(), "declare_gap": true, "ops": [last] });
    tablet.push_raw(body.to_string()).await;
    for next in [PLACES_END - 1, PLACES_END, u64::MAX] {
        tablet.next_seq = next;
        sign_in(&mut tablet, "operator.jelutung").await;
    }
    // The last place of all.
    tablet.next_seq = PLACES_END - 1;
    let op = wish(&mut tablet);
    let body = json!({ "sent_at": app.clock.now(), "declare_gap": true, "ops": [op] });
    tablet.push_raw(body.to_string()).await;
    sign_in(&mut tablet, "operator.jelutung").await;
}

#[tokio::test]
async fn a_seal_speaks_for_its_device_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (backup, file) = (
        folder.path().join("backup.db"),
        folder.path().join("rekam.db"),
    );
    let database = format!("sqlite:{}", file.display());
    let app = TestApp::on(&database).await;
    maintenance::backup(&app.app.backend.db, &backup)
        .await
        .unwrap();
    let tablet = app.signed_in("operator.jelutung").await;
    let (device, token) = (tablet.device, tablet.token.clone());
    let account = tablet.account.clone();
    let seal = account.as_ref().unwrap().seal.clone().unwrap();
    let clock = app.clock.clone();
    app.app.stop().await;
    maintenance::restore(&database, Some(&backup), &clock)
        .await
        .unwrap();

    let app = TestApp::on(&database).await;
    let push = async |phone: &mut Phone<'_>, seal: &SealedSignIn| {
        let op = wish(phone);
        let body = json!({ "sent_at": app.clock.now(), "ops": [op], "seals": [seal] });
        codes(&read(phone.push_raw(body.to_string()).await).await)
    };
    let mut tablet = app.phone();
    (tablet.device, tablet.token) = (device, token);
    tablet.account.clone_from(&account);
    let mut thief = app.phone();
    thief.account = account;
    let unknown = [Some(Code::ActorUnknown)];
    assert_eq!(push(&mut thief, &seal).await, unknown);
    let own = SealedSignIn {
        device: thief.device,
        ..seal.clone()
    };
    assert_eq!(push(&mut thief, &own).await, unknown);
    let earlier = SealedSignIn {
        epoch: "another".to_owned(),
        ..seal.clone()
    };
    assert_eq!(push(&mut tablet, &earlier).await, unknown);
    assert_eq!(push(&mut tablet, &seal).await, [None]);
}

/// Ops that nobody can read, and ops under a colleague's id, from phones on which no staff signed in.
#[tokio::test]
async fn what_strangers_send_hides_nothing_that_waits_and_speaks_for_nobody() {
    let app = TestApp::with(|config| {
        without_limits(config);
        config.limits.aside = Rate::new(u32::MAX, u32::MAX);
    })
    .await;
    let mut tablet = app.signed_in("operator.jelutung").await;
    let prepared = wish(&mut tablet);
    tablet.push(&[prepared]).await;
    let mut thief = app.phone();
    thief.account.clone_from(&tablet.account);
    let forged = fact(&mut thief, 9);
    let pushed = thief.push(std::slice::from_ref(&forged)).await;
    assert_eq!(codes(&pushed), [Some(Code::ActorUnknown)]);
    let forged_id = pushed.results[0].op_id;
    for _ in 0..21 {
        let mut loud = app.phone();
        let mut ops: Vec<Value> = (0..50).map(|_| wish(&mut loud)).collect();
        ops.iter_mut().for_each(|op| op["kind"] = "nonsense".into());
        assert_eq!(loud.push(&ops).await.results.len(), 50);
    }
    app.clock.advance(TimeDelta::seconds(1));
    let ops = [
        tablet.op(OFFICE, &Command::SignOut {}),
        fact(&mut tablet, 1),
    ];
    let waits = tablet.push(&ops).await.results[1].op_id;

    let mut head = app.signed_in("head.jelutung").await;
    let held: Vec<HeldOp> = read(head.get(HELD).await).await;
    let listed: Vec<_> = held.iter().map(|op| op.op).collect();
    assert_eq!(listed, [waits]);
    // The list says where it came from.
    let name = &tablet.account.as_ref().unwrap().name;
    assert_eq!(
        (held[0].device, held[0].letters.is_some(), &held[0].people),
        (tablet.device, true, &vec![name.clone()])
    );
    // A yes to the forged op does not help it.
    let yes = Command::AnswerHeld {
        op: forged_id,
        accept: true,
    };
    head.say(&yes).await;
    let again = thief.push(&[forged]).await;
    assert_eq!(codes(&again), [Some(Code::ActorUnknown)]);
}
