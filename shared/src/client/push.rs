//! What goes out next, and what goes again.

use super::{Client, Effects, OpStatus, QueuedOp};
use crate::{
    envelope::Actor,
    problem::Code,
    sop::clock::ClockShift,
    sync::{OpResult, PUSH_BYTES, PUSH_OPS, Push},
    trust,
};
use chrono::{DateTime, Utc};

impl Client {
    /// The next push, or `None` when nothing waits. Marks its ops as sent. Where ops are gone that
    /// the server asked for, the push says so.
    ///
    /// The server corrects an op's time by the clock at sending. A clock that was set since would give
    /// it another day: so the push says what the clock of its ops would show now, and holds ops of one
    /// clock alone.
    pub fn next_push(&mut self, own: DateTime<Utc>, shift: ClockShift) -> Option<Push> {
        let first = self.unsettled().next()?;
        let from = first.envelope.seq;
        let then = first.shift.unwrap_or(shift);
        let is_same = |op: &QueuedOp| op.shift.unwrap_or(shift).is_near(then);
        let sent_at = match then.is_near(shift) {
            true => own,
            false => then.instead_of(shift, own),
        };
        let declare_gap = self.wanted.is_some_and(|wanted| wanted < from);
        let mut bytes = 256;
        let mut ops = Vec::new();
        let mut last = from;
        let mut is_staff = false;
        let later = self.ops.range_mut(from..).map(|(_, op)| op);
        for op in later.take_while(|op| is_same(op)).take(PUSH_OPS) {
            let Ok(value) = serde_json::to_value(&op.envelope) else {
                break;
            };
            bytes += value.to_string().len() + 1;
            if bytes > PUSH_BYTES && !ops.is_empty() {
                break;
            }
            if op.status == OpStatus::Saved {
                op.status = OpStatus::Sent;
            }
            last = op.envelope.seq;
            is_staff |= matches!(op.envelope.actor, Actor::User(_));
            ops.push(value);
        }
        let seals = match is_staff {
            true => trust::for_places(&self.seals, from..=last),
            false => Vec::new(),
        };
        Some(Push {
            sent_at,
            declare_gap,
            seals,
            ops,
        })
    }

    /// The request of a push is over: what it brought no answer for is merely saved again. Whether
    /// there was any.
    pub fn unsent(&mut self) -> bool {
        let mut any = false;
        for op in self.ops.values_mut() {
            if op.status == OpStatus::Sent {
                op.status = OpStatus::Saved;
                any = true;
            }
        }
        any
    }

    /// The server expects an earlier op than it was sent: it was restored from a backup. All from
    /// there on wait again; the server knows by their ids which ones it still has.
    pub fn rewind(&mut self, expected: u64) -> Effects {
        self.wanted = Some(expected);
        let mut effects = Effects::default();
        for (seq, op) in self.ops.range_mut(expected..) {
            op.status = OpStatus::Saved;
            effects.ops.push(*seq);
        }
        effects
    }

    /// The server expects an earlier op, and its pull has not told of a restore. One that knows nothing
    /// of a device of which nothing came has forgotten it: a wish that was turned down does not go
    /// again, and the gap is told. Else as [`Self::rewind`].
    pub fn missed(&mut self, expected: u64) -> Effects {
        let had_effect = |op: &QueuedOp| {
            let result = match &op.status {
                OpStatus::Settled { result, .. } => result,
                OpStatus::Saved | OpStatus::Sent => return false,
            };
            matches!(result, OpResult::Applied { .. })
        };
        if expected > 1 || self.ops.values().any(had_effect) {
            return self.rewind(expected);
        }
        self.wanted = Some(expected);
        Effects::default()
    }

    /// The server does not take an op as large as the first that waits, whatever it says: it is turned
    /// down here, so that those behind it can go.
    pub fn too_large(&mut self, at: DateTime<Utc>) -> Effects {
        let first = self.unsettled().next().map(|op| op.envelope.seq);
        let mut effects = Effects::default();
        if let Some(op) = first.and_then(|seq| self.ops.get_mut(&seq)) {
            op.status = OpStatus::Settled {
                result: OpResult::Rejected(Code::TooLarge.into()),
                at,
                seen: false,
            };
            let seq = op.envelope.seq;
            self.wanted = Some(seq);
            effects.ops.push(seq);
            effects.outdated = true;
        }
        effects
    }
}
