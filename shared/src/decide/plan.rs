//! Heads confirm the split of a period.

use super::{Decision, Op, Stop, done};
use crate::problem::Code;
use crate::{
    calendar::days_after,
    command::ConfirmPlan,
    plan::{self, Ask, Part, Plan, Taken},
    row::Key,
    session::Session,
    sync::Role,
    world::World,
};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Who plans, and who sends staff to the villages.
pub(super) const PLANNERS: &[Role] = &[Role::Head, Role::Admin];
/// How long parts of past days are kept: they say who was invited last.
const KEPT: u64 = 92;

/// Replaces what the plan in force has for the period. What was given to people stays as it is.
pub(super) fn confirm(world: &World, op: &Op<'_>, wish: &ConfirmPlan) -> Decision {
    op.require(PLANNERS)?;
    let office = op.office(world)?;
    let current = current(world, op)?;
    if wish.version != current.map_or(0, |plan| plan.version) {
        return Err(Code::PlanChanged.into());
    }
    let sessions = sessions(world, op, current)?;
    let parts = plan::normal(
        wish.parts
            .iter()
            .cloned()
            .map(|part| Part { given: 0, ..part }),
    );
    let ask = Ask {
        office,
        sessions: &sessions,
        current,
        today: office.today(op.ctx.now),
        from: wish.from,
        to: wish.to,
        need: &BTreeMap::new(),
        taken: &Taken::new(),
    };
    let troubles = plan::check(&ask, &parts);
    if let Some(code) = troubles.iter().find_map(plan::Trouble::code) {
        return Err(code.into());
    }
    let mut next = current
        .cloned()
        .unwrap_or_else(|| Plan::none(op.office, op.ctx.now));
    next.put(wish.from, wish.to, parts);
    next.version += 1;
    next.at = op.ctx.now;
    next.by = op.ctx.who.user;
    done(vec![next.into()])
}

pub(super) fn reads(world: &World, op: &Op<'_>, keys: &mut Vec<Key>) {
    keys.push(Key::plan(op.office));
    if let Some(plan) = world.get::<Plan>(Key::plan(op.office)) {
        keys.extend(plan.sessions.iter().map(|id| Key::from(*id)));
    }
}

/// The plan in force. Whoever plans has pulled it: what their device does not have there is not.
pub(super) fn current<'w>(world: &'w World, op: &Op<'_>) -> Result<Option<&'w Plan>, Stop> {
    let key = Key::plan(op.office);
    op.known(world, key)
}

/// The sessions that a plan knows of.
pub(super) fn sessions(
    world: &World,
    op: &Op<'_>,
    plan: Option<&Plan>,
) -> Result<Vec<Session>, Stop> {
    let mut sessions = Vec::new();
    for id in plan.iter().flat_map(|plan| &plan.sessions) {
        let session = op.known::<Session>(world, *id)?;
        sessions.extend(session.cloned());
    }
    Ok(sessions)
}

impl Plan {
    /// Parts of a period in place of those there are.
    fn put(&mut self, from: NaiveDate, to: NaiveDate, parts: Vec<Part>) {
        let old = std::mem::take(&mut self.parts);
        let (inside, outside): (Vec<Part>, Vec<Part>) = old
            .into_iter()
            .partition(|part| from <= part.slot.date() && part.slot.date() <= to);
        // The seats of a part given are among its seats: the check has seen to it.
        let given = inside.into_iter().map(|part| Part { seats: 0, ..part });
        let recent = |part: &Part| days_after(part.slot.date(), KEPT) >= from;
        let kept = outside.into_iter().filter(recent);
        self.parts = plan::normal(parts.into_iter().chain(given).chain(kept));
    }
}
