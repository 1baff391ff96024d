//! A tablet gets its letters, and walk-in seats of today and tomorrow to use while it is cut off.

use super::{Decision, Op, Side, Verdict, access::DESK, done, seats::slot_row};
use crate::{
    calendar::{after, days_after},
    command::Receipt,
    ids::LeaseId,
    lease::{Lease, Tablet, tablet_letters},
    office::Office,
    problem::Code,
    row::{Change, Desk, Entity, Key},
    slot::{Slot, SlotPlan},
    world::{NotLoaded, World},
};
use chrono::TimeDelta;

/// Slots of today and tomorrow that have not ended.
fn plans(op: &Op<'_>, office: &Office) -> Vec<SlotPlan> {
    let today = office.today(op.ctx.now);
    let days = [today, days_after(today, 1)];
    let slots = days
        .into_iter()
        .filter_map(|date| office.slots(date).ok())
        .flatten();
    let open = |plan: &SlotPlan| {
        after(
            office.starts(plan.start),
            TimeDelta::minutes(plan.minutes.into()),
        ) > op.ctx.now
    };
    slots.filter(open).collect()
}

pub(super) fn prepare(world: &World, op: &Op<'_>) -> Decision {
    op.require(DESK)?;
    let office = op.office(world)?;
    let tablet_key = Key(Entity::Tablet, op.device.0);
    if op.ctx.side == Side::Device {
        return Err(NotLoaded(tablet_key).into());
    }
    let mut rows: Vec<Change> = Vec::new();
    if world.find::<Tablet>(tablet_key)?.is_none() {
        let tablets = world
            .find::<Desk>(Key::desk(op.office))?
            .map_or(0, |desk| desk.tablets);
        let letters = tablet_letters(tablets.into());
        rows.push(
            Tablet {
                id: op.device,
                office: op.office,
                letters,
            }
            .into(),
        );
        rows.push(
            Desk {
                office: op.office,
                tablets: tablets + 1,
            }
            .into(),
        );
    }
    for plan in plans(op, office) {
        let id = LeaseId::of(op.device, plan.start);
        let lease = world.find::<Lease>(id)?;
        let slot = slot_row(world, op, plan)?;
        let seats = slot.lendable();
        if seats == 0 || lease.is_some_and(|lease| lease.left() > 0) {
            continue;
        }
        let (had, used) = lease.map_or((0, 0), |lease| (lease.seats, lease.used));
        let (office, device, start) = (op.office, op.device, plan.start);
        rows.push(slot.lend(seats).into());
        rows.push(
            Lease {
                id,
                office,
                device,
                start,
                seats: had + seats,
                used,
            }
            .into(),
        );
    }
    Verdict::applied(rows, Receipt::Done)
}

pub(super) fn prepare_reads(world: &World, op: &Op<'_>, keys: &mut Vec<Key>) {
    keys.extend([Key(Entity::Tablet, op.device.0), Key::desk(op.office)]);
    let Some(office) = world.get::<Office>(Key::office(op.office)) else {
        return;
    };
    for plan in plans(op, office) {
        keys.push(plan.start.id(op.office).into());
        keys.push(LeaseId::of(op.device, plan.start).into());
    }
}

pub(super) fn return_lease(world: &World, op: &Op<'_>, id: LeaseId) -> Decision {
    op.require(DESK)?;
    let lease = world.find::<Lease>(id)?.ok_or(Code::NotFound)?;
    if lease.device != op.device || lease.office != op.office {
        return Err(Code::NotAllowed.into());
    }
    let mut rows = vec![
        Lease {
            seats: lease.used,
            ..lease.clone()
        }
        .into(),
    ];
    if op.ctx.side == Side::Server {
        let slot = world.find::<Slot>(lease.start.id(op.office))?;
        rows.extend(slot.map(|slot| slot.clone().take_back(lease.left()).into()));
    }
    done(rows)
}

pub(super) fn return_reads(world: &World, op: &Op<'_>, id: LeaseId, keys: &mut Vec<Key>) {
    keys.push(id.into());
    if let Some(lease) = world.get::<Lease>(id) {
        keys.push(lease.start.id(op.office).into());
    }
}
