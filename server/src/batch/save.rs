//! What a batch leads to, gathered while it is decided and saved in a few bulk statements.

use super::{
    Via,
    load::Scene,
    run::{Op, Run},
    unsaid::{Counted, Unsaid},
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
        seals::Seal,
        standing::{self, Standing},
        trust as store_trust,
    },
};
use chrono::{DateTime, Utc};
use shared::{
    envelope::Actor,
    ids::DeviceId,
    row::{Change, Key, Row},
    sync::OpResult,
};
use std::collections::{BTreeMap, BTreeSet};

/// Residents and devices named in one poke.
const NAMED: usize = 1_000;

/// Bytes of an op that are kept where the device is not of staff.
const OTHERS_OP: usize = 4 * 1024;
/// Of such a device the answers to so many of its last ops are kept where they had no effect.
const ANSWERS: u64 = 200;

/// Changes, answers and audit entries of a batch.
pub(super) struct Outcomes<'a> {
    pub clock: OfficeClock,
    unsaid: &'a Unsaid,
    changes: BTreeMap<Key, Numbered>,
    ops: Vec<SavedOp>,
    /// Each with the rows that it is about.
    entries: Vec<(Entry, BTreeSet<Key>)>,
    /// Changed since the last entry.
    unnamed: BTreeSet<Key>,
    news: Gathered,
    moved: bool,
    /// Devices that an effect came from, and those known to be of a verified person.
    heard: BTreeSet<DeviceId>,
    known: BTreeSet<DeviceId>,
    /// Up to which op answers without effect are forgotten.
    outdated: BTreeMap<DeviceId, u64>,
    counted: Counted,
}

/// What the batch leads to beside what is saved, for after the commit.
pub(super) struct Saved {
    pub poke: Option<Poke>,
    pub counted: Counted,
}

/// The entry, sealing the rows that it is about.
fn seal(entry: Entry, about: &BTreeSet<Key>, sealed: &BTreeMap<Key, Seal>) -> Entry {
    let own = about
        .iter()
        .filter_map(|key| Some((*key, *sealed.get(key)?)));
    let own: Vec<(Key, Seal)> = own.collect();
    match own.is_empty() {
        true => entry,
        false => entry.sealing(&own),
    }
}

/// What became of the device before; the office's own is as one of staff.
fn standing_of(scene: &Scene<'_>, run: &Run) -> Standing {
    match run.via {
        Via::System => Standing::Staff,
        Via::Http => scene.standing(run.device),
    }
}

impl<'a> Outcomes<'a> {
    pub fn new(clock: OfficeClock, unsaid: &'a Unsaid) -> Self {
        Self {
            clock,
            unsaid,
            changes: BTreeMap::new(),
            ops: Vec::new(),
            entries: Vec::new(),
            unnamed: BTreeSet::new(),
            news: Gathered::default(),
            moved: false,
            heard: BTreeSet::new(),
            known: BTreeSet::new(),
            outdated: BTreeMap::new(),
            counted: Counted::default(),
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
                    Row::Office(_) => {
                        self.news.everyone = true;
                        self.news.calendar = true;
                    }
                    Row::Session(_) => self.news.calendar = true,
                    Row::Resident(resident) if resident.verified => {
                        self.known.extend(&resident.holders);
                    }
                    Row::Device(device) => drop(self.news.devices.insert(device.id)),
                    _ => {}
                }
            }
            self.unnamed.insert(key);
            self.changes.insert(key, Numbered { seq, change });
        }
    }

    /// Keeps an op with its answer. One that was applied and changed no row had no effect, but where staff say
    /// it: their sign-outs and answers stand elsewhere than in rows.
    pub fn settle(
        &mut self,
        scene: &Scene<'_>,
        run: &Run,
        op: &Op,
        result: &OpResult,
        changed: bool,
    ) {
        let standing = standing_of(scene, run);
        let had_effect =
            matches!(result, OpResult::Applied { .. }) && (changed || standing == Standing::Staff);
        let payload = match result {
            OpResult::Quarantined { .. } => Some(op.raw.to_string()),
            _ => None,
        };
        let room = match standing {
            Standing::Staff => usize::MAX,
            Standing::Known if run.room.for_known => OTHERS_OP,
            Standing::Stranger | Standing::Heard if run.room.for_strangers => OTHERS_OP,
            _ => 0,
        };
        self.ops.push(SavedOp {
            op_id: op.incoming.op_id,
            device: run.device,
            seq: op.incoming.seq,
            hash: op.incoming.hash,
            result: result.clone(),
            had_effect,
            shift: run.shift,
            payload: payload.filter(|text| text.len() <= room),
        });
        if had_effect {
            self.heard.insert(run.device);
        } else if standing != Standing::Staff && op.incoming.seq > ANSWERS {
            let last = op.incoming.seq - ANSWERS;
            self.outdated.insert(run.device, last);
        }
        if had_effect || self.is_listed(scene, run) {
            self.note(scene, run, op, op.kind(), result);
        }
    }

    /// Whether what had no effect stands in the audit by itself; if not, it is counted.
    fn is_listed(&mut self, scene: &Scene<'_>, run: &Run) -> bool {
        let listed = standing_of(scene, run) == Standing::Staff || self.unsaid.admits(scene.now);
        self.counted.more += u64::from(!listed);
        listed
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
        if !self.is_listed(scene, run) {
            return;
        }
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
        self.push(entry);
    }

    fn push(&mut self, entry: Entry) {
        let about = std::mem::take(&mut self.unnamed);
        self.entries.push((entry, about));
    }

    /// Tells how much was only counted, when it is time to; and where rows changed, something seals them.
    fn tell_unsaid(&mut self, now: DateTime<Utc>) {
        let (before, is_time) = self.unsaid.untold(self.clock.office, now);
        let count = before + self.counted.more;
        let is_unsealed = !self.unnamed.is_empty();
        if is_unsealed || (is_time && count > 0) {
            let result = format!("{count} without effect");
            let actor = "strangers".to_owned();
            let entry = Entry::new(now, None, None, actor, "unsaid", result);
            self.push(entry);
            self.counted.told = count;
        }
    }

    /// Saves all of it.
    pub async fn save(mut self, tx: &mut Tx, scene: &Scene<'_>) -> Result<Saved, StoreError> {
        let (office, now) = (self.clock.office, scene.now);
        self.tell_unsaid(now);
        let mut sealed_by_key = BTreeMap::new();
        if !self.changes.is_empty() {
            let changes: Vec<Numbered> = self.changes.into_values().collect();
            let sealed = rows::save(tx, office, now, &changes).await?;
            // All of them stand as the last op of the batch left them.
            sealed_by_key = sealed.into_iter().collect();
        }
        let entries = self.entries.into_iter();
        let entries: Vec<Entry> = entries
            .map(|(entry, about)| seal(entry, &about, &sealed_by_key))
            .collect();
        // The office itself is new or changed.
        if self.news.everyone {
            devices::reserve_system(tx, office, now).await?;
        }
        if !self.ops.is_empty() {
            ops::save(tx, office, now, &self.ops).await?;
        }
        if !self.outdated.is_empty() {
            standing::forget_answers_of(tx, &self.outdated).await?;
        }
        let before = |device: &DeviceId| scene.queues.get(device).map_or(0, |q| q.last_seq);
        // A device that nobody registered is the office's own.
        let is_new = |device: &DeviceId| !scene.queues.contains_key(device);
        let stands = |device: &DeviceId| {
            if self.known.contains(device) {
                Standing::Known
            } else if self.heard.contains(device) || is_new(device) {
                Standing::Heard
            } else {
                Standing::Stranger
            }
        };
        let last = scene.memory.last_seq.iter();
        let moved: BTreeMap<DeviceId, (u64, Standing)> = last
            .filter(|(device, seq)| before(device) != **seq)
            .map(|(device, seq)| (*device, (*seq, stands(device))))
            .collect();
        if !moved.is_empty() {
            devices::save_queues(tx, now, &moved).await?;
        }
        let trust = scene.changed_trust();
        if !trust.is_empty() {
            store_trust::save(tx, &trust).await?;
        }
        // Other phones of the same people.
        let knows = |device: &DeviceId| scene.standing(*device) >= Standing::Known;
        self.known
            .retain(|device| !moved.contains_key(device) && !knows(device));
        if !self.known.is_empty() {
            standing::raise(tx, &self.known, Standing::Known).await?;
        }
        if !entries.is_empty() {
            audit::append(tx, &mut self.clock, &entries).await?;
            clocks::save(tx, &self.clock).await?;
        }
        // A device's rights are no row that anybody pulls, yet the device must hear of them.
        let is_news = self.moved || !self.news.devices.is_empty();
        Ok(Saved {
            poke: is_news.then(|| self.news.into_poke(office, NAMED)),
            counted: self.counted,
        })
    }
}
