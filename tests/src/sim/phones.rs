//! A ledger of who asked that phones be removed, kept from what is said and not from the rows that the rules
//! keep: no phone takes the right from another by itself, and the office does so a day later at the earliest.

use chrono::{DateTime, TimeDelta, Utc};
use shared::{
    command::Command,
    envelope::{Actor, Envelope},
    ids::{DeviceId, ResidentId},
    resident::Resident,
    row::{Change, Key, Of, Row},
};
use std::collections::{BTreeMap, BTreeSet};

/// A request that was neither carried out nor settled.
#[derive(Clone, Debug)]
enum Asked {
    Waits {
        by: DeviceId,
        at: DateTime<Utc>,
        of: BTreeSet<DeviceId>,
    },
    Contested {
        by: DeviceId,
    },
}

impl Asked {
    fn by(&self) -> DeviceId {
        match self {
            Self::Waits { by, .. } | Self::Contested { by } => *by,
        }
    }
}

#[derive(Clone, Default)]
pub struct Ledger {
    asked: BTreeMap<ResidentId, Asked>,
    /// Phones that went because nobody objected.
    pub removed: u64,
}

impl Ledger {
    /// Takes note of an op that took effect, before its changes are saved.
    ///
    /// # Panics
    /// When a phone lost its right to somebody who may not take it, or too early.
    pub fn note(
        &mut self,
        rows: &BTreeMap<Key, Row>,
        envelope: &Envelope,
        changes: &[Change],
        now: DateTime<Utc>,
    ) {
        let Ok(command) = envelope.command() else {
            return;
        };
        for change in changes {
            let Change::Put(Row::Resident(after)) = change else {
                continue;
            };
            let before = rows.get(&change.key()).and_then(Resident::of);
            let held: BTreeSet<DeviceId> = before
                .map(|before| before.holders.iter().copied().collect())
                .unwrap_or_default();
            let kept = after.holders.iter().copied().collect();
            let lost: BTreeSet<DeviceId> = held.difference(&kept).copied().collect();
            // A wrong birth date counts at the person and asks for nothing.
            let is_claim = matches!(command, Command::ClaimResident { .. });
            if !is_claim || after.holders.contains(&envelope.device_id) {
                self.hear(envelope, &command, after, (&held, &lost), now);
            }
            let asked = self.asked.get(&after.id);
            let contested = matches!(asked, Some(Asked::Contested { .. }));
            let row = after.removal.as_ref();
            assert_eq!(
                (row.is_some(), row.is_some_and(|r| r.is_contested())),
                (asked.is_some(), contested),
                "{command:?}: {row:?}, but {asked:?}"
            );
        }
    }

    fn hear(
        &mut self,
        envelope: &Envelope,
        command: &Command,
        after: &Resident,
        (held, lost): (&BTreeSet<DeviceId>, &BTreeSet<DeviceId>),
        now: DateTime<Utc>,
    ) {
        let (device, resident) = (envelope.device_id, after.id);
        let is_staff = matches!(envelope.actor, Actor::User(_));
        let asked = self.asked.get(&resident).cloned();
        let by_itself = asked.as_ref().is_some_and(|asked| asked.by() == device);
        let mut may_go = BTreeSet::new();
        match command {
            Command::ClaimResident {
                remove_others: true,
                ..
            } => {
                let others: BTreeSet<DeviceId> =
                    held.iter().copied().filter(|h| *h != device).collect();
                match asked {
                    None if others.is_empty() => {}
                    None => {
                        let (by, at, of) = (device, now, others);
                        self.asked.insert(resident, Asked::Waits { by, at, of });
                    }
                    Some(_) if by_itself => {}
                    Some(asked) => self.object(resident, asked.by()),
                }
            }
            Command::KeepPhones { .. } => match asked {
                Some(asked) if !is_staff && !by_itself => self.object(resident, asked.by()),
                _ => drop(self.asked.remove(&resident)),
            },
            Command::RemovePhone { .. } => {
                assert!(is_staff && lost.len() <= 1, "{envelope:?} removed {lost:?}");
                may_go.clone_from(lost);
                if !lost.is_empty() {
                    self.asked.remove(&resident);
                }
            }
            Command::RemoveOthers { .. } => {
                if let Some(Asked::Waits { at, of, .. }) = asked
                    && now - at >= TimeDelta::hours(24)
                {
                    may_go = of;
                    self.removed += lost.len() as u64;
                    self.asked.remove(&resident);
                }
            }
            // The request is somebody's whom the office knew: their record has its phones from then on.
            Command::ReviewRequest { .. } if after.forgotten => {
                may_go.clone_from(lost);
                self.asked.remove(&resident);
            }
            Command::ResolveFlag { .. } | Command::ForgetResident { .. } => {
                may_go.clone_from(lost);
                self.asked.remove(&resident);
            }
            _ => {}
        }
        assert!(lost.is_subset(&may_go), "{envelope:?} removed {lost:?}");
    }

    fn object(&mut self, resident: ResidentId, by: DeviceId) {
        self.asked.insert(resident, Asked::Contested { by });
    }
}
