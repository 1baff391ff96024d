//! What strangers leave behind: no offices, no workers, and nothing that belongs to an office itself.

use std::time::Duration;

use serde_json::Value;
use server::{batch::Batcher, store::clocks, system};
use shared::{
    command::Command,
    envelope::Actor,
    ids::{DeviceId, OfficeId, UserId},
    problem::Code,
    sync::OpResult,
};
use tests::{
    harness::{Phone, TestApp, problem},
    sim::people,
};
use uuid::Uuid;

fn set_up(id: OfficeId) -> Command {
    let mut office = people::office();
    office.id = id;
    let office = Box::new(office);
    Command::SetOffice { office }
}

fn applied(result: &OpResult) -> bool {
    matches!(result, OpResult::Applied { .. })
}

async fn offices(app: &TestApp) -> usize {
    let mut tx = app.app.backend.db.read().await.unwrap();
    clocks::all(&mut tx).await.unwrap().len()
}

fn bogus(phone: &mut Phone<'_>, from: i64) -> Vec<Value> {
    let all = from..from + 50;
    all.map(|n| {
        let id = OfficeId(n.try_into().unwrap());
        let mut op = phone.op(id, &set_up(id));
        let user = Actor::User(UserId(Uuid::from_u128(7)));
        if n % 2 == 0 {
            op["actor"] = serde_json::to_value(user).unwrap();
        }
        op
    })
    .collect()
}

#[tokio::test]
async fn offices_that_nobody_set_up_leave_no_rows_and_no_workers() {
    let app = TestApp::start().await;
    let before = (offices(&app).await, app.app.backend.batcher.workers());
    for n in 0..4 {
        let mut phone = app.phone();
        let ops = bogus(&mut phone, 1_000 + 50 * n);
        let pushed = phone.push(&ops).await;
        assert_eq!(pushed.results.len(), ops.len());
        assert!(!pushed.results.iter().any(|answer| applied(&answer.result)));
    }
    let after = (offices(&app).await, app.app.backend.batcher.workers());
    // What belongs to no office is answered by the deployment.
    assert!(
        after.0 <= before.0 + 1 && after.1 <= before.1 + 1,
        "{before:?} {after:?}"
    );
}

#[tokio::test]
async fn a_worker_without_work_ends_and_another_takes_up_its_work() {
    let app = TestApp::start().await;
    let backend = &app.app.backend;
    let batcher: Batcher = backend.batcher.clone().with_idle(Duration::from_millis(50));
    for n in 0..3 {
        let id = OfficeId(500 + n);
        let commands = vec![set_up(id)];
        let said = system::say(&backend.db, &batcher, &app.clock, id, commands).await;
        assert!(applied(&said.unwrap()[0].result));
    }
    while batcher.workers() > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // Sent at the very moment when workers end, nothing is lost.
    for _ in 0..40 {
        let id = OfficeId(500);
        let commands = vec![set_up(id)];
        let said = system::say(&backend.db, &batcher, &app.clock, id, commands).await;
        assert!(applied(&said.unwrap()[0].result));
        tokio::time::sleep(Duration::from_millis(49)).await;
    }
    batcher.shutdown().await;
}

/// Whoever holds it could count its queue to the end, and the office could never be set up.
#[tokio::test]
async fn nobody_registers_as_the_device_of_an_office_to_come() {
    let app = TestApp::start().await;
    let id = OfficeId(77);
    let mut thief = app.phone();
    thief.device = DeviceId::system(id);
    let (status, told) = problem(thief.get("/api/v1/sync/pull").await).await;
    assert_eq!((status, told.code), (401, Code::DeviceToken));
    let op = thief.op(OfficeId(1), &Command::PrepareTablet {});
    let (_, told) = problem(thief.push_ops(&[op]).await).await;
    assert_eq!(told.code, Code::DeviceToken);
    let backend = &app.app.backend;
    let commands = vec![set_up(id)];
    let said = system::say(&backend.db, &backend.batcher, &app.clock, id, commands).await;
    assert!(applied(&said.unwrap()[0].result));
}
