//! PostgreSQL goes away and comes back; two servers share one database and one of them is killed.

use crate::storm::Storm;
use shared::problem::Code;
use std::time::{Duration, Instant};
use tests::{
    courier::{Outcome, now},
    postgres::{self, Cluster},
    process::{self, Rekam},
    soak,
};

#[tokio::test]
async fn the_database_goes_away_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = Cluster::own("away").await;
    let database = cluster.database().await;
    process::set_up(&database).await;
    let mut rekam = Rekam::over(&database, folder.path());
    rekam.start().await;
    let mut storm = Storm::gather(&[rekam.url()]).await;
    let rounds = soak::times(1, 50);
    for _ in 0..rounds {
        let blowing = storm.blow();
        blowing.answers(30).await;
        cluster.stop().await;
        storm.calm(blowing).await;

        // While it is away: soon a problem that says "later", and never a broken answer.
        let began = Instant::now();
        let courier = &mut storm.couriers[0];
        let command = tests::work::act(courier, &tests::work::Town::new(10), now());
        courier.append(&command, now());
        let told = courier.push(&rekam.url(), now()).await;
        assert_eq!(told, Outcome::Refused(503, Code::Busy));
        let told = courier.pull(&rekam.url(), now()).await;
        assert_eq!(told, Outcome::Refused(503, Code::Busy));
        let waited = began.elapsed();
        assert!(
            waited < Duration::from_secs(15),
            "{waited:?} for two answers"
        );

        cluster.resume().await;
        storm.drain().await;
        rekam.assert_clean().await;
    }
    let saved = storm.assert_complete(&database).await;
    rekam.kill().await;
    soak::report("database away", &[("times", rounds as u64), ("ops", saved)]);
}

#[tokio::test]
async fn two_servers_on_one_database_and_one_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let database = postgres::database().await;
    process::set_up(&database).await;
    let mut servers = [
        Rekam::over(&database, folder.path()),
        Rekam::over(&database, folder.path()),
    ];
    for server in &mut servers {
        server.start().await;
    }
    let urls = servers.each_ref().map(Rekam::url);
    let mut storm = Storm::gather(&urls).await;
    let rounds = soak::times(4, 200);
    for round in 0..rounds {
        let blowing = storm.blow();
        blowing.answers(20).await;
        servers[round % 2].kill().await;
        // The other one serves all of them.
        blowing.answers(20).await;
        storm.calm(blowing).await;
        servers[1 - round % 2].assert_clean().await;
        storm.assert_kept(&database).await;
        servers[round % 2].start().await;
    }
    storm.drain().await;
    let saved = storm.assert_complete(&database).await;
    servers[0].assert_clean().await;
    let figures = [
        ("servers killed", rounds as u64),
        ("ops", saved),
        ("answers sent again", storm.replayed()),
    ];
    soak::report("two servers", &figures);
}
