//! Pages of the change log, cut to their reader.

use crate::{
    base::{Base, MONDAY, Phone, at, office},
    rows::{resident, save},
};
use server::store::{devices, pull};
use shared::{
    booking::Booking,
    command::Receipt,
    ids::{OfficeId, ResidentId},
    region::RegionCode,
    row::{Change, Entity},
    scope::{Kind, Scope},
    sync::{OpResult, PullRow},
};
use std::collections::BTreeSet;
use tests::sim::people;

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
            Kind::Phone {
                device: phones[0].id,
                own,
            },
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
