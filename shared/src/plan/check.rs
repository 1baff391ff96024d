//! What keeps a plan from being confirmed, and what is only worth a word. The app asks with every
//! change, the server when a plan is confirmed.

use super::{
    Ask, DAYS, Part, Seat,
    place::{Place, given_by_seat, places},
};
use crate::{holidays, problem::Code, region::RegionCode, slot::SlotStart};
use std::collections::BTreeMap;

/// Parts of one plan, at most: it must fit into one push.
pub const PARTS: usize = 1_500;

/// Something about a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Ends before it begins, is longer than [`DAYS`], or goes beyond the years whose holidays are
    /// known; or a part is outside.
    Period,
    /// More than [`PARTS`].
    TooMany,
    UnknownKelurahan {
        kelurahan: RegionCode,
    },
    /// Neither office nor session works then.
    Calendar {
        seat: Seat,
    },
    /// Operators would work longer than they may.
    Workload {
        seat: Seat,
    },
    /// The session is for others.
    OtherVillage {
        seat: Seat,
        kelurahan: RegionCode,
    },
    /// More than the place has for invitations: `room` of them.
    Capacity {
        seat: Seat,
        seats: u16,
        room: u16,
    },
    /// People were given these seats already.
    Given {
        seat: Seat,
        kelurahan: RegionCode,
        given: u16,
    },
    /// Too soon to bring paper there: nobody will be invited to these seats. A hint.
    Late {
        seat: Seat,
    },
}

impl Trouble {
    /// Why it cannot be confirmed; none for a hint.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        Some(match self {
            // Fewer parts are a shorter period.
            Self::Period | Self::TooMany => Code::PlanPeriod,
            Self::UnknownKelurahan { .. } => Code::UnknownKelurahan,
            Self::Calendar { .. } | Self::OtherVillage { .. } => Code::PlanCalendar,
            Self::Workload { .. } => Code::Workload,
            Self::Capacity { .. } => Code::PlanCapacity,
            Self::Given { .. } => Code::PlanGiven,
            Self::Late { .. } => return None,
        })
    }

    /// Where, if it is about one place.
    #[must_use]
    pub fn slot(&self) -> Option<SlotStart> {
        match self {
            Self::Period | Self::TooMany | Self::UnknownKelurahan { .. } => None,
            Self::Calendar { seat }
            | Self::Workload { seat }
            | Self::OtherVillage { seat, .. }
            | Self::Capacity { seat, .. }
            | Self::Given { seat, .. }
            | Self::Late { seat } => Some(seat.0),
        }
    }
}

/// Whether the period itself may be planned.
///
/// # Errors
/// [`Trouble::Period`].
pub fn check_period(ask: &Ask<'_>) -> Result<(), Trouble> {
    let days = ask.to.signed_duration_since(ask.from).num_days();
    let known = holidays::covers(ask.from) && holidays::covers(ask.to);
    if (0..DAYS).contains(&days) && known {
        Ok(())
    } else {
        Err(Trouble::Period)
    }
}

/// Everything about the parts of the period, in order. Seats that were given already are facts: only
/// what is planned on top of them must fit calendar, workload and capacity.
#[must_use]
pub fn check(ask: &Ask<'_>, parts: &[Part]) -> Vec<Trouble> {
    if let Err(trouble) = check_period(ask) {
        return vec![trouble];
    }
    if parts.len() > PARTS {
        return vec![Trouble::TooMany];
    }
    let places: BTreeMap<Seat, Place> = places(ask, ask.from, ask.to)
        .into_iter()
        .map(|place| (place.seat(), place))
        .collect();
    let mut troubles = Vec::new();
    let mut new: BTreeMap<Seat, u16> = BTreeMap::new();
    for part in parts {
        let seat = part.seat();
        if !ask.covers(part.slot.date()) {
            troubles.push(Trouble::Period);
        }
        let more = part.seats.saturating_sub(ask.given(seat, &part.kelurahan));
        if more == 0 {
            continue;
        }
        troubles.extend(check_part(ask, part, places.contains_key(&seat)));
        let sum = new.entry(seat).or_default();
        *sum = sum.saturating_add(more);
    }
    let given = given_by_seat(ask);
    for (seat, seats) in new {
        let Some(place) = places.get(&seat) else {
            continue;
        };
        let of = |map: &BTreeMap<Seat, u16>| map.get(&seat).copied().unwrap_or(0);
        let room = place.room(of(&given), of(ask.taken));
        if seats > room {
            troubles.push(Trouble::Capacity { seat, seats, room });
        }
    }
    troubles.extend(dropped(ask, parts));
    troubles
}

/// About seats planned anew.
fn check_part(ask: &Ask<'_>, part: &Part, has_place: bool) -> Option<Trouble> {
    let (seat, kelurahan) = (part.seat(), part.kelurahan.clone());
    if ask.office.kelurahan(&kelurahan).is_none() {
        return Some(Trouble::UnknownKelurahan { kelurahan });
    }
    let session = ask.sessions.iter().find(|s| Some(s.id) == part.session);
    if !has_place {
        let in_calendar = match part.session {
            None => ask.office.slot(part.slot).is_some(),
            Some(_) => session.is_some_and(|s| s.slot(ask.office, part.slot).is_some()),
        };
        return Some(if in_calendar {
            Trouble::Workload { seat }
        } else {
            Trouble::Calendar { seat }
        });
    }
    if session.is_some_and(|s| !s.what.kelurahan.contains(&kelurahan)) {
        return Some(Trouble::OtherVillage { seat, kelurahan });
    }
    (part.slot.date() < ask.first_day()).then_some(Trouble::Late { seat })
}

/// Seats that were given and that the parts no longer have.
fn dropped(ask: &Ask<'_>, parts: &[Part]) -> Vec<Trouble> {
    let mut kept: BTreeMap<(Seat, &RegionCode), u16> = BTreeMap::new();
    for part in parts {
        *kept.entry((part.seat(), &part.kelurahan)).or_default() += part.seats;
    }
    let given = ask.current.iter().flat_map(|plan| &plan.parts);
    given
        .filter(|part| part.given > 0 && ask.covers(part.slot.date()))
        .filter(|part| {
            let kept = kept.get(&(part.seat(), &part.kelurahan));
            kept.is_none_or(|seats| *seats < part.given)
        })
        .map(|part| Trouble::Given {
            seat: part.seat(),
            kelurahan: part.kelurahan.clone(),
            given: part.given,
        })
        .collect()
}
