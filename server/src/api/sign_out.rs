//! `DELETE session`: ends it. What waits in the device's outbox is still taken later.

use axum::{
    extract::{Query, State},
    response::{AppendHeaders, IntoResponse},
};
use http::{StatusCode, header};
use serde::Deserialize;

use crate::{
    auth::{
        device::AnyDevice,
        session::{Asked, Cookie, Session},
    },
    error::ApiError,
    state::Shared,
    store,
};

#[derive(Deserialize)]
pub struct Leaving {
    next_seq: Option<u64>,
}

/// Ends the session, if there is one, and no other on the device. What the device has queued before `next_seq` still applies.
#[utoipa::path(
    delete, path = "/api/v1/session", tag = "session",
    params(("next_seq" = Option<u64>, Query, description = "the place of the device's next op; the one after the last received if left out")),
    security(("session" = [])),
    responses(
        (status = 204, headers(("Set-Cookie" = String))),
        (status = 403, description = "`origin_mismatch`", body = super::document::Problem),
    )
)]
pub async fn sign_out(
    State(state): State<Shared>,
    session: Option<Session>,
    device: Result<AnyDevice, ApiError>,
    asked: Asked,
    Query(leaving): Query<Leaving>,
) -> Result<impl IntoResponse, ApiError> {
    let cookie = match (&session, asked) {
        (Some(session), _) => session.cookie,
        (None, Asked::Account(id)) => Cookie::Of(id),
        (None, Asked::Any | Asked::Unreadable) => Cookie::Alone,
    };
    if let Some(session) = session {
        let mut tx = state.db.write().await?;
        store::sessions::end(&mut tx, &session.token).await?;
        // `next_seq` is a place in the queue of the device that asks, whatever id the session has gone on to.
        let device = device.map_or(session.device, |device| device.id);
        let places = (device, leaving.next_seq);
        store::trust::sign_out(&mut tx, session.device, session.account.id, places).await?;
        tx.commit().await?;
    }
    let cookie = cookie.without(state.config.behind_proxy);
    Ok((
        StatusCode::NO_CONTENT,
        AppendHeaders([(header::SET_COOKIE, cookie)]),
    ))
}
