//! Writes the databases of this version for `tests/golden/databases` into a folder: the demo with sixty
//! residents an office, one slot of which was asked for until ten people wait for it. Run once a version,
//! by its day and commit:
//!
//! `cargo run -p tests --bin golden -- tests/golden/databases/2026-11-30-0123456`

use std::{fs, io::Write, path::Path, process::Command as Process};

use server::demo::load::Extent;
use shared::{
    booking::{Booking, State},
    command::Command,
};
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};
use tests::{
    harness::{TestApp, booking, person, rows},
    postgres,
};

/// Friday, 10:00 in Jelutung.
const AT: &str = "2026-11-27T03:00:00Z";
const SLOT: &str = "2026-12-02T08:30";
const WAITING: usize = 10;
/// People of each office.
const ROLL: usize = 60;

#[tokio::main]
async fn main() {
    let path = std::env::args()
        .nth(1)
        .expect("the path of the version's files, without ending");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rekam.db");
    fill(&format!("sqlite:{}", file.display())).await;
    let mut db = SqliteConnection::connect(&format!("sqlite://{}", file.display()))
        .await
        .unwrap();
    let whole = "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE; VACUUM";
    sqlx::raw_sql(AssertSqlSafe(whole))
        .execute(&mut db)
        .await
        .unwrap();
    db.close().await.unwrap();
    write(
        &fs::read(&file).unwrap(),
        Path::new(&format!("{path}.sqlite.br")),
    );

    let url = postgres::database().await;
    fill(&url).await;
    let dump = Process::new("pg_dump")
        .args([
            "--inserts",
            "--rows-per-insert=200",
            "--no-owner",
            "--no-privileges",
            &url,
        ])
        .output()
        .unwrap();
    assert!(
        dump.status.success(),
        "{}",
        String::from_utf8_lossy(&dump.stderr)
    );
    // What `psql` alone understands, and notes.
    let said = String::from_utf8(dump.stdout).unwrap();
    let lines = said
        .lines()
        .filter(|line| !line.starts_with('\\') && !line.starts_with("--"));
    let statements: String = lines.flat_map(|line| [line, "\n"]).collect();
    write(statements.as_bytes(), Path::new(&format!("{path}.sql.br")));
}

async fn fill(database: &str) {
    let extent = Extent {
        residents: ROLL,
        ..Extent::ALL
    };
    let app = TestApp::of_demo(database, extent, AT.parse().unwrap()).await;
    let mut waiting = 0;
    for n in 0..ROLL {
        let Command::RequestBooking(mut wish) = booking(person(n), &[SLOT]) else {
            unreachable!("a wish is a wish")
        };
        wish.wait_if_full = true;
        let mut phone = app.phone();
        phone.say(&Command::RequestBooking(wish)).await;
        let own = rows::<Booking>(&phone.pull_all().await);
        waiting += own
            .iter()
            .filter(|booking| booking.state == State::Waitlisted)
            .count();
        if waiting == WAITING {
            println!("asked {} times", n + 1);
            app.stop().await;
            return;
        }
    }
    panic!("{waiting} people wait");
}

fn write(content: &[u8], path: &Path) {
    let mut packed =
        brotli::CompressorWriter::new(fs::File::create(path).unwrap(), 1 << 16, 11, 24);
    packed.write_all(content).unwrap();
}
