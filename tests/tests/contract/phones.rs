//! One phone asks that the others be removed: the office does so once the day is over, and staff at once.

use crate::base::{Base, Phone, TUESDAY, booking, office};
use chrono::TimeDelta;
use server::{store::devices, system};
use shared::{
    command::{Command, Receipt, RequestBooking},
    envelope::Actor,
    ids::{OpId, ResidentId},
    removal::PhoneId,
    resident::ClaimHash,
    sync::{OpResult, Role},
};
use tests::sim::people;

fn slip() -> ClaimHash {
    ClaimHash::of_code("0123456789").unwrap()
}

async fn tick(base: &Base) -> usize {
    let given = system::tick(&base.db, &base.batcher, &base.clock);
    given.await.unwrap()
}

/// Says one thing and gives what it brought about.
async fn say(base: &Base, phone: &mut Phone, actor: Actor, command: &Command) -> (OpId, Receipt) {
    let op = phone.op(actor, command);
    let pushed = base.push(phone, vec![op]).await;
    match &pushed.results[0].result {
        OpResult::Applied { receipt, .. } => (pushed.results[0].op_id, receipt.clone()),
        other => panic!("{command:?}: {other:?}"),
    }
}

/// The slip's code and the birth date on it.
async fn claim(base: &Base, phone: &mut Phone, remove_others: bool) {
    let claim = Command::ClaimResident {
        code: slip(),
        birth: people::person(0).birth.unwrap(),
        remove_others,
    };
    say(base, phone, Actor::Resident, &claim).await;
}

async fn may_act(base: &Base, phone: &Phone) -> bool {
    let mut tx = base.db.read().await.unwrap();
    let grants = devices::grants_of(&mut tx, phone.id).await.unwrap();
    !grants.is_empty()
}

/// Somebody whom staff booked for, on two phones; the second asks to be the only one.
async fn asked(base: &Base, staff: &mut (Phone, Actor)) -> (ResidentId, Phone, Phone) {
    base.set_office(office(people::OFFICE, 6)).await;
    let Command::RequestBooking(wish) = booking(0, TUESDAY, false) else {
        panic!("a wish");
    };
    let wish = RequestBooking {
        claim: Some(slip()),
        ..wish
    };
    let (_, receipt) = say(base, &mut staff.0, staff.1, &Command::RequestBooking(wish)).await;
    let Receipt::Booking { booking } = receipt else {
        panic!("{receipt:?}");
    };
    let (mut first, mut second) = (Phone::new(), Phone::new());
    claim(base, &mut first, false).await;
    claim(base, &mut second, true).await;
    (booking.resident, first, second)
}

async fn operator(base: &Base) -> (Phone, Actor) {
    let phone = Phone::new();
    let user = base.staff(phone.id, Role::Operator, None).await;
    (phone, Actor::User(user))
}

const WAITING: &str = "SELECT count(*) FROM record WHERE due IS NOT NULL";

pub async fn other_phones_go_once_a_day_later(base: &Base) {
    let mut staff = operator(base).await;
    let (_, first, second) = asked(base, &mut staff).await;
    assert_eq!(base.count(WAITING).await, 1);
    base.clock
        .advance(TimeDelta::hours(24) - TimeDelta::seconds(1));
    assert_eq!(tick(base).await, 0);
    assert!(may_act(base, &first).await);
    base.clock.advance(TimeDelta::seconds(1));
    // Two instances look at the same time.
    let batcher = base.another_batcher();
    let other = system::tick(&base.db, &batcher, &base.clock);
    let (one, other) = tokio::join!(tick(base), other);
    assert_eq!(one + other.unwrap(), 1);
    assert!(!may_act(base, &first).await && may_act(base, &second).await);
    assert_eq!(tick(base).await, 0);
    assert_eq!(base.count(WAITING).await, 0);
    let noted = "SELECT count(*) FROM audit WHERE kind = 'remove_others'
        AND actor = 'system' AND result LIKE 'applied of %'";
    assert_eq!(base.count(noted).await, 1);
    base.assert_clean().await;
}

pub async fn a_lost_phone_goes_at_once_and_the_audit_says_by_whom(base: &Base) {
    let mut staff = operator(base).await;
    let (resident, first, second) = asked(base, &mut staff).await;
    let phone = PhoneId::of(second.id, resident);
    let remove = Command::RemovePhone { resident, phone };
    let (op, _) = say(base, &mut staff.0, staff.1, &remove).await;
    assert!(may_act(base, &first).await && !may_act(base, &second).await);
    assert_eq!(base.count(WAITING).await, 0);
    let Actor::User(user) = staff.1 else {
        panic!("staff");
    };
    let noted = format!(
        "SELECT count(*) FROM audit WHERE kind = 'remove_phone' AND actor = '{user}'
            AND op_id = '{op}' AND result = 'applied {phone} of {resident}'"
    );
    assert_eq!(base.count(&noted).await, 1);
    base.clock.advance(TimeDelta::days(1));
    assert_eq!(tick(base).await, 0);
    assert!(may_act(base, &first).await);
    base.assert_clean().await;
}
