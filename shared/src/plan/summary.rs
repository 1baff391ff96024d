//! What a page says of a plan: each kelurahan with its share, and each day with who comes.

use super::{
    Ask, Part, Seat,
    place::{plan_of, rooms},
    propose::{open_need, quotas},
};
use crate::{calendar::Closed, ids::SessionId, region::RegionCode, slot::SlotStart};
use chrono::{NaiveDate, NaiveDateTime};
use std::collections::BTreeMap;

/// One kelurahan in the plan of a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub kelurahan: RegionCode,
    /// People to be invited who have no place yet, in this period or by the plan of another.
    pub people: u32,
    /// Seats for them.
    pub seats: u32,
    /// Of those, in villages.
    pub in_sessions: u32,
    /// People who have their place in this period already; not among `people` and `seats`.
    pub given: u32,
    /// Tenths of seats that would be exactly proportional: those in villages, and of the office's seats
    /// the share of who is left.
    pub exact_tenths: u32,
    pub first: Option<NaiveDate>,
    pub last: Option<NaiveDate>,
}

impl Line {
    /// How much more than exactly proportional, in tenths of seats.
    #[must_use]
    pub fn difference_tenths(&self) -> i64 {
        i64::from(self.seats) * 10 - i64::from(self.exact_tenths)
    }
}

/// People to be invited who have no place yet: the sum of all lines.
#[must_use]
pub fn people(ask: &Ask<'_>) -> u32 {
    open_need(ask).into_iter().map(|(_, people)| people).sum()
}

/// Every kelurahan of the office, in its order.
#[must_use]
pub fn summary(ask: &Ask<'_>, parts: &[Part]) -> Vec<Line> {
    let need: BTreeMap<RegionCode, u32> = open_need(ask).into_iter().collect();
    let mut lines: Vec<Line> = ask
        .office
        .kelurahan
        .iter()
        .map(|k| line(ask, parts, &k.code, need.get(&k.code).copied().unwrap_or(0)))
        .collect();
    let at_office: u64 = lines
        .iter()
        .map(|l| u64::from(l.seats - l.in_sessions))
        .sum();
    let rest = |line: &Line| u64::from(line.people.saturating_sub(line.in_sessions));
    let all: u64 = lines.iter().map(rest).sum();
    let seats = at_office.min(all);
    for line in &mut lines {
        let share = (seats * rest(line) * 10 + all / 2).checked_div(all);
        let share = u32::try_from(share.unwrap_or(0)).unwrap_or(u32::MAX);
        line.exact_tenths = (line.in_sessions * 10).saturating_add(share);
    }
    lines
}

fn line(ask: &Ask<'_>, parts: &[Part], code: &RegionCode, people: u32) -> Line {
    let mut line = Line {
        kelurahan: code.clone(),
        people,
        seats: 0,
        in_sessions: 0,
        given: 0,
        exact_tenths: 0,
        first: None,
        last: None,
    };
    for part in parts.iter().filter(|p| &p.kelurahan == code) {
        let date = part.slot.date();
        let given = ask.given(part.seat(), code);
        line.given += u32::from(given);
        line.first = Some(line.first.map_or(date, |first| first.min(date)));
        line.last = Some(line.last.map_or(date, |last| last.max(date)));
        if date >= ask.first_day() {
            let new = u32::from(part.seats.saturating_sub(given));
            line.seats += new;
            line.in_sessions += if part.session.is_some() { new } else { 0 };
        }
    }
    line
}

/// What the seats of an even split would be: the same for each kelurahan, but no more than it has
/// people. For comparing it with the proportional one.
#[must_use]
pub fn even(seats: u32, needs: &[u32]) -> Vec<u32> {
    let ones: Vec<u32> = needs.iter().map(|n| u32::from(*n > 0)).collect();
    let count = ones.iter().sum::<u32>().max(1);
    let mut each: Vec<u32> = ones.iter().map(|one| one * (seats / count)).collect();
    let extra = quotas(seats % count, &ones);
    for ((seats, more), need) in each.iter_mut().zip(extra).zip(needs) {
        *seats = (*seats + more).min(*need);
    }
    each
}

/// Who comes on a day, from one office or village.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    pub kelurahan: RegionCode,
    pub session: Option<SessionId>,
    /// With those given.
    pub seats: u32,
    pub given: u32,
    /// Their first slot, and the end of their last one in local time.
    pub first: SlotStart,
    pub ends: NaiveDateTime,
}

/// A day of the period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    pub date: NaiveDate,
    /// Why the office itself is closed.
    pub closed: Option<Closed>,
    /// Seats at the office that may still be planned, beside those that are.
    pub room: u32,
    /// In order of their first slot, the office before villages.
    pub shares: Vec<Share>,
}

/// Every day of the period, also those on which nobody works.
#[must_use]
pub fn days(ask: &Ask<'_>, parts: &[Part]) -> Vec<Day> {
    let mut room: BTreeMap<NaiveDate, u32> = BTreeMap::new();
    let mut new: BTreeMap<Seat, u16> = BTreeMap::new();
    for part in parts {
        let more = part
            .seats
            .saturating_sub(ask.given(part.seat(), &part.kelurahan));
        *new.entry(part.seat()).or_default() += more;
    }
    for (place, seats) in rooms(ask).into_iter().filter(|(p, _)| p.session.is_none()) {
        let planned = new.get(&place.seat()).copied().unwrap_or(0);
        *room.entry(place.slot.date()).or_default() += u32::from(seats.saturating_sub(planned));
    }
    let length =
        usize::try_from(ask.to.signed_duration_since(ask.from).num_days() + 1).unwrap_or(0);
    let period = ask.from.iter_days().take(length.min(super::DAYS as usize));
    period
        .map(|date| Day {
            date,
            closed: ask.office.windows(date).err(),
            room: room.get(&date).copied().unwrap_or(0),
            shares: shares(ask, parts, date),
        })
        .collect()
}

fn shares(ask: &Ask<'_>, parts: &[Part], date: NaiveDate) -> Vec<Share> {
    let mut all: Vec<Share> = Vec::new();
    for part in parts.iter().filter(|p| p.slot.date() == date) {
        let given = u32::from(ask.given(part.seat(), &part.kelurahan));
        let there = plan_of(ask.office, ask.sessions, part.seat());
        let ends = there.map_or_else(|| part.slot.local(), |plan| plan.ends());
        let known = all
            .iter_mut()
            .find(|s| s.session == part.session && s.kelurahan == part.kelurahan);
        match known {
            Some(share) => {
                share.seats += u32::from(part.seats);
                share.given += given;
                share.first = share.first.min(part.slot);
                share.ends = share.ends.max(ends);
            }
            None => all.push(Share {
                kelurahan: part.kelurahan.clone(),
                session: part.session,
                seats: part.seats.into(),
                given,
                first: part.slot,
                ends,
            }),
        }
    }
    all.sort_by_key(|share| (share.session.is_some(), share.first));
    all
}
