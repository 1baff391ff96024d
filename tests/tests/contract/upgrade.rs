//! Databases as landed versions left them: each is brought up to date, is found in order, keeps those
//! who wait in the rounds, and takes a booking. A file that is there is never written again.
//!
//! `golden/databases` holds one file an engine and version, named by the day and the commit: the demo of
//! that version with sixty residents an office, after fourteen phones asked it for one slot and ten of
//! them were put on the waiting list. SQLite's are the file itself, PostgreSQL's the statements of
//! `pg_dump --inserts`; both are compressed with brotli.

use crate::base::Phone;
use chrono::{DateTime, Utc};
use server::{Backend, clock::Clock, maintenance, store::rows};
use shared::{
    booking::{Booking, State},
    envelope::Actor,
    row::{Entity, Of},
    sync::{OpResult, Push},
};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};
use tests::harness::{OFFICE, booking, person};

/// The databases of one engine, as name and content, oldest first.
fn databases(kind: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/databases");
    let files = fs::read_dir(folder).unwrap();
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    let read = |path: PathBuf| {
        let name = path.file_name()?.to_str()?.to_owned();
        let ending = format!(".{kind}.br");
        let version = name.strip_suffix(&ending)?.to_owned();
        let mut content = Vec::new();
        let file = fs::File::open(path).unwrap();
        let mut plain = brotli::Decompressor::new(file, 1 << 16);
        plain.read_to_end(&mut content).unwrap();
        Some((version, content))
    };
    let all: Vec<_> = files.into_iter().filter_map(read).collect();
    assert!(all.len() >= 4, "the golden databases are there");
    all
}

/// The first moment after all of them that an office works: Monday, 30 November 2026, 08:00 WIB.
fn monday() -> DateTime<Utc> {
    "2026-11-30T01:00:00Z".parse().unwrap()
}

async fn goes_on(version: &str, url: &str) {
    let clock = Clock::set_to(monday());
    let backend = Backend::open(url, clock.clone()).await;
    let backend = backend.unwrap_or_else(|error| panic!("{version}: {error:#}"));
    let findings = maintenance::check(&backend.db).await.unwrap();
    assert_eq!(findings, [], "{version}");

    let mut tx = backend.db.read().await.unwrap();
    let all = rows::all(&mut tx, OFFICE, Entity::Booking).await.unwrap();
    let open = rows::open_undated(&mut tx, OFFICE, Entity::Booking).await;
    let open = open.unwrap();
    drop(tx);
    let waiting = |rows: &[shared::row::Row]| {
        let all = rows.iter().filter_map(Booking::of);
        let waiting = all.filter(|booking| booking.state == State::Waitlisted);
        let mut ids: Vec<_> = waiting.map(|booking| booking.id).collect();
        ids.sort();
        ids
    };
    assert_eq!(waiting(&all).len(), 10, "{version}");
    assert_eq!(waiting(&open), waiting(&all), "{version}");

    let mut phone = Phone::new();
    phone.office = OFFICE;
    let mut newcomer = person(0);
    newcomer.nik = "1571084101807777".parse().ok();
    newcomer.kk = "1571080101107777".parse().ok();
    let op = phone.op(Actor::Resident, &booking(newcomer, &["2026-12-02T13:00"]));
    let push = Push {
        sent_at: clock.now(),
        declare_gap: false,
        seals: Vec::new(),
        ops: vec![op],
    };
    let pushed = backend.batcher.submit(phone.submission(push)).await;
    let pushed = pushed.unwrap();
    let is_applied = matches!(pushed.results[0].result, OpResult::Applied { .. });
    assert!(is_applied, "{version}: {pushed:?}");
    let findings = maintenance::check(&backend.db).await.unwrap();
    assert_eq!(findings, [], "{version}");
    backend.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_landed_sqlite_database_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    for (version, content) in databases("sqlite") {
        let file = folder.path().join(&version);
        fs::write(&file, content).unwrap();
        goes_on(&version, &format!("sqlite:{}", file.display())).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_landed_postgresql_database_goes_on() {
    for (version, content) in databases("sql") {
        let url = tests::postgres::database().await;
        let mut db = PgConnection::connect(&url).await.unwrap();
        let statements = AssertSqlSafe(String::from_utf8(content).unwrap());
        sqlx::raw_sql(statements).execute(&mut db).await.unwrap();
        db.close().await.unwrap();
        goes_on(&version, &url).await;
    }
}
