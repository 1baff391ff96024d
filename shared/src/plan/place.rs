//! Where people can be invited to: slots that the calendar has and operators may work, with the share
//! of seats that is neither for walk-ins nor for those who book by themselves.

use super::{Ask, Plan, Seat};
use crate::{
    calendar::week_of,
    ids::SessionId,
    office::Office,
    region::RegionCode,
    session::Session,
    slot::{SlotPlan, SlotStart},
    sop::workload,
};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// A slot as a plan sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub slot: SlotStart,
    pub session: Option<SessionId>,
    pub minutes: u16,
    /// The share for invitations.
    pub seats: u16,
    /// Kept for people who book by themselves. None in a village: only the office can be booked.
    pub own: u16,
}

impl Place {
    fn of(plan: SlotPlan, own_percent: u16) -> Self {
        let own = match plan.session {
            Some(_) => 0,
            None => (u32::from(plan.seats) * u32::from(own_percent) / 100) as u16,
        };
        let rest = plan.seats.saturating_sub(plan.walk_in);
        Self {
            slot: plan.start,
            session: plan.session,
            minutes: plan.minutes,
            seats: rest.saturating_sub(own),
            own: own.min(rest),
        }
    }

    #[must_use]
    pub fn seat(&self) -> Seat {
        (self.slot, self.session)
    }

    /// Seats that may still be planned where so many are given and taken: bookings of others use up
    /// their own share first.
    pub(super) fn room(&self, given: u16, taken: u16) -> u16 {
        let others = taken.saturating_sub(given).saturating_sub(self.own);
        self.seats.saturating_sub(given).saturating_sub(others)
    }
}

/// The places of a period in order of slot and session; none beyond what is known of holidays.
#[must_use]
pub fn places(ask: &Ask<'_>, from: NaiveDate, to: NaiveDate) -> Vec<Place> {
    let mut plans: Vec<SlotPlan> = Vec::new();
    let monday = week_of(from).next().unwrap_or(from);
    let weeks = monday.iter_weeks().take_while(|monday| *monday <= to);
    for week in weeks.take(super::DAYS as usize) {
        plans.extend(workload::lawful_week(ask.office, ask.sessions, week));
    }
    let lawful = |session: &&Session| workload::session(&session.what).is_ok();
    let sessions = ask.sessions.iter().filter(lawful);
    plans.extend(sessions.flat_map(|session| session.slots(ask.office)));
    plans.retain(|plan| from <= plan.start.date() && plan.start.date() <= to);
    plans.sort_by_key(|plan| (plan.start, plan.session));
    let percent = ask.office.settings.self_booking_percent;
    let place = |plan: SlotPlan| {
        let place = Place::of(plan, percent);
        // With fewer people than stations there is less to plan, never more.
        let whole = ask
            .office
            .slot(plan.start)
            .filter(|_| plan.session.is_none());
        let most = whole.map_or(place.seats, |whole| Place::of(whole, percent).seats);
        Place {
            seats: place.seats.min(most),
            ..place
        }
    };
    plans.into_iter().map(place).collect()
}

/// What the given parts of the plan in force hold of each place, whoever they are for.
pub(super) fn given_by_seat(ask: &Ask<'_>) -> BTreeMap<Seat, u16> {
    let mut given: BTreeMap<Seat, u16> = BTreeMap::new();
    for part in ask.current.iter().flat_map(|plan| &plan.parts) {
        *given.entry(part.seat()).or_default() += part.given;
    }
    given
}

/// Seats that may be planned anew in each place of a period where somebody can still be invited.
pub(super) fn rooms(ask: &Ask<'_>) -> Vec<(Place, u16)> {
    let given = given_by_seat(ask);
    let from = ask.from.max(ask.first_day());
    places(ask, from, ask.to)
        .into_iter()
        .map(|place| {
            let of = |map: &BTreeMap<Seat, u16>| map.get(&place.seat()).copied().unwrap_or(0);
            let room = place.room(of(&given), of(ask.taken));
            (place, room)
        })
        .collect()
}

/// The slot of a seat, if the calendar still has it.
pub(super) fn plan_of(
    office: &Office,
    sessions: &[Session],
    (slot, session): Seat,
) -> Option<SlotPlan> {
    match session {
        None => office.slot(slot),
        Some(id) => sessions.iter().find(|s| s.id == id)?.slot(office, slot),
    }
}

impl Plan {
    /// Places with seats for a kelurahan that nobody was given, from a day on: sessions first, then the
    /// office, each in order. Only those that the calendar still has.
    #[must_use]
    pub fn open_places(
        &self,
        office: &Office,
        sessions: &[Session],
        kelurahan: &RegionCode,
        from: NaiveDate,
    ) -> Vec<(SlotPlan, u16)> {
        let open = self.parts.iter().filter(|part| {
            part.left() > 0 && &part.kelurahan == kelurahan && part.slot.date() >= from
        });
        let mut places: Vec<(SlotPlan, u16)> = open
            .filter_map(|part| {
                let there = plan_of(office, sessions, part.seat())?;
                Some((there, part.left()))
            })
            .collect();
        places.sort_by_key(|(place, _)| (place.session.is_none(), place.start, place.session));
        places
    }
}
