//! Signing in and out, and sessions that are wrong, expired or locked.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::json;
use server::{
    demo::accounts::PASSWORD,
    store::{self, audit},
};
use shared::{problem::Code, sync::Role};
use tests::harness::{OFFICE, Phone, TestApp, problem};

const SESSION: &str = "/api/v1/session";

#[tokio::test]
async fn signing_in_and_out() {
    let app = TestApp::start().await;
    let mut phone = app.phone();
    // As people type it.
    phone.sign_in(" Operator.Jelutung", PASSWORD).await.unwrap();
    let account = phone.account.clone().unwrap();
    assert_eq!((account.role, account.office.0), (Role::Operator, 1));
    assert_eq!(
        account.ticket_keys,
        app.app.backend.keys.ticket_keys(app.clock.now())
    );
    assert_eq!(phone.get(SESSION).await.status(), 200);
    let out = phone.request(Method::DELETE, SESSION).send().await.unwrap();
    assert_eq!(out.status(), 204);
    // The browser drops the cookie; a copy of it is worth nothing.
    let dropped = out.headers()["set-cookie"].to_str().unwrap();
    assert!(dropped.starts_with("rekam_session=;") && dropped.contains("Max-Age=0"));
    let (status, told) = problem(phone.get(SESSION).await).await;
    assert_eq!((status, told.code), (401, Code::SessionMissing));
}

#[tokio::test]
async fn the_cookie_is_kept_from_scripts_and_other_sites() {
    for (behind_proxy, secure) in [(false, ""), (true, "; Secure")] {
        let app = TestApp::with(|config| config.behind_proxy = behind_proxy).await;
        let phone = app.phone();
        let given = serde_json::json!({ "username": "head.jelutung", "password": PASSWORD });
        let answer = phone
            .request(Method::POST, SESSION)
            .json(&given)
            .send()
            .await
            .unwrap();
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        let (_, attributes) = cookie.split_once(';').unwrap();
        let expected = format!(" Path=/; HttpOnly; SameSite=Strict; Max-Age=604800{secure}");
        assert_eq!(attributes, expected);
    }
}

#[tokio::test]
async fn a_sign_in_of_another_shape_is_malformed() {
    let app = TestApp::start().await;
    let phone = app.phone();
    for next_seq in [json!(-1), json!("7"), json!(1.5), json!(1e30)] {
        let given = json!({
            "username": "head.jelutung", "password": PASSWORD, "next_seq": next_seq,
        });
        let asked = phone.request(Method::POST, SESSION).json(&given);
        let (status, told) = problem(asked.send().await.unwrap()).await;
        assert_eq!((status, told.code), (400, Code::Malformed), "{next_seq}");
    }
}

#[tokio::test]
async fn an_unknown_name_and_a_wrong_password_are_answered_alike() {
    let app = TestApp::start().await;
    let mut phone = app.phone();
    let wrong = phone.sign_in("operator.jelutung", "not-the-password").await;
    let unknown = phone.sign_in("nobody.jelutung", "not-the-password").await;
    let long = phone.sign_in("operator.jelutung", &"x".repeat(1_000)).await;
    assert_eq!(wrong, unknown);
    assert_eq!(wrong, long);
    insta::assert_json_snapshot!(wrong.unwrap_err(), @r#"
    {
      "type": "about:blank",
      "title": "Username or password do not fit",
      "status": 401,
      "code": "sign_in_failed"
    }
    "#);
}

#[tokio::test]
async fn failed_tries_at_an_account_give_strange_devices_work_to_do() {
    let app = TestApp::start().await;
    for _ in 0..10 {
        // Taking another device does not help.
        let told = app.phone().sign_in("operator.jelutung", "guess").await;
        assert_eq!(told.unwrap_err().code, Code::SignInFailed);
    }
    // Not even the right one now without the work, while others still can.
    let mut phone = app.phone();
    let told = phone.sign_in("operator.jelutung", PASSWORD).await;
    let told = told.unwrap_err();
    assert_eq!(told.code, Code::TooManyRequests);
    assert!(told.work.is_some());
    assert!(phone.sign_in("head.jelutung", PASSWORD).await.is_ok());
    // It is over after a while.
    app.clock.advance(TimeDelta::minutes(2));
    assert!(
        app.phone()
            .sign_in("operator.jelutung", PASSWORD)
            .await
            .is_ok()
    );
}

async fn is_live(phone: &Phone<'_>) -> bool {
    phone.get(SESSION).await.status() == 200
}

#[tokio::test]
async fn a_session_ends_after_twelve_idle_hours_and_after_seven_days() {
    let app = TestApp::start().await;
    let idle = app.signed_in("operator.jelutung").await;
    app.clock.advance(TimeDelta::hours(11));
    assert!(is_live(&idle).await);
    app.clock.advance(TimeDelta::hours(13));
    assert!(!is_live(&idle).await);

    let busy = app.signed_in("operator.jelutung").await;
    for _ in 0..15 {
        app.clock.advance(TimeDelta::hours(11));
        assert!(is_live(&busy).await);
    }
    // 165 hours so far; the week is over at 168.
    app.clock.advance(TimeDelta::hours(4));
    assert!(!is_live(&busy).await);
}

#[tokio::test]
async fn a_made_up_or_locked_session_is_none() {
    let app = TestApp::start().await;
    let mut phone = app.signed_in("operator.jelutung").await;
    let mut tx = app.app.backend.db.write().await.unwrap();
    let id = phone.account.as_ref().unwrap().id;
    store::accounts::set_revoked(&mut tx, id, true)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(!is_live(&phone).await);
    assert!(phone.sign_in("operator.jelutung", PASSWORD).await.is_err());
    for cookie in ["rekam_session=", "rekam_session=AAAA", "rekam_session=%00"] {
        phone.cookie = Some(cookie.to_owned());
        assert!(!is_live(&phone).await);
    }
}

#[tokio::test]
async fn staff_give_themselves_another_password() {
    let app = TestApp::start().await;
    let mut own = app.signed_in("operator.jelutung").await;
    let elsewhere = app.signed_in("operator.jelutung").await;
    let change = async |phone: &Phone<'_>, current: &str, new: &str| {
        let given = json!({ "current": current, "new": new });
        let request = phone.request(Method::POST, "/api/v1/session/password");
        request.json(&given).send().await.unwrap()
    };
    let nobody = app.phone();
    let (status, said) = problem(change(&nobody, PASSWORD, "tiga-payung-merah").await).await;
    assert_eq!((status, said.code), (401, Code::SessionMissing));
    for (current, new, expected) in [
        (
            "another one",
            "tiga-payung-merah",
            (401, Code::SignInFailed),
        ),
        (PASSWORD, "1234567890", (400, Code::PasswordWeak)),
        (PASSWORD, "Jelutung-2026", (400, Code::PasswordWeak)),
        (PASSWORD, PASSWORD, (400, Code::PasswordWeak)),
    ] {
        let (status, said) = problem(change(&own, current, new).await).await;
        assert_eq!((status, said.code), expected, "{new}");
    }
    let done = change(&own, PASSWORD, "tiga-payung-merah").await;
    assert_eq!(done.status(), 204);
    // Here one stays signed in, elsewhere one is out.
    assert_eq!(own.get(SESSION).await.status(), 200);
    assert_eq!(elsewhere.get(SESSION).await.status(), 401);
    let old = app.phone().sign_in("operator.jelutung", PASSWORD).await;
    assert_eq!(old.unwrap_err().code, Code::SignInFailed);
    own.sign_in("operator.jelutung", "tiga-payung-merah")
        .await
        .unwrap();
    let mut tx = app.app.backend.db.read().await.unwrap();
    let noted = audit::of_kind(&mut tx, OFFICE, "account_password").await;
    let id = own.account.as_ref().unwrap().id;
    assert_eq!(noted.unwrap(), [format!("{id}: {id}")]);
}

/// Tries count for who is signed in, so that nobody else can use them up.
#[tokio::test]
async fn guesses_at_the_password_of_a_tablet_left_open_are_limited() {
    let app = TestApp::start().await;
    let own = app.signed_in("operator.jelutung").await;
    let mut last = 0;
    for _ in 0..9 {
        let given = json!({ "current": "a guess at it", "new": "tiga-payung-merah" });
        let request = own.request(Method::POST, "/api/v1/session/password");
        last = request.json(&given).send().await.unwrap().status().as_u16();
    }
    assert_eq!(last, 429);
    let head = app.signed_in("head.jelutung").await;
    let given = json!({ "current": PASSWORD, "new": "tiga-payung-merah" });
    let request = head.request(Method::POST, "/api/v1/session/password");
    assert_eq!(request.json(&given).send().await.unwrap().status(), 204);
}
