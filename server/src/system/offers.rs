//! Offers that nobody answered, and bookings that the calendar has no room for any more.

use super::may_have_shrunk;
use crate::store::{StoreError, Tx, rows, slots};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use shared::{
    booking::{Booking, State},
    calendar::after,
    command::Command,
    ids::{OpId, SessionId, SlotId},
    invitation::Invitation,
    office::Office,
    row::{Entity, Key, Of},
    session::Session,
    slot::{Slot, SlotPlan},
};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Offers whose time to answer is over.
pub(super) async fn ended(
    tx: &mut Tx,
    now: DateTime<Utc>,
    office: &Office,
) -> Result<Vec<(OpId, Command)>, StoreError> {
    let today = office.today(now);
    let open = rows::open_until(tx, office.id, Entity::Booking, today).await?;
    let ended = open.iter().filter_map(Booking::of).filter_map(|booking| {
        let until = booking.offer.as_ref()?.until;
        let name = format!("offer ends/{}", until.timestamp());
        let id = OpId(Uuid::new_v5(&booking.id.0, name.as_bytes()));
        let booking = booking.id;
        (until <= now).then_some((id, Command::EndOffer { booking }))
    });
    Ok(ended.collect())
}

/// Bookings in slots that left the calendar, on a closed day or in a session that was cancelled, and
/// the surplus of slots with fewer seats than before; and offers of such slots.
pub(super) async fn beyond(
    tx: &mut Tx,
    now: DateTime<Utc>,
    office: &Office,
) -> Result<Vec<(OpId, Command)>, StoreError> {
    if !may_have_shrunk(tx, now, office).await? {
        return Ok(Vec::new());
    }
    let today = office.today(now);
    let claimed = slots::from_day(tx, office.id, today).await?;
    let calendar = Calendar::load(tx, office, &claimed).await?;
    let beyond: Vec<(&Slot, u16)> = claimed
        .iter()
        .filter_map(|slot| Some((slot, calendar.beyond(slot, now)?)))
        .collect();
    let days = beyond.iter().map(|(slot, _)| slot.start.date());
    let (Some(first), Some(last)) = (days.clone().min(), days.max()) else {
        return Ok(Vec::new());
    };
    let open = rows::open_between(tx, office.id, Entity::Booking, first, last).await?;
    let mut sitting: BTreeMap<SlotId, Vec<&Booking>> = BTreeMap::new();
    for booking in open.iter().filter_map(Booking::of) {
        if let Some(seat) = booking.seat().filter(|_| booking.state == State::Confirmed) {
            sitting.entry(seat).or_default().push(booking);
        }
    }
    // Invited people go first, and are given another place.
    let papers = rows::open_between(tx, office.id, Entity::Invitation, first, last).await?;
    let mut invited: BTreeMap<SlotId, u16> = BTreeMap::new();
    for place in papers
        .iter()
        .filter_map(Invitation::of)
        .filter_map(Invitation::held)
    {
        *invited.entry(place.seat(office.id)).or_default() += 1;
    }
    let mut moved: Vec<&Booking> = Vec::new();
    for (slot, seats) in &beyond {
        let mut here = sitting.remove(&slot.id).unwrap_or_default();
        here.sort_by_key(|booking| asked(booking));
        let invited = invited.get(&slot.id).copied().unwrap_or(0);
        let too_many = usize::from(seats.saturating_sub(invited)).min(here.len());
        moved.extend(here.split_off(here.len() - too_many));
    }
    moved.sort_by_key(|booking| asked(booking));

    let gone: BTreeSet<SlotId> = beyond
        .iter()
        .filter(|(slot, seats)| slot.held > 0 && *seats == u16::MAX)
        .map(|(slot, _)| slot.id)
        .collect();
    let mut offered = Vec::new();
    if !gone.is_empty() {
        let latest = after(now, TimeDelta::hours(office.settings.offer_hours.into()));
        let (from, to) = (now.date_naive(), latest.date_naive());
        offered = rows::open_between(tx, office.id, Entity::Booking, from, to).await?;
    }
    let mut lost: Vec<&Booking> = offered
        .iter()
        .filter_map(Booking::of)
        .filter(|booking| booking.kept().any(|seat| gone.contains(&seat)))
        .collect();
    lost.sort_by_key(|booking| asked(booking));
    let all = moved.into_iter().chain(lost);
    Ok(all.map(|booking| command(booking, now)).collect())
}

/// Priority first, then who asked first.
fn asked(booking: &Booking) -> (bool, DateTime<Utc>, Uuid) {
    (!booking.goes_first(), booking.requested_at, booking.id.0)
}

/// The same from every instance; another one when the booking was moved since, and each hour, should
/// the day have been open again when it was decided.
fn command(booking: &Booking, now: DateTime<Utc>) -> (OpId, Command) {
    let since = booking.decided_at.map_or(0, |at| at.timestamp_micros());
    let until = booking.offer.as_ref().map(|offer| offer.until.timestamp());
    let name = format!("offer/{since}/{until:?}/{}", now.format("%Y-%m-%dT%H"));
    let id = OpId(Uuid::new_v5(&booking.id.0, name.as_bytes()));
    let booking = booking.id;
    (id, Command::OfferSlots { booking })
}

/// The slots that there are now, at the office and in the villages.
struct Calendar<'a> {
    office: &'a Office,
    days: BTreeMap<NaiveDate, Vec<SlotPlan>>,
    sessions: BTreeMap<SessionId, Session>,
}

impl<'a> Calendar<'a> {
    async fn load(tx: &mut Tx, office: &'a Office, claimed: &[Slot]) -> Result<Self, StoreError> {
        let dates: BTreeSet<NaiveDate> = claimed.iter().map(|slot| slot.start.date()).collect();
        let plans = |date: NaiveDate| office.slots(date).unwrap_or_default();
        let days = dates.into_iter().map(|date| (date, plans(date))).collect();
        let named: BTreeSet<SessionId> = claimed.iter().filter_map(|slot| slot.session).collect();
        let keys: Vec<Key> = named.into_iter().map(Key::from).collect();
        let sessions = rows::some::<Session>(tx, office.id, &keys).await?;
        let sessions = sessions.into_iter().map(|s| (s.id, s)).collect();
        Ok(Self {
            office,
            days,
            sessions,
        })
    }

    /// How many seats are taken beyond what there is: all of them where the slot is gone. A slot that
    /// has begun is left to those in the room, unless the whole day is closed.
    fn beyond(&self, slot: &Slot, now: DateTime<Utc>) -> Option<u16> {
        if slot.booked == slot.walked_in && slot.held == 0 {
            return None;
        }
        let plan = match slot.session {
            None => {
                let day = self.days.get(&slot.start.date())?;
                day.iter().find(|plan| plan.start == slot.start).copied()
            }
            Some(id) => match self.sessions.get(&id).filter(|s| s.cancelled.is_none()) {
                // At other hours or on another day: the bookings follow it.
                Some(session) => Some(session.slot(self.office, slot.start)?),
                None => None,
            },
        };
        let Some(plan) = plan else {
            return Some(u16::MAX);
        };
        let surplus = slot.clone().planned(plan).surplus();
        (surplus > 0 && self.office.starts(slot.start) > now).then_some(surplus)
    }
}
