//! Setting a person's data right at their word (UU 27/2022, art. 6): what the correction holds stands from
//! then on, also what it leaves empty.

use super::{Decision, Op, Stop, Verdict, access::claim_reads, enrol, enrol::Seats, proposal};
use crate::{
    command::Receipt,
    ids::{DeviceId, ResidentId},
    problem::Code,
    resident::{Device, Draft, NikClaim, NikKey, Resident},
    row::{Change, Key},
    sync::Role,
    world::World,
};

pub(super) fn resident(world: &World, op: &Op<'_>, id: ResidentId, to: &Draft) -> Decision {
    op.require(&[Role::System])?;
    let known = op.resident(world, id)?.filter(|known| !known.forgotten);
    let known = known.ok_or(Code::NotFound)?;
    let office = op.office(world)?;
    let unknown = |code| office.kelurahan(code).is_none();
    if to.kelurahan.as_ref().is_some_and(unknown) {
        return Err(Code::UnknownKelurahan.into());
    }
    let mut rows: Vec<Change> = Vec::new();
    let key = op.nik_key(to.nik.as_ref());
    if key != known.nik_key {
        another_nik(world, op, known, key, &mut rows)?;
    }
    let holders = readers(world, known, to, &mut rows)?;
    let to = to.clone();
    let new = Resident {
        holders,
        name: to.name,
        nik: to.nik,
        kk: to.kk,
        birth: to.birth,
        sex: to.sex,
        phone: to.phone,
        kelurahan: to.kelurahan,
        rt: to.rt,
        rw: to.rw,
        married: to.married,
        guardian: to.guardian,
        nik_key: key,
        ..known.clone()
    };
    let mut seats = Seats::new();
    enrol::follow(world, op, known, new, (&mut rows, &mut seats))?;
    rows.extend(seats.into_values().map(Change::from));
    Verdict::applied(rows, Receipt::Done)
}

/// Who may act for the person from now on. Where a phone made the record with other numbers, it may be
/// a stranger's: what is set right is read by phones with a code alone.
fn readers(
    world: &World,
    known: &Resident,
    to: &Draft,
    rows: &mut Vec<Change>,
) -> Result<Vec<DeviceId>, Stop> {
    let mut holders = known.holders.clone();
    if known.is_open_to(to) {
        return Ok(holders);
    }
    for holder in &known.holders {
        let device = world.find::<Device>(*holder)?;
        if device.is_some_and(|device| device.has_code_for(known.id)) {
            continue;
        }
        rows.extend(device.map(|device| device.clone().revoke(known.id).into()));
        holders.retain(|kept| kept != holder);
    }
    Ok(holders)
}

/// The old number is free again, and the new one is this person's, with their booking. One that stands on
/// another record is not taken from there.
fn another_nik(
    world: &World,
    op: &Op<'_>,
    known: &Resident,
    key: Option<NikKey>,
    rows: &mut Vec<Change>,
) -> Result<(), Stop> {
    if let Some((old, Some(claim))) = op.nik_claim(world, known)? {
        let first = claim.office == op.office && claim.resident == known.id;
        if first && !claim.is_others(known) {
            rows.push(Change::Remove(old.into()));
        } else if claim.booked_by == Some(known.id) {
            rows.push(NikClaim::of(old, claim.office, claim.resident).into());
        } else if first && let Some(other) = claim.booked_by {
            // The number is that of the person who booked with it. At another office nobody knows them here,
            // and the claim stays without a record.
            if op.resident(world, other)?.is_some() {
                let passed = NikClaim {
                    resident: other,
                    ..claim.clone()
                };
                rows.push(passed.into());
            }
        }
    }
    let Some(key) = key else { return Ok(()) };
    if world.find::<NikClaim>(key)?.is_some() {
        return Err(Code::AlreadyBooked.into());
    }
    let booking = known.active.map(|active| active.booking);
    let claim = NikClaim {
        booking,
        booked_by: booking.map(|_| known.id),
        ..NikClaim::of(key, op.office, known.id)
    };
    rows.push(claim.into());
    Ok(())
}

pub(super) fn resident_reads(
    world: &World,
    op: &Op<'_>,
    id: ResidentId,
    to: &Draft,
    keys: &mut Vec<Key>,
) {
    keys.push(id.into());
    keys.extend(op.nik_key(to.nik.as_ref()).map(Key::from));
    let Some(resident) = world.get::<Resident>(id) else {
        return;
    };
    keys.extend(resident.holders.iter().copied().map(Key::from));
    if let Some(key) = resident.nik_key {
        claim_reads(world, op.office, key, keys);
        let claim = world.get::<NikClaim>(key);
        keys.extend(claim.and_then(|claim| claim.booked_by).map(Key::from));
    }
    keys.extend(resident.active.map(|active| Key::from(active.booking)));
    proposal::reads(world, resident, keys);
}
