//! An arrival that was entered by mistake is taken back, with all that came of it.

use super::{
    Decision, Op, Stop, Verdict,
    access::DESK,
    booking::{give_back, nik_booked_elsewhere, set_active},
    proposal,
    visit::{close_reads, lease_reads},
};
use crate::{
    booking::{Booking, State},
    command::Receipt,
    ids::{LeaseId, VisitId},
    lease::Lease,
    problem::Code,
    resident::Resident,
    row::{Change, Key, Row},
    slot::Slot,
    visit::{Mistake, Visit},
    world::World,
};

/// The arrival was a mistake: the booking is again what it was, a lent seat goes back. A visit that
/// repeats another takes nothing along.
pub(super) fn take_back(world: &World, op: &Op<'_>, id: VisitId, reason: Mistake) -> Decision {
    op.require(DESK)?;
    let visit = world
        .find::<Visit>(id)?
        .filter(|visit| visit.office == op.office)
        .ok_or(Code::NotFound)?;
    let gone = visit
        .clone()
        .take_back(reason, op.at)
        .map_err(|_| Code::VisitState)?;
    let (mut rows, mut held): (Vec<Row>, Vec<Change>) = (vec![gone.into()], Vec::new());
    if let Some(lease) = visit.lease {
        rows.extend(stand_up(world, op, lease)?);
    }
    let booking = match visit.booking.filter(|_| visit.repeats.is_none()) {
        Some(booking) => world.find::<Booking>(booking)?,
        None => None,
    };
    if let Some(booking) = booking.filter(|b| b.visit == Some(id)) {
        let before = booking
            .clone()
            .take_arrival_back(op.ctx.now)
            .map_err(|_| Code::VisitState)?;
        let mut before = before;
        if let Some(resident) = world.find::<Resident>(before.resident)? {
            if let Some((gone, changes)) = proposal::stand_up(world, op, resident, &before)? {
                before = gone;
                held = changes;
            } else if before.state.is_active() && has_another(world, op, resident, &before)? {
                rows.extend(give_back(world, op, &before)?.into_iter().map(Row::from));
                before = before.cancel(op.ctx.now).map_err(|_| Code::VisitState)?;
            } else if before.state == State::Confirmed && !before.seated {
                // The visit had ended before their day, and the seat went back.
                before = before.unplace(op.ctx.now).map_err(|_| Code::VisitState)?;
            }
            rows.extend(set_active(world, op, resident, &before)?);
        }
        rows.push(before.into());
    }
    let rows = rows.into_iter().map(Change::Put).chain(held).collect();
    Verdict::applied(rows, Receipt::Done)
}

/// They have booked anew since: it ended, and a tablet that was cut off reopened it.
fn has_another(
    world: &World,
    op: &Op<'_>,
    resident: &Resident,
    booking: &Booking,
) -> Result<bool, Stop> {
    let other = resident
        .active
        .is_some_and(|active| active.booking != booking.id);
    Ok(other || nik_booked_elsewhere(world, op, resident)?)
}

/// Gives a lent seat back to the tablet that had it.
fn stand_up(world: &World, op: &Op<'_>, id: LeaseId) -> Result<Vec<Row>, Stop> {
    let Some(lease) = world.find::<Lease>(id)? else {
        return Ok(Vec::new());
    };
    let mut rows = vec![
        Lease {
            used: lease.used.saturating_sub(1),
            ..lease.clone()
        }
        .into(),
    ];
    if op.on_server() {
        let slot = world.find::<Slot>(lease.seat())?;
        rows.extend(slot.map(|slot| Row::from(slot.clone().unuse_lent())));
    }
    Ok(rows)
}

pub(super) fn take_back_reads(world: &World, id: VisitId, keys: &mut Vec<Key>) {
    close_reads(world, id, keys);
    if let Some(lease) = world.get::<Visit>(id).and_then(|visit| visit.lease) {
        lease_reads(world, lease, keys);
    }
}
