//! Says that the server itself answers: a service worker could answer for it, but not with this body.

use axum::{Json, extract::State};
use shared::{problem::Code, sync::Health};

use crate::{error::ApiError, state::Shared, store};

/// Whether the server and its database answer, and what waits is committed.
#[utoipa::path(
    get, path = "/api/v1/health", tag = "service",
    responses(
        (status = 200, body = super::document::Health),
        (status = 503, description = "`busy`: nothing was committed for a minute though ops wait", body = super::document::Problem),
    )
)]
pub async fn health(State(state): State<Shared>) -> Result<Json<Health>, ApiError> {
    let stalled = state.batcher.stalled_for();
    if let Some(time) = stalled.filter(|time| *time >= state.config.stalled_after) {
        tracing::error!(
            seconds = time.as_secs(),
            "nothing is committed though ops wait"
        );
        return Err(Code::Busy.into());
    }
    let mut tx = state.db.read().await?;
    let epoch = store::meta::epoch(&mut tx).await?;
    Ok(Json(Health {
        status: "ok".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        epoch,
        now: state.clock.now(),
    }))
}
