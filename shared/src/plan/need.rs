//! Who is to be invited, and which seats are taken: read from the rows of a head's device or of the
//! server.

use super::Taken;
use crate::{
    booking::Booking, invitation::Invitation, office::Office, region::RegionCode,
    resident::Resident, world::World,
};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Whether somebody is to get a place in the plan on a day: known to the office, due then, not recorded,
/// without a booking, and without a place or an answer yet.
#[must_use]
pub fn may_be_invited(resident: &Resident, invitation: Option<&Invitation>, on: NaiveDate) -> bool {
    let free = resident.recorded_on.is_none() && resident.active.is_none();
    let known = resident.verified && !resident.forgotten;
    let open = invitation.is_none_or(|i| i.is_open() && i.held().is_none());
    free && known && open && resident.is_due(on)
}

/// How many people of each kelurahan are to be invited who are due on a day: mostly the first day of the
/// period, so that all of them may come on any day of it.
#[must_use]
pub fn need(world: &World, office: &Office, on: NaiveDate) -> BTreeMap<RegionCode, u32> {
    let mut need = BTreeMap::new();
    for resident in world.all::<Resident>().filter(|r| r.office == office.id) {
        let invitation = resident
            .invitation
            .and_then(|id| world.get::<Invitation>(id));
        // What a device was not sent it cannot count as missing.
        let unknown = resident.invitation.is_some() && invitation.is_none();
        if let Some(code) = &resident.kelurahan
            && !unknown
            && may_be_invited(resident, invitation, on)
        {
            *need.entry(code.clone()).or_insert(0) += 1;
        }
    }
    need
}

/// Seats taken by bookings, offers and invitations, as far as the rows are here.
#[must_use]
pub fn taken(world: &World) -> Taken {
    let mut taken = Taken::new();
    for booking in world.all::<Booking>() {
        if let Some(slot) = booking.slot.filter(|_| booking.seated) {
            *taken.entry((slot, booking.session)).or_default() += 1;
        }
        for slot in booking.offer.iter().flat_map(|offer| &offer.slots) {
            *taken.entry((*slot, None)).or_default() += 1;
        }
    }
    for proposal in world.all::<Invitation>().filter_map(Invitation::held) {
        *taken.entry((proposal.slot, proposal.session)).or_default() += 1;
    }
    taken
}

/// The order in which people of a kelurahan are invited: by neighbourhood, household and age. Who has no
/// neighbourhood on the roll comes last.
pub fn turn(resident: &Resident) -> impl Ord + use<> {
    let r = resident;
    let kk = r.kk.as_ref().map(|kk| kk.as_str().to_owned());
    let place = (r.rw.is_none(), r.rw, r.rt.is_none(), r.rt);
    (place, kk, r.birth.map(|birth| birth.to_string()), r.id)
}
