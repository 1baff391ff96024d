//! By name: who could miss the day because no paper has reached them.

use super::{due, invitation_of};
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

/// Why no paper has reached somebody who needs one; none where it has, or where they need none: they
/// have recorded, have a booking of their own, or have answered.
pub(super) fn why(resident: &Resident, invitation: Option<&Invitation>) -> Option<Why> {
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
    let mut found: Vec<Uninvited> = due(world, office, today)
        .filter(|resident| of.is_none() || resident.kelurahan.as_ref() == of)
        .filter_map(|resident| {
            let why = why(resident, invitation_of(world, resident))?;
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
