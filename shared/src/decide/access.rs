//! Who may do what: roles first, then the office and the kelurahan. The app asks the same to know
//! which buttons to show.

use super::{Op, Stop};
use crate::{
    booking::Booking,
    ids::{OfficeId, ResidentId},
    problem::Code,
    region::RegionCode,
    resident::{Device, NikClaim, NikKey, Resident},
    row::Key,
    sync::Role,
    world::{Lookup, World},
};

/// Roles that receive people at the office.
pub const DESK: &[Role] = &[Role::Operator, Role::Head];
/// Roles that help residents to book.
pub const STAFF: &[Role] = &[Role::Kelurahan, Role::Operator, Role::Head];
/// Roles that set an office up.
pub const SETUP: &[Role] = &[Role::Admin, Role::System];

impl Op<'_> {
    /// The person has one of these roles, in this office.
    pub(super) fn require(&self, roles: &[Role]) -> Result<(), Stop> {
        let who = &self.ctx.who;
        if !roles.contains(&who.role) {
            return Err(Code::NotAllowed.into());
        }
        if who.role != Role::Resident && who.office != Some(self.office) {
            return Err(Code::OtherOffice.into());
        }
        Ok(())
    }

    pub(super) fn is_staff(&self) -> bool {
        STAFF.contains(&self.ctx.who.role)
    }

    /// Staff say it, and no tablet that was locked since: their word on whose a NIK is counts.
    pub(super) fn vouches(&self) -> bool {
        self.is_staff() && !self.ctx.marked
    }

    /// The person may act for this resident: the phone holds a grant, or staff of the right place.
    pub(super) fn require_for(
        &self,
        world: &World,
        resident: ResidentId,
        kelurahan: Option<&RegionCode>,
    ) -> Result<(), Stop> {
        match self.ctx.who.role {
            Role::Resident => match world.look::<Device>(Key::from(self.device)) {
                Lookup::Row(device) if device.may_act_for(resident) => Ok(()),
                // A device holds no row of itself; what it holds of residents are its own.
                Lookup::NotLoaded if !self.on_server() => Ok(()),
                Lookup::Row(_) | Lookup::Absent => Err(Code::NotAllowed.into()),
                Lookup::NotLoaded => Err(crate::world::NotLoaded(Key::from(self.device)).into()),
            },
            Role::Kelurahan => {
                self.require(STAFF)?;
                let own = self.ctx.who.kelurahan.as_ref();
                if own.is_some() && own == kelurahan {
                    Ok(())
                } else {
                    Err(Code::NotAllowed.into())
                }
            }
            _ => self.require(STAFF),
        }
    }

    /// The resident, if one of this office.
    pub(super) fn resident<'w>(
        &self,
        world: &'w World,
        id: ResidentId,
    ) -> Result<Option<&'w Resident>, Stop> {
        let found = world.find::<Resident>(id)?;
        Ok(found.filter(|resident| resident.office == self.office))
    }

    /// The first record with a claimed NIK, if it is this office's, still known by name, and still known
    /// by this NIK: a correction may have given it another one.
    pub(super) fn first_record<'w>(
        &self,
        world: &'w World,
        claim: &NikClaim,
    ) -> Result<Option<&'w Resident>, Stop> {
        if claim.office != self.office {
            return Ok(None);
        }
        let found = world.find::<Resident>(claim.resident)?;
        Ok(found.filter(|resident| !resident.forgotten && resident.nik_key == Some(claim.key)))
    }

    /// Whether no record stands behind a claim of this office any more: the next one with this NIK does.
    pub(super) fn is_vacant(&self, world: &World, claim: &NikClaim) -> Result<bool, Stop> {
        Ok(claim.office == self.office && self.first_record(world, claim)?.is_none())
    }

    /// The key of the resident's NIK and the deployment's claim on it; `None` where there is no NIK,
    /// and on a device, which knows of no claims.
    pub(super) fn nik_claim(
        &self,
        world: &World,
        resident: &Resident,
    ) -> Result<Option<(NikKey, Option<NikClaim>)>, Stop> {
        let on_server = self.on_server();
        match resident.nik_key.filter(|_| on_server) {
            Some(key) => Ok(Some((key, self.claim_on(world, key)?))),
            None => Ok(None),
        }
    }

    /// The deployment's claim on a NIK. Whether somebody has verified whose the booking is, the booking and
    /// its resident say, where they are this office's: claims of older versions do not.
    pub(super) fn claim_on(&self, world: &World, key: NikKey) -> Result<Option<NikClaim>, Stop> {
        let Some(mut claim) = world.find::<NikClaim>(key)?.cloned() else {
            return Ok(None);
        };
        if claim.office == self.office
            && let (Some(booking), Some(by)) = (claim.booking, claim.booked_by)
            && let Some(booking) = world.find::<Booking>(booking)?
            && let Some(by) = world.find::<Resident>(by)?
        {
            claim.unverified = !booking.verified && !by.verified;
        }
        Ok(Some(claim))
    }
}

/// A claim on a NIK with its records: the first one, and the booking that holds it.
pub(super) fn claim_reads(world: &World, office: OfficeId, key: NikKey, keys: &mut Vec<Key>) {
    keys.push(key.into());
    if let Some(claim) = world.get::<NikClaim>(key).filter(|c| c.office == office) {
        keys.push(claim.resident.into());
        keys.extend(claim.booking.map(Key::from));
        keys.extend(claim.booked_by.map(Key::from));
    }
}
