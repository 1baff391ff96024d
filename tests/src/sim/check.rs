//! The invariants of the design, checked against the tables and not through the rules that keep them.

use super::{device::Device, people::OFFICE, server::Server};
use shared::{
    booking::{Booking, State},
    client::OpStatus,
    flag::{Flag, Kind},
    ids::ResidentId,
    invitation::Invitation,
    lease::Lease,
    resident::{NikClaim, Resident},
    row::Row,
    slot::Slot,
    sync::{OpResult, Role},
};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What must hold after every commit.
///
/// # Errors
/// What does not.
pub fn at_commit(server: &Server) -> Result<(), String> {
    for slot in server.all::<Slot>() {
        if !slot.holds() {
            return Err(format!("capacity exceeded: {slot:?}"));
        }
        let seated = server
            .all::<Booking>()
            .filter(|b| b.seated && b.seat() == Some(slot.id))
            .count();
        let offered = server.all::<Booking>();
        let offered = offered.filter(|b| b.kept().any(|seat| seat == slot.id));
        let invited = server.all::<Invitation>().filter_map(Invitation::held);
        let invited = invited.filter(|place| place.seat(OFFICE) == slot.id);
        let held = offered.count() + invited.count();
        if usize::from(slot.held) != held {
            return Err(format!("{held} seats are kept, but {slot:?}"));
        }
        let leases = server.all::<Lease>().filter(|l| l.start == slot.start);
        let (used, left) = leases.fold((0, 0), |(used, left), l| (used + l.used, left + l.left()));
        if usize::from(slot.booked) != seated + usize::from(used) || slot.leased != left {
            return Err(format!(
                "{seated} seated, {used} used, {left} lent, but {slot:?}"
            ));
        }
    }
    let residents: BTreeMap<ResidentId, &Resident> =
        server.all::<Resident>().map(|r| (r.id, r)).collect();
    // Of one NIK one booking holds the claim. Another is an unverified one that gave way, and the head
    // knows of it.
    let claims = server.all::<NikClaim>().filter_map(|claim| claim.booking);
    let flags = server.all::<Flag>().filter(|f| f.kind == Kind::NikInUse);
    let known: BTreeSet<Uuid> = claims
        .map(|b| b.0)
        .chain(flags.map(|f| f.subject))
        .collect();
    let mut people = BTreeSet::new();
    for booking in server.all::<Booking>() {
        if booking.offer.is_some() != (booking.state == State::Offered) {
            return Err(format!("an offer to nobody: {booking:?}"));
        }
        let review = matches!(booking.state, State::Requested { review: true });
        // Somebody in the room is a fact, whatever else they booked.
        let wish = booking.state.is_active() && booking.state != State::Arrived && !review;
        if !wish {
            continue;
        }
        if !people.insert(booking.resident) {
            return Err(format!(
                "two active bookings of one resident: {}",
                booking.id
            ));
        }
        let key = residents.get(&booking.resident).and_then(|r| r.nik_key);
        if key.is_some() && !known.contains(&booking.id.0) {
            return Err(format!("two active bookings of one NIK: {}", booking.id));
        }
    }
    if let Some((op, times)) = server.effects.iter().find(|(_, times)| **times > 1) {
        return Err(format!("{op} took effect {times} times"));
    }
    for (device, seqs) in &server.order {
        if !seqs.is_sorted_by(|a, b| a < b) {
            return Err(format!("{device} took effect out of order: {seqs:?}"));
        }
    }
    Ok(())
}

/// What must hold on a device whenever it has pulled: a phone holds nobody whom it did not book for
/// or claim, and kelurahan staff hold nobody of another kelurahan and no number in full.
///
/// # Errors
/// What does not.
pub fn on_device(
    device: &Device,
    server: &Server,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), String> {
    let who = device.who();
    // Rights that were taken away leave with the next pull.
    let is_strange = |resident: ResidentId| {
        let held = server.all::<shared::resident::Device>().any(|d| {
            d.id == device.client.device && d.grants.iter().any(|g| g.resident == resident)
        });
        !held && device.client.unsettled().next().is_none() && is_current(device, server, now)
    };
    for row in device.client.base.rows() {
        let fault = match (who.role, row) {
            (
                _,
                Row::Desk(_) | Row::Slot(_) | Row::Device(_) | Row::NikClaim(_) | Row::Claim(_),
            ) => true,
            (_, Row::Resident(r)) if !r.holders.is_empty() || r.nik_key.is_some() => true,
            // A copied profile keeps the rows of its old identity until it pulls.
            (_, Row::Resident(r)) if names_others(device, r) => is_current(device, server, now),
            (Role::Kelurahan, Row::Resident(r)) => {
                r.kelurahan != who.kelurahan || r.nik.is_some() || r.kk.is_some()
            }
            (Role::Kelurahan, Row::Booking(b)) => b.kelurahan != who.kelurahan,
            (Role::Head, Row::Resident(r)) => r.nik.is_some() || r.kk.is_some(),
            (Role::Resident, Row::Resident(r)) => is_strange(r.id),
            (Role::Resident, Row::Invitation(i)) => is_strange(i.resident),
            (Role::Kelurahan, Row::Invitation(i)) => i.kelurahan != who.kelurahan,
            (Role::Kelurahan, Row::Bundle(b)) => Some(&b.of.kelurahan) != who.kelurahan.as_ref(),
            (
                Role::Resident,
                Row::Flag(_) | Row::Lease(_) | Row::Tablet(_) | Row::Bundle(_) | Row::Plan(_),
            ) => true,
            (Role::Operator, Row::Bundle(_) | Row::Plan(_)) => true,
            _ => false,
        };
        if fault {
            return Err(format!("{:?} holds {:?}", who.role, row.key()));
        }
    }
    Ok(())
}

/// Of a removal a phone learns of no phone but itself, and staff of none.
fn names_others(device: &Device, resident: &Resident) -> bool {
    let own = device.is(Role::Resident).then_some(device.client.device);
    resident.removal.as_ref().is_some_and(|removal| {
        let mut named = removal.by.iter().chain(&removal.of);
        removal.flag.is_some() || named.any(|named| Some(*named) != own)
    })
}

/// Nothing changed since the last pull, and neither did the rights: a copied profile that took another
/// identity has those of the new one from then on.
fn is_current(device: &Device, server: &Server, now: chrono::DateTime<chrono::Utc>) -> bool {
    let scopes = server.scopes(device.client.device, device.staff.as_ref(), now);
    let rights = scopes.first().map(shared::scope::Scope::hash);
    let at = device.client.cursor.scopes.get(&OFFICE);
    at.is_some_and(|at| at.seq == server.tables.seq && Some(&at.hash) == rights.as_ref())
}

/// What must hold once everything was sent and pulled.
///
/// # Errors
/// What does not.
pub fn after_quiet(
    device: &Device,
    server: &Server,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), String> {
    for op in device.client.ops.values() {
        let OpStatus::Settled { result, .. } = &op.status else {
            return Err(format!("op {} never settled", op.envelope.op_id));
        };
        let fact = op.envelope.command().is_ok_and(|command| command.is_fact());
        if fact && matches!(result, OpResult::Rejected(_)) {
            return Err(format!(
                "a fact was refused: {} {result:?}",
                op.envelope.kind
            ));
        }
    }
    for promised in &device.promised {
        let kept = device
            .client
            .ops
            .values()
            .any(|op| op.envelope.op_id == *promised);
        if !kept && !server.tables.memory.settled.contains_key(promised) {
            return Err(format!("op {promised} was lost"));
        }
    }
    let here: BTreeMap<_, _> = device
        .client
        .base
        .rows()
        .map(|row| (row.key(), row))
        .collect();
    let scopes = server.scopes(device.client.device, device.staff.as_ref(), now);
    let there: BTreeMap<_, Row> = scopes
        .iter()
        .flat_map(|scope| {
            server
                .tables
                .rows
                .values()
                .filter_map(|row| scope.view(row))
        })
        .map(|row| (row.key(), row))
        .collect();
    for (key, row) in &there {
        if here.get(key) != Some(&row) {
            return Err(format!(
                "the device shows {:?}, the server {row:?}",
                here.get(key)
            ));
        }
    }
    if let Some(key) = here.keys().find(|key| !there.contains_key(key)) {
        return Err(format!("the device still holds {key:?}"));
    }
    let view: BTreeMap<_, _> = device
        .client
        .view
        .rows()
        .map(|row| (row.key(), row))
        .collect();
    if view != here {
        let only: Vec<_> = view.keys().filter(|key| !here.contains_key(key)).collect();
        let (next, seen) = (device.client.next_seq, device.client.base_seq);
        return Err(format!(
            "with nothing left to send, the view differs from what was pulled (ops before {next}, \
             pulled to {seen}, only in the view: {only:?})"
        ));
    }
    Ok(())
}
