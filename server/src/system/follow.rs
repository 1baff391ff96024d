//! Bookings whose mobile session has another day or other hours.

use crate::store::{StoreError, Tx, rows};
use chrono::{DateTime, Utc};
use shared::{
    booking::{Booking, State},
    command::Command,
    ids::OpId,
    office::Office,
    plan::Plan,
    row::{Entity, Key, Of},
    session::Session,
};
use uuid::Uuid;

pub(super) async fn due(
    tx: &mut Tx,
    _now: DateTime<Utc>,
    office: &Office,
) -> Result<Vec<(OpId, Command)>, StoreError> {
    let Some(plan) = rows::get::<Plan>(tx, office.id, Key::plan(office.id)).await? else {
        return Ok(Vec::new());
    };
    let keys: Vec<Key> = plan.sessions.iter().map(|id| Key::from(*id)).collect();
    let mut commands = Vec::new();
    for session in rows::some::<Session>(tx, office.id, &keys).await? {
        let days = session.former.iter().flatten().map(|start| start.date());
        let (Some(first), Some(last)) = (days.clone().min(), days.max()) else {
            continue;
        };
        let slots = session.slots(office);
        let open = rows::open_between(tx, office.id, Entity::Booking, first, last).await?;
        let moved = open.iter().filter_map(Booking::of).filter(|booking| {
            booking.session == Some(session.id)
                && booking.state == State::Confirmed
                && slots.iter().all(|plan| Some(plan.start) != booking.slot)
        });
        commands.extend(moved.map(|booking| {
            let name = format!("follow/{}/{:?}", session.version, booking.slot);
            let id = OpId(Uuid::new_v5(&booking.id.0, name.as_bytes()));
            let booking = booking.id;
            (id, Command::FollowSession { booking })
        }));
    }
    Ok(commands)
}
