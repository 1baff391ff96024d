//! What time alone brings about.

use crate::base::{Base, MONDAY, Phone, office};
use chrono::TimeDelta;
use server::{store::devices, system};
use shared::{command::Command, envelope::Actor, sync::Role};
use tests::sim::people;

pub async fn who_did_not_come_is_marked_once(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    let mut tablet = Phone::new();
    let operator = base.staff(tablet.id, Role::Operator, None).await;
    let op = tablet.op(Actor::User(operator), &Command::PrepareTablet {});
    base.push(&tablet, vec![op]).await;
    let mut phone = Phone::new();
    let op = phone.book(1, MONDAY, false);
    base.push(&phone, vec![op]).await;
    let tick = || system::tick(&base.db, &base.batcher, &base.clock);
    assert_eq!(tick().await.unwrap(), 0);

    // 08:00 + 60 minutes + 60 minutes of grace are over, but the tablet has been silent since six.
    base.clock.advance(TimeDelta::hours(5));
    assert_eq!(tick().await.unwrap(), 0);
    let mut tx = base.db.write().await.unwrap();
    devices::contact(&mut tx, tablet.id, base.clock.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(tick().await.unwrap(), 1);
    assert_eq!(tick().await.unwrap(), 0);
    let open = "SELECT count(*) FROM record WHERE entity = 'booking' AND open = 1";
    assert_eq!(base.count(open).await, 0);
    base.assert_clean().await;
}
