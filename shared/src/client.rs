//! The device's side of the queue, pure: append, send, settle, pull, replay. The app keeps what
//! these functions change in IndexedDB; the simulation keeps it in memory.

use crate::{
    command::{Command, Receipt},
    decide::{Context, Decide, decide},
    envelope::{Actor, Envelope, Head},
    ids::{DeviceId, OfficeId, OpId},
    problem::Code,
    row::{Change, Row},
    sop::clock::ClockShift,
    sync::{Cursor, OpResult, Pulled, Pushed},
    tagged::tagged,
    trust::SealedSignIn,
    world::World,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

mod left;
mod push;
mod show;

pub use left::About;
use show::{show, show_booking};

/// A command in the outbox, with what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuedOp {
    pub envelope: Envelope,
    pub status: OpStatus,
    /// What the device's own decision said when it was appended.
    pub shown: Shown,
    /// How far the device's clock was off, as the pages took it then. `None` from older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<ClockShift>,
    /// Whom it is about, where it is closed and its author has not seen the answer yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
}

tagged! {
    #[tag = "is"]
    /// What the person sees of an op, in this order.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum OpStatus {
        /// Durable on this device.
        Saved,
        /// On its way; the answer has not come.
        Sent,
        /// The server's answer.
        Settled {
            result: OpResult,
            at: DateTime<Utc>,
            seen: bool,
        },
    }
}

/// What the device could say by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// The effect is visible.
    Applied,
    /// The office will answer.
    Pending,
    /// It will probably be turned down; the office has the last word.
    Doubtful,
}

impl QueuedOp {
    /// When the person acted, as the pages took the time then; `now` where that was not kept.
    #[must_use]
    pub fn at(&self, now: ClockShift) -> DateTime<Utc> {
        self.shift.unwrap_or(now).right(self.envelope.device_time)
    }

    /// Whether it only marks that somebody has signed out: nobody misses it when it goes.
    #[must_use]
    pub fn is_mark(&self) -> bool {
        self.envelope.kind == "sign_out"
    }

    #[must_use]
    pub fn is_settled(&self) -> bool {
        matches!(self.status, OpStatus::Settled { .. })
    }

    /// Rejected or quarantined and not yet dealt with by the person.
    #[must_use]
    pub fn needs_attention(&self) -> bool {
        match &self.status {
            OpStatus::Settled { result, seen, .. } => {
                !seen && !matches!(result, OpResult::Applied { .. })
            }
            OpStatus::Saved | OpStatus::Sent => false,
        }
    }
}

/// Everything a device holds that must survive.
#[derive(Clone, Debug)]
pub struct Client {
    pub device: DeviceId,
    pub next_seq: u64,
    /// All ops that are not forgotten yet, by seq: unsettled ones, and settled ones of the last
    /// thirty days, which are sent again to a server restored from a backup.
    pub ops: BTreeMap<u64, QueuedOp>,
    /// Rows as last pulled.
    pub base: World,
    pub cursor: Cursor,
    /// This device's seq up to which `base` contains its ops.
    pub base_seq: u64,
    /// `base` with the effect of later ops: what pages show.
    pub view: World,
    /// Sign-ins of staff on this device, as the server sealed them.
    pub seals: Vec<SealedSignIn>,
    /// The seq a server asked for that had lost it. Not kept: the server asks again.
    pub wanted: Option<u64>,
}

/// What a settled push changed, for keeping.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Seqs of ops to write again.
    pub ops: Vec<u64>,
    /// The device took a new identity: all of the outbox is to be written again.
    pub forked: bool,
    /// The answer came from before or after a restore: pull before sending again.
    pub other_epoch: bool,
    /// The view may not be what was answered: [`Client::replay`].
    pub outdated: bool,
}

/// A way to judge ops by oneself on this device.
pub trait Surroundings {
    /// The context for replaying an op of this actor.
    fn context(&self, actor: Actor, office: OfficeId) -> Context<'_>;

    /// What decides here.
    fn decide(&self) -> Decide {
        decide
    }

    /// How far the device's clock is off now.
    fn shift(&self) -> ClockShift {
        ClockShift::default()
    }
}

impl Client {
    #[must_use]
    pub fn new(device: DeviceId) -> Self {
        Self {
            device,
            next_seq: 1,
            ops: BTreeMap::new(),
            base: World::default(),
            cursor: Cursor::default(),
            base_seq: 0,
            view: World::default(),
            seals: Vec::new(),
            wanted: None,
        }
    }

    /// Puts a command at the end of the outbox and shows its effect. The caller makes the returned
    /// op and `next_seq` durable before it tells the person "saved here".
    ///
    /// # Errors
    /// When the command cannot be written as JSON.
    pub fn append(
        &mut self,
        op_id: OpId,
        actor: Actor,
        office: OfficeId,
        device_time: DateTime<Utc>,
        command: &Command,
        around: &impl Surroundings,
    ) -> Result<QueuedOp, serde_json::Error> {
        let head = Head {
            op_id,
            device_id: self.device,
            seq: self.next_seq,
            office,
            actor,
            device_time,
        };
        let op = QueuedOp {
            envelope: Envelope::new(head, command)?,
            status: OpStatus::Saved,
            shown: Shown::Pending,
            shift: Some(around.shift()),
            about: None,
        };
        Ok(self.add(op, command, around))
    }

    /// Shows the effect of an op that is the next of the outbox.
    pub fn add(
        &mut self,
        mut op: QueuedOp,
        command: &Command,
        around: &impl Surroundings,
    ) -> QueuedOp {
        op.shown = show(&mut self.view, &op.envelope, op.shift, command, around);
        self.next_seq = op.envelope.seq + 1;
        self.ops.insert(op.envelope.seq, op.clone());
        op
    }

    /// Ops without an answer, in order.
    pub fn unsettled(&self) -> impl Iterator<Item = &QueuedOp> {
        self.ops.values().filter(|op| !op.is_settled())
    }

    /// Takes the answer to a push. One from another epoch than the last pull's settles nothing:
    /// pull first, then send again.
    pub fn settle(&mut self, pushed: &Pushed, at: DateTime<Utc>) -> Effects {
        let mut effects = Effects::default();
        if !self.cursor.epoch.is_empty() && self.cursor.epoch != pushed.epoch {
            effects.other_epoch = true;
            return effects;
        }
        // A device that has not pulled yet must notice a restore too: kept with the ops.
        self.cursor.epoch.clone_from(&pushed.epoch);
        for answer in &pushed.results {
            let Some(op) = self.ops.get_mut(&answer.seq) else {
                continue;
            };
            if op.envelope.op_id != answer.op_id || op.is_settled() {
                continue;
            }
            self.wanted = None;
            // What was turned down must not be shown as if it held, and the office's own booking
            // shows before its rows come; all else is shown already.
            effects.outdated |= match &answer.result {
                OpResult::Applied { receipt, .. } => matches!(receipt, Receipt::Booking { .. }),
                OpResult::Rejected(_) | OpResult::Quarantined { .. } => true,
            };
            op.status = OpStatus::Settled {
                result: answer.result.clone(),
                at,
                seen: false,
            };
            effects.ops.push(answer.seq);
        }
        effects
    }

    /// The server knows another device under this id (a copied browser profile): takes a new
    /// identity and renumbers all it has. Ops keep their ids, so the server answers those it knows
    /// as before, and none is applied twice. Settled ones go along: a restored server may need them.
    pub fn fork(&mut self, device: DeviceId) -> Effects {
        let all = std::mem::take(&mut self.ops);
        self.device = device;
        self.next_seq = 1;
        self.base_seq = 0;
        self.wanted = None;
        // They speak of another device and of other places.
        self.seals.clear();
        for mut op in all.into_values() {
            op.envelope.device_id = device;
            op.envelope.seq = self.next_seq;
            op.status = OpStatus::Saved;
            self.ops.insert(self.next_seq, op);
            self.next_seq += 1;
        }
        Effects {
            ops: self.ops.keys().copied().collect(),
            forked: true,
            ..Effects::default()
        }
    }

    /// Whether a page of a pull changes anything here.
    #[must_use]
    pub fn is_news(&self, pulled: &Pulled) -> bool {
        !(pulled.changes.is_empty()
            && pulled.reset.is_empty()
            && pulled.device_seq == self.base_seq
            && pulled.cursor == self.cursor)
    }

    /// Takes one page of a pull and replays what it does not contain yet.
    ///
    /// # Errors
    /// When a row does not have the shape this build knows: nothing is changed then, and the app
    /// asks for its own update.
    pub fn pulled(
        &mut self,
        pulled: &Pulled,
        around: &impl Surroundings,
    ) -> Result<Vec<Change>, serde_json::Error> {
        if !self.is_news(pulled) {
            return Ok(Vec::new());
        }
        let changes: Vec<Change> = pulled
            .changes
            .iter()
            .cloned()
            .map(|row| row.change())
            .collect::<Result<_, _>>()?;
        for office in &pulled.reset {
            self.base.forget(|row| office_of(row) != Some(*office));
        }
        for change in &changes {
            match change {
                Change::Put(row) => self.base.apply(Change::Put(row.clone())),
                Change::Remove(key) => self.base.drop_row(*key),
            }
        }
        let restored = !self.cursor.epoch.is_empty() && self.cursor.epoch != pulled.cursor.epoch;
        self.cursor = pulled.cursor.clone();
        self.base_seq = pulled.device_seq;
        if restored {
            self.rewind(pulled.device_seq + 1);
        }
        self.replay(around);
        Ok(changes)
    }

    /// Builds the view anew: the rows as pulled, and every later op that was not turned down. Where the
    /// office has answered with a booking, that answer counts and not this device's own guess.
    pub fn replay(&mut self, around: &impl Surroundings) {
        let mut view = self.base.clone();
        for (_, op) in self.ops.range_mut(self.base_seq + 1..) {
            match &op.status {
                OpStatus::Settled {
                    result: OpResult::Applied { receipt, .. },
                    ..
                } => {
                    if let Receipt::Booking { booking } = receipt {
                        show_booking(&mut view, &op.envelope, booking);
                        continue;
                    }
                }
                OpStatus::Settled { .. } => continue,
                OpStatus::Saved | OpStatus::Sent => {}
            }
            if let Ok(command) = op.envelope.command() {
                let shown = show(&mut view, &op.envelope, op.shift, &command, around);
                if !op.is_settled() {
                    op.shown = shown;
                }
            }
        }
        self.view = view;
    }

    /// The person has dealt with a rejected op.
    pub fn dismiss(&mut self, seq: u64) -> Option<&QueuedOp> {
        let op = self.ops.get_mut(&seq)?;
        if let OpStatus::Settled { seen, .. } = &mut op.status {
            *seen = true;
        }
        op.about = None;
        Some(op)
    }

    /// Settled ops older than `before` that a pull has passed may go, unless they need attention.
    /// Returns their seqs. Sealed sign-ins as old as that go too.
    pub fn forget_settled(&mut self, before: DateTime<Utc>) -> Vec<u64> {
        self.seals.retain(|seal| seal.at >= before);
        let base_seq = self.base_seq;
        let old = |op: &QueuedOp| match &op.status {
            OpStatus::Settled { at, .. } => {
                *at < before && op.envelope.seq <= base_seq && !op.needs_attention()
            }
            OpStatus::Saved | OpStatus::Sent => false,
        };
        let seqs: Vec<u64> = self
            .ops
            .iter()
            .filter(|(_, op)| old(op))
            .map(|(seq, _)| *seq)
            .collect();
        for seq in &seqs {
            self.ops.remove(seq);
        }
        seqs
    }
}

/// What the device should do about a stopped push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Pull, and unless that tells of a restore, [`Client::missed`].
    Rewind(u64),
    /// Take a new identity.
    Fork,
    /// Keep everything and try later.
    Wait,
    /// Keep everything and get the new version of the app.
    Update,
}

/// What to do when the server stopped at an op.
#[must_use]
pub fn remedy(code: Code, expected: u64) -> Remedy {
    match code {
        Code::SeqGap => Remedy::Rewind(expected),
        Code::DeviceForked | Code::DeviceToken => Remedy::Fork,
        Code::AppTooOld => Remedy::Update,
        _ => Remedy::Wait,
    }
}

/// The office whose scope a pulled row belongs to.
#[must_use]
pub fn office_of(row: &Row) -> Option<OfficeId> {
    Some(match row {
        Row::Office(r) => r.id,
        Row::Resident(r) => r.office,
        Row::Booking(r) => r.office,
        Row::Visit(r) => r.office,
        Row::Invitation(r) => r.office,
        Row::Lease(r) => r.office,
        Row::Tablet(r) => r.office,
        Row::Flag(r) => r.office,
        Row::Bundle(r) => r.office,
        Row::Session(r) => r.office,
        Row::Plan(r) => r.office,
        Row::Desk(r) => r.office,
        Row::Slot(r) => r.office,
        Row::Claim(r) => r.office,
        Row::Device(_) | Row::NikClaim(_) => return None,
    })
}

#[cfg(test)]
mod tests;
