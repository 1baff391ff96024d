//! All offices of the deployment, for choosing one.

use axum::{Json, extract::State};
use shared::office::Office;

use crate::{error::ApiError, state::Shared, store};

/// All offices, in the order of their numbers.
#[utoipa::path(
    get, path = "/api/v1/offices", tag = "offices",
    responses((status = 200, body = [super::document::Office]))
)]
pub async fn offices(State(state): State<Shared>) -> Result<Json<Vec<Office>>, ApiError> {
    let mut tx = state.db.read().await?;
    Ok(Json(store::rows::offices(&mut tx).await?))
}
