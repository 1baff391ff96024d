//! How often somebody may try. Counted in this process only: with several instances behind a proxy
//! each counts for itself, which only makes the limits more generous.

use chrono::{DateTime, Utc};
use shared::{
    ids::{DeviceId, UserId},
    problem::Code,
};

use crate::{
    address::Network,
    config::{Effort, Limits},
    error::ApiError,
    levels::Levels,
};

pub struct Limiters {
    sign_in: Levels<(DeviceId, String)>,
    sign_in_account: Levels<String>,
    sign_in_address: Levels<Network>,
    sign_in_strangers: Levels<()>,
    sign_in_effort: Effort,
    /// Only people who are signed in get this far.
    own_password: Levels<UserId>,
    device: Levels<DeviceId>,
    pub unknown: Levels<DeviceId>,
    unknown_together: Levels<()>,
    unknown_effort: Effort,
    pub known: Levels<DeviceId>,
    pub unattended: Levels<DeviceId>,
    pub aside_unattended: Levels<DeviceId>,
    pub aside: Levels<Network>,
    pub aside_known: Levels<DeviceId>,
}

impl Limiters {
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self {
            sign_in: Levels::new(limits.sign_in),
            sign_in_account: Levels::new(limits.sign_in_account),
            sign_in_address: Levels::new(limits.sign_in_address),
            sign_in_strangers: Levels::new(limits.sign_in_strangers),
            sign_in_effort: limits.sign_in_effort,
            own_password: Levels::new(limits.sign_in),
            device: Levels::new(limits.device),
            unknown: Levels::new(limits.unknown),
            unknown_together: Levels::new(limits.unknown_together),
            unknown_effort: limits.effort,
            known: Levels::new(limits.known),
            unattended: Levels::new(limits.unattended),
            aside_unattended: Levels::new(limits.aside_unattended),
            aside: Levels::new(limits.aside),
            aside_known: Levels::new(limits.aside_known),
        }
    }

    /// A try on a device that the account used before.
    ///
    /// # Errors
    /// `too_many_requests`.
    pub fn sign_in(
        &self,
        device: DeviceId,
        username: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ApiError> {
        let tried = self.sign_in.take((device, username.to_owned()), now);
        tried.map_err(too_many)
    }

    /// The bits that a device has to find which the account did not use before.
    #[must_use]
    pub fn sign_in_bits(&self, from: Network, username: &str, now: DateTime<Utc>) -> u8 {
        let of_account = self.sign_in_account.fullness(username, now);
        let of_address = self.sign_in_address.fullness(&from, now);
        let of_all = self.sign_in_strangers.fullness(&(), now);
        self.sign_in_effort
            .at(of_account.max(of_address).max(of_all))
    }

    /// Counts a try on such a device, whatever becomes of it: each takes the server as long.
    pub fn sign_in_tried(&self, now: DateTime<Utc>) {
        if self.sign_in_strangers.fullness(&(), now) < 2.0 {
            self.sign_in_strangers.add((), 1.0, now);
        }
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

    /// Counts ops of a device, whoever it is; what it is comes to light when too much came.
    pub fn sent(&self, device: DeviceId, ops: f64, now: DateTime<Utc>) {
        for level in [&self.unknown, &self.known, &self.unattended] {
            level.add(device, ops, now);
        }
    }

    /// Whether more came of the device than some kind of device may send.
    #[must_use]
    pub fn is_any_full(&self, device: DeviceId, now: DateTime<Utc>) -> bool {
        let mut levels = [
            &self.unknown,
            &self.known,
            &self.unattended,
            &self.aside_unattended,
        ]
        .into_iter();
        levels.any(|level| level.wait(&device, now).is_some())
    }

    /// The bits that a device which nobody knows has to find before a push.
    #[must_use]
    pub fn unknown_bits(&self, now: DateTime<Utc>) -> u8 {
        self.unknown_effort
            .at(self.unknown_together.fullness(&(), now))
    }

    /// Counts ops of such a device.
    pub fn unknown_sent(&self, ops: f64, now: DateTime<Utc>) {
        // Beyond twice full nothing more is asked, and it must not take hours to get back.
        if self.unknown_together.fullness(&(), now) < 2.0 {
            self.unknown_together.add((), ops, now);
        }
    }

    /// # Errors
    /// `too_many_requests`.
    pub fn own_password(&self, account: UserId, now: DateTime<Utc>) -> Result<(), ApiError> {
        self.own_password.take(account, now).map_err(too_many)
    }

    /// # Errors
    /// `too_many_requests`.
    pub fn device(&self, device: DeviceId, now: DateTime<Utc>) -> Result<(), ApiError> {
        self.device.take(device, now).map_err(too_many)
    }
}

fn too_many(seconds: u64) -> ApiError {
    ApiError::from(Code::TooManyRequests).retry_after(seconds)
}
