//! When each tablet of an office was last heard from.

use axum::{
    Json,
    extract::{Path, State},
};
use shared::{
    ids::OfficeId,
    lease::Tablet,
    row::{Entity, Of},
    sync::TabletContact,
};

use crate::{
    auth::role::Desk,
    error::ApiError,
    state::Shared,
    store::{devices, rows},
};

/// The office's tablets, in the order of their letters.
#[utoipa::path(
    get, path = "/api/v1/offices/{id}/tablets", tag = "offices",
    params(("id" = i64, Path)),
    security(("session" = [])),
    responses(
        (status = 200, body = [super::document::TabletContact]),
        (status = 401, description = "`session_missing`", body = super::document::Problem),
        (status = 403, description = "`not_allowed`, `other_office`", body = super::document::Problem),
    )
)]
pub async fn tablets(
    State(state): State<Shared>,
    desk: Desk,
    Path(id): Path<OfficeId>,
) -> Result<Json<Vec<TabletContact>>, ApiError> {
    desk.of(id)?;
    let mut tx = state.db.read().await?;
    let tablets = rows::all(&mut tx, id, Entity::Tablet).await?;
    let tablets: Vec<&Tablet> = tablets.iter().filter_map(Tablet::of).collect();
    let ids: Vec<_> = tablets.iter().map(|tablet| tablet.id).collect();
    let contacts = devices::contacts(&mut tx, &ids).await?;
    let mut contacts: Vec<_> = tablets
        .into_iter()
        .filter_map(|tablet| {
            Some(TabletContact {
                letters: tablet.letters.clone(),
                last_contact: *contacts.get(&tablet.id)?,
            })
        })
        .collect();
    // A, B, … Z, AA: as they were given out.
    contacts.sort_by_key(|tablet| (tablet.letters.len(), tablet.letters.clone()));
    Ok(Json(contacts))
}
