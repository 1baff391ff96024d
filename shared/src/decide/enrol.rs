//! Entering a roll: who is new gets a record and, when due, a planned invitation; of whom is known it
//! says what has changed.

use super::{Decision, Op, Stop, Verdict, access::claim_reads, proposal};
use crate::{
    booking::Booking,
    command::{Enrolled, Receipt},
    flag,
    ids::{BookingId, InvitationId, ResidentId, SlotId},
    invitation::{Invitation, Reason, State},
    office::Office,
    problem::Code,
    resident::{Draft, NikClaim, NikKey, Resident, Source},
    roll,
    row::{Change, Key},
    slot::Slot,
    sync::Role,
    world::World,
};
use std::collections::{BTreeMap, BTreeSet};

/// Slots that people of the list leave.
pub(super) type Seats = BTreeMap<SlotId, Slot>;

/// People in one enrolment, at most.
const PEOPLE: usize = 200;

/// The same list twice changes nothing the second time.
pub(super) fn enrol(
    world: &World,
    op: &Op<'_>,
    people: &[Draft],
    records: &[Option<ResidentId>],
) -> Decision {
    op.require(&[Role::Head, Role::Admin, Role::System])?;
    if people.len() > PEOPLE {
        return Err(Code::TooLarge.into());
    }
    let office = op.office(world)?;
    let (mut rows, mut done) = (Vec::new(), Enrolled::default());
    let (mut named, mut seats) = (BTreeSet::new(), Seats::new());
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
            Some(key) => op.claim_on(world, key)?,
            None => None,
        };
        let known = match &claim {
            Some(claim) => op.first_record(world, claim)?,
            None => None,
        };
        let unnamed = match record(records, n) {
            Some(id) if !known.is_some_and(|known| known.is_open_to(draft)) => {
                world.find::<Resident>(id)?
            }
            _ => None,
        };
        let unnamed = unnamed.filter(|known| roll::is_same_person(known, draft));
        match (known, &claim) {
            (Some(known), claim) if known.is_open_to(draft) => match roll::update(known, draft) {
                None => done.same += 1,
                Some(new) => {
                    done.changed += 1;
                    rows.extend(claim.as_ref().and_then(|claim| verify(claim, known)));
                    follow(world, op, known, new, (&mut rows, &mut seats))?;
                }
            },
            // Whoever is known at another office and has a place there, or a request, stays with it.
            (None, Some(claim)) if claim.booking.is_some() && !claim.unverified => {
                done.elsewhere += 1;
            }
            (other, claim) => {
                match other {
                    Some(known) => set_aside(op, n, known, &mut rows),
                    None => {
                        let other = claim.as_ref().and_then(|claim| claim.booking);
                        let flag = |booking: BookingId| op.flag(n, flag::Kind::NikInUse, booking.0);
                        rows.extend(other.map(flag));
                    }
                }
                if claim
                    .as_ref()
                    .is_some_and(|claim| claim.office != op.office)
                {
                    done.moved += 1;
                }
                if let (Some(known), Some(key)) = (unnamed, key) {
                    done.changed += 1;
                    let mut new = roll::update(known, draft).unwrap_or_else(|| known.clone());
                    new.nik_key = Some(key);
                    rows.push(claim_of(key, &new).into());
                    follow(world, op, known, new, (&mut rows, &mut seats))?;
                } else {
                    done.entered += 1;
                    enter(op, office, n, draft, key, &mut rows);
                }
            }
        }
    }
    rows.extend(seats.into_values().map(Change::from));
    Verdict::applied(rows, Receipt::Enrolled { enrolled: done })
}

/// The record that the list's sender has found for the `n`th person.
fn record(records: &[Option<ResidentId>], n: u32) -> Option<ResidentId> {
    *records.get(usize::try_from(n).ok()?)?
}

/// The claim on a NIK that somebody known turns out to have, with the booking they have already.
fn claim_of(key: NikKey, resident: &Resident) -> NikClaim {
    NikClaim {
        booking: resident.active.map(|active| active.booking),
        booked_by: resident.active.map(|_| resident.id),
        ..NikClaim::of(key, resident.office, resident.id)
    }
}

pub(super) fn enrol_reads(
    world: &World,
    op: &Op<'_>,
    people: &[Draft],
    records: &[Option<ResidentId>],
    keys: &mut Vec<Key>,
) {
    let read = |id: ResidentId, keys: &mut Vec<Key>| {
        keys.push(id.into());
        if let Some(resident) = world.get::<Resident>(id) {
            keys.extend(resident.active.map(|active| Key::from(active.booking)));
            proposal::reads(world, resident, keys);
        }
    };
    for id in records.iter().flatten() {
        read(*id, keys);
    }
    for key in people.iter().filter_map(|p| op.nik_key(p.nik.as_ref())) {
        claim_reads(world, op.office, key, keys);
        let claim = world.get::<NikClaim>(key);
        let Some(claim) = claim.filter(|claim| claim.office == op.office) else {
            continue;
        };
        read(claim.resident, keys);
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
        rows.push(NikClaim::of(key, op.office, id).into());
    }
    if draft.is_due(office.window_end(op.ctx.now)) {
        let invitation = InvitationId(op.id.derive(2 * n + 1));
        resident.invitation = Some(invitation);
        let kelurahan = resident.kelurahan.clone();
        let by = op.ctx.who.user;
        let planned = Invitation::planned(invitation, op.office, id, kelurahan, op.at, by);
        rows.push(planned.into());
    }
    rows.push(resident.into());
}

/// A phone made this record with other numbers than the list's: it stays what the phone typed, and its
/// booking keeps seat and ticket. The desk finds out whose it is.
fn set_aside(op: &Op<'_>, n: u32, record: &Resident, rows: &mut Vec<Change>) {
    let booking = record.active.map(|active| active.booking);
    rows.extend(booking.map(|booking| op.flag(n, flag::Kind::NikInUse, booking.0)));
    if record.verified {
        let unknown = Resident {
            verified: false,
            ..record.clone()
        };
        rows.push(unknown.into());
    }
}

/// The list says the same as whoever booked: they stay with that booking wherever else a list names them.
fn verify(claim: &NikClaim, known: &Resident) -> Option<Change> {
    let own = claim.unverified && claim.booked_by == Some(known.id);
    own.then(|| {
        NikClaim {
            unverified: false,
            ..claim.clone()
        }
        .into()
    })
}

/// What follows from the news of somebody known. What belongs to them is seen by the new kelurahan;
/// whoever had moved away is asked again at the new address; who has recorded elsewhere leaves their
/// seat. Somebody noted as deceased is not asked again by a list: staff correct that by hand.
pub(super) fn follow(
    world: &World,
    op: &Op<'_>,
    known: &Resident,
    new: Resident,
    (rows, seats): (&mut Vec<Change>, &mut Seats),
) -> Result<(), Stop> {
    let moved = new.kelurahan != known.kelurahan;
    if moved
        && let Some(active) = known.active
        && let Some(booking) = world.find::<Booking>(active.booking)?
    {
        let kelurahan = new.kelurahan.clone();
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
        let mut follows = Invitation {
            kelurahan: new.kelurahan.clone(),
            ..invitation.clone()
        };
        let at_new_address = (&new.kelurahan, new.rt, new.rw)
            != (&known.kelurahan, known.rt, known.rw)
            && matches!(
                invitation.state,
                State::Undeliverable {
                    reason: Reason::Moved,
                    ..
                }
            );
        let recorded = new.recorded_on.is_some() && known.recorded_on.is_none();
        if at_new_address || recorded {
            if let Some(place) = invitation.held() {
                let_go(world, place.seat(op.office), seats)?;
            }
            follows = if at_new_address {
                follows.replan(op.ctx.now, op.ctx.who.user)
            } else {
                proposal::without_seat(follows)
            };
        }
        if follows != *invitation {
            rows.push(follows.into());
        }
    }
    rows.push(new.into());
    Ok(())
}

/// Several people of one list may leave the same slot.
fn let_go(world: &World, seat: SlotId, seats: &mut Seats) -> Result<(), Stop> {
    let slot = match seats.get(&seat) {
        Some(slot) => Some(slot.clone()),
        None => world.find::<Slot>(seat)?.cloned(),
    };
    seats.extend(slot.map(|slot| (seat, slot.let_go())));
    Ok(())
}
