//! The one door for writes: a device's ops in order, answered one by one.

use axum::{
    Json,
    extract::{self, rejection::JsonRejection},
    response::{IntoResponse, Response},
};
use shared::{
    ids::DeviceId,
    problem::Code,
    sync::{OpResult, PUSH_OPS, Push, Pushed, place_of},
};

use crate::{
    address::Network,
    auth::{
        device::AnyDevice,
        seal,
        session::{Followers, Session},
    },
    batch::{Room, Submission, Taken, Via},
    error::ApiError,
    state::{Address, Shared, State},
    store::{
        self, StoreError,
        standing::{self, Standing},
    },
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
    extract::State(state): extract::State<Shared>,
    any: AnyDevice,
    session: Option<Session>,
    Address(address): Address,
    followers: Followers,
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
    // Without id and place an op cannot even be put aside, and some ids are the office's own.
    let is_unfit = |op| place_of(op).is_none_or(|(id, _)| id.is_derived());
    if let Some(n) = push.ops.iter().position(is_unfit) {
        return Err(ApiError::from(Code::Malformed).at(&format!("ops[{n}]"), "undecodable"));
    }
    let (device, from, now) = (any.id, Network::of(address), state.clock.now());
    if !push.ops.is_empty() {
        check_pace(&state, &any).await?;
    }
    let new = match push.ops.is_empty() {
        true => None,
        false => any.entering(&state, from)?,
    };
    let sizes: Vec<usize> = match session {
        Some(_) => Vec::new(),
        None => push.ops.iter().map(|op| op.to_string().len()).collect(),
    };
    if let Some(before) = followers.before {
        follow(&state, before, device, &followers.sessions).await?;
    }
    if !push.seals.is_empty() {
        seal::restore(&state, device, new.as_ref(), push.seals).await?;
    }
    // Before they are taken, so that pushes beside each other count too; what turns out to be no new op does
    // not count.
    let sent = push.ops.len() as f64;
    state.limiters.unknown.add(device, sent, now);
    let taken = state
        .batcher
        .take(Submission {
            device,
            via: Via::Http,
            sent_at: push.sent_at,
            declare_gap: push.declare_gap,
            room: Room {
                for_known: state.limiters.aside_known.wait(&device, now).is_none(),
                for_strangers: state.limiters.aside.wait(&from, now).is_none(),
            },
            new,
            ops: push.ops,
        })
        .await;
    let pushed = taken.as_ref().ok().map(|taken| &taken.pushed.results);
    let fresh = pushed.map_or(0, |all| all.iter().filter(|a| !a.replayed).count()) as f64;
    state.limiters.unknown.add(device, fresh - sent, now);
    let taken = taken?;
    count(&state, device, from, &taken, &sizes);
    answer(taken.pushed)
}

/// Slows a device of which too much came lately: one that nobody knows whatever became of it, one of a verified
/// person only far beyond what a person does without effect, one of staff never. While much comes of all that
/// nobody knows, each of them computes first.
async fn check_pace(state: &State, any: &AnyDevice) -> Result<(), ApiError> {
    let (limits, now) = (&state.limiters, state.clock.now());
    let own = limits.unknown.wait(&any.id, now);
    // A new one has its computation in `entering`.
    let bits = match any.new {
        Some(_) => 0,
        None => limits.unknown_bits(now),
    };
    if own.is_none() && bits == 0 {
        return Ok(());
    }
    let wait = match standing_of(state, any.id).await? {
        Standing::Staff => None,
        Standing::Known => limits.fruitless.wait(&any.id, now),
        Standing::Stranger | Standing::Heard => {
            let proof = any.proof.as_ref();
            state.newcomers.prove("push", any.id, bits, proof, now)?;
            own
        }
    };
    match wait {
        Some(seconds) => Err(ApiError::from(Code::TooManyRequests).retry_after(seconds)),
        None => Ok(()),
    }
}

/// Counts what came, what came to nothing, and how much of it was put aside.
fn count(state: &State, device: DeviceId, from: Network, taken: &Taken, sizes: &[usize]) {
    let (limits, now) = (&state.limiters, state.clock.now());
    let (mut sent, mut fruitless, mut put_aside) = (0.0, 0.0, 0.0);
    let answers = taken.pushed.results.iter();
    let fresh = answers.zip(&taken.changed).zip(sizes);
    for ((answer, changed), size) in fresh.filter(|((a, _), _)| !a.replayed) {
        sent += 1.0;
        match answer.result {
            OpResult::Applied { .. } if *changed => continue,
            OpResult::Applied { .. } | OpResult::Rejected(_) => {}
            OpResult::Quarantined { .. } => put_aside += *size as f64,
        }
        fruitless += 1.0;
    }
    if fruitless > 0.0 {
        limits.fruitless.add(device, fruitless, now);
    }
    match taken.standing {
        Standing::Staff => {}
        Standing::Known if put_aside > 0.0 => limits.aside_known.add(device, put_aside, now),
        Standing::Known => {}
        Standing::Stranger | Standing::Heard => {
            limits.unknown_sent(sent, now);
            if put_aside > 0.0 {
                limits.aside.add(from, put_aside, now);
            }
        }
    }
}

async fn standing_of(state: &State, device: DeviceId) -> Result<Standing, StoreError> {
    let mut tx = state.db.read_once().await?;
    standing::of(&mut tx, device).await
}

/// A browser that had to take a new device id is still the one in which people signed in: it shows
/// that by the token of the device it was. A cookie alone makes no device speak for anybody.
async fn follow(
    state: &Shared,
    before: DeviceId,
    device: DeviceId,
    sessions: &[Session],
) -> Result<(), ApiError> {
    let mut tx = state.db.write().await?;
    store::trust::follow(&mut tx, before, device).await?;
    for session in sessions {
        store::sessions::follow(&mut tx, &session.token, device).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn answer(pushed: Pushed) -> Result<Response, ApiError> {
    match pushed.stopped {
        Some(stopped)
            if pushed.results.is_empty()
                && matches!(
                    stopped.code,
                    Code::DeviceToken | Code::SeqGap | Code::UpgradePending | Code::AppTooOld
                ) =>
        {
            Err(ApiError::from(stopped.code).expecting(stopped.expected))
        }
        _ => Ok(Json(pushed).into_response()),
    }
}
