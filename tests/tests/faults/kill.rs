//! SIGKILL in the middle of pushes, again and again.

use std::{process::Stdio, time::Duration};

use crate::storm::Storm;
use server::{Backend, clock::Clock, demo::DemoOffice, store::rows};
use shared::{
    plan::Plan,
    row::{Entity, Key},
};
use tests::{postgres, process, process::Rekam, sim::Chance, soak};
use tokio::process::Command;

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

/// What somebody sees who tries Rekam for the first time, also where the machine went off meanwhile.
#[tokio::test]
async fn a_demo_that_was_cut_short_is_loaded_to_its_end() {
    let mut chance = Chance::new(2_027);
    for _ in 0..soak::times(4, 40) {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite:{}", folder.path().join("rekam.db").display());
        let mut demo = Command::new(process::binary());
        demo.args(["demo", "--database", &database])
            .stdout(Stdio::null());
        let mut cut = demo.spawn().unwrap();
        tokio::time::sleep(Duration::from_millis(chance.below(800) as u64)).await;
        cut.kill().await.unwrap();
        assert!(demo.status().await.unwrap().success());
        let rekam = Rekam::over(&database, folder.path());
        rekam.assert_clean().await;
        let backend = Backend::open(&database, Clock::system()).await.unwrap();
        let mut tx = backend.db.read().await.unwrap();
        for office in DemoOffice::ALL {
            let roll = rows::all(&mut tx, office.id(), Entity::Resident).await;
            assert_eq!(roll.unwrap().len(), office.residents());
            let key = Key::plan(office.id());
            let plan = rows::get::<Plan>(&mut tx, office.id(), key).await.unwrap();
            let plan = plan.expect("a plan");
            assert!(!plan.sessions.is_empty() && plan.parts.iter().all(|part| part.left() == 0));
        }
        drop(tx);
        backend.close().await;
    }
}
