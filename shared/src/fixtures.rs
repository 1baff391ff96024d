//! For tests: one office, its people and staff, and a [`Story`] that decides commands over tables in
//! memory. It loads only the rows that `reads` names, and after each command it counts the seats
//! anew from the rows.

use crate::{
    booking::{Booking, State},
    command::{Applicant, Command, ConfirmArrival, Proof, Receipt, RequestBooking},
    decide::{Context, Outcome, ROUNDS, Side, Who, decide, niks, reads},
    envelope::{Actor, Envelope, Head},
    flag::{Flag, Kind},
    ids::{BookingId, DeviceId, OfficeId, OpId, UserId},
    invitation::Invitation,
    lease::Lease,
    office::{Kelurahan, Office, Settings},
    person::{BirthDate, Kk, Nik, PersonName},
    problem::Code,
    region::RegionCode,
    resident::{Draft, NikKey},
    row::{Change, Key, Of, Row},
    slot::{Slot, SlotStart},
    sync::Role,
    ticket::TicketSigner,
    visit::{QueueNumber, Visit},
    world::World,
    zone::Zone,
};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

pub const OFFICE: OfficeId = OfficeId(1);

pub fn code(text: &str) -> RegionCode {
    RegionCode::parse(text).unwrap()
}

/// Two kelurahan, eight seats an hour: six for bookings, of these three for people nobody verified.
pub fn office() -> Office {
    Office {
        id: OFFICE,
        name: "Kecamatan Jelutung".to_owned(),
        region: code("157108"),
        zone: Zone::Wib,
        kelurahan: [("1571081001", "Satu"), ("1571081002", "Dua")]
            .map(|(digits, name)| Kelurahan {
                code: code(digits),
                name: name.to_owned(),
            })
            .to_vec(),
        settings: Settings::default(),
    }
}

/// Monday 23 November 2026, 08:00 in Jambi.
pub fn monday() -> DateTime<Utc> {
    "2026-11-23T01:00:00Z".parse().unwrap()
}

pub fn slot(text: &str) -> SlotStart {
    text.parse().unwrap()
}

/// An adult of the first kelurahan; `n` from 1 to 9999.
pub fn person(n: u32) -> Draft {
    Draft {
        name: PersonName::parse("Siti Aminah").unwrap(),
        nik: Some(Nik::parse(&format!("157108150100{n:04}")).unwrap()),
        kk: Some(Kk::parse(&format!("157108010120{n:04}")).unwrap()),
        birth: Some(BirthDate::parse("2000-01-15").unwrap()),
        sex: None,
        phone: None,
        kelurahan: Some(code("1571081001")),
        rt: Some(1),
        rw: None,
        married: false,
        guardian: None,
        recorded_on: None,
    }
}

pub fn device(n: u128) -> DeviceId {
    DeviceId(Uuid::from_u128(n))
}

pub fn staff(role: Role) -> Who {
    Who {
        role,
        user: Some(UserId(Uuid::from_u128(role as u128 + 1))),
        office: Some(OFFICE),
        kelurahan: (role == Role::Kelurahan).then(|| code("1571081001")),
    }
}

pub fn wish(who: Applicant, choices: &[&str]) -> RequestBooking {
    RequestBooking {
        who,
        choices: choices.iter().map(|c| slot(c)).collect(),
        any_that_week: false,
        wait_if_full: false,
        priority: false,
        claim: None,
    }
}

pub fn queue(text: &str) -> QueueNumber {
    text.parse().unwrap()
}

pub fn arrival(booking: BookingId, number: &str) -> Command {
    Command::ConfirmArrival(ConfirmArrival {
        booking,
        queue: queue(number),
        proof: Proof::Scanned,
        priority: None,
        at: None,
    })
}

/// The server of a story.
#[derive(Clone)]
pub struct Story {
    pub rows: BTreeMap<Key, Row>,
    pub now: DateTime<Utc>,
    /// What the server adds to the device's times.
    pub shift: TimeDelta,
    /// How long ago the person acted: the device was cut off since.
    pub lag: TimeDelta,
    /// Devices on which staff have signed in.
    pub staff_devices: BTreeSet<DeviceId>,
    /// What is said comes from a device that was locked since.
    pub marked: bool,
    said: u128,
}

impl Story {
    pub fn new() -> Self {
        let office = Row::from(office());
        Self {
            rows: [(office.key(), office)].into(),
            now: monday(),
            shift: TimeDelta::zero(),
            lag: TimeDelta::zero(),
            staff_devices: BTreeSet::new(),
            marked: false,
            said: 0,
        }
    }

    /// Takes a command; the device's clock showed `now` minus the shift, and the lag before.
    pub fn say(&mut self, from: DeviceId, who: &Who, command: Command) -> Outcome {
        self.said += 1;
        let head = Head {
            op_id: OpId(Uuid::from_u128(self.said << 64)),
            device_id: from,
            seq: 1,
            office: OFFICE,
            actor: match who.role {
                Role::Resident => Actor::Resident,
                Role::System => Actor::System,
                _ => Actor::User(who.user.unwrap()),
            },
            device_time: self.now - self.shift - self.lag,
        };
        let envelope = Envelope::new(head, &command).unwrap();
        let signer = TicketSigner::new(1, &[7; 32]);
        let ctx = Context {
            side: Side::Server,
            now: self.now,
            shift: self.shift,
            who: who.clone(),
            nik_keys: niks(&command)
                .into_iter()
                .map(|nik| (nik.clone(), nik_key(nik)))
                .collect(),
            signer: Some(&signer),
            staff_devices: self
                .staff_devices
                .iter()
                .map(|id| (*id, [*id].into()))
                .collect(),
            marked: self.marked,
        };
        let mut world = World::default();
        for round in 0.. {
            let wanted = reads(&world, &envelope, &command, &ctx);
            let missing: Vec<_> = wanted.into_iter().filter(|k| !world.knows(*k)).collect();
            if missing.is_empty() {
                break;
            }
            assert!(round < ROUNDS, "reads never comes to an end: {missing:?}");
            for key in missing {
                world.load(key, self.rows.get(&key).cloned());
            }
        }
        let (outcome, changes) = decide(&mut world, &envelope, &command, &ctx).unwrap();
        for change in changes {
            match change {
                Change::Put(row) => self.rows.insert(row.key(), row),
                Change::Remove(key) => self.rows.remove(&key),
            };
        }
        self.count_seats();
        outcome
    }

    /// What a phone asks for.
    pub fn book(&mut self, from: DeviceId, who: Draft, choices: &[&str]) -> Outcome {
        let wish = wish(Applicant::New(Box::new(who)), choices);
        self.say(from, &Who::resident(), Command::RequestBooking(wish))
    }

    pub fn enrol(&mut self, people: Vec<Draft>) -> Outcome {
        let system = Who::system(OFFICE);
        let device = DeviceId::system(OFFICE);
        self.say(device, &system, Command::enrol(people))
    }

    pub fn all<T: Of + 'static>(&self) -> Vec<&T> {
        self.rows.values().filter_map(T::of).collect()
    }

    pub fn get<T: Of + 'static>(&self, key: impl Into<Key>) -> &T {
        T::of(self.rows.get(&key.into()).expect("the row")).unwrap()
    }

    pub fn booked(&self, start: &str) -> u16 {
        let key = Key::from(slot(start).id(OFFICE));
        self.rows
            .get(&key)
            .and_then(Slot::of)
            .map_or(0, |slot| slot.booked)
    }

    pub fn flags(&self) -> Vec<Kind> {
        self.all::<Flag>().iter().map(|flag| flag.kind).collect()
    }

    pub fn visits(&self) -> Vec<&Visit> {
        let mut visits = self.all::<Visit>();
        visits.sort_by_key(|v| v.queue.clone());
        visits
    }

    /// The second source of truth for the counters: the rows they count.
    fn count_seats(&self) {
        for slot in self.all::<Slot>() {
            let seated: Vec<_> = self
                .all::<Booking>()
                .into_iter()
                .filter(|b| b.seated && b.seat() == Some(slot.id))
                .collect();
            let offered: Vec<_> = self
                .all::<Booking>()
                .into_iter()
                .filter(|b| b.kept().any(|seat| seat == slot.id))
                .collect();
            assert!(offered.iter().all(|b| b.state == State::Offered));
            let invited = self
                .all::<Invitation>()
                .into_iter()
                .filter_map(|i| i.held().map(|place| place.seat(i.office)))
                .filter(|seat| *seat == slot.id)
                .count();
            let leases: Vec<_> = self
                .all::<Lease>()
                .into_iter()
                .filter(|l| l.seat() == slot.id)
                .collect();
            let used: u16 = leases.iter().map(|l| l.used).sum();
            let lent: u16 = leases.iter().map(|l| l.seats - l.used).sum();
            let asking = seated.iter().chain(&offered);
            let unverified = asking.filter(|b| !b.verified).count();
            assert_eq!(usize::from(slot.booked), seated.len() + usize::from(used));
            assert_eq!((slot.walked_in, slot.leased), (used, lent));
            assert_eq!(usize::from(slot.held), invited + offered.len());
            assert_eq!(usize::from(slot.unverified), unverified);
            assert!(slot.booked + slot.leased + slot.held <= slot.capacity);
        }
    }
}

pub fn nik_key(nik: &Nik) -> NikKey {
    NikKey(Uuid::new_v5(&Uuid::NAMESPACE_OID, nik.as_str().as_bytes()))
}

/// The booking of a receipt.
pub fn booking(outcome: &Outcome) -> Booking {
    match outcome {
        Outcome::Applied(Receipt::Booking { booking }) => booking.as_ref().clone(),
        other => panic!("no booking: {other:?}"),
    }
}

/// The code of a rejection.
pub fn refusal(outcome: &Outcome) -> Code {
    match outcome {
        Outcome::Rejected(problem) => problem.code,
        other => panic!("not rejected: {other:?}"),
    }
}
