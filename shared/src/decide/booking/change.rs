//! Moving a booking, and cancelling it.

use super::{
    super::{
        Decision, Op, Stop, Verdict, offer,
        seats::{self, Seat},
    },
    check_eligible, find, give_back, nik_booked_elsewhere, set_active,
};
use crate::{
    booking::{Booking, State},
    command::{Receipt, RescheduleBooking},
    ids::BookingId,
    problem::{Code, Problem},
    row::{Change, Row},
    world::{NotLoaded, World},
};

pub(in crate::decide) fn reschedule(
    world: &World,
    op: &Op<'_>,
    wish: &RescheduleBooking,
) -> Decision {
    let office = op.office(world)?;
    let (booking, resident) = find(world, op, wish.booking)?;
    op.require_for(world, booking.resident, booking.kelurahan.as_ref())?;
    seats::check_choices(op, office, &wish.choices)?;
    match booking.state {
        State::Confirmed => {
            // Whoever the office moved has not chosen that day.
            let in_time = booking.moved_by_office
                || booking
                    .slot
                    .is_none_or(|slot| office.may_change(slot, op.ctx.now));
            if !in_time && !op.is_staff() {
                return Err(Code::TooLateToChange.into());
            }
            if !booking.moved_by_office && op.gives_back_often(world, resident)? {
                return Err(Code::MovedTooOften.into());
            }
        }
        State::NoShow
            if resident.active.is_some() || nik_booked_elsewhere(world, op, resident)? =>
        {
            return Err(Code::AlreadyBooked.into());
        }
        // One of the seats kept for them.
        State::Offered
            if wish
                .choices
                .first()
                .is_some_and(|first| offer::is_kept(op, office, booking, *first)) =>
        {
            return offer::answer(world, op, booking.id, wish.choices.first().copied());
        }
        State::NoShow | State::Waitlisted | State::Offered | State::Unplaced => {}
        _ => return Err(Code::BookingState.into()),
    }
    check_eligible(resident, op, &wish.choices)?;
    if booking.state == State::NoShow {
        op.check_rebooking(resident)?;
    }
    let wished = (wish.choices.as_slice(), wish.any_that_week);
    let mut slot = match seats::seek(world, op, office, wished, booking.verified)? {
        Seat::Taken(slot) => slot,
        Seat::Full { nearest } => {
            return Err(Stop::Rejected(Problem {
                code: Code::SlotFull,
                nearest,
            }));
        }
        Seat::Past { nearest } => {
            return Err(Stop::Rejected(Problem {
                code: Code::ChoicesPast,
                nearest,
            }));
        }
        Seat::OnlyVerified => return Err(Code::SlotFull.into()),
        // The old slot stays the promise until the office has answered.
        Seat::Unknown => {
            return Err(Stop::NotLoaded(NotLoaded(wish.booking.into())));
        }
    };
    let same = booking.seated && booking.seat() == Some(slot.id);
    if same && booking.state == State::Confirmed {
        return Verdict::applied(
            Vec::new(),
            Receipt::Booking {
                booking: Box::new(booking.clone()),
            },
        );
    }
    let mut rows: Vec<Change> = Vec::new();
    let start = slot.start;
    for old in give_back(world, op, booking)? {
        if old.id != slot.id {
            rows.push(old.into());
        } else if !same {
            slot = slot.withdraw(booking.verified);
        }
    }
    // Back into the slot that was missed: the counters already hold the seat.
    if !same {
        rows.push(slot.into());
    }
    let mut moved = Booking {
        choices: wish.choices.clone(),
        ..booking.clone()
    }
    .confirm(start, op.ctx.now)
    .map_err(|_| Code::BookingState)?;
    moved.ticket = op.ticket(office, moved.id, start);
    let mut active = set_active(world, op, resident, &moved)?;
    op.note_given_back(world, (booking, resident), &mut active)?;
    rows.extend(active.into_iter().map(Change::Put));
    rows.push(moved.clone().into());
    Verdict::applied(
        rows,
        Receipt::Booking {
            booking: Box::new(moved),
        },
    )
}

pub(in crate::decide) fn cancel(world: &World, op: &Op<'_>, id: BookingId) -> Decision {
    let (booking, resident) = find(world, op, id)?;
    op.require_for(world, booking.resident, booking.kelurahan.as_ref())?;
    let mut rows: Vec<Row> = give_back(world, op, booking)?
        .into_iter()
        .map(Row::from)
        .collect();
    let cancelled = booking
        .clone()
        .cancel(op.ctx.now)
        .map_err(|_| Code::BookingState)?;
    rows.extend(set_active(world, op, resident, &cancelled)?);
    op.note_given_back(world, (booking, resident), &mut rows)?;
    rows.push(cancelled.clone().into());
    Verdict::applied(
        rows.into_iter().map(Change::Put).collect(),
        Receipt::Booking {
            booking: Box::new(cancelled),
        },
    )
}
