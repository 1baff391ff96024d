//! The devices on which staff of an office have signed in: for its head, who locks lost ones.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Path, State},
};
use shared::{
    ids::OfficeId,
    lease::Tablet,
    row::{Entity, Of},
    sync::StaffDevice,
};

use crate::{
    auth::role::Head,
    error::ApiError,
    state::Shared,
    store::{devices, rows},
};

/// Tablets in the order of their letters, then other devices, the latest contact first. The browser that
/// asks is there once, under whatever ids it was known before.
#[utoipa::path(
    get, path = "/api/v1/offices/{id}/devices", tag = "offices",
    params(("id" = i64, Path)),
    security(("session" = [])),
    responses(
        (status = 200, body = [super::document::StaffDevice]),
        (status = 401, description = "`session_missing`", body = super::document::Problem),
        (status = 403, description = "`not_allowed`, `other_office`", body = super::document::Problem),
    )
)]
pub async fn devices(
    State(state): State<Shared>,
    head: Head,
    Path(id): Path<OfficeId>,
) -> Result<Json<Vec<StaffDevice>>, ApiError> {
    let asking = head.0.device;
    head.of(id)?;
    let mut tx = state.db.read().await?;
    let tablets = rows::all(&mut tx, id, Entity::Tablet).await?;
    let letters: BTreeMap<_, _> = tablets
        .iter()
        .filter_map(Tablet::of)
        .map(|tablet| (tablet.id, tablet.letters.clone()))
        .collect();
    let mut listed = devices::list_staff(&mut tx, Some(id)).await?;
    let own = devices::copies(&mut tx, asking).await?;
    listed.retain(|device| device.id == asking || !own.contains(&device.id));
    let mut listed: Vec<StaffDevice> = listed
        .into_iter()
        .map(|device| StaffDevice {
            device: device.id,
            letters: letters.get(&device.id).cloned(),
            people: device.people.into_iter().map(|(name, _)| name).collect(),
            last_contact: device.last_contact,
            locked: device.locked,
        })
        .collect();
    // A, B, … Z, AA: as they were given out. The sort keeps the order of the others.
    listed.sort_by_key(|device| {
        let letters = device.letters.clone();
        (
            letters.is_none(),
            letters.as_ref().map(String::len),
            letters,
        )
    });
    Ok(Json(listed))
}
