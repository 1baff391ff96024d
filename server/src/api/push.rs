//! The one door for writes: a device's ops in order, answered one by one.

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    response::{IntoResponse, Response},
};
use shared::{
    ids::DeviceId,
    problem::Code,
    sync::{PUSH_OPS, Push, Pushed, place_of},
};

use crate::{
    auth::{device::AnyDevice, session::Session},
    batch::{Submission, Via},
    error::ApiError,
    state::Shared,
    store,
};

/// Takes ops. A stop after some of them were taken is told in `stopped`; what follows stays queued.
#[utoipa::path(
    post, path = "/api/v1/sync/push", tag = "sync",
    request_body = super::document::Push,
    security(("device" = [])),
    responses(
        (status = 200, body = super::document::Pushed),
        (status = 400, description = "`malformed`, `too_many_ops`: nothing was taken", body = super::document::Problem),
        (status = 401, description = "`device_token`", body = super::document::Problem),
        (status = 403, description = "`origin_mismatch`", body = super::document::Problem),
        (status = 409, description = "`seq_gap` with `expected`", body = super::document::Problem),
        (status = 413, description = "`too_large`", body = super::document::Problem),
        (status = 426, description = "`app_too_old`", body = super::document::Problem),
        (status = 429, description = "`too_many_requests`", body = super::document::Problem),
        (status = 503, description = "`upgrade_pending`, `busy`", body = super::document::Problem),
    )
)]
pub async fn push(
    State(state): State<Shared>,
    AnyDevice { id: device, .. }: AnyDevice,
    session: Option<Session>,
    body: Result<Json<Push>, JsonRejection>,
) -> Result<Response, ApiError> {
    let Json(push) = match body {
        Ok(push) => push,
        // Size and media type keep their own answers.
        Err(rejection @ JsonRejection::BytesRejection(_)) => return Ok(rejection.into_response()),
        Err(rejection @ JsonRejection::MissingJsonContentType(_)) => {
            return Ok(rejection.into_response());
        }
        Err(_) => return Err(Code::Malformed.into()),
    };
    if push.ops.len() > PUSH_OPS {
        return Err(Code::TooManyOps.into());
    }
    // Without id and place an op cannot even be put aside.
    if let Some(n) = push.ops.iter().position(|op| place_of(op).is_none()) {
        return Err(ApiError::from(Code::Malformed).at(&format!("ops[{n}]"), "undecodable"));
    }
    if let Some(session) = session.filter(|session| session.device != device) {
        follow(&state, device, &session).await?;
    }
    let pushed = state
        .batcher
        .submit(Submission {
            device,
            via: Via::Http,
            sent_at: push.sent_at,
            declare_gap: push.declare_gap,
            ops: push.ops,
        })
        .await?;
    answer(pushed)
}

/// A browser that had to take a new device id is still the one in which the person signed in.
async fn follow(state: &Shared, device: DeviceId, session: &Session) -> Result<(), ApiError> {
    let mut tx = state.db.write().await?;
    store::devices::link_account(&mut tx, device, session.account.id).await?;
    tx.commit().await?;
    Ok(())
}

fn answer(pushed: Pushed) -> Result<Response, ApiError> {
    match pushed.stopped {
        Some(stopped)
            if pushed.results.is_empty()
                && matches!(
                    stopped.code,
                    Code::SeqGap | Code::UpgradePending | Code::AppTooOld
                ) =>
        {
            Err(ApiError::from(stopped.code).expecting(stopped.expected))
        }
        _ => Ok(Json(pushed).into_response()),
    }
}
