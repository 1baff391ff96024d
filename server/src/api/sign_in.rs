//! `POST session`: signs a member of staff in on this device.

use axum::{
    Json,
    extract::State,
    response::{AppendHeaders, IntoResponse},
};
use http::header;
use shared::sync::SignIn;

use super::me;
use crate::{
    auth::{
        device::AnyDevice,
        session::{self, Session},
        sign_in,
    },
    error::ApiError,
    state::{Address, Shared},
};

/// Opens a session; its cookie goes with later requests. Tries are limited.
#[utoipa::path(
    post, path = "/api/v1/session", tag = "session",
    request_body = super::document::SignIn,
    security(("device" = [])),
    responses(
        (status = 200, body = super::document::Account, headers(("Set-Cookie" = String))),
        (status = 400, description = "`malformed`", body = super::document::Problem),
        (status = 401, description = "`sign_in_failed`, `device_token`", body = super::document::Problem),
        (status = 403, description = "`origin_mismatch`", body = super::document::Problem),
        (status = 429, description = "`too_many_requests`", body = super::document::Problem),
    )
)]
pub async fn sign_in(
    State(state): State<Shared>,
    device: AnyDevice,
    address: Address,
    before: Option<Session>,
    Json(given): Json<SignIn>,
) -> Result<impl IntoResponse, ApiError> {
    let username = sign_in::username(&given.username);
    state.limiters.sign_in(address.0, &username)?;
    let (account, token) = sign_in::sign_in(&state, device, address, given, before).await?;
    let cookie = session::cookie(&token, state.config.behind_proxy);
    Ok((
        AppendHeaders([(header::SET_COOKIE, cookie)]),
        Json(me::account(&state, account)),
    ))
}
