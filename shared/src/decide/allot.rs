//! Gives people the next places of the plan: a session before the office, else the earliest. Whose
//! place is gone gets another; whose session has moved goes with it.

use super::{Decision, Op, Stop, done, plan as planning, seats::slot_row};
use crate::{
    ids::{InvitationId, ResidentId, SlotId},
    invitation::{Invitation, Proposal, State},
    office::Office,
    plan::{self, Plan, Seat},
    problem::Code,
    region::RegionCode,
    resident::Resident,
    row::{Key, Row},
    session::Session,
    slot::{Slot, SlotPlan},
    sync::Role,
    world::World,
};
use std::collections::BTreeMap;

/// People in one command, at most.
const PEOPLE: usize = 50;

pub(super) fn allot(world: &World, op: &Op<'_>, people: &[ResidentId]) -> Decision {
    op.require(&[Role::System])?;
    if people.len() > PEOPLE {
        return Err(Code::TooLarge.into());
    }
    let office = op.office(world)?;
    let Some(plan) = world.find::<Plan>(Key::plan(op.office))? else {
        return done(Vec::new());
    };
    let mut round = Round {
        world,
        op,
        office,
        sessions: planning::sessions(world, op, Some(plan))?,
        candidates: candidates(world, op, people),
        plan: plan.clone(),
        slots: BTreeMap::new(),
        rows: Vec::new(),
    };
    for (n, id) in (0..).zip(people) {
        if let Some(resident) = op.resident(world, *id)?.filter(|r| !r.forgotten) {
            round.place(InvitationId(op.id.derive(n)), resident)?;
        }
    }
    let Round {
        plan: next,
        slots,
        mut rows,
        ..
    } = round;
    if next != *plan {
        rows.push(next.into());
    }
    rows.extend(slots.into_values().map(Row::from));
    done(rows)
}

/// The people with their invitations and seats, and the places that may be theirs: as many as there are
/// people, and no more.
pub(super) fn reads(world: &World, op: &Op<'_>, people: &[ResidentId], keys: &mut Vec<Key>) {
    planning::reads(world, op, keys);
    let people = people.get(..people.len().min(PEOPLE)).unwrap_or_default();
    let office = world.get::<Office>(Key::office(op.office));
    for id in people {
        keys.push((*id).into());
        let resident = world.get::<Resident>(*id);
        let Some(invitation) = resident.and_then(|r| r.invitation) else {
            continue;
        };
        keys.push(invitation.into());
        let held = world.get::<Invitation>(invitation);
        let Some(held) = held.and_then(Invitation::held) else {
            continue;
        };
        keys.push(held.seat(op.office).into());
        let Some(at) = held.session else { continue };
        keys.push(at.into());
        if let (Some(session), Some(office)) = (world.get::<Session>(at), office) {
            let there = session.now_for(office, held.slot);
            keys.extend(there.map(|p| Key::from(p.start.id_at(op.office, p.session))));
        }
    }
    let candidates = candidates(world, op, people);
    let seats = candidates.values().flatten();
    keys.extend(seats.map(|plan| Key::from(plan.start.id_at(op.office, plan.session))));
}

/// The next places of each kelurahan, as many as people of it are named.
fn candidates(
    world: &World,
    op: &Op<'_>,
    people: &[ResidentId],
) -> BTreeMap<RegionCode, Vec<SlotPlan>> {
    let office = world.get::<Office>(Key::office(op.office));
    let plan = world.get::<Plan>(Key::plan(op.office));
    let (Some(office), Some(plan)) = (office, plan) else {
        return BTreeMap::new();
    };
    let session = |id| world.get::<Session>(id);
    let sessions: Vec<Session> = plan
        .sessions
        .iter()
        .filter_map(|id| session(*id))
        .cloned()
        .collect();
    let mut wanted: BTreeMap<RegionCode, u32> = BTreeMap::new();
    let residents = people.iter().filter_map(|id| world.get::<Resident>(*id));
    for code in residents.filter_map(|r| r.kelurahan.clone()) {
        *wanted.entry(code).or_default() += 1;
    }
    let first = plan::first_day(office, office.today(op.ctx.now));
    let next = |(code, people): (RegionCode, u32)| {
        let mut left = people;
        let mut places = Vec::new();
        for (place, seats) in plan.open_places(office, &sessions, &code, first) {
            if left == 0 {
                break;
            }
            left = left.saturating_sub(seats.into());
            places.push(place);
        }
        (code, places)
    };
    wanted.into_iter().map(next).collect()
}

/// One command's work: the plan and the slots as they are after each person.
struct Round<'w> {
    world: &'w World,
    op: &'w Op<'w>,
    office: &'w Office,
    sessions: Vec<Session>,
    candidates: BTreeMap<RegionCode, Vec<SlotPlan>>,
    plan: Plan,
    slots: BTreeMap<SlotId, Slot>,
    rows: Vec<Row>,
}

impl Round<'_> {
    fn place(&mut self, new: InvitationId, resident: &Resident) -> Result<(), Stop> {
        let invitation = match resident.invitation {
            Some(id) => self.world.find::<Invitation>(id)?,
            None => None,
        };
        let found = match invitation {
            Some(invitation) if invitation.held().is_some() => {
                if !self.leave(invitation)? {
                    return Ok(());
                }
                match self.follow(invitation)? {
                    Some(there) => Some(there),
                    None => {
                        self.count(invitation, -1);
                        self.next(resident, Some(invitation))?
                    }
                }
            }
            _ => self.next(resident, invitation)?,
        };
        self.write(new, resident, invitation, found);
        Ok(())
    }

    fn slot(&self, plan: SlotPlan) -> Result<Slot, Stop> {
        let id = plan.start.id_at(self.op.office, plan.session);
        Ok(match self.slots.get(&id) {
            Some(slot) => slot.clone().planned(plan),
            None => slot_row(self.world, self.op, plan)?,
        })
    }

    /// Lets the old seat go, if the place is gone, has moved, or has fewer seats than are taken.
    fn leave(&mut self, invitation: &Invitation) -> Result<bool, Stop> {
        let Some(held) = invitation.held() else {
            return Ok(false);
        };
        let there = match held.session {
            None => self.office.slot(held.slot),
            Some(id) => self
                .world
                .find::<Session>(id)?
                .and_then(|session| session.slot(self.office, held.slot)),
        };
        if let Some(plan) = there
            && self.slot(plan)?.surplus() == 0
        {
            return Ok(false);
        }
        let id = held.seat(self.op.office);
        let row = match self.slots.get(&id) {
            Some(slot) => Some(slot.clone()),
            None => self.world.find::<Slot>(id)?.cloned(),
        };
        if let Some(slot) = row {
            self.slots.insert(id, slot.let_go());
        }
        Ok(true)
    }

    /// The same session at another time: the slot of the same position, if it has a seat.
    fn follow(&mut self, invitation: &Invitation) -> Result<Option<Proposal>, Stop> {
        let Some(held) = invitation.held() else {
            return Ok(None);
        };
        let Some(session) = held.session else {
            return Ok(None);
        };
        let session = self.world.find::<Session>(session)?;
        let there = session.and_then(|session| session.now_for(self.office, held.slot));
        let Some(plan) = there.filter(|plan| plan.start != held.slot) else {
            return Ok(None);
        };
        self.hold(plan)
    }

    fn hold(&mut self, plan: SlotPlan) -> Result<Option<Proposal>, Stop> {
        let Ok(slot) = self.slot(plan)?.hold_planned() else {
            return Ok(None);
        };
        self.slots.insert(slot.id, slot);
        Ok(Some(Proposal {
            slot: plan.start,
            session: plan.session,
            held: true,
        }))
    }

    /// The next place of the kelurahan with room on a day on which the resident is due. Seats of the
    /// plan that others have taken meanwhile are no longer in it.
    fn next(
        &mut self,
        resident: &Resident,
        invitation: Option<&Invitation>,
    ) -> Result<Option<Proposal>, Stop> {
        let Some(code) = &resident.kelurahan else {
            return Ok(None);
        };
        let without_seat = invitation.cloned().map(|mut invitation| {
            invitation.proposal = None;
            invitation
        });
        let places = self.candidates.get(code).cloned().unwrap_or_default();
        for place in places {
            let seat = (place.start, place.session);
            let date = place.start.date();
            let has_room = self.part(seat, code).is_some_and(|part| part.left() > 0);
            if !has_room || !plan::may_be_invited(resident, without_seat.as_ref(), date) {
                continue;
            }
            if let Some(found) = self.hold(place)? {
                if let Some(part) = self.part(seat, code) {
                    part.given += 1;
                }
                return Ok(Some(found));
            }
            if let Some(part) = self.part(seat, code) {
                part.seats = part.given;
            }
        }
        Ok(None)
    }

    fn part(&mut self, seat: Seat, code: &RegionCode) -> Option<&mut plan::Part> {
        let mut parts = self.plan.parts.iter_mut();
        parts.find(|part| part.seat() == seat && &part.kelurahan == code)
    }

    /// One more or less of what the plan has given at the invitation's place. Where the session has
    /// moved, the part stands at its new time already.
    fn count(&mut self, invitation: &Invitation, by: i16) {
        let (Some(held), Some(code)) = (invitation.held(), invitation.kelurahan.clone()) else {
            return;
        };
        let session = self.sessions.iter().find(|s| Some(s.id) == held.session);
        let there = session.and_then(|s| s.now_for(self.office, held.slot));
        let now = there.map_or(held.slot, |plan| plan.start);
        if let Some(part) = self.part((now, held.session), &code) {
            part.given = part.given.saturating_add_signed(by);
        }
    }

    fn write(
        &mut self,
        new: InvitationId,
        resident: &Resident,
        invitation: Option<&Invitation>,
        found: Option<Proposal>,
    ) {
        let had = invitation.and_then(|i| i.proposal);
        if found.is_none() && invitation.and_then(Invitation::held).is_none() {
            return;
        }
        let mut next = invitation.cloned().unwrap_or_else(|| {
            let kelurahan = resident.kelurahan.clone();
            let (op, at) = (self.op, self.op.ctx.now);
            let by = op.ctx.who.user;
            let mut resident = resident.clone();
            resident.invitation = Some(new);
            let id = resident.id;
            self.rows.push(resident.into());
            Invitation::planned(new, op.office, id, kelurahan, at, by)
        });
        next.kelurahan = resident.kelurahan.clone();
        next.proposal = found;
        // From now on it waits to be printed.
        if next.state == State::Planned {
            next.at = self.op.ctx.now;
        }
        // Paper says something else, or says nothing of a place yet.
        next.changed |= next.state != State::Planned && had != found;
        self.rows.push(next.into());
    }
}
