//! Phones to remove: another phone asked for it, they heard of it, and nobody objected within a day.

use crate::store::{StoreError, Tx, rows};
use chrono::{DateTime, Utc};
use shared::{
    command::Command,
    ids::OpId,
    office::Office,
    resident::Resident,
    row::{Entity, Of},
};
use uuid::Uuid;

pub(super) async fn due(
    tx: &mut Tx,
    now: DateTime<Utc>,
    office: &Office,
) -> Result<Vec<(OpId, Command)>, StoreError> {
    let due = rows::due(tx, office.id, Entity::Resident, now).await?;
    let due = due.iter().filter_map(Resident::of);
    Ok(due
        .filter_map(|resident| {
            let removal = resident.removal.as_ref()?;
            // The same id from every instance; another one for another request.
            let name = format!("remove-others/{}", removal.at.timestamp_micros());
            let id = OpId(Uuid::new_v5(&resident.id.0, name.as_bytes()));
            let resident = resident.id;
            Some((id, Command::RemoveOthers { resident }))
        })
        .collect())
}
