//! What a change of a day would do, before anybody confirms it; and whom it has left without a day.

use crate::{
    booking::{Booking, State},
    command::DayChange,
    invitation::Invitation,
    lease::Lease,
    office::{ClosedDay, Office, StaffedDay},
    slot::SlotStart,
    world::World,
};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// How many people would be asked to come on another day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    pub bookings: u32,
    /// People with a paper, or a place in the plan, who have not answered.
    pub invitations: u32,
}

/// The seats that are taken in a slot, as far as this device knows.
#[derive(Default)]
struct Taken {
    bookings: u32,
    held: u32,
    /// Arrived, absent, lent to tablets: these stay.
    fixed: u32,
}

/// Who would have to move at the office. In a slot that shrinks, whoever holds a paper moves before
/// somebody who has answered.
#[must_use]
pub fn moved_by(world: &World, office: &Office, date: NaiveDate, change: &DayChange) -> Moved {
    let after = with(office, date, change);
    let seats: BTreeMap<SlotStart, u32> = after
        .slots(date)
        .unwrap_or_default()
        .into_iter()
        .map(|plan| (plan.start, u32::from(plan.seats)))
        .collect();
    let mut moved = Moved::default();
    for (start, taken) in taken(world, office, date) {
        let room = seats.get(&start).copied();
        let all = taken.bookings + taken.held + taken.fixed;
        let surplus = room.map_or(all, |seats| all.saturating_sub(seats));
        let invitations = surplus.min(taken.held);
        moved.invitations += invitations;
        moved.bookings += (surplus - invitations).min(taken.bookings);
    }
    moved
}

/// The office with that day changed.
fn with(office: &Office, date: NaiveDate, change: &DayChange) -> Office {
    let mut office = office.clone();
    let settings = &mut office.settings;
    settings.closed.retain(|day| day.date != date);
    settings.staffed.retain(|day| day.date != date);
    match change {
        DayChange::Closed { reason } => settings.closed.push(ClosedDay {
            date,
            reason: reason.clone(),
        }),
        DayChange::Staffed { stations, reason } => settings.staffed.push(StaffedDay {
            date,
            stations: *stations,
            reason: reason.clone(),
        }),
        DayChange::AsUsual => {}
    }
    office
}

fn taken(world: &World, office: &Office, date: NaiveDate) -> BTreeMap<SlotStart, Taken> {
    let mut taken: BTreeMap<SlotStart, Taken> = BTreeMap::new();
    let here = |booking: &&Booking| booking.office == office.id && booking.session.is_none();
    for booking in world.all::<Booking>().filter(here) {
        if let Some(slot) = booking.slot.filter(|slot| slot.date() == date) {
            let in_slot = taken.entry(slot).or_default();
            match booking.state {
                State::Confirmed => in_slot.bookings += 1,
                _ => in_slot.fixed += u32::from(booking.seated),
            }
        }
        let offered = booking.offer.iter().flat_map(|offer| &offer.slots);
        for slot in offered.filter(|slot| slot.date() == date) {
            taken.entry(*slot).or_default().fixed += 1;
        }
    }
    for invitation in world.all::<Invitation>().filter(|i| i.office == office.id) {
        let held = invitation.held().filter(|p| p.session.is_none());
        if let Some(place) = held.filter(|p| p.slot.date() == date) {
            taken.entry(place.slot).or_default().held += 1;
        }
    }
    for lease in world.all::<Lease>().filter(|l| l.office == office.id) {
        if lease.start.date() == date {
            taken.entry(lease.start).or_default().fixed += u32::from(lease.seats);
        }
    }
    taken
}
