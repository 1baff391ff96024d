//! `GET session`: who is signed in here.

use axum::{Json, extract::State};
use shared::{lockbox, sync::Account};

use crate::{auth::role::Staff, error::ApiError, state, state::Shared, store::accounts};

/// The account of the session, with the keys for checking tickets offline.
#[utoipa::path(
    get, path = "/api/v1/session", tag = "session",
    security(("session" = [])),
    responses(
        (status = 200, body = super::document::Account),
        (status = 401, description = "`session_missing`", body = super::document::Problem),
    )
)]
pub async fn me(State(state): State<Shared>, staff: Staff) -> Result<Json<Account>, ApiError> {
    Ok(Json(account(&state, staff.0.account)))
}

/// The account as its owner sees it.
pub fn account(state: &state::State, account: accounts::Account) -> Account {
    Account {
        id: account.id,
        username: account.username,
        name: account.name,
        role: account.role,
        office: account.office,
        kelurahan: account.kelurahan,
        lockbox: state.keys.lockbox.as_ref().and_then(lockbox::public),
        seal: None,
        beside: Vec::new(),
        ticket_keys: state.keys.ticket_keys(state.clock.now()),
    }
}
