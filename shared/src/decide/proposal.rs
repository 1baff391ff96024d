//! The seat that an invitation holds, once the resident books, comes, declines or is not found.

use super::{
    Op, Stop,
    booking::set_active,
    seats::{self, Seat},
};
use crate::{
    booking::{Booking, State},
    ids::{BookingId, VisitId},
    invitation::{Invitation, Proposal, Reply},
    office::Office,
    problem::Code,
    resident::Resident,
    row::{Change, Key},
    slot::{Slot, SlotStart},
    world::World,
};
use chrono::NaiveDate;

/// The invitation of a resident and the seat it holds.
pub(super) fn reads(world: &World, resident: &Resident, keys: &mut Vec<Key>) {
    let Some(id) = resident.invitation else {
        return;
    };
    keys.push(id.into());
    if let Some(invitation) = world.get::<Invitation>(id) {
        keys.extend(
            invitation
                .held()
                .map(|p| Key::from(p.seat(invitation.office))),
        );
    }
}

/// The resident's invitation while it may still be answered. A tablet holds those of these days alone.
pub(super) fn open<'w>(
    world: &'w World,
    op: &Op<'_>,
    resident: &Resident,
) -> Result<Option<&'w Invitation>, Stop> {
    let Some(id) = resident.invitation else {
        return Ok(None);
    };
    let invitation = op.known::<Invitation>(world, id)?;
    Ok(invitation.filter(|i| i.is_open()))
}

/// Its held seat, to be taken or let go; none on a device, which knows no seats.
pub(super) fn seat(
    world: &World,
    op: &Op<'_>,
    invitation: &Invitation,
) -> Result<Option<Slot>, Stop> {
    match invitation.held() {
        Some(proposal) if op.on_server() => {
            Ok(world.find::<Slot>(proposal.seat(op.office))?.cloned())
        }
        _ => Ok(None),
    }
}

/// The invitation with its answer; it holds no seat any more.
pub(super) fn answered(invitation: &Invitation, reply: Reply) -> Invitation {
    let mut invitation = without_seat(invitation.clone());
    invitation.reply = Some(reply);
    invitation
}

/// The invitation once its seat was taken or let go.
pub(super) fn without_seat(mut invitation: Invitation) -> Invitation {
    if let Some(proposal) = &mut invitation.proposal {
        proposal.held = false;
    }
    invitation
}

/// They will get it after all: while nobody else has the seat that was let go, it is held again, and what
/// the paper says stays true.
pub(super) fn regain(
    world: &World,
    op: &Op<'_>,
    invitation: &Invitation,
) -> Result<Option<(Slot, Invitation)>, Stop> {
    let lost = invitation.proposal.filter(|place| !place.held);
    let Some(place) = lost.filter(|_| invitation.is_open() && op.on_server()) else {
        return Ok(None);
    };
    let resident = world.find::<Resident>(invitation.resident)?;
    let awaited = resident.is_some_and(|r| r.active.is_none() && r.recorded_on.is_none());
    let ahead = op.office(world)?.starts(place.slot) > op.ctx.now;
    let slot = world.find::<Slot>(place.seat(op.office))?;
    let slot = slot.filter(|_| awaited && ahead).cloned();
    let Some(slot) = slot.and_then(|slot| slot.hold_again().ok()) else {
        return Ok(None);
    };
    let invitation = Invitation {
        proposal: Some(Proposal {
            held: true,
            ..place
        }),
        ..invitation.clone()
    };
    Ok(Some((slot, invitation)))
}

/// The answer, and the seat for the next round.
pub(super) fn let_go(
    world: &World,
    op: &Op<'_>,
    invitation: &Invitation,
    reply: Reply,
) -> Result<Vec<Change>, Stop> {
    let seat = seat(world, op, invitation)?.map(|slot| Change::from(slot.let_go()));
    Ok(seat
        .into_iter()
        .chain([answered(invitation, reply).into()])
        .collect())
}

/// A wish for the proposed place.
pub(super) fn wish(op: &Op<'_>, id: BookingId, resident: &Resident, place: Proposal) -> Booking {
    Booking {
        session: place.session,
        choices: vec![place.slot],
        verified: true,
        ..Booking::requested(id, resident, op.received())
    }
}

/// Confirmed at the proposed place, on the seat held for it.
pub(super) fn confirmed(
    op: &Op<'_>,
    office: &Office,
    wish: Booking,
    place: Proposal,
) -> Result<Booking, Stop> {
    let mut booking = wish
        .confirm(place.slot, op.ctx.now)
        .map_err(|_| Code::BookingState)?;
    booking.session = place.session;
    booking.ticket = op.ticket(office, booking.id, place.slot);
    Ok(booking)
}

/// Seeks a seat for somebody who was asked to come: the seat held for them is theirs where they wish
/// for just that slot; for another one they leave it. Also what that answers.
pub(super) fn seek(
    world: &World,
    op: &Op<'_>,
    office: &Office,
    invitation: Option<&Invitation>,
    (choices, any_that_week): (&[SlotStart], bool),
    verified: bool,
) -> Result<(Seat, Reply), Stop> {
    let held = match invitation {
        Some(invitation) => seat(world, op, invitation)?.filter(|slot| slot.session.is_none()),
        None => None,
    };
    if let Some(held) = &held
        && office.starts(held.start) > op.ctx.now
    {
        let mut before = choices.split(|choice| *choice == held.start);
        let first = before.next().unwrap_or_default();
        if first.len() < choices.len() {
            // What they would rather have goes before it.
            let percent = office.settings.unverified_percent;
            for plan in first.iter().filter_map(|choice| office.slot(*choice)) {
                let ahead = office.starts(plan.start) > op.ctx.now;
                if let Ok(slot) = seats::slot_row(world, op, plan)?.claim(verified, percent)
                    && ahead
                {
                    return Ok((Seat::Taken(slot), Reply::Moved));
                }
            }
            return Ok((Seat::Taken(held.clone().take_held()), Reply::Confirmed));
        }
    }
    let found = seats::seek(world, op, office, (choices, any_that_week), verified)?;
    Ok(match (found, held) {
        (Seat::Taken(slot), Some(held)) if slot.id == held.id => {
            (Seat::Taken(held.take_held()), Reply::Confirmed)
        }
        (found, _) => (found, Reply::Moved),
    })
}

/// The invitation once its resident has a booking: the seat was taken, or goes back.
pub(super) fn booked(
    world: &World,
    op: &Op<'_>,
    invitation: Option<&Invitation>,
    booking: &Booking,
    reply: Reply,
) -> Result<Vec<Change>, Stop> {
    match invitation {
        Some(invitation) if matches!(booking.state, State::Confirmed | State::Waitlisted) => {
            if reply == Reply::Confirmed {
                Ok(vec![answered(invitation, reply).into()])
            } else {
                let_go(world, op, invitation, reply)
            }
        }
        _ => Ok(Vec::new()),
    }
}

/// Somebody came: nothing is left to answer.
pub(super) fn came(world: &World, op: &Op<'_>, resident: &Resident) -> Result<Vec<Change>, Stop> {
    match open(world, op, resident)? {
        Some(invitation) => let_go(world, op, invitation, Reply::Came),
        None => Ok(Vec::new()),
    }
}

/// Whoever comes with the paper alone, on the day it names, sits on the seat that was held for them:
/// they are booked and there at once. `None` for everybody else.
pub(super) fn sit(
    world: &World,
    op: &Op<'_>,
    resident: &Resident,
    visit: VisitId,
    day: NaiveDate,
) -> Result<Option<(BookingId, Vec<Change>)>, Stop> {
    let Some(invitation) = open(world, op, resident)? else {
        return Ok(None);
    };
    let today = |place: &Proposal| place.slot.date() == day && resident.active.is_none();
    let Some(place) = invitation.held().filter(today) else {
        return Ok(None);
    };
    let seat = seat(world, op, invitation)?;
    if seat.is_none() && op.on_server() {
        return Ok(None);
    }
    let booking = Booking {
        slot: Some(place.slot),
        session: place.session,
        seated: true,
        ..wish(op, BookingId(op.id.derive(2)), resident, place)
    }
    .arrive(visit, op.ctx.now)
    .map_err(|_| Code::BookingState)?;
    let mut rows: Vec<Change> = Vec::new();
    rows.extend(seat.map(|slot| Change::from(slot.take_held())));
    let active = set_active(world, op, resident, &booking)?;
    rows.extend(active.into_iter().map(Change::Put));
    rows.push(answered(invitation, Reply::Came).into());
    let id = booking.id;
    rows.push(booking.into());
    Ok(Some((id, rows)))
}

/// That arrival was a mistake: the booking it made never was, and the seat is held again. `None` for
/// a booking that was there before.
pub(super) fn stand_up(
    world: &World,
    op: &Op<'_>,
    resident: &Resident,
    booking: &Booking,
) -> Result<Option<(Booking, Vec<Change>)>, Stop> {
    if !(booking.seated && booking.state == (State::Requested { review: false })) {
        return Ok(None);
    }
    let (Some(slot), Some(invitation)) = (booking.slot, resident.invitation) else {
        return Ok(None);
    };
    let Some(invitation) = world.find::<Invitation>(invitation)? else {
        return Ok(None);
    };
    let mut rows: Vec<Change> = Vec::new();
    if op.on_server() {
        let row = world.find::<Slot>(slot.id_at(op.office, booking.session))?;
        rows.extend(row.map(|row| Change::from(row.clone().untake_held())));
    }
    let session = booking.session;
    rows.push(
        Invitation {
            proposal: Some(Proposal {
                slot,
                session,
                held: true,
            }),
            reply: None,
            ..invitation.clone()
        }
        .into(),
    );
    let gone = booking
        .clone()
        .cancel(op.ctx.now)
        .map_err(|_| Code::BookingState)?;
    Ok(Some((gone, rows)))
}
