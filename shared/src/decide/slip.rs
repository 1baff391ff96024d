//! Claim codes: staff print one on a slip or an invitation, and whoever holds it and knows the birth
//! date may act for the resident from another device.

use super::{
    Decision, Op, Outcome, Verdict,
    access::STAFF,
    done,
    guess::{self, AT_CODE, is_spent},
    phones,
};
use crate::{
    command::Receipt,
    flag,
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
    if !op.on_server() {
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
    let kept = code.kept();
    let claim = world.find::<Claim>(claim_key(kept))?;
    let claim = match claim.filter(|c| c.sealed && c.code == kept) {
        Some(claim) => Some(claim),
        // One of an older version, which kept what a device sends.
        None => {
            let old = world.find::<Claim>(claim_key(code))?;
            old.filter(|c| !c.sealed && c.code == code)
        }
    };
    let claim = claim.filter(|c| c.office == op.office);
    let person = match claim {
        Some(claim) => world
            .find::<Resident>(claim.resident)?
            .filter(|r| is_good(claim, r)),
        None => None,
    };
    let found = person.filter(|r| r.birth == Some(birth));
    let holds = person.is_some_and(|r| device.may_act_for(r.id));
    if let Some(person) = person.filter(|r| !holds && is_spent(&r.tries, AT_CODE, op.ctx.now)) {
        // The same answer to a wrong date, and the same changes.
        let told = guess::told(person, op.ctx.now);
        let flag = told
            .as_ref()
            .map(|_| op.flag(0, flag::Kind::CodeGuessed, person.id.0));
        return Ok(Verdict {
            rows: told.map(Change::from).into_iter().chain(flag).collect(),
            outcome: Outcome::Rejected(Code::ClaimReview.into()),
        });
    }
    let Some(resident) = found else {
        device.tries.push(op.ctx.now);
        let mut rows: Vec<Change> = vec![device.into()];
        // At the person: several papers of theirs may be out, each with its own code.
        if let Some(mut person) = person.filter(|_| !holds).cloned() {
            guess::count(&mut person.tries, op.ctx.now);
            rows.push(person.into());
        }
        return Ok(Verdict {
            rows,
            outcome: Outcome::Rejected(Code::ClaimUnknown.into()),
        });
    };
    let mut rows: Vec<Change> = Vec::new();
    let mut resident = resident.clone();
    resident.verified = true;
    if remove_others {
        rows.extend(phones::ask(world, op, &mut resident));
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
    for key in [claim_key(code.kept()), claim_key(code)] {
        keys.push(key);
        let Some(claim) = world.get::<Claim>(key) else {
            continue;
        };
        keys.push(claim.resident.into());
    }
}

pub(super) fn issue(world: &World, op: &Op<'_>, id: ResidentId, code: ClaimHash) -> Decision {
    op.require(STAFF)?;
    let resident = op.resident(world, id)?.ok_or(Code::NotFound)?;
    op.require_for(world, id, resident.kelurahan.as_ref())?;
    if !op.on_server() {
        return done(Vec::new());
    }
    let mut resident = resident.clone();
    // Staff have looked.
    resident.asked = None;
    resident.tries.clear();
    let mut rows: Vec<Change> = Vec::new();
    let kept = code.kept();
    if let Some(old) = resident.claim.replace(kept).filter(|old| *old != kept) {
        rows.push(Change::Remove(claim_key(old)));
    }
    rows.push(Claim::new(code, op.office, id, None).into());
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
