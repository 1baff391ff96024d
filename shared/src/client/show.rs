//! The effect of an op on what pages show, before the office has answered and after.

use super::{Shown, Surroundings};
use crate::{
    booking::Booking,
    command::Command,
    decide::Outcome,
    envelope::{Actor, Envelope},
    resident::{Resident, Source},
    sop::clock::ClockShift,
    world::World,
};

pub(super) fn show(
    view: &mut World,
    envelope: &Envelope,
    shift: Option<ClockShift>,
    command: &Command,
    around: &impl Surroundings,
) -> Shown {
    let mut ctx = around.context(envelope.actor, envelope.office);
    if let Some(shift) = shift {
        ctx.shift = shift.time();
    }
    match around.decide()(view, envelope, command, &ctx) {
        Ok((Outcome::Applied(_), _)) => Shown::Applied,
        Ok((Outcome::Rejected(_), _)) => Shown::Doubtful,
        Ok((Outcome::Pending, _)) | Err(_) => Shown::Pending,
    }
}

/// The office's own word about a booking, and whom it is for: as the rows say, else as the op said.
pub(super) fn show_booking(view: &mut World, envelope: &Envelope, booking: &Booking) {
    let known = view.get::<Resident>(booking.resident).cloned();
    let resident = known.or_else(|| {
        let command = envelope.command().ok()?;
        let source = match envelope.actor {
            Actor::Resident => Source::Own,
            Actor::User(_) | Actor::System => Source::Staff,
        };
        let draft = command.draft()?.clone();
        Some(draft.into_resident(booking.resident, booking.office, source))
    });
    if let Some(mut resident) = resident {
        let active = booking.active();
        if active.is_some() || resident.active.is_some_and(|a| a.booking == booking.id) {
            resident.active = active;
        }
        view.apply(resident.into());
    }
    view.apply(booking.clone().into());
}
