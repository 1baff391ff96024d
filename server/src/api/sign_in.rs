//! `POST session`: signs a member of staff in on this device.

use axum::{
    Json,
    extract::State,
    response::{AppendHeaders, IntoResponse},
};
use http::header;
use shared::{
    problem::Code,
    sync::{Account, SignIn},
};

use super::me;
use crate::{
    auth::{
        device::AnyDevice,
        session::Session,
        sign_in::{self, SignedIn},
    },
    error::ApiError,
    state::{Address, Shared},
};

/// Opens a session; its cookie goes with later requests. Sessions of others on this device end, but for
/// operators of one office that locks its screens, where `beside` names them. Tries are limited.
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
    let tried = sign_in::Try::judge(&state, &device, address, &given.username).await?;
    let signed_in = sign_in::sign_in(&state, device, &tried, given, before).await;
    if let Err(error) = &signed_in
        && error.code() == Code::SignInFailed
    {
        tried.failed(&state);
    }
    let SignedIn {
        account,
        token,
        cookie,
        beside,
        seal,
    } = signed_in?;
    let cookie = cookie.with(&token, state.config.behind_proxy);
    let account = Account {
        beside,
        seal,
        ..me::account(&state, account)
    };
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), Json(account)))
}
