//! Which phones may act for a person: one asks to be the only one, another objects, staff settle it or remove a
//! lost phone at once, and the office carries out what nobody objected to. No phone takes the right from
//! another by itself.

use super::{Decision, Op, Stop, Verdict, access::STAFF, done};
use crate::{
    command::Receipt,
    flag::{self, Flag},
    ids::{DeviceId, FlagId, ResidentId},
    problem::Code,
    removal::{PhoneId, Removal},
    resident::{Device, Resident},
    row::{Change, Key},
    sync::Role,
    world::{NotLoaded, World},
};
use uuid::Uuid;

/// The phone in hand asks that the others be removed. The first request counts; one by another phone is an
/// objection to it.
pub(super) fn ask(world: &World, op: &Op<'_>, resident: &mut Resident) -> Option<Change> {
    match &mut resident.removal {
        Some(removal) if removal.is_asked_by(op.device) => None,
        Some(removal) => contest(world, op, removal, resident.id),
        none => {
            let others = resident.holders.iter().copied();
            let others: Vec<DeviceId> = others.filter(|other| *other != op.device).collect();
            *none = (!others.is_empty()).then(|| Removal::new(op.device, others, op.ctx.now));
            None
        }
    }
}

/// Nothing is removed any more, and the head is told: by one flag a person and day, however often the phones go on.
fn contest(
    world: &World,
    op: &Op<'_>,
    removal: &mut Removal,
    resident: ResidentId,
) -> Option<Change> {
    if removal.is_contested() {
        return None;
    }
    removal.due = None;
    let name = format!("phones-disagree/{}", op.office_day(world));
    let flag = Flag {
        id: FlagId(Uuid::new_v5(&resident.0, name.as_bytes())),
        ..op.flagged(0, flag::Kind::PhonesDisagree, resident.0)
    };
    removal.flag = Some(flag.id);
    Some(flag.into())
}

/// All phones stay: the asking phone takes its request back, another one objects, staff settle it.
pub(super) fn keep(world: &World, op: &Op<'_>, id: ResidentId) -> Decision {
    op.require(&[Role::Resident, Role::Kelurahan, Role::Operator, Role::Head])?;
    let resident = op.resident(world, id)?.ok_or(Code::NotFound)?;
    op.require_for(world, id, resident.kelurahan.as_ref())
        .map_err(|stop| too_late(op, stop))?;
    if !op.on_server() {
        // Whether it comes in time is for the office to say.
        return Err(NotLoaded(id.into()).into());
    }
    let mut resident = resident.clone();
    let Some(removal) = resident.removal.as_mut() else {
        return done(Vec::new());
    };
    let flag = match op.ctx.who.role {
        Role::Resident if removal.is_asked_by(op.device) => {
            // The flag of an objection stays: somebody tried.
            resident.removal = None;
            None
        }
        Role::Resident if removal.is_contested() => return done(Vec::new()),
        Role::Resident => contest(world, op, removal, id),
        _ => settle(world, op, &mut resident)?,
    };
    Verdict::applied(
        flag.into_iter().chain([resident.into()]).collect(),
        Receipt::Done,
    )
}

/// To a phone without the right: it was removed, or never had it.
fn too_late(op: &Op<'_>, stop: Stop) -> Stop {
    match stop {
        Stop::Rejected(_) if op.ctx.who.role == Role::Resident => Code::PhoneRemoved.into(),
        stop => stop,
    }
}

/// Ends what is pending, with its flag.
fn settle(world: &World, op: &Op<'_>, resident: &mut Resident) -> Result<Option<Change>, Stop> {
    let ended = resident.removal.take();
    let Some(id) = ended.and_then(|removal| removal.flag) else {
        return Ok(None);
    };
    let flag = world.find::<Flag>(id)?;
    Ok(flag.filter(|flag| flag.resolved_by.is_none()).map(|flag| {
        let resolved_by = op.ctx.who.user;
        let flag = flag.clone();
        Flag {
            resolved_by,
            ..flag
        }
        .into()
    }))
}

/// Staff remove a lost phone at once. What is pending ends with it.
pub(super) fn remove(world: &World, op: &Op<'_>, id: ResidentId, phone: PhoneId) -> Decision {
    op.require(STAFF)?;
    let resident = op.resident(world, id)?.ok_or(Code::NotFound)?;
    op.require_for(world, id, resident.kelurahan.as_ref())?;
    if !op.on_server() {
        return Err(NotLoaded(id.into()).into());
    }
    let mut holders = resident.holders.iter().copied();
    let Some(lost) = holders.find(|holder| PhoneId::of(*holder, id) == phone) else {
        // Somebody was first.
        return done(Vec::new());
    };
    let mut resident = resident.clone();
    let mut rows = revoke(world, &mut resident, &[lost])?;
    rows.extend(settle(world, op, &mut resident)?);
    rows.push(resident.into());
    Verdict::applied(rows, Receipt::Done)
}

/// Nobody objected in time.
pub(super) fn remove_others(world: &World, op: &Op<'_>, id: ResidentId) -> Decision {
    op.require(&[Role::System])?;
    let resident = op.resident(world, id)?.ok_or(Code::NotFound)?;
    let mut resident = resident.clone();
    let Some(removal) = resident
        .removal
        .take_if(|removal| removal.is_due(op.ctx.now))
    else {
        return done(Vec::new());
    };
    let mut rows = Vec::new();
    // A phone that has lost the right itself takes it from nobody.
    if removal.by.is_some_and(|by| resident.holders.contains(&by)) {
        rows = revoke(world, &mut resident, &removal.of)?;
    }
    rows.push(resident.into());
    Verdict::applied(rows, Receipt::Done)
}

fn revoke(
    world: &World,
    resident: &mut Resident,
    phones: &[DeviceId],
) -> Result<Vec<Change>, Stop> {
    let mut rows = Vec::new();
    for phone in phones {
        let device = world.find::<Device>(*phone)?;
        rows.extend(device.map(|device| device.clone().revoke(resident.id).into()));
    }
    resident.holders.retain(|holder| !phones.contains(holder));
    Ok(rows)
}

/// The head has looked at an objection: what was pending has ended.
pub(super) fn looked_at(world: &World, op: &Op<'_>, flag: &Flag) -> Result<Option<Change>, Stop> {
    if flag.kind != flag::Kind::PhonesDisagree || !op.on_server() {
        return Ok(None);
    }
    let resident = op.resident(world, ResidentId(flag.subject))?;
    let pending = resident.filter(|resident| {
        let removal = resident.removal.as_ref();
        removal.is_some_and(|removal| removal.flag == Some(flag.id))
    });
    Ok(pending.map(|resident| {
        Resident {
            removal: None,
            ..resident.clone()
        }
        .into()
    }))
}

/// The person, their phones, and the flag of an objection.
pub(super) fn reads(world: &World, id: ResidentId, keys: &mut Vec<Key>) {
    keys.push(id.into());
    let Some(resident) = world.get::<Resident>(id) else {
        return;
    };
    keys.extend(resident.holders.iter().copied().map(Key::from));
    let Some(removal) = &resident.removal else {
        return;
    };
    keys.extend(removal.of.iter().copied().map(Key::from));
    keys.extend(removal.flag.map(Key::from));
}

pub(super) fn flag_reads(world: &World, flag: crate::ids::FlagId, keys: &mut Vec<Key>) {
    keys.push(flag.into());
    let flag = world.get::<Flag>(flag);
    let disagree = flag.filter(|flag| flag.kind == flag::Kind::PhonesDisagree);
    keys.extend(disagree.map(|flag| Key::from(ResidentId(flag.subject))));
}
