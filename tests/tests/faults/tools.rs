//! What somebody types at the server's own command line, while the server runs over the same database.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Output};

use server::{
    demo::DemoOffice,
    store::{Db, audit, clocks},
};
use tests::{postgres, process::Rekam};

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
    // One of before, open to all.
    fs::write(&file, "old").unwrap();
    let export = ["roll", "export", "--office", "1", file.to_str().unwrap()];
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
    // In wrong hands: the one that waited is given up too.
    let leaked = listed(&["keys", "rotate", "--leaked"]).await;
    assert_eq!(leaked, ["3  signs"]);
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
    for to in [&to, &back] {
        rekam.kill().await;
        let moved = rekam.command(&["move", "--to", to]).await;
        assert!(moved.status.success(), "{}", said(&moved));
        let text = String::from_utf8_lossy(&moved.stdout);
        assert!(text.contains("record: comparing"), "{text}");
        rekam = Rekam::over(to, folder.path());
        rekam.start().await;
        rekam.assert_clean().await;
    }
    let taken = rekam.command(&["move", "--to", &to]).await;
    assert!(!taken.status.success());
}

fn mode(file: &Path) -> u32 {
    fs::metadata(file).unwrap().permissions().mode() & 0o777
}
