//! `POST session/password`: who is signed in gives themselves another password.

use axum::{Json, extract::State};
use http::StatusCode;
use shared::{office::Office, problem::Code, row::Key, sync::NewPassword};

use crate::{
    auth::{
        password::{self, Queue},
        session::Session,
    },
    error::ApiError,
    state::Shared,
    store::{
        accounts,
        audit::{self, Entry},
        rows, sessions, trust,
    },
};

/// Sets another password. The account's other sessions end. Of what its other devices still hold, facts
/// apply and are flagged, and wishes wait for the head, as after `rekam user passwd`. Tries are limited.
#[utoipa::path(
    post, path = "/api/v1/session/password", tag = "session",
    request_body = super::document::NewPassword,
    security(("session" = [])),
    responses(
        (status = 204),
        (status = 400, description = "`malformed`, `password_weak`", body = super::document::Problem),
        (status = 401, description = "`session_missing`, `sign_in_failed`", body = super::document::Problem),
        (status = 403, description = "`origin_mismatch`", body = super::document::Problem),
        (status = 429, description = "`too_many_requests`", body = super::document::Problem),
    )
)]
pub async fn change(
    State(state): State<Shared>,
    session: Session,
    Json(given): Json<NewPassword>,
) -> Result<StatusCode, ApiError> {
    let Session {
        token,
        account,
        device,
        ..
    } = session;
    state.limiters.own_password(account.id, state.clock.now())?;
    if !shared::password::may_be_one(&given.current) {
        return Err(Code::SignInFailed.into());
    }
    let mut tx = state.db.read().await?;
    let office: Option<Office> =
        rows::get(&mut tx, account.office, Key::office(account.office)).await?;
    drop(tx);
    let office = office.map(|office| office.name).unwrap_or_default();
    let hash = Some(account.password_hash.clone());
    if !password::verify(given.current, hash, Queue::Known).await {
        return Err(Code::SignInFailed.into());
    }
    let known = [account.username.as_str(), account.name.as_str(), &office];
    shared::password::check(&given.new, &known).map_err(|_| Code::PasswordWeak)?;
    let hash = password::hash(given.new)
        .await
        .map_err(|_| Code::Internal)?;

    let mut tx = state.db.write().await?;
    // It may have got another password meanwhile, or have been locked.
    if accounts::locked(&mut tx, account.id).await?.as_ref() != Some(&account) {
        return Err(Code::SignInFailed.into());
    }
    accounts::set_password(&mut tx, account.id, &hash).await?;
    let now = state.clock.now();
    trust::doubt_elsewhere(&mut tx, account.id, device, now).await?;
    sessions::end_others(&mut tx, account.id, &token).await?;
    let id = account.id.to_string();
    let entry = Entry::new(now, None, Some(device), id.clone(), "account_password", id);
    audit::note(&mut tx, account.office, entry).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
