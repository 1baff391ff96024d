//! What became of an invitation in the field.

use super::{Decision, Op, Verdict, access::STAFF};
use crate::{
    command::Receipt,
    flag,
    ids::InvitationId,
    invitation::{Invitation, State},
    row::Change,
    world::World,
};

pub(super) fn record(world: &World, op: &Op<'_>, id: InvitationId, outcome: &State) -> Decision {
    op.require(STAFF)?;
    let Some(invitation) = world
        .find::<Invitation>(id)?
        .filter(|i| i.office == op.office)
    else {
        let flag = op.flag(0, flag::Kind::UnknownSubject, id.0);
        return Verdict::applied(vec![flag], Receipt::Done);
    };
    op.require_for(world, invitation.resident, invitation.kelurahan.as_ref())?;
    if &invitation.state == outcome {
        return Verdict::applied(Vec::new(), Receipt::Done);
    }
    let mut rows: Vec<Change> = Vec::new();
    // One person mends their own entry; two who disagree are worth a look.
    if invitation.state != State::Planned && invitation.by != op.ctx.who.user {
        rows.push(op.flag(0, flag::Kind::DeliveryContradicts, id.0));
    }
    rows.push(
        invitation
            .clone()
            .record(outcome.clone(), op.at, op.ctx.who.user)
            .into(),
    );
    Verdict::applied(rows, Receipt::Done)
}
