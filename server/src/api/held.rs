//! Ops that wait for the head's yes: their authors were not signed in there any more.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Path, State},
};
use shared::{
    command::Command,
    envelope::Actor,
    ids::OfficeId,
    problem::Code,
    sync::{HeldOp, OpResult, envelope_of},
};

use crate::{
    auth::role::Head,
    error::ApiError,
    state::Shared,
    store::{accounts, ops},
};

/// Looked at in one answer.
const MOST: i64 = 1_000;

/// The oldest first.
#[utoipa::path(
    get, path = "/api/v1/offices/{id}/held", tag = "offices",
    params(("id" = i64, Path)),
    security(("session" = [])),
    responses(
        (status = 200, body = [super::document::HeldOp]),
        (status = 401, description = "`session_missing`", body = super::document::Problem),
        (status = 403, description = "`not_allowed`, `other_office`", body = super::document::Problem),
    )
)]
pub async fn held(
    State(state): State<Shared>,
    head: Head,
    Path(id): Path<OfficeId>,
) -> Result<Json<Vec<HeldOp>>, ApiError> {
    head.of(id)?;
    let mut tx = state.db.read().await?;
    let names: BTreeMap<_, _> = accounts::list(&mut tx)
        .await?
        .into_iter()
        .filter(|account| account.office == id)
        .map(|account| (account.id, account.name))
        .collect();
    let waiting = ops::waiting(&mut tx, id, MOST).await?;
    let read = |(op, result, received_at, payload): (_, OpResult, _, String)| {
        let OpResult::Quarantined { code: why } = result else {
            return None;
        };
        let envelope = envelope_of(&serde_json::from_str(&payload).ok()?)?;
        let Actor::User(author) = envelope.actor else {
            return None;
        };
        // Who is nobody of the office needs no answer of its head.
        let author = names.get(&author)?.clone();
        let command = envelope.command().ok();
        let draft = command.as_ref().and_then(Command::draft);
        Code::WAITS_FOR_YES.contains(&why).then(|| HeldOp {
            op,
            about: draft.map(|draft| draft.name.to_string()),
            kind: envelope.kind,
            author: Some(author),
            why,
            received_at,
        })
    };
    Ok(Json(waiting.into_iter().filter_map(read).collect()))
}
