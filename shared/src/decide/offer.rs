//! Seats kept for somebody to choose from: after the office took their day away, and for whoever waits.

use super::{
    Decision, Op, Stop, Verdict,
    booking::{booking_reads, check_eligible, find, set_active, withdraw},
    done,
    seats::slot_row,
};
use crate::{
    booking::{Booking, Offer, State, Why},
    command::Receipt,
    ids::{BookingId, SlotId},
    office::Office,
    problem::Code,
    resident::Resident,
    row::{Key, Row},
    session::Session,
    slot::{Slot, SlotStart},
    sync::Role,
    world::{NotLoaded, World},
};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// The booking's day is gone, or a seat came free for it. Nothing changes where neither is so any more.
pub(super) fn make(world: &World, op: &Op<'_>, id: BookingId) -> Decision {
    op.require(&[Role::System])?;
    let office = op.office(world)?;
    let (booking, resident) = find(world, op, id)?;
    if !is_due(world, op, office, booking)? {
        return done(Vec::new());
    }
    let now = op.ctx.now;
    let (kept, lost) = sift(office, booking, op);
    let row = |plan| slot_row(world, op, plan);
    let found = office.find_seats(booking, &kept, now, row)?;

    let mut slots: BTreeMap<SlotId, Slot> = BTreeMap::new();
    if booking.seated
        && let Some(seat) = booking.seat()
        && let Some(slot) = world.find::<Slot>(seat)?
    {
        slots.insert(seat, slot.clone().release(booking.verified));
    }
    for start in lost {
        let seat = start.id(op.office);
        if let Some(slot) = world.find::<Slot>(seat)? {
            slots.insert(seat, slot.clone().withdraw(booking.verified));
        }
    }
    let starts: Vec<_> = kept
        .into_iter()
        .chain(found.iter().map(|slot| slot.start))
        .collect();
    slots.extend(found.into_iter().map(|slot| (slot.id, slot)));
    let next = if !starts.is_empty() {
        let until = office.kept_until(&starts, now);
        let why = Why::of(booking);
        booking.clone().offer(
            Offer {
                slots: starts,
                until,
                why,
            },
            now,
        )
    } else if booking.state == State::Waitlisted {
        return done(Vec::new());
    } else if Why::of(booking) == Why::SeatFreed {
        booking.clone().decline(now)
    } else {
        booking.clone().unplace(now)
    };
    let next = next.map_err(|_| Code::BookingState)?;
    let rows = slots.into_values().map(Row::from).collect();
    done(moved_on(world, op, resident, next, rows)?)
}

/// The seats kept so far: those that may still be taken, and the others.
fn sift(office: &Office, booking: &Booking, op: &Op<'_>) -> (Vec<SlotStart>, Vec<SlotStart>) {
    let old = booking.offer.iter().flat_map(|offer| &offer.slots).copied();
    old.partition(|start| office.still_has(*start, op.ctx.now))
}

/// Adds the booking, its resident and the claim on the NIK.
fn moved_on(
    world: &World,
    op: &Op<'_>,
    resident: &Resident,
    booking: Booking,
    mut rows: Vec<Row>,
) -> Result<Vec<Row>, Stop> {
    rows.extend(set_active(world, op, resident, &booking)?);
    rows.push(booking.into());
    Ok(rows)
}

/// Whether seats are to be offered: the day is gone, an offered day is gone, or somebody waits.
fn is_due(world: &World, op: &Op<'_>, office: &Office, booking: &Booking) -> Result<bool, Stop> {
    match booking.state {
        State::Waitlisted => Ok(true),
        State::Offered => {
            let mut offered = booking.offer.iter().flat_map(|offer| &offer.slots);
            Ok(offered.any(|start| office.slot(*start).is_none()))
        }
        State::Confirmed => is_beyond(world, op, office, booking),
        _ => Err(Code::BookingState.into()),
    }
}

/// The slot is not in the calendar any more, or has fewer seats than are taken in it.
fn is_beyond(world: &World, op: &Op<'_>, office: &Office, booking: &Booking) -> Result<bool, Stop> {
    let Some(start) = booking.slot else {
        return Ok(false);
    };
    let plan = match booking.session {
        None => office.slot(start),
        Some(id) => match world.find::<Session>(id)? {
            // On another day or at other hours: the booking follows it there.
            Some(session) if session.cancelled.is_none() => match session.slot(office, start) {
                None => return Ok(false),
                plan => plan,
            },
            _ => None,
        },
    };
    match plan {
        None => Ok(true),
        Some(plan) => Ok(slot_row(world, op, plan)?.surplus() > 0),
    }
}

/// Whether a slot is one of those kept for a booking, and the time to answer is not over.
pub(super) fn is_kept(op: &Op<'_>, office: &Office, booking: &Booking, start: SlotStart) -> bool {
    booking.offer.as_ref().is_some_and(|offer| {
        offer.slots.contains(&start)
            && op.ctx.now < offer.until
            && office.still_has(start, op.ctx.now)
    })
}

/// One of the seats is taken, or none of them is wanted; or a yes to where the office moved it.
pub(super) fn answer(
    world: &World,
    op: &Op<'_>,
    id: BookingId,
    slot: Option<SlotStart>,
) -> Decision {
    let office = op.office(world)?;
    let (booking, resident) = find(world, op, id)?;
    op.require_for(world, booking.resident, booking.kelurahan.as_ref())?;
    if booking.state == State::Confirmed && slot.is_some() {
        return agree(world, op, (booking, resident), slot);
    }
    let offer = booking.offer.as_ref().ok_or(Code::OfferOver)?;
    let (now, on_device) = (op.ctx.now, !op.on_server());
    if now >= offer.until && !on_device {
        return Err(Code::OfferOver.into());
    }
    let kept = withdraw(world, op, booking)?.into_iter();
    let (next, rows) = match slot {
        None => (
            booking.clone().decline(now),
            kept.map(Row::from).collect::<Vec<_>>(),
        ),
        Some(start) => {
            if !offer.slots.contains(&start) {
                return Err(Code::OfferOver.into());
            }
            if on_device {
                // Whether it comes in time is for the office to say.
                return Err(NotLoaded(id.into()).into());
            }
            let plan = office.slot(start).ok_or(Code::SlotClosed)?;
            if !office.still_has(start, now) {
                return Err(Code::ChoicesPast.into());
            }
            check_eligible(resident, op, &[start])?;
            let mut rows: Vec<Row> = kept
                .filter(|slot| slot.start != start)
                .map(Row::from)
                .collect();
            rows.push(slot_row(world, op, plan)?.take_held().into());
            (booking.clone().confirm(start, now), rows)
        }
    };
    let mut next = next.map_err(|_| Code::BookingState)?;
    if let Some(start) = slot {
        next.ticket = op.ticket(office, id, start);
    }
    let rows = moved_on(world, op, resident, next.clone(), rows)?;
    told(rows, next)
}

/// To a seat that the booking has already: taken before, or given by the office.
fn agree(
    world: &World,
    op: &Op<'_>,
    (booking, resident): (&Booking, &Resident),
    slot: Option<SlotStart>,
) -> Decision {
    if booking.slot != slot {
        return Err(Code::BookingState.into());
    }
    if !booking.moved_by_office {
        return told(Vec::new(), booking.clone());
    }
    let agreed = booking.clone().agree(op.ctx.now);
    let agreed = agreed.map_err(|_| Code::BookingState)?;
    let rows = moved_on(world, op, resident, agreed.clone(), Vec::new())?;
    told(rows, agreed)
}

fn told(rows: Vec<Row>, booking: Booking) -> Decision {
    let booking = Box::new(booking);
    let rows = rows.into_iter().map(Into::into).collect();
    Verdict::applied(rows, Receipt::Booking { booking })
}

/// Nobody answered in time.
pub(super) fn end(world: &World, op: &Op<'_>, id: BookingId) -> Decision {
    op.require(&[Role::System])?;
    let (booking, resident) = find(world, op, id)?;
    let now = op.ctx.now;
    let is_over = |offer: &Offer| now >= offer.until;
    if !booking.offer.as_ref().is_some_and(is_over) {
        return Err(Code::BookingState.into());
    }
    let rows = withdraw(world, op, booking)?.into_iter().map(Row::from);
    let passed = booking.clone().pass(now).map_err(|_| Code::BookingState)?;
    done(moved_on(world, op, resident, passed, rows.collect())?)
}

/// The booking with its seats, and where seats may be found for it.
pub(super) fn reads(world: &World, op: &Op<'_>, id: BookingId, keys: &mut Vec<Key>) {
    booking_reads(world, id, keys);
    let booking = world.get::<Booking>(id);
    let office = world.get::<Office>(Key::office(op.office));
    let (Some(booking), Some(office)) = (booking, office) else {
        return;
    };
    keys.extend(booking.session.map(Key::from));
    if op.ctx.who.role != Role::System {
        return;
    }
    let now = op.ctx.now;
    let mut look_at = |all| {
        for plan in office.to_look_at(booking, now, all) {
            keys.push(plan.start.id(op.office).into());
        }
    };
    look_at(false);
    // The rest of the calendar matters only to somebody for whom the next days have too little.
    let near = |plan| slot_row(world, op, plan);
    let mut to_look_at = office.to_look_at(booking, now, false).into_iter();
    let knows_near = to_look_at.all(|plan| world.knows(plan.start.id(op.office).into()));
    let (kept, _) = sift(office, booking, op);
    if knows_near && office.find_seats(booking, &kept, now, near).is_err() {
        look_at(true);
    }
}

/// The daily round: what was given back may be taken.
pub(super) fn release(world: &World, op: &Op<'_>, date: NaiveDate) -> Decision {
    op.require(&[Role::System])?;
    let mut rows = Vec::new();
    for id in seats_of(world, op, date) {
        let slot = world.find::<Slot>(id)?.filter(|slot| slot.freed > 0);
        rows.extend(slot.map(|slot| Row::from(slot.clone().release_freed())));
    }
    done(rows)
}

pub(super) fn release_reads(world: &World, op: &Op<'_>, date: NaiveDate, keys: &mut Vec<Key>) {
    keys.extend(seats_of(world, op, date).into_iter().map(Key::from));
}

fn seats_of(world: &World, op: &Op<'_>, date: NaiveDate) -> Vec<SlotId> {
    let office = world.get::<Office>(Key::office(op.office));
    let plans = office.and_then(|office| office.slots(date).ok());
    let plans = plans.into_iter().flatten();
    plans.map(|plan| plan.start.id(op.office)).collect()
}
