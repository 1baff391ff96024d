//! What a change of a day would do, before anybody confirms it; and whom it has left without a day.

use crate::{
    booking::{Booking, State},
    command::{DayChange, SetWeek},
    invitation::Invitation,
    lease::Lease,
    office::{ClosedDay, Office, StaffedDay},
    slot::SlotStart,
    world::World,
};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

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
    moved_out_of(world, &with(office, date, change), date, date)
}

/// As [`moved_by`], when the hours of many days change.
#[must_use]
pub fn moved_by_week(world: &World, office: &Office, today: NaiveDate, set: &SetWeek) -> Moved {
    let after = Office {
        settings: office.settings.with_week(set),
        ..office.clone()
    };
    moved_out_of(world, &after, set.from.max(today), set.to)
}

/// Who has a place, from one day to another, that this calendar has no room for.
fn moved_out_of(world: &World, after: &Office, from: NaiveDate, to: NaiveDate) -> Moved {
    let mut seats: BTreeMap<SlotStart, u32> = BTreeMap::new();
    let all = taken(world, after, from, to);
    let dates: BTreeSet<NaiveDate> = all.keys().map(|start| start.date()).collect();
    for plan in dates
        .into_iter()
        .filter_map(|date| after.slots(date).ok())
        .flatten()
    {
        seats.insert(plan.start, plan.seats.into());
    }
    let mut moved = Moved::default();
    for (start, taken) in all {
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

fn taken(
    world: &World,
    office: &Office,
    from: NaiveDate,
    to: NaiveDate,
) -> BTreeMap<SlotStart, Taken> {
    let mut taken: BTreeMap<SlotStart, Taken> = BTreeMap::new();
    let within = |slot: SlotStart| (from..=to).contains(&slot.date());
    let here = |booking: &&Booking| booking.office == office.id && booking.session.is_none();
    for booking in world.all::<Booking>().filter(here) {
        if let Some(slot) = booking.slot.filter(|slot| within(*slot)) {
            let in_slot = taken.entry(slot).or_default();
            match booking.state {
                State::Confirmed => in_slot.bookings += 1,
                _ => in_slot.fixed += u32::from(booking.seated),
            }
        }
        let offered = booking.offer.iter().flat_map(|offer| &offer.slots);
        for slot in offered.filter(|slot| within(**slot)) {
            taken.entry(*slot).or_default().fixed += 1;
        }
    }
    for invitation in world.all::<Invitation>().filter(|i| i.office == office.id) {
        let held = invitation.held().filter(|p| p.session.is_none());
        if let Some(place) = held.filter(|p| within(p.slot)) {
            taken.entry(place.slot).or_default().held += 1;
        }
    }
    for lease in world.all::<Lease>().filter(|l| l.office == office.id) {
        if lease.session.is_none() && within(lease.start) {
            taken.entry(lease.start).or_default().fixed += u32::from(lease.seats);
        }
    }
    taken
}
