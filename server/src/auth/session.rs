//! A member of staff is known by a session cookie: an opaque token, hashed in the database. It lasts
//! twelve hours from the last use and seven days at most. Where several are signed in on one device, each
//! has a cookie of their own, and a request says for whom it speaks.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum_extra::extract::CookieJar;
use chrono::{DateTime, TimeDelta, Utc};
use http::request::Parts;
use shared::{
    calendar::after,
    ids::{DeviceId, UserId},
    problem::Code,
    sop::pin::ACCOUNTS,
    sync::ACCOUNT_HEADER,
};

use super::{
    device::Fork,
    token::{self, TokenHash},
};
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
    /// The cookie that holds it.
    pub cookie: Cookie,
}

/// The cookie of whoever is signed in alone, or of one of several accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    Alone,
    /// Ids begin with the time at which they were made, so that no part of them would do.
    Of(UserId),
}

impl Cookie {
    /// The `Set-Cookie` value that carries a token.
    #[must_use]
    pub fn with(self, token: &str, secure: bool) -> String {
        self.with_attributes(token, LONGEST.num_seconds(), secure)
    }

    /// The `Set-Cookie` value that takes it away.
    #[must_use]
    pub fn without(self, secure: bool) -> String {
        self.with_attributes("", 0, secure)
    }

    fn with_attributes(self, value: &str, seconds: i64, secure: bool) -> String {
        let (name, secure) = (self.name(), if secure { "; Secure" } else { "" });
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}")
    }

    fn name(self) -> String {
        match self {
            Self::Alone => COOKIE.to_owned(),
            Self::Of(account) => format!("{COOKIE}_{}", account.0.simple()),
        }
    }

    /// `None` for a cookie that is none of ours.
    fn parse(name: &str) -> Option<Self> {
        let rest = name.strip_prefix(COOKIE)?;
        if rest.is_empty() {
            return Some(Self::Alone);
        }
        let id = rest.strip_prefix('_')?.parse().ok()?;
        Some(Self::Of(UserId(id)))
    }

    fn token(self, jar: &CookieJar) -> Option<TokenHash> {
        token::hash(jar.get(&self.name())?.value())
    }
}

/// The account that a request says it speaks for.
pub enum Asked {
    /// It says nothing: whoever is signed in alone.
    Any,
    Account(UserId),
    /// It cannot be read, so it is nobody's.
    Unreadable,
}

impl Asked {
    #[must_use]
    pub fn read(parts: &Parts) -> Self {
        let Some(said) = parts.headers.get(ACCOUNT_HEADER) else {
            return Self::Any;
        };
        let id = said.to_str().ok().and_then(|said| said.parse().ok());
        id.map_or(Self::Unreadable, |id| Self::Account(UserId(id)))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::read(parts))
    }
}

/// A session of another account than the one that is asked for counts for nothing.
async fn find(parts: &Parts, state: &Shared) -> Result<Option<Session>, ApiError> {
    let (own, account) = match Asked::read(parts) {
        Asked::Any => (None, None),
        Asked::Account(id) => (Some(Cookie::Of(id)), Some(id)),
        Asked::Unreadable => return Ok(None),
    };
    let jar = CookieJar::from_headers(&parts.headers);
    // Who signed in alone keeps that cookie when others come.
    for cookie in own.into_iter().chain([Cookie::Alone]) {
        let Some(token) = cookie.token(&jar) else {
            continue;
        };
        let found = live(state, cookie, token, account).await?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

async fn live(
    state: &Shared,
    cookie: Cookie,
    token: TokenHash,
    asked: Option<UserId>,
) -> Result<Option<Session>, ApiError> {
    let now = state.clock.now();
    let mut tx = state.db.read_once().await?;
    let found = sessions::find_live(&mut tx, &token, now).await?;
    drop(tx);
    // A request for somebody else is no use of this session.
    let found = found.filter(|(_, account)| asked.is_none_or(|id| id == account.id));
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
        cookie,
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

/// The sessions of this browser, of whatever account, that began before it had to take another device
/// id: all of them go on.
pub struct Followers {
    /// The device that this one was; `None` where nobody had signed in on it.
    pub before: Option<DeviceId>,
    pub sessions: Vec<Session>,
}

impl FromRequestParts<Shared> for Followers {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, ApiError> {
        let Fork(before) = Fork::from_request_parts(parts, state).await?;
        let mut sessions = Vec::new();
        if before.is_some() {
            let jar = CookieJar::from_headers(&parts.headers);
            let own = jar.iter().filter_map(|cookie| {
                let cookie = Cookie::parse(cookie.name())?;
                Some((cookie, cookie.token(&jar)?))
            });
            for (cookie, token) in own.take(ACCOUNTS + 1) {
                let session = live(state, cookie, token, None).await?;
                sessions.extend(session.filter(|session| Some(session.device) == before));
            }
        }
        Ok(Self {
            before: before.filter(|_| !sessions.is_empty()),
            sessions,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_reads_back_from_its_name() {
        let id = UserId("01936b2e-7a01-7abc-8def-0123456789ab".parse().unwrap());
        for (cookie, name) in [
            (Cookie::Alone, "rekam_session"),
            (
                Cookie::Of(id),
                "rekam_session_01936b2e7a017abc8def0123456789ab",
            ),
        ] {
            assert_eq!(cookie.name(), name);
            assert_eq!(Cookie::parse(name), Some(cookie));
        }
        for name in [
            "rekam",
            "rekam_sessions",
            "rekam_session_",
            "rekam_session_01",
        ] {
            assert_eq!(Cookie::parse(name), None, "{name}");
        }
    }
}
