//! A lost device is locked: what it noted before is taken, and nothing else from it acts.

use crate::{
    base::{Base, Phone, office},
    room::book,
};
use chrono::TimeDelta;
use serde_json::{Value, json};
use server::{store::devices, system};
use shared::{
    command::{Command, ConfirmArrival, Proof},
    envelope::Actor,
    ids::{BookingId, DeviceId, OfficeId},
    problem::Code,
    sync::{OpResult, Pushed, Role},
    visit::QueueNumber,
};
use tests::sim::people;

fn arrival(booking: BookingId, n: u16) -> Command {
    Command::ConfirmArrival(ConfirmArrival {
        booking,
        queue: QueueNumber::new("A", n).unwrap(),
        proof: Proof::List,
        priority: None,
        at: None,
    })
}

fn lock(device: DeviceId, locked: bool) -> Command {
    Command::LockDevice { device, locked }
}

fn codes(pushed: &Pushed) -> Vec<Option<Code>> {
    let code = |result: &OpResult| match result {
        OpResult::Applied { .. } => None,
        OpResult::Rejected(problem) => Some(problem.code),
        OpResult::Quarantined { code } => Some(*code),
    };
    pushed.results.iter().map(|r| code(&r.result)).collect()
}

fn later(mut op: Value) -> Value {
    op["device_time"] = json!(people::morning() + TimeDelta::minutes(30));
    op
}

pub async fn a_lost_tablet_is_locked_and_what_it_noted_is_kept(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    let (mut resident, before) = book(base, 0).await;
    let (_, after) = book(base, 1).await;
    let (mut head, mut tablet) = (Phone::new(), Phone::new());
    let chief = Actor::User(base.staff(head.id, Role::Head, None).await);
    let operator = Actor::User(base.staff(tablet.id, Role::Operator, None).await);
    let op = tablet.op(operator, &Command::PrepareTablet {});
    assert_eq!(codes(&base.push(&tablet, vec![op]).await), [None]);

    // Nobody's phone, not the own device, and not by whoever asks.
    let ops = vec![
        head.op(chief, &lock(resident.id, true)),
        head.op(chief, &lock(head.id, true)),
    ];
    let refused = [Some(Code::NotFound), Some(Code::NotAllowed)];
    assert_eq!(codes(&base.push(&head, ops).await), refused);
    for (phone, actor) in [(&mut tablet, operator), (&mut resident, Actor::Resident)] {
        let op = phone.op(actor, &lock(head.id, true));
        let pushed = base.push(phone, vec![op]).await;
        assert_eq!(codes(&pushed), [Some(Code::NotAllowed)]);
    }
    let mut elsewhere = Phone::new();
    elsewhere.office = OfficeId(people::OFFICE.0 + 1);
    let op = elsewhere.op(chief, &lock(tablet.id, true));
    assert_eq!(
        codes(&base.push(&elsewhere, vec![op]).await),
        [Some(Code::ActorUnknown)]
    );

    let op = head.op(chief, &lock(tablet.id, true));
    assert_eq!(codes(&base.push(&head, vec![op]).await), [None]);
    base.clock.advance(TimeDelta::hours(1));
    let ops = vec![
        tablet.op(operator, &arrival(before, 1)),
        tablet.op(operator, &Command::PrepareTablet {}),
        later(tablet.op(operator, &arrival(after, 2))),
    ];
    let sent_at = base.clock.now();
    let push = shared::sync::Push {
        sent_at,
        declare_gap: false,
        seals: Vec::new(),
        ops,
    };
    let pushed = base.batcher.submit(tablet.submission(push)).await.unwrap();
    let locked = Some(Code::DeviceRevoked);
    assert_eq!(codes(&pushed), [None, locked, locked]);
    let visits = "SELECT count(*) FROM record WHERE entity = 'visit'";
    assert_eq!(base.count(visits).await, 1);
    let marked =
        "SELECT count(*) FROM record WHERE entity = 'flag' AND data LIKE '%sent_after_lock%'";
    assert_eq!(base.count(marked).await, 1);
    let said = format!(
        "SELECT count(*) FROM audit WHERE kind = 'lock_device' AND result = 'applied locked {}'",
        tablet.id
    );
    assert_eq!(base.count(&said).await, 1);
    let mut tx = base.db.read().await.unwrap();
    let listed = devices::list_staff(&mut tx, Some(people::OFFICE))
        .await
        .unwrap();
    let listed: Vec<_> = listed.iter().map(|d| (d.id, d.locked)).collect();
    assert!(listed.contains(&(tablet.id, true)) && listed.contains(&(head.id, false)));
    drop(tx);

    // Found again: the office itself unlocks it, as the command line does.
    let commands = vec![lock(tablet.id, false)];
    let unlocked = system::say(
        &base.db,
        &base.batcher,
        &base.clock,
        people::OFFICE,
        commands,
    );
    assert!(matches!(
        unlocked.await.unwrap()[0].result,
        OpResult::Applied { .. }
    ));
    let op = tablet.op(operator, &Command::PrepareTablet {});
    assert_eq!(codes(&base.push(&tablet, vec![op]).await), [None]);
    base.assert_clean().await;
}
