//! Devices sign with `Authorization: Bearer <device id>.<token>`. The first op, or signing in, registers
//! the pair; from then on requests must bring the same token. Who only reads leaves nothing behind.

use axum::extract::FromRequestParts;
use chrono::{DateTime, Utc};
use http::{header, request::Parts};
use shared::{
    ids::DeviceId,
    problem::Code,
    work::{HEADER, Proof},
};

use super::token::{self, TokenHash};
use crate::{
    address::Network,
    error::ApiError,
    state::{Shared, State},
    store::{
        StoreError,
        devices::{self, Checked},
    },
};

/// A device whose token fits, or that nobody has registered.
#[derive(Clone, Copy, Debug)]
pub struct Device(pub DeviceId);

/// As [`Device`], or one that the office has locked: what it still sends is put aside, not lost.
#[derive(Clone, Debug)]
pub struct AnyDevice {
    pub id: DeviceId,
    revoked: bool,
    /// Of one that is not registered.
    pub new: Option<TokenHash>,
    /// Of work that was asked for.
    pub proof: Option<Proof>,
}

/// What the header says, unchecked.
struct Claimed {
    id: DeviceId,
    token: TokenHash,
}

/// The device that this one was before it had to take another id, proven by its token.
pub struct Fork(pub Option<DeviceId>);

const FORKED_FROM: &str = "x-rekam-forked-from";

impl FromRequestParts<Shared> for Fork {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, ApiError> {
        let header = parts.headers.get(FORKED_FROM);
        let header = header.and_then(|header| header.to_str().ok());
        let Some(claimed) = header.and_then(Claimed::parse) else {
            return Ok(Self(None));
        };
        let mut tx = state.db.read_once().await?;
        let checked = devices::check(&mut tx, claimed.id, &claimed.token).await?;
        Ok(Self((checked == Checked::Known).then_some(claimed.id)))
    }
}

impl Claimed {
    fn read(parts: &Parts) -> Option<Self> {
        let header = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        Self::parse(header.strip_prefix("Bearer ")?)
    }

    fn parse(pair: &str) -> Option<Self> {
        let (id, token) = pair.split_once('.')?;
        let id: DeviceId = id.parse().ok()?;
        if id.is_derived() {
            return None;
        }
        Some(Self {
            id,
            token: token::hash(token)?,
        })
    }
}

impl FromRequestParts<Shared> for AnyDevice {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, ApiError> {
        let claimed = Claimed::read(parts).ok_or(Code::DeviceToken)?;
        let now = state.clock.now();
        let mut tx = state.db.read_once().await?;
        let checked = devices::check(&mut tx, claimed.id, &claimed.token).await?;
        drop(tx);
        if checked == Checked::WrongToken {
            return Err(Code::DeviceToken.into());
        }
        // Counted only now, so that nobody can use up what belongs to another device.
        state.limiters.device(claimed.id, now)?;
        let is_new = checked == Checked::Unknown;
        // Reads go on where nothing can be written: the disk may be full.
        if !is_new
            && state.contacts.is_due(claimed.id, now)
            && let Err(error) = contact(state, claimed.id, now).await
        {
            tracing::warn!(%error, "a device's contact could not be noted");
        }
        Ok(Self {
            id: claimed.id,
            revoked: checked == Checked::Revoked,
            new: is_new.then_some(claimed.token),
            proof: proof(parts),
        })
    }
}

impl AnyDevice {
    /// The token of a device that is about to be registered; `None` of one that is already.
    ///
    /// # Errors
    /// `too_many_requests` with the work that is to be done first.
    pub fn entering(&self, state: &State, from: Network) -> Result<Option<TokenHash>, ApiError> {
        if self.new.is_some() {
            let now = state.clock.now();
            state
                .newcomers
                .enter(self.id, from, self.proof.as_ref(), now)?;
            // Entering it notes the contact too.
            state.contacts.is_due(self.id, now);
        }
        Ok(self.new)
    }

    /// `device_revoked` for one that the office has locked.
    ///
    /// # Errors
    /// As it says.
    pub fn unlocked(&self) -> Result<DeviceId, ApiError> {
        if self.revoked {
            return Err(Code::DeviceRevoked.into());
        }
        Ok(self.id)
    }
}

fn proof(parts: &Parts) -> Option<Proof> {
    Proof::parse(parts.headers.get(HEADER)?.to_str().ok()?)
}

async fn contact(state: &Shared, id: DeviceId, now: DateTime<Utc>) -> Result<(), StoreError> {
    let mut tx = state.db.write().await?;
    devices::contact(&mut tx, id, now).await?;
    tx.commit().await
}

impl FromRequestParts<Shared> for Device {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, ApiError> {
        let device = AnyDevice::from_request_parts(parts, state).await?;
        device.unlocked().map(Self)
    }
}
