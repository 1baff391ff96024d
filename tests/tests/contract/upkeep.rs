//! Checking, forgetting, backing up.

use crate::base::{Base, MONDAY, Phone, TUESDAY, office};
use server::{
    demo::{
        DemoOffice,
        load::{self, Extent},
    },
    maintenance::{self, BackupError, Finding},
    store::{Db, Engine, StoreError, accounts, devices, meta, rows},
};
use shared::{ids::OfficeId, office::Office, row::Key, sync::OpResult};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use tests::sim::people;

pub async fn check_finds_what_was_tampered_with(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    let mut phone = Phone::new();
    let ops = vec![phone.book(0, MONDAY, false), phone.book(1, MONDAY, false)];
    base.push(&phone, ops).await;
    base.assert_clean().await;
    let findings = || async { maintenance::check(&base.db).await.unwrap() };

    for (harm, repair, found) in [
        (
            "UPDATE audit SET result = 'rejected' WHERE n = 2",
            "UPDATE audit SET result = 'applied' WHERE n = 2",
            Finding::Audit {
                office: people::OFFICE,
                n: 2,
            },
        ),
        (
            "UPDATE office_clock SET audit_n = audit_n + 1 WHERE office = 1",
            "UPDATE office_clock SET audit_n = audit_n - 1 WHERE office = 1",
            Finding::Audit {
                office: people::OFFICE,
                n: 4,
            },
        ),
        (
            "UPDATE slot SET booked = booked - 1",
            "UPDATE slot SET booked = booked + 1",
            Finding::Slot {
                office: people::OFFICE,
                start: "2026-11-23T08:00:00".parse().unwrap(),
                what: "the booked column",
                counted: 2,
                stored: 1,
            },
        ),
        (
            "UPDATE op SET seq = seq + 5 WHERE seq = 2",
            "UPDATE op SET seq = seq - 5 WHERE seq = 7",
            Finding::Queue { device: phone.id },
        ),
    ] {
        base.meddle(harm, harm).await;
        assert_eq!(findings().await, vec![found]);
        base.meddle(repair, repair).await;
        base.assert_clean().await;
    }
    let lost = "DELETE FROM record WHERE entity = 'booking'";
    base.meddle(lost, lost).await;
    // The slot counts nobody; two residents and two claims name bookings that are gone, and the audit
    // knows these.
    assert_eq!(findings().await.len(), 7);
}

/// An office as an older version stored it: half a minute of work was left at the end of a day, and no
/// slot is that short.
pub async fn times_with_seconds_are_read_as_minutes_and_reported(base: &Base) {
    // A place may be called as it likes.
    let mut named = office(people::OFFICE, 7);
    named.name = "23:59:59".to_owned();
    base.set_office(named).await;
    base.assert_clean().await;
    let slots = || async {
        let mut tx = base.db.read().await.unwrap();
        let key = Key::office(people::OFFICE);
        let office: Option<Office> = rows::get(&mut tx, people::OFFICE, key).await.unwrap();
        office.unwrap().slots("2026-11-23".parse().unwrap())
    };
    let before = slots().await;
    let harm =
        r#"UPDATE record SET data = replace(data, ':00:00"', ':00:30"') WHERE entity = 'office'"#;
    base.meddle(harm, harm).await;
    assert_eq!(slots().await, before);
    let mut phone = Phone::new();
    let op = phone.book(1, MONDAY, false);
    let pushed = base.push(&phone, vec![op]).await;
    assert!(matches!(pushed.results[0].result, OpResult::Applied { .. }));
    let found = base.findings_besides_edits().await;
    let office = Finding::Seconds {
        office: people::OFFICE,
        row: Key::office(people::OFFICE),
    };
    assert_eq!(found, [office]);
}

async fn epoch(db: &Db) -> String {
    meta::epoch(&mut db.read().await.unwrap()).await.unwrap()
}

pub async fn a_backup_restores_into_a_new_epoch(base: &Base) {
    let file = base.folder.join("backup.db");
    if base.db.engine() == Engine::Postgres {
        // PostgreSQL's own tools copy; only the epoch is ours to begin.
        let refused = maintenance::backup(&base.db, &file).await;
        assert!(matches!(refused, Err(BackupError::NotEmbedded)));
        let before = epoch(&base.db).await;
        base.close().await;
        maintenance::restore(&base.url, None, &base.clock)
            .await
            .unwrap();
        let db = Db::open(&base.url).await.unwrap();
        assert_ne!(epoch(&db).await, before);
        db.close().await;
        return;
    }
    base.set_office(office(people::OFFICE, 7)).await;
    let mut phone = Phone::new();
    let first = phone.book(0, MONDAY, false);
    base.push(&phone, vec![first]).await;
    let before = epoch(&base.db).await;
    maintenance::backup(&base.db, &file).await.unwrap();
    let twice = maintenance::backup(&base.db, &file).await;
    assert!(matches!(twice, Err(BackupError::Exists(_))));
    let later = phone.book(1, TUESDAY, false);
    base.push(&phone, vec![later.clone()]).await;

    // A server that has it open would go on confirming into a file that is gone.
    let refused = maintenance::restore(&base.url, Some(&file), &base.clock).await;
    assert!(matches!(
        refused,
        Err(BackupError::Store(StoreError::InUse))
    ));
    base.close().await;
    let junk = base.folder.join("junk.db");
    std::fs::write(&junk, "no database").unwrap();
    let refused = maintenance::restore(&base.url, Some(&junk), &base.clock).await;
    assert!(
        matches!(refused, Err(BackupError::NotABackup(_))),
        "{refused:?}"
    );
    maintenance::restore(&base.url, Some(&file), &base.clock)
        .await
        .unwrap();

    let db = Db::open(&base.url).await.unwrap();
    assert_ne!(epoch(&db).await, before);
    let mut tx = db.read().await.unwrap();
    assert_eq!(devices::last_seq(&mut tx, phone.id).await.unwrap(), 1);
    drop(tx);
    assert_eq!(maintenance::check(&db).await.unwrap(), Vec::new());
    // What the backup did not know is pushed again and takes effect.
    let (clock, keys, pokes) = (base.clock.clone(), base.keys.clone(), base.pokes.clone());
    let batcher = server::batch::Batcher::start(db.clone(), clock, keys, pokes);
    let push = shared::sync::Push {
        sent_at: base.clock.now(),
        declare_gap: false,
        seals: Vec::new(),
        ops: vec![later],
    };
    let pushed = batcher.submit(phone.submission(push)).await.unwrap();
    assert!(
        matches!(pushed.results[0].result, OpResult::Applied { .. }),
        "{pushed:?}"
    );
    assert_eq!(pushed.epoch, epoch(&db).await);
    db.close().await;
}

/// The machine dies while a backup is put back: what was committed is still in the old file.
pub async fn a_restore_that_ends_halfway_loses_nothing(base: &Base) {
    if base.db.engine() == Engine::Postgres {
        // PostgreSQL's own tools copy.
        return;
    }
    let backup = base.folder.join("backup.db");
    base.set_office(office(people::OFFICE, 7)).await;
    maintenance::backup(&base.db, &backup).await.unwrap();
    base.set_office(office(OfficeId(people::OFFICE.0 + 1), 7))
        .await;
    // As the machine's end leaves the files: what was written last stands in the log alone.
    let old = base.folder.join("old.db");
    for end in ["", "-wal"] {
        let from = base.folder.join(format!("rekam.db{end}"));
        std::fs::copy(from, base.folder.join(format!("old.db{end}"))).unwrap();
    }
    let url = format!("sqlite:{}", old.display());
    // Something that cannot be removed ends it.
    let shm = base.folder.join("old.db-shm");
    std::fs::create_dir(&shm).unwrap();
    let ended = maintenance::restore(&url, Some(&backup), &base.clock).await;
    assert!(matches!(ended, Err(BackupError::File(_))), "{ended:?}");
    std::fs::remove_dir(&shm).unwrap();
    let db = Db::open(&url).await.unwrap();
    let mut tx = db.read().await.unwrap();
    assert_eq!(rows::offices(&mut tx).await.unwrap().len(), 2);
    drop(tx);
    db.close().await;
}

pub async fn a_database_is_held_together_or_alone(base: &Base) {
    let alone = Db::open_alone(&base.url).await;
    assert!(matches!(alone, Err(StoreError::InUse)));
    let together = Db::open(&base.url).await.unwrap();
    together.close().await;
    base.close().await;
    let alone = Db::open_alone(&base.url).await.unwrap();
    for open in [Db::open(&base.url).await, Db::open_alone(&base.url).await] {
        assert!(matches!(open, Err(StoreError::InUse)));
    }
    alone.close().await;
    Db::open(&base.url).await.unwrap().close().await;
}

pub async fn files_are_for_their_owner_alone(base: &Base) {
    if base.db.engine() == Engine::Postgres {
        return;
    }
    base.set_office(office(people::OFFICE, 7)).await;
    let others = |name: &str| {
        let found = std::fs::metadata(base.folder.join(name)).unwrap();
        found.permissions().mode() & 0o077
    };
    maintenance::backup(&base.db, &base.folder.join("copy.db"))
        .await
        .unwrap();
    for name in ["rekam.db", "rekam.db-wal", "rekam.db.lock", "copy.db"] {
        assert_eq!(others(name), 0, "{name}");
    }
    // A database of before, and a backup that somebody opened to others.
    base.close().await;
    for name in ["rekam.db", "copy.db"] {
        let open = std::fs::Permissions::from_mode(0o644);
        std::fs::set_permissions(base.folder.join(name), open).unwrap();
    }
    // Somebody else runs the first command. Only root can give files away, and it is root who would
    // take them.
    let file = base.folder.join("rekam.db");
    let owner = |name: &str| {
        let found = std::fs::metadata(base.folder.join(name)).unwrap();
        (found.uid(), found.gid())
    };
    if owner("rekam.db").0 == 0 {
        chown(&file, Some(1234), Some(1234)).unwrap();
    }
    std::fs::remove_file(base.folder.join("rekam.db.lock")).unwrap();
    Db::open(&base.url).await.unwrap().close().await;
    assert_eq!(others("rekam.db"), 0);
    let own = owner("rekam.db");
    assert_eq!(owner("rekam.db.lock"), own);
    let copy = base.folder.join("copy.db");
    maintenance::restore(&base.url, Some(&copy), &base.clock)
        .await
        .unwrap();
    assert_eq!(others("rekam.db"), 0);
    assert_eq!(owner("rekam.db"), own);
}

pub async fn the_demo_stays_out_of_an_office_at_work(base: &Base) {
    let real = DemoOffice::Jelutung.office();
    base.set_office(real.clone()).await;
    let extent = Extent {
        residents: 10,
        life: false,
        plan: false,
    };
    let refused = load::load(&base.backend(), extent).await;
    assert!(refused.is_err());
    let mut tx = base.db.read().await.unwrap();
    assert_eq!(rows::offices(&mut tx).await.unwrap(), vec![real]);
    assert_eq!(accounts::list(&mut tx).await.unwrap(), Vec::new());
}

pub async fn others_are_poked(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    let mut here = base.pokes.subscribe();
    let elsewhere = server::pokes::Pokes::start(&base.db, uuid::Uuid::new_v4());
    let mut there = elsewhere.subscribe();
    let mut phone = Phone::new();
    let op = phone.book(0, MONDAY, false);
    base.push(&phone, vec![op]).await;
    let poke = here.recv().await.unwrap();
    assert_eq!(
        (poke.office, poke.everyone, poke.residents.len()),
        (people::OFFICE, false, 1)
    );
    if base.db.engine() == Engine::Postgres {
        // The other instance may still be about to listen when the first one is sent.
        let mut n = 1;
        let heard = loop {
            let wait = std::time::Duration::from_millis(500);
            match tokio::time::timeout(wait, there.recv()).await {
                Ok(poke) => break poke.unwrap(),
                Err(_) => {
                    let op = phone.book(n, MONDAY, false);
                    base.push(&phone, vec![op]).await;
                    n += 1;
                    assert!(n < 5, "nothing heard from the other instance");
                }
            }
        };
        assert_eq!(heard.office, people::OFFICE);
    }
}
