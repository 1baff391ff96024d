//! Bookings go to where their session is now.

use super::{
    super::{
        Decision, Op, Stop,
        booking::{booking_reads, find, set_active},
        done,
        seats::slot_row,
    },
    open,
};
use crate::{
    booking::{Booking, State},
    ids::BookingId,
    office::Office,
    problem::Code,
    row::{Key, Row},
    session::Session,
    slot::{Slot, SlotPlan},
    sync::Role,
    world::World,
};

/// A booking goes to where its session is now, with a new ticket; without a seat there staff call.
pub(in crate::decide) fn follow(world: &World, op: &Op<'_>, id: BookingId) -> Decision {
    op.require(&[Role::System])?;
    let office = op.office(world)?;
    let (booking, resident) = find(world, op, id)?;
    let (Some(at), Some(start), State::Confirmed) = (booking.session, booking.slot, booking.state)
    else {
        return Err(Code::BookingState.into());
    };
    let session = open(world, op, office, at)?;
    let there = session.now_for(office, start);
    if there.is_some_and(|plan| plan.start == start) {
        return done(Vec::new());
    }
    let mut rows: Vec<Row> = Vec::new();
    if let Some(seat) = booking.seat().filter(|_| booking.seated)
        && let Some(slot) = world.find::<Slot>(seat)?
    {
        rows.push(slot.clone().release(booking.verified).into());
    }
    let mut moved = match free_seat(world, op, office, session, there, booking)? {
        Some(slot) => {
            let start = slot.start;
            rows.push(slot.into());
            let confirmed = booking.clone().confirm_at(start, Some(at), op.ctx.now);
            let mut moved = confirmed.map_err(|_| Code::BookingState)?;
            moved.ticket = op.ticket(office, moved.id, start);
            moved
        }
        None => booking
            .clone()
            .unplace(op.ctx.now)
            .map_err(|_| Code::BookingState)?,
    };
    moved.moved_by_office = true;
    rows.extend(set_active(world, op, resident, &moved)?);
    rows.push(moved.into());
    done(rows)
}

pub(in crate::decide) fn follow_reads(
    world: &World,
    op: &Op<'_>,
    id: BookingId,
    keys: &mut Vec<Key>,
) {
    booking_reads(world, id, keys);
    let Some(at) = world.get::<Booking>(id).and_then(|booking| booking.session) else {
        return;
    };
    keys.push(at.into());
    let office = world.get::<Office>(Key::office(op.office));
    if let (Some(office), Some(session)) = (office, world.get::<Session>(at)) {
        let seats = session.slots(office).into_iter();
        keys.extend(seats.map(|plan| Key::from(plan.start.id_at(op.office, plan.session))));
    }
}

/// A seat at the same position, else the nearest in time.
fn free_seat(
    world: &World,
    op: &Op<'_>,
    office: &Office,
    session: &Session,
    there: Option<SlotPlan>,
    booking: &Booking,
) -> Result<Option<Slot>, Stop> {
    let mut plans = session.slots(office);
    if let Some(there) = there {
        plans.sort_by_key(|plan| {
            let apart = plan
                .start
                .local()
                .signed_duration_since(there.start.local());
            apart.abs()
        });
    } else {
        plans.reverse();
    }
    for plan in plans {
        if let Ok(slot) = slot_row(world, op, plan)?.claim(booking.verified, 100) {
            return Ok(Some(slot));
        }
    }
    Ok(None)
}
