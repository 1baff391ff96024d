//! Walk-in seats that the office lent to this tablet.

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
    let ends = |start: SlotStart| {
        let minutes = office
            .slot(start)
            .map_or(office.settings.slot_minutes, |plan| plan.minutes);
        after(office.starts(start), TimeDelta::minutes(minutes.into()))
    };
    let mut leases: Vec<&Lease> = world
        .all::<Lease>()
        .filter(|l| l.device == device && l.office == office.id && l.start.date() == day)
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
