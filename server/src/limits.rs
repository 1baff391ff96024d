//! How often somebody may try. Counted in this process only: with several instances behind a proxy
//! each counts for itself, which only makes the limits more generous.

use std::{
    hash::Hash,
    sync::atomic::{AtomicUsize, Ordering},
};

use chrono::{DateTime, Utc};
use governor::{DefaultKeyedRateLimiter, Quota};
use shared::{
    ids::{DeviceId, UserId},
    problem::Code,
};

use crate::{
    address::Network,
    config::{Effort, Limits, Rate},
    error::ApiError,
    levels::Levels,
};

/// Above this many keys those that have recovered are forgotten.
const KEYS: usize = 20_000;
/// Looking through all keys takes time: a flood of new ones must not cause it with each request.
const LOOK_EVERY: usize = 4_096;

pub struct Limiters {
    sign_in: Keyed<(DeviceId, String)>,
    sign_in_account: Levels<String>,
    sign_in_address: Levels<Network>,
    sign_in_effort: Effort,
    /// Only who is signed in gets as far.
    own_password: Keyed<UserId>,
    device: Keyed<DeviceId>,
    pub fruitless: Levels<DeviceId>,
    pub aside: Levels<Network>,
}

impl Limiters {
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self {
            sign_in: Keyed::new(limits.sign_in),
            sign_in_account: Levels::new(limits.sign_in_account),
            sign_in_address: Levels::new(limits.sign_in_address),
            sign_in_effort: limits.sign_in_effort,
            own_password: Keyed::new(limits.sign_in),
            device: Keyed::new(limits.device),
            fruitless: Levels::new(limits.fruitless),
            aside: Levels::new(limits.aside),
        }
    }

    /// A try on a device that the account used before.
    ///
    /// # Errors
    /// `too_many_requests`.
    pub fn sign_in(&self, device: DeviceId, username: &str) -> Result<(), ApiError> {
        self.sign_in.check(&(device, username.to_owned()))
    }

    /// The bits that a device has to find which the account did not use before.
    #[must_use]
    pub fn sign_in_bits(&self, from: Network, username: &str, now: DateTime<Utc>) -> u8 {
        let of_account = self.sign_in_account.fullness(username, now);
        let fullness = of_account.max(self.sign_in_address.fullness(&from, now));
        self.sign_in_effort.at(fullness)
    }

    /// Counts a failed try on such a device.
    pub fn sign_in_failed(&self, from: Network, username: &str, now: DateTime<Utc>) {
        // Beyond twice full nothing more is asked, and it must not take hours to get back.
        if self.sign_in_account.fullness(username, now) < 2.0 {
            self.sign_in_account.add(username.to_owned(), 1.0, now);
        }
        if self.sign_in_address.fullness(&from, now) < 2.0 {
            self.sign_in_address.add(from, 1.0, now);
        }
    }

    /// # Errors
    /// `too_many_requests`.
    pub fn own_password(&self, account: UserId) -> Result<(), ApiError> {
        self.own_password.check(&account)
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
