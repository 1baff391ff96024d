//! Setting an office up, what residents bring to it, and settling flags.

use super::{Decision, Op, Stop, Verdict, access::SETUP, done, phones};
use crate::{
    command::{Receipt, SetRequirements},
    flag::Flag,
    ids::FlagId,
    office::Office,
    problem::Code,
    row::Change,
    sync::Role,
    world::World,
};

pub(super) fn set(op: &Op<'_>, office: &Office) -> Decision {
    op.require(SETUP)?;
    if office.id != op.office {
        return Err(Code::OtherOffice.into());
    }
    done(vec![office.clone().checked()?.into()])
}

/// Papers for the next who come: what is printed already stays as it is.
pub(super) fn set_requirements(world: &World, op: &Op<'_>, set: &SetRequirements) -> Decision {
    op.require(&[Role::Head, Role::Admin])?;
    let office = op.office(world)?.clone();
    let settings = office.settings.with_requirements(set)?;
    let changed = Office { settings, ..office };
    let today = changed.today(op.ctx.now);
    done(vec![changed.without_past(today).checked()?.into()])
}

pub(super) fn resolve_flag(world: &World, op: &Op<'_>, id: FlagId) -> Decision {
    op.require(&[Role::Head])?;
    let flag = world.find::<Flag>(id)?.filter(|f| f.office == op.office);
    let flag = flag.ok_or(Stop::from(Code::NotFound))?;
    let mut rows: Vec<Change> = Vec::new();
    rows.extend(phones::looked_at(world, op, flag)?);
    let resolved_by = op.ctx.who.user;
    let flag = flag.clone();
    rows.push(
        Flag {
            resolved_by,
            ..flag
        }
        .into(),
    );
    Verdict::applied(rows, Receipt::Done)
}
