//! Rows of every kind, saved and loaded.

use crate::base::{Base, MONDAY, office};
use chrono::Days;
use server::store::{
    audit, clocks, devices,
    rows::{self, Numbered},
    slots,
};
use shared::{
    ids::{DeviceId, OfficeId, ResidentId, SlotId},
    office::Office,
    resident::{Claim, ClaimHash, Device, Grant, NikClaim, NikKey, Resident, Source, Via},
    row::{Change, Desk, Entity, Key, Row},
    slot::Slot,
};
use tests::sim::people;
use uuid::Uuid;

pub fn resident(n: usize) -> Resident {
    let id = ResidentId(Uuid::from_u128(n as u128 + 1));
    let mut resident = people::person(n).into_resident(id, people::OFFICE, Source::Own);
    resident.nik_key = Some(NikKey(Uuid::from_u128(900 + n as u128)));
    resident.tries = vec![people::morning()];
    resident
}

fn device(id: DeviceId, residents: &[ResidentId]) -> Device {
    let grants = residents.iter().map(|resident| Grant {
        office: people::OFFICE,
        resident: *resident,
        via: Via::ClaimCode,
        at: people::morning(),
    });
    Device {
        grants: grants.collect(),
        ..Device::new(id)
    }
}

fn slot(seats: u16) -> Slot {
    let office = office(people::OFFICE, seats);
    let plan = office.slot(MONDAY.parse().unwrap()).unwrap();
    Slot::new(people::OFFICE, plan)
}

pub async fn save(base: &Base, changes: Vec<(u64, Change)>) {
    let changes: Vec<Numbered> = changes
        .into_iter()
        .map(|(seq, change)| Numbered { seq, change })
        .collect();
    let mut tx = base.db.write().await.unwrap();
    let mut clock = clocks::lock(&mut tx, people::OFFICE).await.unwrap();
    clock.seq = changes
        .iter()
        .map(|c| c.seq)
        .max()
        .unwrap_or(0)
        .max(clock.seq);
    rows::save(&mut tx, people::OFFICE, base.clock.now(), &changes)
        .await
        .unwrap();
    clocks::save(&mut tx, &clock).await.unwrap();
    tx.commit().await.unwrap();
}

pub async fn rows_of_every_kind_come_back_as_saved(base: &Base) {
    let code = ClaimHash::of_code("ABCDE12345").unwrap();
    let one = resident(1);
    let phone = DeviceId(Uuid::new_v4());
    let kept: Vec<Row> = vec![
        people::office().into(),
        one.clone().into(),
        slot(7).into(),
        Desk {
            office: people::OFFICE,
            tablets: 2,
        }
        .into(),
        NikClaim {
            key: one.nik_key.unwrap(),
            office: people::OFFICE,
            resident: one.id,
            booking: None,
            booked_by: None,
            unverified: false,
            given_back: Vec::new(),
            tries: vec![base.clock.now()],
        }
        .into(),
        Claim {
            code,
            sealed: true,
            office: people::OFFICE,
            resident: one.id,
            invitation: None,
        }
        .into(),
        device(phone, &[one.id, resident(2).id]).into(),
    ];
    save(
        base,
        kept.iter()
            .map(|row| (1, row.clone()))
            .map(|(s, r)| (s, Change::Put(r)))
            .collect(),
    )
    .await;
    // Saved again with other content: one row, the new content.
    save(base, vec![(2, device(phone, &[one.id]).into())]).await;

    let absent = Key::from(SlotId(Uuid::nil()));
    let keys: Vec<Key> = kept.iter().map(Row::key).chain([absent]).collect();
    let mut tx = base.db.read().await.unwrap();
    let found = rows::load(&mut tx, people::OFFICE, &keys).await.unwrap();
    assert_eq!(found.len(), keys.len());
    for ((key, row), expected) in found.iter().zip(&kept).take(6) {
        assert_eq!((key, row.as_ref()), (&expected.key(), Some(expected)));
    }
    assert_eq!(found[6].1, Some(device(phone, &[one.id]).into()));
    assert_eq!(found[7], (absent, None));
    let grants = devices::grants_of(&mut tx, phone).await.unwrap();
    assert_eq!(grants, vec![(people::OFFICE, one.id)]);
    let elsewhere = rows::load(&mut tx, OfficeId(2), &keys[1..2]).await.unwrap();
    assert_eq!(elsewhere[0].1, None);
    assert_eq!(
        rows::offices(&mut tx).await.unwrap(),
        vec![people::office()]
    );
    let own = rows::get::<Office>(&mut tx, people::OFFICE, Key::office(people::OFFICE));
    assert_eq!(own.await.unwrap(), Some(people::office()));
    assert_eq!(
        rows::all(&mut tx, people::OFFICE, Entity::Resident)
            .await
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        rows::nik_claims(&mut tx, people::OFFICE)
            .await
            .unwrap()
            .len(),
        1
    );
    drop(tx);

    save(
        base,
        vec![
            (3, Change::Remove(kept[5].key())),
            (4, Change::Remove(one.id.into())),
        ],
    )
    .await;
    let mut tx = base.db.read().await.unwrap();
    let found = rows::load(&mut tx, people::OFFICE, &keys).await.unwrap();
    assert_eq!((&found[5].1, &found[1].1), (&None, &None));
    assert_eq!(clocks::seq(&mut tx, people::OFFICE).await.unwrap(), 4);
}

pub async fn a_slot_never_exceeds_its_capacity(base: &Base) {
    let mut full = slot(7);
    full.booked = 7;
    save(base, vec![(0, full.clone().into())]).await;
    let day = full.start.date();
    let mut tx = base.db.read().await.unwrap();
    let of = |from, to| (from, to);
    for ((from, to), expected) in [
        (of(day, day), 1),
        (of(day - Days::new(1), day + Days::new(1)), 1),
        (of(day + Days::new(1), day + Days::new(2)), 0),
    ] {
        let found = slots::between(&mut tx, people::OFFICE, from, to)
            .await
            .unwrap();
        assert_eq!(found.len(), expected, "{from}..{to}");
    }
    drop(tx);

    full.leased = 1;
    let mut tx = base.db.write().await.unwrap();
    let changes = [Numbered {
        seq: 0,
        change: full.into(),
    }];
    let now = base.clock.now();
    let error = rows::save(&mut tx, people::OFFICE, now, &changes)
        .await
        .unwrap_err();
    assert!(!error.is_connection() && !error.is_retryable(), "{error}");
}

pub async fn a_transaction_that_is_dropped_leaves_nothing(base: &Base) {
    let mut tx = base.db.write().await.unwrap();
    let entry = || {
        audit::Entry::new(
            base.clock.now(),
            None,
            None,
            "cli".into(),
            "test",
            "done".into(),
        )
    };
    audit::note(&mut tx, OfficeId(3), entry()).await.unwrap();
    drop(tx);
    assert_eq!(base.count("SELECT count(*) FROM audit").await, 0);
    let mut tx = base.db.write().await.unwrap();
    audit::note(&mut tx, OfficeId(3), entry()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(base.count("SELECT count(*) FROM audit").await, 1);
    base.assert_clean().await;
}
