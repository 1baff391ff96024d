//! What a batch leads to, gathered while it is decided and saved in a few bulk statements.

use super::{
    Via,
    load::Scene,
    run::{Op, Run},
    unsaid::Unsaid,
};
use crate::{
    pokes::{Gathered, Poke},
    store::{
        StoreError, Tx,
        audit::{self, Entry},
        clocks::{self, OfficeClock},
        devices,
        ops::{self, SavedOp},
        rows::{self, Numbered},
        standing::{self, Standing},
        trust as store_trust,
    },
};
use shared::{
    envelope::Actor,
    ids::DeviceId,
    row::{Change, Key, Row},
    sync::OpResult,
};
use std::collections::{BTreeMap, BTreeSet};

/// Residents and devices named in one poke.
const NAMED: usize = 1_000;

/// Bytes of an op that are kept where nobody knows the device.
const STRANGERS_OP: usize = 4 * 1024;

/// Changes, answers and audit entries of a batch.
pub(super) struct Outcomes<'a> {
    pub clock: OfficeClock,
    unsaid: &'a Unsaid,
    changes: BTreeMap<Key, Numbered>,
    ops: Vec<SavedOp>,
    entries: Vec<Entry>,
    news: Gathered,
    moved: bool,
    /// Devices that an effect came from, and those known to be of a verified person.
    heard: BTreeSet<DeviceId>,
    known: BTreeSet<DeviceId>,
}

impl<'a> Outcomes<'a> {
    pub fn new(clock: OfficeClock, unsaid: &'a Unsaid) -> Self {
        Self {
            clock,
            unsaid,
            changes: BTreeMap::new(),
            ops: Vec::new(),
            entries: Vec::new(),
            news: Gathered::default(),
            moved: false,
            heard: BTreeSet::new(),
            known: BTreeSet::new(),
        }
    }

    /// Numbers changes in the office's log. Of several changes of one row the last is kept.
    pub fn change(&mut self, changes: Vec<Change>) {
        for change in changes {
            let key = change.key();
            let mut seq = 0;
            if key.0.is_synced() {
                self.moved = true;
                self.clock.seq += 1;
                seq = self.clock.seq;
            }
            if let Change::Put(row) = &change {
                self.news.residents.extend(row.index().resident);
                match row {
                    Row::Office(_) => self.news.everyone = true,
                    Row::Resident(resident) if resident.verified => {
                        self.known.extend(&resident.holders);
                    }
                    Row::Device(device) => drop(self.news.devices.insert(device.id)),
                    _ => {}
                }
            }
            self.changes.insert(key, Numbered { seq, change });
        }
    }

    /// Keeps an op with its answer.
    pub fn settle(&mut self, scene: &Scene<'_>, run: &Run, op: &Op, result: &OpResult) {
        let is_known = run.via == Via::System || scene.standing(run.device) == Standing::Known;
        let payload = match result {
            OpResult::Quarantined { .. } => Some(op.raw.to_string()),
            _ => None,
        };
        let payload = payload.filter(|text| is_known || run.keep && text.len() <= STRANGERS_OP);
        self.ops.push(SavedOp {
            op_id: op.incoming.op_id,
            device: run.device,
            seq: op.incoming.seq,
            hash: op.incoming.hash,
            result: result.clone(),
            shift: run.shift,
            payload,
        });
        let had_effect = matches!(result, OpResult::Applied { .. });
        if had_effect {
            self.heard.insert(run.device);
        }
        if had_effect || is_known || self.unsaid.admits(scene.now) {
            self.note(scene, run, op, op.kind(), result);
        }
    }

    /// Writes into the audit what became of an op, and why, where the command says so.
    pub fn note(&mut self, scene: &Scene<'_>, run: &Run, op: &Op, kind: &str, result: &OpResult) {
        let result = match result {
            OpResult::Applied { .. } => {
                match op.command().and_then(shared::command::Command::audited) {
                    Some(what) => format!("applied {what}"),
                    None => "applied".to_owned(),
                }
            }
            OpResult::Rejected(problem) => format!("rejected {}", problem.code),
            OpResult::Quarantined { code } => format!("quarantined {code}"),
        };
        self.enter(scene, run, op, kind, result);
    }

    /// Writes into the audit that a device has lost ops.
    pub fn gap(&mut self, scene: &Scene<'_>, run: &Run, op: &Op, expected: u64) {
        let lost = format!("{expected}..{}", op.incoming.seq);
        self.enter(scene, run, op, "gap", lost);
    }

    fn enter(&mut self, scene: &Scene<'_>, run: &Run, op: &Op, kind: &str, result: String) {
        let actor = match op.incoming.envelope.as_ref().map(|e| e.actor) {
            Some(Actor::User(id)) => id.to_string(),
            Some(Actor::Resident) => "resident".to_owned(),
            Some(Actor::System) => "system".to_owned(),
            None => "unknown".to_owned(),
        };
        let id = Some(op.incoming.op_id);
        let entry = Entry::new(scene.now, id, Some(run.device), actor, kind, result);
        self.entries.push(entry);
    }

    /// Saves all of it.
    pub async fn save(
        mut self,
        tx: &mut Tx,
        scene: &Scene<'_>,
    ) -> Result<Option<Poke>, StoreError> {
        let (office, now) = (self.clock.office, scene.now);
        if !self.changes.is_empty() {
            let changes: Vec<Numbered> = self.changes.into_values().collect();
            let sealed = rows::save(tx, office, now, &changes).await?;
            // All of them stand as the last op of the batch left them.
            if let Some(last) = self.entries.pop() {
                self.entries.push(last.sealing(&sealed));
            }
        }
        // The office itself is new or changed.
        if self.news.everyone {
            devices::reserve_system(tx, office, now).await?;
        }
        if !self.ops.is_empty() {
            ops::save(tx, office, now, &self.ops).await?;
        }
        let before = |device: &DeviceId| scene.queues.get(device).map_or(0, |q| q.last_seq);
        let last = scene.memory.last_seq.iter();
        let moved: BTreeMap<DeviceId, u64> = last
            .filter(|(device, seq)| before(device) != **seq)
            .map(|(device, seq)| (*device, *seq))
            .collect();
        if !moved.is_empty() {
            devices::save_queues(tx, now, &moved).await?;
        }
        let trust = scene.changed_trust();
        if !trust.is_empty() {
            store_trust::save(tx, &trust).await?;
        }
        let below = |than: Standing| move |id: &DeviceId| scene.standing(*id) < than;
        self.heard.retain(below(Standing::Heard));
        if !self.heard.is_empty() {
            standing::raise(tx, &self.heard, Standing::Heard).await?;
        }
        self.known.retain(below(Standing::Known));
        if !self.known.is_empty() {
            standing::raise(tx, &self.known, Standing::Known).await?;
        }
        if let Some(count) = self.unsaid.due(now) {
            let result = format!("{count} without effect");
            let actor = "strangers".to_owned();
            let entry = Entry::new(now, None, None, actor, "unsaid", result);
            self.entries.push(entry);
        }
        if !self.entries.is_empty() {
            audit::append(tx, &mut self.clock, &self.entries).await?;
            clocks::save(tx, &self.clock).await?;
        }
        Ok(self.moved.then(|| self.news.into_poke(office, NAMED)))
    }
}
