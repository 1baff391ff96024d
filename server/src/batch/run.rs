//! A submission's ops of one office, read as far as they can be read.

use super::{Keys, Room, Submission, Via};
use crate::store::{devices::TokenHash, standing::Standing};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use shared::{
    command::Command,
    decide,
    envelope::Actor,
    ids::{DeviceId, OfficeId, UserId},
    intake::{Incoming, PLACES_END},
    person::Nik,
    problem::Code,
    resident::NikKey,
    sync::{OpAnswer, Stopped},
};
use std::{collections::BTreeMap, sync::Arc};

/// Ops of one device for one office, in order.
#[derive(Clone)]
pub(super) struct Run {
    pub office: OfficeId,
    pub device: DeviceId,
    pub via: Via,
    /// What to add to the device's times.
    pub shift: TimeDelta,
    pub room: Room,
    /// The token with which the device is registered.
    pub new: Option<TokenHash>,
    pub ops: Vec<Arc<Op>>,
}

/// One op.
pub(super) struct Op {
    pub incoming: Incoming,
    pub nik_keys: BTreeMap<Nik, NikKey>,
    pub raw: Value,
}

/// What became of a run.
#[derive(Clone, Debug, Default)]
pub(super) struct RunAnswer {
    pub results: Vec<OpAnswer>,
    /// What had become of the device before.
    pub standing: Standing,
    pub last_seq: u64,
    pub stopped: Option<Stopped>,
}

impl RunAnswer {
    /// Nothing was looked at.
    pub fn refused(code: Code) -> Self {
        Self {
            stopped: Some(Stopped { code, expected: 1 }),
            ..Self::default()
        }
    }
}

impl Op {
    /// `None` when not even its place is legible.
    pub fn read(device: DeviceId, raw: Value, after_gap: bool, keys: &Keys) -> Option<Self> {
        let raw = keys.open(raw);
        let mut incoming = Incoming::read(device, &raw)?;
        if incoming.seq == 0 || incoming.seq >= PLACES_END {
            return None;
        }
        incoming.after_gap = after_gap;
        let mut op = Self {
            incoming,
            nik_keys: BTreeMap::new(),
            raw,
        };
        let niks = op.command().map(decide::niks).unwrap_or_default();
        op.nik_keys = niks
            .into_iter()
            .map(|nik| (nik.clone(), keys.nik_key(nik)))
            .collect();
        Some(op)
    }

    /// `None` when it cannot be decided by this build.
    pub fn command(&self) -> Option<&Command> {
        self.incoming.command.as_ref()?.as_ref().ok()
    }

    /// The office it speaks of, if that is legible.
    pub fn office(&self) -> Option<OfficeId> {
        self.incoming.envelope.as_ref().map(|e| e.office)
    }

    /// On whose behalf, if on an account's.
    pub fn user(&self) -> Option<UserId> {
        match self.incoming.envelope.as_ref()?.actor {
            Actor::User(id) => Some(id),
            Actor::Resident | Actor::System => None,
        }
    }

    pub fn sets_office(&self) -> bool {
        matches!(self.command(), Some(Command::SetOffice { .. }))
    }

    /// What the audit calls it.
    pub fn kind(&self) -> &str {
        match (self.command(), &self.incoming.envelope) {
            (Some(_), Some(envelope)) => &envelope.kind,
            _ => "undecodable",
        }
    }
}

/// The ops of a submission; `whole` is false when reading stopped at one without a legible place.
pub(super) struct Ops {
    pub ops: Vec<Arc<Op>>,
    pub whole: bool,
}

pub(super) fn read(submission: Submission, keys: &Keys) -> Ops {
    let (device, count) = (submission.device, submission.ops.len());
    let ops: Vec<Arc<Op>> = (0..)
        .zip(submission.ops)
        .map_while(|(n, raw)| Op::read(device, raw, submission.declare_gap && n == 0, keys))
        .map(Arc::new)
        .collect();
    let whole = ops.len() == count;
    Ops { ops, whole }
}

/// What to add to a device's times.
pub(super) fn shift(now: DateTime<Utc>, sent_at: DateTime<Utc>) -> TimeDelta {
    now.signed_duration_since(sent_at)
}
