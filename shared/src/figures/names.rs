//! By name: who could miss the day because no paper has reached them.

use super::{invitation_of, known};
use crate::{
    duty::{Step, is_awaited},
    ids::ResidentId,
    invitation::{Invitation, Reason, State},
    office::Office,
    person::{PersonName, SearchKey},
    region::RegionCode,
    resident::Resident,
    world::World,
};
use chrono::NaiveDate;

/// Somebody without a paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uninvited {
    pub resident: ResidentId,
    pub kelurahan: Option<RegionCode>,
    pub rw: Option<u16>,
    pub rt: Option<u16>,
    pub name: PersonName,
    pub why: Why,
}

/// Where the paper is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// No plan has a place for them yet.
    NoPlace,
    /// Has a place, and is not on paper, or on one with an older place that nobody has taken along.
    NotPrinted,
    /// Printed, and still with the kelurahan.
    NotHandedOn,
    /// With the RT head, and nobody said what became of it.
    NoWord,
    Undeliverable {
        reason: Reason,
        until: Option<NaiveDate>,
    },
}

/// People whom no paper has reached, by where it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    pub no_place: u32,
    pub not_printed: u32,
    pub not_handed_on: u32,
    pub no_word: u32,
    pub undeliverable: u32,
}

impl Missing {
    pub(super) fn add(&mut self, why: Option<Why>) {
        match why {
            Some(Why::NoPlace) => self.no_place += 1,
            Some(Why::NotPrinted) => self.not_printed += 1,
            Some(Why::NotHandedOn) => self.not_handed_on += 1,
            Some(Why::NoWord) => self.no_word += 1,
            Some(Why::Undeliverable { .. }) => self.undeliverable += 1,
            None => {}
        }
    }

    /// All of them: each is at one place only.
    #[must_use]
    pub fn all(&self) -> u32 {
        let with_place = self.not_printed + self.not_handed_on + self.no_word;
        self.no_place + with_place + self.undeliverable
    }
}

/// Where the paper is of somebody who must have an e-KTP on a day and has none in hand. `None` where
/// it has reached them, and where they need none.
#[must_use]
pub fn missing(resident: &Resident, invitation: Option<&Invitation>, on: NaiveDate) -> Option<Why> {
    let is_due = resident.verified && resident.is_due(on);
    why(resident, invitation).filter(|_| is_due)
}

/// Whether a paper is on its way to somebody who must have an e-KTP later than on that day: people are
/// invited before their birthday.
#[must_use]
pub fn is_ahead(resident: &Resident, invitation: Option<&Invitation>, on: NaiveDate) -> bool {
    let why = why(resident, invitation).filter(|_| resident.verified && !resident.is_due(on));
    matches!(why, Some(Why::NotPrinted | Why::NotHandedOn | Why::NoWord))
}

/// Why no paper has reached somebody who needs one; none where it has, or where they need none: they
/// have recorded, have a booking of their own, or have answered.
fn why(resident: &Resident, invitation: Option<&Invitation>) -> Option<Why> {
    if !is_awaited(resident) {
        return None;
    }
    let Some(invitation) = invitation else {
        return Some(Why::NoPlace);
    };
    if let State::Undeliverable { reason, until } = invitation.state {
        let unanswered = invitation.reply.is_none();
        return unanswered.then_some(Why::Undeliverable { reason, until });
    }
    match Step::of(invitation) {
        Step::Unplaced => Some(Why::NoPlace),
        Step::Print => Some(Why::NotPrinted),
        Step::HandOver => Some(Why::NotHandedOn),
        Step::Record => Some(Why::NoWord),
        Step::None => None,
    }
}

/// Everybody without a paper, of one kelurahan or of all, by kelurahan, RW, RT and name.
#[must_use]
pub fn uninvited(
    world: &World,
    office: &Office,
    today: NaiveDate,
    of: Option<&RegionCode>,
) -> Vec<Uninvited> {
    let mut found: Vec<Uninvited> = known(world, office)
        .filter(|resident| of.is_none() || resident.kelurahan.as_ref() == of)
        .filter_map(|resident| {
            let why = missing(resident, invitation_of(world, resident), today)?;
            Some(Uninvited {
                resident: resident.id,
                kelurahan: resident.kelurahan.clone(),
                rw: resident.rw,
                rt: resident.rt,
                name: resident.name.clone(),
                why,
            })
        })
        .collect();
    found.sort_by_cached_key(|one| {
        let name = SearchKey::of(one.name.as_str());
        (one.kelurahan.clone(), one.rw, one.rt, name)
    });
    found
}
