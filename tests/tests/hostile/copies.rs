//! One browser under several ids: whoever copies a tablet's token and cookie gets no right that outlives the
//! tablet's own.

use reqwest::Method;
use serde_json::json;
use server::{demo::accounts::PASSWORD, maintenance, store};
use shared::{
    command::Command,
    ids::DeviceId,
    problem::Code,
    sync::{OpResult, Pushed, StaffDevice},
};
use tests::harness::{OFFICE, Phone, TestApp, problem, read};

const SESSION: &str = "/api/v1/session";

/// A device that shows the token of another and has its cookie.
async fn copy<'a>(app: &'a TestApp, of: &Phone<'_>) -> Phone<'a> {
    let mut copy = app.phone();
    copy.cookie.clone_from(&of.cookie);
    copy.account.clone_from(&of.account);
    let op = copy.op(OFFICE, &Command::PrepareTablet {});
    let body = json!({ "sent_at": app.clock.now(), "ops": [op] });
    let asked = copy.request(Method::POST, "/api/v1/sync/push");
    let before = format!("{}.{}", of.device, of.token);
    let asked = asked.header("x-rekam-forked-from", before).json(&body);
    let pushed: Pushed = read(asked.send().await.unwrap()).await;
    assert!(
        matches!(pushed.results[0].result, OpResult::Applied { .. }),
        "{pushed:?}"
    );
    copy
}

fn waits(code: Code) -> OpResult {
    OpResult::Quarantined { code }
}

#[tokio::test]
async fn a_sign_out_ends_what_copies_of_the_tablet_may_say() {
    let app = TestApp::start().await;
    let mut tablet = app.signed_in("operator.jelutung").await;
    let mut first = copy(&app, &tablet).await;
    let mut second = copy(&app, &first).await;
    // Far behind what the tablet has queued: the place of its sign-out is none of theirs.
    let late = tablet.op(OFFICE, &Command::PrepareTablet {});
    tablet.next_seq += 1_000;
    let path = format!("{SESSION}?next_seq={}", tablet.next_seq);
    let out = tablet.request(Method::DELETE, &path).send().await.unwrap();
    assert_eq!(out.status(), 204);
    for copy in [&mut first, &mut second] {
        let told = copy.say(&Command::PrepareTablet {}).await;
        assert_eq!(told, waits(Code::SignedOut));
        assert!(copy.pull_all().await.changes.is_empty());
    }
    // What the tablet itself had queued before still applies.
    let pushed = tablet.push(&[late]).await;
    assert!(matches!(pushed.results[0].result, OpResult::Applied { .. }));
}

#[tokio::test]
async fn somebody_else_who_signs_in_ends_it_on_copies_too() {
    let app = TestApp::start().await;
    let mut tablet = app.signed_in("operator.jelutung").await;
    let mut first = copy(&app, &tablet).await;
    tablet
        .sign_in("kelurahan.jelutung", PASSWORD)
        .await
        .unwrap();
    assert_eq!(first.get(SESSION).await.status(), 401);
    let told = first.say(&Command::PrepareTablet {}).await;
    assert_eq!(told, waits(Code::SignedOut));
}

#[tokio::test]
async fn a_locked_tablet_s_copies_are_locked_with_it_and_unlocked() {
    let app = TestApp::start().await;
    let tablet = app.signed_in("operator.jelutung").await;
    let mut first = copy(&app, &tablet).await;
    let mut second = copy(&app, &first).await;
    let mut head = app.signed_in("head.jelutung").await;
    let lock = async |head: &mut Phone<'_>, device: DeviceId, locked: bool| {
        let said = head.say(&Command::LockDevice { device, locked }).await;
        assert!(matches!(said, OpResult::Applied { .. }), "{said:?}");
    };
    lock(&mut head, tablet.device, true).await;
    for copy in [&mut first, &mut second] {
        let (status, told) = problem(copy.get("/api/v1/sync/pull").await).await;
        assert_eq!((status, told.code), (403, Code::DeviceRevoked));
        assert_eq!(copy.get(SESSION).await.status(), 401, "its session is over");
        app.clock.advance(chrono::TimeDelta::seconds(1));
        let told = copy.say(&Command::PrepareTablet {}).await;
        assert_eq!(told, waits(Code::DeviceRevoked));
    }
    // The cookie by itself, on a device that nobody knows.
    let mut thief = app.phone();
    thief.cookie.clone_from(&second.cookie);
    thief.account.clone_from(&second.account);
    assert!(thief.pull_all().await.changes.is_empty());
    // From whichever of them: the head sees one tablet.
    lock(&mut head, second.device, false).await;
    for phone in [&tablet, &first, &second] {
        assert_eq!(phone.get("/api/v1/sync/pull").await.status(), 200);
    }
    let findings = maintenance::check(&app.app.backend.db).await.unwrap();
    assert_eq!(findings, Vec::new());
}

/// A head whose browser took another id once does not lock themselves out under the old one.
#[tokio::test]
async fn nobody_locks_the_device_in_their_hands_under_another_id() {
    let app = TestApp::start().await;
    let before = app.signed_in("head.jelutung").await;
    let mut now = copy(&app, &before).await;
    let lock = Command::LockDevice {
        device: before.device,
        locked: true,
    };
    let told = now.say(&lock).await;
    assert_eq!(told, OpResult::Rejected(Code::NotAllowed.into()));
    let listed = now.get("/api/v1/offices/1/devices").await;
    let listed: Vec<StaffDevice> = read(listed).await;
    let own = [before.device, now.device];
    let own = listed.iter().filter(|one| own.contains(&one.device));
    assert_eq!(own.count(), 1, "{listed:?}");
}

/// A clerk who has left: what the tablet recorded before counts, and nothing that is said afterwards.
#[tokio::test]
async fn facts_of_after_an_account_s_lock_wait() {
    let app = TestApp::start().await;
    let mut tablet = app.signed_in("operator.jelutung").await;
    let id = tablet.account.as_ref().unwrap().id;
    let before = super::speaking::fact(&mut tablet, 1);
    app.clock.advance(chrono::TimeDelta::minutes(1));
    let mut tx = app.app.backend.db.write().await.unwrap();
    store::accounts::set_revoked(&mut tx, id, true)
        .await
        .unwrap();
    store::sessions::end_all(&mut tx, id).await.unwrap();
    let now = app.clock.now();
    store::trust::doubt(&mut tx, id, now).await.unwrap();
    tx.commit().await.unwrap();
    app.clock.advance(chrono::TimeDelta::minutes(1));
    let after = super::speaking::fact(&mut tablet, 2);
    let pushed = tablet.push(&[before, after]).await;
    assert!(matches!(pushed.results[0].result, OpResult::Applied { .. }));
    assert_eq!(pushed.results[1].result, waits(Code::AccountRevoked));
}

/// What a lost tablet recorded before its lock comes in for as long as staff work without a network, and waits for
/// the head's yes after that: whoever has it may date it as they like.
#[tokio::test]
async fn facts_of_a_tablet_that_was_locked_long_ago_wait() {
    let app = TestApp::start().await;
    let mut tablet = app.signed_in("operator.jelutung").await;
    let facts: Vec<_> = (1..=2)
        .map(|n| super::speaking::fact(&mut tablet, n))
        .collect();
    app.clock.advance(chrono::TimeDelta::minutes(1));
    let mut head = app.signed_in("head.jelutung").await;
    let device = tablet.device;
    let lock = Command::LockDevice {
        device,
        locked: true,
    };
    head.say(&lock).await;
    let first = tablet.push(&facts[..1]).await;
    assert!(matches!(first.results[0].result, OpResult::Applied { .. }));
    app.clock.advance(chrono::TimeDelta::days(7));
    let second = tablet.push(&facts[1..]).await;
    assert_eq!(second.results[0].result, waits(Code::DeviceRevoked));
}
