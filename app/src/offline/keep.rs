//! What is kept in which store: the device's identity, its outbox, the rows as last pulled, and
//! how far the pull has come. Seqs are taken where the op is written, so several tabs can append.

use super::db::{DEVICE, DRAFTS, META, OUTBOX, ROWS, SaveError, Store, read, write};
use super::{account, drafts, seals};
use crate::clock;
use chrono::{DateTime, Utc};
use indexed_db_futures::transaction::Transaction;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use shared::{
    client::{Client, OpStatus, QueuedOp, Shown},
    command::Command,
    envelope::{Actor, Envelope, Head},
    ids::{DeviceId, OfficeId, UserId},
    row::{Change, Entity, Key, Row},
    sync::Cursor,
    trust::SealedSignIn,
};
use uuid::Uuid;

/// The device's identity and the next place in its queue; vanishes together with the outbox.
#[derive(Clone, Serialize, Deserialize)]
pub struct Device {
    pub id: DeviceId,
    pub token: String,
    pub next_seq: u64,
    /// Id and token of the device that this one was before: it goes on in its session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forked_from: Option<String>,
}

/// How far the rows are.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Pulled {
    pub cursor: Cursor,
    pub base_seq: u64,
    /// When a pull last came to its end.
    pub at: Option<DateTime<Utc>>,
    /// For whom staff's rows were pulled: nobody else sees them here.
    #[serde(default)]
    pub owner: Option<Owner>,
}

/// A member of staff and the office whose rows they may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    pub account: UserId,
    pub office: OfficeId,
}

#[derive(Serialize, Deserialize)]
struct KeptRow {
    entity: Entity,
    id: Uuid,
    office: Option<OfficeId>,
    data: Value,
}

/// The note that the office has locked this device.
pub const LOCKED: &str = "locked";
const SELF: &str = "self";
pub(super) const PULLED: &str = "pulled";
pub use shared::sop::retention::SETTLED as KEPT;

/// Sorts as text like the number.
pub(super) fn seq_key(seq: u64) -> String {
    format!("{seq:016}")
}

fn row_key(key: Key) -> String {
    format!("{}/{}", key.0.as_str(), key.1)
}

fn new_device() -> Result<Device, SaveError> {
    Ok(Device {
        id: clock::new_device_id(),
        token: clock::new_token().ok_or(SaveError::Unsupported)?,
        next_seq: 1,
        forked_from: None,
    })
}

/// Everything a client needs, with the identity made on the first visit.
pub struct Loaded {
    pub device: Device,
    pub ops: Vec<QueuedOp>,
    pub rows: Vec<Row>,
    pub pulled: Pulled,
    pub seals: Vec<SealedSignIn>,
}

/// Reads all of it in one transaction.
///
/// # Errors
/// [`SaveError`] when the database cannot be opened or read.
pub async fn load() -> Result<Loaded, SaveError> {
    match look().await? {
        Some(loaded) => Ok(loaded),
        None => {
            make_device().await?;
            look().await?.ok_or(SaveError::Closed)
        }
    }
}

/// Gives the device its identity, unless another tab was first.
async fn make_device() -> Result<(), SaveError> {
    write(&[DEVICE], async |tx| {
        let devices = Store::of(tx, DEVICE)?;
        match devices.get::<Device>(SELF).await? {
            Some(_) => Ok(()),
            None => devices.put(SELF, &new_device()?),
        }
    })
    .await
}

/// Nothing before the device has an identity. Only reads: a start waits for no disk.
async fn look() -> Result<Option<Loaded>, SaveError> {
    read(&[DEVICE, OUTBOX, ROWS, META], async |tx| {
        let Some(device) = Store::of(tx, DEVICE)?.get::<Device>(SELF).await? else {
            return Ok(None);
        };
        let ops = Store::of(tx, OUTBOX)?.all().await?;
        let kept: Vec<KeptRow> = Store::of(tx, ROWS)?.all().await?;
        let rows = kept
            .into_iter()
            .filter_map(|row| Row::from_json(row.entity, row.data).ok())
            .collect();
        let meta = Store::of(tx, META)?;
        let pulled = meta.get(PULLED).await?.unwrap_or_default();
        let seals = seals::all(&meta).await?;
        Ok(Some(Loaded {
            device,
            ops,
            rows,
            pulled,
            seals,
        }))
    })
    .await
}

/// Writes a command to the end of the outbox and takes its seq, durably and at once; the draft that it
/// was typed in goes with it.
///
/// # Errors
/// [`SaveError`]; nothing is queued then.
pub async fn append(
    actor: Actor,
    office: OfficeId,
    command: &Command,
    draft: Option<&str>,
) -> Result<QueuedOp, SaveError> {
    write(&[DEVICE, OUTBOX, DRAFTS], async |tx| {
        if let Some(draft) = draft {
            let account = match actor {
                Actor::User(id) => Some(id),
                Actor::Resident | Actor::System => None,
            };
            drafts::drop_draft(tx, account, draft)?;
        }
        queue(tx, actor, office, command).await
    })
    .await
}

pub(super) async fn queue(
    tx: &Transaction<'_>,
    actor: Actor,
    office: OfficeId,
    command: &Command,
) -> Result<QueuedOp, SaveError> {
    let devices = Store::of(tx, DEVICE)?;
    let mut device: Device = match devices.get(SELF).await? {
        Some(device) => device,
        None => new_device()?,
    };
    let head = Head {
        op_id: clock::new_op_id(),
        device_id: device.id,
        seq: device.next_seq,
        office,
        actor,
        device_time: clock::own(),
    };
    let op = QueuedOp {
        envelope: Envelope::new(head, command)?,
        status: OpStatus::Saved,
        shown: Shown::Pending,
        shift: Some(clock::shift()),
        about: None,
    };
    Store::of(tx, OUTBOX)?.put(&seq_key(device.next_seq), &op)?;
    device.next_seq += 1;
    devices.put(SELF, &device)?;
    Ok(op)
}

/// The place that the next op will have in the queue.
///
/// # Errors
/// [`SaveError`] when the database fails.
pub async fn next_seq() -> Result<Option<u64>, SaveError> {
    read(&[DEVICE], async |tx| {
        let device: Option<Device> = Store::of(tx, DEVICE)?.get(SELF).await?;
        Ok(device.map(|device| device.next_seq))
    })
    .await
}

/// Writes what became of ops.
///
/// # Errors
/// [`SaveError`]; the ops are answered again at the next push.
pub async fn settle(ops: &[QueuedOp]) -> Result<(), SaveError> {
    write(&[OUTBOX], async |tx| {
        let store = Store::of(tx, OUTBOX)?;
        for op in ops {
            store.put(&seq_key(op.envelope.seq), op)?;
        }
        Ok(())
    })
    .await
}

/// Drops ops that are long settled.
///
/// # Errors
/// [`SaveError`] when the database fails.
pub async fn forget(seqs: &[u64]) -> Result<(), SaveError> {
    write(&[OUTBOX], async |tx| {
        let store = Store::of(tx, OUTBOX)?;
        for seq in seqs {
            store.delete(&seq_key(*seq))?;
        }
        Ok(())
    })
    .await
}

/// Gives the device a new identity and renumbers what waits, all in one transaction. Nothing
/// happens when another tab has done so already.
///
/// # Errors
/// [`SaveError`]; the old identity stays then.
pub async fn fork(from: DeviceId) -> Result<(), SaveError> {
    write(&[DEVICE, OUTBOX, META], async |tx| {
        let kept: Option<Device> = Store::of(tx, DEVICE)?.get(SELF).await?;
        if kept.as_ref().is_some_and(|device| device.id != from) {
            return Ok(());
        }
        let outbox = Store::of(tx, OUTBOX)?;
        let ops: Vec<QueuedOp> = outbox.all().await?;
        let mut device = new_device()?;
        device.forked_from = kept.map(|before| format!("{}.{}", before.id, before.token));
        let mut client = Client::new(device.id);
        client.ops = ops.into_iter().map(|op| (op.envelope.seq, op)).collect();
        client.fork(device.id);
        let meta = Store::of(tx, META)?;
        let mut pulled: Pulled = meta.get(PULLED).await?.unwrap_or_default();
        outbox.clear()?;
        for (seq, op) in &client.ops {
            outbox.put(&seq_key(*seq), op)?;
        }
        device.next_seq = client.next_seq;
        Store::of(tx, DEVICE)?.put(SELF, &device)?;
        pulled.base_seq = 0;
        seals::drop_all(&meta)?;
        meta.put(PULLED, &pulled)
    })
    .await
}

/// Writes one page of a pull: rows, cursor and seq together.
///
/// # Errors
/// [`SaveError`]; the page is pulled again then.
pub async fn page(
    changes: &[Change],
    reset: &[OfficeId],
    pulled: &Pulled,
) -> Result<(), SaveError> {
    write(&[ROWS, META], async |tx| {
        let rows = Store::of(tx, ROWS)?;
        drop_offices(&rows, reset).await?;
        for change in changes {
            match change {
                Change::Put(row) => rows.put(&row_key(row.key()), &KeptRow::of(row)?)?,
                Change::Remove(key) => rows.delete(&row_key(*key))?,
            }
        }
        Store::of(tx, META)?.put(PULLED, pulled)
    })
    .await
}

/// Notes the server's epoch before the first pull has come.
///
/// # Errors
/// [`SaveError`] when the database fails.
pub async fn epoch(epoch: &str) -> Result<(), SaveError> {
    write(&[META], async |tx| {
        let meta = Store::of(tx, META)?;
        let mut pulled: Pulled = meta.get(PULLED).await?.unwrap_or_default();
        pulled.cursor.epoch = epoch.to_owned();
        meta.put(PULLED, &pulled)
    })
    .await
}

/// Takes an office's rows off the device and makes the next pull start it anew. The outbox stays.
///
/// # Errors
/// [`SaveError`] when the database fails.
pub async fn drop_office(office: OfficeId) -> Result<(), SaveError> {
    write(&[ROWS, META], async |tx| drop_office_in(tx, office).await).await
}

pub(super) async fn drop_office_in(
    tx: &Transaction<'_>,
    office: OfficeId,
) -> Result<(), SaveError> {
    drop_offices(&Store::of(tx, ROWS)?, &[office]).await?;
    let meta = Store::of(tx, META)?;
    let mut pulled: Pulled = meta.get(PULLED).await?.unwrap_or_default();
    pulled.cursor.scopes.remove(&office);
    meta.put(PULLED, &pulled)
}

/// Takes everything off the device, and notes whose sign-out the server is to be told of.
///
/// # Errors
/// [`SaveError::Unsent`] while ops wait that only this device has.
pub async fn erase(due: &[Option<UserId>]) -> Result<(), SaveError> {
    let stores = [DEVICE, OUTBOX, ROWS, META, DRAFTS];
    write(&stores, async |tx| {
        let ops: Vec<QueuedOp> = Store::of(tx, OUTBOX)?.all().await?;
        let lost = |op: &QueuedOp| !op.is_settled() && !op.is_mark();
        if ops.iter().any(lost) {
            return Err(SaveError::Unsent);
        }
        for store in stores {
            Store::of(tx, store)?.clear()?;
        }
        account::set_due(&Store::of(tx, META)?, due)
    })
    .await
}

/// Takes everything about people off a device that the office has locked. Its identity stays, and what the
/// server has not answered yet: only this device has it.
///
/// # Errors
/// [`SaveError`] when the database fails.
pub async fn wipe() -> Result<(), SaveError> {
    write(&[OUTBOX, ROWS, META, DRAFTS], async |tx| {
        for store in [ROWS, META, DRAFTS] {
            Store::of(tx, store)?.clear()?;
        }
        let outbox = Store::of(tx, OUTBOX)?;
        match outbox.all::<QueuedOp>().await {
            Ok(ops) => {
                for op in ops.iter().filter(|op| op.is_settled()) {
                    outbox.delete(&seq_key(op.envelope.seq))?;
                }
            }
            // Nobody could send what nobody can read.
            Err(_) => outbox.clear()?,
        }
        Store::of(tx, META)?.put(LOCKED, &true)
    })
    .await
}

impl KeptRow {
    fn of(row: &Row) -> Result<Self, SaveError> {
        let key = row.key();
        Ok(Self {
            entity: key.0,
            id: key.1,
            office: shared::client::office_of(row),
            data: row.to_json()?,
        })
    }
}

pub(super) async fn drop_offices(rows: &Store<'_>, offices: &[OfficeId]) -> Result<(), SaveError> {
    if offices.is_empty() {
        return Ok(());
    }
    for row in rows.all::<KeptRow>().await? {
        if row.office.is_some_and(|office| offices.contains(&office)) {
            rows.delete(&row_key(Key(row.entity, row.id)))?;
        }
    }
    Ok(())
}

/// A note under a name.
pub async fn note<T: DeserializeOwned>(name: &str) -> Option<T> {
    read(&[META], async |tx| Store::of(tx, META)?.get(name).await)
        .await
        .ok()
        .flatten()
}

/// Several notes, read at once.
pub async fn notes<T>(look: impl AsyncFnOnce(&Store<'_>) -> Result<T, SaveError>) -> Option<T> {
    let all = read(&[META], async |tx| look(&Store::of(tx, META)?).await);
    all.await.ok()
}

/// Keeps a note.
///
/// # Errors
/// [`SaveError`] when the device cannot keep it.
pub async fn keep_note<T: Serialize>(name: &str, value: &T) -> Result<(), SaveError> {
    write(&[META], async |tx| Store::of(tx, META)?.put(name, value)).await
}

/// Keeps several notes in one.
///
/// # Errors
/// [`SaveError`] when the device cannot keep them.
pub async fn keep_notes(notes: &[(&str, Value)]) -> Result<(), SaveError> {
    write(&[META], async |tx| {
        let meta = Store::of(tx, META)?;
        notes
            .iter()
            .try_for_each(|(name, value)| meta.put(name, value))
    })
    .await
}

/// Drops a note.
///
/// # Errors
/// [`SaveError`] when the database fails.
pub async fn drop_note(name: &str) -> Result<(), SaveError> {
    write(&[META], async |tx| Store::of(tx, META)?.delete(name)).await
}
