//! The daily round: seats that were given back are offered to those who wait, in turn, and what is
//! left may then be booked by everybody.

use crate::store::{StoreError, Tx, ops, rows, slots};
use chrono::{DateTime, NaiveDate, Utc};
use shared::{
    booking::Booking,
    command::Command,
    ids::{DeviceId, OpId, SlotId},
    office::Office,
    row::{Entity, Of},
    slot::{Slot, SlotPlan},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
};
use uuid::Uuid;

/// Once a day, from `release_at` on. Releasing today's seats ends the round: also where there are none.
pub(super) async fn due(
    tx: &mut Tx,
    now: DateTime<Utc>,
    office: &Office,
) -> Result<Vec<(OpId, Command)>, StoreError> {
    let local = office.zone.local(now);
    let today = local.date();
    let last = release(office, today, today);
    if local.time() < office.settings.release_at {
        return Ok(Vec::new());
    }
    let said = ops::said_by(tx, DeviceId::system(office.id), &[last.0]).await?;
    if !said.is_empty() {
        return Ok(Vec::new());
    }
    let claimed = slots::from_day(tx, office.id, today).await?;
    let freed = claimed.iter().filter(|slot| slot.freed > 0);
    let freed: BTreeSet<NaiveDate> = freed.map(|slot| slot.start.date()).collect();
    let waiting = rows::open_undated(tx, office.id, Entity::Booking).await?;
    let mut round = in_turn(office, now, &waiting, claimed);
    for date in freed.into_iter().filter(|date| *date != today) {
        round.push(release(office, date, today));
    }
    round.push(last);
    Ok(round)
}

/// An offer for each of those who wait, as far as the seats go. The decision looks again.
fn in_turn(
    office: &Office,
    now: DateTime<Utc>,
    waiting: &[shared::row::Row],
    claimed: Vec<Slot>,
) -> Vec<(OpId, Command)> {
    let mut slots: BTreeMap<SlotId, Slot> =
        claimed.into_iter().map(|slot| (slot.id, slot)).collect();
    let mut waiting: Vec<&Booking> = waiting.iter().filter_map(Booking::of).collect();
    waiting.sort_by_key(|booking| booking.turn());
    let mut offers = Vec::new();
    for booking in waiting {
        let row = |plan: SlotPlan| -> Result<Slot, Infallible> {
            let known = slots.get(&plan.start.id(office.id)).cloned();
            Ok(known.map_or_else(|| Slot::new(office.id, plan), |slot| slot.planned(plan)))
        };
        let Ok(found) = office.find_seats(booking, &[], now, row);
        if found.is_empty() {
            continue;
        }
        slots.extend(found.into_iter().map(|slot| (slot.id, slot)));
        let name = format!("round/{}", office.today(now));
        let id = OpId(Uuid::new_v5(&booking.id.0, name.as_bytes()));
        let booking = booking.id;
        offers.push((id, Command::OfferSlots { booking }));
    }
    offers
}

fn release(office: &Office, date: NaiveDate, today: NaiveDate) -> (OpId, Command) {
    let name = format!("round/{today}/{date}");
    let of = DeviceId::system(office.id);
    let id = OpId(Uuid::new_v5(&of.0, name.as_bytes()));
    (id, Command::ReleaseSeats { date })
}
