//! A request that staff must look at: a NIK in use, or no room for somebody nobody has verified.

use super::{
    Decision, Op, Verdict,
    booking::{booking_reads, find, nik_booked_elsewhere, seat_or_wait, set_active},
    proposal, seats,
};
use crate::{
    booking::{Booking, State},
    command::Receipt,
    ids::BookingId,
    problem::Code,
    resident::Resident,
    row::{Change, Key},
    world::World,
};

pub(super) fn review(world: &World, op: &Op<'_>, id: BookingId, accept: bool) -> Decision {
    let office = op.office(world)?;
    let (booking, resident) = find(world, op, id)?;
    op.require(super::access::STAFF)?;
    op.require_for(world, booking.resident, booking.kelurahan.as_ref())?;
    if booking.state != (State::Requested { review: true }) {
        return Err(Code::BookingState.into());
    }
    let mut rows: Vec<Change> = Vec::new();
    let mut resident = resident.clone();
    let decided = if accept {
        if nik_booked_elsewhere(world, op, &resident)? {
            return Err(Code::AlreadyBooked.into());
        }
        resident.verified = true;
        let booking = Booking {
            verified: true,
            ..booking.clone()
        };
        let wished = (booking.choices.as_slice(), booking.any_that_week);
        let invitation = proposal::open(world, op, &resident)?;
        let (seat, reply) = proposal::seek(world, op, office, invitation, wished, true)?;
        let decided = seat_or_wait(op, office, booking.clone(), seat, &mut rows)?;
        rows.extend(proposal::booked(world, op, invitation, &decided, reply)?);
        decided
    } else {
        booking
            .clone()
            .reject(op.ctx.now)
            .map_err(|_| Code::BookingState)?
    };
    rows.extend(
        set_active(world, op, &resident, &decided)?
            .into_iter()
            .map(Change::Put),
    );
    rows.push(decided.clone().into());
    Verdict::applied(
        rows,
        Receipt::Booking {
            booking: Box::new(decided),
        },
    )
}

pub(super) fn review_reads(world: &World, op: &Op<'_>, id: BookingId, keys: &mut Vec<Key>) {
    booking_reads(world, id, keys);
    let Some(booking) = world.get::<Booking>(id) else {
        return;
    };
    seats::wished_reads(world, op, &booking.choices, booking.any_that_week, keys);
    if let Some(resident) = world.get::<Resident>(booking.resident) {
        keys.extend(resident.nik_key.map(Key::from));
        proposal::reads(world, resident, keys);
    }
}
