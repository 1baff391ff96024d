//! Compares a live database with itself: counters with the rows they count, claims with bookings,
//! queues with ops, and the audit chains with their hashes.

use crate::store::{
    Db, StoreError, Tx, audit,
    clocks::{self, OfficeClock},
    ops, rows, slots,
};
use chrono::NaiveDateTime;
use shared::{
    booking::{Booking, State},
    ids::{BookingId, DeviceId, InvitationId, OfficeId, ResidentId, SlotId},
    invitation::Invitation,
    lease::Lease,
    resident::{NikClaim, Resident},
    row::{Entity, Key, Of},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// Seats kept for one booking, at most.
const OFFERED: usize = 3;

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The counters exceed the capacity or differ from the rows they count.
    Slot {
        office: OfficeId,
        start: NaiveDateTime,
        what: &'static str,
        counted: u32,
        stored: i64,
    },
    /// Seats are taken or lent in a slot that has no row.
    NoSlot { office: OfficeId, slot: SlotId },
    /// A resident has several active bookings, or another one than is noted.
    Active {
        office: OfficeId,
        resident: ResidentId,
    },
    /// A resident and their invitation do not name each other, or there are several.
    Invitation {
        office: OfficeId,
        resident: ResidentId,
    },
    /// Seats are kept for a booking that is not offered any, or too many.
    Offer {
        office: OfficeId,
        booking: BookingId,
    },
    /// A NIK is claimed for a booking that is not active.
    Claim {
        office: OfficeId,
        booking: BookingId,
    },
    /// A time of day has seconds; it is read without them.
    Seconds { office: OfficeId, row: Key },
    /// An op was taken that the device's queue does not count.
    Queue { device: DeviceId },
    /// The audit chain is broken from this row on.
    Audit { office: OfficeId, n: u64 },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Slot {
                office,
                start,
                what,
                counted,
                stored,
            } => write!(
                f,
                "office {office}, slot {start}: {what} says {stored}, the rows say {counted}"
            ),
            Self::NoSlot { office, slot } => {
                write!(
                    f,
                    "office {office}: seats are taken in slot {slot}, which has no row"
                )
            }
            Self::Active { office, resident } => {
                write!(
                    f,
                    "office {office}, resident {resident}: not one active booking"
                )
            }
            Self::Invitation { office, resident } => {
                write!(
                    f,
                    "office {office}, resident {resident}: not one invitation"
                )
            }
            Self::Offer { office, booking } => write!(
                f,
                "office {office}, booking {booking}: seats are kept that were not offered"
            ),
            Self::Claim { office, booking } => write!(
                f,
                "office {office}: a NIK is claimed for booking {booking}, which is not active"
            ),
            Self::Seconds { office, row } => {
                let (kind, id) = (row.0.as_str(), row.1);
                write!(
                    f,
                    "office {office}, {kind} {id}: a time of day has seconds; it is read without"
                )
            }
            Self::Queue { device } => write!(f, "device {device}: an op beyond its queue"),
            Self::Audit { office, n } => write!(f, "office {office}: audit row {n} does not fit"),
        }
    }
}

/// Everything that must not be; empty when all is well. Reads one snapshot of a live database.
///
/// # Errors
/// When the database refuses.
pub async fn check(db: &Db) -> Result<Vec<Finding>, StoreError> {
    let mut tx = db.read().await?;
    let mut findings = Vec::new();
    for clock in clocks::all(&mut tx).await? {
        check_office(&mut tx, &clock, &mut findings).await?;
    }
    let ahead = ops::ahead_of_queue(&mut tx).await?;
    findings.extend(ahead.into_iter().map(|device| Finding::Queue { device }));
    Ok(findings)
}

async fn check_office(
    tx: &mut Tx,
    clock: &OfficeClock,
    findings: &mut Vec<Finding>,
) -> Result<(), StoreError> {
    let office = clock.office;
    let broken = audit::verify(tx, clock).await?;
    findings.extend(broken.map(|n| Finding::Audit { office, n }));

    let timed = rows::with_seconds(tx, office).await?;
    findings.extend(
        timed
            .into_iter()
            .map(|row| Finding::Seconds { office, row }),
    );
    let rows = rows::all(tx, office, Entity::Booking).await?;
    let bookings: Vec<&Booking> = rows.iter().filter_map(Booking::of).collect();
    let leases = rows::all(tx, office, Entity::Lease).await?;
    let papers = rows::all(tx, office, Entity::Invitation).await?;
    let invited: Vec<&Invitation> = papers.iter().filter_map(Invitation::of).collect();
    check_slots(tx, office, &bookings, &invited, &leases, findings).await?;
    let odd = bookings.iter().filter(|booking| {
        let kept = booking.kept().count();
        let offered = booking.state == State::Offered;
        kept > OFFERED || offered != (kept > 0)
    });
    findings.extend(odd.map(|odd| Finding::Offer {
        office,
        booking: odd.id,
    }));

    let mut active: BTreeMap<ResidentId, Vec<&Booking>> = BTreeMap::new();
    for booking in bookings.iter().filter(|b| b.state.is_active()) {
        active.entry(booking.resident).or_default().push(booking);
    }
    let mut papers: BTreeMap<ResidentId, Vec<InvitationId>> = BTreeMap::new();
    for invitation in &invited {
        let theirs = papers.entry(invitation.resident).or_default();
        theirs.push(invitation.id);
    }
    let residents = rows::all(tx, office, Entity::Resident).await?;
    for resident in residents.iter().filter_map(Resident::of) {
        let noted: Vec<BookingId> = resident.active.iter().map(|a| a.booking).collect();
        let mut found = active.remove(&resident.id).unwrap_or_default();
        // Somebody in the room is a fact, whatever else they booked.
        found.retain(|b| b.state != State::Arrived || noted.contains(&b.id));
        if found.iter().map(|b| b.id).ne(noted) {
            let resident = resident.id;
            findings.push(Finding::Active { office, resident });
        }
        let found = papers.remove(&resident.id).unwrap_or_default();
        if found.into_iter().ne(resident.invitation) {
            let resident = resident.id;
            findings.push(Finding::Invitation { office, resident });
        }
    }
    let of_nobody = papers.into_keys();
    findings.extend(of_nobody.map(|resident| Finding::Invitation { office, resident }));
    let strangers = active.into_keys();
    findings.extend(strangers.map(|resident| Finding::Active { office, resident }));

    let open: BTreeSet<BookingId> = bookings
        .iter()
        .filter(|b| b.state.is_active())
        .map(|b| b.id)
        .collect();
    let claims: Vec<NikClaim> = rows::nik_claims(tx, office).await?;
    let claimed = claims.iter().filter_map(|claim| claim.booking);
    let stale = claimed.filter(|booking| !open.contains(booking));
    findings.extend(stale.map(|booking| Finding::Claim { office, booking }));
    Ok(())
}

async fn check_slots(
    tx: &mut Tx,
    office: OfficeId,
    bookings: &[&Booking],
    invited: &[&Invitation],
    leases: &[shared::row::Row],
    findings: &mut Vec<Finding>,
) -> Result<(), StoreError> {
    let (mut seated, mut kept) = (BTreeMap::new(), BTreeMap::new());
    let (mut used, mut left) = (BTreeMap::new(), BTreeMap::new());
    for seat in bookings
        .iter()
        .filter(|b| b.seated)
        .filter_map(|b| b.seat())
    {
        *seated.entry(seat).or_insert(0_u32) += 1;
    }
    let offered = bookings.iter().flat_map(|booking| booking.kept());
    let proposed = invited.iter().filter_map(|invitation| invitation.held());
    for seat in offered.chain(proposed.map(|place| place.seat(office))) {
        *kept.entry(seat).or_insert(0_u32) += 1;
    }
    for lease in leases.iter().filter_map(Lease::of) {
        let id = lease.start.id(office);
        *used.entry(id).or_insert(0_u32) += u32::from(lease.used);
        *left.entry(id).or_insert(0_u32) += u32::from(lease.left());
    }
    for (slot, columns) in slots::all(tx, office).await? {
        let take = |counts: &mut BTreeMap<SlotId, u32>| counts.remove(&slot.id).unwrap_or(0);
        let (seats, walked_in) = (take(&mut seated), take(&mut used));
        let (leased, held) = (take(&mut left), take(&mut kept));
        let mut compare = |what, counted: u32, stored: i64| {
            if i64::from(counted) != stored {
                findings.push(Finding::Slot {
                    office,
                    start: slot.start.local(),
                    what,
                    counted,
                    stored,
                });
            }
        };
        compare("booked", seats + walked_in, slot.booked.into());
        compare("leased", leased, slot.leased.into());
        compare("held", held, slot.held.into());
        // The guarded columns are what the row says.
        compare("the booked column", slot.booked.into(), columns.booked);
        compare("the leased column", slot.leased.into(), columns.leased);
        compare("the held column", slot.held.into(), columns.held);
        compare(
            "the capacity column",
            slot.capacity.into(),
            columns.capacity,
        );
        if !slot.holds() {
            let taken = u32::from(slot.booked) + u32::from(slot.leased) + u32::from(slot.held);
            compare("capacity", taken, slot.capacity.into());
        }
    }
    let open_leases = left.into_iter().filter(|(_, n)| *n > 0);
    let beyond: BTreeSet<SlotId> = seated
        .into_keys()
        .chain(kept.into_keys())
        .chain(open_leases.map(|(id, _)| id))
        .collect();
    findings.extend(
        beyond
            .into_iter()
            .map(|slot| Finding::NoSlot { office, slot }),
    );
    Ok(())
}
