//! Ops that are malformed, oversized, duplicated, reordered, replayed, or of the future: nothing is
//! lost, nothing happens twice, and the answer says which.

use chrono::{DateTime, Utc};
use serde_json::json;
use shared::{
    booking::State,
    command::Receipt,
    ids::OpId,
    lockbox,
    problem::Code,
    sync::{FieldProblem, OpResult, PUSH_TAKEN},
};
use std::time::Duration;
use tests::harness::{OFFICE, Phone, TestApp, booking, person, problem};

const SLOT: &str = "2026-11-25T08:30";

async fn bookings_of(phone: &Phone<'_>) -> usize {
    let pulled = phone.pull_all().await;
    let bookings = pulled
        .changes
        .iter()
        .filter(|c| c.entity.as_str() == "booking");
    bookings.count()
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_whole() {
    let app = TestApp::start().await;
    let mut phone = app.phone();
    let op = phone.op(OFFICE, &booking(person(0), &[SLOT]));
    let many: Vec<_> = (0..51).map(|_| op.clone()).collect();
    let mut placeless = op.clone();
    placeless.as_object_mut().unwrap().remove("seq");
    let push =
        |ops: serde_json::Value| json!({ "sent_at": app.clock.now(), "ops": ops }).to_string();
    for (body, status, code) in [
        ("{".to_owned(), 400, Code::Malformed),
        ("[]".to_owned(), 400, Code::Malformed),
        (push(json!("none")), 400, Code::Malformed),
        (push(json!([op, 5])), 400, Code::Malformed),
        (push(json!([placeless])), 400, Code::Malformed),
        (push(json!(many)), 400, Code::TooManyOps),
        (push(json!(["x".repeat(PUSH_TAKEN)])), 413, Code::TooLarge),
    ] {
        let (got, problem) = problem(phone.push_raw(body).await).await;
        assert_eq!((got, problem.code), (status, code));
    }
    let (_, named) = problem(phone.push_ops(&[op.clone(), json!({})]).await).await;
    let field = FieldProblem {
        field: "ops[1]".to_owned(),
        code: "undecodable".to_owned(),
    };
    assert_eq!(named.errors, [field]);
    // None of it was taken, so the op is still the first.
    let pushed = phone.push(&[op]).await;
    assert_eq!(pushed.last_seq, 1);
    assert_eq!(bookings_of(&phone).await, 1);
}

#[tokio::test]
async fn an_op_that_cannot_be_decoded_does_not_hold_up_the_others() {
    let app = TestApp::start().await;
    let mut phone = app.phone();
    let mut strange = phone.op(OFFICE, &booking(person(0), &[SLOT]));
    strange["payload"] = json!({ "who": "nobody" });
    let mut unknown = phone.op(OFFICE, &booking(person(0), &[SLOT]));
    unknown["kind"] = json!("make_coffee");
    let mut torn = phone.op(OFFICE, &booking(person(0), &[SLOT]));
    torn.as_object_mut().unwrap().remove("office");
    let good = phone.op(OFFICE, &booking(person(0), &[SLOT]));
    let pushed = phone.push(&[strange, unknown, torn, good]).await;
    let codes: Vec<_> = pushed
        .results
        .iter()
        .map(|answer| match &answer.result {
            OpResult::Quarantined { code } => Some(*code),
            _ => None,
        })
        .collect();
    let aside = Some(Code::Undecodable);
    assert_eq!(codes, [aside, aside, aside, None]);
    assert_eq!(pushed.last_seq, 4);
    assert_eq!(bookings_of(&phone).await, 1);
}

#[tokio::test]
async fn a_repeat_gets_the_first_answer_and_happens_once() {
    let app = TestApp::start().await;
    let mut phone = app.phone();
    let op = phone.op(OFFICE, &booking(person(0), &[SLOT]));
    let first = phone.push(std::slice::from_ref(&op)).await;
    // The answer was lost, or a proxy sent the request twice.
    let again = phone.push(&[op.clone(), op.clone()]).await;
    assert!(!first.results[0].replayed);
    for answer in &again.results {
        assert!(answer.replayed);
        assert_eq!(answer.result, first.results[0].result);
    }
    assert_eq!(again.last_seq, 1);
    assert_eq!(bookings_of(&phone).await, 1);

    // The same id with other content is not the same op.
    let mut changed = op;
    changed["payload"]["priority"] = json!(true);
    let pushed = phone.push(&[changed]).await;
    let code = Code::OpChanged;
    assert_eq!(pushed.results[0].result, OpResult::Quarantined { code });
}

#[tokio::test]
async fn what_comes_out_of_order_waits() {
    let app = TestApp::start().await;
    let mut phone = app.phone();
    let first = phone.op(OFFICE, &booking(person(0), &[SLOT]));
    let second = phone.op(OFFICE, &booking(person(1), &[SLOT]));
    let (status, gap) = problem(phone.push_ops(std::slice::from_ref(&second)).await).await;
    assert_eq!(
        (status, gap.code, gap.expected),
        (409, Code::SeqGap, Some(1))
    );
    assert_eq!(bookings_of(&phone).await, 0);
    let pushed = phone.push(&[first, second]).await;
    assert_eq!((pushed.last_seq, pushed.results.len()), (2, 2));

    // Another op in a place that is taken: this device was copied.
    let mut copy = phone.op(OFFICE, &booking(person(2), &[SLOT]));
    copy["seq"] = json!(2);
    let pushed = phone.push(&[copy]).await;
    let stopped = pushed.stopped.unwrap();
    assert_eq!((stopped.code, stopped.expected), (Code::DeviceForked, 3));
}

#[tokio::test]
async fn an_op_of_the_future_waits_and_those_before_it_are_taken() {
    let app = TestApp::start().await;
    let mut phone = app.phone();
    let first = phone.op(OFFICE, &booking(person(0), &[SLOT]));
    let mut future = phone.op(OFFICE, &booking(person(1), &[SLOT]));
    future["v"] = json!(2);
    let pushed = phone.push(&[first, future.clone()]).await;
    let stopped = pushed.stopped.unwrap();
    assert_eq!((stopped.code, stopped.expected), (Code::UpgradePending, 2));
    let (status, waits) = problem(phone.push_ops(&[future.clone()]).await).await;
    assert_eq!(
        (status, waits.code, waits.expected),
        (503, Code::UpgradePending, Some(2))
    );
    future["v"] = json!(0);
    let (status, old) = problem(phone.push_ops(&[future.clone()]).await).await;
    assert_eq!(
        (status, old.code, old.expected),
        (426, Code::AppTooOld, Some(2))
    );
    // The server was updated: the op is taken where it stood.
    future["v"] = json!(1);
    assert_eq!(phone.push(&[future]).await.last_seq, 2);
}

#[tokio::test]
async fn a_booking_on_the_roll_is_confirmed_at_once_with_a_ticket() {
    let app = TestApp::start().await;
    let mut phone = app.phone();
    let OpResult::Applied {
        receipt: Receipt::Booking { booking: made },
        ..
    } = phone.say(&booking(person(0), &[SLOT])).await
    else {
        panic!("not booked");
    };
    assert_eq!(made.state, State::Confirmed);
    let keys = &app.app.backend.keys.ticket_keys(app.clock.now());
    let ticket = shared::ticket::Ticket::verify(made.ticket.as_ref().unwrap(), keys).unwrap();
    assert_eq!(ticket.booking, made.id);
    // 08:30 WIB.
    let starts: DateTime<Utc> = "2026-11-25T01:30:00Z".parse().unwrap();
    assert_eq!(ticket.starts, starts);
}

#[tokio::test]
async fn an_op_id_is_known_whichever_device_brings_it() {
    let app = TestApp::start().await;
    let mut phone = app.phone();
    let op = phone.op(OFFICE, &booking(person(0), &[SLOT]));
    let first = phone.push(std::slice::from_ref(&op)).await;
    // After a fork the same op comes under another device and number.
    let fork = app.phone();
    let mut moved = op;
    moved["device_id"] = json!(fork.device);
    let again = fork.push(&[moved]).await;
    assert!(again.results[0].replayed);
    assert_eq!(again.results[0].result, first.results[0].result);
    let id: OpId = again.results[0].op_id;
    assert_eq!(id, first.results[0].op_id);
}

/// Whoever watches the server learns that nothing is committed any more, and when it goes on.
#[tokio::test]
async fn health_fails_while_ops_wait_for_too_long() {
    let app = TestApp::with(|config| config.stalled_after = Duration::from_millis(50)).await;
    let health = || async { app.get("/api/v1/health").await.status().as_u16() };
    let until = |wanted: u16| async move {
        let end = tokio::time::Instant::now() + Duration::from_secs(20);
        while health().await != wanted {
            assert!(tokio::time::Instant::now() < end, "never {wanted}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    assert_eq!(health().await, 200);
    let mut phone = app.phone();
    phone.say(&booking(person(1), &[SLOT])).await;
    let busy = app.app.backend.db.write().await.unwrap();
    let op = phone.op(OFFICE, &booking(person(0), &[SLOT]));
    let watching = async {
        until(503).await;
        drop(busy);
        until(200).await;
    };
    let (pushed, ()) = tokio::join!(phone.push(std::slice::from_ref(&op)), watching);
    assert!(matches!(pushed.results[0].result, OpResult::Applied { .. }));
}

/// A device closed what it had settled, and the server was restored from a backup of before.
#[tokio::test]
async fn a_closed_op_is_taken_for_what_it_says_and_for_nothing_else() {
    let app = TestApp::start().await;
    let clerk = app.signed_in("operator.jelutung").await;
    let key = clerk.account.as_ref().unwrap().lockbox.clone().unwrap();
    let close = |op: &serde_json::Value| {
        let mut closed = op.clone();
        let id = op["op_id"].as_str().unwrap().parse().unwrap();
        closed["payload"] = lockbox::close(&key, id, &op["payload"], [3; 32]).unwrap();
        closed
    };
    let mut phone = app.phone();
    let first = phone.op(OFFICE, &booking(person(41), &["2026-11-25T08:30"]));
    let nik = person(41).nik.unwrap().as_str().to_owned();
    assert!(first.to_string().contains(&nik) && !close(&first).to_string().contains(&nik));
    let taken = phone.push(&[close(&first)]).await;
    assert!(
        matches!(taken.results[0].result, OpResult::Applied { .. }),
        "{taken:?}"
    );
    // Open or closed again, it is the same op.
    for again in [first.clone(), close(&first)] {
        let told = phone.push(&[again]).await;
        assert!(told.results[0].replayed);
        assert_eq!(told.results[0].result, taken.results[0].result);
    }
    // What was closed for another op says nothing here.
    let mut second = phone.op(OFFICE, &booking(person(42), &["2026-11-25T08:30"]));
    second["payload"] = close(&first)["payload"].clone();
    let code = Code::Undecodable;
    let told = phone.push(&[second]).await;
    assert_eq!(told.results[0].result, OpResult::Quarantined { code });
}
