//! What happens in the room. Facts: applied even when they contradict, linked and flagged.

use super::{
    Decision, Op, Stop, Verdict,
    access::DESK,
    booking::{booking_reads, free_seat, set_active, withdraw},
    done, proposal,
    tablet::{stands, stands_reads},
};
use crate::{
    booking::{Booking, State as BookingState},
    command::{ConfirmArrival, Receipt},
    flag,
    ids::{LeaseId, VisitId},
    lease::Lease,
    resident::Resident,
    row::{Change, Key},
    visit::{Outcome, State, Visit},
    world::World,
};

pub(super) fn confirm_arrival(world: &World, op: &Op<'_>, fact: &ConfirmArrival) -> Decision {
    op.require(DESK)?;
    let office = op.office(world)?;
    let Some(booking) = world
        .find::<Booking>(fact.booking)?
        .filter(|b| b.office == op.office)
    else {
        let flag = op.flag(0, flag::Kind::UnknownSubject, fact.booking.0);
        return Verdict::applied(vec![flag], Receipt::Done);
    };
    let resident = world.find::<Resident>(booking.resident)?;
    let at = op.stated(fact.at);
    let id = VisitId(op.id.derive(0));
    let mut visit = Visit {
        id,
        office: op.office,
        resident: booking.resident,
        kelurahan: booking.kelurahan.clone(),
        booking: Some(booking.id),
        day: office.today(at),
        queue: fact.queue.clone(),
        state: State::Waiting,
        priority: fact.priority.unwrap_or(booking.priority),
        arrived_at: at,
        called_at: None,
        ended_at: None,
        device: op.device,
        lease: None,
        repeats: None,
        session: stands(world, op, office.today(at))?,
    };
    let mut rows: Vec<Change> = Vec::new();
    match booking.clone().arrive(id, op.ctx.now) {
        Ok(arrived) => {
            let odd = match booking.state {
                BookingState::Confirmed if booking.slot.map(|s| s.date()) != Some(visit.day) => {
                    Some(flag::Kind::ArrivedOnOtherDay)
                }
                BookingState::Confirmed => None,
                BookingState::NoShow => Some(flag::Kind::ArrivedAfterNoShow),
                _ => Some(flag::Kind::ArrivedWithoutSeat),
            };
            rows.extend(odd.map(|kind| op.flag(0, kind, booking.id.0)));
            rows.extend(withdraw(world, op, booking)?.into_iter().map(Change::from));
            if let Some(resident) = resident {
                let active = set_active(world, op, resident, &arrived)?;
                rows.extend(active.into_iter().map(Change::Put));
                rows.extend(proposal::came(world, op, resident)?);
            }
            rows.push(arrived.into());
        }
        Err(_) => {
            visit.repeats = booking.visit;
            rows.push(op.flag(0, flag::Kind::ArrivedTwice, booking.id.0));
        }
    }
    let repeats = visit.repeats;
    rows.push(visit.into());
    Verdict::applied(rows, Receipt::Visit { visit: id, repeats })
}

pub(super) fn arrival_reads(
    world: &World,
    op: &Op<'_>,
    fact: &ConfirmArrival,
    keys: &mut Vec<Key>,
) {
    stands_reads(world, op, keys);
    booking_reads(world, fact.booking, keys);
    let resident = world.get::<Booking>(fact.booking).map(|b| b.resident);
    if let Some(resident) = resident.and_then(|id| world.get::<Resident>(id)) {
        proposal::reads(world, resident, keys);
    }
}

/// The visit meant: the first one, where this one repeats it.
fn meant<'w>(world: &'w World, op: &Op<'_>, id: VisitId) -> Result<Option<&'w Visit>, Stop> {
    let visit = world.find::<Visit>(id)?.filter(|v| v.office == op.office);
    match visit.and_then(|v| v.repeats) {
        Some(first) => Ok(world.find::<Visit>(first)?),
        None => Ok(visit),
    }
}

fn unknown(op: &Op<'_>, id: VisitId) -> Decision {
    Verdict::applied(
        vec![op.flag(0, flag::Kind::UnknownSubject, id.0)],
        Receipt::Done,
    )
}

pub(super) fn call(world: &World, op: &Op<'_>, id: VisitId) -> Decision {
    op.require(DESK)?;
    match meant(world, op, id)? {
        Some(visit) => done(vec![visit.clone().call(op.at).into()]),
        None => unknown(op, id),
    }
}

pub(super) fn close(world: &World, op: &Op<'_>, id: VisitId, outcome: Outcome) -> Decision {
    op.require(DESK)?;
    let office = op.office(world)?;
    let Some(visit) = meant(world, op, id)? else {
        return unknown(op, id);
    };
    if visit.state == outcome.into() {
        return done(Vec::new());
    }
    let mut rows: Vec<Change> = Vec::new();
    let taken_back = visit.state.is_taken_back();
    if let Some(ended) = visit.ended_at {
        rows.push(op.flag(0, flag::Kind::ClosedTwice, visit.id.0));
        if op.at < ended {
            return Verdict::applied(rows, Receipt::Done);
        }
    }
    rows.push(visit.clone().close(outcome, op.at).into());
    if taken_back {
        rows.extend(came_after_all(world, op, visit)?);
    }
    let recorded_on = outcome.recorded().then(|| office.today(op.at));
    let end = |b: Booking| {
        let here = if taken_back {
            b.arrive(visit.id, op.ctx.now)?
        } else {
            b
        };
        // Nobody needs the seat of a later day any more.
        let seated = here.seated && !is_ahead(&here, visit);
        let ended = here.end(outcome.recorded(), op.ctx.now)?;
        Ok(Booking { seated, ..ended })
    };
    rows.extend(follow(world, op, visit, end, recorded_on)?);
    Verdict::applied(rows, Receipt::Done)
}

/// They came before the day of their booking.
fn is_ahead(booking: &Booking, visit: &Visit) -> bool {
    booking.slot.is_some_and(|slot| slot.date() > visit.day)
}

/// The arrival that was taken back was none by mistake: what was kept for them since goes back.
fn came_after_all(world: &World, op: &Op<'_>, visit: &Visit) -> Result<Vec<Change>, Stop> {
    let mut rows = Vec::new();
    if let Some(id) = visit.booking
        && let Some(booking) = world.find::<Booking>(id)?
    {
        rows.extend(withdraw(world, op, booking)?.into_iter().map(Change::from));
    }
    if let Some(resident) = world.find::<Resident>(visit.resident)? {
        rows.extend(proposal::came(world, op, resident)?);
    }
    Ok(rows)
}

pub(super) fn close_reads(world: &World, id: VisitId, keys: &mut Vec<Key>) {
    visit_reads(world, id, keys);
    let resident = world.get::<Visit>(id).map(|visit| visit.resident);
    if let Some(resident) = resident.and_then(|id| world.get::<Resident>(id)) {
        proposal::reads(world, resident, keys);
    }
}

pub(super) fn reopen(world: &World, op: &Op<'_>, id: VisitId) -> Decision {
    op.require(DESK)?;
    let Some(visit) = meant(world, op, id)? else {
        return unknown(op, id);
    };
    if visit.state.is_taken_back() {
        // Whoever comes after all is confirmed anew.
        return done(Vec::new());
    }
    let mut rows: Vec<Change> = vec![visit.clone().reopen().into()];
    rows.extend(follow(world, op, visit, |b| b.reopen(op.ctx.now), None)?);
    Verdict::applied(rows, Receipt::Done)
}

/// Brings the booking and the resident behind a visit in line with it: they have come. Without a
/// recording the resident loses only what this visit had recorded, not another one. A seat that the
/// booking no longer has goes back to its slot.
fn follow(
    world: &World,
    op: &Op<'_>,
    visit: &Visit,
    transition: impl FnOnce(Booking) -> Result<Booking, crate::booking::InvalidTransition>,
    recorded_on: Option<chrono::NaiveDate>,
) -> Result<Vec<Change>, Stop> {
    let Some(resident) = world.find::<Resident>(visit.resident)? else {
        return Ok(Vec::new());
    };
    let other = resident
        .recorded_on
        .filter(|_| visit.state != State::Recorded);
    let resident = Resident {
        recorded_on: recorded_on.or(other),
        no_shows: 0,
        ..resident.clone()
    };
    let booking = match visit.booking {
        Some(id) => world.find::<Booking>(id)?,
        None => None,
    };
    let mut rows: Vec<Change> = Vec::new();
    match booking.map(|before| (before, transition(before.clone()))) {
        Some((before, Ok(booking))) => {
            if before.seated && !booking.seated {
                rows.extend(free_seat(world, op, before)?.map(Change::from));
            }
            let active = set_active(world, op, &resident, &booking)?;
            if active.is_empty() {
                rows.push(resident.into());
            }
            rows.extend(active.into_iter().map(Change::Put));
            rows.push(booking.into());
        }
        Some((_, Err(_))) | None => rows.push(resident.into()),
    }
    Ok(rows)
}

pub(super) fn lease_reads(world: &World, id: LeaseId, keys: &mut Vec<Key>) {
    keys.push(id.into());
    if let Some(lease) = world.get::<Lease>(id) {
        keys.push(lease.seat().into());
    }
}

pub(super) fn visit_reads(world: &World, id: VisitId, keys: &mut Vec<Key>) {
    keys.push(id.into());
    let Some(visit) = world.get::<Visit>(id) else {
        return;
    };
    keys.extend(visit.repeats.map(Key::from));
    let Some(visit) = visit.repeats.map_or(Some(visit), |first| world.get(first)) else {
        return;
    };
    keys.push(visit.resident.into());
    if let Some(booking) = visit.booking {
        booking_reads(world, booking, keys);
    }
}
