//! Signing in and out, and sessions that are wrong, expired or locked.

use chrono::TimeDelta;
use reqwest::Method;
use server::{demo::accounts::PASSWORD, store};
use shared::{problem::Code, sync::Role};
use tests::harness::{Phone, TestApp, problem};

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
