//! Says that the server itself answers: a service worker could answer for it, but not with this body.

use axum::{Json, extract::State};
use shared::sync::Health;

use crate::{error::ApiError, state::Shared, store};

/// Whether the server and its database answer.
#[utoipa::path(
    get, path = "/api/v1/health", tag = "service",
    responses((status = 200, body = super::document::Health))
)]
pub async fn health(State(state): State<Shared>) -> Result<Json<Health>, ApiError> {
    let mut tx = state.db.read().await?;
    let epoch = store::meta::epoch(&mut tx).await?;
    Ok(Json(Health {
        status: "ok".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        epoch,
        now: state.clock.now(),
    }))
}
