//! The store's own functions, one concern a case.

use crate::base::{Base, MONDAY, Phone, at, office};
use chrono::{Days, TimeDelta};
use server::store::{
    accounts::{self, Account},
    audit, clocks,
    devices::{self, Checked},
    meta, pull,
    rows::{self, Numbered},
    sessions, slots,
};
use shared::{
    booking::Booking,
    command::Receipt,
    ids::{DeviceId, OfficeId, ResidentId, SlotId, UserId},
    office::Office,
    region::RegionCode,
    resident::{Claim, ClaimHash, Device, Grant, NikClaim, NikKey, Resident, Source, Via},
    row::{Change, Desk, Entity, Key, Row},
    scope::{Kind, Scope},
    slot::Slot,
    sync::{OpResult, PullRow, Role},
};
use std::collections::BTreeSet;
use tests::sim::people;
use uuid::Uuid;

pub async fn a_database_keeps_its_epoch_and_its_secrets(base: &Base) {
    let mut tx = base.db.write().await.unwrap();
    let epoch = meta::epoch(&mut tx).await.unwrap();
    assert!(!epoch.is_empty());
    let first = meta::secret(&mut tx, "nik", [1; 32]).await.unwrap();
    assert_eq!(first, [1; 32]);
    tx.commit().await.unwrap();

    let mut tx = base.db.write().await.unwrap();
    assert_eq!(
        meta::secret(&mut tx, "nik", [2; 32]).await.unwrap(),
        [1; 32]
    );
    meta::first_epoch(&mut tx, Uuid::new_v4()).await.unwrap();
    assert_eq!(meta::epoch(&mut tx).await.unwrap(), epoch);
    meta::new_epoch(&mut tx, Uuid::new_v4()).await.unwrap();
    assert_ne!(meta::epoch(&mut tx).await.unwrap(), epoch);
}

pub async fn devices_register_once(base: &Base) {
    let (id, now) = (DeviceId(Uuid::new_v4()), base.clock.now());
    let (token, other) = ([1; 32], [2; 32]);
    let mut tx = base.db.write().await.unwrap();
    for (given, expected) in [
        (&token, Checked::Unknown),
        (&token, Checked::Known),
        (&other, Checked::WrongToken),
    ] {
        let got = devices::register_or_check(&mut tx, id, given, now)
            .await
            .unwrap();
        assert_eq!(got, expected);
    }
    let later = now + TimeDelta::minutes(3);
    devices::contact(&mut tx, id, later).await.unwrap();
    let contacts = devices::contacts(&mut tx, &[id]).await.unwrap();
    assert_eq!(contacts[&id], Some(later));
    devices::revoke(&mut tx, id, true).await.unwrap();
    assert_eq!(
        devices::check(&mut tx, id, &token).await.unwrap(),
        Checked::Revoked
    );
    assert!(devices::contacts(&mut tx, &[id]).await.unwrap().is_empty());
    devices::revoke(&mut tx, id, false).await.unwrap();
    assert_eq!(
        devices::check(&mut tx, id, &token).await.unwrap(),
        Checked::Known
    );

    // Whoever registers as an office before it exists loses the device when it does.
    let system = DeviceId::system(OfficeId(7));
    devices::register_or_check(&mut tx, system, &token, now)
        .await
        .unwrap();
    devices::reserve_system(&mut tx, OfficeId(7), now)
        .await
        .unwrap();
    let got = devices::register_or_check(&mut tx, system, &token, now)
        .await
        .unwrap();
    assert_eq!(got, Checked::WrongToken);
    assert_eq!(devices::last_seq(&mut tx, id).await.unwrap(), 0);
}

pub async fn accounts_and_sessions(base: &Base) {
    let now = base.clock.now();
    let account = Account {
        id: UserId(Uuid::new_v4()),
        username: "siti".to_owned(),
        office: OfficeId(1),
        role: Role::Kelurahan,
        kelurahan: Some(RegionCode::parse("1571081001").unwrap()),
        name: "Siti 'Aminah'".to_owned(),
        password_hash: "$argon2id$".to_owned(),
        revoked: false,
    };
    let mut tx = base.db.write().await.unwrap();
    accounts::create(&mut tx, &account).await.unwrap();
    let found = accounts::by_username(&mut tx, "siti").await.unwrap();
    assert_eq!(found.as_ref(), Some(&account));
    assert_eq!(accounts::by_username(&mut tx, "budi").await.unwrap(), None);
    assert_eq!(
        accounts::list(&mut tx).await.unwrap(),
        vec![account.clone()]
    );
    accounts::set_password(&mut tx, account.id, "other")
        .await
        .unwrap();
    let found = accounts::by_username(&mut tx, "siti")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.password_hash, "other");

    let (phone, token) = (DeviceId(Uuid::new_v4()), [3; 32]);
    assert!(
        accounts::on_devices(&mut tx, &[(phone, account.id)])
            .await
            .unwrap()
            .is_empty()
    );
    devices::link_account(&mut tx, phone, account.id)
        .await
        .unwrap();
    devices::link_account(&mut tx, phone, account.id)
        .await
        .unwrap();
    let linked = accounts::on_devices(&mut tx, &[(phone, account.id)])
        .await
        .unwrap();
    assert_eq!(linked[&(phone, account.id)].username, "siti");

    let until = now + TimeDelta::hours(12);
    sessions::create(&mut tx, &token, account.id, phone, now, until)
        .await
        .unwrap();
    let (session, of) = sessions::find_live(&mut tx, &token, now)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (session.device, session.expires_at, of.id),
        (phone, until, account.id)
    );
    let late = until + TimeDelta::seconds(1);
    assert!(
        sessions::find_live(&mut tx, &token, late)
            .await
            .unwrap()
            .is_none()
    );
    sessions::touch(&mut tx, &token, now, late + TimeDelta::hours(1))
        .await
        .unwrap();
    assert!(
        sessions::find_live(&mut tx, &token, late)
            .await
            .unwrap()
            .is_some()
    );
    accounts::set_revoked(&mut tx, account.id, true)
        .await
        .unwrap();
    assert!(
        sessions::find_live(&mut tx, &token, now)
            .await
            .unwrap()
            .is_none()
    );
    accounts::set_revoked(&mut tx, account.id, false)
        .await
        .unwrap();
    sessions::end(&mut tx, &token).await.unwrap();
    assert!(
        sessions::find_live(&mut tx, &token, now)
            .await
            .unwrap()
            .is_none()
    );
    sessions::create(&mut tx, &[4; 32], account.id, phone, now, until)
        .await
        .unwrap();
    sessions::end_all(&mut tx, account.id).await.unwrap();
    assert!(
        sessions::find_live(&mut tx, &[4; 32], now)
            .await
            .unwrap()
            .is_none()
    );
    assert_eq!(
        sessions::forget(&mut tx, late + TimeDelta::days(9))
            .await
            .unwrap(),
        2
    );

    // The second of that name, last: on PostgreSQL it ends the transaction.
    let twice = Account {
        id: UserId(Uuid::new_v4()),
        ..account
    };
    let error = accounts::create(&mut tx, &twice).await.unwrap_err();
    assert!(error.is_unique_violation() && !error.is_connection() && !error.is_retryable());
}

fn resident(n: usize) -> Resident {
    let id = ResidentId(Uuid::from_u128(n as u128 + 1));
    let mut resident = people::person(n).into_resident(id, people::OFFICE, Source::Own);
    resident.nik_key = Some(NikKey(Uuid::from_u128(900 + n as u128)));
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

async fn save(base: &Base, changes: Vec<(u64, Change)>) {
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
        }
        .into(),
        Claim {
            code,
            office: people::OFFICE,
            resident: one.id,
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

fn ids(rows: &[PullRow]) -> Vec<(u64, bool)> {
    rows.iter().map(|row| (row.seq, row.deleted)).collect()
}

pub async fn a_pull_pages_through_the_log(base: &Base) {
    let mut changes: Vec<(u64, Change)> = vec![(1, people::office().into())];
    changes.extend((1..=5).map(|n| (n as u64 + 1, resident(n).into())));
    save(base, changes).await;
    let scope = Scope {
        office: people::OFFICE,
        today: at("2026-11-23T00:00:00Z").date_naive(),
        kind: Kind::Head,
    };
    let mut tx = base.db.read().await.unwrap();
    let (mut from, mut seen, mut pages) = (0, Vec::new(), 0);
    loop {
        let page = pull::page(&mut tx, &[(scope.clone(), from)], 4)
            .await
            .unwrap();
        seen.extend(ids(&page.changes));
        from = page.reached[0];
        pages += 1;
        if !page.more {
            break;
        }
    }
    let expected: Vec<_> = (1..=6).map(|seq| (seq, false)).collect();
    assert_eq!((seen, pages, from), (expected, 2, 6));
    drop(tx);

    // A row changed again moves to the end; one that is gone leaves a tombstone.
    save(
        base,
        vec![
            (7, resident(1).into()),
            (8, Change::Remove(resident(2).id.into())),
        ],
    )
    .await;
    let mut tx = base.db.read().await.unwrap();
    let page = pull::page(&mut tx, &[(scope.clone(), 6)], 100)
        .await
        .unwrap();
    assert_eq!(ids(&page.changes), vec![(7, false), (8, true)]);
    let page = pull::page(&mut tx, &[(scope.clone(), 0)], 100)
        .await
        .unwrap();
    assert_eq!(
        ids(&page.changes),
        vec![(1, false), (4, false), (5, false), (6, false), (7, false)]
    );
    let other = Scope {
        office: OfficeId(2),
        ..scope.clone()
    };
    let page = pull::page(&mut tx, &[(scope, 6), (other, 0)], 2)
        .await
        .unwrap();
    assert_eq!((page.reached, page.more), (vec![8, 0], false));
}

pub async fn scopes_cut_what_is_pulled(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    let mut phones = [Phone::new(), Phone::new()];
    let mut bookings: Vec<Booking> = Vec::new();
    for (n, phone) in phones.iter_mut().enumerate() {
        let op = phone.book(n, MONDAY, false);
        let pushed = base.push(phone, vec![op]).await;
        let OpResult::Applied {
            receipt: Receipt::Booking { booking },
            ..
        } = &pushed.results[0].result
        else {
            panic!("{pushed:?}")
        };
        bookings.push((**booking).clone());
    }
    let mut tx = base.db.read().await.unwrap();
    let grants = devices::grants_of(&mut tx, phones[0].id).await.unwrap();
    let own: BTreeSet<ResidentId> = grants.into_iter().map(|(_, resident)| resident).collect();
    assert_eq!(own, BTreeSet::from([bookings[0].resident]));
    let elsewhere = RegionCode::parse("1571081009").unwrap();
    for (kind, expected) in [
        (
            Kind::Residents(own),
            vec![Entity::Office, Entity::Resident, Entity::Booking],
        ),
        (Kind::Kelurahan(elsewhere), vec![Entity::Office]),
        (Kind::Admin, vec![Entity::Office]),
    ] {
        let today = bookings[0].slot.unwrap().date();
        let scope = Scope {
            office: people::OFFICE,
            today,
            kind,
        };
        // From the start, and from after the first change: nothing of others, not even tombstones.
        let page = pull::page(&mut tx, &[(scope.clone(), 0)], 100)
            .await
            .unwrap();
        let found: Vec<Entity> = page.changes.iter().map(|row| row.entity).collect();
        assert_eq!(found, expected);
        let later = pull::page(&mut tx, &[(scope, 1)], 100).await.unwrap();
        let kinds: Vec<Entity> = later.changes.iter().map(|row| row.entity).collect();
        assert_eq!(kinds, expected[1..]);
        for row in page
            .changes
            .iter()
            .filter(|row| row.entity == Entity::Booking)
        {
            assert_eq!(row.id, bookings[0].id.0);
        }
    }
}
