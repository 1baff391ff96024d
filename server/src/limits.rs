//! How often somebody may try. Counted in this process only: with several instances behind a proxy
//! each counts for itself, which only makes the limits more generous.

use std::{hash::Hash, net::IpAddr};

use governor::{DefaultKeyedRateLimiter, Quota};
use shared::{ids::DeviceId, problem::Code};

use crate::{
    config::{Limits, Rate},
    error::ApiError,
};

/// Above this many keys those that have recovered are forgotten.
const KEYS: usize = 20_000;

pub struct Limiters {
    sign_in: DefaultKeyedRateLimiter<(IpAddr, String)>,
    sign_in_address: DefaultKeyedRateLimiter<IpAddr>,
    device: DefaultKeyedRateLimiter<DeviceId>,
    new_devices: DefaultKeyedRateLimiter<IpAddr>,
}

impl Limiters {
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self {
            sign_in: keyed(limits.sign_in),
            sign_in_address: keyed(limits.sign_in_address),
            device: keyed(limits.device),
            new_devices: keyed(limits.new_devices),
        }
    }

    /// # Errors
    /// `too_many_requests`.
    pub fn sign_in(&self, address: IpAddr, username: &str) -> Result<(), ApiError> {
        check(&self.sign_in_address, &address)?;
        check(&self.sign_in, &(address, username.to_owned()))
    }

    /// # Errors
    /// `too_many_requests`.
    pub fn device(&self, device: DeviceId) -> Result<(), ApiError> {
        check(&self.device, &device)
    }

    /// # Errors
    /// `too_many_requests`.
    pub fn new_device(&self, address: IpAddr) -> Result<(), ApiError> {
        check(&self.new_devices, &address)
    }
}

fn keyed<K: Hash + Eq + Clone>(rate: Rate) -> DefaultKeyedRateLimiter<K> {
    DefaultKeyedRateLimiter::keyed(Quota::per_minute(rate.per_minute).allow_burst(rate.burst))
}

fn check<K: Hash + Eq + Clone>(
    limiter: &DefaultKeyedRateLimiter<K>,
    key: &K,
) -> Result<(), ApiError> {
    if limiter.len() > KEYS {
        limiter.retain_recent();
    }
    limiter
        .check_key(key)
        .map_err(|_| ApiError::from(Code::TooManyRequests).retry_after(60))
}
