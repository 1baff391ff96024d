//! Entering a roll: who is new gets a record and, when due, a planned invitation; of whom is known it
//! says what has changed.

use super::{Decision, Op, Stop, Verdict};
use crate::{
    booking::Booking,
    command::{Enrolled, Receipt},
    ids::{InvitationId, ResidentId},
    invitation::{Invitation, State},
    office::Office,
    problem::Code,
    resident::{Draft, NikClaim, NikKey, Resident, Source},
    roll,
    row::{Change, Key},
    sync::Role,
    world::World,
};
use std::collections::BTreeSet;

/// People in one enrolment, at most.
const PEOPLE: usize = 200;

/// The same list twice changes nothing the second time.
pub(super) fn enrol(world: &World, op: &Op<'_>, people: &[Draft]) -> Decision {
    op.require(&[Role::Head, Role::Admin, Role::System])?;
    if people.len() > PEOPLE {
        return Err(Code::TooLarge.into());
    }
    let office = op.office(world)?;
    let (mut rows, mut done) = (Vec::new(), Enrolled::default());
    let mut named = BTreeSet::new();
    for (n, draft) in (0_u32..).zip(people) {
        let kelurahan = draft.kelurahan.as_ref();
        if kelurahan.is_none_or(|code| office.kelurahan(code).is_none()) {
            return Err(Code::UnknownKelurahan.into());
        }
        let key = op.nik_key(draft.nik.as_ref());
        if key.is_some_and(|key| !named.insert(key)) {
            done.same += 1;
            continue;
        }
        let claim = match key {
            Some(key) => world.find::<NikClaim>(key)?,
            None => None,
        };
        let known = match claim {
            Some(claim) => op.first_record(world, claim)?,
            None => None,
        };
        match (known, claim) {
            (Some(known), _) => match roll::update(known, draft) {
                None => done.same += 1,
                Some(new) => {
                    done.changed += 1;
                    follow(world, known, new, &mut rows)?;
                }
            },
            // Whoever has a place at another office, or a request there, stays with it.
            (None, Some(claim)) if claim.booking.is_some() => done.elsewhere += 1,
            (None, claim) => {
                if claim.is_some_and(|claim| claim.office != op.office) {
                    done.moved += 1;
                }
                done.entered += 1;
                enter(op, office, n, draft, key, &mut rows);
            }
        }
    }
    Verdict::applied(rows, Receipt::Enrolled { enrolled: done })
}

pub(super) fn enrol_reads(world: &World, op: &Op<'_>, people: &[Draft], keys: &mut Vec<Key>) {
    for key in people.iter().filter_map(|p| op.nik_key(p.nik.as_ref())) {
        keys.push(key.into());
        let claim = world.get::<NikClaim>(key);
        let Some(claim) = claim.filter(|claim| claim.office == op.office) else {
            continue;
        };
        keys.push(claim.resident.into());
        if let Some(resident) = world.get::<Resident>(claim.resident) {
            keys.extend(resident.active.map(|active| Key::from(active.booking)));
            keys.extend(resident.invitation.map(Key::from));
        }
    }
}

fn enter(
    op: &Op<'_>,
    office: &Office,
    n: u32,
    draft: &Draft,
    key: Option<NikKey>,
    rows: &mut Vec<Change>,
) {
    let id = ResidentId(op.id.derive(2 * n));
    let mut resident = draft.clone().into_resident(id, op.office, Source::Roll);
    resident.nik_key = key;
    if let Some(key) = key {
        let claim = NikClaim {
            key,
            office: op.office,
            resident: id,
            booking: None,
            booked_by: None,
        };
        rows.push(claim.into());
    }
    if draft.is_due(office.window_end(op.ctx.now)) {
        let invitation = InvitationId(op.id.derive(2 * n + 1));
        resident.invitation = Some(invitation);
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
    }
    rows.push(resident.into());
}

/// What belongs to somebody who moved within the office is seen by the new kelurahan.
fn follow(
    world: &World,
    known: &Resident,
    new: Resident,
    rows: &mut Vec<Change>,
) -> Result<(), Stop> {
    if new.kelurahan != known.kelurahan {
        let kelurahan = new.kelurahan.clone();
        if let Some(active) = known.active
            && let Some(booking) = world.find::<Booking>(active.booking)?
        {
            let kelurahan = kelurahan.clone();
            rows.push(
                Booking {
                    kelurahan,
                    ..booking.clone()
                }
                .into(),
            );
        }
        if let Some(id) = known.invitation
            && let Some(invitation) = world.find::<Invitation>(id)?
        {
            rows.push(
                Invitation {
                    kelurahan,
                    ..invitation.clone()
                }
                .into(),
            );
        }
    }
    rows.push(new.into());
    Ok(())
}
