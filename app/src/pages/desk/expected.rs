//! The bookings of one day, and who was invited to it and has not answered, in the order in which they
//! are expected.

use super::person::Person;
use chrono::NaiveDate;
use shared::{
    booking::{Booking, State},
    ids::{BookingId, ResidentId, SessionId},
    invitation::Invitation,
    office::Office,
    person::{Search, SearchKey},
    resident::Resident,
    slot::SlotStart,
    visit::{self, Visit},
    world::World,
};

/// Whom a line stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    Booking(BookingId),
    /// Invited, without an answer: comes with the paper alone.
    Invited(ResidentId),
}

/// One line of the day's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    pub who: Who,
    pub slot: SlotStart,
    pub person: Person,
    /// Of the ticket; who was invited has none.
    pub code: Option<String>,
    pub state: Option<State>,
    pub priority: bool,
    /// The queue number and how the visit stands, once they have arrived.
    pub visit: Option<(String, visit::State)>,
}

impl Expected {
    fn of(world: &World, office: &Office, booking: &Booking, slot: SlotStart) -> Self {
        let visit = booking.visit.and_then(|id| world.get::<Visit>(id));
        Self {
            who: Who::Booking(booking.id),
            slot,
            person: Person::find(world, office, booking.resident, booking.kelurahan.as_ref()),
            code: Some(booking.code.as_str().to_owned()),
            state: Some(booking.state),
            // What the desk said, once they are here.
            priority: visit.map_or(booking.priority, |visit| visit.priority),
            visit: visit.map(|v| (v.queue.to_string(), v.state)),
        }
    }

    /// A seat is held for them that day, and nothing was answered.
    fn invited(
        world: &World,
        office: &Office,
        invitation: &Invitation,
        day: NaiveDate,
    ) -> Option<Self> {
        let place = invitation.held().filter(|place| place.slot.date() == day)?;
        let resident = world.get::<Resident>(invitation.resident)?;
        let is_due = resident.active.is_none() && resident.recorded_on.is_none();
        (is_due && invitation.is_open()).then(|| Self {
            who: Who::Invited(resident.id),
            slot: place.slot,
            person: Person::find(world, office, resident.id, invitation.kelurahan.as_ref()),
            code: None,
            state: None,
            priority: false,
            visit: None,
        })
    }

    /// Still to come; somebody counted as absent may come too.
    pub fn is_expected(&self) -> bool {
        matches!(self.state, None | Some(State::Confirmed | State::NoShow))
    }

    /// Changes whenever the line has to be drawn anew.
    pub fn key(&self) -> (Who, String) {
        let drawn = (&self.state, &self.visit, &self.slot, self.priority);
        (self.who, format!("{drawn:?}{:?}", self.person.name))
    }

    pub fn answers(&self, search: &Search) -> bool {
        let name = self.person.name.as_deref().unwrap_or_default();
        search.finds(name, self.person.held_nik(), self.code.as_deref())
    }
}

/// Bookings with a seat on that day in that place and invitations to it, by slot and name. No session
/// means at the office.
pub fn on(
    world: &World,
    office: &Office,
    day: NaiveDate,
    here: Option<SessionId>,
) -> Vec<Expected> {
    let mut list: Vec<Expected> = world
        .all::<Booking>()
        .filter(|b| b.office == office.id && b.session == here && has_seat(b.state))
        .filter_map(|b| Some((b, b.slot.filter(|slot| slot.date() == day)?)))
        .map(|(b, slot)| Expected::of(world, office, b, slot))
        .collect();
    let is_here = |i: &&Invitation| {
        i.office == office.id && i.held().is_some_and(|place| place.session == here)
    };
    let invited = world.all::<Invitation>().filter(is_here);
    list.extend(invited.filter_map(|i| Expected::invited(world, office, i, day)));
    list.sort_by_cached_key(|line| {
        let name = line.person.name.as_deref().map(SearchKey::of);
        (line.slot, name, line.who)
    });
    list
}

fn has_seat(state: State) -> bool {
    matches!(
        state,
        State::Confirmed | State::Arrived | State::NoShow | State::Ended { .. }
    )
}
