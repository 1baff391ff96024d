//! The batcher: order, repeats, gaps, clones, rights, and what cannot be saved.

use crate::base::{Base, MONDAY, Phone, TUESDAY, booking, office};
use server::{
    batch,
    store::{accounts, clocks, devices},
};
use shared::{
    command::{Command, Receipt},
    envelope::Actor,
    ids::{BookingId, OfficeId, UserId},
    problem::Code,
    sync::{OpResult, Pushed, Role},
};
use tests::sim::people;
use uuid::Uuid;

fn applied(result: &OpResult) -> bool {
    matches!(result, OpResult::Applied { .. })
}

fn quarantined(pushed: &Pushed, n: usize) -> Option<Code> {
    match &pushed.results[n].result {
        OpResult::Quarantined { code } => Some(*code),
        _ => None,
    }
}

pub async fn a_repeat_gets_the_stored_answer(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    let mut phone = Phone::new();
    let op = phone.book(1, MONDAY, false);
    let first = base.push(&phone, vec![op.clone()]).await;
    assert!(
        applied(&first.results[0].result) && !first.results[0].replayed,
        "{first:?}"
    );
    let again = base.push(&phone, vec![op.clone(), op]).await;
    for answer in &again.results {
        assert!(answer.replayed);
        assert_eq!(answer.result, first.results[0].result);
    }
    assert_eq!(
        (again.results.len(), again.last_seq, again.stopped),
        (2, 1, None)
    );
    let booked = base
        .count("SELECT count(*) FROM record WHERE entity = 'booking'")
        .await;
    assert_eq!(booked, 1);
    base.assert_clean().await;
}

pub async fn a_changed_repeat_is_put_aside(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    let mut phone = Phone::new();
    let mut op = phone.book(1, MONDAY, false);
    base.push(&phone, vec![op.clone()]).await;
    op["payload"]["choices"][0] = TUESDAY.into();
    let pushed = base.push(&phone, vec![op]).await;
    assert_eq!(quarantined(&pushed, 0), Some(Code::OpChanged));
    base.assert_clean().await;
}

pub async fn a_gap_stops_and_can_be_declared(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    let mut phone = Phone::new();
    phone.seq = 4;
    let op = phone.book(1, MONDAY, false);
    let stopped = base.push(&phone, vec![op.clone()]).await;
    assert!(stopped.results.is_empty());
    let stop = stopped.stopped.unwrap();
    assert_eq!(
        (stop.code, stop.expected, stopped.last_seq),
        (Code::SeqGap, 1, 0)
    );
    let taken = base.send(&phone, true, vec![op]).await;
    assert!(applied(&taken.results[0].result), "{taken:?}");
    assert_eq!(taken.last_seq, 5);
    let noted = "SELECT count(*) FROM audit WHERE kind = 'gap' AND result = '1..5'";
    assert_eq!(base.count(noted).await, 1);
    base.assert_clean().await;
}

pub async fn a_clone_is_told_to_fork(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    let mut phone = Phone::new();
    let op = phone.book(1, MONDAY, false);
    base.push(&phone, vec![op]).await;
    phone.seq = 0;
    let op = phone.book(2, MONDAY, false);
    let pushed = base.push(&phone, vec![op]).await;
    let stop = pushed.stopped.unwrap();
    assert_eq!((stop.code, stop.expected), (Code::DeviceForked, 2));
}

/// One person's rows are refused by the database for a reason that no rule foresees.
pub async fn an_op_that_cannot_be_saved_spoils_no_other(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    base.meddle(
        "CREATE TRIGGER refuse BEFORE INSERT ON record WHEN NEW.data LIKE '%Jonggrang%'
         BEGIN SELECT RAISE(ABORT, 'refused'); END",
        "ALTER TABLE record ADD CHECK (data NOT LIKE '%Jonggrang%')",
    )
    .await;
    let mut phone = Phone::new();
    let mut ops: Vec<_> = (0..3).map(|n| phone.book(n, MONDAY, false)).collect();
    ops[1]["payload"]["who"]["new"]["name"] = "Roro Jonggrang".into();
    let pushed = base.push(&phone, ops).await;
    assert_eq!(pushed.results.len(), 3, "{pushed:?}");
    assert!(applied(&pushed.results[0].result) && applied(&pushed.results[2].result));
    assert_eq!(quarantined(&pushed, 1), Some(Code::Unsaveable));
    assert_eq!(pushed.last_seq, 3);
    base.assert_clean().await;
}

/// A decision that looks at more than it may ends, and only its op is put aside.
pub async fn an_op_of_too_many_steps_spoils_no_other(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    let mut phone = Phone::new();
    // A booking looks at the person, the device and the slot; an unknown one is not there to cancel.
    let booking = BookingId(Uuid::new_v4());
    let unknown = Command::CancelBooking { booking };
    let ops = vec![
        phone.op(Actor::Resident, &unknown),
        phone.book(1, MONDAY, false),
        phone.op(Actor::Resident, &unknown),
    ];
    let push = shared::sync::Push {
        sent_at: base.clock.now(),
        declare_gap: false,
        seals: Vec::new(),
        ops,
    };
    let strict = base.another_batcher().with_budget(4);
    let pushed = strict.submit(phone.submission(push)).await.unwrap();
    assert_eq!(pushed.results.len(), 3, "{pushed:?}");
    for n in [0, 2] {
        assert!(
            matches!(pushed.results[n].result, OpResult::Rejected(_)),
            "{pushed:?}"
        );
    }
    assert_eq!(quarantined(&pushed, 1), Some(Code::TooLarge));
    assert_eq!(pushed.last_seq, 3);
    // With the usual budget it is taken from there.
    let id = pushed.results[1].op_id;
    let again = batch::retry(&base.db, &base.clock, &base.keys, &base.pokes, id, false).await;
    assert!(applied(&again.unwrap().unwrap()));
    base.assert_clean().await;
}

/// While one batch does not end, the office says how long it waits; afterwards nothing waits.
pub async fn a_batch_that_does_not_end_is_seen(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    assert_eq!(base.batcher.stalled_for(), None);
    let mut tx = base.db.write().await.unwrap();
    clocks::lock(&mut tx, people::OFFICE).await.unwrap();
    let mut phone = Phone::new();
    let op = phone.book(1, MONDAY, false);
    let pushing = base.push(&phone, vec![op]);
    let looking = async {
        while base.batcher.stalled_for().is_none_or(|time| time.is_zero()) {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        drop(tx);
    };
    let (pushed, ()) = tokio::join!(pushing, looking);
    assert!(applied(&pushed.results[0].result), "{pushed:?}");
    while base.batcher.stalled_for().is_some() {
        tokio::task::yield_now().await;
    }
}

/// A disk that is full, or whatever else lets every batch fail: the office says since when nothing was committed.
pub async fn batches_that_fail_are_seen(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    base.meddle(
        "CREATE TRIGGER refuse BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END",
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
            AS 'BEGIN RAISE EXCEPTION ''no''; END';
        CREATE TRIGGER refuse BEFORE INSERT ON audit EXECUTE FUNCTION refuse()",
    )
    .await;
    let mut phone = Phone::new();
    let op = phone.book(1, MONDAY, false);
    let push = || shared::sync::Push {
        sent_at: base.clock.now(),
        declare_gap: false,
        seals: Vec::new(),
        ops: vec![op.clone()],
    };
    let mut before = None;
    for _ in 0..3 {
        let refused = base.batcher.submit(phone.submission(push())).await;
        assert!(refused.is_err(), "{refused:?}");
        let stalled = base.batcher.stalled_for();
        assert!(stalled.is_some() && stalled > before, "{stalled:?}");
        before = stalled;
    }
    base.meddle("DROP TRIGGER refuse", "DROP TRIGGER refuse ON audit")
        .await;
    let pushed = base.push(&phone, vec![op.clone()]).await;
    assert!(applied(&pushed.results[0].result), "{pushed:?}");
    assert_eq!(base.batcher.stalled_for(), None);
}

/// A transaction that hangs keeps the server from nothing but its commit.
pub async fn a_batch_that_never_ends_does_not_hold_up_the_stop(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    let mut tx = base.db.write().await.unwrap();
    clocks::lock(&mut tx, people::OFFICE).await.unwrap();
    let mut phone = Phone::new();
    let op = phone.book(1, MONDAY, false);
    let stopping = async {
        while base.batcher.stalled_for().is_none() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        let patience = std::time::Duration::from_secs(40);
        tokio::time::timeout(patience, base.close()).await
    };
    let push = shared::sync::Push {
        sent_at: base.clock.now(),
        declare_gap: false,
        seals: Vec::new(),
        ops: vec![op],
    };
    let (refused, stopped) = tokio::join!(base.batcher.submit(phone.submission(push)), stopping);
    assert!(
        refused.is_err() && stopped.is_ok(),
        "{refused:?} {stopped:?}"
    );
    drop(tx);
}

/// A phone says again and again that it keeps what nobody wants to take: applied, and nothing of it grows.
pub async fn what_changes_nothing_is_kept_as_what_was_turned_down(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    let mut phone = Phone::new();
    let op = phone.book(0, MONDAY, false);
    let pushed = base.push(&phone, vec![op]).await;
    let OpResult::Applied {
        receipt: Receipt::Booking { booking },
        ..
    } = &pushed.results[0].result
    else {
        panic!("{pushed:?}")
    };
    let keep = Command::KeepPhones {
        resident: booking.resident,
    };
    for _ in 0..6 {
        let ops = (0..50).map(|_| phone.op(Actor::Resident, &keep)).collect();
        let pushed = base.push(&phone, ops).await;
        assert!(pushed.results.iter().all(|answer| applied(&answer.result)));
    }
    // The booking, and the answers to the last 200.
    let kept = base.count("SELECT count(*) FROM op").await;
    assert!((200..=202).contains(&(kept - 1)), "{kept}");
    base.assert_clean().await;
}

pub async fn a_restart_forgets_nothing(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    let mut phone = Phone::new();
    let first = phone.book(1, MONDAY, false);
    let before = base.push(&phone, vec![first.clone()]).await;
    base.batcher.clone().shutdown().await;

    let restarted = base.another_batcher();
    let second = phone.book(2, MONDAY, false);
    let push = shared::sync::Push {
        sent_at: base.clock.now(),
        declare_gap: false,
        seals: Vec::new(),
        ops: vec![first, second],
    };
    let pushed = restarted.submit(phone.submission(push)).await.unwrap();
    assert_eq!(pushed.results[0].result, before.results[0].result);
    assert!(
        pushed.results[0].replayed && applied(&pushed.results[1].result),
        "{pushed:?}"
    );
    assert_eq!((pushed.last_seq, pushed.epoch), (2, before.epoch));
    base.assert_clean().await;
}

pub async fn actors_need_their_rights(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    let mut tablet = Phone::new();
    let operator = base.staff(tablet.id, Role::Operator, None).await;
    let stranger = UserId(Uuid::new_v4());
    let prepare = Command::PrepareTablet {};
    let ops = vec![
        tablet.op(Actor::User(operator), &prepare),
        tablet.op(Actor::User(stranger), &prepare),
        tablet.op(Actor::System, &prepare),
        tablet.op(Actor::Resident, &prepare),
    ];
    let pushed = base.push(&tablet, ops).await;
    assert!(applied(&pushed.results[0].result), "{pushed:?}");
    assert_eq!(quarantined(&pushed, 1), Some(Code::ActorUnknown));
    assert_eq!(quarantined(&pushed, 2), Some(Code::NotAllowed));
    assert!(
        matches!(&pushed.results[3].result, OpResult::Rejected(p) if p.code == Code::NotAllowed)
    );

    let mut tx = base.db.write().await.unwrap();
    accounts::set_revoked(&mut tx, operator, true)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let op = tablet.op(Actor::User(operator), &prepare);
    let pushed = base.push(&tablet, vec![op]).await;
    assert_eq!(quarantined(&pushed, 0), Some(Code::AccountRevoked));

    let mut tx = base.db.write().await.unwrap();
    devices::revoke(&mut tx, tablet.id, true).await.unwrap();
    tx.commit().await.unwrap();
    let op = tablet.op(Actor::Resident, &prepare);
    let pushed = base.push(&tablet, vec![op]).await;
    assert_eq!(quarantined(&pushed, 0), Some(Code::DeviceRevoked));

    let mut system = Phone::new();
    system.id = shared::ids::DeviceId::system(people::OFFICE);
    let op = system.op(Actor::System, &prepare);
    let push = shared::sync::Push {
        sent_at: base.clock.now(),
        declare_gap: false,
        seals: Vec::new(),
        ops: vec![op],
    };
    let refused = base.batcher.submit(system.submission(push)).await;
    assert_eq!(refused.unwrap_err(), batch::BatchError::NotAllowed);
    base.assert_clean().await;
}

pub async fn quarantine_can_be_retried(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    let mut phone = Phone::new();
    let mut tx = base.db.write().await.unwrap();
    devices::register_or_check(&mut tx, phone.id, &[1; 32], base.clock.now())
        .await
        .unwrap();
    devices::revoke(&mut tx, phone.id, true).await.unwrap();
    tx.commit().await.unwrap();
    let op = phone.book(1, MONDAY, false);
    let pushed = base.push(&phone, vec![op.clone()]).await;
    assert_eq!(quarantined(&pushed, 0), Some(Code::DeviceRevoked));

    let id = pushed.results[0].op_id;
    let retry = || batch::retry(&base.db, &base.clock, &base.keys, &base.pokes, id, false);
    let still = retry().await.unwrap().unwrap();
    assert_eq!(still, pushed.results[0].result);
    let mut tx = base.db.write().await.unwrap();
    devices::revoke(&mut tx, phone.id, false).await.unwrap();
    tx.commit().await.unwrap();
    let now_applied = retry().await.unwrap().unwrap();
    assert!(applied(&now_applied), "{now_applied:?}");
    assert_eq!(retry().await.unwrap(), None);
    // The device that asks again learns of it.
    let again = base.push(&phone, vec![op]).await;
    assert_eq!(again.results[0].result, now_applied);
    assert_eq!(
        base.count("SELECT count(*) FROM op WHERE payload IS NOT NULL")
            .await,
        0
    );
    base.assert_clean().await;
}

pub async fn an_office_that_does_not_exist_is_answered(base: &Base) {
    let mut phone = Phone::new();
    phone.office = OfficeId(99);
    let op = phone.book(1, MONDAY, false);
    let pushed = base.push(&phone, vec![op]).await;
    assert!(matches!(&pushed.results[0].result, OpResult::Rejected(p) if p.code == Code::NotFound));
    let nonsense = serde_json::json!({"op_id": Uuid::new_v4(), "seq": 2, "kind": "\u{0}"});
    let illegible = serde_json::json!({"seq": 3});
    let pushed = base.push(&phone, vec![nonsense, illegible]).await;
    assert_eq!(quarantined(&pushed, 0), Some(Code::Undecodable));
    let stop = pushed.stopped.unwrap();
    assert_eq!(
        (stop.code, stop.expected, pushed.last_seq),
        (Code::Malformed, 3, 2)
    );
    assert_eq!(
        base.count("SELECT count(*) FROM office_clock WHERE office = 99")
            .await,
        0
    );
    base.assert_clean().await;
}

pub async fn two_offices_in_one_push(base: &Base) {
    for id in [1, 2] {
        base.set_office(office(OfficeId(id), 7)).await;
    }
    let mut phone = Phone::new();
    let mut ops = Vec::new();
    for (n, id) in [1, 2, 2, 1].into_iter().enumerate() {
        phone.office = OfficeId(id);
        ops.push(phone.op(Actor::Resident, &booking(n, MONDAY, false)));
    }
    let pushed = base.push(&phone, ops).await;
    assert_eq!((pushed.results.len(), pushed.last_seq), (4, 4));
    for answer in &pushed.results {
        let OpResult::Applied {
            receipt: Receipt::Booking { booking },
            ..
        } = &answer.result
        else {
            panic!("{answer:?}")
        };
        assert!(booking.seated);
    }
    // The same person at the other office: no second booking, and nothing said about the first.
    phone.office = OfficeId(2);
    let op = phone.op(Actor::Resident, &booking(0, MONDAY, false));
    let pushed = base.push(&phone, vec![op]).await;
    let OpResult::Applied {
        receipt: Receipt::Booking { booking },
        ..
    } = &pushed.results[0].result
    else {
        panic!("{pushed:?}")
    };
    assert!(!booking.seated);
    base.assert_clean().await;
}

/// Two instances say yes to the same ops at the same time.
pub async fn two_who_say_yes_decide_once(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    let mut ids = Vec::new();
    let mut phones: Vec<Phone> = (0..6).map(|_| Phone::new()).collect();
    for (n, phone) in phones.iter_mut().enumerate() {
        let mut tx = base.db.write().await.unwrap();
        devices::register_or_check(&mut tx, phone.id, &[1; 32], base.clock.now())
            .await
            .unwrap();
        devices::revoke(&mut tx, phone.id, true).await.unwrap();
        tx.commit().await.unwrap();
        let op = phone.book(n, MONDAY, false);
        let pushed = base.push(phone, vec![op]).await;
        assert_eq!(quarantined(&pushed, 0), Some(Code::DeviceRevoked));
        ids.push(pushed.results[0].op_id);
        let mut tx = base.db.write().await.unwrap();
        devices::revoke(&mut tx, phone.id, false).await.unwrap();
        tx.commit().await.unwrap();
    }
    for id in ids {
        let yes = || batch::retry(&base.db, &base.clock, &base.keys, &base.pokes, id, true);
        let (one, other) = tokio::join!(yes(), yes());
        let told = [one.unwrap(), other.unwrap()];
        let done = told.iter().flatten().filter(|result| applied(result));
        assert_eq!(
            (done.count(), told.iter().flatten().count()),
            (1, 1),
            "{told:?}"
        );
    }
    let said = "SELECT count(*) FROM audit WHERE kind = 'approve'";
    assert_eq!(base.count(said).await, 6);
    base.assert_clean().await;
}
