//! Devices sign with `Authorization: Bearer <device id>.<token>`. The first contact registers the
//! pair; later ones must bring the same token.

use axum::extract::FromRequestParts;
use chrono::{DateTime, Utc};
use http::{header, request::Parts};
use shared::{ids::DeviceId, problem::Code};

use super::token::{self, TokenHash};
use crate::{
    error::ApiError,
    state::{Address, Shared},
    store::{
        StoreError,
        devices::{self, Checked},
    },
};

/// A device whose token was checked.
#[derive(Clone, Copy, Debug)]
pub struct Device(pub DeviceId);

/// As [`Device`], or one that the office has locked: what it still sends is put aside, not lost.
#[derive(Clone, Copy, Debug)]
pub struct AnyDevice {
    pub id: DeviceId,
    revoked: bool,
}

/// What the header says, unchecked.
struct Claimed {
    id: DeviceId,
    token: TokenHash,
}

impl Claimed {
    fn read(parts: &Parts) -> Option<Self> {
        let header = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        let (id, token) = header.strip_prefix("Bearer ")?.split_once('.')?;
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
        let mut checked = devices::check(&mut tx, claimed.id, &claimed.token).await?;
        drop(tx);
        // Which notes the contact too.
        let registered = checked == Checked::Unknown;
        if registered {
            let Address(address) = Address::from_request_parts(parts, state).await?;
            state.limiters.new_device(address)?;
            let entered = state.registrar.register(claimed.id, claimed.token, now);
            checked = entered.await?;
        }
        if checked == Checked::WrongToken {
            return Err(Code::DeviceToken.into());
        }
        // Counted only now, so that nobody can use up what belongs to another device.
        state.limiters.device(claimed.id)?;
        // Reads go on where nothing can be written: the disk may be full.
        if state.contacts.is_due(claimed.id, now)
            && !registered
            && let Err(error) = contact(state, claimed.id, now).await
        {
            tracing::warn!(%error, "a device's contact could not be noted");
        }
        Ok(Self {
            id: claimed.id,
            revoked: checked == Checked::Revoked,
        })
    }
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
        if device.revoked {
            return Err(Code::DeviceRevoked.into());
        }
        Ok(Self(device.id))
    }
}
