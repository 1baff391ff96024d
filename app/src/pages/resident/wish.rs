//! What became of a booking that somebody made on this phone: the outbox, the answers and the rows
//! pulled, brought together into the one thing a page says.

use crate::{components, i18n::*};
use chrono::{DateTime, Utc};
use shared::{
    booking::{Booking, State},
    client::{OpStatus, QueuedOp},
    command::{Applicant, Command, Receipt, RequestBooking, RescheduleBooking},
    ids::{BookingId, OpId, ResidentId},
    invitation::{self, Invitation},
    problem::{Code, Problem},
    resident::Resident,
    slot::SlotStart,
    sync::OpResult,
    world::World,
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Where a wish stands, from the phone to the office.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// Durable on the phone, not sent.
    Saved,
    /// On its way; the answer has not come.
    Sent,
    /// The office has answered: the booking's own state holds.
    Answered,
    /// Turned down, with what is free instead.
    TurnedDown(Problem),
    /// Put aside for staff to look at.
    PutAside(Code),
}

impl Stage {
    #[must_use]
    pub fn of(op: &QueuedOp) -> Self {
        match &op.status {
            OpStatus::Saved => Self::Saved,
            OpStatus::Sent => Self::Sent,
            OpStatus::Settled { result, .. } => match result {
                OpResult::Applied { .. } => Self::Answered,
                OpResult::Rejected(problem) => Self::TurnedDown(problem.clone()),
                OpResult::Quarantined { code } => Self::PutAside(*code),
            },
        }
    }
}

/// A change of a booking, or an answer to an invitation, that this phone made.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    Book(Box<RequestBooking>),
    Move(RescheduleBooking),
    Cancel,
    /// One of the seats kept, or none of them.
    Take(Option<SlotStart>),
    /// Yes or no to an invitation.
    Answer(bool),
}

/// A change, and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub op: OpId,
    pub seq: u64,
    pub change: Change,
    pub stage: Stage,
    /// The person has dealt with a rejection.
    pub seen: bool,
}

impl Step {
    /// The office has not answered yet.
    #[must_use]
    pub fn waits(&self) -> bool {
        matches!(self.stage, Stage::Saved | Stage::Sent)
    }
}

/// The booking that an op asks for: the same id on the phone and at the office.
#[must_use]
pub fn booking_of(op: OpId) -> BookingId {
    BookingId(op.derive(1))
}

/// A change, and what it changes.
fn step(op: &QueuedOp) -> Option<(Uuid, Step)> {
    let (of, change) = match op.envelope.command().ok()? {
        Command::RequestBooking(wish) => {
            let id = booking_of(op.envelope.op_id);
            (id.0, Change::Book(Box::new(wish)))
        }
        Command::RescheduleBooking(wish) => (wish.booking.0, Change::Move(wish)),
        Command::CancelBooking { booking } => (booking.0, Change::Cancel),
        Command::AnswerOffer { booking, slot } => (booking.0, Change::Take(slot)),
        Command::AnswerInvitation { invitation, accept } => (invitation.0, Change::Answer(accept)),
        _ => return None,
    };
    let step = Step {
        op: op.envelope.op_id,
        seq: op.envelope.seq,
        change,
        stage: Stage::of(op),
        seen: matches!(op.status, OpStatus::Settled { seen: true, .. }),
    };
    Some((of, step))
}

/// This phone's changes of one booking or invitation, oldest first. A yes to an invitation asks for its
/// booking too.
#[must_use]
pub fn steps(ops: &BTreeMap<u64, QueuedOp>, of: Uuid) -> Vec<Step> {
    ops.values()
        .filter_map(step)
        .filter(|(other, step)| {
            let asks = step.change == Change::Answer(true);
            *other == of || asks && booking_of(step.op).0 == of
        })
        .map(|(_, step)| step)
        .collect()
}

/// Bookings asked for here, turned down, and not dealt with yet: no row tells of them.
#[must_use]
pub fn turned_down(ops: &BTreeMap<u64, QueuedOp>) -> Vec<(BookingId, Step)> {
    ops.values()
        .filter(|op| op.needs_attention())
        .filter_map(step)
        .filter(|(_, step)| matches!(step.change, Change::Book(_)))
        .map(|(of, step)| (BookingId(of), step))
        .collect()
}

/// The booking as last known. An answer may arrive before the pull that carries its row.
#[must_use]
pub fn booking(view: &World, ops: &BTreeMap<u64, QueuedOp>, id: BookingId) -> Option<Booking> {
    let row = view.get::<Booking>(id).cloned();
    if row
        .as_ref()
        .is_some_and(|row| row.state == State::Cancelled)
    {
        return row;
    }
    let answered = ops.values().filter_map(|op| match &op.status {
        OpStatus::Settled {
            result:
                OpResult::Applied {
                    receipt: Receipt::Booking { booking },
                    ..
                },
            ..
        } if booking.id == id => Some(booking.as_ref().clone()),
        _ => None,
    });
    // `Requested` without a look by staff is only ever the phone's own view.
    let rank = |booking: &Booking| {
        let answered = booking.state != State::Requested { review: false };
        (answered, booking.decided_at)
    };
    row.into_iter().chain(answered).reduce(|best, next| {
        if rank(&next) > rank(&best) {
            next
        } else {
            best
        }
    })
}

/// Invitations that wait for an answer: whoever has a booking, or was recorded, needs none.
#[must_use]
pub fn invitations(view: &World) -> Vec<Invitation> {
    let waits = |invitation: &&Invitation| {
        let resident = view.get::<Resident>(invitation.resident);
        let free = resident.is_some_and(|r| r.active.is_none() && r.recorded_on.is_none());
        // What is only planned, with no time yet, is no news.
        let told = invitation.proposal.is_some() || invitation.state != invitation::State::Planned;
        free && told && invitation.is_open()
    };
    let mut all: Vec<Invitation> = view.all::<Invitation>().filter(waits).cloned().collect();
    all.sort_by_key(|invitation| invitation.proposal.map(|proposal| proposal.slot));
    all
}

/// The people this phone may book for, by name.
#[must_use]
pub fn people(view: &World) -> Vec<Resident> {
    let known = view
        .all::<Resident>()
        .filter(|resident| !resident.forgotten);
    let mut people: Vec<Resident> = known.cloned().collect();
    // By letter alone: the tables of accents that long lists need would be bytes on every phone.
    people.sort_by_cached_key(|resident| resident.name.as_str().to_lowercase());
    people
}

/// Bookings of this phone: what comes next first, then what is over, latest first.
#[must_use]
pub fn bookings(view: &World, ops: &BTreeMap<u64, QueuedOp>) -> (Vec<Booking>, Vec<Booking>) {
    let all = view
        .all::<Booking>()
        .filter_map(|row| booking(view, ops, row.id));
    let (mut next, mut over): (Vec<_>, Vec<_>) = all.partition(|b| b.state.is_active());
    next.sort_by_key(|b| (b.slot.is_none(), b.slot, b.requested_at));
    over.sort_by_key(|b| std::cmp::Reverse(last_touched(b)));
    (next, over)
}

fn last_touched(booking: &Booking) -> DateTime<Utc> {
    booking.decided_at.unwrap_or(booking.requested_at)
}

/// A person's name, also when only the wish carries it.
#[must_use]
pub fn name_of(i18n: I18n, view: &World, resident: ResidentId) -> Option<String> {
    let found = view.get::<Resident>(resident);
    found.map(|resident| components::name_of(i18n, resident))
}

/// The name of the person a wish is for.
#[must_use]
pub fn applicant_name(i18n: I18n, view: &World, who: &Applicant) -> Option<String> {
    match who {
        Applicant::New(draft) => Some(draft.name.to_string()),
        Applicant::Known(id) => name_of(i18n, view, *id),
    }
}
