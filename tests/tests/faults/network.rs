//! A network that delays, drops, doubles, cuts, stalls and crawls: in the end everybody has what a
//! good network would have brought.

use std::{collections::BTreeMap, time::Duration};

use crate::storm::Storm;
use shared::row::Row;
use tests::{
    courier::{Courier, now},
    process::Rekam,
    proxy::{Fate, Proxy},
    soak,
};

/// Of devices, in a hurry so that the test is.
const PATIENCE: Duration = Duration::from_millis(600);

fn rows(courier: &Courier) -> BTreeMap<shared::row::Key, Row> {
    let rows = courier.device.client.base.rows();
    rows.map(|row| (row.key(), row.clone())).collect()
}

#[tokio::test]
async fn a_network_that_lies_loses_and_doubles_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let rekam = Rekam::on_sqlite(folder.path()).await;
    let proxy = Proxy::before(rekam.address(), 7, PATIENCE).await;
    let mut storm = Storm::gather(&[rekam.url()]).await;
    storm.go_through(&[proxy.url()]);
    for courier in &mut storm.couriers {
        courier.patience(PATIENCE);
    }
    let blowing = storm.blow();
    blowing.answers(soak::times(150, 10_000) as u64).await;
    storm.calm(blowing).await;
    proxy.heal();
    for courier in &mut storm.couriers {
        courier.patience(Duration::from_secs(20));
    }
    storm.drain().await;
    let saved = storm.assert_complete(rekam.database()).await;
    rekam.assert_clean().await;

    // Each fate was met, or the test proves less than it says.
    for fate in Fate::ALL {
        assert!(proxy.met(fate) > 0, "{fate:?} was not met");
    }
    assert!(storm.lost() > 0 && storm.replayed() > 0);
    // What was pulled over that network is what a fresh pull brings over a good one.
    for courier in &mut storm.couriers {
        let pulled_so = rows(courier);
        courier.device.client.cursor = shared::sync::Cursor::default();
        courier.device.client.base = shared::world::World::default();
        courier.drain(&rekam.url()).await;
        assert_eq!(pulled_so, rows(courier), "{}", courier.name);
        courier.pull(&rekam.url(), now()).await;
    }
    let met = Fate::ALL.map(|fate| proxy.met(fate) as u64);
    let figures = [
        ("connections", met.iter().sum()),
        ("ops", saved),
        ("without an answer", storm.lost()),
        ("answers sent again", storm.replayed()),
    ];
    soak::report("network", &figures);
}
