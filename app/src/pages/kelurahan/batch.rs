//! Papers to be printed together. Their codes are drawn on this device, so that it can be done without
//! a network, and kept here only until they are printed, for seven days at most.

use super::{claim_code, neighbourhood};
use crate::state::{Rekam, SaveError, drafts};
use serde::{Deserialize, Serialize};
use shared::{
    bundle::Neighbourhood,
    command::{Command, Place, Printed},
    duty::{Step, is_awaited},
    ids::{InvitationId, OfficeId, ResidentId},
    invitation::Invitation,
    person::SearchKey,
    region::RegionCode,
    resident::{ClaimHash, Resident},
    world::World,
};

/// Papers in one batch: a hundred pages of A4. What is left is printed next.
const PAPERS: usize = 400;
/// Of these, told to the office with one command.
const TOLD: usize = 100;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    pub invitation: InvitationId,
    pub resident: ResidentId,
    pub code: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// In order of RW, RT and name.
    pub papers: Vec<Paper>,
    /// The places that the office was told stand on them.
    told: Vec<(InvitationId, Place)>,
}

/// What an address asks to print: `all` that is ready, neighbourhoods, or one `i-…` paper again.
pub enum Wanted {
    All,
    Neighbourhoods(Vec<Neighbourhood>),
    One(InvitationId),
}

impl Wanted {
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        if key == "all" {
            return Some(Self::All);
        }
        if let Some(id) = key.strip_prefix("i-") {
            return id.parse().ok().map(Self::One);
        }
        let parts = key.split(',').map(neighbourhood::of_key);
        parts.collect::<Option<_>>().map(Self::Neighbourhoods)
    }
}

/// Where the paper asks to come, while it is of use: nobody prints for who has answered or recorded.
#[must_use]
pub fn place_of(world: &World, invitation: InvitationId) -> Option<Place> {
    let invitation = world
        .get::<Invitation>(invitation)
        .filter(|i| i.is_open())?;
    let resident = world.get::<Resident>(invitation.resident)?;
    let place = invitation.held().filter(|_| is_awaited(resident))?;
    Some(Place {
        slot: place.slot,
        session: place.session,
    })
}

/// Whose papers are to be printed. Of neighbourhoods that have all of them, they are printed again.
#[must_use]
pub fn choose(
    world: &World,
    wanted: &Wanted,
    own: Option<&RegionCode>,
) -> Vec<(InvitationId, ResidentId)> {
    let named = |of: &Neighbourhood| match wanted {
        Wanted::All => true,
        Wanted::Neighbourhoods(all) => all.contains(of),
        Wanted::One(_) => false,
    };
    let mut found = Vec::new();
    for invitation in world.all::<Invitation>() {
        let Some(resident) = world.get::<Resident>(invitation.resident) else {
            continue;
        };
        let Some(of) = Neighbourhood::of(resident) else {
            continue;
        };
        let one = matches!(wanted, Wanted::One(id) if *id == invitation.id);
        let mine = own.is_none_or(|own| *own == of.kelurahan);
        if mine && (one || named(&of)) && place_of(world, invitation.id).is_some() {
            let step = if one {
                Step::Print
            } else {
                Step::of(invitation)
            };
            let name = SearchKey::of(resident.name.as_str());
            let order = (of, name, resident.id);
            found.push((step, order, invitation.id));
        }
    }
    let ready = found.iter().any(|(step, ..)| *step == Step::Print);
    let again = !ready && matches!(wanted, Wanted::Neighbourhoods(_));
    let asked = |step: Step| {
        step == Step::Print || (again && matches!(step, Step::HandOver | Step::Record))
    };
    found.retain(|(step, ..)| asked(*step));
    found.sort_by(|(_, a, _), (_, b, _)| a.cmp(b));
    let ids = found.into_iter().map(|(_, (.., id), paper)| (paper, id));
    ids.take(PAPERS).collect()
}

impl Batch {
    /// New codes; `None` where the browser has no source of chance.
    #[must_use]
    pub fn draw(chosen: Vec<(InvitationId, ResidentId)>) -> Option<Self> {
        let paper = |(invitation, resident)| {
            let (code, _) = claim_code::draw()?;
            Some(Paper {
                invitation,
                resident,
                code,
            })
        };
        let papers = chosen.into_iter().map(paper).collect::<Option<_>>()?;
        let told = Vec::new();
        Some(Self { papers, told })
    }

    /// Tells the office which codes and places stand on the papers, once for each place.
    ///
    /// # Errors
    /// [`SaveError`] when the device cannot keep it: then nothing must be printed.
    pub async fn tell(
        &mut self,
        rekam: Rekam,
        office: OfficeId,
        places: &[(InvitationId, Place)],
    ) -> Result<(), SaveError> {
        let new = |paper: &Paper| {
            let (id, place) = places.iter().find(|(id, _)| *id == paper.invitation)?;
            let claim = ClaimHash::of_code(&paper.code).ok()?;
            let told = self.told.contains(&(*id, *place));
            (!told).then_some(Printed {
                invitation: *id,
                claim,
                place: Some(*place),
            })
        };
        let new: Vec<Printed> = self.papers.iter().filter_map(new).collect();
        for printed in new.chunks(TOLD) {
            let printed = printed.to_vec();
            let command = Command::PrintInvitations { printed };
            rekam.append(office, command).await?;
        }
        self.told = places.to_vec();
        Ok(())
    }
}

fn key(of: &str) -> String {
    format!("papers-{of}")
}

pub async fn load(of: &str) -> Option<Batch> {
    drafts::load(&key(of)).await
}

/// # Errors
/// [`SaveError`] when the device cannot keep it.
pub async fn keep(of: &str, batch: &Batch) -> Result<(), SaveError> {
    drafts::save(&key(of), batch).await
}

pub async fn forget(of: &str) {
    drafts::remove(&key(of)).await;
}
