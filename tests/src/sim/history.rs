//! One history: set up, days of acting over a bad network, then healing and quiet.

use super::{
    Chance,
    actors::{self, Town},
    check,
    device::{Answer, Device, Request},
    people::{OFFICE, PEOPLE, any_slot, kelurahan, morning, office, person, staff},
    server::{Server, Tables},
};
use chrono::{DateTime, TimeDelta, Utc};
use shared::{
    booking::{Booking, State},
    command::Command,
    decide::Who,
    envelope::{Actor, Envelope, Head},
    ids::{DeviceId, OpId},
    problem::Code,
    resident::Resident,
    sync::{Push, Role},
};
use std::ops::AddAssign;

/// How large a history may be.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub devices: usize,
    pub ops: usize,
}

/// What a history went through, for knowing that it went through enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub ops: u64,
    pub applied: u64,
    pub rejected: u64,
    pub lost: u64,
    pub repeated: u64,
    pub restarts: u64,
    pub restores: u64,
    pub forks: u64,
    /// Phones that went because nobody objected.
    pub removed: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, one: Self) {
        self.ops += one.ops;
        self.applied += one.applied;
        self.rejected += one.rejected;
        self.lost += one.lost;
        self.repeated += one.repeated;
        self.restarts += one.restarts;
        self.restores += one.restores;
        self.forks += one.forks;
        self.removed += one.removed;
    }
}

/// A message under way, and when it arrives.
enum Message {
    ToServer(usize, Request),
    ToDevice(usize, Answer),
}

struct History {
    chance: Chance,
    server: Server,
    devices: Vec<Device>,
    under_way: Vec<Message>,
    now: DateTime<Utc>,
    backup: Option<Tables>,
    tally: Tally,
}

/// Runs the history of a seed.
///
/// # Errors
/// The broken invariant.
pub fn run(seed: u64, size: Size) -> Result<Tally, String> {
    let mut history = History::begin(seed, size)?;
    let ops = 1 + history.chance.below(size.ops) as u64;
    // A head alone at an empty office finds nothing to do.
    for _ in 0..ops * 10 {
        if history.tally.ops < ops {
            history.step()?;
        }
    }
    history.heal()?;
    Ok(history.tally)
}

impl History {
    fn begin(seed: u64, size: Size) -> Result<Self, String> {
        let mut chance = Chance::new(seed);
        let staffs = [
            None,
            Some(staff(Role::Operator, None)),
            Some(staff(Role::Kelurahan, kelurahan().first().cloned())),
            Some(staff(Role::Operator, None)),
            None,
            Some(staff(Role::Head, None)),
        ];
        let count = 1 + chance.below(size.devices);
        let devices = (0..count)
            .map(|_| {
                let staff = chance.pick(&staffs).cloned().flatten();
                let clock = match chance.below(8) {
                    0 => TimeDelta::days(365),
                    1 => TimeDelta::days(-365),
                    2 => TimeDelta::minutes(14),
                    _ => TimeDelta::zero(),
                };
                Device::new(DeviceId(chance.uuid()), staff, clock)
            })
            .collect();
        let mut history = Self {
            chance,
            server: Server::default(),
            devices,
            under_way: Vec::new(),
            now: morning(),
            backup: None,
            tally: Tally::default(),
        };
        history.system(Command::SetOffice {
            office: Box::new(office()),
        })?;
        let people = (0..PEOPLE / 2).map(person).collect();
        history.system(Command::enrol(people))?;
        history.print_slips()?;
        Ok(history)
    }

    /// Two people of the roll have a slip at home.
    fn print_slips(&mut self) -> Result<(), String> {
        let mut people: Vec<_> = self.server.all::<Resident>().map(|r| r.id).collect();
        people.truncate(2);
        let device = DeviceId(self.chance.uuid());
        let who = staff(Role::Operator, None);
        for (resident, n) in people.into_iter().zip(0..) {
            let claim = actors::code(n);
            let slip = Command::IssueSlip { resident, claim };
            self.say(device, &who, &slip)?;
        }
        Ok(())
    }

    /// A command of the office's own.
    fn system(&mut self, command: Command) -> Result<(), String> {
        self.say(DeviceId::system(OFFICE), &Who::system(OFFICE), &command)
    }

    /// A command past the network.
    fn say(&mut self, device_id: DeviceId, who: &Who, command: &Command) -> Result<(), String> {
        let last = self
            .server
            .tables
            .memory
            .last_seq
            .get(&device_id)
            .copied()
            .unwrap_or(0);
        let head = Head {
            op_id: OpId(self.chance.uuid()),
            device_id,
            seq: last + 1,
            office: OFFICE,
            actor: who.user.map_or(Actor::System, Actor::User),
            device_time: self.now,
        };
        let op = Envelope::new(head, command).and_then(serde_json::to_value);
        let ops = vec![op.map_err(|e| e.to_string())?];
        let push = Push {
            sent_at: self.now,
            declare_gap: false,
            seals: Vec::new(),
            ops,
        };
        self.server
            .push(device_id, &push, self.now, |_| Ok(who.clone()));
        check::at_commit(&self.server)
    }

    fn step(&mut self) -> Result<(), String> {
        self.now += TimeDelta::minutes(self.chance.below(40) as i64);
        let n = self.chance.below(self.devices.len());
        match self.chance.below(40) {
            0..16 => self.act(n),
            16..24 => self.ask(n, true),
            24..29 => self.ask(n, false),
            29..36 => self.deliver()?,
            36 => {
                self.devices[n].restart(self.now);
                self.tally.restarts += 1;
            }
            37 | 38 => self.time_passes()?,
            _ => self.mishap(n),
        }
        Ok(())
    }

    fn act(&mut self, n: usize) {
        let town = Town::of(&self.devices, &self.server);
        let command = actors::act(&self.devices[n], &town, &mut self.chance, self.now);
        if let Some(command) = command {
            let id = OpId(self.chance.uuid());
            self.devices[n].append(id, &command, self.now);
            self.tally.ops += 1;
        }
    }

    fn ask(&mut self, n: usize, push: bool) {
        if let Some(request) = self.devices[n].request(push, self.now) {
            self.send(Message::ToServer(n, request));
        }
    }

    /// Loses one message in six, and repeats one in six.
    fn send(&mut self, message: Message) {
        match self.chance.below(6) {
            0 => self.tally.lost += 1,
            1 => {
                let again = match &message {
                    Message::ToServer(n, request) => Message::ToServer(*n, request.clone()),
                    Message::ToDevice(n, answer) => Message::ToDevice(*n, answer.clone()),
                };
                self.under_way.extend([message, again]);
                self.tally.repeated += 1;
            }
            _ => self.under_way.push(message),
        }
    }

    /// Any message under way arrives, whichever was sent first.
    fn deliver(&mut self) -> Result<(), String> {
        if self.under_way.is_empty() {
            return Ok(());
        }
        let which = self.chance.below(self.under_way.len());
        match self.under_way.swap_remove(which) {
            Message::ToServer(n, request) => {
                let answer = self.serve(n, request)?;
                self.send(Message::ToDevice(n, answer));
            }
            Message::ToDevice(n, answer) => self.answer(n, answer)?,
        }
        Ok(())
    }

    fn serve(&mut self, n: usize, request: Request) -> Result<Answer, String> {
        let staff = self.devices[n].staff.clone();
        Ok(match request {
            Request::Push(device, push) => {
                let pushed = self
                    .server
                    .push(device, &push, self.now, |actor| match actor {
                        Actor::Resident => Ok(Who::resident()),
                        Actor::User(_) => staff.clone().ok_or(Code::ActorUnknown),
                        Actor::System => Err(Code::NotAllowed),
                    });
                check::at_commit(&self.server)?;
                Answer::Push(device, pushed)
            }
            Request::Pull(device, cursor) => {
                let limit = 1 + self.chance.below(30);
                let pulled = self
                    .server
                    .pull(device, staff.as_ref(), &cursor, limit, self.now);
                Answer::Pull(device, cursor, pulled)
            }
        })
    }

    fn answer(&mut self, n: usize, answer: Answer) -> Result<(), String> {
        let fresh = DeviceId(self.chance.uuid());
        let before = self.devices[n].client.device;
        self.devices[n].take(answer, fresh, self.now);
        self.tally.forks += u64::from(self.devices[n].client.device != before);
        check::on_device(&self.devices[n], &self.server, self.now)
    }

    /// The office's own device looks for people who did not come, for whom to offer seats, for offers
    /// that are over, for phones to remove, and lets what was given back be booked.
    fn time_passes(&mut self) -> Result<(), String> {
        let date = any_slot(&mut self.chance).date();
        if self.chance.one_in(4) {
            return self.system(Command::ReleaseSeats { date });
        }
        if self.chance.one_in(3) {
            let mut people: Vec<_> = self.server.all::<Resident>().collect();
            people.retain(|person| person.removal.is_some());
            let resident = self.chance.pick(&people).map(|person| person.id);
            // Now and then nobody acts for a day.
            if resident.is_some() && self.chance.one_in(2) {
                self.now += TimeDelta::days(1);
            }
            let said = resident.map(|resident| Command::RemoveOthers { resident });
            return said.map_or(Ok(()), |command| self.system(command));
        }
        let bookings: Vec<_> = self.server.all::<Booking>().collect();
        let of = |state| bookings.iter().find(|b| b.state == state).map(|b| b.id);
        let (sits, waits, asked) = (
            of(State::Confirmed),
            of(State::Waitlisted),
            of(State::Offered),
        );
        let said = match self.chance.below(4) {
            0 => sits.map(|booking| Command::MarkNoShow { booking }),
            1 => waits
                .or(sits)
                .map(|booking| Command::OfferSlots { booking }),
            2 => sits
                .or(waits)
                .map(|booking| Command::OfferSlots { booking }),
            _ => asked.map(|booking| Command::EndOffer { booking }),
        };
        said.map_or(Ok(()), |command| self.system(command))
    }

    /// A backup is made, or put back; or a browser profile is copied and both go on.
    fn mishap(&mut self, n: usize) {
        match self.chance.below(3) {
            0 => self.backup = Some(self.server.tables.clone()),
            1 => {
                if let Some(backup) = self.backup.take() {
                    self.server.restore(backup);
                    self.tally.restores += 1;
                }
            }
            _ => {
                if self.devices[n].client.ops.is_empty() || self.devices.len() > 6 {
                    return;
                }
                let original = &self.devices[n];
                let mut copy = Device::new(
                    original.client.device,
                    original.staff.clone(),
                    original.clock,
                );
                copy.client = original.client.clone();
                self.devices.push(copy);
            }
        }
    }

    /// The network is good again: within a bound all is sent, answered and pulled.
    fn heal(&mut self) -> Result<(), String> {
        self.under_way.clear();
        let rounds = 12 + self.tally.ops;
        for _ in 0..rounds {
            for n in 0..self.devices.len() {
                for push in [true, false, false] {
                    if let Some(request) = self.devices[n].request(push, self.now) {
                        let answer = self.serve(n, request)?;
                        self.answer(n, answer)?;
                    }
                }
            }
            if self.quiet() {
                break;
            }
        }
        for device in &self.devices {
            check::after_quiet(device, &self.server, self.now)?;
        }
        self.tally.removed = self.server.tables.phones.removed;
        for op in self.server.tables.memory.settled.values() {
            match op.result {
                shared::sync::OpResult::Applied { .. } => self.tally.applied += 1,
                _ => self.tally.rejected += 1,
            }
        }
        Ok(())
    }

    fn quiet(&self) -> bool {
        self.devices.iter().all(|device| {
            let sent = device.client.unsettled().next().is_none();
            let staff = device.staff.as_ref();
            let pull = self.server.pull(
                device.client.device,
                staff,
                &device.client.cursor,
                1,
                self.now,
            );
            sent && pull.changes.is_empty() && pull.reset.is_empty()
        })
    }
}
