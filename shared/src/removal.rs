//! A phone asks to be the only one that may act for a person. The other phones hear of it and have a day to
//! say that they stay; the office carries it out afterwards. A phone that objects ends the wait: staff settle
//! it. All times are the server's.

use crate::ids::{DeviceId, FlagId, ResidentId};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// So long the other phones may object.
pub const WAIT: TimeDelta = TimeDelta::days(1);

/// The request of one phone that the others be removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    /// When the office received it.
    pub at: DateTime<Utc>,
    /// From when on the office carries it out; `None` once a phone has objected.
    pub due: Option<DateTime<Utc>>,
    /// The phone that asked. A reader learns only whether it is the reader's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<DeviceId>,
    /// The phones to remove: those that had the right when it was asked. A reader finds only its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub of: Vec<DeviceId>,
    /// The objection's flag; never leaves the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag: Option<FlagId>,
}

impl Removal {
    #[must_use]
    pub fn new(by: DeviceId, of: Vec<DeviceId>, now: DateTime<Utc>) -> Self {
        Self {
            at: now,
            due: now.checked_add_signed(WAIT),
            by: Some(by),
            of,
            flag: None,
        }
    }

    /// Whether this phone asked for it.
    #[must_use]
    pub fn is_asked_by(&self, device: DeviceId) -> bool {
        self.by == Some(device)
    }

    /// Whether a phone has objected: nothing is removed until staff have looked.
    #[must_use]
    pub fn is_contested(&self) -> bool {
        self.due.is_none()
    }

    /// Whether the day to object is over.
    #[must_use]
    pub fn is_due(&self, now: DateTime<Utc>) -> bool {
        self.due.is_some_and(|due| due <= now)
    }

    /// As a phone that it concerns may read it; `None` for any other.
    #[must_use]
    pub fn for_phone(mut self, device: DeviceId) -> Option<Self> {
        self.by = self.by.filter(|by| *by == device);
        self.of.retain(|of| *of == device);
        self.flag = None;
        (self.by.is_some() || !self.of.is_empty()).then_some(self)
    }

    /// As staff may read it: no devices.
    #[must_use]
    pub fn for_staff(self) -> Self {
        Self {
            by: None,
            of: Vec::new(),
            flag: None,
            ..self
        }
    }
}

/// A phone that may act for a person, as staff name it: it says nothing of the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PhoneId(pub Uuid);

impl PhoneId {
    #[must_use]
    pub fn of(device: DeviceId, resident: ResidentId) -> Self {
        Self(Uuid::new_v5(&resident.0, device.0.as_bytes()))
    }
}

impl std::fmt::Display for PhoneId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
