//! What changed since the cursor, cut to what this device may hold.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Query, State},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use shared::{
    problem::Code,
    sync::{Cursor, PULL_ROWS, Pulled, ScopeCursor},
};

use crate::{
    auth::{device::Device, session::Session},
    error::ApiError,
    scopes,
    state::Shared,
    store,
};

#[derive(Deserialize)]
pub struct From {
    cursor: Option<String>,
    limit: Option<u32>,
    /// The account that the device shows as signed in, or `nobody`.
    #[serde(rename = "as")]
    account: Option<String>,
}

/// Changes after the cursor. The first page of an office named in `reset` begins anew.
#[utoipa::path(
    get, path = "/api/v1/sync/pull", tag = "sync",
    params(
        ("cursor" = Option<String>, Query, description = "base64url of the cursor last answered"),
        ("limit" = Option<u32>, Query, description = "rows at most; 1000 if left out"),
        ("as" = Option<String>, Query, description = "the account that the device shows as signed in, or `nobody`; a session of another account counts for nothing then"),
    ),
    security(("device" = [])),
    responses(
        (status = 200, body = super::document::Pulled),
        (status = 400, description = "`malformed`", body = super::document::Problem),
        (status = 401, description = "`device_token`", body = super::document::Problem),
        (status = 403, description = "`device_revoked`: wipe what was pulled", body = super::document::Problem),
    )
)]
pub async fn pull(
    State(state): State<Shared>,
    Device(device): Device,
    session: Option<Session>,
    Query(from): Query<From>,
) -> Result<Json<Pulled>, ApiError> {
    let cursor = match from.cursor.as_deref() {
        None | Some("") => Cursor::default(),
        Some(text) => read_cursor(text).ok_or(Code::Malformed)?,
    };
    let limit = from.limit.unwrap_or(PULL_ROWS).clamp(1, PULL_ROWS);
    let now = state.clock.now();
    // A cookie may outlive what the person was told: signed out without a network.
    let is_meant = |session: &Session| {
        let asked = from.account.as_deref();
        asked.is_none_or(|asked| asked == session.account.id.to_string())
    };
    let session = session.filter(is_meant);

    // One snapshot for all of it: the client replays its own later ops over exactly these rows.
    let mut tx = state.db.read().await?;
    let epoch = store::meta::epoch(&mut tx).await?;
    let scopes = scopes::of(&mut tx, device, session.as_ref(), now).await?;
    let mut floors = BTreeMap::new();
    for office in scopes.iter().map(|scope| scope.office) {
        floors.insert(office, store::clocks::floor(&mut tx, office).await?);
    }
    let floor = |office| floors.get(&office).copied().unwrap_or(0);
    let plan = cursor.plan(&epoch, scopes, floor);
    let page = store::pull::page(&mut tx, &plan.read, limit).await?;
    let device_seq = store::devices::last_seq(&mut tx, device).await?;
    drop(tx);

    let mut next = Cursor {
        epoch,
        ..Cursor::default()
    };
    for ((scope, _), seq) in plan.read.iter().zip(&page.reached) {
        let reached = ScopeCursor {
            hash: scope.hash(),
            seq: *seq,
            floor: floor(scope.office),
        };
        next.scopes.insert(scope.office, reached);
    }
    Ok(Json(Pulled {
        changes: page.changes,
        cursor: next,
        device_seq,
        more: page.more,
        reset: plan.reset,
        now,
    }))
}

fn read_cursor(text: &str) -> Option<Cursor> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}
