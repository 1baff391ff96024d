//! Compares a live database with itself: the file with its own structure, counters with the rows they
//! count, claims with bookings, queues with ops, columns with the rows they stand beside, and rows with the audit chains, which must lead through
//! the heads that were signed. Long, since each comparison names what it found.

use crate::store::{
    Db, StoreError, Tx, audit,
    clocks::{self, OfficeClock},
    columns::{self, Odd},
    copy,
    heads::{self, Head},
    meta, ops, rows,
    seals::{self, Sealed},
    slots,
};
use chrono::NaiveDateTime;
use shared::{
    booking::{Booking, State},
    ids::{BookingId, DeviceId, InvitationId, OfficeId, ResidentId, SlotId},
    invitation::Invitation,
    lease::Lease,
    offering::ALTERNATIVES,
    resident::{NikClaim, Resident},
    row::{Entity, Key, Of},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

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
    /// A row is not as the audit chain says: somebody edited, entered or removed it past the server.
    /// No office means that it is of several.
    Row { office: Option<OfficeId>, row: Key },
    /// A column beside a row is not as the row or the audit chain has it. No office as above.
    Column {
        office: Option<OfficeId>,
        row: Key,
        column: &'static str,
    },
    /// A change has a greater number than the office has given out: devices that pull would not come to it.
    Clock {
        office: OfficeId,
        last: u64,
        stored: u64,
    },
    /// The chain does not lead through a head that was signed: its end was cut off, or it was written
    /// anew.
    Head { office: OfficeId, n: u64 },
    /// A line that looks like a signed head, and nobody here signed it.
    Forged { line: String },
    /// The file is damaged, in the engine's own words.
    Damaged { what: String },
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
            Self::Row { office, row } => {
                let (kind, id) = (row.0.as_str(), row.1);
                if let Some(office) = office {
                    write!(f, "office {office}, ")?;
                }
                write!(f, "{kind} {id}: not as the audit says")
            }
            Self::Column {
                office,
                row,
                column,
            } => {
                let (kind, id) = (row.0.as_str(), row.1);
                if let Some(office) = office {
                    write!(f, "office {office}, ")?;
                }
                write!(
                    f,
                    "{kind} {id}: the column {column} is not as it was written"
                )
            }
            Self::Clock {
                office,
                last,
                stored,
            } => write!(
                f,
                "office {office}: changes are counted up to {stored}, and one has the number {last}"
            ),
            Self::Head { office, n } => write!(
                f,
                "office {office}: audit row {n} was signed and is not there as it was"
            ),
            Self::Forged { line } => write!(f, "{line}: not signed here"),
            Self::Damaged { what } => write!(f, "the database is damaged: {what}"),
        }
    }
}

/// Everything that must not be; empty when all is well. Reads one snapshot of a live database.
///
/// # Errors
/// When the database refuses, though the file is whole.
pub async fn check(db: &Db) -> Result<Vec<Finding>, StoreError> {
    check_with(db, &[]).await
}

/// As [`check`]; `heads` are lines that were signed earlier and kept elsewhere, as in a log.
///
/// # Errors
/// As [`check`].
pub async fn check_with(db: &Db, heads: &[String]) -> Result<Vec<Finding>, StoreError> {
    db.prepare_check().await;
    check_in(&mut db.read().await?, heads).await
}

/// As [`check_with`], of what a transaction sees.
///
/// # Errors
/// As [`check`].
pub async fn check_in(tx: &mut Tx, heads: &[String]) -> Result<Vec<Finding>, StoreError> {
    copy::read_whole(tx).await?;
    let damage = tx.damage().await;
    let damaged = |what: String| Finding::Damaged { what };
    let mut findings: Vec<Finding> = match damage {
        Ok(found) => found.into_iter().map(damaged).collect(),
        Err(error) => vec![damaged(error.to_string())],
    };
    match check_all(tx, heads, &mut findings).await {
        // What cannot be read is no surprise then.
        Err(error) if !findings.is_empty() => findings.push(damaged(error.to_string())),
        checked => checked?,
    }
    Ok(findings)
}

async fn check_all(
    tx: &mut Tx,
    heads: &[String],
    findings: &mut Vec<Finding>,
) -> Result<(), StoreError> {
    let (mut open, mut sealed) = (BTreeSet::new(), Vec::new());
    let mut whole = true;
    let clocks = clocks::all(tx).await?;
    for clock in &clocks {
        match check_office(tx, clock, &mut open, findings).await? {
            Some(said) => sealed.push(said),
            None => whole = false,
        }
    }
    // Whoever booked at one office may be known at another.
    for clock in &clocks {
        let office = clock.office;
        let claims: Vec<NikClaim> = rows::nik_claims(tx, office).await?;
        let claimed = claims.iter().filter_map(|claim| claim.booking);
        let stale = claimed.filter(|booking| !open.contains(booking));
        findings.extend(stale.map(|booking| Finding::Claim { office, booking }));
    }
    if whole {
        let office = None;
        let shared = seals::compare_shared(tx, &sealed).await?;
        let shared = shared.into_iter().map(|row| Finding::Row { office, row });
        findings.extend(shared);
    }
    let odd = columns::of_deployment(tx).await?;
    findings.extend(odd.into_iter().map(|odd| of_column(None, odd)));
    let ahead = ops::ahead_of_queue(tx).await?;
    findings.extend(ahead.into_iter().map(|device| Finding::Queue { device }));
    check_heads(tx, heads, findings).await
}

fn of_column(office: Option<OfficeId>, (row, column): Odd) -> Finding {
    Finding::Column {
        office,
        row,
        column,
    }
}

/// The chains lead through every head that was signed.
async fn check_heads(
    tx: &mut Tx,
    given: &[String],
    findings: &mut Vec<Finding>,
) -> Result<(), StoreError> {
    let mut lines = heads::kept(tx).await?;
    lines.extend_from_slice(given);
    let secret = meta::known_secret(tx, "audit").await?;
    for line in lines {
        let signed = secret.and_then(|secret| Head::verify(&line, &secret));
        match signed {
            None => findings.push(Finding::Forged { line }),
            Some(head) if !head.holds(tx).await? => findings.push(Finding::Head {
                office: head.office,
                n: head.n,
            }),
            Some(_) => {}
        }
    }
    Ok(())
}

/// Adds the bookings that are open, and gives back what the office's chain says of rows: nothing if it is
/// broken.
async fn check_office(
    tx: &mut Tx,
    clock: &OfficeClock,
    open: &mut BTreeSet<BookingId>,
    findings: &mut Vec<Finding>,
) -> Result<Option<Sealed>, StoreError> {
    let office = clock.office;
    let (broken, sealed) = audit::verify(tx, clock).await?;
    let whole = broken.is_none();
    findings.extend(broken.map(|n| Finding::Audit { office, n }));
    if whole {
        let edited = sealed.compare(tx, office).await?;
        let edited = edited.into_iter().map(|row| Finding::Row {
            office: Some(office),
            row,
        });
        findings.extend(edited);
    }

    let columns = columns::of_office(tx, office, whole.then_some(&sealed)).await?;
    let odd = columns.odd.into_iter();
    findings.extend(odd.map(|odd| of_column(Some(office), odd)));
    if columns.last > clock.seq {
        findings.push(Finding::Clock {
            office,
            last: columns.last,
            stored: clock.seq,
        });
    }

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
        kept > ALTERNATIVES || offered != (kept > 0)
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

    let active = bookings.iter().filter(|b| b.state.is_active());
    open.extend(active.map(|booking| booking.id));
    Ok(whole.then_some(sealed))
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
        let id = lease.seat();
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
