//! A device of a history: the product's queue, with a clock of its own and a network that may lose
//! or repeat what it sends.

use super::people::OFFICE;
use chrono::{DateTime, TimeDelta, Utc};
use shared::{
    client::{Client, Remedy, Surroundings, remedy},
    command::Command,
    decide::{Context, Side, Who},
    envelope::Actor,
    ids::{DeviceId, OfficeId, OpId},
    sop::clock::ClockShift,
    sync::{Cursor, Pulled, Push, Pushed, Role},
};
use std::collections::{BTreeMap, BTreeSet};

pub struct Device {
    pub client: Client,
    /// `None`: a resident's phone.
    pub staff: Option<Who>,
    /// How wrong its clock is.
    pub clock: TimeDelta,
    /// Ops that the person was told are saved; they survive with the device.
    pub promised: BTreeSet<OpId>,
}

/// What travels from a device to the server.
#[derive(Clone)]
pub enum Request {
    Push(DeviceId, Push),
    Pull(DeviceId, Cursor),
}

/// What travels back.
#[derive(Clone)]
pub enum Answer {
    Push(DeviceId, Pushed),
    Pull(DeviceId, Cursor, Pulled),
}

pub struct Around {
    pub who: Who,
    pub now: DateTime<Utc>,
}

impl Surroundings for Around {
    fn context(&self, _: Actor, _: OfficeId) -> Context<'_> {
        Context {
            side: Side::Device,
            now: self.now,
            shift: TimeDelta::zero(),
            who: self.who.clone(),
            nik_keys: BTreeMap::new(),
            signer: None,
            staff_devices: BTreeMap::new(),
            marked: false,
        }
    }
}

impl Device {
    #[must_use]
    pub fn new(id: DeviceId, staff: Option<Who>, clock: TimeDelta) -> Self {
        let promised = BTreeSet::new();
        Self {
            client: Client::new(id),
            staff,
            clock,
            promised,
        }
    }

    #[must_use]
    pub fn who(&self) -> Who {
        self.staff.clone().unwrap_or_else(Who::resident)
    }

    #[must_use]
    pub fn is(&self, role: Role) -> bool {
        self.who().role == role
    }

    fn around(&self, now: DateTime<Utc>) -> Around {
        Around {
            who: self.who(),
            now: now + self.clock,
        }
    }

    /// The person acts.
    pub fn append(&mut self, id: OpId, command: &Command, now: DateTime<Utc>) {
        let around = self.around(now);
        let actor = match self.who().user {
            Some(user) => Actor::User(user),
            None => Actor::Resident,
        };
        self.client
            .append(id, actor, OFFICE, around.now, command, &around)
            .expect("a command is writable");
        self.promised.insert(id);
    }

    /// What it would send now.
    pub fn request(&mut self, push: bool, now: DateTime<Utc>) -> Option<Request> {
        if !push {
            return Some(Request::Pull(
                self.client.device,
                self.client.cursor.clone(),
            ));
        }
        let sent_at = now + self.clock;
        Some(Request::Push(
            self.client.device,
            self.client.next_push(sent_at, ClockShift::default())?,
        ))
    }

    /// Takes an answer, however late. `fresh` is an identity to take if the old one is no good.
    pub fn take(&mut self, answer: Answer, fresh: DeviceId, now: DateTime<Utc>) {
        match answer {
            Answer::Push(device, _) if device != self.client.device => {}
            Answer::Push(_, pushed) => {
                self.client.settle(&pushed, now + self.clock);
                let stopped = pushed.stopped.map(|stop| remedy(stop.code, stop.expected));
                match stopped {
                    Some(Remedy::Rewind(seq)) => {
                        self.client.rewind(seq);
                    }
                    Some(Remedy::Fork) => {
                        self.client.fork(fresh);
                    }
                    Some(Remedy::Wait | Remedy::Update) | None => {}
                }
                let around = self.around(now);
                self.client.replay(&around);
            }
            // An answer to an older question would turn the cursor back.
            Answer::Pull(device, asked, _)
                if device != self.client.device || asked != self.client.cursor => {}
            Answer::Pull(_, _, pulled) => {
                let around = self.around(now);
                self.client
                    .pulled(&pulled, &around)
                    .expect("rows have the shapes of this build");
            }
        }
    }

    /// The browser is killed and started: only what was kept remains.
    pub fn restart(&mut self, now: DateTime<Utc>) {
        self.client.wanted = None;
        let around = self.around(now);
        self.client.replay(&around);
    }
}
