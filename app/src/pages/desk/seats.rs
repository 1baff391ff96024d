//! Walk-in seats that the office lent to this tablet.

use super::place;
use crate::components::Place;
use chrono::{DateTime, TimeDelta, Utc};
use shared::{
    calendar::after,
    ids::{DeviceId, LeaseId},
    lease::Lease,
    office::Office,
    slot::SlotStart,
    world::World,
};

/// What is left from a moment on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seats {
    /// In the slot that runs at that moment.
    pub now: u16,
    /// Until the end of that day.
    pub today: u16,
    /// The seat that the next walk-in takes: of the running slot, else of the next one.
    pub next: Option<(LeaseId, SlotStart)>,
}

pub fn left(world: &World, office: &Office, device: DeviceId, at: DateTime<Utc>) -> Seats {
    let day = office.today(at);
    let session = place::here(world, device, day);
    let place = Place::find(world, office, session);
    let ends = |start: SlotStart| {
        let minutes = TimeDelta::minutes(place.minutes(start).into());
        after(office.starts(start), minutes)
    };
    let mut leases: Vec<&Lease> = world
        .all::<Lease>()
        .filter(|l| l.device == device && l.office == office.id && l.start.date() == day)
        .filter(|l| l.session == session)
        .filter(|l| l.left() > 0 && ends(l.start) > at)
        .collect();
    leases.sort_by_key(|l| l.start);
    let runs = |l: &&&Lease| office.starts(l.start) <= at;
    Seats {
        now: leases.iter().filter(runs).map(|l| l.left()).sum(),
        today: leases.iter().map(|l| l.left()).sum(),
        next: leases.first().map(|l| (l.id, l.start)),
    }
}
