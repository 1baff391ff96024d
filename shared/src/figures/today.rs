//! One day in numbers: bookings, arrivals and outcomes, for each place where the office works that day and
//! for each kelurahan. Heads, kelurahan staff and the desk read the same ones.

use crate::{
    booking::{self, Booking},
    ids::SessionId,
    office::Office,
    region::RegionCode,
    session::Session,
    slot::SlotPlan,
    visit::{self, Reason, Visit},
    world::World,
};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeMap;

/// Numbers of one day. A booking counts where its seat is, a visit where the person came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// Seats of the day, free or not.
    pub seats: u32,
    /// Bookings with a seat on the day, whatever became of them.
    pub booked: u32,
    /// Booked and not here yet.
    pub expected: u32,
    pub came: u32,
    /// Of those who came: without a booking.
    pub walked_in: u32,
    pub waiting: u32,
    /// At a station.
    pub called: u32,
    pub recorded: u32,
    pub document: u32,
    pub device: u32,
    pub network: u32,
    pub left: u32,
    pub no_show: u32,
    /// Since when the first of the queue waits.
    pub waiting_since: Option<DateTime<Utc>>,
}

/// A day of an office.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Today {
    /// The sum of all places.
    pub all: Numbers,
    /// The office itself is `None`. Each session of the day is here, also while nobody has come.
    pub by_place: BTreeMap<Option<SessionId>, Numbers>,
    pub by_kelurahan: BTreeMap<Option<RegionCode>, Numbers>,
    /// Requests without an answer, whatever their day.
    pub requests: u32,
}

impl Numbers {
    #[must_use]
    pub fn not_recorded(&self) -> u32 {
        self.document + self.device + self.network + self.left
    }

    fn add_booking(&mut self, booking: &Booking) {
        self.booked += 1;
        match booking.state {
            booking::State::Confirmed => self.expected += 1,
            booking::State::NoShow => self.no_show += 1,
            _ => {}
        }
    }

    fn add_visit(&mut self, visit: &Visit) {
        self.came += 1;
        self.walked_in += u32::from(visit.booking.is_none());
        match visit.state {
            visit::State::Waiting => self.waiting += 1,
            visit::State::Recorded => self.recorded += 1,
            visit::State::NotRecorded { reason } => match reason {
                Reason::Document => self.document += 1,
                Reason::Device => self.device += 1,
                Reason::Network => self.network += 1,
            },
            visit::State::Left => self.left += 1,
            visit::State::Called => self.called += 1,
            // Not counted at all.
            visit::State::TakenBack { .. } => {}
        }
        if visit.is_waiting() {
            let since = self.waiting_since.get_or_insert(visit.arrived_at);
            *since = visit.arrived_at.min(*since);
        }
    }
}

impl Today {
    /// The numbers of one place; `None` at the office.
    #[must_use]
    pub fn at(&self, place: Option<SessionId>) -> Numbers {
        self.by_place.get(&place).copied().unwrap_or_default()
    }

    /// The numbers of one kelurahan, or of the whole office.
    #[must_use]
    pub fn of(&self, kelurahan: Option<&RegionCode>) -> Numbers {
        let Some(code) = kelurahan else {
            return self.all;
        };
        let found = self.by_kelurahan.get(&Some(code.clone()));
        found.copied().unwrap_or_default()
    }

    fn open(&mut self, place: Option<SessionId>, slots: &[SlotPlan]) {
        let seats: u32 = slots.iter().map(|slot| u32::from(slot.seats)).sum();
        self.all.seats += seats;
        self.by_place.entry(place).or_default().seats += seats;
    }

    fn add(
        &mut self,
        place: Option<SessionId>,
        kelurahan: Option<&RegionCode>,
        add: impl Fn(&mut Numbers),
    ) {
        add(&mut self.all);
        add(self.by_place.entry(place).or_default());
        add(self.by_kelurahan.entry(kelurahan.cloned()).or_default());
    }
}

/// Whether the booking has or had a seat on that day.
#[must_use]
pub fn is_booked_on(booking: &Booking, day: NaiveDate) -> bool {
    let has_seat = matches!(
        booking.state,
        booking::State::Confirmed
            | booking::State::Arrived
            | booking::State::NoShow
            | booking::State::Ended { .. }
    );
    has_seat && booking.slot.is_some_and(|slot| slot.date() == day)
}

/// Whether the visit counts as somebody who came that day: one that repeats another does not, nor one
/// that was taken back.
#[must_use]
pub fn came_on(visit: &Visit, day: NaiveDate) -> bool {
    visit.day == day && visit.repeats.is_none() && !visit.state.is_taken_back()
}

/// Counts a day.
#[must_use]
pub fn of_day(world: &World, office: &Office, day: NaiveDate) -> Today {
    let mut today = Today::default();
    if let Ok(slots) = office.slots(day) {
        today.open(None, &slots);
    }
    let sessions = world.all::<Session>().filter(|s| s.office == office.id);
    for session in sessions.filter(|s| s.takes_place_on(day)) {
        today.open(Some(session.id), &session.slots(office));
    }
    for booking in world.all::<Booking>().filter(|b| b.office == office.id) {
        let is_asked = matches!(booking.state, booking::State::Requested { .. });
        today.requests += u32::from(is_asked);
        if is_booked_on(booking, day) {
            let add = |numbers: &mut Numbers| numbers.add_booking(booking);
            today.add(booking.session, booking.kelurahan.as_ref(), add);
        }
    }
    for visit in world.all::<Visit>().filter(|v| v.office == office.id) {
        if came_on(visit, day) {
            let add = |numbers: &mut Numbers| numbers.add_visit(visit);
            today.add(visit.session, visit.kelurahan.as_ref(), add);
        }
    }
    today
}
