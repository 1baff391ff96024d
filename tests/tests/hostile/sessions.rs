//! Sessions and device tokens in the wrong hands.

use chrono::TimeDelta;
use reqwest::Method;
use server::{demo::accounts::PASSWORD, store};
use shared::{
    command::Command,
    envelope::Actor,
    problem::Code,
    sync::{ACCOUNT_HEADER, Cursor, OpResult, Pulled},
};
use tests::harness::{OFFICE, Phone, ROLL, TestApp, problem, read};

const SESSION: &str = "/api/v1/session";

/// Somebody else's device with a copy of the tablet's cookie.
fn thief<'a>(app: &'a TestApp, owner: &Phone<'_>) -> Phone<'a> {
    let mut thief = app.phone();
    thief.cookie.clone_from(&owner.cookie);
    thief.account.clone_from(&owner.account);
    thief
}

async fn what_follows(thief: &mut Phone<'_>) -> OpResult {
    assert!(matches!(thief.actor(), Actor::User(_)));
    thief.say(&Command::PrepareTablet {}).await
}

#[tokio::test]
async fn a_stolen_cookie_is_worth_nothing_once_its_owner_signs_out() {
    let app = TestApp::start().await;
    let owner = app.signed_in("operator.jelutung").await;
    let mut thief = thief(&app, &owner);
    let out = owner.request(Method::DELETE, SESSION).send().await.unwrap();
    assert_eq!(out.status(), 204);
    let (status, told) = problem(thief.get(SESSION).await).await;
    assert_eq!((status, told.code), (401, Code::SessionMissing));
    assert!(thief.pull_all().await.changes.is_empty());
    let (status, _) = problem(thief.get("/api/v1/offices/1/tablets").await).await;
    assert_eq!(status, 401);
    let code = Code::ActorUnknown;
    assert_eq!(
        what_follows(&mut thief).await,
        OpResult::Quarantined { code }
    );
}

#[tokio::test]
async fn an_expired_session_reads_nothing_and_links_no_device() {
    let app = TestApp::start().await;
    let owner = app.signed_in("operator.jelutung").await;
    let held = owner.pull_all().await;
    assert!(!held.changes.is_empty());
    app.clock.advance(TimeDelta::hours(13));
    let mut thief = thief(&app, &owner);
    let code = Code::ActorUnknown;
    assert_eq!(
        what_follows(&mut thief).await,
        OpResult::Quarantined { code }
    );
    // The office's rows leave the owner's tablet too; the place they were at gives no right.
    for phone in [&owner, &thief] {
        let told = phone.pull(&held.cursor).await;
        assert!(told.changes.is_empty());
        assert_eq!(told.reset, [OFFICE]);
    }
}

#[tokio::test]
async fn a_locked_account_does_nothing_from_any_device() {
    let app = TestApp::start().await;
    let mut owner = app.signed_in("operator.jelutung").await;
    let mut thief = thief(&app, &owner);
    let mut tx = app.app.backend.db.write().await.unwrap();
    let id = owner.account.as_ref().unwrap().id;
    store::accounts::set_revoked(&mut tx, id, true)
        .await
        .unwrap();
    store::sessions::end_all(&mut tx, id).await.unwrap();
    tx.commit().await.unwrap();
    let code = Code::ActorUnknown;
    assert_eq!(
        what_follows(&mut thief).await,
        OpResult::Quarantined { code }
    );
    let code = Code::AccountRevoked;
    let told = owner.say(&Command::PrepareTablet {}).await;
    assert_eq!(told, OpResult::Quarantined { code });
    assert!(thief.pull_all().await.changes.is_empty());
}

/// Signed out without a network, the cookie is still there when the network comes back.
#[tokio::test]
async fn a_cookie_that_outlives_a_sign_out_brings_no_rows() {
    let app = TestApp::start().await;
    let phone = app.signed_in("operator.jelutung").await;
    let other = app.signed_in("head.jelutung").await;
    let own = phone.account.as_ref().unwrap().id.to_string();
    let others = other.account.as_ref().unwrap().id.to_string();
    let mut counts = Vec::new();
    for account in [own.as_str(), "nobody", others.as_str(), "", "%00"] {
        let asked = phone.get(&format!("/api/v1/sync/pull?as={account}")).await;
        let pulled: Pulled = read(asked).await;
        counts.push(pulled.changes.len());
    }
    assert!(counts[0] > ROLL, "{counts:?}");
    assert_eq!(counts[1..], [0; 4]);
}

#[tokio::test]
async fn a_session_ends_when_another_begins_in_its_browser_or_its_device_is_locked() {
    let app = TestApp::start().await;
    let mut phone = app.signed_in("operator.jelutung").await;
    let first = thief(&app, &phone);
    phone.sign_in("kelurahan.jelutung", PASSWORD).await.unwrap();
    assert_eq!(first.get(SESSION).await.status(), 401);
    let mut head = app.signed_in("head.jelutung").await;
    let second = thief(&app, &phone);
    assert_eq!(second.get(SESSION).await.status(), 200);
    let device = phone.device;
    let lock = Command::LockDevice {
        device,
        locked: true,
    };
    let locked = head.say(&lock).await;
    assert!(matches!(locked, OpResult::Applied { .. }), "{locked:?}");
    assert_eq!(second.get(SESSION).await.status(), 401);
}

/// The header says for whom a request speaks; only that account's own cookie makes it true.
#[tokio::test]
async fn naming_somebody_else_brings_no_session_of_theirs() {
    let app = TestApp::start().await;
    let victim = app.signed_in("head.jelutung").await;
    let own = app.signed_in("operator.jelutung").await;
    let [head, operator] = [&victim, &own].map(|phone| phone.account.as_ref().unwrap().id);
    let (_, token) = own.cookie.as_ref().unwrap().split_once('=').unwrap();
    let simple = |id: shared::ids::UserId| id.0.simple().to_string();
    let (named, others) = (simple(operator), simple(head));
    for (account, cookies, status) in [
        (operator.to_string(), format!("rekam_session={token}"), 200),
        (
            operator.to_string(),
            format!("rekam_session_{named}={token}"),
            200,
        ),
        // Somebody else's name, with whatever cookie of one's own.
        (head.to_string(), format!("rekam_session={token}"), 401),
        (
            head.to_string(),
            format!("rekam_session_{named}={token}"),
            401,
        ),
        (
            head.to_string(),
            format!("rekam_session_{others}={token}"),
            401,
        ),
        (
            operator.to_string(),
            format!("rekam_session_{others}={token}"),
            401,
        ),
        // What cannot be read is nobody.
        (String::new(), format!("rekam_session={token}"), 401),
        ("nobody".to_owned(), format!("rekam_session={token}"), 401),
        (
            format!("{operator},{head}"),
            format!("rekam_session={token}"),
            401,
        ),
        ("%00".to_owned(), format!("rekam_session={token}"), 401),
    ] {
        let mut phone = app.phone();
        phone.cookie = Some(cookies.clone());
        let asked = phone.request(Method::GET, SESSION);
        let asked = asked.header(ACCOUNT_HEADER, &account).send().await.unwrap();
        assert_eq!(asked.status(), status, "{account} with {cookies}");
        let path = format!("/api/v1/sync/pull?as={account}");
        let asked = phone.request(Method::GET, &path);
        let asked = asked.header(ACCOUNT_HEADER, &account).send().await.unwrap();
        let pulled: Pulled = read(asked).await;
        assert_eq!(pulled.changes.is_empty(), status == 401, "{account}");
    }
    // Without the header a cookie of one of several is none.
    let mut phone = app.phone();
    phone.cookie = Some(format!("rekam_session_{named}={token}"));
    assert_eq!(phone.get(SESSION).await.status(), 401);
    // Signing somebody else out takes away nothing of theirs.
    let asked = own.request(Method::DELETE, SESSION);
    let asked = asked.header(ACCOUNT_HEADER, head.to_string());
    assert_eq!(asked.send().await.unwrap().status(), 204);
    assert_eq!(victim.get(SESSION).await.status(), 200);
    assert_eq!(own.get(SESSION).await.status(), 200);
}

#[tokio::test]
async fn a_cookie_alone_is_no_device() {
    let app = TestApp::start().await;
    let owner = app.signed_in("head.jelutung").await;
    let cookie = owner.cookie.clone().unwrap();
    for path in ["/api/v1/sync/pull", "/api/v1/sync/events"] {
        let asked = app.request(Method::GET, path).header("cookie", &cookie);
        let (status, told) = problem(asked.send().await.unwrap()).await;
        assert_eq!((status, told.code), (401, Code::DeviceToken), "{path}");
    }
}

#[tokio::test]
async fn nobody_can_choose_the_session_that_somebody_else_will_have() {
    let app = TestApp::start().await;
    let mut phone = app.phone();
    let planted = format!("rekam_session={}", "A".repeat(43));
    phone.cookie = Some(planted.clone());
    phone.sign_in("head.jelutung", PASSWORD).await.unwrap();
    assert_ne!(phone.cookie.as_ref(), Some(&planted));
    let again = app.signed_in("head.jelutung").await;
    assert_ne!(again.cookie, phone.cookie);
    phone.cookie = Some(planted);
    assert_eq!(phone.get(SESSION).await.status(), 401);
}

/// Who reads the database or a backup gets no session, no device and no password.
#[tokio::test]
async fn the_database_holds_no_secret_of_anybody() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rekam.db");
    let app = TestApp::on(&format!("sqlite:{}", file.display())).await;
    let phone = app.signed_in("head.jelutung").await;
    phone.pull(&Cursor::default()).await;
    let copy = folder.path().join("copy.db");
    server::maintenance::backup(&app.app.backend.db, &copy)
        .await
        .unwrap();
    let bytes = std::fs::read(copy).unwrap();
    let holds = |text: &str| {
        bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    };
    let cookie = phone.cookie.clone().unwrap();
    let (_, session) = cookie.split_once('=').unwrap();
    assert!(!holds(session) && !holds(&phone.token) && !holds(PASSWORD));
    // The search would find what is there.
    assert!(holds("head.jelutung") && holds(&phone.device.to_string()));
}
