//! Booking, moving and cancelling.

mod change;

pub(super) use change::{cancel, reschedule};

use super::{
    Decision, Op, Place, Stop, Verdict,
    access::{STAFF, claim_reads},
    proposal,
    seats::{self, Seat},
};
use crate::{
    booking::{Booking, State},
    command::{Applicant, Receipt, RequestBooking},
    flag,
    ids::{BookingId, ResidentId},
    invitation::Reply,
    office::Office,
    problem::{Code, Problem},
    resident::{Claim, Device, Draft, Grant, NikClaim, Resident, Source, Via},
    row::{Change, Key, Row},
    slot::{Slot, SlotStart},
    sop::eligibility,
    sync::Role,
    world::World,
};

/// Who is booked for, as far as the office knows them.
struct Known {
    resident: Resident,
    /// The NIK belongs to somebody with an active booking, or to a record that does not match.
    nik_in_use: bool,
    /// The resident was not in the office's books before.
    new: bool,
    /// The claim on the NIK refers to this record from now on.
    first: bool,
}

pub(super) fn request(world: &World, op: &Op<'_>, wish: &RequestBooking) -> Decision {
    let office = op.office(world)?;
    seats::check_choices(op, office, &wish.choices)?;
    let known = match &wish.who {
        Applicant::Known(id) => booked_before(world, op, *id)?,
        Applicant::New(draft) => {
            op.check_probes(world, draft)?;
            newcomer(world, op, office, draft)?
        }
    };
    check_eligible(&known.resident, op, &wish.choices)?;
    op.check_rebooking(&known.resident)?;
    let device = granted(world, op, &known)?;

    let id = BookingId(op.id.derive(1));
    let mut booking = Booking {
        state: State::Requested {
            review: known.nik_in_use,
        },
        choices: wish.choices.clone(),
        any_that_week: wish.any_that_week,
        wait_if_full: wish.wait_if_full,
        priority: wish.priority,
        priority_unseen: wish.priority && !op.is_staff(),
        ..Booking::requested(id, &known.resident, op.received())
    };
    let mut rows: Vec<Change> = Vec::new();
    if known.nik_in_use {
        rows.push(op.flag(0, flag::Kind::NikInUse, id.0));
    } else {
        let wished = (wish.choices.as_slice(), wish.any_that_week);
        let invitation = proposal::open(world, op, &known.resident)?;
        let (seat, reply) = if op.gives_back_often(world, &known.resident)? {
            (Seat::OnlyVerified, Reply::Moved)
        } else {
            proposal::seek(world, op, office, invitation, wished, booking.verified)?
        };
        // A seat that was held is outside the share of people nobody has verified.
        booking.verified |= reply == Reply::Confirmed;
        booking = seat_or_wait(op, office, booking, seat, &mut rows)?;
        rows.extend(proposal::booked(world, op, invitation, &booking, reply)?);
    }
    let mut resident = known.resident;
    resident.active = booking.active();
    if !resident.holders.contains(&op.device) && op.ctx.who.role == Role::Resident {
        resident.holders.push(op.device);
    }
    if let Some(claim) = wish.claim.filter(|_| op.is_staff()) {
        rows.extend(
            resident
                .claim
                .replace(claim.kept())
                .map(|old| Change::Remove(Key(crate::row::Entity::Claim, old.key()))),
        );
        rows.push(Claim::new(claim, op.office, resident.id, None).into());
        resident.tries.clear();
    }
    if !known.nik_in_use {
        let claimed = nik_claim(world, op, &resident, &booking, known.first)?;
        rows.extend(claimed.into_iter().map(Change::Put));
    }
    rows.extend(device.map(Change::from));
    rows.push(resident.into());
    rows.push(booking.clone().into());
    Verdict::applied(
        rows,
        Receipt::Booking {
            booking: Box::new(booking),
        },
    )
}

pub(super) fn request_reads(
    world: &World,
    op: &Op<'_>,
    wish: &RequestBooking,
    keys: &mut Vec<Key>,
) {
    seats::wished_reads(world, op, &wish.choices, wish.any_that_week, keys);
    match &wish.who {
        Applicant::Known(id) => {
            keys.push((*id).into());
            if let Some(resident) = world.get::<Resident>(*id) {
                if let Some(key) = resident.nik_key {
                    claim_reads(world, op.office, key, keys);
                }
                proposal::reads(world, resident, keys);
            }
        }
        Applicant::New(draft) => nik_reads(world, op, draft, keys),
    }
}

/// The claim on a draft's NIK and the resident behind it.
pub(super) fn nik_reads(world: &World, op: &Op<'_>, draft: &Draft, keys: &mut Vec<Key>) {
    let Some(key) = op.nik_key(draft.nik.as_ref()) else {
        return;
    };
    claim_reads(world, op.office, key, keys);
    let claim = world.get::<NikClaim>(key).filter(|c| c.office == op.office);
    if let Some(resident) = claim.and_then(|claim| world.get::<Resident>(claim.resident)) {
        proposal::reads(world, resident, keys);
    }
}

fn booked_before(world: &World, op: &Op<'_>, id: ResidentId) -> Result<Known, Stop> {
    let resident = op.resident(world, id)?.cloned().ok_or(Code::NotFound)?;
    op.require_for(world, id, resident.kelurahan.as_ref())?;
    if resident.active.is_some() {
        return Err(Code::AlreadyBooked.into());
    }
    let nik_in_use = nik_booked_elsewhere(world, op, &resident)?;
    Ok(Known {
        resident,
        nik_in_use,
        new: false,
        first: false,
    })
}

/// Whether another record with the same NIK has an active booking that this one must respect.
pub(super) fn nik_booked_elsewhere(
    world: &World,
    op: &Op<'_>,
    resident: &Resident,
) -> Result<bool, Stop> {
    let claim = op.nik_claim(world, resident)?.and_then(|(_, claim)| claim);
    Ok(claim.is_some_and(|claim| claim.keeps_out(resident, op.vouches())))
}

fn newcomer(world: &World, op: &Op<'_>, office: &Office, draft: &Draft) -> Result<Known, Stop> {
    if op.ctx.who.role == Role::Resident {
        draft.nik.as_ref().ok_or(Code::NikMissing)?;
        draft.kk.as_ref().ok_or(Code::KkMissing)?;
        draft.birth.ok_or(Code::BirthMissing)?;
    } else {
        op.require(STAFF)?;
        if op.ctx.who.role == Role::Kelurahan && draft.kelurahan != op.ctx.who.kelurahan {
            return Err(Code::NotAllowed.into());
        }
    }
    if draft
        .kelurahan
        .as_ref()
        .is_some_and(|code| office.kelurahan(code).is_none())
    {
        return Err(Code::UnknownKelurahan.into());
    }
    let source = if op.is_staff() {
        Source::Staff
    } else {
        Source::Own
    };
    let fresh = draft
        .clone()
        .into_resident(ResidentId(op.id.derive(0)), op.office, source);
    let stranger = |resident, nik_in_use, first| Known {
        resident,
        nik_in_use,
        new: true,
        first,
    };
    let Some(key) = op.nik_key(draft.nik.as_ref()) else {
        return Ok(stranger(fresh, false, false));
    };
    let fresh = Resident {
        nik_key: Some(key),
        ..fresh
    };
    let Some(claim) = op.claim_on(world, key)? else {
        return Ok(stranger(fresh, false, true));
    };
    let first = op.first_record(world, &claim)?;
    if op.guesses_too_often(&claim, first) {
        return Ok(stranger(fresh, true, false));
    }
    let meant = first.filter(|r| r.matches(draft) || op.is_staff() && r.is_open_to(draft));
    // Whoever asks, the answer does not say whether the NIK is booked.
    let booked = match meant {
        Some(r) => {
            let mut heard = r.clone();
            heard.verified |= op.is_staff();
            r.active.is_some() || claim.keeps_out(&heard, op.vouches())
        }
        // Staff speak to the person: a stranger's booking gives way. One that may be the person's own is
        // looked at first.
        None => {
            let own = first.is_some_and(|r| r.may_be(draft));
            claim.booking.is_some() && !claim.passes_to(&fresh, op.vouches() && !own)
        }
    };
    // Another KK number does not make another person of somebody who has not come.
    let stayed_away = meant.is_none() && first.is_some_and(|r| !op.may_rebook(r));
    match meant {
        _ if booked || stayed_away => Ok(stranger(fresh, true, false)),
        Some(resident) => {
            op.require_same_kelurahan(resident)?;
            let mut resident = resident.clone();
            resident.phone = draft.phone.clone().or(resident.phone);
            resident.guardian = draft.guardian.clone().or(resident.guardian);
            resident.verified |= op.is_staff();
            let new = !resident.verified && !resident.holders.contains(&op.device);
            Ok(Known {
                resident,
                nik_in_use: false,
                new,
                first: false,
            })
        }
        // Staff speak to the person; a phone that typed the NIK before keeps its own record.
        None => {
            let is_heard = op.is_staff() && first.is_some_and(Resident::is_self_made);
            let is_first = is_heard || op.is_vacant(world, &claim)?;
            Ok(stranger(fresh, false, is_first))
        }
    }
}

impl Op<'_> {
    pub(super) fn require_same_kelurahan(&self, resident: &Resident) -> Result<(), Stop> {
        let who = &self.ctx.who;
        if who.role == Role::Kelurahan && who.kelurahan != resident.kelurahan {
            return Err(Code::NotAllowed.into());
        }
        Ok(())
    }
}

pub(super) fn check_eligible(
    resident: &Resident,
    op: &Op<'_>,
    choices: &[SlotStart],
) -> Result<(), Stop> {
    if resident.recorded_on.is_some() {
        return Err(Code::AlreadyRecorded.into());
    }
    let (Some(birth), Some(first)) = (resident.birth, choices.iter().min()) else {
        // Only staff reach this: somebody who lost their papers is checked in the room.
        return Ok(());
    };
    let guardian = resident.guardian.as_ref();
    match eligibility::check(birth, resident.married, guardian, first.date()) {
        // Staff see the guardian in person.
        Err(Code::GuardianMissing) if op.is_staff() => Ok(()),
        Err(code) => Err(code.into()),
        Ok(_) => Ok(()),
    }
}

/// The device's row with a grant for the resident; `None` for staff and on the device itself.
fn granted(world: &World, op: &Op<'_>, known: &Known) -> Result<Option<Device>, Stop> {
    if op.ctx.who.role != Role::Resident || !op.on_server() {
        return Ok(None);
    }
    let mut device = world
        .find::<Device>(op.device)?
        .cloned()
        .unwrap_or_else(|| Device::new(op.device));
    if known.new && !known.resident.verified {
        let limit = world
            .get::<Office>(Key::office(op.office))
            .map_or(0, |office| office.settings.unverified_people_per_device);
        if device.unverified >= limit {
            return Err(Code::TooManyPeople.into());
        }
        device.unverified += 1;
    }
    Ok(Some(device.grant(Grant {
        office: op.office,
        resident: known.resident.id,
        via: Via::Booking,
        at: op.ctx.now,
    })))
}

/// Confirms with the seat found, or waits, or says what is free.
pub(super) fn seat_or_wait(
    op: &Op<'_>,
    office: &Office,
    booking: Booking,
    seat: Seat,
    rows: &mut Vec<Change>,
) -> Result<Booking, Stop> {
    let waits = booking.wait_if_full;
    match seat {
        Seat::Taken(slot) => {
            let start = slot.start;
            rows.push(slot.into());
            let mut booking = booking
                .confirm(start, op.ctx.now)
                .map_err(|_| Code::BookingState)?;
            booking.ticket = op.ticket(office, booking.id, start);
            Ok(booking)
        }
        Seat::OnlyVerified => Ok(Booking {
            state: State::Requested { review: true },
            ..booking
        }),
        Seat::Unknown => Ok(booking),
        Seat::Full { .. } | Seat::Past { .. } if waits => {
            Ok(booking.wait(op.ctx.now).map_err(|_| Code::BookingState)?)
        }
        Seat::Full { nearest } => Err(Stop::Rejected(Problem {
            code: Code::SlotFull,
            nearest,
        })),
        Seat::Past { nearest } => Err(Stop::Rejected(Problem {
            code: Code::ChoicesPast,
            nearest,
        })),
    }
}

/// Gives the seat of a booking back, if it has one, and those kept for it to choose from.
pub(super) fn give_back(world: &World, op: &Op<'_>, booking: &Booking) -> Result<Vec<Slot>, Stop> {
    let mut slots = withdraw(world, op, booking)?;
    slots.extend(free_seat(world, op, booking)?);
    Ok(slots)
}

/// The slot without the booking's seat, if it has one; a device doesn't count seats.
pub(super) fn free_seat(
    world: &World,
    op: &Op<'_>,
    booking: &Booking,
) -> Result<Option<Slot>, Stop> {
    let seat = booking.seat().filter(|_| booking.seated && op.on_server());
    let slot = match seat {
        Some(seat) => world.find::<Slot>(seat)?,
        None => None,
    };
    Ok(slot.cloned().map(|slot| slot.release(booking.verified)))
}

/// Lets the seats go that are kept for a booking to choose from; a device knows of none.
pub(super) fn withdraw(world: &World, op: &Op<'_>, booking: &Booking) -> Result<Vec<Slot>, Stop> {
    let mut slots = Vec::new();
    if op.on_server() {
        for seat in booking.kept() {
            let slot = world.find::<Slot>(seat)?;
            slots.extend(slot.cloned().map(|slot| slot.withdraw(booking.verified)));
        }
    }
    Ok(slots)
}

pub(super) fn booking_reads(world: &World, id: BookingId, keys: &mut Vec<Key>) {
    keys.push(id.into());
    let Some(booking) = world.get::<Booking>(id) else {
        return;
    };
    keys.push(booking.resident.into());
    keys.extend(booking.seat().map(Key::from));
    keys.extend(booking.kept().map(Key::from));
    let resident = world.get::<Resident>(booking.resident);
    if let Some(key) = resident.and_then(|resident| resident.nik_key) {
        claim_reads(world, booking.office, key, keys);
    }
}

/// A booking of this office, and its resident.
pub(super) fn find<'w>(
    world: &'w World,
    op: &Op<'_>,
    id: BookingId,
) -> Result<(&'w Booking, &'w Resident), Stop> {
    let booking = world.find::<Booking>(id)?.ok_or(Code::NotFound)?;
    if booking.office != op.office {
        return Err(Code::OtherOffice.into());
    }
    let resident = world
        .find::<Resident>(booking.resident)?
        .ok_or(Code::NotFound)?;
    Ok((booking, resident))
}

/// The deployment's claim on the resident's NIK once this booking is, or is no longer, active. The
/// record that the claim refers to stays the first one, unless this one takes its place (`first`, or the
/// claim passes to it and the office knows nobody by the first one). Where it passes on from an unverified
/// booking, that one keeps its seat and is flagged.
fn nik_claim(
    world: &World,
    op: &Op<'_>,
    resident: &Resident,
    booking: &Booking,
    first: bool,
) -> Result<Vec<Row>, Stop> {
    let Some((key, claim)) = op.nik_claim(world, resident)? else {
        return Ok(Vec::new());
    };
    let held = claim.as_ref().and_then(|claim| claim.booking);
    let own = held == Some(booking.id);
    let (mut passes, mut first) = (false, first);
    if let Some(claim) = &claim {
        passes = booking.state.is_active() && claim.passes_to(resident, op.vouches());
        first |= passes
            && claim.resident != resident.id
            && op
                .first_record(world, claim)?
                .is_none_or(Resident::is_self_made);
    }
    let before = match &claim {
        Some(claim) if !first => claim.clone(),
        _ => NikClaim::of(key, op.office, resident.id),
    };
    let takes = held.is_none() || own || passes;
    let next = match booking.state.is_active() {
        true if takes => NikClaim {
            booking: Some(booking.id),
            booked_by: Some(resident.id),
            unverified: !booking.verified,
            ..before
        },
        false if own => NikClaim {
            booking: None,
            booked_by: None,
            unverified: false,
            ..before
        },
        _ => return Ok(Vec::new()),
    };
    let mut rows: Vec<Row> = Vec::new();
    let passed = held.filter(|_| booking.state.is_active() && !own);
    let flag = |of: BookingId| op.flagged(Place::ClaimPassed, flag::Kind::NikInUse, of.0);
    rows.extend(passed.map(flag).map(Row::from));
    if claim.as_ref() != Some(&next) {
        rows.push(next.into());
    }
    Ok(rows)
}

/// The resident and the deployment's claim once this booking is, or is no longer, the active one.
pub(super) fn set_active(
    world: &World,
    op: &Op<'_>,
    resident: &Resident,
    booking: &Booking,
) -> Result<Vec<Row>, Stop> {
    let mine = resident
        .active
        .is_none_or(|active| active.booking == booking.id);
    if !mine {
        return Ok(Vec::new());
    }
    let mut resident = resident.clone();
    resident.active = booking.active();
    let mut rows = Vec::new();
    rows.extend(nik_claim(world, op, &resident, booking, false)?);
    rows.push(resident.into());
    Ok(rows)
}
