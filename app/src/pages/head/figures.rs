//! The head's figures for one day, counted from the snapshot: bookings, arrivals, outcomes, flags.

use chrono::{DateTime, NaiveDate, Utc};
use shared::{
    booking::{self, Booking},
    flag::Flag,
    region::RegionCode,
    visit::{self, Reason, Visit},
    world::World,
};
use std::collections::BTreeMap;

/// What happened on one day, in the office or in one kelurahan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Bookings with a seat on the day, whatever became of them.
    pub booked: usize,
    /// Booked and not here yet.
    pub expected: usize,
    pub came: usize,
    /// Of those who came: without a booking.
    pub walked_in: usize,
    pub waiting: usize,
    pub recorded: usize,
    pub document: usize,
    pub device: usize,
    pub network: usize,
    pub left: usize,
    pub no_show: usize,
}

impl Figures {
    #[must_use]
    pub fn not_recorded(&self) -> usize {
        self.document + self.device + self.network + self.left
    }

    fn add_booking(&mut self, booking: &Booking) {
        match booking.state {
            booking::State::Confirmed => {
                self.booked += 1;
                self.expected += 1;
            }
            booking::State::Arrived | booking::State::Ended { .. } => self.booked += 1,
            booking::State::NoShow => {
                self.booked += 1;
                self.no_show += 1;
            }
            _ => {}
        }
    }

    fn add_visit(&mut self, visit: &Visit) {
        if visit.state.is_taken_back() {
            return;
        }
        self.came += 1;
        self.walked_in += usize::from(visit.booking.is_none());
        match visit.state {
            visit::State::Waiting => self.waiting += 1,
            // At a station.
            visit::State::Called => {}
            visit::State::Recorded => self.recorded += 1,
            visit::State::NotRecorded { reason } => match reason {
                Reason::Document => self.document += 1,
                Reason::Device => self.device += 1,
                Reason::Network => self.network += 1,
            },
            visit::State::Left => self.left += 1,
            visit::State::TakenBack { .. } => {}
        }
    }
}

/// A day's page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Day {
    pub all: Figures,
    pub by_kelurahan: BTreeMap<Option<RegionCode>, Figures>,
    /// Since when the first of the queue waits.
    pub longest_since: Option<DateTime<Utc>>,
    /// Requests without an answer, whatever their day.
    pub requests: usize,
}

/// Counts a day. A visit that repeats another is not counted.
#[must_use]
pub fn of_day(world: &World, day: NaiveDate) -> Day {
    let mut page = Day::default();
    for booking in world.all::<Booking>() {
        page.requests += usize::from(matches!(booking.state, booking::State::Requested { .. }));
        if booking.slot.is_some_and(|slot| slot.date() == day) {
            page.all.add_booking(booking);
            page.by_kelurahan
                .entry(booking.kelurahan.clone())
                .or_default()
                .add_booking(booking);
        }
    }
    for visit in world.all::<Visit>() {
        if visit.day != day || visit.repeats.is_some() {
            continue;
        }
        page.all.add_visit(visit);
        page.by_kelurahan
            .entry(visit.kelurahan.clone())
            .or_default()
            .add_visit(visit);
        if visit.is_waiting() {
            let since = page.longest_since.get_or_insert(visit.arrived_at);
            *since = visit.arrived_at.min(*since);
        }
    }
    page
}

/// Flags that nobody has dealt with, the newest first.
#[must_use]
pub fn open_flags(world: &World) -> Vec<Flag> {
    let mut flags: Vec<Flag> = world
        .all::<Flag>()
        .filter(|flag| flag.resolved_by.is_none())
        .cloned()
        .collect();
    flags.sort_by_key(|flag| std::cmp::Reverse((flag.at, flag.id.0)));
    flags
}
