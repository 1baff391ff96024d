//! The split of recording slots among kelurahan: who is invited when. Proposed, checked, changed and
//! summed up by pure functions over an [`Ask`]; `docs/decisions/010-plan.md` gives the method.

mod check;
mod edit;
mod need;
mod place;
mod propose;
mod summary;
#[cfg(test)]
mod tests;

pub use check::{PARTS, Trouble, check};
pub use edit::{move_day, move_part, normal, reassign, reassign_day, set_seats};
pub use need::{may_be_invited, need, taken, turn};
pub use place::{Place, places};
pub use propose::propose;
pub use summary::{Day, Line, Share, days, even, people, summary};

use crate::{
    calendar::days_after,
    ids::{OfficeId, SessionId, UserId},
    office::Office,
    region::RegionCode,
    session::Session,
    slot::SlotStart,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Days in one plan, at most.
pub const DAYS: i64 = 92;

/// Where seats are: a slot of the office, or of a session.
pub type Seat = (SlotStart, Option<SessionId>);

/// Seats that bookings and invitations have taken, walk-ins aside.
pub type Taken = BTreeMap<Seat, u16>;

/// What a plan is made from. Whoever does not know what is taken or needed leaves it empty: the check
/// is then about calendar, workload and shares alone.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    pub office: &'a Office,
    /// All that are not over, those that were cancelled among them or not.
    pub sessions: &'a [Session],
    /// The plan in force: what was given stays.
    pub current: Option<&'a Plan>,
    /// The office's local date.
    pub today: NaiveDate,
    /// The period, both days included.
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// People to be invited, by kelurahan: see [`need()`].
    pub need: &'a BTreeMap<RegionCode, u32>,
    /// See [`taken()`].
    pub taken: &'a Taken,
}

/// What an office has confirmed, for all periods so far: one row for each office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub office: OfficeId,
    /// Grows with each confirmation; who confirms says which one they saw.
    pub version: u32,
    /// In order of slot, session and kelurahan.
    pub parts: Vec<Part>,
    pub at: DateTime<Utc>,
    pub by: Option<UserId>,
    /// Mobile sessions that count towards the operators' work: those of the last weeks and to come.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sessions: Vec<SessionId>,
}

/// Seats of one slot for the people of one kelurahan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Part {
    pub slot: SlotStart,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    pub kelurahan: RegionCode,
    pub seats: u16,
    /// Of these, how many invitations were given so far; only the office itself counts it up.
    #[serde(default, skip_serializing_if = "crate::blank::is_default")]
    pub given: u16,
}

impl Part {
    #[must_use]
    pub fn seat(&self) -> Seat {
        (self.slot, self.session)
    }

    /// Seats that nobody was given yet.
    #[must_use]
    pub fn left(&self) -> u16 {
        self.seats.saturating_sub(self.given)
    }

    fn is_of(&self, seat: Seat, kelurahan: &RegionCode) -> bool {
        self.seat() == seat && &self.kelurahan == kelurahan
    }
}

impl Plan {
    /// Before any plan was confirmed.
    #[must_use]
    pub fn none(office: OfficeId, at: DateTime<Utc>) -> Self {
        Self {
            office,
            version: 0,
            parts: Vec::new(),
            at,
            by: None,
            sessions: Vec::new(),
        }
    }
}

impl Ask<'_> {
    /// The first day for which somebody can still be invited: paper needs its time.
    #[must_use]
    pub fn first_day(&self) -> NaiveDate {
        first_day(self.office, self.today)
    }

    /// How much of a part was given, whatever a copy of it says.
    fn given(&self, seat: Seat, kelurahan: &RegionCode) -> u16 {
        let parts = self.current.map_or(&[][..], |plan| &plan.parts);
        let of = parts.iter().filter(|part| part.is_of(seat, kelurahan));
        of.map(|part| part.given).sum()
    }

    fn covers(&self, date: NaiveDate) -> bool {
        self.from <= date && date <= self.to
    }
}

/// The first date for which people are invited today.
#[must_use]
pub fn first_day(office: &Office, today: NaiveDate) -> NaiveDate {
    days_after(today, office.settings.invite_ahead_days.into())
}
