//! What surrounds a command on its way: who says it, from which device, in which order, when.

use crate::{
    command::Command,
    ids::{DeviceId, OfficeId, OpId, UserId},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// A command as it waits in a device's outbox and travels: the payload is not looked into yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    pub op_id: OpId,
    pub device_id: DeviceId,
    /// 1, 2, 3… on the device, without a gap.
    pub seq: u64,
    pub office: OfficeId,
    pub kind: String,
    pub v: u16,
    pub actor: Actor,
    /// The device's clock when the person acted.
    pub device_time: DateTime<Utc>,
    pub payload: Value,
}

/// On whose behalf a command is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// Whoever holds the device; rights come from its grants.
    Resident,
    /// A member of staff who has signed in on the device.
    User(UserId),
    /// The office itself.
    System,
}

/// SHA-256 over what an op says, whatever its place in the queue.
pub type OpHash = [u8; 32];

/// Why a payload could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error("the payload's version is above this build's")]
    Newer,
    #[error("the payload's version is no longer understood")]
    TooOld,
    #[error("the payload does not have the shape of its kind")]
    Undecodable,
}

impl Envelope {
    /// Wraps a command at the current version.
    ///
    /// # Errors
    /// When the command cannot be written as JSON.
    pub fn new(head: Head, command: &Command) -> Result<Self, serde_json::Error> {
        let (kind, payload) = match serde_json::to_value(command)? {
            Value::Object(tagged) => tagged.into_iter().next().unwrap_or_default(),
            _ => (String::new(), Value::Null),
        };
        Ok(Self {
            op_id: head.op_id,
            device_id: head.device_id,
            seq: head.seq,
            office: head.office,
            kind,
            v: Command::VERSION,
            actor: head.actor,
            device_time: head.device_time,
            payload,
        })
    }

    /// Reads the payload.
    ///
    /// # Errors
    /// [`DecodeError`]; an op that cannot be decoded is kept in quarantine, never dropped.
    pub fn command(&self) -> Result<Command, DecodeError> {
        if self.v > Command::VERSION {
            return Err(DecodeError::Newer);
        }
        if self.v < Command::OLDEST {
            return Err(DecodeError::TooOld);
        }
        let tagged = Map::from_iter([(self.kind.clone(), self.payload.clone())]);
        serde_json::from_value(Value::Object(tagged)).map_err(|_| DecodeError::Undecodable)
    }

    /// What makes the op the same when it comes again. The place in the queue and the device are
    /// left out: a device that was cloned renumbers its ops and keeps what they say.
    #[must_use]
    pub fn hash(&self) -> OpHash {
        let said = (
            self.op_id,
            self.office,
            &self.kind,
            self.v,
            self.actor,
            self.device_time,
            &self.payload,
        );
        Sha256::digest(serde_json::to_vec(&said).unwrap_or_default()).into()
    }
}

/// The parts of an envelope that the command does not give.
#[derive(Clone, Copy, Debug)]
pub struct Head {
    pub op_id: OpId,
    pub device_id: DeviceId,
    pub seq: u64,
    pub office: OfficeId,
    pub actor: Actor,
    pub device_time: DateTime<Utc>,
}
