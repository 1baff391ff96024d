//! One office with its settings: nothing in it is personal.

use axum::{
    Json,
    extract::{Path, State},
};
use shared::{ids::OfficeId, office::Office, problem::Code, row::Key};

use crate::{
    error::ApiError,
    state::Shared,
    store::{Tx, rows},
};

/// One office.
#[utoipa::path(
    get, path = "/api/v1/offices/{id}", tag = "offices",
    params(("id" = i64, Path)),
    responses(
        (status = 200, body = super::document::Office),
        (status = 404, description = "`not_found`", body = super::document::Problem),
    )
)]
pub async fn office(
    State(state): State<Shared>,
    Path(id): Path<OfficeId>,
) -> Result<Json<Office>, ApiError> {
    let mut tx = state.db.read().await?;
    Ok(Json(find(&mut tx, id).await?))
}

/// The office of this number.
///
/// # Errors
/// `not_found`.
pub async fn find(tx: &mut Tx, id: OfficeId) -> Result<Office, ApiError> {
    rows::get(tx, id, Key::office(id))
        .await?
        .ok_or_else(|| Code::NotFound.into())
}
