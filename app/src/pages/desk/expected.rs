//! The bookings of one day, in the order in which they are expected.

use super::person::Person;
use chrono::NaiveDate;
use shared::{
    booking::{Booking, State},
    ids::BookingId,
    office::Office,
    resident::normalise_code,
    slot::SlotStart,
    visit::{self, Visit},
    world::World,
};

/// One line of the day's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    pub booking: BookingId,
    pub slot: SlotStart,
    pub person: Person,
    pub code: String,
    pub state: State,
    pub priority: bool,
    /// The queue number and how the visit stands, once they have arrived.
    pub visit: Option<(String, visit::State)>,
}

impl Expected {
    fn of(world: &World, office: &Office, booking: &Booking, slot: SlotStart) -> Self {
        let visit = booking.visit.and_then(|id| world.get::<Visit>(id));
        Self {
            booking: booking.id,
            slot,
            person: Person::find(world, office, booking.resident, booking.kelurahan.as_ref()),
            code: booking.code.as_str().to_owned(),
            state: booking.state,
            priority: booking.priority,
            visit: visit.map(|v| (v.queue.to_string(), v.state)),
        }
    }

    /// Still to come; somebody counted as absent may come too.
    pub fn is_expected(&self) -> bool {
        matches!(self.state, State::Confirmed | State::NoShow)
    }

    /// Changes whenever the line has to be drawn anew.
    pub fn key(&self) -> (BookingId, String) {
        let drawn = (&self.state, &self.visit, &self.slot, self.priority);
        (self.booking, format!("{drawn:?}{:?}", self.person.name))
    }

    pub fn matches(&self, typed: &str) -> bool {
        let code = normalise_code(typed);
        self.person.matches(typed) || (code.len() >= 3 && self.code.starts_with(&code))
    }
}

/// Bookings with a seat on that day, by slot and name.
pub fn on(world: &World, office: &Office, day: NaiveDate) -> Vec<Expected> {
    let mut list: Vec<Expected> = world
        .all::<Booking>()
        .filter(|b| b.office == office.id && has_seat(b.state))
        .filter_map(|b| Some((b, b.slot.filter(|slot| slot.date() == day)?)))
        .map(|(b, slot)| Expected::of(world, office, b, slot))
        .collect();
    list.sort_by(|a, b| {
        (a.slot, &a.person.name, a.booking).cmp(&(b.slot, &b.person.name, b.booking))
    });
    list
}

fn has_seat(state: State) -> bool {
    matches!(
        state,
        State::Confirmed | State::Arrived | State::NoShow | State::Ended { .. }
    )
}
