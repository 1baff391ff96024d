use super::*;
use crate::{
    decide::{Side, Who},
    envelope::{Actor, Head},
    fixtures::{OFFICE, device, monday, office},
    ids::BookingId,
    row::Row,
};
use chrono::TimeDelta;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A wish that is always turned down: the booking does not exist.
fn op(id: u128, seq: u64) -> Value {
    let head = Head {
        op_id: OpId(Uuid::from_u128(id)),
        device_id: device(1),
        seq,
        office: OFFICE,
        actor: Actor::Resident,
        device_time: monday(),
    };
    let booking = BookingId(Uuid::from_u128(5));
    let envelope = Envelope::new(head, &Command::CancelBooking { booking }).unwrap();
    serde_json::to_value(envelope).unwrap()
}

fn read(op: &Value) -> Incoming {
    Incoming::read(device(1), op).unwrap()
}

fn ctx() -> Context<'static> {
    Context {
        side: Side::Server,
        now: monday(),
        shift: TimeDelta::zero(),
        who: Who::resident(),
        nik_keys: BTreeMap::new(),
        signer: None,
        staff_devices: BTreeMap::new(),
        marked: false,
    }
}

fn take_one(memory: &mut Memory, op: &Incoming) -> Step {
    let mut world = World::default();
    let office = Row::from(office());
    world.load(office.key(), Some(office));
    for key in [device(1).into(), BookingId(Uuid::from_u128(5)).into()] {
        world.load(key, None);
    }
    take(memory, &mut world, op, Ok(&ctx()), 1).unwrap()
}

fn answer(step: Step) -> OpAnswer {
    match step {
        Step::Done(done) => done.answer,
        Step::Stop(stopped) => panic!("{stopped:?}"),
    }
}

fn stop(step: Step) -> (Code, u64) {
    match step {
        Step::Stop(stopped) => (stopped.code, stopped.expected),
        Step::Done(done) => panic!("{:?}", done.answer),
    }
}

fn rejected() -> OpResult {
    OpResult::Rejected(Code::NotFound.into())
}

#[test]
fn a_rejection_takes_its_place_and_a_repeat_gets_the_same_answer() {
    let mut memory = Memory::default();
    let first = answer(take_one(&mut memory, &read(&op(1, 1))));
    assert_eq!((first.result.clone(), first.replayed), (rejected(), false));
    assert_eq!(memory.last_seq[&device(1)], 1);
    let again = answer(take_one(&mut memory, &read(&op(1, 1))));
    assert_eq!((again.result, again.replayed), (rejected(), true));
    assert_eq!(memory.last_seq[&device(1)], 1);
}

#[test]
fn gaps_and_forks_stop_and_say_what_is_expected() {
    let mut memory = Memory::default();
    take_one(&mut memory, &read(&op(1, 1)));
    assert_eq!(
        stop(take_one(&mut memory, &read(&op(3, 3)))),
        (Code::SeqGap, 2)
    );
    assert_eq!(
        stop(take_one(&mut memory, &read(&op(9, 1)))),
        (Code::DeviceForked, 2)
    );
    assert_eq!(
        stop(take_one(&mut memory, &read(&op(9, 0)))),
        (Code::DeviceForked, 2)
    );
    assert_eq!(memory.last_seq[&device(1)], 1, "nothing was taken");
    let mut declared = read(&op(5, 5));
    declared.after_gap = true;
    assert_eq!(answer(take_one(&mut memory, &declared)).result, rejected());
    assert_eq!(memory.last_seq[&device(1)], 5);
}

/// A copied profile took a new identity and renumbered: the op keeps its id and its answer.
#[test]
fn a_known_op_in_a_new_place_advances_without_a_second_effect() {
    let mut memory = Memory::default();
    take_one(&mut memory, &read(&op(1, 1)));
    let mut moved = op(1, 1);
    moved["device_id"] = serde_json::to_value(device(2)).unwrap();
    let moved = Incoming::read(device(2), &moved).unwrap();
    let again = answer(take_one(&mut memory, &moved));
    assert_eq!((again.result, again.replayed), (rejected(), true));
    assert_eq!(memory.last_seq[&device(2)], 1);
}

#[test]
fn the_same_id_with_other_words_is_quarantined() {
    let mut memory = Memory::default();
    take_one(&mut memory, &read(&op(1, 1)));
    let mut changed = op(1, 2);
    changed["payload"]["booking"] = serde_json::to_value(Uuid::from_u128(6)).unwrap();
    let result = answer(take_one(&mut memory, &read(&changed))).result;
    let code = Code::OpChanged;
    assert_eq!(result, OpResult::Quarantined { code });
    assert_eq!(
        memory.settled[&OpId(Uuid::from_u128(1))].result,
        rejected(),
        "the first stands"
    );
}

#[test]
fn one_bad_op_blocks_nobody() {
    let mut memory = Memory::default();
    let code = Code::Undecodable;
    let mut cases = vec![op(1, 1), op(2, 2), op(3, 3), op(4, 4)];
    cases[0]["kind"] = "no_such_kind".into();
    cases[1]["payload"] = "no such payload".into();
    cases[2]["device_time"] = "yesterday".into();
    cases[3]["device_id"] = serde_json::to_value(device(7)).unwrap();
    for case in &cases {
        let result = answer(take_one(&mut memory, &read(case))).result;
        assert_eq!(result, OpResult::Quarantined { code }, "{case}");
    }
    assert_eq!(
        answer(take_one(&mut memory, &read(&op(5, 5)))).result,
        rejected()
    );
    for illegible in [
        serde_json::json!(null),
        serde_json::json!({"seq": 1}),
        serde_json::json!([]),
    ] {
        assert!(Incoming::read(device(1), &illegible).is_none());
    }
}

#[test]
fn other_versions_wait_where_they_are() {
    for (v, code) in [
        (Command::VERSION + 1, Code::UpgradePending),
        (0, Code::AppTooOld),
    ] {
        let mut memory = Memory::default();
        let mut op = op(1, 1);
        op["v"] = v.into();
        assert_eq!(stop(take_one(&mut memory, &read(&op))), (code, 1));
        assert!(
            memory.last_seq.is_empty() && memory.settled.is_empty(),
            "it can come again"
        );
    }
}

#[test]
fn an_op_of_nobody_is_kept_and_the_queue_goes_on() {
    let mut memory = Memory::default();
    let code = Code::ActorUnknown;
    let mut world = World::default();
    let step = take(&mut memory, &mut world, &read(&op(1, 1)), Err(code), 1).unwrap();
    assert_eq!(answer(step).result, OpResult::Quarantined { code });
    assert_eq!(memory.last_seq[&device(1)], 1);
}

#[test]
fn the_last_number_there_is_does_not_break_the_count() {
    let mut memory = Memory::default();
    let mut last = read(&op(1, u64::MAX));
    last.after_gap = true;
    take_one(&mut memory, &last);
    let (code, _) = stop(take_one(&mut memory, &read(&op(2, 1))));
    assert_eq!(code, Code::DeviceForked);
}

#[test]
fn what_an_op_says_makes_its_hash() {
    let hash = |op: &Value| read(op).hash;
    let (first, mut other) = (op(1, 1), op(1, 2));
    assert_eq!(hash(&first), hash(&other), "its place is not what it says");
    other["actor"] = "system".into();
    assert_ne!(hash(&first), hash(&other));
}
