//! Ops that wait for the head's yes: their authors were not signed in there any more. Only those of devices
//! on which staff of the office have signed in: anybody else's phone may claim to speak for somebody.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Path, State},
};
use shared::{
    command::Command,
    envelope::Actor,
    ids::OfficeId,
    lease::Tablet,
    row::{Entity, Of},
    sync::{HeldOp, OpResult, envelope_of},
};

use crate::{
    auth::role::Head,
    error::ApiError,
    state::Shared,
    store::{
        accounts, devices,
        ops::{self, Quarantined},
        rows,
    },
};

/// Looked at in one answer: of each device, and of all.
const MOST: (i64, i64) = (200, 1_000);

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
    let waiting = ops::waiting(&mut tx, id, None, MOST).await?;
    let tablets = rows::all(&mut tx, id, Entity::Tablet).await?;
    let tablets = tablets.iter().filter_map(Tablet::of);
    let letters: BTreeMap<_, _> = tablets.map(|t| (t.id, t.letters.clone())).collect();
    let devices = devices::list_staff(&mut tx, Some(id)).await?.into_iter();
    let people: BTreeMap<_, Vec<String>> = devices
        .map(|device| (device.id, device.people.into_iter().map(|(name, _)| name)))
        .map(|(id, names)| (id, names.collect()))
        .collect();
    let read = |op: Quarantined| {
        let OpResult::Quarantined { code: why } = op.result else {
            return None;
        };
        let envelope = envelope_of(&serde_json::from_str(&op.payload?).ok()?)?;
        let Actor::User(author) = envelope.actor else {
            return None;
        };
        // Who is nobody of the office needs no answer of its head.
        let author = names.get(&author)?.clone();
        let command = envelope.command().ok();
        let draft = command.as_ref().and_then(Command::draft);
        Some(HeldOp {
            op: op.op_id,
            about: draft.map(|draft| draft.name.to_string()),
            kind: envelope.kind,
            author: Some(author),
            device: op.device,
            letters: letters.get(&op.device).cloned(),
            people: people.get(&op.device).cloned().unwrap_or_default(),
            why,
            received_at: op.received_at,
        })
    };
    Ok(Json(waiting.into_iter().filter_map(read).collect()))
}
