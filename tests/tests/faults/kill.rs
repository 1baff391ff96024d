//! SIGKILL in the middle of pushes, again and again.

use std::time::Duration;

use crate::storm::Storm;
use tests::{postgres, process, process::Rekam, sim::Chance, soak};

async fn kills(name: &str, mut rekam: Rekam, cycles: usize) {
    let mut storm = Storm::gather(&[rekam.url()]).await;
    let mut chance = Chance::new(2_026);
    for cycle in 0..cycles {
        let blowing = storm.blow();
        blowing.answers(1 + chance.below(25) as u64).await;
        // Any moment: between requests, in a transaction, after the commit, before the answer.
        tokio::time::sleep(Duration::from_micros(chance.below(8_000) as u64)).await;
        rekam.kill().await;
        storm.calm(blowing).await;
        rekam.assert_clean().await;
        if cycle % 10 == 0 || cycles <= 50 {
            storm.assert_kept(rekam.database()).await;
        }
        rekam.start().await;
    }
    storm.drain().await;
    let saved = storm.assert_complete(rekam.database()).await;
    rekam.assert_clean().await;
    assert!(storm.applied() * 3 > saved, "most of it has an effect");
    let figures = [
        ("cycles", cycles as u64),
        ("ops", saved),
        ("applied", storm.applied()),
        ("requests without an answer", storm.lost()),
        ("answers sent again", storm.replayed()),
    ];
    soak::report(name, &figures);
}

#[tokio::test]
async fn the_server_is_killed_while_devices_push() {
    let folder = tempfile::tempdir().unwrap();
    let rekam = Rekam::on_sqlite(folder.path()).await;
    kills("killed, SQLite", rekam, soak::times(30, 1_000)).await;
}

#[tokio::test]
async fn the_server_is_killed_while_devices_push_on_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let database = postgres::database().await;
    process::set_up(&database).await;
    let mut rekam = Rekam::over(&database, folder.path());
    rekam.start().await;
    kills("killed, PostgreSQL", rekam, soak::times(5, 200)).await;
}
