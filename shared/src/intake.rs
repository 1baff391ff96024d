//! The server's side of the queue, pure: what is new, what is a repeat, what must wait. The server
//! runs it over rows from its database, the simulation over rows in memory.

use crate::{
    command::Command,
    decide::{Context, Outcome, decide},
    envelope::{DecodeError, Envelope, OpHash},
    ids::{DeviceId, OpId},
    problem::Code,
    row::Change,
    sync::{OpAnswer, OpResult, Stopped},
    world::{NotLoaded, World},
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// No queue comes so far: a number from here on is no place in it.
pub const PLACES_END: u64 = i64::MAX as u64 / 2;

/// An op that was answered before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    pub hash: OpHash,
    pub result: OpResult,
}

/// What the server remembers of the queue: the last seq of each device and the ops it answered.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    pub last_seq: BTreeMap<DeviceId, u64>,
    pub settled: BTreeMap<OpId, Settled>,
}

/// An op as it came in.
pub struct Incoming {
    pub device: DeviceId,
    pub op_id: OpId,
    pub seq: u64,
    pub hash: OpHash,
    /// `None` when the envelope itself could not be read.
    pub envelope: Option<Envelope>,
    /// What the envelope says, read once.
    pub command: Option<Result<Command, DecodeError>>,
    /// The device said that ops before this one are lost.
    pub after_gap: bool,
}

/// What to do with an op before anything is decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Known: the stored answer. `advance` when it also takes the device's next place.
    Replay { result: OpResult, advance: bool },
    /// Next in line.
    Next,
    /// It and what follows must stay queued.
    Stop(Stopped),
}

impl Incoming {
    /// Reads an op as far as it can be read; `None` when not even its place is legible.
    #[must_use]
    pub fn read(device: DeviceId, op: &Value) -> Option<Self> {
        let (op_id, seq) = crate::sync::place_of(op)?;
        let envelope = crate::sync::envelope_of(op).filter(|e| e.device_id == device);
        let hash = envelope.as_ref().map_or_else(
            || Sha256::digest(op.to_string().as_bytes()).into(),
            Envelope::hash,
        );
        Some(Self {
            device,
            op_id,
            seq,
            hash,
            command: envelope.as_ref().map(Envelope::command),
            envelope,
            after_gap: false,
        })
    }
}

impl Memory {
    /// The last seq that was taken from a device; 0 before the first.
    #[must_use]
    pub fn last(&self, device: DeviceId) -> u64 {
        self.last_seq.get(&device).copied().unwrap_or(0)
    }

    /// The seq that a device must send next.
    #[must_use]
    pub fn expected(&self, device: DeviceId) -> u64 {
        self.last(device).saturating_add(1)
    }

    /// Judges an op by its place and its id.
    #[must_use]
    pub fn admit(&self, op: &Incoming) -> Admission {
        let expected = self.expected(op.device);
        if let Some(settled) = self.settled.get(&op.op_id) {
            let result = if settled.hash == op.hash {
                settled.result.clone()
            } else {
                OpResult::Quarantined {
                    code: Code::OpChanged,
                }
            };
            return Admission::Replay {
                result,
                advance: op.seq == expected,
            };
        }
        if op.seq < expected {
            return Admission::Stop(Stopped {
                code: Code::DeviceForked,
                expected,
            });
        }
        if op.seq > expected && !op.after_gap {
            return Admission::Stop(Stopped {
                code: Code::SeqGap,
                expected,
            });
        }
        Admission::Next
    }
}

/// An op decided, with what must be saved.
#[derive(Clone, Debug)]
pub struct Processed {
    pub answer: OpAnswer,
    pub changes: Vec<Change>,
    /// The op is new: its result and place must be kept.
    pub fresh: bool,
}

/// How an op fared.
#[derive(Clone, Debug)]
pub enum Step {
    Done(Processed),
    Stop(Stopped),
}

/// Takes one op: admits it, decides it, and remembers both. `change_seq` is the number the office's
/// next change gets.
///
/// # Errors
/// [`NotLoaded`] when `decide::reads` did not name a row.
pub fn take(
    memory: &mut Memory,
    world: &mut World,
    op: &Incoming,
    ctx: Result<&Context<'_>, Code>,
    change_seq: u64,
) -> Result<Step, NotLoaded> {
    let answer = |result: OpResult, replayed: bool| OpAnswer {
        op_id: op.op_id,
        seq: op.seq,
        replayed,
        result,
    };
    match memory.admit(op) {
        Admission::Stop(stopped) => return Ok(Step::Stop(stopped)),
        Admission::Replay { result, advance } => {
            if advance {
                memory.last_seq.insert(op.device, op.seq);
            }
            let answer = answer(result, true);
            return Ok(Step::Done(Processed {
                answer,
                changes: Vec::new(),
                fresh: false,
            }));
        }
        Admission::Next => {}
    }
    let expected = memory.expected(op.device);
    let command = match &op.command {
        Some(Err(DecodeError::Newer)) => {
            return Ok(Step::Stop(Stopped {
                code: Code::UpgradePending,
                expected,
            }));
        }
        Some(Err(DecodeError::TooOld)) => {
            return Ok(Step::Stop(Stopped {
                code: Code::AppTooOld,
                expected,
            }));
        }
        Some(Err(DecodeError::Undecodable)) | None => Err(Code::Undecodable),
        Some(Ok(command)) => Ok(command),
    };
    let (result, changes) = match (ctx, command, op.envelope.as_ref()) {
        (Ok(ctx), Ok(command), Some(envelope)) => run(world, envelope, command, ctx, change_seq)?,
        (Err(code), _, _) | (_, Err(code), _) => (OpResult::Quarantined { code }, Vec::new()),
        (_, _, None) => (
            OpResult::Quarantined {
                code: Code::Undecodable,
            },
            Vec::new(),
        ),
    };
    memory.last_seq.insert(op.device, op.seq);
    memory.settled.insert(
        op.op_id,
        Settled {
            hash: op.hash,
            result: result.clone(),
        },
    );
    Ok(Step::Done(Processed {
        answer: answer(result, false),
        changes,
        fresh: true,
    }))
}

fn run(
    world: &mut World,
    envelope: &Envelope,
    command: &Command,
    ctx: &Context<'_>,
    change_seq: u64,
) -> Result<(OpResult, Vec<Change>), NotLoaded> {
    let (outcome, changes) = decide(world, envelope, command, ctx)?;
    let synced = changes
        .iter()
        .filter(|change| change.key().0.is_synced())
        .count() as u64;
    let result = match outcome {
        Outcome::Applied(receipt) => OpResult::Applied {
            change_seq: (change_seq + synced).saturating_sub(1),
            receipt,
        },
        Outcome::Rejected(problem) => OpResult::Rejected(problem),
        // The server never answers "pending": `decide` reports a missing row as an error there.
        Outcome::Pending => OpResult::Quarantined {
            code: Code::Internal,
        },
    };
    Ok((result, changes))
}

#[cfg(test)]
mod tests;
