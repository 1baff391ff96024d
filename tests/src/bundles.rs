//! A neighbourhood whose invitations have a place: what a plan and its allotment come to, for those who
//! print, carry and record.

use server::demo::load::{invitation_id, resident_id};
use shared::{
    bundle::Neighbourhood,
    invitation::{Invitation, Proposal},
    office::Office,
    region::RegionCode,
    resident::Resident,
    row::Row,
    slot::{Slot, SlotPlan},
};

use crate::{
    harness::{DEMO, OFFICE},
    invited::day,
    site::Site,
};

/// The RT in which they live.
#[must_use]
pub fn here(kelurahan: &RegionCode) -> Neighbourhood {
    Neighbourhood {
        kelurahan: kelurahan.clone(),
        rw: Some(1),
        rt: Some(5),
    }
}

/// Moves these people of the roll into one RT and gives each a held seat, slot by slot from
/// [`day`] on.
pub async fn ask_to_come(site: &Site, people: &[usize]) {
    let office = site.rows::<Office>(OFFICE).await.remove(0);
    let mut free = day()
        .date()
        .iter_days()
        .filter_map(|date| office.slots(date).ok())
        .flatten()
        .filter(|plan| plan.start >= day())
        .map(|plan: SlotPlan| Slot::new(OFFICE, plan));
    let mut slot = free.next().expect("a slot");
    let residents: Vec<Resident> = site.rows(OFFICE).await;
    let mut rows: Vec<Row> = Vec::new();
    for n in people {
        slot = match slot.clone().hold() {
            Ok(held) => held,
            Err(_) => {
                rows.push(slot.into());
                let next = free.next().expect("another slot");
                next.hold().expect("a fresh slot has seats")
            }
        };
        let id = resident_id(DEMO, *n);
        let known = residents.iter().find(|r| r.id == id);
        let known = known.expect("the roll has them").clone();
        let kelurahan = known.kelurahan.clone().expect("a kelurahan");
        let of = here(&kelurahan);
        let resident = Resident {
            rt: of.rt,
            rw: of.rw,
            ..known
        };
        let invitation = Invitation {
            proposal: Some(Proposal {
                slot: slot.start,
                session: None,
                held: true,
            }),
            ..Invitation::planned(
                invitation_id(DEMO, *n),
                OFFICE,
                id,
                Some(kelurahan),
                site.now(),
                None,
            )
        };
        rows.extend([Row::from(resident), invitation.into()]);
    }
    rows.push(slot.into());
    site.put_all(OFFICE, rows).await;
}
