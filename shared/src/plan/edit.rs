//! How a head changes a proposal: other seats, another kelurahan, another day. Each gives new parts, in
//! order; none loses a seat that was given, and [`check`](super::check()) says what does not fit.

use super::{
    Ask, Part, Seat,
    check::Trouble,
    place::{Place, rooms},
};
use crate::region::RegionCode;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Parts in order, one for each place and kelurahan, none without seats.
#[must_use]
pub fn normal(parts: impl IntoIterator<Item = Part>) -> Vec<Part> {
    let mut all: BTreeMap<(Seat, RegionCode), (u16, u16)> = BTreeMap::new();
    for part in parts {
        let (seats, given) = all.entry((part.seat(), part.kelurahan)).or_default();
        *seats = seats.saturating_add(part.seats);
        *given = given.saturating_add(part.given);
    }
    let part = |((seat, kelurahan), (seats, given)): ((Seat, RegionCode), (u16, u16))| Part {
        slot: seat.0,
        session: seat.1,
        kelurahan,
        seats,
        given,
    };
    all.into_iter()
        .map(part)
        .filter(|part| part.seats > 0 || part.given > 0)
        .collect()
}

/// A kelurahan has so many seats of a place, though never fewer than were given.
#[must_use]
pub fn set_seats(parts: Vec<Part>, seat: Seat, kelurahan: &RegionCode, seats: u16) -> Vec<Part> {
    let (of, mut rest): (Vec<_>, Vec<_>) =
        parts.into_iter().partition(|p| p.is_of(seat, kelurahan));
    let given = of.iter().map(|p| p.given).sum();
    rest.push(Part {
        slot: seat.0,
        session: seat.1,
        kelurahan: kelurahan.clone(),
        seats: seats.max(given),
        given,
    });
    normal(rest)
}

/// Takes what was not given out of some parts: what stays, and what was taken.
fn take(parts: Vec<Part>, which: impl Fn(&Part) -> bool) -> (Vec<Part>, Vec<Part>) {
    let (mut kept, mut taken) = (Vec::new(), Vec::new());
    for part in parts {
        if which(&part) && part.left() > 0 {
            taken.push(Part {
                seats: part.left(),
                given: 0,
                ..part.clone()
            });
            kept.push(Part {
                seats: part.given,
                ..part
            });
        } else {
            kept.push(part);
        }
    }
    (normal(kept), taken)
}

/// The seats of one place that `from` has and nobody was given go to another kelurahan.
#[must_use]
pub fn reassign(parts: Vec<Part>, seat: Seat, from: &RegionCode, to: &RegionCode) -> Vec<Part> {
    let (kept, taken) = take(parts, |part| part.is_of(seat, from));
    normal(kept.into_iter().chain(handed(taken, to)))
}

/// The office's seats of a day that nobody was given go to another kelurahan: those of `from`, or all.
#[must_use]
pub fn reassign_day(
    parts: Vec<Part>,
    date: NaiveDate,
    from: Option<&RegionCode>,
    to: &RegionCode,
) -> Vec<Part> {
    let (kept, taken) = take(parts, |part| is_office_day(part, date, from));
    normal(kept.into_iter().chain(handed(taken, to)))
}

fn handed(taken: Vec<Part>, to: &RegionCode) -> impl Iterator<Item = Part> {
    let to = to.clone();
    taken.into_iter().map(move |part| Part {
        kelurahan: to.clone(),
        ..part
    })
}

fn is_office_day(part: &Part, date: NaiveDate, of: Option<&RegionCode>) -> bool {
    let theirs = of.is_none_or(|code| code == &part.kelurahan);
    part.session.is_none() && part.slot.date() == date && theirs
}

/// The seats of one place that a kelurahan has and nobody was given go to another place, as they are:
/// the check says if that one is too small.
#[must_use]
pub fn move_part(parts: Vec<Part>, from: Seat, kelurahan: &RegionCode, to: Seat) -> Vec<Part> {
    let (kept, taken) = take(parts, |part| part.is_of(from, kelurahan));
    let moved = taken.into_iter().map(|part| Part {
        slot: to.0,
        session: to.1,
        ..part
    });
    normal(kept.into_iter().chain(moved))
}

/// What a day at the office has for one kelurahan, or for all, and nobody was given goes to another
/// day. Who is there already makes room by coming on the first day instead; what finds no room on the
/// new day stays on the old one.
///
/// # Errors
/// [`Trouble::Calendar`] when the office does not work on the new day, nobody can be invited to it any
/// more, or it is outside the period; [`Trouble::Capacity`] when both days together are too small.
pub fn move_day(
    ask: &Ask<'_>,
    parts: Vec<Part>,
    kelurahan: Option<&RegionCode>,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Part>, Trouble> {
    if from == to {
        return Ok(normal(parts));
    }
    let on = |rooms: &[(Place, u16)], date: NaiveDate| -> Vec<(Place, u16)> {
        let there =
            |(place, _): &&(Place, u16)| place.session.is_none() && place.slot.date() == date;
        rooms.iter().filter(there).copied().collect()
    };
    let rooms = rooms(ask);
    let (old, new) = (on(&rooms, from), on(&rooms, to));
    let midnight = to.and_time(chrono::NaiveTime::MIN);
    let seat = (crate::slot::SlotStart::new(midnight), None);
    if new.is_empty() {
        return Err(Trouble::Calendar { seat });
    }
    let (kept, moving) = take(parts, |part| is_office_day(part, from, kelurahan));
    let (kept, there) = take(kept, |part| is_office_day(part, to, None));
    // Who stays on the first day keeps the seats they have.
    let staying = kept.iter().filter(|part| is_office_day(part, from, None));
    let mut old = less(old, staying);
    let mut new = new;
    let mut placed: Vec<Part> = Vec::new();
    // Who moves sits down first; who was there has what is left of the new day, then of the old one.
    let overflow = seat_all(&moving, &mut new, &mut placed);
    let displaced = seat_all(&there, &mut new, &mut placed);
    let over: Vec<Part> = overflow.into_iter().chain(displaced).collect();
    let lost = seat_all(&over, &mut old, &mut placed);
    let seats: u16 = lost.iter().map(|part| part.seats).sum();
    if seats > 0 {
        return Err(Trouble::Capacity {
            seat,
            seats,
            room: 0,
        });
    }
    Ok(normal(kept.into_iter().chain(placed)))
}

/// What is left of rooms once these parts have what was not given of them.
fn less<'p>(rooms: Vec<(Place, u16)>, parts: impl Iterator<Item = &'p Part>) -> Vec<(Place, u16)> {
    let mut used: BTreeMap<Seat, u16> = BTreeMap::new();
    for part in parts {
        *used.entry(part.seat()).or_default() += part.left();
    }
    let left = |(place, room): (Place, u16)| {
        let used = used.get(&place.seat()).copied().unwrap_or(0);
        (place, room.saturating_sub(used))
    };
    rooms.into_iter().map(left).collect()
}

/// Puts parts into rooms in order; gives back what finds none.
fn seat_all(parts: &[Part], rooms: &mut [(Place, u16)], placed: &mut Vec<Part>) -> Vec<Part> {
    let mut left = Vec::new();
    for part in parts {
        let mut seats = part.seats;
        for (place, room) in rooms.iter_mut() {
            let here = seats.min(*room);
            if here > 0 {
                placed.push(Part {
                    slot: place.slot,
                    session: place.session,
                    seats: here,
                    ..part.clone()
                });
                *room -= here;
                seats -= here;
            }
        }
        if seats > 0 {
            left.push(Part {
                seats,
                ..part.clone()
            });
        }
    }
    left
}
