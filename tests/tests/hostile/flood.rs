//! Floods: whoever sends too much is told so, and honest people behind the same address get through.

use reqwest::{Method, Response};
use serde_json::json;
use server::{
    config::{Effort, Rate},
    demo::accounts::PASSWORD,
};
use shared::{
    command::Command,
    problem::Code,
    sync::OpResult,
    work::{HEADER, Proof},
};
use tests::harness::{OFFICE, Phone, TestApp, booking, person, problem};

/// Says something: only then is a new device entered.
async fn from(phone: &mut Phone<'_>, address: &str) -> Response {
    let op = phone.op(OFFICE, &Command::PrepareTablet {});
    let body = json!({ "sent_at": phone.app.clock.now(), "ops": [op] });
    let request = phone.request(Method::POST, "/api/v1/sync/push").json(&body);
    let request = request.header("x-forwarded-for", address);
    request.send().await.unwrap()
}

#[tokio::test]
async fn new_devices_that_flood_have_work_to_do_and_nobody_else_has() {
    let app = TestApp::with(|config| {
        config.behind_proxy = true;
        config.limits.new_devices = Rate::new(50, 1);
        config.limits.effort = Effort { least: 4, most: 12 };
    });
    let app = app.await;
    let mut honest = app.phone();
    assert_eq!(from(&mut honest, "10.0.0.1").await.status(), 200);
    let mut asked = 0;
    for _ in 0..80 {
        let answer = from(&mut app.phone(), "10.0.0.1").await;
        if answer.status() == 429 {
            assert!(answer.headers().contains_key("retry-after"));
            assert!(problem(answer).await.1.work.is_some());
            asked += 1;
        }
    }
    assert_eq!(asked, 31);
    // Known devices of that address go on, and so does everybody elsewhere.
    assert_eq!(from(&mut honest, "10.0.0.1").await.status(), 200);
    let told = honest.say(&booking(person(0), &["2026-11-25T08:30"])).await;
    assert!(matches!(told, OpResult::Applied { .. }));
    assert_eq!(from(&mut app.phone(), "10.0.0.2").await.status(), 200);
    // What a client claims about addresses before the proxy's own word does not help it.
    let forged = from(&mut app.phone(), "10.9.9.9, 10.0.0.1").await;
    assert_eq!(problem(forged).await.1.code, Code::TooManyRequests);
    // Whoever does the work is entered, once for all.
    let mut new = app.phone();
    let (_, told) = problem(from(&mut new, "10.0.0.1").await).await;
    let proof = told.work.unwrap().search(0, u64::MAX).unwrap();
    new.next_seq = 1;
    let op = new.op(OFFICE, &booking(person(1), &["2026-11-25T08:30"]));
    let body = json!({ "sent_at": app.clock.now(), "ops": [op] });
    let push = |phone: &Phone<'_>| {
        let request = phone.request(Method::POST, "/api/v1/sync/push").json(&body);
        let request = request.header("x-forwarded-for", "10.0.0.1");
        request.header(HEADER, proof.header()).send()
    };
    // Its proof is worth nothing in other hands.
    assert_eq!(push(&app.phone()).await.unwrap().status(), 429);
    assert_eq!(push(&new).await.unwrap().status(), 200);
    assert_eq!(from(&mut new, "10.0.0.1").await.status(), 200);
}

#[tokio::test]
async fn without_a_proxy_a_forged_address_is_not_believed() {
    let app = TestApp::with(|config| config.limits.new_devices = Rate::new(3, 1)).await;
    for n in 0..3 {
        assert_eq!(
            from(&mut app.phone(), &format!("10.0.0.{n}"))
                .await
                .status(),
            200
        );
    }
    assert_eq!(from(&mut app.phone(), "10.0.0.9").await.status(), 429);
}

#[tokio::test]
async fn one_device_that_floods_is_stopped_alone() {
    let app = TestApp::with(|config| config.limits.device = Rate::new(20, 1)).await;
    let (loud, mut honest) = (app.phone(), app.phone());
    honest.say(&Command::PrepareTablet {}).await;
    let mut refused = 0;
    for _ in 0..40 {
        refused += usize::from(loud.get("/api/v1/sync/pull").await.status() == 429);
    }
    assert_eq!(refused, 20);
    assert_eq!(honest.get("/api/v1/sync/pull").await.status(), 200);
    // A stranger who only knows the device's number cannot use up what it may send.
    let mut stranger = app.phone();
    stranger.device = honest.device;
    for _ in 0..40 {
        let (_, told) = problem(stranger.get("/api/v1/sync/pull").await).await;
        assert_eq!(told.code, Code::DeviceToken);
    }
    assert_eq!(honest.get("/api/v1/sync/pull").await.status(), 200);
}

/// Signs in from an address, with the work that was asked for.
async fn sign_in(
    phone: &Phone<'_>,
    address: &str,
    (username, password): (&str, &str),
    proof: Option<&Proof>,
) -> Response {
    let given = json!({ "username": username, "password": password });
    let request = phone.request(Method::POST, "/api/v1/session");
    let request = request.header("x-forwarded-for", address).json(&given);
    let request = match proof {
        Some(proof) => request.header(HEADER, proof.header()),
        None => request,
    };
    request.send().await.unwrap()
}

#[tokio::test]
async fn guesses_from_everywhere_slow_devices_that_the_account_never_used() {
    let app = TestApp::with(|config| {
        config.behind_proxy = true;
        config.limits.sign_in_effort = Effort { least: 4, most: 12 };
    });
    let app = app.await;
    let tablet = app.signed_in("operator.jelutung").await;
    let guess = ("operator.jelutung", "guess");
    let right = ("operator.jelutung", PASSWORD);
    let mut asked = 0;
    for n in 0..60 {
        let stranger = app.phone();
        let address = format!("10.0.{n}.1");
        let answer = sign_in(&stranger, &address, guess, None).await;
        if answer.status() == 401 {
            continue;
        }
        let (status, told) = problem(answer).await;
        assert_eq!((status, told.code), (429, Code::TooManyRequests));
        asked += 1;
        let proof = told.work.unwrap().search(0, u64::MAX);
        // Work is worth one try, and whoever guesses on has ever more of it.
        let tried = sign_in(&stranger, &address, guess, proof.as_ref()).await;
        assert_eq!(tried.status(), 401);
        let again = sign_in(&stranger, &address, guess, proof.as_ref()).await;
        assert_eq!(again.status(), 429);
    }
    assert_eq!(asked, 50);
    // The clerk at half past seven, on the tablet of every day, behind the attacked address too.
    assert_eq!(tablet.get("/api/v1/session").await.status(), 200);
    let clerk = sign_in(&tablet, "10.0.9.1", right, None).await;
    assert_eq!(clerk.status(), 200);
    // On a new tablet the work comes first, and then it goes on.
    let new = app.phone();
    let (_, told) = problem(sign_in(&new, "10.0.9.1", right, None).await).await;
    let work = told.work.unwrap();
    assert_eq!(work.bits, 12);
    let proof = work.search(0, u64::MAX);
    let entered = sign_in(&new, "10.0.9.1", right, proof.as_ref()).await;
    assert_eq!(entered.status(), 200);
    // Colleagues are not asked.
    let colleague = ("operator2.jelutung", PASSWORD);
    let other = sign_in(&app.phone(), "10.0.9.1", colleague, None).await;
    assert_eq!(other.status(), 200);
}

/// A thief of the tablet guesses no faster than before, and takes nothing from other devices.
#[tokio::test]
async fn guesses_on_the_clerks_own_tablet_stop_there() {
    let app = TestApp::start().await;
    let mut tablet = app.signed_in("operator.jelutung").await;
    let mut codes = Vec::new();
    for _ in 0..9 {
        let told = tablet.sign_in("operator.jelutung", "guess").await;
        codes.push(told.unwrap_err().code);
    }
    assert_eq!(codes.pop(), Some(Code::TooManyRequests));
    let mut other = app.phone();
    assert!(other.sign_in("operator.jelutung", PASSWORD).await.is_ok());
}

/// Many honest phones behind one carrier's address on the morning when booking opens.
#[tokio::test]
async fn five_hundred_phones_behind_one_address_all_book() {
    let app = TestApp::start().await;
    let mut asked = tokio::task::JoinSet::new();
    for n in 0..500 {
        let mut phone = app.phone();
        let wish = booking(person(n % 60), &["2026-11-25T08:30"]);
        let op = phone.op(tests::harness::OFFICE, &wish);
        let body = json!({ "sent_at": app.clock.now(), "ops": [op] });
        let request = phone.request(Method::POST, "/api/v1/sync/push").json(&body);
        asked.spawn(request.send());
    }
    while let Some(answer) = asked.join_next().await {
        assert_eq!(answer.unwrap().unwrap().status(), 200);
    }
}
