//! The split: sessions first for those they are for, then the office's seats in proportion to who is
//! left, by largest remainder, in one stretch for each kelurahan.

use super::{
    Ask, Part, Seat,
    check::{Trouble, check_period},
    place::{Place, rooms},
};
use crate::{region::RegionCode, slot::SlotStart};
use std::collections::BTreeMap;

/// Proposes parts for the period, in order, on top of what was given already. The same input gives the
/// same parts.
///
/// # Errors
/// [`Trouble::Period`] when the period is none that may be planned.
pub fn propose(ask: &Ask<'_>) -> Result<Vec<Part>, Trouble> {
    check_period(ask)?;
    let mut parts: BTreeMap<(Seat, RegionCode), (u16, u16)> = BTreeMap::new();
    for part in ask.current.iter().flat_map(|plan| &plan.parts) {
        if ask.covers(part.slot.date()) && part.given > 0 {
            parts.insert(
                (part.seat(), part.kelurahan.clone()),
                (part.given, part.given),
            );
        }
    }
    for (place, kelurahan, seats) in split(ask) {
        let (all, _) = parts.entry((place.seat(), kelurahan)).or_default();
        *all += seats;
    }
    let part = |((seat, kelurahan), (seats, given)): ((Seat, RegionCode), (u16, u16))| Part {
        slot: seat.0,
        session: seat.1,
        kelurahan,
        seats,
        given,
    };
    Ok(parts.into_iter().map(part).collect())
}

type New = (Place, RegionCode, u16);

fn split(ask: &Ask<'_>) -> Vec<New> {
    let mut need = open_need(ask);
    let rooms = rooms(ask);
    let mut all = Vec::new();
    for session in sessions_in_order(&rooms) {
        let of = ask.sessions.iter().find(|s| Some(s.id) == session);
        let Some(of) = of else { continue };
        let theirs = need
            .iter()
            .filter(|(code, _)| of.what.kelurahan.contains(code));
        let theirs: Vec<(RegionCode, u32)> = theirs.cloned().collect();
        let there = rooms.iter().filter(|(place, _)| place.session == session);
        let filled = fill(there.copied().collect(), &theirs);
        for (_, kelurahan, seats) in &filled {
            if let Some((_, left)) = need.iter_mut().find(|(code, _)| code == kelurahan) {
                *left = left.saturating_sub(u32::from(*seats));
            }
        }
        all.extend(filled);
    }
    let office = rooms.iter().filter(|(place, _)| place.session.is_none());
    all.extend(fill(office.copied().collect(), &need));
    all
}

/// Sessions in order of their first slot.
fn sessions_in_order(rooms: &[(Place, u16)]) -> Vec<Option<crate::ids::SessionId>> {
    let mut found = Vec::new();
    for (place, _) in rooms {
        if place.session.is_some() && !found.contains(&place.session) {
            found.push(place.session);
        }
    }
    found
}

/// Who needs a seat of this period, in the order in which they get one: who was last invited longest
/// ago comes first, then as the office lists them. What the plan in force will still give outside the
/// period is not needed here.
pub(super) fn open_need(ask: &Ask<'_>) -> Vec<(RegionCode, u32)> {
    let parts = || ask.current.iter().flat_map(|plan| &plan.parts);
    let of = |code: &RegionCode| {
        let elsewhere: u32 = parts()
            .filter(|p| &p.kelurahan == code && !ask.covers(p.slot.date()))
            .filter(|p| p.slot.date() >= ask.first_day())
            .map(|p| u32::from(p.left()))
            .sum();
        let need = ask.need.get(code).copied().unwrap_or(0);
        need.saturating_sub(elsewhere)
    };
    let last = |code: &RegionCode| -> Option<SlotStart> {
        let before = parts().filter(|p| &p.kelurahan == code && p.slot.date() < ask.from);
        before.map(|p| p.slot).max()
    };
    let mut need: Vec<(Option<SlotStart>, RegionCode, u32)> = Vec::new();
    for kelurahan in &ask.office.kelurahan {
        let code = &kelurahan.code;
        need.push((last(code), code.clone(), of(code)));
    }
    need.sort_by_key(|(last, ..)| *last);
    need.into_iter().map(|(_, code, n)| (code, n)).collect()
}

/// Lays the kelurahan end to end over the places, each with its quota.
fn fill(rooms: Vec<(Place, u16)>, need: &[(RegionCode, u32)]) -> Vec<New> {
    let room: u32 = rooms.iter().map(|(_, room)| u32::from(*room)).sum();
    let counts: Vec<u32> = need.iter().map(|(_, n)| *n).collect();
    let quotas = quotas(room, &counts);
    let mut places = rooms.into_iter();
    let mut here = places.next();
    let mut parts = Vec::new();
    for ((kelurahan, _), mut quota) in need.iter().zip(quotas) {
        while quota > 0 {
            let Some((place, room)) = &mut here else {
                break;
            };
            let seats = (*room).min(u16::try_from(quota).unwrap_or(u16::MAX));
            if seats > 0 {
                parts.push((*place, kelurahan.clone(), seats));
                quota -= u32::from(seats);
                *room -= seats;
            }
            if *room == 0 {
                here = places.next();
            }
        }
    }
    parts
}

/// Splits at most so many seats in proportion to needs: whole parts first, then one more each for the
/// largest remainders, of equals the earlier. No more than is needed.
pub(super) fn quotas(seats: u32, needs: &[u32]) -> Vec<u32> {
    let all: u64 = needs.iter().map(|n| u64::from(*n)).sum();
    let seats = u64::from(seats).min(all);
    let exact = |n: u32| seats * u64::from(n);
    let whole = |n: u32| exact(n).checked_div(all).unwrap_or(0);
    let mut quotas: Vec<u64> = needs.iter().map(|n| whole(*n)).collect();
    let mut left = seats.saturating_sub(quotas.iter().sum());
    let mut order: Vec<(u64, usize)> = (0..)
        .zip(needs)
        .map(|(i, n)| (exact(*n).checked_rem(all).unwrap_or(0), i))
        .collect();
    order.sort_by_key(|(rest, i)| (std::cmp::Reverse(*rest), *i));
    for (_, i) in order {
        if left == 0 {
            break;
        }
        if let Some(quota) = quotas.get_mut(i) {
            *quota += 1;
            left -= 1;
        }
    }
    quotas
        .into_iter()
        .map(|quota| u32::try_from(quota).unwrap_or(u32::MAX))
        .collect()
}
