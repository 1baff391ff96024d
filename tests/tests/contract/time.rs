//! What time alone brings about.

use crate::base::{Base, MONDAY, Phone, TUESDAY, office};
use chrono::TimeDelta;
use server::{
    store::{clocks, devices, rows},
    system,
};
use shared::{
    command::Command,
    envelope::Actor,
    ids::{InvitationId, OfficeId},
    invitation::{Invitation, Proposal, Reason, State},
    row::{Change, Entity, Of, Row},
    slot::Slot,
    sync::Role,
};
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

/// An unreadable row of one office, first a booking, then its calendar: at the other one people who did not come
/// are marked all the same, and the look says that it failed.
pub async fn one_bad_row_stops_no_other_office(base: &Base) {
    for id in [1, 2] {
        base.set_office(office(OfficeId(id), 7)).await;
    }
    let mut phone = Phone::new();
    let mut book = async |id: i64, n: usize, slot: &str| {
        phone.office = OfficeId(id);
        let op = phone.book(n, slot, false);
        base.push(&phone, vec![op]).await;
    };
    book(1, 1, MONDAY).await;
    book(2, 2, MONDAY).await;
    book(2, 3, TUESDAY).await;
    for (kind, left) in [("booking", 1), ("office", 0)] {
        let harm = format!("UPDATE record SET data = '{{' WHERE office = 1 AND entity = '{kind}'");
        base.meddle(&harm, &harm).await;
        base.clock
            .advance(TimeDelta::hours(if left == 1 { 5 } else { 24 }));
        let looked = system::tick(&base.db, &base.batcher, &base.clock).await;
        assert!(looked.is_err(), "{kind}");
        let open = "SELECT count(*) FROM record
            WHERE office = 2 AND entity = 'booking' AND open = 1";
        assert_eq!(base.count(open).await, left, "{kind}");
    }
}

/// A tablet that has been silent hides its rows after three working days, and holds nothing back then.
pub async fn a_tablet_that_hides_its_rows_holds_nothing_back(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    let mut tablet = Phone::new();
    let operator = base.staff(tablet.id, Role::Operator, None).await;
    let op = tablet.op(Actor::User(operator), &Command::PrepareTablet {});
    base.push(&tablet, vec![op]).await;
    let mut phone = Phone::new();
    let op = phone.book(1, MONDAY, false);
    base.push(&phone, vec![op]).await;
    let tick = || system::tick(&base.db, &base.batcher, &base.clock);
    base.clock.advance(TimeDelta::days(3));
    assert_eq!(tick().await.unwrap(), 0, "Thursday");
    base.clock.advance(TimeDelta::days(1));
    assert_eq!(tick().await.unwrap(), 1, "Friday");
    base.assert_clean().await;
}

/// Somebody away until Wednesday, and somebody whose Tuesday passed while the paper lay about: both are
/// planned anew, once, and the held seat is let go.
pub async fn who_was_away_or_not_reached_is_asked_again(base: &Base) {
    base.set_office(office(people::OFFICE, 6)).await;
    let enrol = Command::enrol([0, 1].map(people::person).to_vec());
    let system = system::say(
        &base.db,
        &base.batcher,
        &base.clock,
        people::OFFICE,
        vec![enrol],
    );
    system.await.unwrap();
    let [away, late] = <[Invitation; 2]>::try_from(invitations(base).await).unwrap();
    let tuesday = TUESDAY.parse().unwrap();
    let plan = office(people::OFFICE, 6).slot(tuesday).unwrap();
    let slot = Slot::new(people::OFFICE, plan).hold().unwrap();
    let held = Invitation {
        state: State::Printed,
        proposal: Some(Proposal {
            slot: tuesday,
            session: None,
            held: true,
        }),
        ..late.clone()
    };
    put(base, vec![slot.into(), held.into()]).await;
    let mut staff = Phone::new();
    let head = base.staff(staff.id, Role::Head, None).await;
    let gone = Command::RecordDelivery {
        invitation: away.id,
        outcome: State::Undeliverable {
            reason: Reason::Away,
            until: "2026-11-25".parse().ok(),
        },
    };
    let op = staff.op(Actor::User(head), &gone);
    base.push(&staff, vec![op]).await;

    let tick = || system::tick(&base.db, &base.batcher, &base.clock);
    let planned = async || -> Vec<InvitationId> {
        let anew = invitations(base).await;
        let anew = anew.iter().filter(|i| i.replanned_at.is_some());
        anew.map(|i| i.id).collect()
    };
    base.clock.advance(TimeDelta::days(1));
    tick().await.unwrap();
    assert_eq!(planned().await, []);
    base.clock.advance(TimeDelta::days(1));
    assert_eq!(tick().await.unwrap(), 1);
    assert_eq!(planned().await, [late.id]);
    base.clock.advance(TimeDelta::days(1));
    tick().await.unwrap();
    assert_eq!(planned().await.len(), 2);
    tick().await.unwrap();
    for invitation in invitations(base).await {
        assert_eq!(invitation.state, State::Planned);
        assert_eq!(invitation.held(), None);
    }
    assert_eq!(
        base.count("SELECT CAST(COALESCE(SUM(held), 0) AS BIGINT) FROM slot")
            .await,
        0
    );
    base.assert_clean().await;
}

async fn invitations(base: &Base) -> Vec<Invitation> {
    let mut tx = base.db.read().await.unwrap();
    let all = rows::all(&mut tx, people::OFFICE, Entity::Invitation).await;
    let all = all.unwrap();
    let mut all: Vec<Invitation> = all.iter().filter_map(Invitation::of).cloned().collect();
    all.sort_by_key(|i| i.id);
    all
}

/// Rows as a plan leaves them.
async fn put(base: &Base, all: Vec<Row>) {
    let mut tx = base.db.write().await.unwrap();
    let mut clock = clocks::lock(&mut tx, people::OFFICE).await.unwrap();
    let numbered: Vec<_> = all
        .into_iter()
        .map(|row| {
            clock.seq += 1;
            let (seq, change) = (clock.seq, Change::Put(row));
            rows::Numbered { seq, change }
        })
        .collect();
    let at = base.clock.now();
    rows::save(&mut tx, people::OFFICE, at, &numbered)
        .await
        .unwrap();
    clocks::save(&mut tx, &clock).await.unwrap();
    tx.commit().await.unwrap();
}
