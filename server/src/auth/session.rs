//! A member of staff is known by a session cookie: an opaque token, hashed in the database. It lasts
//! twelve hours from the last use and seven days at most.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum_extra::extract::CookieJar;
use chrono::{DateTime, TimeDelta, Utc};
use http::request::Parts;
use shared::{calendar::after, ids::DeviceId, problem::Code};

use super::token::{self, TokenHash};
use crate::{
    error::ApiError,
    state::Shared,
    store::{StoreError, accounts::Account, sessions},
};

const COOKIE: &str = "rekam_session";
/// From the last use.
pub const IDLE: TimeDelta = TimeDelta::hours(12);
/// From the sign-in.
pub const LONGEST: TimeDelta = TimeDelta::days(7);
/// How much later the last use is before it is written down.
const TOUCH: TimeDelta = TimeDelta::minutes(5);

/// A live session and its account.
#[derive(Clone)]
pub struct Session {
    pub token: TokenHash,
    pub account: Account,
    pub device: DeviceId,
}

/// The token of the cookie, if there is one.
pub fn token_of(parts: &Parts) -> Option<TokenHash> {
    token::hash(CookieJar::from_headers(&parts.headers).get(COOKIE)?.value())
}

/// The `Set-Cookie` value that carries a token.
pub fn cookie(token: &str, secure: bool) -> String {
    with_attributes(token, LONGEST.num_seconds(), secure)
}

/// The `Set-Cookie` value that takes it away.
pub fn no_cookie(secure: bool) -> String {
    with_attributes("", 0, secure)
}

fn with_attributes(value: &str, seconds: i64, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}")
}

async fn find(parts: &Parts, state: &Shared) -> Result<Option<Session>, ApiError> {
    let Some(token) = token_of(parts) else {
        return Ok(None);
    };
    let now = state.clock.now();
    let mut tx = state.db.read_once().await?;
    let found = sessions::find_live(&mut tx, &token, now).await?;
    drop(tx);
    let Some((session, account)) = found else {
        return Ok(None);
    };
    if now.signed_duration_since(session.last_seen) > TOUCH {
        let until = after(now, IDLE).min(after(session.created_at, LONGEST));
        // Reads go on where nothing can be written: the disk may be full.
        if let Err(error) = touch(state, &token, now, until).await {
            tracing::warn!(%error, "the use of a session could not be noted");
        }
    }
    Ok(Some(Session {
        token,
        account,
        device: session.device,
    }))
}

async fn touch(
    state: &Shared,
    token: &TokenHash,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut tx = state.db.write().await?;
    sessions::touch(&mut tx, token, now, until).await?;
    tx.commit().await
}

impl FromRequestParts<Shared> for Session {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, ApiError> {
        find(parts, state)
            .await?
            .ok_or_else(|| Code::SessionMissing.into())
    }
}

impl OptionalFromRequestParts<Shared> for Session {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &Shared,
    ) -> Result<Option<Self>, ApiError> {
        find(parts, state).await
    }
}
