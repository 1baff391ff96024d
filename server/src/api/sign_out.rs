//! `DELETE session`: ends it. What waits in the device's outbox is still taken later.

use axum::{
    extract::State,
    response::{AppendHeaders, IntoResponse},
};
use http::{StatusCode, header};

use crate::{
    auth::session::{self, Session},
    error::ApiError,
    state::Shared,
    store,
};

/// Ends the session, if there is one.
#[utoipa::path(
    delete, path = "/api/v1/session", tag = "session",
    security(("session" = [])),
    responses(
        (status = 204, headers(("Set-Cookie" = String))),
        (status = 403, description = "`origin_mismatch`", body = super::document::Problem),
    )
)]
pub async fn sign_out(
    State(state): State<Shared>,
    session: Option<Session>,
) -> Result<impl IntoResponse, ApiError> {
    if let Some(session) = session {
        let mut tx = state.db.write().await?;
        store::sessions::end(&mut tx, &session.token).await?;
        tx.commit().await?;
    }
    let cookie = session::no_cookie(state.config.behind_proxy);
    Ok((
        StatusCode::NO_CONTENT,
        AppendHeaders([(header::SET_COOKIE, cookie)]),
    ))
}
