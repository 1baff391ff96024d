//! The books of a fault test, from the tables themselves: every op that a device saw answered is there
//! once with that answer, every op that it saved is there once in the end, and the audit says each
//! of them once.

use std::collections::{BTreeMap, BTreeSet};

use shared::{
    client::{OpStatus, QueuedOp},
    ids::OpId,
    sync::OpResult,
};
use sqlx::{Connection, PgConnection, Row, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::courier::Courier;

/// What the tables say of an op.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub device: String,
    pub seq: i64,
    pub result: OpResult,
    /// How often the audit tells of it.
    pub audited: i64,
}

const SQL: &str = "SELECT o.op_id, o.device, o.seq, o.result, COALESCE(a.n, 0)
    FROM op AS o LEFT JOIN
    (SELECT op_id, COUNT(*) AS n FROM audit GROUP BY op_id) AS a ON a.op_id = o.op_id";

/// All ops of a database, read past the server.
///
/// # Panics
/// As all functions here: when the database cannot be read.
pub async fn read(database: &str) -> BTreeMap<OpId, Entry> {
    let mut entries = BTreeMap::new();
    let mut take = |id: String, device, seq, result: String, audited| {
        let id = OpId(id.parse().expect("an id"));
        let result = serde_json::from_str(&result).expect("a result");
        let entry = Entry {
            device,
            seq,
            result,
            audited,
        };
        assert_eq!(entries.insert(id, entry), None, "{id} is there twice");
    };
    if let Some(path) = server::store::sqlite_path(database) {
        let options = SqliteConnectOptions::new().filename(path);
        let options = options.busy_timeout(std::time::Duration::from_secs(10));
        let mut db = SqliteConnection::connect_with(&options)
            .await
            .expect("it opens");
        for row in sqlx::query(SQL).fetch_all(&mut db).await.expect("the ops") {
            take(row.get(0), row.get(1), row.get(2), row.get(3), row.get(4));
        }
        db.close().await.expect("it closes");
    } else {
        let mut db = PgConnection::connect(database).await.expect("it opens");
        for row in sqlx::query(SQL).fetch_all(&mut db).await.expect("the ops") {
            take(row.get(0), row.get(1), row.get(2), row.get(3), row.get(4));
        }
        db.close().await.expect("it closes");
    }
    entries
}

/// Of a phone's ops without effect the server keeps the answers to those among its last 200.
const ANSWERS: usize = 200;

/// The server may have forgotten this op of the device by design. Ids do not tell in which order they were said.
fn may_be_forgotten(courier: &Courier, id: &OpId) -> bool {
    let had_effect = matches!(courier.answered.get(id), Some(OpResult::Applied { .. }));
    !had_effect && courier.device.promised.len() > ANSWERS
}

/// Every answer that a device saw is in the tables, once and the same.
pub fn holds_answers(entries: &BTreeMap<OpId, Entry>, couriers: &[Courier]) {
    for courier in couriers {
        for (id, seen) in &courier.answered {
            let Some(entry) = entries.get(id) else {
                let forgotten = may_be_forgotten(courier, id);
                assert!(forgotten, "{}: {id} is lost, {seen:?}", courier.name);
                continue;
            };
            assert_eq!(entry.result, *seen, "{}: {id}", courier.name);
            assert_eq!(entry.audited, 1, "{}: {id} in the audit", courier.name);
        }
    }
}

/// Everything in the outbox of a browser is in the tables once, with the answer that the browser
/// kept, and nothing else is there of this device.
pub fn holds_outbox(entries: &BTreeMap<OpId, Entry>, outbox: &[QueuedOp]) {
    for op in outbox {
        let id = op.envelope.op_id;
        let entry = entries.get(&id);
        let entry = entry.unwrap_or_else(|| panic!("{id} is lost: {op:?}"));
        let OpStatus::Settled { result, .. } = &op.status else {
            panic!("not settled: {op:?}");
        };
        assert_eq!(entry.result, *result, "{id}");
        assert_eq!(entry.audited, 1, "{id} in the audit");
    }
    let devices: BTreeSet<String> = outbox
        .iter()
        .map(|op| op.envelope.device_id.to_string())
        .collect();
    let own = entries.values().filter(|e| devices.contains(&e.device));
    assert_eq!(own.count(), outbox.len(), "ops of {devices:?}");
}

/// Everything saved on a device was answered and is in the tables once, in the device's own order.
pub fn is_complete(entries: &BTreeMap<OpId, Entry>, couriers: &[Courier]) {
    holds_answers(entries, couriers);
    for courier in couriers {
        assert_eq!(courier.unanswered(), [], "{}", courier.name);
        let id = courier.id().to_string();
        let own = entries.values().filter(|entry| entry.device == id);
        let mut seqs: Vec<i64> = own.map(|entry| entry.seq).collect();
        seqs.sort_unstable();
        let promised = &courier.device.promised;
        let missing = promised.iter().filter(|id| !entries.contains_key(id));
        let missing: Vec<&OpId> = missing.collect();
        for id in &missing {
            assert!(
                may_be_forgotten(courier, id),
                "{}: {id} is lost",
                courier.name
            );
        }
        // Each place once, and no other.
        assert_eq!(
            seqs.len() + missing.len(),
            promised.len(),
            "{}",
            courier.name
        );
        seqs.dedup();
        assert_eq!(
            seqs.len() + missing.len(),
            promised.len(),
            "{}",
            courier.name
        );
        let places = 1..=i64::try_from(promised.len()).expect("few");
        assert!(seqs.iter().all(|seq| places.contains(seq)), "{seqs:?}");
    }
}
