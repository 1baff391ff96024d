//! The server of a history: the product's intake and decisions over tables in memory. It loads only
//! what `reads` names, so a decision that looks further fails the history.

use super::{people::OFFICE, phones::Ledger};
use chrono::{DateTime, Utc};
use shared::{
    decide::{Context, ROUNDS, Side, Who, niks, reads},
    envelope::{Actor, Envelope},
    ids::{DeviceId, OpId},
    intake::{Incoming, Memory, Step, take},
    office::Office,
    problem::Code,
    resident::{Device, NikKey},
    row::{Change, Entity, Key, Row},
    scope::{Kind, Scope},
    sync::{Cursor, PullRow, Pulled, Push, Pushed, ScopeCursor},
    ticket::{Sign, TicketSigner},
    world::World,
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What a backup would hold.
#[derive(Clone, Default)]
pub struct Tables {
    pub rows: BTreeMap<Key, Row>,
    /// The last change of each synced row: its number, and whether the row is gone.
    pub log: BTreeMap<Key, (u64, bool)>,
    pub memory: Memory,
    pub seq: u64,
    pub phones: Ledger,
}

pub struct Server {
    pub tables: Tables,
    pub epoch: u32,
    /// How often each op took effect since the last restore.
    pub effects: BTreeMap<OpId, u32>,
    /// Seqs as they took effect, by device.
    pub order: BTreeMap<DeviceId, Vec<u64>>,
    signer: TicketSigner,
}

/// Stands for a NIK's key.
pub fn nik_key(nik: &shared::person::Nik) -> NikKey {
    NikKey(Uuid::new_v5(&Uuid::NAMESPACE_OID, nik.as_str().as_bytes()))
}

impl Default for Server {
    fn default() -> Self {
        Self {
            tables: Tables::default(),
            epoch: 0,
            effects: BTreeMap::new(),
            order: BTreeMap::new(),
            signer: TicketSigner::new(1, &[7; 32]),
        }
    }
}

impl Server {
    fn load(&self, world: &mut World, envelope: &Envelope, ctx: &Context<'_>) {
        let Ok(command) = envelope.command() else {
            return;
        };
        for _ in 0..ROUNDS {
            let keys = reads(world, envelope, &command, ctx);
            let missing: Vec<Key> = keys.into_iter().filter(|key| !world.knows(*key)).collect();
            if missing.is_empty() {
                return;
            }
            for key in missing {
                world.load(key, self.tables.rows.get(&key).cloned());
            }
        }
    }

    /// Takes a push to its end or to the first op that must wait.
    ///
    /// # Panics
    /// When a decision needs a row that `reads` did not name.
    pub fn push(
        &mut self,
        device: DeviceId,
        push: &Push,
        now: DateTime<Utc>,
        who: impl Fn(Actor) -> Result<Who, Code>,
    ) -> Pushed {
        let mut world = World::default();
        let mut results = Vec::new();
        let mut stopped = None;
        for (n, op) in push.ops.iter().enumerate() {
            let Some(mut op) = Incoming::read(device, op) else {
                break;
            };
            op.after_gap = push.declare_gap && n == 0;
            let ctx = op
                .envelope
                .as_ref()
                .map_or(Err(Code::Undecodable), |envelope| {
                    let who = who(envelope.actor)?;
                    let command = envelope.command().ok();
                    let nik_keys = command
                        .iter()
                        .flat_map(niks)
                        .map(|nik| (nik.clone(), nik_key(nik)))
                        .collect();
                    let shift = now - push.sent_at;
                    let signer = Some(&self.signer as &dyn Sign);
                    Ok(Context {
                        side: Side::Server,
                        now,
                        shift,
                        who,
                        nik_keys,
                        signer,
                        staff_devices: BTreeMap::new(),
                        marked: false,
                    })
                });
            if let (Ok(ctx), Some(envelope)) = (&ctx, &op.envelope) {
                self.load(&mut world, envelope, ctx);
            }
            let ctx = ctx.as_ref().map_err(|code| *code);
            let next = self.tables.seq + 1;
            match take(&mut self.tables.memory, &mut world, &op, ctx, next) {
                Ok(Step::Done(done)) => {
                    if done.fresh {
                        *self.effects.entry(op.op_id).or_default() += 1;
                        self.order.entry(device).or_default().push(op.seq);
                    }
                    if let Some(envelope) = &op.envelope {
                        let tables = &mut self.tables;
                        tables
                            .phones
                            .note(&tables.rows, envelope, &done.changes, now);
                    }
                    done.changes
                        .into_iter()
                        .for_each(|change| self.save(change));
                    results.push(done.answer);
                }
                Ok(Step::Stop(stop)) => {
                    stopped = Some(stop);
                    break;
                }
                Err(missing) => panic!("reads() did not name {missing:?} for {:?}", op.envelope),
            }
        }
        let last_seq = self.tables.memory.last(device);
        Pushed {
            results,
            last_seq,
            epoch: self.epoch.to_string(),
            stopped,
        }
    }

    fn save(&mut self, change: Change) {
        let key = change.key();
        if key.0.is_synced() {
            self.tables.seq += 1;
            let gone = matches!(change, Change::Remove(_));
            self.tables.log.insert(key, (self.tables.seq, gone));
        }
        match change {
            Change::Put(row) => self.tables.rows.insert(key, row),
            Change::Remove(_) => self.tables.rows.remove(&key),
        };
    }

    pub fn all<T: shared::row::Of + 'static>(&self) -> impl Iterator<Item = &T> {
        self.tables
            .rows
            .range(Key(T::ENTITY, Uuid::nil())..=Key(T::ENTITY, Uuid::max()))
            .filter_map(|(_, row)| T::of(row))
    }

    /// The rights of a device now.
    pub fn scopes(&self, device: DeviceId, staff: Option<&Who>, now: DateTime<Utc>) -> Vec<Scope> {
        let Some(Row::Office(office)) = self.tables.rows.get(&Key::office(OFFICE)) else {
            return Vec::new();
        };
        let kind = staff
            .and_then(|who| Kind::of_staff(who.role, who.kelurahan.clone()))
            .or_else(
                || match self.tables.rows.get(&Key(Entity::Device, device.0)) {
                    Some(Row::Device(Device { grants, .. })) if !grants.is_empty() => {
                        Some(Kind::Phone {
                            device,
                            own: grants.iter().map(|g| g.resident).collect(),
                        })
                    }
                    _ => None,
                },
            );
        let today = Office::today(office, now);
        kind.map(|kind| Scope {
            office: OFFICE,
            today,
            kind,
        })
        .into_iter()
        .collect()
    }

    /// One page of a pull.
    pub fn pull(
        &self,
        device: DeviceId,
        staff: Option<&Who>,
        cursor: &Cursor,
        limit: usize,
        now: DateTime<Utc>,
    ) -> Pulled {
        let epoch = self.epoch.to_string();
        let plan = cursor.plan(&epoch, self.scopes(device, staff, now), |_| 0);
        let mut changes = Vec::new();
        let mut more = false;
        let mut next = Cursor {
            epoch,
            scopes: BTreeMap::new(),
        };
        for (scope, from) in plan.read {
            let mut log: Vec<_> = self
                .tables
                .log
                .iter()
                .filter(|(_, (seq, _))| *seq > from)
                .collect();
            log.sort_by_key(|(_, (seq, _))| *seq);
            more |= log.len() > limit;
            let mut seq = from;
            for (key, (at, _)) in log.into_iter().take(limit) {
                seq = *at;
                let row = self.tables.rows.get(key).and_then(|row| scope.view(row));
                if row.is_none() && from == 0 {
                    continue;
                }
                let deleted = row.is_none();
                let data = row.and_then(|row| row.to_json().ok()).unwrap_or_default();
                let (office, entity, id) = (scope.office, key.0, key.1);
                changes.push(PullRow {
                    office,
                    entity,
                    id,
                    seq,
                    deleted,
                    data,
                });
            }
            next.scopes.insert(
                scope.office,
                ScopeCursor {
                    hash: scope.hash(),
                    seq,
                    floor: 0,
                },
            );
        }
        let device_seq = self.tables.memory.last(device);
        Pulled {
            changes,
            cursor: next,
            device_seq,
            more,
            reset: plan.reset,
            now,
        }
    }

    /// Puts a backup back: what came after it is forgotten, under a new epoch.
    pub fn restore(&mut self, backup: Tables) {
        let kept = &backup.memory.settled;
        self.effects.retain(|op, _| kept.contains_key(op));
        for (device, seqs) in &mut self.order {
            let last = backup.memory.last_seq.get(device).copied().unwrap_or(0);
            seqs.retain(|seq| *seq <= last);
        }
        self.tables = backup;
        self.epoch += 1;
    }
}
