//! Databases as landed versions left them: each is brought up to date, is found in order, keeps those
//! who wait in the rounds, and takes a booking. A file that is there is never written again.
//!
//! `golden/databases` holds one file an engine and version, named by the day and the commit: the demo of
//! that version with sixty residents an office, after phones asked it for one slot until ten of them were
//! on the waiting list. SQLite's are the file itself, PostgreSQL's the statements of `pg_dump --inserts`;
//! both are compressed with brotli. `tests/src/bin/golden.rs` writes them.

use crate::base::Phone;
use chrono::{DateTime, Utc};
use server::{
    Backend,
    clock::Clock,
    maintenance,
    store::{Db, accounts, rows, trust},
};
use shared::{
    booking::{Booking, State},
    envelope::Actor,
    ids::DeviceId,
    row::{Entity, Of},
    sync::{OpResult, Push},
    trust::Trust,
};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};
use tests::harness::{OFFICE, booking, person};
use uuid::Uuid;

/// All of them, by day and commit. A version that lands adds its own.
const VERSIONS: [&str; 10] = [
    "2026-11-21-8cbd03e",
    "2026-11-21-d3e5db7",
    "2026-11-21-e99a77f",
    "2026-11-22-59b1eb8",
    "2026-11-22-e0692c6",
    "2026-11-29-1712057",
    "2026-11-29-ddb07b7",
    "2026-11-29-eb08af5",
    "2026-11-30-b11bcaf",
    "2026-11-30-b93b2ea",
];

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
    let versions: Vec<&str> = all.iter().map(|(version, _)| version.as_str()).collect();
    assert_eq!(versions, VERSIONS, "the golden databases are there");
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

/// Four tablets in the version before sign-ins were sealed: somebody signed out, signed in again, let the
/// session run out, and signed out of one that is locked.
const BEFORE: &str = "
    INSERT INTO device (id, last_seq, registered_at, revoked) VALUES
        ('00000000-0000-4000-8000-0000000000d1', 7, 0, 0),
        ('00000000-0000-4000-8000-0000000000d2', 7, 0, 0),
        ('00000000-0000-4000-8000-0000000000d3', 7, 0, 0),
        ('00000000-0000-4000-8000-0000000000d4', 7, 0, 1);
    INSERT INTO device_account (device, account)
        SELECT d.id, a.id FROM device AS d CROSS JOIN account AS a
        WHERE d.last_seq = 7 AND d.id LIKE '%-0000000000d_' AND a.username = 'operator.jelutung';
    INSERT INTO trust (device, account, seq, trust)
        SELECT device, account, 0, 'all' FROM device_account WHERE device LIKE '%-0000000000d_';
    INSERT INTO session (token_hash, account, device, created_at, last_seen, expires_at, ended)
        SELECT 'a' || device, account, device, 1000, 1000, 5000,
            CASE WHEN device LIKE '%d3' THEN 0 ELSE 1 END
        FROM device_account WHERE device LIKE '%-0000000000d_';
    INSERT INTO session (token_hash, account, device, created_at, last_seen, expires_at, ended)
        SELECT 'b' || device, account, device, 2000, 2000, 6000, 0
        FROM device_account WHERE device LIKE '%-0000000000d2';
";

/// The content of that version.
fn before(kind: &str) -> Vec<u8> {
    let mut all = databases(kind).into_iter();
    all.find(|(version, _)| version == "2026-11-29-1712057")
        .unwrap()
        .1
}

async fn who_has_signed_out_speaks_no_more(url: &str) {
    let db = Db::open(url).await.unwrap();
    let mut tx = db.read().await.unwrap();
    let operator = accounts::by_username(&mut tx, "operator.jelutung").await;
    let account = operator.unwrap().unwrap().id;
    let tablet = |n: u128| DeviceId(Uuid::from_u128(0x4000_8000_0000_0000_00d0 + n));
    let pairs = [1, 2, 3, 4].map(|n| (tablet(n), account));
    let known = trust::load(&mut tx, &pairs).await.unwrap();
    let told = pairs.map(|pair| [7, 8].map(|seq| known[&pair].at(seq).unwrap()));
    let open = [Trust::All, Trust::All];
    assert_eq!(told, [[Trust::All, Trust::Nothing], open, open, open]);
    let present = accounts::on_devices(&mut tx, &pairs).await.unwrap();
    let ends = pairs.map(|pair| present[&pair].session_end.unwrap().timestamp_micros());
    assert_eq!(ends, [5000, 6000, 5000, 5000]);
    drop(tx);
    db.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_had_signed_out_on_sqlite_speaks_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rekam.db");
    fs::write(&file, before("sqlite")).unwrap();
    let url = format!("sqlite:{}", file.display());
    let mut db = SqliteConnection::connect(&url).await.unwrap();
    sqlx::raw_sql(BEFORE).execute(&mut db).await.unwrap();
    db.close().await.unwrap();
    who_has_signed_out_speaks_no_more(&url).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_had_signed_out_on_postgresql_speaks_no_more() {
    let url = tests::postgres::database().await;
    let mut db = PgConnection::connect(&url).await.unwrap();
    let before = String::from_utf8(before("sql")).unwrap();
    // The dump leaves the connection without a search path.
    let statements = format!("{before}\nSET search_path TO public;\n{BEFORE}");
    let statements = sqlx::raw_sql(AssertSqlSafe(statements));
    statements.execute(&mut db).await.unwrap();
    db.close().await.unwrap();
    who_has_signed_out_speaks_no_more(&url).await;
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
