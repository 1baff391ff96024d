//! Claim codes: staff print one on a slip or an invitation, and whoever holds it and knows the birth
//! date may act for the resident from another device.

use super::{Decision, Op, Outcome, Side, Verdict, access::STAFF, done};
use crate::{
    command::Receipt,
    ids::ResidentId,
    person::BirthDate,
    problem::Code,
    resident::{Claim, ClaimHash, Device, Grant, Resident, Via},
    row::{Change, Entity, Key},
    sync::Role,
    world::{NotLoaded, World},
};
use chrono::TimeDelta;

/// Wrong codes an hour and device; after that, staff help.
pub const TRIES: usize = 5;

pub(super) fn claim_key(code: ClaimHash) -> Key {
    Key(Entity::Claim, code.key())
}

pub(super) fn claim(
    world: &World,
    op: &Op<'_>,
    code: ClaimHash,
    birth: BirthDate,
    remove_others: bool,
) -> Decision {
    op.require(&[Role::Resident])?;
    if op.ctx.side == Side::Device {
        return Err(NotLoaded(claim_key(code)).into());
    }
    let mut device = world
        .find::<Device>(op.device)?
        .cloned()
        .unwrap_or_else(|| Device::new(op.device));
    device
        .tries
        .retain(|at| op.ctx.now.signed_duration_since(*at) < TimeDelta::hours(1));
    if device.tries.len() >= TRIES {
        return Err(Code::ClaimTries.into());
    }
    let found = match world
        .find::<Claim>(claim_key(code))?
        .filter(|c| c.code == code && c.office == op.office)
    {
        Some(claim) => world
            .find::<Resident>(claim.resident)?
            .filter(|r| r.birth == Some(birth) && is_good(claim, r)),
        None => None,
    };
    let Some(resident) = found else {
        device.tries.push(op.ctx.now);
        return Ok(Verdict {
            rows: vec![device.into()],
            outcome: Outcome::Rejected(Code::ClaimUnknown.into()),
        });
    };
    let mut rows: Vec<Change> = Vec::new();
    let mut resident = resident.clone();
    resident.verified = true;
    if remove_others {
        for holder in resident
            .holders
            .drain(..)
            .filter(|holder| *holder != op.device)
        {
            let other = world.find::<Device>(holder)?;
            rows.extend(other.map(|other| other.clone().revoke(resident.id).into()));
        }
    }
    if !resident.holders.contains(&op.device) {
        resident.holders.push(op.device);
    }
    let grant = Grant {
        office: op.office,
        resident: resident.id,
        via: Via::ClaimCode,
        at: op.ctx.now,
    };
    rows.push(device.grant(grant).into());
    let id = resident.id;
    rows.push(resident.into());
    Verdict::applied(rows, Receipt::Granted { resident: id })
}

/// All papers of the resident's invitation open it, and of slips the last one.
fn is_good(claim: &Claim, resident: &Resident) -> bool {
    match claim.invitation {
        Some(invitation) => resident.invitation == Some(invitation),
        None => resident.claim == Some(claim.code),
    }
}

pub(super) fn claim_reads(world: &World, code: ClaimHash, keys: &mut Vec<Key>) {
    keys.push(claim_key(code));
    let Some(claim) = world.get::<Claim>(claim_key(code)) else {
        return;
    };
    keys.push(claim.resident.into());
    if let Some(resident) = world.get::<Resident>(claim.resident) {
        keys.extend(resident.holders.iter().map(|device| Key::from(*device)));
    }
}

pub(super) fn issue(world: &World, op: &Op<'_>, id: ResidentId, code: ClaimHash) -> Decision {
    op.require(STAFF)?;
    let resident = op.resident(world, id)?.ok_or(Code::NotFound)?;
    op.require_for(world, id, resident.kelurahan.as_ref())?;
    if op.ctx.side == Side::Device {
        return done(Vec::new());
    }
    let mut resident = resident.clone();
    let mut rows: Vec<Change> = Vec::new();
    if let Some(old) = resident.claim.replace(code).filter(|old| *old != code) {
        rows.push(Change::Remove(claim_key(old)));
    }
    rows.push(
        Claim {
            code,
            office: op.office,
            resident: id,
            invitation: None,
        }
        .into(),
    );
    rows.push(resident.into());
    Verdict::applied(rows, Receipt::Done)
}

pub(super) fn issue_reads(world: &World, id: ResidentId, keys: &mut Vec<Key>) {
    keys.push(id.into());
    if let Some(old) = world
        .get::<Resident>(id)
        .and_then(|resident| resident.claim)
    {
        keys.push(claim_key(old));
    }
}
