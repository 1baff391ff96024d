//! Setting an office up, entering its roll, and settling flags.

use super::{Decision, Op, Stop, Verdict, access::SETUP, done};
use crate::{
    command::Receipt,
    flag::Flag,
    ids::{FlagId, InvitationId, ResidentId},
    invitation::{Invitation, State},
    office::Office,
    problem::Code,
    resident::{Draft, NikClaim, Source},
    row::Change,
    sync::Role,
    world::World,
};
use std::collections::BTreeSet;

/// People in one enrolment, at most.
const PEOPLE: usize = 200;

pub(super) fn set(op: &Op<'_>, office: &Office) -> Decision {
    op.require(SETUP)?;
    if office.id != op.office {
        return Err(Code::OtherOffice.into());
    }
    done(vec![office.clone().into()])
}

/// Enters people of the roll with a planned invitation each. Somebody whose NIK is in the books
/// already is passed over, so the same list twice changes nothing.
pub(super) fn enrol(world: &World, op: &Op<'_>, people: &[Draft]) -> Decision {
    op.require(&[Role::Head, Role::Admin, Role::System])?;
    if people.len() > PEOPLE {
        return Err(Code::TooLarge.into());
    }
    let office = op.office(world)?;
    let mut rows: Vec<Change> = Vec::new();
    let mut entered = BTreeSet::new();
    for (n, draft) in (0_u32..).zip(people) {
        if draft
            .kelurahan
            .as_ref()
            .is_none_or(|code| office.kelurahan(code).is_none())
        {
            return Err(Code::UnknownKelurahan.into());
        }
        let id = ResidentId(op.id.derive(2 * n));
        let invitation = InvitationId(op.id.derive(2 * n + 1));
        let mut resident = draft.clone().into_resident(id, op.office, Source::Roll);
        resident.invitation = Some(invitation);
        if let Some(key) = op.nik_key(draft.nik.as_ref()) {
            if world.find::<NikClaim>(key)?.is_some() || !entered.insert(key) {
                continue;
            }
            resident.nik_key = Some(key);
            rows.push(
                NikClaim {
                    key,
                    office: op.office,
                    resident: id,
                    booking: None,
                    booked_by: None,
                }
                .into(),
            );
        }
        let planned = Invitation {
            id: invitation,
            office: op.office,
            resident: id,
            kelurahan: resident.kelurahan.clone(),
            state: State::Planned,
            at: op.at,
            by: op.ctx.who.user,
        };
        rows.push(planned.into());
        rows.push(resident.into());
    }
    Verdict::applied(rows, Receipt::Done)
}

pub(super) fn resolve_flag(world: &World, op: &Op<'_>, id: FlagId) -> Decision {
    op.require(&[Role::Head])?;
    let flag = world.find::<Flag>(id)?.filter(|f| f.office == op.office);
    let flag = flag.ok_or(Stop::from(Code::NotFound))?;
    done(vec![
        Flag {
            resolved_by: op.ctx.who.user,
            ..flag.clone()
        }
        .into(),
    ])
}
