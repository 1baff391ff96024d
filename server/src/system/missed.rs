//! Bookings to which nobody came.

use crate::store::{StoreError, Tx, devices, rows};
use chrono::{DateTime, Utc};
use shared::{
    booking::{Booking, State},
    command::Command,
    ids::{DeviceId, OpId},
    lease::Tablet,
    office::Office,
    row::{Entity, Of},
    slot::SlotStart,
};
use uuid::Uuid;

/// Confirmed bookings whose slot and grace have passed, as far as the office's tablets can have told
/// of arrivals.
pub(super) async fn due(
    tx: &mut Tx,
    now: DateTime<Utc>,
    office: &Office,
) -> Result<Vec<(OpId, Command)>, StoreError> {
    let known_until = heard_until(tx, office, now).await?;
    let today = office.today(now);
    let open = rows::open_until(tx, office.id, Entity::Booking, today).await?;
    let is_missed = |booking: &&Booking| {
        // Nobody can come on a day that was closed: seats on other days are offered.
        let closed = |slot: SlotStart| slot.date() == today && office.slot(slot).is_none();
        let here = booking.slot.filter(|_| booking.state == State::Confirmed);
        here.filter(|slot| booking.session.is_some() || !closed(*slot))
            .is_some_and(|slot| office.absent_from(slot) < known_until)
    };
    let command = |booking: &Booking| {
        // The same id from every instance; another one when the booking was moved meanwhile.
        let name = format!("no-show/{:?}", booking.slot);
        let id = OpId(Uuid::new_v5(&booking.id.0, name.as_bytes()));
        let booking = booking.id;
        (id, Command::MarkNoShow { booking })
    };
    let missed = open.iter().filter_map(Booking::of).filter(is_missed);
    Ok(missed.map(command).collect())
}

/// Until when every tablet of the office has told what happened there; now, if it has none. One that was
/// silent for longer than staff work without a network holds nothing back: what it had is hidden from
/// it by then.
pub(super) async fn heard_until(
    tx: &mut Tx,
    office: &Office,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, StoreError> {
    let tablets = rows::all(tx, office.id, Entity::Tablet).await?;
    let ids: Vec<DeviceId> = tablets
        .iter()
        .filter_map(Tablet::of)
        .map(|t| t.id)
        .collect();
    if ids.is_empty() {
        return Ok(now);
    }
    let contacts = devices::contacts(tx, &ids).await?;
    let heard = contacts.into_values().flatten();
    Ok(heard
        .filter(|at| office.works_offline_until(*at) > now)
        .min()
        .map_or(now, |at| at.min(now)))
}
