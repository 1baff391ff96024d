//! A backup is put back while devices are ahead of it: a new epoch, and they push again what it lacks.

use crate::storm::Storm;
use chrono::TimeDelta;
use shared::{
    client::OpStatus,
    command::{Applicant, Command, Receipt, WalkIn},
    row::Entity,
    sync::OpResult,
    visit::QueueNumber,
};
use std::sync::Arc;
use tests::{
    courier::{Courier, now},
    harness::person,
    ledger,
    process::Rekam,
    soak,
};

/// Clerks sign in after the backup and work for a day, the disk dies, and all that they said comes back.
#[tokio::test]
async fn work_of_staff_who_signed_in_after_the_backup_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut rekam = Rekam::on_sqlite(folder.path()).await;
    let file = folder.path().join("backup.db");
    let file = file.to_str().unwrap();
    let written = rekam.command(&["backup", file]).await;
    assert!(written.status.success(), "{written:?}");

    let seen = Arc::default();
    let (url, clock) = (rekam.url(), TimeDelta::zero());
    let mut tablet = Courier::staff(1, clock, &seen, &url, "operator.jelutung").await;
    let walk_in = WalkIn {
        who: Applicant::New(Box::new(person(450))),
        queue: QueueNumber::new("A", 1).unwrap(),
        priority: false,
        lease: None,
        unknown_ticket: false,
        at: None,
    };
    let (wish, fact) = (Command::PrepareTablet {}, Command::WalkIn(walk_in));
    for command in [&wish, &fact] {
        tablet.append(command, now());
    }
    let applied = |tablet: &Courier| {
        let ops = tablet.device.client.ops.values();
        let is_applied = |status: &OpStatus| {
            let applied = |result: &OpResult| matches!(result, OpResult::Applied { .. });
            matches!(status, OpStatus::Settled { result, .. } if applied(result))
        };
        ops.map(|op| is_applied(&op.status)).collect::<Vec<_>>()
    };
    tablet.drain(&url).await;
    assert_eq!(applied(&tablet), [true, true]);

    rekam.kill().await;
    let put_back = rekam.command(&["restore", file]).await;
    assert!(put_back.status.success(), "{put_back:?}");
    rekam.start().await;
    tablet.drain(&url).await;
    assert_eq!(
        applied(&tablet),
        [true, true],
        "{:?}",
        tablet.device.client.ops
    );
    rekam.assert_clean().await;
}

#[tokio::test]
async fn devices_push_again_what_a_restored_backup_lacks() {
    let folder = tempfile::tempdir().unwrap();
    let mut rekam = Rekam::on_sqlite(folder.path()).await;
    let mut storm = Storm::gather(&[rekam.url()]).await;
    let rounds = soak::times(3, 100);
    let (mut lost, mut again) = (0, 0);
    for round in 0..rounds {
        let file = folder.path().join(format!("backup-{round}.db"));
        let file = file.to_str().unwrap();
        let blowing = storm.blow();
        blowing.answers(20).await;
        // While it runs and devices push.
        let written = rekam.command(&["backup", file]).await;
        assert!(written.status.success(), "{written:?}");
        blowing.answers(40).await;
        rekam.kill().await;
        storm.calm(blowing).await;
        let before = ledger::read(rekam.database()).await;
        let put_back = rekam.command(&["restore", file]).await;
        assert!(put_back.status.success(), "{put_back:?}");
        let after = ledger::read(rekam.database()).await;
        lost += before.len() - after.len();
        assert!(after.len() < before.len(), "the devices are ahead");
        rekam.start().await;
        if round % 2 == 0 {
            storm.drain().await;
            let complete = ledger::read(rekam.database()).await;
            again += before.keys().filter(|id| complete.contains_key(id)).count();
        }
        rekam.assert_clean().await;
    }
    storm.drain().await;
    let saved = storm.assert_complete(rekam.database()).await;
    rekam.assert_clean().await;

    // What happened in the room is there, whatever the server had forgotten meanwhile.
    let mut visits = 0;
    for courier in &storm.couriers {
        for op in courier.device.client.ops.values() {
            if !matches!(op.envelope.command(), Ok(Command::WalkIn(_))) {
                continue;
            }
            let OpStatus::Settled {
                result: OpResult::Applied { receipt, .. },
                ..
            } = &op.status
            else {
                panic!("a fact was not applied: {:?}", op.status);
            };
            let Receipt::Visit { visit, .. } = receipt else {
                panic!("no visit: {receipt:?}");
            };
            let key = shared::row::Key(Entity::Visit, visit.0);
            let held = courier.device.client.base.rows();
            visits += held.filter(|row| row.key() == key).count();
        }
    }
    assert!(visits > 0);
    let figures = [
        ("times", rounds as u64),
        ("ops", saved),
        ("forgotten by the server", lost as u64),
        ("seen there again", again as u64),
    ];
    soak::report("backup put back", &figures);
}
