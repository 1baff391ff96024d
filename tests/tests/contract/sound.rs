//! What `check` notices, and what it must not complain of.

use crate::base::{Base, MONDAY, Phone, TUESDAY, booking, office};
use server::{
    maintenance::{self, Finding, heads},
    store::{Db, Engine, devices, meta, seals},
    system,
};
use shared::{
    command::{Command, Receipt},
    envelope::Actor,
    ids::{BookingId, OfficeId},
    person::BirthDate,
    resident::ClaimHash,
    row::Entity,
    sync::{OpResult, Pushed, Role},
};
use std::io::{Seek, SeekFrom, Write};
use tests::sim::people;

async fn findings(base: &Base) -> Vec<Finding> {
    maintenance::check(&base.db).await.unwrap()
}

async fn two_bookings(base: &Base) -> Phone {
    base.set_office(office(people::OFFICE, 7)).await;
    let mut phone = Phone::new();
    let ops = vec![phone.book(0, MONDAY, false), phone.book(1, TUESDAY, false)];
    base.push(&phone, ops).await;
    phone
}

fn booked(pushed: &Pushed) -> BookingId {
    let OpResult::Applied {
        receipt: Receipt::Booking { booking },
        ..
    } = &pushed.results[0].result
    else {
        panic!("{pushed:?}")
    };
    booking.id
}

pub async fn an_edited_row_is_named(base: &Base) {
    two_bookings(base).await;
    base.assert_clean().await;
    for (entity, harm, repair) in [
        (
            Entity::Resident,
            "UPDATE record SET data = REPLACE(data, '\"married\":false', '\"married\":true')
                WHERE entity = 'resident' AND id = (SELECT MIN(id) FROM record WHERE entity = 'resident')",
            "UPDATE record SET data = REPLACE(data, '\"married\":true', '\"married\":false')
                WHERE entity = 'resident'",
        ),
        (
            Entity::Office,
            "UPDATE record SET data = REPLACE(data, '\"operators\":', '\"operators\":1')
                WHERE entity = 'office'",
            "UPDATE record SET data = REPLACE(data, '\"operators\":1', '\"operators\":')
                WHERE entity = 'office'",
        ),
        (
            Entity::Device,
            "UPDATE device SET data = data || ' ' WHERE data IS NOT NULL",
            "UPDATE device SET data = TRIM(data) WHERE data IS NOT NULL",
        ),
        (
            Entity::NikClaim,
            "UPDATE nik_claim SET data = data || ' ' WHERE key = (SELECT MIN(key) FROM nik_claim)",
            "UPDATE nik_claim SET data = TRIM(data)",
        ),
    ] {
        base.meddle(harm, harm).await;
        let found = findings(base).await;
        let [Finding::Row { office, row }] = found.as_slice() else {
            panic!("{entity:?}: {found:?}");
        };
        let shared = matches!(entity, Entity::Device | Entity::NikClaim);
        assert_eq!((row.0, office.is_none()), (entity, shared));
        base.meddle(repair, repair).await;
        base.assert_clean().await;
    }
    // Somebody whom nobody entered.
    let entered = "INSERT INTO record (office, entity, id, seq, deleted, open, changed_at, data)
        SELECT office, entity, '00000000-0000-0000-0000-000000000001', seq, deleted, open, changed_at,
            REPLACE(data, id, '00000000-0000-0000-0000-000000000001')
        FROM record WHERE entity = 'device_tablet' OR entity = 'resident' LIMIT 1";
    base.meddle(entered, entered).await;
    let found = findings(base).await;
    assert!(
        found
            .iter()
            .any(|found| matches!(found, Finding::Row { row, .. } if row.1.as_u128() == 1)),
        "{found:?}"
    );
}

/// Edits of one column each, and what `check` says of it.
pub async fn an_edited_column_is_named(base: &Base) {
    let mut phone = two_bookings(base).await;
    let op = phone.book(2, MONDAY, false);
    base.push(&phone, vec![op]).await;
    let tablet = Phone::new();
    base.staff(tablet.id, Role::Operator, None).await;
    let lock = Command::LockDevice {
        device: tablet.id,
        locked: true,
    };
    let said = system::say(
        &base.db,
        &base.batcher,
        &base.clock,
        people::OFFICE,
        vec![lock],
    );
    assert!(matches!(
        said.await.unwrap()[0].result,
        OpResult::Applied { .. }
    ));
    base.assert_clean().await;
    let kept = "CREATE TABLE kept AS SELECT * FROM record";
    base.meddle(kept, kept).await;
    // The booking that was made first, and the office itself.
    for (set, column) in [
        ("day = '2026-12-31'", "day"),
        ("open = 1 - open", "open"),
        ("kelurahan = '9999999999'", "kelurahan"),
        (
            "resident = '00000000-0000-0000-0000-000000000001'",
            "resident",
        ),
        ("due = 20261201", "due"),
        ("changed_at = changed_at - 86400000000", "changed_at"),
        ("seq = 1", "seq"),
        ("seq = seq + 4", "seq"),
        ("seq = -1", "seq"),
    ] {
        let harm = format!(
            "UPDATE record SET {set} WHERE entity = 'booking'
                AND seq = (SELECT MIN(seq) FROM record WHERE entity = 'booking')"
        );
        base.meddle(&harm, &harm).await;
        let found = findings(base).await;
        let [found] = found.as_slice() else {
            panic!("{set}: {found:?}");
        };
        let told = found.to_string();
        let line = format!("the column {column} is not as it was written");
        assert!(
            told.contains("office 1, booking ") && told.ends_with(&line),
            "{told}"
        );
        let repair = "DELETE FROM record; INSERT INTO record SELECT * FROM kept";
        base.meddle(repair, repair).await;
        base.assert_clean().await;
    }
    let gone = "DROP TABLE kept";
    base.meddle(gone, gone).await;
    let grant = format!(
        "INSERT INTO device_grant (device, resident, office)
            VALUES ('{}', '00000000-0000-0000-0000-000000000001', 1)",
        phone.id
    );
    for (harm, repair, lines) in [
        (
            "UPDATE office_clock SET seq = seq - 1 WHERE office = 1",
            "UPDATE office_clock SET seq = seq + 1 WHERE office = 1",
            &["one has the number"] as &[&str],
        ),
        (
            "UPDATE nik_claim SET office = 2 WHERE key = (SELECT MIN(key) FROM nik_claim)",
            "UPDATE nik_claim SET office = 1",
            &["the column office"],
        ),
        (
            "UPDATE device SET revoked = 0 WHERE revoked = 1",
            "UPDATE device SET revoked = 1 WHERE locked_at IS NOT NULL",
            &["the column revoked"],
        ),
        (
            "UPDATE device SET locked_at = locked_at + 1 WHERE revoked = 1",
            "UPDATE device SET locked_at = locked_at - 1 WHERE revoked = 1",
            &["the column locked_at"],
        ),
        (
            &grant,
            "DELETE FROM device_grant WHERE resident = '00000000-0000-0000-0000-000000000001'",
            &["the column grants"],
        ),
        (
            "UPDATE slot SET day = '2026-12-31' WHERE day = (SELECT MIN(day) FROM slot)",
            "SELECT 1",
            &["the column day"],
        ),
    ] {
        base.meddle(harm, harm).await;
        let told: Vec<String> = findings(base)
            .await
            .iter()
            .map(Finding::to_string)
            .collect();
        assert_eq!(told.len(), lines.len(), "{harm}: {told:?}");
        for line in lines {
            assert!(
                told.iter().any(|told| told.contains(line)),
                "{harm}: {told:?}"
            );
        }
        base.meddle(repair, repair).await;
    }
}

/// Somebody who edits rows takes away the notes that all was sealed, and the server starts again.
pub async fn what_was_edited_is_not_sealed_as_before(base: &Base) {
    two_bookings(base).await;
    let seal = async || {
        let mut tx = base.db.write().await.unwrap();
        let at = base.clock.now();
        let shared = seals::seal_shared(&mut tx, at).await.unwrap();
        let own = seals::seal_what_was_before(&mut tx, at).await.unwrap();
        tx.commit().await.unwrap();
        (shared, own)
    };
    // Two claims and the phone.
    assert_eq!(seal().await, (3, 0));
    base.assert_clean().await;
    let harm =
        "UPDATE nik_claim SET data = data || ' ' WHERE key = (SELECT MIN(key) FROM nik_claim);
        DELETE FROM meta WHERE key = 'done/shared_rows_sealed';
        INSERT INTO record (office, entity, id, seq, deleted, open, changed_at, data)
            SELECT office, entity, '00000000-0000-0000-0000-000000000001', seq, 0, 1, changed_at,
                REPLACE(data, id, '00000000-0000-0000-0000-000000000001')
            FROM record WHERE entity = 'resident' ORDER BY id LIMIT 1;
        UPDATE office_clock SET sealed = 0";
    base.meddle(harm, harm).await;
    let rows = async || {
        let mut found = findings(base).await;
        found.retain(|found| matches!(found, Finding::Row { .. }));
        found
    };
    let before = rows().await;
    assert_eq!(before.len(), 2, "{before:?}");
    assert_eq!(seal().await, (0, 0));
    assert_eq!(rows().await, before);
}

pub async fn a_chain_that_was_cut_is_noticed(base: &Base) {
    let mut phone = two_bookings(base).await;
    let mut tx = base.db.write().await.unwrap();
    meta::secret(&mut tx, "audit", [5; 32]).await.unwrap();
    tx.commit().await.unwrap();
    // What happened since leaves no row behind: only the chain tells of it.
    let nothing = Command::CancelBooking {
        booking: BookingId(uuid::Uuid::from_u128(1)),
    };
    let op = phone.op(Actor::Resident, &nothing);
    base.push(&phone, vec![op]).await;
    heads::keep(&base.db, &base.clock).await.unwrap();
    let mut tx = base.db.read().await.unwrap();
    let signed = heads::sign(&mut tx, &base.clock).await.unwrap();
    let lines: Vec<String> = signed.iter().map(|(_, line)| line.clone()).collect();
    drop(tx);
    let (head, _) = signed
        .iter()
        .find(|(h, _)| h.office == people::OFFICE)
        .unwrap();
    base.assert_clean().await;
    let cut = "DELETE FROM op WHERE seq = 3;
        UPDATE device SET last_seq = 2 WHERE last_seq = 3;
        UPDATE office_clock SET audit_n = audit_n - 1, audit_head =
            (SELECT prev_hash FROM audit AS a WHERE a.office = 1 ORDER BY n DESC LIMIT 1)
        WHERE office = 1;
        DELETE FROM audit WHERE office = 1
            AND n > (SELECT audit_n FROM office_clock AS c WHERE c.office = 1);";
    base.meddle(cut, cut).await;
    let gone = Finding::Head {
        office: people::OFFICE,
        n: head.n,
    };
    assert_eq!(findings(base).await, std::slice::from_ref(&gone));
    // The log knows it still where the database was made to forget.
    let forget = "DELETE FROM audit_head";
    base.meddle(forget, forget).await;
    base.assert_clean().await;
    let with = maintenance::check_with(&base.db, &lines).await.unwrap();
    assert_eq!(with, [gone]);
    let line = lines[0].replace("RH1.1.", "RH1.2.");
    let forged = maintenance::check_with(&base.db, std::slice::from_ref(&line)).await;
    assert_eq!(forged.unwrap(), [Finding::Forged { line }]);
}

pub async fn rows_of_an_older_version_are_sealed_once(base: &Base) {
    two_bookings(base).await;
    // As if no entry had ever sealed anything.
    let older =
        "DELETE FROM audit; UPDATE office_clock SET sealed = 0, audit_n = 0, audit_head = '';";
    base.meddle(older, older).await;
    let seal = async || {
        let mut tx = base.db.write().await.unwrap();
        let at = base.clock.now();
        let sealed = seals::seal_what_was_before(&mut tx, at).await.unwrap();
        tx.commit().await.unwrap();
        sealed
    };
    // Two residents, two bookings, two slots, the office.
    let rows = base
        .count(
            "SELECT (SELECT COUNT(*) FROM record WHERE deleted = 0) + (SELECT COUNT(*) FROM slot)",
        )
        .await;
    assert_eq!(seal().await, rows.unsigned_abs());
    assert_eq!(seal().await, 0);
    base.assert_clean().await;
    let mut phone = Phone::new();
    let op = phone.book(2, MONDAY, false);
    base.push(&phone, vec![op]).await;
    base.assert_clean().await;
    let harm = "UPDATE record SET data = REPLACE(data, '\"married\":false', '\"married\":true')
        WHERE entity = 'resident'";
    base.meddle(harm, harm).await;
    assert_eq!(findings(base).await.len(), 3);
    // Nor does it help to have them sealed again.
    let again = "UPDATE office_clock SET sealed = 0";
    base.meddle(again, again).await;
    seal().await;
    assert_eq!(findings(base).await.len(), 3);
}

/// A claim or a device that was taken away, or entered, past the server; and one that the server itself forgot.
pub async fn devices_and_claims_are_missed(base: &Base) {
    let old = two_bookings(base).await;
    // A device of an older version, without a seal.
    let older = format!(
        "INSERT INTO device (id, last_seq, registered_at, revoked, standing, data)
        SELECT '00000000-0000-4000-8000-0000000000aa', 0, 0, 0, 1, data FROM device
        WHERE id = '{0}';
        INSERT INTO device_grant (device, resident, office)
        SELECT '00000000-0000-4000-8000-0000000000aa', resident, office FROM device_grant
        WHERE device = '{0}'",
        old.id
    );
    base.meddle(&older, &older).await;
    base.assert_clean().await;
    let seal = async || {
        let mut tx = base.db.write().await.unwrap();
        let sealed = seals::seal_shared(&mut tx, base.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        sealed
    };
    // Two claims, two devices; and once.
    assert_eq!((seal().await, seal().await), (4, 0));
    base.assert_clean().await;
    // A stranger's wrong guess is noted in its row, and goes with it.
    let mut stranger = Phone::new();
    let mut tx = base.db.write().await.unwrap();
    let now = base.clock.now();
    let known = devices::register_or_check(&mut tx, stranger.id, &[1; 32], now).await;
    assert_eq!(known.unwrap(), devices::Checked::Unknown);
    tx.commit().await.unwrap();
    let guess = Command::ClaimResident {
        code: ClaimHash::of_code(&ClaimHash::code_from([4; 10])).unwrap(),
        birth: BirthDate::parse("1990-01-01").unwrap(),
        remove_others: false,
    };
    let op = stranger.op(Actor::Resident, &guess);
    base.push(&stranger, vec![op]).await;
    let noted = format!(
        "SELECT count(*) FROM device WHERE id = '{}' AND data IS NOT NULL",
        stranger.id
    );
    assert_eq!(base.count(&noted).await, 1);
    base.clock.advance(chrono::TimeDelta::days(31));
    let bounds = maintenance::Bounds {
        devices: 0,
        ..maintenance::Bounds::default()
    };
    let forgotten = maintenance::bound(&base.db, base.clock.now(), bounds).await;
    assert_eq!(forgotten.unwrap(), 1);
    base.assert_clean().await;
    let rows = async || {
        let found = findings(base).await.into_iter();
        let kinds = found.filter_map(|found| match found {
            Finding::Row { office: None, row } => Some(row.0),
            _ => None,
        });
        kinds.collect::<Vec<_>>()
    };
    let entered = "INSERT INTO nik_claim (key, office, data)
        SELECT '00000000-0000-4000-8000-0000000000bb', 1, REPLACE(data, key,
            '00000000-0000-4000-8000-0000000000bb')
        FROM nik_claim ORDER BY key LIMIT 1";
    base.meddle(entered, entered).await;
    assert_eq!(rows().await, [Entity::NikClaim]);
    let gone = "DELETE FROM nik_claim; DELETE FROM device WHERE data IS NOT NULL";
    base.meddle(gone, gone).await;
    let mut found = rows().await;
    found.sort();
    let [device, claim] = [Entity::Device, Entity::NikClaim];
    assert_eq!(found, [device, device, claim, claim]);
}

pub async fn a_booking_at_another_office_than_before_is_well(base: &Base) {
    for id in [1, 2] {
        base.set_office(office(OfficeId(id), 7)).await;
    }
    let mut phone = Phone::new();
    let op = phone.book(0, MONDAY, false);
    let first = booked(&base.push(&phone, vec![op]).await);
    let op = phone.op(Actor::Resident, &Command::CancelBooking { booking: first });
    base.push(&phone, vec![op]).await;
    let mut other = Phone::new();
    other.office = OfficeId(2);
    let op = other.op(Actor::Resident, &booking(0, TUESDAY, false));
    let pushed = base.push(&other, vec![op]).await;
    booked(&pushed);
    base.assert_clean().await;
}

pub async fn a_damaged_index_is_found(base: &Base) {
    if base.db.engine() == Engine::Postgres {
        return damaged_on_postgresql(base).await;
    }
    two_bookings(base).await;
    let page = base
        .count("SELECT rootpage FROM sqlite_schema WHERE name = 'record_seq'")
        .await;
    let size = base.count("PRAGMA page_size").await;
    // Else the page may be read from the log, where it is whole.
    base.meddle("PRAGMA wal_checkpoint(TRUNCATE)", "SELECT 1")
        .await;
    base.close().await;
    let file = std::fs::File::options()
        .write(true)
        .open(base.folder.join("rekam.db"));
    let mut file = file.unwrap();
    file.seek(SeekFrom::Start(((page - 1) * size).unsigned_abs()))
        .unwrap();
    file.write_all(&vec![0; usize::try_from(size).unwrap()])
        .unwrap();
    drop(file);
    let db = Db::open(&base.url).await.unwrap();
    let found = maintenance::check(&db).await.unwrap();
    db.close().await;
    assert!(
        found
            .iter()
            .any(|found| matches!(found, Finding::Damaged { .. })),
        "{found:?}"
    );
}

/// A row that its index does not know, as after a disk that lost a page.
async fn damaged_on_postgresql(base: &Base) {
    base.assert_clean().await;
    let mut tx = base.db.read().await.unwrap();
    assert!(tx.can_check_indexes().await.unwrap());
    drop(tx);
    for said in [
        "UPDATE pg_index SET indisready = false WHERE indexrelid = 'meta_pkey'::regclass",
        "INSERT INTO meta (key, value) VALUES ('unknown to the index', '')",
        "UPDATE pg_index SET indisready = true WHERE indexrelid = 'meta_pkey'::regclass",
    ] {
        base.meddle("", said).await;
    }
    let found = findings(base).await;
    let [Finding::Damaged { what }] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert!(what.contains("index meta_pkey"), "{what}");
}
