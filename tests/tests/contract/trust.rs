//! How far a device speaks for an account, as the tables keep it.

use crate::base::{Base, Phone, office};
use chrono::TimeDelta;
use server::{
    batch,
    store::{Engine, sessions, trust},
};
use shared::{
    command::Command,
    envelope::Actor,
    ids::UserId,
    problem::Code,
    sync::{OpResult, Pushed, Role},
    trust::SealedSignIn,
};
use tests::sim::people;

fn codes(pushed: &Pushed) -> Vec<Option<Code>> {
    let code = |result: &OpResult| match result {
        OpResult::Applied { .. } => None,
        OpResult::Rejected(problem) => Some(problem.code),
        OpResult::Quarantined { code } => Some(*code),
    };
    pushed.results.iter().map(|r| code(&r.result)).collect()
}

pub async fn a_sign_out_is_a_mark_in_the_queue(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    let mut tablet = Phone::new();
    let id = base.staff(tablet.id, Role::Operator, None).await;
    let other = base.staff(tablet.id, Role::Head, None).await;
    let (actor, wish) = (Actor::User(id), Command::PrepareTablet {});
    let out = Command::SignOut {};
    let ops = [&wish, &out, &wish].map(|command| tablet.op(actor, command));
    let pushed = base.push(&tablet, ops.to_vec()).await;
    let waits = Some(Code::SignedOut);
    assert_eq!(codes(&pushed), [None, None, waits]);
    // In a batch of its own it is known too, and for the other account nothing has ended.
    let ops = vec![
        tablet.op(actor, &wish),
        tablet.op(Actor::User(other), &wish),
    ];
    assert_eq!(codes(&base.push(&tablet, ops).await), [waits, None]);

    // Signed in again at the next op; the other one no longer is.
    let mut tx = base.db.write().await.unwrap();
    let next = Some(tablet.seq + 1);
    trust::sign_in(&mut tx, tablet.id, id, next, &[])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let ops = vec![
        tablet.op(actor, &wish),
        tablet.op(Actor::User(other), &wish),
    ];
    assert_eq!(codes(&base.push(&tablet, ops).await), [None, waits]);

    // Another password.
    let mut tx = base.db.write().await.unwrap();
    trust::doubt(&mut tx, id, base.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let op = tablet.op(actor, &wish);
    let pushed = base.push(&tablet, vec![op]).await;
    assert_eq!(codes(&pushed), [Some(Code::PasswordChanged)]);
    let op = pushed.results[0].op_id;
    let retry = async |approved| {
        let told = batch::retry(&base.db, &base.clock, &base.keys, &base.pokes, op, approved);
        told.await.unwrap().unwrap()
    };
    assert_eq!(retry(false).await, pushed.results[0].result);
    assert!(matches!(retry(true).await, OpResult::Applied { .. }));
    let said = "SELECT count(*) FROM audit WHERE kind = 'approve' AND result = 'applied'";
    assert_eq!(base.count(said).await, 1);
    base.assert_clean().await;
}

pub async fn a_sealed_sign_in_gives_no_more_than_the_sign_in(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    let (mut tablet, other) = (Phone::new(), Phone::new());
    let id = base.staff(other.id, Role::Operator, None).await;
    let (actor, wish) = (Actor::User(id), Command::PrepareTablet {});
    let ops = vec![tablet.op(actor, &wish)];
    let unknown = [Some(Code::ActorUnknown)];
    assert_eq!(codes(&base.push(&tablet, ops).await), unknown);
    let sealed = |tablet: &Phone, seal: &str| SealedSignIn {
        device: tablet.id,
        account: id,
        from: tablet.seq + 1,
        at: base.clock.now(),
        until: base.clock.now() + TimeDelta::days(7),
        beside: Vec::new(),
        epoch: "lost".to_owned(),
        seal: seal.to_owned(),
    };
    let learn = async |sealed: &SealedSignIn| {
        let mut tx = base.db.write().await.unwrap();
        let lost = std::slice::from_ref(sealed);
        trust::restore(&mut tx, sealed.device, lost).await.unwrap();
        tx.commit().await.unwrap();
    };
    let first = sealed(&tablet, "first");
    learn(&first).await;
    let ops = [&wish, &Command::SignOut {}, &wish].map(|command| tablet.op(actor, command));
    let waits = Some(Code::SignedOut);
    assert_eq!(
        codes(&base.push(&tablet, ops.to_vec()).await),
        [None, None, waits]
    );
    // The same seal again does not undo the mark.
    learn(&first).await;
    let ops = vec![tablet.op(actor, &wish)];
    assert_eq!(codes(&base.push(&tablet, ops).await), [waits]);

    // One of before a new password.
    base.clock.advance(TimeDelta::hours(1));
    let before = sealed(&tablet, "second");
    base.clock.advance(TimeDelta::hours(1));
    let mut tx = base.db.write().await.unwrap();
    let now = base.clock.now();
    trust::doubt(&mut tx, id, now).await.unwrap();
    tx.commit().await.unwrap();
    learn(&before).await;
    let ops = vec![tablet.op(actor, &wish)];
    let doubted = [Some(Code::PasswordChanged)];
    assert_eq!(codes(&base.push(&tablet, ops).await), doubted);
    // And one that is for nobody's account.
    let stranger = SealedSignIn {
        account: UserId(base.clock.new_id()),
        ..sealed(&tablet, "third")
    };
    learn(&stranger).await;
    let ops = vec![tablet.op(Actor::User(stranger.account), &wish)];
    assert_eq!(codes(&base.push(&tablet, ops).await), unknown);
    base.assert_clean().await;
}

pub async fn a_doubt_keeps_the_mark_that_a_batch_was_writing(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    let mut tablet = Phone::new();
    let id = base.staff(tablet.id, Role::Operator, None).await;
    let actor = Actor::User(id);
    let ops = vec![tablet.op(actor, &Command::PrepareTablet {})];
    base.push(&tablet, ops).await;
    // It holds the device and has not committed yet.
    let mut tx = base.db.write().await.unwrap();
    trust::sign_out(&mut tx, tablet.id, id, (tablet.id, None))
        .await
        .unwrap();
    let (db, now) = (base.db.clone(), base.clock.now());
    let doubting = tokio::spawn(async move {
        let mut tx = db.write().await.unwrap();
        trust::doubt(&mut tx, id, now).await.unwrap();
        tx.commit().await.unwrap();
    });
    if base.db.engine() == Engine::Postgres {
        let waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        while base.count(waiting).await == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }
    tx.commit().await.unwrap();
    doubting.await.unwrap();
    let ops = vec![tablet.op(actor, &Command::PrepareTablet {})];
    let waits = [Some(Code::SignedOut)];
    assert_eq!(codes(&base.push(&tablet, ops).await), waits);
}

pub async fn operators_stay_signed_in_beside_each_other(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    let mut tablet = Phone::new();
    let first = base.staff(tablet.id, Role::Operator, None).await;
    let second = base.staff(tablet.id, Role::Operator, None).await;
    let third = base.staff(tablet.id, Role::Operator, None).await;
    let stranger = UserId(base.clock.new_id());
    let wish = Command::PrepareTablet {};
    let op = tablet.op(Actor::User(first), &wish);
    assert_eq!(codes(&base.push(&tablet, vec![op]).await), [None]);
    let (now, until) = (base.clock.now(), base.clock.now() + TimeDelta::hours(1));
    let mut tx = base.db.write().await.unwrap();
    for (n, account) in (1..).zip([first, second, third]) {
        sessions::create(&mut tx, &[n; 32], account, tablet.id, now, until)
            .await
            .unwrap();
    }
    // Another tablet's session of the one who goes here.
    let elsewhere = Phone::new().id;
    sessions::create(&mut tx, &[9; 32], second, elsewhere, now, until)
        .await
        .unwrap();
    let next = Some(tablet.seq + 1);
    let asked = [first, stranger];
    let stay = trust::sign_in(&mut tx, tablet.id, third, next, &asked);
    assert_eq!(stay.await.unwrap().1, [first]);
    sessions::end_on_device(&mut tx, tablet.id, third, &[first])
        .await
        .unwrap();
    for (token, is_live) in [(1, true), (2, false), (3, true), (9, true)] {
        let found = sessions::find_live(&mut tx, &[token; 32], now).await;
        assert_eq!(found.unwrap().is_some(), is_live, "{token}");
    }
    tx.commit().await.unwrap();
    let ops = [first, second, third].map(|id| tablet.op(Actor::User(id), &wish));
    let pushed = base.push(&tablet, ops.to_vec()).await;
    assert_eq!(codes(&pushed), [None, Some(Code::SignedOut), None]);

    // One whose password is another one now, or who has gone, does not stay.
    let mut tx = base.db.write().await.unwrap();
    trust::doubt(&mut tx, first, now).await.unwrap();
    let next = Some(tablet.seq + 1);
    let asked = [first, second, third];
    let stay = trust::sign_in(&mut tx, tablet.id, second, next, &asked);
    assert_eq!(stay.await.unwrap().1, [third]);
    tx.commit().await.unwrap();
    let ops = [first, second, third].map(|id| tablet.op(Actor::User(id), &wish));
    let pushed = base.push(&tablet, ops.to_vec()).await;
    assert_eq!(codes(&pushed), [Some(Code::SignedOut), None, None]);
    base.assert_clean().await;
}
