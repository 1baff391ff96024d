//! Forgetting who it was, a year after the last booking and visit ended, or when the person asks for it. What
//! the office counts stays.

use super::{Decision, Op, Stop, Verdict, access::claim_reads, slip::claim_key};
use crate::{
    booking::Booking,
    command::Receipt,
    ids::{BookingId, ResidentId},
    invitation::Invitation,
    problem::Code,
    resident::{Device, NikClaim, Resident},
    row::{Change, Key},
    sop::retention,
    sync::Role,
    world::World,
};

pub(super) fn resident(
    world: &World,
    op: &Op<'_>,
    id: ResidentId,
    bookings: &[BookingId],
    asked: bool,
) -> Decision {
    op.require(&[Role::System])?;
    let resident = op.resident(world, id)?.ok_or(Code::NotFound)?;
    if resident.forgotten {
        return Verdict::applied(Vec::new(), Receipt::Done);
    }
    if resident.active.is_some() {
        return Err(Code::BookingState.into());
    }
    let mut rows: Vec<Change> = Vec::new();
    for booking in bookings {
        let booking = world
            .find::<Booking>(*booking)?
            .filter(|booking| booking.resident == id)
            .ok_or(Code::NotFound)?;
        let ended = booking.decided_at.unwrap_or(booking.requested_at);
        let lately = ended >= retention::names_until(op.ctx.now);
        if booking.state.is_active() || (lately && !asked) {
            return Err(Code::BookingState.into());
        }
        if booking.ticket.is_some() {
            rows.push(booking.clone().forgotten().into());
        }
    }
    if let Some(invitation) = resident.invitation {
        let kept = world.find::<Invitation>(invitation)?;
        let forgotten = kept.map(|kept| kept.clone().forgotten());
        rows.extend(forgotten.filter(|f| kept != Some(f)).map(Change::from));
    }
    for holder in &resident.holders {
        let device = world.find::<Device>(*holder)?;
        rows.extend(device.map(|device| device.clone().revoke(id).into()));
    }
    rows.extend(resident.claim.map(|code| Change::Remove(claim_key(code))));
    if let Some((key, Some(claim))) = op.nik_claim(world, resident)?
        && claims_for_nobody(world, op, &claim, id)?
    {
        rows.push(Change::Remove(key.into()));
    }
    rows.push(resident.clone().forgotten().into());
    Verdict::applied(rows, Receipt::Done)
}

/// No booking holds the claim, and no other record that is still known stands behind it.
fn claims_for_nobody(
    world: &World,
    op: &Op<'_>,
    claim: &NikClaim,
    id: ResidentId,
) -> Result<bool, Stop> {
    let own = claim.office == op.office;
    let nobody = own && op.first_record(world, claim)?.is_none_or(|r| r.id == id);
    Ok(claim.booking.is_none() && nobody)
}

pub(super) fn resident_reads(
    world: &World,
    id: ResidentId,
    bookings: &[BookingId],
    keys: &mut Vec<Key>,
) {
    keys.push(id.into());
    keys.extend(bookings.iter().copied().map(Key::from));
    let Some(resident) = world.get::<Resident>(id) else {
        return;
    };
    keys.extend(resident.invitation.map(Key::from));
    keys.extend(resident.holders.iter().copied().map(Key::from));
    keys.extend(resident.claim.map(claim_key));
    if let Some(key) = resident.nik_key {
        claim_reads(world, resident.office, key, keys);
    }
}
