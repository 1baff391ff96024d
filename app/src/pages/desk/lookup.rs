//! What a scanned or typed code means on this tablet, in the cases a clerk meets.

use super::{expected::Who, person::Person};
use crate::components::time_of;
use chrono::{DateTime, NaiveDate, Utc};
use shared::{
    booking::{Booking, State},
    ids::{BookingId, ResidentId},
    invitation::Invitation,
    office::Office,
    resident::{ClaimHash, normalise_code},
    slot::SlotStart,
    ticket::{Ticket, TicketError, TicketKey},
    visit::Visit,
    world::World,
};

/// Letters and digits of a ticket's code.
pub const CODE_LENGTH: usize = 8;

#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    Known(Box<Found>),
    /// The signature is right, but the booking was made after the last pull.
    Unseen {
        booking: BookingId,
        starts: DateTime<Utc>,
    },
    /// Invited to that day, without an answer.
    Invited(Box<Invited>),
    /// The code of an invitation or a slip: it opens them on a phone, and says nothing here.
    Paper,
    /// A typed code that stands for nothing here.
    UnknownCode(String),
    /// A scanned text that is no ticket of this deployment.
    Bad(TicketError),
}

/// A booking that the tablet knows.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub booking: BookingId,
    pub resident: ResidentId,
    pub slot: Option<SlotStart>,
    pub person: Person,
    pub code: String,
    pub priority: bool,
    pub standing: Standing,
    /// The signature was checked; a typed code proves nothing.
    pub signed: bool,
}

/// Somebody who comes with the paper alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Invited {
    pub resident: ResidentId,
    pub slot: SlotStart,
    pub person: Person,
}

/// What is to be said about the booking before its arrival is confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    Today,
    OtherDay,
    Requested,
    Waitlisted,
    Rejected,
    Cancelled,
    NoShow,
    Arrived(Option<Seen>),
    Ended(Option<Seen>),
}

/// An arrival that was confirmed before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub at: DateTime<Utc>,
    pub number: String,
}

impl Standing {
    fn of(world: &World, booking: &Booking, today: NaiveDate) -> Self {
        let seen = || {
            let visit = world.get::<Visit>(booking.visit?)?;
            Some(Seen {
                at: visit.arrived_at,
                number: visit.queue.to_string(),
            })
        };
        match booking.state {
            State::Confirmed if booking.slot.map(SlotStart::date) == Some(today) => Self::Today,
            State::Confirmed => Self::OtherDay,
            State::Requested { .. } => Self::Requested,
            State::Waitlisted | State::Offered | State::Unplaced | State::Expired => {
                Self::Waitlisted
            }
            State::Rejected => Self::Rejected,
            State::Cancelled => Self::Cancelled,
            State::NoShow => Self::NoShow,
            State::Arrived => Self::Arrived(seen()),
            State::Ended { .. } => Self::Ended(seen()),
        }
    }

    /// Whether confirming would only repeat what is known.
    pub fn is_here(&self) -> bool {
        matches!(self, Self::Arrived(_) | Self::Ended(_))
    }
}

/// Looks up the text of a QR code.
pub fn scanned(
    world: &World,
    office: &Office,
    keys: &[TicketKey],
    today: NaiveDate,
    text: &str,
) -> Finding {
    match Ticket::verify(text, keys) {
        Err(_) if is_claim_link(text) => Finding::Paper,
        Err(error) => Finding::Bad(error),
        Ok(ticket) => match world.get::<Booking>(ticket.booking) {
            Some(booking) => known(world, office, today, booking, true),
            None => Finding::Unseen {
                booking: ticket.booking,
                starts: ticket.starts,
            },
        },
    }
}

/// The QR code of an invitation or a slip leads to the page where its code is typed.
fn is_claim_link(text: &str) -> bool {
    let path = text
        .split_once("://")
        .and_then(|(_, rest)| rest.split_once('/'));
    path.is_some_and(|(_, path)| path.starts_with("claim"))
}

/// Looks up a code as typed.
///
/// # Errors
/// How many letters and digits there were, when they are not eight.
pub fn typed(
    world: &World,
    office: &Office,
    today: NaiveDate,
    text: &str,
) -> Result<Finding, usize> {
    let code = normalise_code(text);
    let length = code.chars().count();
    if ClaimHash::of_code(text).is_ok() {
        return Ok(Finding::Paper);
    }
    if length != CODE_LENGTH {
        return Err(length);
    }
    let found = world.all::<Booking>().find(|b| b.code.as_str() == code);
    Ok(match found {
        Some(booking) => known(world, office, today, booking, false),
        None => Finding::UnknownCode(code),
    })
}

/// Somebody picked from a list.
pub fn picked(world: &World, office: &Office, today: NaiveDate, who: Who) -> Option<Finding> {
    match who {
        Who::Booking(id) => Some(known(
            world,
            office,
            today,
            world.get::<Booking>(id)?,
            false,
        )),
        Who::Invited(id) => {
            let mut all = world.all::<Invitation>();
            let invitation = all.find(|invitation| invitation.resident == id)?;
            let slot = invitation.held()?.slot;
            let person = Person::find(world, office, id, invitation.kelurahan.as_ref());
            Some(Finding::Invited(Box::new(Invited {
                resident: id,
                slot,
                person,
            })))
        }
    }
}

/// A booking as it is known.
fn known(
    world: &World,
    office: &Office,
    today: NaiveDate,
    booking: &Booking,
    signed: bool,
) -> Finding {
    Finding::Known(Box::new(Found {
        booking: booking.id,
        resident: booking.resident,
        slot: time_of(booking),
        person: Person::find(world, office, booking.resident, booking.kelurahan.as_ref()),
        code: booking.code.as_str().to_owned(),
        priority: booking.priority,
        standing: Standing::of(world, booking, today),
        signed,
    }))
}
