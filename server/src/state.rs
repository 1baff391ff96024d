//! What handlers share.

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
};

use axum::extract::{ConnectInfo, FromRequestParts};
use chrono::{DateTime, TimeDelta, Utc};
use http::request::Parts;
use shared::{ids::DeviceId, problem::Code};
use tokio::sync::{Semaphore, watch};

use crate::{
    batch::{Batcher, Keys},
    clock::Clock,
    config::Config,
    error::ApiError,
    limits::Limiters,
    newcomers::Newcomers,
    pokes::Pokes,
    static_files::Assets,
    store::Db,
    streams::Streams,
};

/// One for all requests of an app.
pub struct State {
    pub db: Db,
    pub clock: Clock,
    pub batcher: Batcher,
    pub pokes: Pokes,
    pub keys: Arc<Keys>,
    pub config: Config,
    pub limiters: Limiters,
    pub newcomers: Arc<Newcomers>,
    pub assets: Assets,
    pub contacts: Contacts,
    pub streams: Streams,
    /// One roll is read at a time.
    pub importing: Arc<Semaphore>,
    /// Becomes true when the server stops: streams end then.
    pub stopping: watch::Receiver<bool>,
}

/// How handlers hold the state.
pub type Shared = Arc<State>;

/// When devices were last written down as heard from.
#[derive(Default)]
pub struct Contacts(Mutex<HashMap<DeviceId, DateTime<Utc>>>);

impl Contacts {
    /// Whether this contact is worth a write: once a minute and device.
    pub fn is_due(&self, device: DeviceId, now: DateTime<Utc>) -> bool {
        let minute_ago = now - TimeDelta::minutes(1);
        let Ok(mut last) = self.0.lock() else {
            return true;
        };
        if last
            .get(&device)
            .is_some_and(|at| (minute_ago..=now).contains(at))
        {
            return false;
        }
        if last.len() > 10_000 {
            last.retain(|_, at| *at > minute_ago);
        }
        last.insert(device, now);
        true
    }
}

/// Where a request comes from, as far as it can be known.
#[derive(Clone, Copy, Debug)]
pub struct Address(pub IpAddr);

impl FromRequestParts<Shared> for Address {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, ApiError> {
        // The proxy appends the address it saw; what stands before it is the client's word.
        let forwarded = parts
            .headers
            .get_all("x-forwarded-for")
            .iter()
            .next_back()
            .and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
        if let Some(address) = forwarded.filter(|_| state.config.behind_proxy) {
            return Ok(Self(address));
        }
        parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|peer| Self(peer.0.ip()))
            .ok_or_else(|| Code::Internal.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_contact_a_minute() {
        let contacts = Contacts::default();
        let device = DeviceId(Uuid::nil());
        let at = |s: &str| s.parse::<DateTime<Utc>>().unwrap();
        for (now, due) in [
            ("2026-12-01T00:00:00Z", true),
            ("2026-12-01T00:00:59Z", false),
            ("2026-12-01T00:01:01Z", true),
            // The clock was set back: better once too often.
            ("2026-11-30T00:00:00Z", true),
        ] {
            assert_eq!(contacts.is_due(device, at(now)), due, "{now}");
        }
    }
}
