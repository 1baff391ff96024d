//! Somebody who comes without showing a booking. One that they have comes along, so that nobody is
//! counted as absent while they stand in the room.

use super::{
    Decision, Op, Stop, Verdict,
    access::{DESK, claim_reads},
    booking::{booking_reads, nik_reads, set_active, withdraw},
    proposal,
    tablet::{stands, stands_reads},
    visit::lease_reads,
};
use crate::{
    booking::Booking,
    command::{Applicant, Receipt, WalkIn},
    flag,
    ids::{BookingId, LeaseId, ResidentId, SessionId, VisitId},
    lease::Lease,
    resident::{NikClaim, Resident, Source},
    row::{Change, Key, Row},
    slot::Slot,
    visit::{State, Visit},
    world::World,
};
use chrono::NaiveDate;

pub(super) fn enter(world: &World, op: &Op<'_>, fact: &WalkIn) -> Decision {
    op.require(DESK)?;
    let office = op.office(world)?;
    let at = op.stated(fact.at);
    let id = VisitId(op.id.derive(0));
    let mut rows: Vec<Change> = Vec::new();
    let (resident, claim) = match &fact.who {
        Applicant::Known(known) => match op.resident(world, *known)? {
            Some(resident) => {
                let claim = op.nik_claim(world, resident)?;
                (resident.clone(), claim.and_then(|(_, claim)| claim))
            }
            None => {
                return Verdict::applied(
                    vec![op.flag(0, flag::Kind::UnknownSubject, known.0)],
                    Receipt::Done,
                );
            }
        },
        Applicant::New(draft) => {
            let new = ResidentId(op.id.derive(1));
            // A tablet that was locked since makes somebody known no more than a phone does.
            let source = match op.ctx.marked {
                true => Source::Own,
                false => Source::Staff,
            };
            let fresh = draft.as_ref().clone().into_resident(new, op.office, source);
            let key = op.nik_key(draft.nik.as_ref());
            let claim = match key {
                Some(key) => op.claim_on(world, key)?,
                None => None,
            };
            let known = match &claim {
                Some(claim) => op.first_record(world, claim)?,
                None => None,
            };
            // Somebody else's phone may have made a record with this NIK: it learns of nothing here.
            let other = known.filter(|known| !known.may_be(draft));
            let may_claim = match &claim {
                Some(claim) => op.is_vacant(world, claim)?,
                None => true,
            };
            let resident = match (known, key) {
                (Some(known), _) if other.is_none() => known.clone(),
                (_, Some(key)) if may_claim || other.is_some() && op.vouches() => {
                    let first = NikClaim::of(key, op.office, new);
                    let claim = claim.clone().map(|claim| NikClaim {
                        resident: new,
                        ..claim
                    });
                    rows.push(claim.unwrap_or(first).into());
                    Resident {
                        nik_key: Some(key),
                        ..fresh
                    }
                }
                _ => fresh,
            };
            (resident, claim)
        }
    };
    if fact.unknown_ticket {
        rows.push(op.flag(1, flag::Kind::UnknownTicket, id.0));
    }
    let day = office.today(at);
    let session = stands(world, op, day)?;
    let held = proposal::sit(world, op, &resident, id, day)?;
    let own = active_booking(world, op, &resident)?;
    // Another record has a booking with their NIK, here or at another office: it may be theirs, and would
    // end as if they had not come.
    let others = claim.filter(|claim| own.is_none() && claim.is_others(&resident));
    let others = others.and_then(|claim| claim.booking);
    let (mut lease, mut booking, mut repeats) = (None, own.map(|own| own.id), None);
    let mut has_seat = false;
    if let Some((sat, changes)) = held {
        (booking, has_seat) = (Some(sat), true);
        rows.extend(changes);
    } else if let Some(own) = own {
        match bring(world, op, (own, &resident), id, (day, session))? {
            Some((seat, changes)) => {
                has_seat = seat;
                rows.extend(changes);
            }
            None => {
                (repeats, has_seat) = (own.visit, true);
                rows.push(op.flag(0, flag::Kind::ArrivedTwice, own.id.0));
            }
        }
    } else {
        rows.extend(proposal::came(world, op, &resident)?);
        rows.push(resident.clone().into());
    }
    if !has_seat {
        match sit_down(world, op, fact.lease)? {
            Some(changes) => {
                lease = fact.lease;
                rows.extend(changes.into_iter().map(Change::Put));
            }
            None => rows.push(op.flag(2, flag::Kind::BeyondCapacity, id.0)),
        }
    }
    if let Some(booking) = others.filter(|booking| !is_flagged(&rows, *booking)) {
        rows.push(op.flag(3, flag::Kind::NikInUse, booking.0));
    }
    let visit = Visit {
        id,
        office: op.office,
        resident: resident.id,
        kelurahan: resident.kelurahan.clone(),
        booking,
        day,
        queue: fact.queue.clone(),
        state: State::Waiting,
        priority: fact.priority,
        arrived_at: at,
        called_at: None,
        ended_at: None,
        device: op.device,
        lease,
        repeats,
        session,
    };
    rows.push(visit.into());
    Verdict::applied(rows, Receipt::Visit { visit: id, repeats })
}

/// The claim may have passed on from it.
fn is_flagged(rows: &[Change], booking: BookingId) -> bool {
    let mut rows = rows.iter();
    rows.any(|row| matches!(row, Change::Put(Row::Flag(flag)) if flag.subject == booking.0))
}

/// The booking of somebody who comes without showing it; a tablet knows of those it holds.
fn active_booking<'w>(
    world: &'w World,
    op: &Op<'_>,
    resident: &Resident,
) -> Result<Option<&'w Booking>, Stop> {
    let Some(active) = resident.active else {
        return Ok(None);
    };
    op.known::<Booking>(world, active.booking)
}

/// They come with their booking, though nobody has seen the ticket: on their own seat if it is for
/// today and here. `None` where they have come already.
fn bring(
    world: &World,
    op: &Op<'_>,
    (booking, resident): (&Booking, &Resident),
    visit: VisitId,
    (day, session): (NaiveDate, Option<SessionId>),
) -> Result<Option<(bool, Vec<Change>)>, Stop> {
    let Ok(arrived) = booking.clone().arrive(visit, op.ctx.now) else {
        return Ok(None);
    };
    let mut rows: Vec<Change> = Vec::new();
    let today = booking.slot.is_some_and(|slot| slot.date() == day);
    if booking.seated && !today {
        rows.push(op.flag(0, flag::Kind::ArrivedOnOtherDay, booking.id.0));
    }
    rows.extend(withdraw(world, op, booking)?.into_iter().map(Change::from));
    let active = set_active(world, op, resident, &arrived)?;
    rows.extend(active.into_iter().map(Change::Put));
    rows.extend(proposal::came(world, op, resident)?);
    rows.push(arrived.into());
    let has_seat = booking.seated && today && booking.session == session;
    Ok(Some((has_seat, rows)))
}

/// Uses a lent seat; `None` when there is none left to use.
fn sit_down(world: &World, op: &Op<'_>, lease: Option<LeaseId>) -> Result<Option<Vec<Row>>, Stop> {
    let Some(id) = lease else { return Ok(None) };
    let lease = world.find::<Lease>(id)?;
    let Some(lease) = lease.filter(|l| l.device == op.device && l.left() > 0) else {
        return Ok(None);
    };
    let used = Lease {
        used: lease.used + 1,
        ..lease.clone()
    };
    let mut rows = vec![used.into()];
    if op.on_server() {
        let slot = world.find::<Slot>(lease.seat())?;
        rows.extend(slot.map(|slot| Row::from(slot.clone().use_lent())));
    }
    Ok(Some(rows))
}

pub(super) fn reads(world: &World, op: &Op<'_>, fact: &WalkIn, keys: &mut Vec<Key>) {
    match &fact.who {
        Applicant::Known(id) => {
            keys.push((*id).into());
            if let Some(resident) = world.get::<Resident>(*id) {
                if let Some(key) = resident.nik_key {
                    claim_reads(world, op.office, key, keys);
                }
                brought_reads(world, resident, keys);
            }
        }
        Applicant::New(draft) => {
            nik_reads(world, op, draft, keys);
            let claim = op.nik_key(draft.nik.as_ref());
            let claim = claim.and_then(|key| world.get::<NikClaim>(key));
            let known = claim.filter(|claim| claim.office == op.office);
            if let Some(resident) = known.and_then(|claim| world.get::<Resident>(claim.resident)) {
                brought_reads(world, resident, keys);
            }
        }
    }
    if let Some(id) = fact.lease {
        lease_reads(world, id, keys);
    }
    stands_reads(world, op, keys);
}

/// What somebody brings along: the invitation, and the booking with its seats.
fn brought_reads(world: &World, resident: &Resident, keys: &mut Vec<Key>) {
    proposal::reads(world, resident, keys);
    if let Some(active) = resident.active {
        booking_reads(world, active.booking, keys);
    }
}
