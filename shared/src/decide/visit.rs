//! What happens in the room. Facts: applied even when they contradict, linked and flagged.

use super::{
    Decision, Op, Side, Stop, Verdict,
    access::DESK,
    booking::{booking_reads, nik_reads, set_active, withdraw},
    done, proposal,
    tablet::{stands, stands_reads},
};
use crate::{
    booking::{Booking, State as BookingState},
    command::{Applicant, ConfirmArrival, Receipt, WalkIn},
    flag,
    ids::{LeaseId, ResidentId, VisitId},
    lease::Lease,
    resident::{Active, NikClaim, Resident, Source},
    row::{Change, Key, Row},
    slot::Slot,
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
        priority: booking.priority,
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

pub(super) fn walk_in(world: &World, op: &Op<'_>, fact: &WalkIn) -> Decision {
    op.require(DESK)?;
    let office = op.office(world)?;
    let at = op.stated(fact.at);
    let id = VisitId(op.id.derive(0));
    let mut rows: Vec<Change> = Vec::new();
    let resident = match &fact.who {
        Applicant::Known(known) => match op.resident(world, *known)? {
            Some(resident) => resident.clone(),
            None => {
                return Verdict::applied(
                    vec![op.flag(0, flag::Kind::UnknownSubject, known.0)],
                    Receipt::Done,
                );
            }
        },
        Applicant::New(draft) => {
            let new = ResidentId(op.id.derive(1));
            let fresh = draft
                .as_ref()
                .clone()
                .into_resident(new, op.office, Source::Staff);
            let key = op.nik_key(draft.nik.as_ref());
            let claim = match key {
                Some(key) => world.find::<NikClaim>(key)?,
                None => None,
            };
            let known = match claim {
                Some(claim) => op.first_record(world, claim)?,
                None => None,
            };
            // Somebody else's phone may have made a record with this NIK: it learns of nothing here.
            let other = known.filter(|known| !known.may_be(draft));
            match (known, key) {
                (Some(known), _) if other.is_none() => known.clone(),
                (_, Some(key)) if claim.is_none() || other.is_some() => {
                    let first = NikClaim::of(key, op.office, new);
                    let claim = claim.map(|claim| NikClaim {
                        resident: new,
                        ..claim.clone()
                    });
                    rows.push(claim.unwrap_or(first).into());
                    let booking = other.and_then(|other| other.active);
                    let flag = |b: Active| op.flag(3, flag::Kind::NikInUse, b.booking.0);
                    rows.extend(booking.map(flag));
                    Resident {
                        nik_key: Some(key),
                        ..fresh
                    }
                }
                _ => fresh,
            }
        }
    };
    if resident.active.is_some() {
        rows.push(op.flag(0, flag::Kind::NikInUse, id.0));
    }
    if fact.unknown_ticket {
        rows.push(op.flag(1, flag::Kind::UnknownTicket, id.0));
    }
    let day = office.today(at);
    let held = proposal::sit(world, op, &resident, id, day)?;
    let (mut lease, mut booking) = (None, None);
    if let Some((own, changes)) = held {
        booking = Some(own);
        rows.extend(changes);
    } else {
        match sit_down(world, op, fact.lease)? {
            Some(changes) => {
                lease = fact.lease;
                rows.extend(changes.into_iter().map(Change::Put));
            }
            None => rows.push(op.flag(2, flag::Kind::BeyondCapacity, id.0)),
        }
        rows.extend(proposal::came(world, op, &resident)?);
        rows.push(resident.clone().into());
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
        repeats: None,
        session: stands(world, op, day)?,
    };
    rows.push(visit.into());
    Verdict::applied(
        rows,
        Receipt::Visit {
            visit: id,
            repeats: None,
        },
    )
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
    if op.ctx.side == Side::Server {
        let slot = world.find::<Slot>(lease.seat())?;
        rows.extend(slot.map(|slot| Row::from(slot.clone().use_lent())));
    }
    Ok(Some(rows))
}

pub(super) fn walk_in_reads(world: &World, op: &Op<'_>, fact: &WalkIn, keys: &mut Vec<Key>) {
    match &fact.who {
        Applicant::Known(id) => {
            keys.push((*id).into());
            if let Some(resident) = world.get::<Resident>(*id) {
                keys.extend(resident.nik_key.map(Key::from));
                proposal::reads(world, resident, keys);
            }
        }
        Applicant::New(draft) => nik_reads(world, op, draft, keys),
    }
    if let Some(id) = fact.lease {
        lease_reads(world, id, keys);
    }
    stands_reads(world, op, keys);
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
        here.end(outcome.recorded(), op.ctx.now)
    };
    rows.extend(follow(world, op, visit, end, recorded_on)?);
    Verdict::applied(rows, Receipt::Done)
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
/// recording the resident loses only what this visit had recorded, not another one.
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
    match booking.map(|booking| transition(booking.clone())) {
        Some(Ok(booking)) => {
            let active = set_active(world, op, &resident, &booking)?;
            if active.is_empty() {
                rows.push(resident.into());
            }
            rows.extend(active.into_iter().map(Change::Put));
            rows.push(booking.into());
        }
        Some(Err(_)) | None => rows.push(resident.into()),
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
