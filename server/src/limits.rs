//! How often somebody may try. Counted in this process only: with several instances behind a proxy
//! each counts for itself, which only makes the limits more generous.

use std::{
    hash::Hash,
    net::IpAddr,
    sync::atomic::{AtomicUsize, Ordering},
};

use governor::{DefaultKeyedRateLimiter, Quota};
use shared::{ids::DeviceId, problem::Code};

use crate::{
    address::Network,
    config::{Limits, Rate},
    error::ApiError,
    levels::Levels,
};

/// Above this many keys those that have recovered are forgotten.
const KEYS: usize = 20_000;
/// Looking through all keys takes time: a flood of new ones must not cause it with each request.
const LOOK_EVERY: usize = 4_096;

pub struct Limiters {
    sign_in: Keyed<(IpAddr, String)>,
    sign_in_address: Keyed<IpAddr>,
    device: Keyed<DeviceId>,
    pub fruitless: Levels<DeviceId>,
    pub aside: Levels<Network>,
}

impl Limiters {
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self {
            sign_in: Keyed::new(limits.sign_in),
            sign_in_address: Keyed::new(limits.sign_in_address),
            device: Keyed::new(limits.device),
            fruitless: Levels::new(limits.fruitless),
            aside: Levels::new(limits.aside),
        }
    }

    /// # Errors
    /// `too_many_requests`.
    pub fn sign_in(&self, address: IpAddr, username: &str) -> Result<(), ApiError> {
        self.sign_in_address.check(&address)?;
        self.sign_in.check(&(address, username.to_owned()))
    }

    /// # Errors
    /// `too_many_requests`.
    pub fn device(&self, device: DeviceId) -> Result<(), ApiError> {
        self.device.check(&device)
    }
}

struct Keyed<K: Hash + Eq + Clone> {
    limiter: DefaultKeyedRateLimiter<K>,
    checks: AtomicUsize,
}

impl<K: Hash + Eq + Clone> Keyed<K> {
    fn new(rate: Rate) -> Self {
        let quota = Quota::per_minute(rate.per_minute).allow_burst(rate.burst);
        Self {
            limiter: DefaultKeyedRateLimiter::keyed(quota),
            checks: AtomicUsize::new(1),
        }
    }

    fn check(&self, key: &K) -> Result<(), ApiError> {
        let look = self
            .checks
            .fetch_add(1, Ordering::Relaxed)
            .is_multiple_of(LOOK_EVERY);
        if look && self.limiter.len() > KEYS {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
        self.limiter
            .check_key(key)
            .map_err(|_| ApiError::from(Code::TooManyRequests).retry_after(60))
    }
}
