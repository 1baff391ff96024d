//! A tablet gets its letters, and walk-in seats to use while it is cut off: of today and tomorrow at the
//! office, and of all days of a trip to villages before it leaves.

use super::{Decision, Op, Stop, Verdict, access::DESK, done, seats::slot_row};
use crate::{
    calendar::{after, days_after},
    command::Receipt,
    ids::{LeaseId, SessionId},
    lease::{Lease, Tablet, tablet_letters},
    office::Office,
    problem::Code,
    row::{Change, Desk, Entity, Key},
    session::Session,
    slot::{Slot, SlotPlan},
    world::{NotLoaded, World},
};
use chrono::{NaiveDate, TimeDelta};

/// Sessions of one trip, at most.
const TRIP: usize = 20;

/// A slot with the number of tablets that share its walk-in seats; `None` at the office, where each finds
/// half of what is left.
type Place = (SlotPlan, Option<u16>);

fn tablet_key(op: &Op<'_>) -> Key {
    Key(Entity::Tablet, op.device.0)
}

fn tablet<'w>(world: &'w World, op: &Op<'_>) -> Result<Option<&'w Tablet>, Stop> {
    op.known(world, tablet_key(op))
}

/// The sessions of a trip that take place and are not over; on a device, those it knows.
fn ahead<'w>(
    world: &'w World,
    op: &Op<'_>,
    office: &Office,
    trip: &[SessionId],
) -> Vec<&'w Session> {
    let now = office.zone.local(op.ctx.now);
    let known = trip.iter().filter_map(|id| world.get::<Session>(*id));
    let takes_place = |s: &&Session| s.office == op.office && s.cancelled.is_none();
    known
        .filter(takes_place)
        .filter(|s| s.ends() > now)
        .collect()
}

/// Where the tablet stands on a day: in a village of its trip, else at the office.
pub(super) fn stands(
    world: &World,
    op: &Op<'_>,
    day: NaiveDate,
) -> Result<Option<SessionId>, Stop> {
    let trip = tablet(world, op)?.map_or(&[][..], |tablet| &tablet.trip);
    let known = trip.iter().filter_map(|id| world.get::<Session>(*id));
    let mut here = known.filter(|s| s.office == op.office && s.takes_place_on(day));
    Ok(here.next().map(|session| session.id))
}

pub(super) fn stands_reads(world: &World, op: &Op<'_>, keys: &mut Vec<Key>) {
    keys.push(tablet_key(op));
    if let Some(tablet) = world.get::<Tablet>(tablet_key(op)) {
        keys.extend(tablet.trip.iter().map(|id| Key::from(*id)));
    }
}

/// Slots of today and tomorrow at the office, but for days of the trip, and all of the trip's own; none
/// that has ended.
fn places(world: &World, op: &Op<'_>, office: &Office, trip: &[SessionId]) -> Vec<Place> {
    let sessions = ahead(world, op, office, trip);
    let away = |date: NaiveDate| sessions.iter().any(|s| s.what.date == date);
    let at_office = at_office(op, office);
    let mut places: Vec<Place> = at_office
        .into_iter()
        .filter(|plan| !away(plan.start.date()))
        .map(|plan| (plan, None))
        .collect();
    for session in &sessions {
        let tablets = Some(session.what.stations);
        places.extend(
            session
                .slots(office)
                .into_iter()
                .map(|plan| (plan, tablets)),
        );
    }
    let open = |(plan, _): &Place| {
        let minutes = TimeDelta::minutes(plan.minutes.into());
        after(office.starts(plan.start), minutes) > op.ctx.now
    };
    places.retain(open);
    places
}

fn at_office(op: &Op<'_>, office: &Office) -> Vec<SlotPlan> {
    let today = office.today(op.ctx.now);
    let days = [today, days_after(today, 1)];
    let slots = days.into_iter().filter_map(|date| office.slots(date).ok());
    slots.flatten().collect()
}

fn lease_id(op: &Op<'_>, plan: &SlotPlan) -> LeaseId {
    LeaseId::at(op.device, plan.session, plan.start)
}

pub(super) fn prepare(world: &World, op: &Op<'_>) -> Decision {
    op.require(DESK)?;
    let office = op.office(world)?;
    if !op.on_server() {
        return Err(NotLoaded(tablet_key(op)).into());
    }
    let (tablet, mut rows) = lettered(world, op)?;
    for place in places(world, op, office, &tablet.trip) {
        rows.extend(lend(world, op, place)?);
    }
    Verdict::applied(rows, Receipt::Done)
}

/// The tablet goes along to these sessions, and to no others that it said before: it gets their seats, and
/// gives back those that it does not need.
pub(super) fn take_along(world: &World, op: &Op<'_>, sessions: &[SessionId]) -> Decision {
    op.require(DESK)?;
    if sessions.len() > TRIP {
        return Err(Code::TooLarge.into());
    }
    let office = op.office(world)?;
    if !op.on_server() {
        let known = world.get::<Tablet>(tablet_key(op));
        let known = known.ok_or(NotLoaded(tablet_key(op)))?.clone();
        let trip = sessions.to_vec();
        return done(vec![Tablet { trip, ..known }.into()]);
    }
    for id in sessions {
        let session = world.find::<Session>(*id)?;
        if session.is_none_or(|session| session.office != op.office) {
            return Err(Code::NotFound.into());
        }
    }
    let (before, mut rows) = lettered(world, op)?;
    let wanted = places(world, op, office, sessions);
    let is_wanted = |plan: &SlotPlan| {
        let same = |(other, _): &Place| other.session == plan.session && other.start == plan.start;
        wanted.iter().any(same)
    };
    let mut had = at_office(op, office);
    for session in ahead(world, op, office, &before.trip) {
        had.extend(session.slots(office));
    }
    for plan in had.into_iter().filter(|plan| !is_wanted(plan)) {
        if let Some(lease) = world.find::<Lease>(lease_id(op, &plan))? {
            rows.extend(give_back(world, op, lease)?);
        }
    }
    for place in wanted {
        rows.extend(lend(world, op, place)?);
    }
    let trip = sessions.to_vec();
    let is_tablet = |row: &Change| matches!(row, Change::Put(crate::row::Row::Tablet(_)));
    rows.retain(|row| !is_tablet(row));
    rows.push(Tablet { trip, ..before }.into());
    Verdict::applied(rows, Receipt::Done)
}

/// The tablet's own row, with letters given now if it has none.
fn lettered(world: &World, op: &Op<'_>) -> Result<(Tablet, Vec<Change>), Stop> {
    if let Some(tablet) = world.find::<Tablet>(tablet_key(op))? {
        return Ok((tablet.clone(), Vec::new()));
    }
    let desk = world.find::<Desk>(Key::desk(op.office))?;
    let tablets = desk.map_or(0, |desk| desk.tablets);
    let tablet = Tablet {
        id: op.device,
        office: op.office,
        letters: tablet_letters(tablets.into()),
        trip: Vec::new(),
    };
    let desk = Desk {
        office: op.office,
        tablets: tablets + 1,
    };
    Ok((tablet.clone(), vec![tablet.into(), desk.into()]))
}

/// Seats of one slot, unless the tablet has some left there.
fn lend(world: &World, op: &Op<'_>, (plan, tablets): Place) -> Result<Vec<Change>, Stop> {
    let id = lease_id(op, &plan);
    let lease = world.find::<Lease>(id)?;
    let slot = slot_row(world, op, plan)?;
    let seats = match tablets {
        None => slot.lendable(),
        Some(tablets) => slot.lendable_part(tablets),
    };
    if seats == 0 || lease.is_some_and(|lease| lease.left() > 0) {
        return Ok(Vec::new());
    }
    let (had, used) = lease.map_or((0, 0), |lease| (lease.seats, lease.used));
    let lease = Lease {
        id,
        office: op.office,
        device: op.device,
        start: plan.start,
        session: plan.session,
        seats: had + seats,
        used,
    };
    Ok(vec![slot.lend(seats).into(), lease.into()])
}

fn give_back(world: &World, op: &Op<'_>, lease: &Lease) -> Result<Vec<Change>, Stop> {
    if lease.left() == 0 {
        return Ok(Vec::new());
    }
    let kept = Lease {
        seats: lease.used,
        ..lease.clone()
    };
    let mut rows = vec![kept.into()];
    if op.on_server() {
        let slot = world.find::<Slot>(lease.seat())?;
        rows.extend(slot.map(|slot| slot.clone().take_back(lease.left()).into()));
    }
    Ok(rows)
}

pub(super) fn prepare_reads(
    world: &World,
    op: &Op<'_>,
    sessions: &[SessionId],
    keys: &mut Vec<Key>,
) {
    keys.push(Key::desk(op.office));
    stands_reads(world, op, keys);
    keys.extend(sessions.iter().map(|id| Key::from(*id)));
    let Some(office) = world.get::<Office>(Key::office(op.office)) else {
        return;
    };
    let mut plans = at_office(op, office);
    let trip = world.get::<Tablet>(tablet_key(op)).map(|t| t.trip.clone());
    let trip = trip.unwrap_or_default();
    for session in ahead(world, op, office, &[&trip, sessions].concat()) {
        plans.extend(session.slots(office));
    }
    for plan in plans {
        keys.push(plan.start.id_at(op.office, plan.session).into());
        keys.push(lease_id(op, &plan).into());
    }
}

pub(super) fn return_lease(world: &World, op: &Op<'_>, id: LeaseId) -> Decision {
    op.require(DESK)?;
    let lease = world.find::<Lease>(id)?.ok_or(Code::NotFound)?;
    if lease.device != op.device || lease.office != op.office {
        return Err(Code::NotAllowed.into());
    }
    Verdict::applied(give_back(world, op, lease)?, Receipt::Done)
}

pub(super) fn return_reads(world: &World, id: LeaseId, keys: &mut Vec<Key>) {
    keys.push(id.into());
    if let Some(lease) = world.get::<Lease>(id) {
        keys.push(lease.seat().into());
    }
}
