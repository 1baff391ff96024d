//! Which rows a device may hold, and how much of each. The server cuts every pulled row to this;
//! nothing outside a scope is ever delivered.

use crate::{
    booking::{Booking, State},
    calendar::{days_after, days_before},
    ids::{DeviceId, OfficeId, ResidentId},
    region::RegionCode,
    removal::Removal,
    resident::Resident,
    row::Row,
    sync::{Cursor, Role},
};
use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// How many days back a tablet keeps bookings, for entering what was noted on paper.
const PAPER_DAYS: u64 = 3;

/// How many days ahead a tablet knows who is invited to a village: a team takes the lists of a whole trip
/// along.
const TRIP_DAYS: u64 = 14;

/// The rights of one device within one office, on one local day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    pub office: OfficeId,
    pub today: NaiveDate,
    pub kind: Kind,
}

/// Whose eyes the rows are for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A phone: its own residents only.
    Phone {
        device: DeviceId,
        own: BTreeSet<ResidentId>,
    },
    /// Kelurahan staff: the own kelurahan, masked.
    Kelurahan(RegionCode),
    /// A tablet: future bookings and open visits of the office; numbers for today and tomorrow.
    Operator,
    /// A head: the whole office, masked.
    Head,
    /// An administrator: settings only.
    Admin,
}

impl Kind {
    /// The scope of a member of staff; `None` where the account lacks what its role needs.
    #[must_use]
    pub fn of_staff(role: Role, kelurahan: Option<RegionCode>) -> Option<Self> {
        match role {
            Role::Kelurahan => kelurahan.map(Self::Kelurahan),
            Role::Operator => Some(Self::Operator),
            Role::Head => Some(Self::Head),
            Role::Admin => Some(Self::Admin),
            Role::Resident | Role::System => None,
        }
    }
}

impl Scope {
    /// Changes whenever rows a device holds may no longer be what it may hold. A tablet starts
    /// afresh each day, so yesterday's numbers leave it.
    #[must_use]
    pub fn hash(&self) -> String {
        let said = match &self.kind {
            // Rows of before said which member of staff wrote them.
            Kind::Phone { own, .. } => format!("residents, unsigned {own:?}"),
            // Rows of before said how often somebody stayed away.
            Kind::Kelurahan(code) => format!("kelurahan, uncounted {code:?}"),
            Kind::Operator => format!("operator {}", self.today),
            // Rows of before said how often somebody stayed away, and which phone was odd.
            Kind::Head => "head, due, uncounted".to_owned(),
            Kind::Admin => "admin".to_owned(),
        };
        Sha256::digest(said)
            .iter()
            .take(8)
            .map(|b| format!("{b:02x}"))
            .collect()
    }

    /// The row as this scope may see it; `None` when it may not.
    #[must_use]
    pub fn view(&self, row: &Row) -> Option<Row> {
        if !row.key().0.is_synced() {
            return None;
        }
        if let Row::Office(office) = row {
            return (office.id == self.office).then(|| row.clone());
        }
        // A day in a village is public.
        if let Row::Session(session) = row {
            return (session.office == self.office).then(|| row.clone());
        }
        match &self.kind {
            Kind::Phone { device, own } => {
                let is_own = row.index().resident.is_some_and(|id| own.contains(&id));
                match row {
                    Row::Resident(r) if is_own => Some(own_resident(r, *device).into()),
                    Row::Invitation(i) if is_own => Some(i.clone().unsigned().into()),
                    Row::Booking(_) | Row::Visit(_) if is_own => Some(row.clone()),
                    _ => None,
                }
            }
            Kind::Kelurahan(code) => {
                let own = row.index().kelurahan.as_ref() == Some(code);
                match row {
                    Row::Resident(r) if own => Some(kelurahan_resident(r).into()),
                    Row::Booking(b) if own => Some(booking_for_staff(b).into()),
                    Row::Visit(_) | Row::Invitation(_) | Row::Bundle(_) if own => Some(row.clone()),
                    Row::Plan(_) => Some(row.clone()),
                    _ => None,
                }
            }
            Kind::Operator => self.view_operator(row),
            Kind::Head => match row {
                Row::Resident(r) => {
                    let masked = bare(r.clone().masked_for_counting(self.today));
                    Some(with_number(masked, r).into())
                }
                Row::Booking(b) => Some(booking_for_staff(b).into()),
                Row::Flag(f) => Some(f.for_staff().into()),
                _ => Some(row.clone()),
            },
            Kind::Admin => None,
        }
    }

    fn view_operator(&self, row: &Row) -> Option<Row> {
        match row {
            Row::Booking(b) => {
                // A day without power is entered from paper on one of the next.
                let since = days_before(self.today, PAPER_DAYS);
                let current = b.state.is_active() || b.slot.is_some_and(|s| s.date() >= since);
                (current && !matches!(b.state, State::Requested { .. } | State::Rejected))
                    .then(|| booking_for_staff(b).into())
            }
            Row::Resident(r) => {
                let day = r.active.and_then(|a| a.day);
                let near = day.is_some_and(|d| d >= self.today && d <= days_after(self.today, 1));
                if near {
                    Some(bare(r.clone()).into())
                } else {
                    Some(bare(r.clone().masked()).into())
                }
            }
            Row::Visit(v) => (v.state.is_open() || v.day == self.today).then(|| row.clone()),
            Row::Lease(l) => (l.start.date() >= self.today).then(|| row.clone()),
            // Who comes with the paper alone is known to the desk; of villages, before the trip begins.
            Row::Invitation(i) => {
                let since = days_before(self.today, PAPER_DAYS);
                let near = i.proposal.is_some_and(|place| {
                    let ahead = if place.session.is_some() {
                        TRIP_DAYS
                    } else {
                        1
                    };
                    (since..=days_after(self.today, ahead)).contains(&place.slot.date())
                });
                near.then(|| row.clone())
            }
            Row::Flag(f) => Some(f.for_staff().into()),
            Row::Tablet(_) => Some(row.clone()),
            _ => None,
        }
    }
}

/// Without what only the server needs.
fn bare(mut r: Resident) -> Resident {
    r.holders.clear();
    r.nik_key = None;
    r.tries.clear();
    r.claim = None;
    r.no_shows = 0;
    r.removal = r.removal.map(Removal::for_staff);
    r
}

fn own_resident(r: &Resident, device: DeviceId) -> Resident {
    let removal = r.removal.clone();
    Resident {
        no_shows: r.no_shows,
        removal: removal.and_then(|removal| removal.for_phone(device)),
        ..bare(r.clone())
    }
}

/// Kelurahan staff need to know who is old enough, so the birth date stays; numbers are masked.
fn kelurahan_resident(r: &Resident) -> Resident {
    let birth = r.birth;
    let mut masked = bare(r.clone().masked());
    masked.birth = birth;
    with_number(masked, r)
}

/// Whom staff have to call they can call.
fn with_number(mut masked: Resident, of: &Resident) -> Resident {
    if of.active.is_some_and(|active| active.to_call) {
        masked.phone.clone_from(&of.phone);
    }
    masked
}

/// Tickets stay with the person, and staff are not shown who stayed away how often.
fn booking_for_staff(b: &Booking) -> Booking {
    Booking {
        ticket: None,
        no_shows: 0,
        ..b.clone()
    }
}

/// Where a pull goes on in each office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Offices whose rows must leave the device first.
    pub reset: Vec<OfficeId>,
    /// Scopes to read, each from after this seq.
    pub read: Vec<(Scope, u64)>,
}

impl Cursor {
    /// Compares a device's cursor with the rights it has now: unchanged scopes go on, changed ones
    /// start anew, lost ones are reset. Another epoch (a restored backup) resets everything. So does
    /// an old position: `floor` says up to which number an office no longer knows what is gone.
    #[must_use]
    pub fn plan(&self, epoch: &str, scopes: Vec<Scope>, floor: impl Fn(OfficeId) -> u64) -> Plan {
        let same_epoch = self.epoch == epoch;
        let known = |scope: &Scope| {
            self.scopes
                .get(&scope.office)
                .filter(|at| same_epoch && at.hash == scope.hash())
                // Who began after the floor was there has missed nothing, however far they are.
                .filter(|at| at.seq.max(at.floor) >= floor(scope.office))
        };
        let reset = self
            .scopes
            .keys()
            .filter(|office| {
                !scopes
                    .iter()
                    .any(|s| s.office == **office && known(s).is_some())
            })
            .copied()
            .collect();
        let read = scopes
            .into_iter()
            .map(|scope| {
                let from = known(&scope).map_or(0, |at| at.seq);
                (scope, from)
            })
            .collect();
        Plan { reset, read }
    }
}

#[cfg(test)]
mod tests;
