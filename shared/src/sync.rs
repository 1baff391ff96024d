//! The messages of push and pull.

use crate::{
    command::Receipt,
    envelope::Envelope,
    ids::{DeviceId, OfficeId, OpId, UserId},
    problem::{Code, Problem},
    region::RegionCode,
    removal::PhoneId,
    row::{Change, Entity, Key, Row},
    tagged::tagged,
    ticket::TicketKey,
    trust::SealedSignIn,
    work::Work,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Ops in one push, at most.
pub const PUSH_OPS: usize = 50;
/// Bytes of one push's body, at most, as devices fill it.
pub const PUSH_BYTES: usize = 128 * 1024;
/// Bytes of a push's body that the server takes. An op that filled a push alone is a third longer once it
/// is closed ([`crate::lockbox`]).
pub const PUSH_TAKEN: usize = PUSH_BYTES + PUSH_BYTES / 2;
/// Who pulls, where nobody is signed in.
pub const NOBODY: &str = "nobody";
/// Names the account that a request speaks for, where several are signed in on one device.
pub const ACCOUNT_HEADER: &str = "x-rekam-account";
/// Rows of one pull, at most and by default.
pub const PULL_ROWS: u32 = 1_000;

/// What a device sends: its ops in order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Push {
    /// The device's clock at sending: the server corrects the ops' times by it.
    pub sent_at: DateTime<Utc>,
    /// Ops that the device no longer has: the server goes on at the first one sent here, and
    /// writes the gap into the audit.
    #[serde(default)]
    pub declare_gap: bool,
    /// The sign-ins that the ops of staff are judged by, for a server restored from a backup.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seals: Vec<SealedSignIn>,
    /// Each is an [`Envelope`]; one that cannot be read must not spoil the others.
    pub ops: Vec<Value>,
}

/// The answer to a push, op by op.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pushed {
    pub results: Vec<OpAnswer>,
    /// Of this device, after the push.
    pub last_seq: u64,
    /// As in [`Cursor`]: an answer from before a restore must not settle anything after it.
    pub epoch: String,
    /// Why the rest of the ops was not looked at; they stay queued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Stopped>,
}

/// Why a push was not taken to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stopped {
    pub code: Code,
    /// The `seq` the server expects next.
    pub expected: u64,
}

/// What became of one op.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpAnswer {
    pub op_id: OpId,
    pub seq: u64,
    /// The op had been answered before; this is that answer.
    #[serde(default)]
    pub replayed: bool,
    #[serde(flatten)]
    pub result: OpResult,
}

tagged! {
    #[tag = "result"]
    /// The end of an op at the server.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum OpResult {
        Applied {
            /// The office's change number after it: synced once a pull has passed it.
            change_seq: u64,
            receipt: Receipt,
        },
        Rejected(Problem),
        /// Kept for staff to look at; nothing more to do on the device.
        Quarantined {
            code: Code,
        },
    }
}

/// A row as it is pulled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PullRow {
    pub office: OfficeId,
    pub entity: Entity,
    pub id: Uuid,
    pub seq: u64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub data: Value,
}

impl PullRow {
    /// The change it stands for.
    ///
    /// # Errors
    /// When the data does not have the row's shape.
    pub fn change(self) -> Result<Change, serde_json::Error> {
        if self.deleted {
            return Ok(Change::Remove(Key(self.entity, self.id)));
        }
        Row::from_json(self.entity, self.data).map(Change::Put)
    }
}

/// The answer to a pull.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pulled {
    pub changes: Vec<PullRow>,
    pub cursor: Cursor,
    /// This device's last seq, read in the same database snapshot as the rows.
    pub device_seq: u64,
    pub more: bool,
    /// Offices whose rows on the device must go before these changes are applied. The outbox stays.
    #[serde(default)]
    pub reset: Vec<OfficeId>,
    pub now: DateTime<Utc>,
}

/// How far a device has pulled; to the device it is opaque, written as base64url of JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Changes when a backup was restored.
    pub epoch: String,
    pub scopes: BTreeMap<OfficeId, ScopeCursor>,
}

/// How far within one office, and for which rights.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeCursor {
    /// Changes with the rights: another one resets the office's rows on the device.
    pub hash: String,
    pub seq: u64,
    /// Up to which number the server had forgotten what is gone when it wrote this.
    #[serde(default)]
    pub floor: u64,
}

/// A member of staff who is signed in on this device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub id: UserId,
    pub username: String,
    pub name: String,
    pub role: Role,
    pub office: OfficeId,
    pub kelurahan: Option<RegionCode>,
    /// Keys for checking tickets without a network.
    pub ticket_keys: Vec<TicketKey>,
    /// What settled ops are closed with once the person has signed out; see [`crate::lockbox`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lockbox: Option<String>,
    /// With the answer to a sign-in: its seal, to be kept with the queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<SealedSignIn>,
    /// Who else stays signed in on this device: operators of the same office.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<UserId>,
}

/// What a person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Resident,
    Kelurahan,
    Operator,
    Head,
    Admin,
    /// The office itself, for what time causes and for set-up from the command line.
    System,
}

/// Another password for whoever is signed in.
#[derive(Clone, Serialize, Deserialize)]
pub struct NewPassword {
    pub current: String,
    pub new: String,
}

/// Signing in on a device.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignIn {
    pub username: String,
    pub password: String,
    /// The place that the device's next op will have in its queue: from there on it speaks for the
    /// account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_seq: Option<u64>,
    /// Who is to stay signed in on this device; see [`crate::sop::pin::stays_beside`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<UserId>,
}

/// An error body, RFC 9457.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemBody {
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    pub code: Code,
    /// For `seq_gap`: the `seq` the server expects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<u64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// What this device has to do before it is heard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<Work>,
}

/// What is wrong with one field of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldProblem {
    pub field: String,
    pub code: String,
}

/// A tablet as the head's page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TabletContact {
    pub letters: String,
    pub last_contact: Option<DateTime<Utc>>,
}

/// A device on which staff of an office have signed in, for its head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffDevice {
    pub device: DeviceId,
    /// Of a tablet that receives people.
    pub letters: Option<String>,
    /// The names of those who have signed in there.
    pub people: Vec<String>,
    pub last_contact: Option<DateTime<Utc>>,
    pub locked: bool,
}

/// A phone that may act for a resident, for staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResidentPhone {
    pub phone: PhoneId,
    /// Since when it may.
    pub since: DateTime<Utc>,
    pub last_contact: Option<DateTime<Utc>>,
    /// It asked that the others be removed.
    pub asks: bool,
    /// It is to be removed.
    pub goes: bool,
}

/// An op that waits for the head's yes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldOp {
    pub op: OpId,
    pub kind: String,
    /// The name of the account it speaks for.
    pub author: Option<String>,
    /// The name of the person it is about, where it says one.
    pub about: Option<String>,
    /// The device that it came from, its letters if it receives people, and who has signed in there.
    pub device: DeviceId,
    #[serde(default)]
    pub letters: Option<String>,
    #[serde(default)]
    pub people: Vec<String>,
    pub why: Code,
    pub received_at: DateTime<Utc>,
}

/// The health answer; its body proves that the server itself spoke.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    pub status: String,
    pub version: String,
    pub epoch: String,
    pub now: DateTime<Utc>,
}

/// Reads an op as far as its place in the queue, when the rest cannot be read.
#[must_use]
pub fn place_of(op: &Value) -> Option<(OpId, u64)> {
    let id = op.get("op_id")?.as_str()?.parse().ok()?;
    Some((id, op.get("seq")?.as_u64()?))
}

/// Reads an op.
#[must_use]
pub fn envelope_of(op: &Value) -> Option<Envelope> {
    Envelope::deserialize(op).ok()
}
