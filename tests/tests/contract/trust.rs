//! How far a device speaks for an account, as the tables keep it.

use crate::base::{Base, Phone, office};
use server::{batch, store::trust};
use shared::{
    command::Command,
    envelope::Actor,
    problem::Code,
    sync::{OpResult, Pushed, Role},
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
    trust::sign_in(&mut tx, tablet.id, id, next).await.unwrap();
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
