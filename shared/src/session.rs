//! A mobile session (*pelayanan keliling*, *jemput bola*): a day on which the office records in a
//! village, with its own place, hours, stations and staff.

use crate::{
    calendar::Window,
    ids::{OfficeId, SessionId},
    office::{Hours, Office},
    plan::{self, Part},
    region::RegionCode,
    slot::{SlotPlan, SlotStart},
};
use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What everybody may see of a session; it holds nothing personal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub id: SessionId,
    pub office: OfficeId,
    pub what: Details,
    #[serde(default)]
    pub checklist: Checklist,
    /// Why it will not take place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled: Option<String>,
    /// How often it was given another day, other hours or another place.
    #[serde(default)]
    pub version: u32,
    /// The starts it had before, the latest last: who was given one of them follows to the same
    /// position.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former: Vec<Vec<SlotStart>>,
}

/// Where, when, for whom and by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// Whom it is for: one kelurahan or several.
    pub kelurahan: Vec<RegionCode>,
    /// In words that people there understand: "Balai Desa Sukadamai".
    pub place: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coordinates: Option<Coordinates>,
    pub date: NaiveDate,
    pub hours: Hours,
    pub stations: u16,
    /// Operators there.
    pub staff: u16,
    /// Of these, how many are missing at the office that day.
    pub from_office: u16,
}

/// Degrees times 100,000: a metre, and equal on every device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coordinates {
    pub latitude: i32,
    pub longitude: i32,
}

impl Coordinates {
    #[must_use]
    pub fn is_on_earth(self) -> bool {
        const DEGREE: u32 = 100_000;
        self.latitude.unsigned_abs() <= 90 * DEGREE && self.longitude.unsigned_abs() <= 180 * DEGREE
    }
}

/// What must be ready before the car leaves (field notes: mobile service of Tanjung Lago).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Checklist {
    pub recorder: bool,
    pub generator: bool,
    pub network: bool,
    pub blanko: bool,
    pub letter: bool,
}

/// One line of the checklist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    Recorder,
    Generator,
    Network,
    Blanko,
    Letter,
}

impl Checklist {
    #[must_use]
    pub fn has(self, item: Item) -> bool {
        match item {
            Item::Recorder => self.recorder,
            Item::Generator => self.generator,
            Item::Network => self.network,
            Item::Blanko => self.blanko,
            Item::Letter => self.letter,
        }
    }

    #[must_use]
    pub fn tick(mut self, item: Item, done: bool) -> Self {
        match item {
            Item::Recorder => self.recorder = done,
            Item::Generator => self.generator = done,
            Item::Network => self.network = done,
            Item::Blanko => self.blanko = done,
            Item::Letter => self.letter = done,
        }
        self
    }
}

impl Item {
    pub const ALL: [Self; 5] = [
        Self::Recorder,
        Self::Generator,
        Self::Network,
        Self::Blanko,
        Self::Letter,
    ];
}

impl Details {
    /// The stretches of work, without the break.
    pub fn windows(&self) -> impl Iterator<Item = Window> {
        self.hours.windows()
    }
}

/// Former schedules that are kept, at most.
const FORMER: usize = 5;

impl Session {
    #[must_use]
    pub fn takes_place_on(&self, date: NaiveDate) -> bool {
        self.cancelled.is_none() && self.what.date == date
    }

    /// The session with other details; who was given a slot of before is found by it.
    #[must_use]
    pub fn changed(mut self, office: &Office, what: Details) -> Self {
        let starts = |session: &Self| -> Vec<SlotStart> {
            session
                .slots(office)
                .iter()
                .map(|plan| plan.start)
                .collect()
        };
        let before = starts(&self);
        self.what = what;
        self.version += 1;
        if before != starts(&self) {
            self.former.push(before);
            let old = self.former.len().saturating_sub(FORMER);
            self.former.drain(..old);
        }
        self
    }

    /// Its end in local time.
    #[must_use]
    pub fn ends(&self) -> NaiveDateTime {
        self.what.date.and_time(self.what.hours.close)
    }

    /// Why stations are missing at the office that day, as residents read it.
    #[must_use]
    pub fn absence(&self) -> String {
        format!("Pelayanan keliling: {}", self.what.place)
    }

    /// Parts of a plan once the session is where it is now: its own stand at the slots of the same
    /// positions, no larger than these; they are gone with a session that is cancelled.
    #[must_use]
    pub fn followed(&self, office: &Office, parts: &[Part]) -> Vec<Part> {
        let (own, mut all): (Vec<Part>, Vec<Part>) = parts
            .iter()
            .cloned()
            .partition(|part| part.session == Some(self.id));
        let mut room: BTreeMap<SlotStart, u16> = BTreeMap::new();
        for plan in self.slots(office) {
            room.insert(plan.start, plan.seats.saturating_sub(plan.walk_in));
        }
        for part in own {
            let Some(plan) = self.now_for(office, part.slot) else {
                continue;
            };
            let room = room.entry(plan.start).or_default();
            let seats = part.seats.min((*room).max(part.given));
            *room = room.saturating_sub(seats);
            all.push(Part {
                slot: plan.start,
                seats,
                ..part
            });
        }
        plan::normal(all)
    }

    /// Where somebody with this start is expected now: at the same time while there is such a slot, else
    /// at the same position. None when the session was cancelled or has become too short.
    #[must_use]
    pub fn now_for(&self, office: &Office, start: SlotStart) -> Option<SlotPlan> {
        let slots = self.slots(office);
        if let Some(same) = slots.iter().find(|plan| plan.start == start) {
            return Some(*same);
        }
        let position = |starts: &Vec<SlotStart>| starts.iter().position(|s| *s == start);
        let position = self.former.iter().rev().find_map(position)?;
        slots.get(position).copied()
    }

    /// The slots of the session, in order; none when it was cancelled.
    #[must_use]
    pub fn slots(&self, office: &Office) -> Vec<SlotPlan> {
        if self.cancelled.is_some() {
            return Vec::new();
        }
        let what = &self.what;
        office.cut(what.date, what.windows(), what.stations, Some(self.id))
    }

    #[must_use]
    pub fn slot(&self, office: &Office, start: SlotStart) -> Option<SlotPlan> {
        self.slots(office).into_iter().find(|p| p.start == start)
    }
}
