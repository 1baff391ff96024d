//! Setting an office up, and settling flags.

use super::{Decision, Op, Stop, access::SETUP, done};
use crate::{flag::Flag, ids::FlagId, office::Office, problem::Code, sync::Role, world::World};

pub(super) fn set(op: &Op<'_>, office: &Office) -> Decision {
    op.require(SETUP)?;
    if office.id != op.office {
        return Err(Code::OtherOffice.into());
    }
    done(vec![office.clone().checked()?.into()])
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
