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
        devices::{self, Checked, TokenHash},
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
        check_pace(&state, &any, session.is_some()).await?;
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
        follow(&state, before, (device, new.as_ref()), &followers.sessions).await?;
    }
    if !push.seals.is_empty() {
        seal::restore(&state, device, new.as_ref(), push.seals).await?;
    }
    // Before they are taken, so that pushes beside each other count too; what turns out to be no new op does
    // not count.
    let sent = push.ops.len() as f64;
    state.limiters.sent(device, sent, now);
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
    state.limiters.sent(device, fresh - sent, now);
    let taken = taken?;
    count(&state, device, from, &taken, &sizes);
    answer(taken.pushed)
}

/// Slows a device of which too much came lately: one that nobody knows, one of a verified person beyond what a
/// family does, one of staff only while nobody is signed in there. While much comes of all that nobody knows, each
/// of them computes first.
async fn check_pace(state: &State, any: &AnyDevice, signed_in: bool) -> Result<(), ApiError> {
    let (limits, now) = (&state.limiters, state.clock.now());
    // A new one has its computation in `entering`.
    let bits = match any.new {
        Some(_) => 0,
        None => limits.unknown_bits(now),
    };
    if bits == 0 && !limits.is_any_full(any.id, now) {
        return Ok(());
    }
    let wait = match standing_of(state, any.id).await? {
        Standing::Staff if signed_in => None,
        Standing::Staff => {
            let ops = limits.unattended.wait(&any.id, now);
            ops.max(limits.aside_unattended.wait(&any.id, now))
        }
        Standing::Known => limits.known.wait(&any.id, now),
        Standing::Stranger | Standing::Heard => {
            let proof = any.proof.as_ref();
            state.newcomers.prove("push", any.id, bits, proof, now)?;
            limits.unknown.wait(&any.id, now)
        }
    };
    match wait {
        Some(seconds) => Err(ApiError::from(Code::TooManyRequests).retry_after(seconds)),
        None => Ok(()),
    }
}

/// Counts what came of devices that nobody knows, and how much was put aside of any on which nobody is signed in.
fn count(state: &State, device: DeviceId, from: Network, taken: &Taken, sizes: &[usize]) {
    let (limits, now) = (&state.limiters, state.clock.now());
    let (mut sent, mut put_aside) = (0.0, 0.0);
    let fresh = taken.pushed.results.iter().zip(sizes);
    for (answer, size) in fresh.filter(|(answer, _)| !answer.replayed) {
        sent += 1.0;
        if matches!(answer.result, OpResult::Quarantined { .. }) {
            put_aside += *size as f64;
        }
    }
    if matches!(taken.standing, Standing::Stranger | Standing::Heard) {
        limits.unknown_sent(sent, now);
    }
    if put_aside > 0.0 {
        match taken.standing {
            Standing::Staff => limits.aside_unattended.add(device, put_aside, now),
            Standing::Known => limits.aside_known.add(device, put_aside, now),
            Standing::Stranger | Standing::Heard => limits.aside.add(from, put_aside, now),
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
    (device, new): (DeviceId, Option<&TokenHash>),
    sessions: &[Session],
) -> Result<(), ApiError> {
    let mut tx = state.db.write().await?;
    // Known from here on, so that a lock of the one before finds it.
    if let Some(token) = new {
        let checked = devices::register_or_check(&mut tx, device, token, state.clock.now()).await?;
        if checked == Checked::WrongToken {
            return Err(Code::DeviceToken.into());
        }
    }
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
