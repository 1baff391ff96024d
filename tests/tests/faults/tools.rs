//! What somebody types at the server's own command line, while the server runs over the same database.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    process::Output,
    sync::Arc,
    time::Duration,
};

use chrono::TimeDelta;
use serde_json::Value;
use server::{
    demo::DemoOffice,
    store::{Db, audit, clocks, meta},
};
use shared::problem::Code;
use sqlx::{Connection, SqliteConnection};
use tests::{
    courier::{self, Courier, Outcome},
    postgres,
    process::Rekam,
};

const REFUSED: &str = "has the database open";

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

async fn nothing_is_put_back_under(rekam: &mut Rekam, restore: &[&str]) {
    for args in [restore, &["demo"]] {
        let refused = rekam.command(args).await;
        assert!(!refused.status.success(), "{args:?}");
        assert!(said(&refused).contains(REFUSED), "{}", said(&refused));
    }
    // It runs on, and others may still look.
    rekam.assert_clean().await;
    // A server that was killed holds nothing.
    rekam.kill().await;
    let done = rekam.command(restore).await;
    assert!(done.status.success(), "{}", said(&done));
    rekam.start().await;
    rekam.assert_clean().await;
}

#[tokio::test]
async fn nothing_is_put_back_under_a_server_that_runs() {
    let folder = tempfile::tempdir().unwrap();
    let mut rekam = Rekam::on_sqlite(folder.path()).await;
    let file = folder.path().join("backup.db");
    let file = file.to_str().unwrap();
    let written = rekam.command(&["backup", file]).await;
    assert!(written.status.success(), "{}", said(&written));
    nothing_is_put_back_under(&mut rekam, &["restore", file]).await;
}

#[tokio::test]
async fn nor_on_postgresql() {
    let folder = tempfile::tempdir().unwrap();
    let database = postgres::database().await;
    tests::process::set_up(&database).await;
    let mut rekam = Rekam::over(&database, folder.path());
    rekam.start().await;
    // Nobody named a file for what tablets close.
    let told = "REKAM_LOCKBOX names no file";
    assert_eq!(rekam.said().matches(told).count(), 1, "{}", rekam.said());
    let checked = rekam.command(&["check"]).await;
    assert!(String::from_utf8_lossy(&checked.stdout).contains(told));
    nothing_is_put_back_under(&mut rekam, &["restore"]).await;
}

async fn exports(database: &str) -> Vec<String> {
    let db = Db::open(database).await.unwrap();
    let mut tx = db.read().await.unwrap();
    let office = DemoOffice::Jelutung.id();
    let found = audit::of_kind(&mut tx, office, "export_roll").await;
    drop(tx);
    db.close().await;
    found.unwrap()
}

#[tokio::test]
async fn a_roll_that_is_taken_out_is_noted_and_nobody_else_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let rekam = Rekam::on_sqlite(folder.path()).await;
    let file = folder.path().join("roll.csv");
    let export = ["roll", "export", "--office", "1", file.to_str().unwrap()];
    // A file that exists is not written over: it may be a backup, or the database itself.
    fs::write(&file, "old").unwrap();
    let refused = rekam.command(&export).await;
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert_eq!(fs::read_to_string(&file).unwrap(), "old");
    fs::remove_file(&file).unwrap();
    let done = rekam.command(&export).await;
    assert!(done.status.success(), "{}", said(&done));
    assert!(fs::read_to_string(&file).unwrap().lines().count() > 400);
    assert_eq!(mode(&file), 0o600);
    let noted = exports(rekam.database()).await;
    assert_eq!(noted, ["cli: 400 residents"]);
    rekam.assert_clean().await;
}

#[tokio::test]
async fn the_ticket_key_is_replaced_while_the_server_runs() {
    let folder = tempfile::tempdir().unwrap();
    let rekam = Rekam::on_sqlite(folder.path()).await;
    let listed = async |args: &[&str]| {
        let done = rekam.command(args).await;
        assert!(done.status.success(), "{}", said(&done));
        let text = String::from_utf8(done.stdout).unwrap();
        let words = text
            .lines()
            .map(|line| line.get(..17).unwrap_or(line).trim());
        words.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(listed(&["keys", "list"]).await, ["1  signs"]);
    let rotated = listed(&["keys", "rotate"]).await;
    assert_eq!(rotated, ["1  signs", "2  signs from 2"]);
    assert_eq!(listed(&["keys", "list"]).await, rotated);
    let clerk = Courier::staff(
        1,
        TimeDelta::zero(),
        &Arc::default(),
        &rekam.url(),
        "operator.jelutung",
    )
    .await;
    let served = async || clerk.ticket_keys(&rekam.url()).await;
    // In wrong hands: the one that waited is given up too.
    let leaked = listed(&["keys", "rotate", "--leaked"]).await;
    assert_eq!(leaked, ["3  signs"]);
    // The server that runs signs with it soon.
    let end = tokio::time::Instant::now() + Duration::from_secs(20);
    while served().await != [3] {
        assert!(tokio::time::Instant::now() < end, "{:?}", served().await);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let db = Db::open(rekam.database()).await.unwrap();
    let mut tx = db.read().await.unwrap();
    let added = audit::of_kind(&mut tx, clocks::DEPLOYMENT, "ticket_key_added").await;
    assert_eq!(added.unwrap(), ["cli: 2", "cli: 3"]);
    let dropped = audit::of_kind(&mut tx, clocks::DEPLOYMENT, "ticket_key_dropped").await;
    assert_eq!(dropped.unwrap(), ["cli: 1"]);
    drop(tx);
    db.close().await;
    rekam.assert_clean().await;
}

#[tokio::test]
async fn an_office_that_outgrows_one_file_moves_to_postgresql_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut rekam = Rekam::on_sqlite(folder.path()).await;
    let to = postgres::database().await;
    let back = format!("sqlite:{}", folder.path().join("back.db").display());
    let refused = rekam.command(&["move", "--to", &to]).await;
    assert!(!refused.status.success());
    assert!(said(&refused).contains(REFUSED), "{}", said(&refused));
    let mut was_embedded = true;
    for to in [&to, &back] {
        rekam.kill().await;
        let moved = rekam.command(&["move", "--to", to]).await;
        assert!(moved.status.success(), "{}", said(&moved));
        let text = String::from_utf8_lossy(&moved.stdout);
        assert!(text.contains("record: comparing"), "{text}");
        // Neither database is served with the first one's key, unless somebody copies it.
        let key = "the key of what devices have closed stays behind";
        assert_eq!(text.contains(key), was_embedded, "{text}");
        was_embedded = false;
        rekam = Rekam::over(to, folder.path());
        rekam.start().await;
        rekam.assert_clean().await;
    }
    let taken = rekam.command(&["move", "--to", &to]).await;
    assert!(!taken.status.success());
}

/// The file that opens what tablets have closed is lost: whoever starts or checks the server hears of it.
#[tokio::test]
async fn a_lost_lockbox_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut rekam = Rekam::on_sqlite(folder.path()).await;
    let told = "is not the one with which devices closed what they keep";
    let checked = async |rekam: &Rekam| {
        let done = rekam.command(&["check"]).await;
        String::from_utf8_lossy(&done.stdout).contains(told)
    };
    assert!(!checked(&rekam).await);
    rekam.kill().await;
    let (file, kept) = (
        folder.path().join("rekam.lockbox"),
        folder.path().join("kept"),
    );
    fs::rename(&file, &kept).unwrap();
    assert!(checked(&rekam).await, "before a start");
    rekam.start().await;
    assert!(rekam.said().contains(told), "{}", rekam.said());
    assert!(checked(&rekam).await, "after a start, which made another");
    rekam.kill().await;
    fs::rename(&kept, &file).unwrap();
    rekam.start().await;
    rekam.assert_clean().await;
}

fn mode(file: &Path) -> u32 {
    fs::metadata(file).unwrap().permissions().mode() & 0o777
}

/// What a person may ask, by the command line.
#[tokio::test]
async fn a_person_sees_takes_along_corrects_and_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let rekam = Rekam::on_sqlite(folder.path()).await;
    let drafted = tests::harness::person(0);
    let nik = drafted.nik.as_ref().unwrap().as_str().to_owned();
    let found = rekam.command_with(&["person", "find"], &nik).await;
    let found = String::from_utf8(found.stdout).unwrap();
    let (id, rest) = found.split_once("  ").expect("a line");
    assert!(rest.contains(drafted.name.as_str()), "{found}");

    let read = async |args: &[&str]| {
        let done = rekam.command(args).await;
        assert!(done.status.success(), "{args:?}: {}", said(&done));
        String::from_utf8(done.stdout).unwrap()
    };
    let shown: Value = serde_json::from_str(&read(&["person", "show", id]).await).unwrap();
    assert_eq!(shown["person"]["nik"], nik);
    assert_eq!(shown["rows"][0][0], "invitation");
    let file = folder.path().join("person.json");
    let path = file.to_str().unwrap();
    read(&["person", "export", id, path]).await;
    assert_eq!(mode(&file), 0o600);
    let again = rekam.command(&["person", "export", id, path]).await;
    assert_eq!(again.status.code(), Some(1), "{}", said(&again));
    let mut taken: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    // Who entered them, and who has looked since.
    let trail = taken["trail"].take();
    let deeds = trail.as_array().unwrap().iter();
    let deeds: Vec<_> = deeds
        .map(|d| (d["who"].as_str(), d["what"].as_str()))
        .collect();
    let cli = Some("cli");
    assert_eq!(
        deeds,
        [
            (Some("system"), Some("enrol_residents")),
            (cli, Some("person_found")),
            (cli, Some("person_shown"))
        ]
    );
    let mut before = shown.clone();
    before["trail"].take();
    assert_eq!(taken, before);

    let mut right = shown["person"].clone();
    right["name"] = "Siti Aminah".into();
    right["phone"] = Value::Null;
    // Nobody is born in the future.
    let mut wrong = right.clone();
    wrong["birth"] = "2999-12-31".into();
    fs::write(&file, wrong.to_string()).unwrap();
    let refused = rekam.command(&["person", "correct", id, path]).await;
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    fs::write(&file, right.to_string()).unwrap();
    read(&["person", "correct", id, path]).await;
    let shown: Value = serde_json::from_str(&read(&["person", "show", id]).await).unwrap();
    assert_eq!(shown["person"], right);
    rekam.assert_clean().await;

    read(&["person", "forget", id]).await;
    let gone = rekam.command_with(&["person", "find"], &nik).await;
    assert_eq!(gone.stdout.as_slice(), b"nobody with this NIK\n");
    assert!(
        !rekam
            .command(&["person", "show", id])
            .await
            .status
            .success()
    );
    let db = Db::open(rekam.database()).await.unwrap();
    let mut tx = db.read().await.unwrap();
    let office = DemoOffice::Jelutung.id();
    for (kind, times) in [
        ("person_found", 1),
        // Twice by itself, and before each deed.
        ("person_shown", 4),
        ("person_exported", 1),
        ("person_corrected", 1),
        ("person_forgotten", 1),
    ] {
        let noted = audit::of_kind(&mut tx, office, kind).await.unwrap();
        assert_eq!(noted, vec![format!("cli: {id}"); times], "{kind}");
    }
    drop(tx);
    db.close().await;
    rekam.assert_clean().await;
}

/// A lost tablet, at the server's own command line.
#[tokio::test]
async fn a_device_is_listed_revoked_and_given_back() {
    let folder = tempfile::tempdir().unwrap();
    let rekam = Rekam::on_sqlite(folder.path()).await;
    let now = TimeDelta::zero();
    let (seen, url) = (Arc::default(), rekam.url());
    let mut clerk = Courier::staff(1, now, &seen, &url, "operator.jelutung").await;
    let id = clerk.id().to_string();
    let run = async |args: &[&str]| {
        let done = rekam.command(args).await;
        (
            done.status.success(),
            String::from_utf8(done.stdout).unwrap(),
        )
    };
    let line = async || {
        let (_, text) = run(&["device", "list", "--office", "1"]).await;
        let mut lines = text.lines();
        let own = lines.find(|line| line.starts_with(&id)).map(str::to_owned);
        own.unwrap_or_else(|| panic!("{text}"))
    };
    let before = line().await;
    assert!(before.ends_with("operator.jelutung"), "{before}");
    let pulled = clerk.pull(&url, courier::now()).await;
    assert!(!matches!(pulled, Outcome::Refused(..)), "{pulled:?}");
    let (done, told) = run(&["device", "revoke", &id]).await;
    assert!(done && told.contains("is locked"), "{told}");
    assert_ne!(line().await, before);
    let pulled = clerk.pull(&url, courier::now()).await;
    assert_eq!(pulled, Outcome::Refused(403, Code::DeviceRevoked));
    let (done, told) = run(&["device", "revoke", &id, "--undo"]).await;
    assert!(done && told.contains("is unlocked"), "{told}");
    let stranger = uuid::Uuid::from_u128(7).to_string();
    assert!(!run(&["device", "revoke", &stranger]).await.0);
    rekam.assert_clean().await;
}

/// A SQLite file of another program.
async fn of_another_program(file: &Path) {
    let url = format!("sqlite://{}?mode=rwc", file.display());
    let mut db = SqliteConnection::connect(&url).await.unwrap();
    let filled = sqlx::raw_sql("CREATE TABLE x (a); INSERT INTO x VALUES (1)");
    filled.execute(&mut db).await.unwrap();
    db.close().await.unwrap();
}

fn url(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}

#[tokio::test]
async fn only_a_whole_backup_of_rekam_is_put_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut rekam = Rekam::on_sqlite(folder.path()).await;
    let file = |name: &str| folder.path().join(name);
    let backup = file("backup.db");
    let written = rekam.command(&["backup", backup.to_str().unwrap()]).await;
    assert!(written.status.success(), "{}", said(&written));
    rekam.kill().await;
    let offices = async |rekam: &Rekam| rekam.command(&["office", "list"]).await.stdout;
    let before = offices(&rekam).await;
    assert_eq!(String::from_utf8_lossy(&before).lines().count(), 2);

    of_another_program(&file("other.db")).await;
    fs::write(file("text.db"), "no database").unwrap();
    fs::write(file("empty.db"), "").unwrap();
    // A server that was started at another path, and never set up.
    let unused = Db::open(&url(&file("unused.db"))).await.unwrap();
    unused.close().await;
    let mut damaged = fs::read(&backup).unwrap();
    let half = damaged.len() / 2;
    damaged[half..half + 64 * 1024].fill(7);
    fs::write(file("damaged.db"), damaged).unwrap();
    for (name, why) in [
        ("other.db", "is no backup of Rekam"),
        ("text.db", "is no backup of Rekam"),
        ("empty.db", "is no backup of Rekam"),
        ("unused.db", "holds no office"),
        ("damaged.db", "is damaged"),
        ("none.db", "there is no file"),
    ] {
        let refused = rekam
            .command(&["restore", file(name).to_str().unwrap()])
            .await;
        assert_eq!(refused.status.code(), Some(1), "{name}: {}", said(&refused));
        assert!(said(&refused).contains(why), "{name}: {}", said(&refused));
        assert_eq!(offices(&rekam).await, before, "{name}");
        let left = fs::read_dir(folder.path()).unwrap();
        let mut left = left.map(|found| found.unwrap().file_name().into_string().unwrap());
        assert!(!left.any(|left| left.contains(".restored")), "{name}");
    }
    rekam.start().await;
    rekam.assert_clean().await;
}

#[tokio::test]
async fn a_file_of_another_program_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let mut rekam = Rekam::on_sqlite(folder.path()).await;
    let backup = folder.path().join("backup.db");
    let backup = backup.to_str().unwrap();
    let written = rekam.command(&["backup", backup]).await;
    assert!(written.status.success(), "{}", said(&written));
    rekam.kill().await;
    let other = folder.path().join("other.db");
    of_another_program(&other).await;
    fs::set_permissions(&other, fs::Permissions::from_mode(0o644)).unwrap();
    let before = fs::read(&other).unwrap();
    let over = Rekam::over(&url(&other), folder.path());
    let to = url(&other);
    for (rekam, args) in [
        (&rekam, &["move", "--to", &to] as &[&str]),
        (&over, &["demo"]),
        (&over, &["check"]),
        (&over, &["restore", backup]),
    ] {
        let refused = rekam.command(args).await;
        assert_eq!(refused.status.code(), Some(1), "{args:?}");
        let why = "holds something else than a database of Rekam";
        assert!(said(&refused).contains(why), "{args:?}: {}", said(&refused));
        assert_eq!(fs::read(&other).unwrap(), before, "{args:?}");
        assert_eq!(mode(&other), 0o644, "{args:?}");
    }
    rekam.start().await;
    rekam.assert_clean().await;
}

#[tokio::test]
async fn what_only_looks_begins_no_database() {
    let folder = tempfile::tempdir().unwrap();
    let (file, log) = (folder.path().join("new/rekam.db"), folder.path());
    let rekam = Rekam::over(&url(&file), log);
    let to = url(&folder.path().join("to.db"));
    let id = uuid::Uuid::from_u128(7).to_string();
    let commands: &[&[&str]] = &[
        &["check"],
        &["backup", "/nowhere/backup.db"],
        &["move", "--to", &to],
        &["restore"],
        &["person", "find"],
        &["person", "show", &id],
        &["person", "export", &id, "/nowhere/person.json"],
        &["office", "show", "1"],
        &["office", "list"],
        &["roll", "export", "--office", "1", "/nowhere/roll.csv"],
        &["device", "list"],
        &["quarantine", "list"],
        &["user", "list"],
        &["keys", "list"],
        &["keys", "rotate"],
    ];
    for args in commands {
        let refused = rekam.command_with(args, "1571084101900001").await;
        let told = said(&refused);
        assert_eq!(refused.status.code(), Some(1), "{args:?}: {told}");
        let why = format!("no database at {}", file.display());
        assert!(told.contains(&why), "{args:?}: {told}");
        assert_eq!(fs::read_dir(log).unwrap().count(), 0, "{args:?}");
    }
    let nothing = Rekam::over(&postgres::database().await, log);
    for args in [&["check"] as &[&str], &["user", "list"]] {
        let refused = nothing.command(args).await;
        assert_eq!(refused.status.code(), Some(1), "{args:?}");
        assert!(
            said(&refused).contains("no database at"),
            "{}",
            said(&refused)
        );
    }
}

#[tokio::test]
async fn a_database_is_one_whatever_it_is_called() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data/rekam.db");
    fs::create_dir(folder.path().join("data")).unwrap();
    let link = folder.path().join("link.db");
    symlink("data/rekam.db", &link).unwrap();
    tests::process::set_up(&url(&link)).await;
    let at = folder.path().display();
    let names = [
        url(&link),
        url(&file),
        format!("sqlite://{at}/data/rekam.db"),
        format!("sqlite:{at}/data/../data/./rekam.db"),
        format!("sqlite:{at}/data/rekam.db?mode=rwc"),
    ];
    let backup = folder.path().join("backup.db");
    let backup = backup.to_str().unwrap();
    let to = url(&folder.path().join("to.db"));
    for (serves, name) in names.iter().take(2).enumerate() {
        let mut rekam = Rekam::over(name, folder.path());
        rekam.start().await;
        if serves == 0 {
            let written = rekam.command(&["backup", backup]).await;
            assert!(written.status.success(), "{}", said(&written));
        }
        for other in &names {
            let other = Rekam::over(other, folder.path());
            for args in [
                &["restore", backup] as &[&str],
                &["demo"],
                &["move", "--to", &to],
            ] {
                let refused = other.command(args).await;
                let told = said(&refused);
                assert!(!refused.status.success(), "{} {args:?}", other.database());
                assert!(
                    told.contains(REFUSED),
                    "{} {args:?}: {told}",
                    other.database()
                );
            }
        }
        rekam.assert_clean().await;
        rekam.kill().await;
    }
    let linked = Rekam::over(&url(&link), folder.path());
    for name in &names {
        let refused = linked.command(&["move", "--to", name]).await;
        let told = said(&refused);
        assert!(
            told.contains("both are the same database"),
            "{name}: {told}"
        );
    }
    // By its link it is put back where it is, and the link stays one.
    let epoch = async || {
        let db = Db::open(&url(&file)).await.unwrap();
        let epoch = meta::epoch(&mut db.read().await.unwrap()).await.unwrap();
        db.close().await;
        epoch
    };
    let before = epoch().await;
    let done = linked.command(&["restore", backup]).await;
    assert!(done.status.success(), "{}", said(&done));
    assert_ne!(epoch().await, before);
    assert_eq!(fs::read_link(&link).unwrap(), Path::new("data/rekam.db"));
    // One lock and one lockbox, beside the file itself.
    let found = fs::read_dir(folder.path()).unwrap();
    let found = found.map(|found| found.unwrap().file_name().into_string().unwrap());
    let beside: Vec<String> = found.filter(|name| name.starts_with("link.")).collect();
    assert_eq!(beside, ["link.db"]);
    assert!(folder.path().join("data/rekam.lockbox").exists());
}
