//! Ids of what an office says itself: they are made from names that everybody can read, and an op that
//! took one first would keep the office silent.

use chrono::{NaiveDate, TimeDelta};
use server::{store::ops, system};
use shared::{
    booking::{Booking, State},
    command::{Command, Receipt},
    ids::{DeviceId, OpId},
    problem::Code,
    sync::OpResult,
};
use tests::harness::{OFFICE, TestApp, booking, person, problem, rows};
use uuid::Uuid;

const SLOT: &str = "2026-11-23T08:30";

fn named(of: Uuid, name: &str) -> OpId {
    OpId(Uuid::new_v5(&of, name.as_bytes()))
}

#[tokio::test]
async fn nobody_takes_the_ids_of_what_the_office_will_say() {
    let app = TestApp::start().await;
    let mut phone = app.phone();
    let OpResult::Applied {
        receipt: Receipt::Booking { booking: own },
        ..
    } = phone.say(&booking(person(0), &[SLOT])).await
    else {
        panic!("no booking");
    };
    let slot = own.slot;
    assert!(slot.is_some());
    let today: NaiveDate = "2026-11-23".parse().unwrap();
    let missed = named(own.id.0, &format!("no-show/{slot:?}"));
    let round = named(
        DeviceId::system(OFFICE).0,
        &format!("round/{today}/{today}"),
    );

    let mut stranger = app.phone();
    for id in [missed, round] {
        let mut op = stranger.op(OFFICE, &Command::PrepareTablet {});
        op["op_id"] = id.to_string().into();
        let (status, told) = problem(stranger.push_ops(&[op]).await).await;
        assert_eq!((status, told.code), (400, Code::Malformed));
        stranger.next_seq -= 1;
    }

    app.clock.advance(TimeDelta::hours(5));
    let backend = &app.app.backend;
    let given = system::tick(&backend.db, &backend.batcher, &app.clock);
    given.await.unwrap();
    let mut tx = backend.db.read().await.unwrap();
    let said = ops::settled(&mut tx, &[missed, round]).await.unwrap();
    drop(tx);
    for id in [missed, round] {
        let result = &said[&id].result;
        assert!(matches!(result, OpResult::Applied { .. }), "{result:?}");
    }
    let seen: Vec<Booking> = rows(&phone.pull_all().await);
    assert_eq!(seen[0].state, State::NoShow);
}
