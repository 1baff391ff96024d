//! A request that staff must look at: a NIK in use, or no room for somebody nobody has verified.

use super::{
    Decision, Op, Stop, Verdict,
    booking::{booking_reads, find, nik_booked_elsewhere, seat_or_wait, set_active},
    proposal, seats,
    slip::claim_key,
};
use crate::{
    booking::{Booking, State},
    command::Receipt,
    ids::BookingId,
    problem::Code,
    resident::{Claim, Device, Grant, NikClaim, Resident, Via},
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
        if let Some(known) = known_before(world, op, &resident)? {
            resident = as_known(world, op, known, &resident, &mut rows)?;
        }
        resident.verified = true;
        if nik_booked_elsewhere(world, op, &resident)? {
            return Err(Code::AlreadyBooked.into());
        }
        let booking = Booking {
            resident: resident.id,
            kelurahan: resident.kelurahan.clone(),
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

/// The record by which the office knows the person already, where the request names its NIK, KK and birth
/// date: after too many wrong guesses the phone was given one of its own.
fn known_before<'w>(
    world: &'w World,
    op: &Op<'_>,
    asked: &Resident,
) -> Result<Option<&'w Resident>, Stop> {
    let Some((_, Some(claim))) = op.nik_claim(world, asked)? else {
        return Ok(None);
    };
    let first = op.first_record(world, &claim)?;
    Ok(first.filter(|first| first.id != asked.id && first.has_numbers_of(asked)))
}

/// The person as the office knows them, with the phones and the slip of the record that the request made.
/// That one is nobody's any more.
fn as_known(
    world: &World,
    op: &Op<'_>,
    known: &Resident,
    asked: &Resident,
    rows: &mut Vec<Change>,
) -> Result<Resident, Stop> {
    op.require_same_kelurahan(known)?;
    if known.recorded_on.is_some() {
        return Err(Code::AlreadyRecorded.into());
    }
    if known.active.is_some() {
        return Err(Code::AlreadyBooked.into());
    }
    let mut one = Resident {
        phone: asked.phone.clone().or_else(|| known.phone.clone()),
        guardian: asked.guardian.clone().or_else(|| known.guardian.clone()),
        // Staff have looked.
        asked: None,
        ..known.clone()
    };
    for holder in &asked.holders {
        let Some(device) = world.find::<Device>(*holder)? else {
            continue;
        };
        let via = match device.has_code_for(asked.id) {
            true => Via::ClaimCode,
            false => Via::Booking,
        };
        let grant = Grant {
            office: op.office,
            resident: one.id,
            via,
            at: op.ctx.now,
        };
        rows.push(device.clone().revoke(asked.id).grant(grant).into());
        if !one.holders.contains(holder) {
            one.holders.push(*holder);
        }
    }
    if let Some(code) = asked.claim
        && let Some(claim) = world.find::<Claim>(claim_key(code))?
    {
        let former = one.claim.replace(code);
        rows.extend(former.map(|former| Change::Remove(claim_key(former))));
        let claim = claim.clone();
        let resident = one.id;
        rows.push(Claim { resident, ..claim }.into());
    }
    let nobody = Resident {
        active: None,
        ..asked.clone().forgotten()
    };
    rows.push(nobody.into());
    Ok(one)
}

pub(super) fn review_reads(world: &World, op: &Op<'_>, id: BookingId, keys: &mut Vec<Key>) {
    booking_reads(world, id, keys);
    let Some(booking) = world.get::<Booking>(id) else {
        return;
    };
    seats::wished_reads(world, op, &booking.choices, booking.any_that_week, keys);
    let Some(asked) = world.get::<Resident>(booking.resident) else {
        return;
    };
    proposal::reads(world, asked, keys);
    keys.extend(asked.holders.iter().copied().map(Key::from));
    keys.extend(asked.claim.map(claim_key));
    let claim = asked.nik_key.and_then(|key| world.get::<NikClaim>(key));
    let claim = claim.filter(|claim| claim.office == op.office);
    if let Some(known) = claim.and_then(|claim| world.get::<Resident>(claim.resident)) {
        proposal::reads(world, known, keys);
        keys.extend(known.claim.map(claim_key));
    }
}
