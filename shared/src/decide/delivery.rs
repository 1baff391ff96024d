//! What became of an invitation in the field.

use super::{Decision, Op, Verdict, access::STAFF, proposal};
use crate::{
    command::Receipt,
    flag,
    ids::InvitationId,
    invitation::{Invitation, Reason, State, Word},
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
    let word = Word {
        state: said(outcome),
        at: op.at,
        by: op.ctx.who.user,
    };
    let mut rows: Vec<Change> = Vec::new();
    // One person mends their own entry; two who disagree are worth a look.
    let disagree =
        |before: &Word| before.by != word.by && before.state != word.state && counts(&word.state);
    if invitation.outcome().is_some_and(|before| disagree(&before)) {
        rows.push(op.flag(0, flag::Kind::DeliveryContradicts, id.0));
    }
    let mut told = invitation.clone().record(word);
    if matches!(told.state, State::Undeliverable { .. }) && told.held().is_some() {
        // Nobody will come: another may have the seat.
        let seat = proposal::seat(world, op, &told)?;
        rows.extend(seat.map(|slot| Change::from(slot.let_go())));
        told = proposal::without_seat(told);
    } else if matches!(invitation.state, State::Undeliverable { .. })
        && let Some((seat, again)) = proposal::regain(world, op, &told)?
    {
        rows.push(seat.into());
        told = again;
    }
    if told != *invitation {
        rows.push(told.into());
    }
    Verdict::applied(rows, Receipt::Done)
}

/// A day to come back on belongs to somebody who is away.
fn said(outcome: &State) -> State {
    match outcome {
        State::Undeliverable { reason, until } => State::Undeliverable {
            reason: *reason,
            until: until.filter(|_| *reason == Reason::Away),
        },
        other => other.clone(),
    }
}

/// Says what became of it; a step of the paper contradicts nothing.
fn counts(state: &State) -> bool {
    state.is_settled() || *state == State::Planned
}
