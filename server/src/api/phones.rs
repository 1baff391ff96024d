//! The phones that may act for a resident: for staff, who remove lost ones.

use axum::{
    Json,
    extract::{Path, State},
};
use shared::{
    ids::{OfficeId, ResidentId},
    problem::Code,
    removal::PhoneId,
    resident::{Device, Resident},
    row::Key,
    sync::{ResidentPhone, Role},
};

use crate::{
    auth::role::Helper,
    error::ApiError,
    state::Shared,
    store::{devices, rows},
};

/// In the order in which they got the right. Of a phone it says since when, the last contact, and what it
/// asked for; nothing else.
#[utoipa::path(
    get, path = "/api/v1/offices/{id}/residents/{resident}/phones", tag = "offices",
    params(("id" = i64, Path), ("resident" = uuid::Uuid, Path)),
    security(("session" = [])),
    responses(
        (status = 200, body = [super::document::ResidentPhone]),
        (status = 401, description = "`session_missing`", body = super::document::Problem),
        (status = 403, description = "`not_allowed`, `other_office`", body = super::document::Problem),
        (status = 404, description = "`not_found`", body = super::document::Problem),
    )
)]
pub async fn phones(
    State(state): State<Shared>,
    helper: Helper,
    Path((id, resident)): Path<(OfficeId, ResidentId)>,
) -> Result<Json<Vec<ResidentPhone>>, ApiError> {
    let account = helper.of(id)?;
    let mut tx = state.db.read().await?;
    let person: Option<Resident> = rows::get(&mut tx, id, resident).await?;
    let person = person.filter(|person| !person.forgotten);
    let person = person.ok_or(Code::NotFound)?;
    // Kelurahan staff do not learn who lives elsewhere.
    if account.role == Role::Kelurahan && account.kelurahan != person.kelurahan {
        return Err(Code::NotFound.into());
    }
    let keys: Vec<Key> = person.holders.iter().copied().map(Key::from).collect();
    let known: Vec<Device> = rows::some(&mut tx, id, &keys).await?;
    let contacts = devices::contacts(&mut tx, &person.holders).await?;
    let removal = person.removal.as_ref();
    let mut phones: Vec<ResidentPhone> = known
        .into_iter()
        .filter_map(|device| {
            let grant = device.grants.iter().find(|g| g.resident == resident)?;
            Some(ResidentPhone {
                phone: PhoneId::of(device.id, resident),
                since: grant.at,
                last_contact: contacts.get(&device.id).copied().flatten(),
                asks: removal.is_some_and(|removal| removal.is_asked_by(device.id)),
                goes: removal.is_some_and(|removal| removal.of.contains(&device.id)),
            })
        })
        .collect();
    phones.sort_by_key(|phone| (phone.since, phone.phone));
    Ok(Json(phones))
}
