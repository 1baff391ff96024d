//! Devices whose clocks are a year off live through a day like all others.

use chrono::TimeDelta;
use server::store::{Db, rows};
use shared::{
    flag::{Flag, Kind},
    row::{Entity, Of},
    visit::Visit,
};
use std::sync::{Arc, atomic::AtomicU64};
use tests::{
    courier::{Courier, now},
    harness::OFFICE,
    ledger,
    process::Rekam,
    soak,
    work::{Town, act},
};

#[tokio::test]
async fn clocks_that_are_a_year_off_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let rekam = Rekam::on_sqlite(folder.path()).await;
    let seen = Arc::new(AtomicU64::new(0));
    let year = TimeDelta::days(365);
    let url = rekam.url();
    let mut couriers = vec![
        Courier::staff(1, year, &seen, &url, "operator.jelutung").await,
        Courier::staff(2, -year, &seen, &url, "operator2.jelutung").await,
        Courier::phone(3, year, &seen),
        Courier::phone(4, -year, &seen),
        Courier::phone(5, TimeDelta::zero(), &seen),
    ];
    let town = Town::new(500);
    let began = now();
    let rounds = soak::times(12, 1_000);
    for _ in 0..rounds {
        for courier in &mut couriers {
            for _ in 0..2 {
                let command = act(courier, &town, now());
                courier.append(&command, now());
            }
            courier.push(&url, now()).await;
            courier.pull(&url, now()).await;
        }
    }
    for courier in &mut couriers {
        courier.drain(&url).await;
    }
    ledger::is_complete(&ledger::read(rekam.database()).await, &couriers);
    rekam.assert_clean().await;

    let db = Db::open(rekam.database()).await.unwrap();
    let mut tx = db.read().await.unwrap();
    let visits = rows::all(&mut tx, OFFICE, Entity::Visit).await.unwrap();
    let visits: Vec<&Visit> = visits.iter().filter_map(Visit::of).collect();
    assert!(visits.len() > rounds);
    for visit in &visits {
        // Nobody arrived last year, or next year.
        let second = TimeDelta::seconds(1);
        let fits = began - second..=now();
        assert!(fits.contains(&visit.arrived_at), "{}", visit.arrived_at);
    }
    let flags = rows::all(&mut tx, OFFICE, Entity::Flag).await.unwrap();
    let flags = flags.iter().filter_map(Flag::of);
    let skews = flags.filter(|flag| flag.kind == Kind::ClockSkew).count();
    assert!(skews >= 2, "both tablets are noticed");
    soak::report("clocks a year off", &[("visits", visits.len() as u64)]);
}
