//! The paper invitation that an RT head hands to a resident, and what became of it.

use crate::{
    ids::{InvitationId, OfficeId, ResidentId, UserId},
    person::PersonName,
    region::RegionCode,
    tagged::tagged,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    pub id: InvitationId,
    pub office: OfficeId,
    pub resident: ResidentId,
    pub kelurahan: Option<RegionCode>,
    pub state: State,
    /// When the state was true in the field.
    pub at: DateTime<Utc>,
    pub by: Option<UserId>,
}

tagged! {
    #[tag = "is"]
    /// Where an invitation stands.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum State {
        Planned,
        Delivered {
            /// Who took it, when not the resident.
            #[serde(default)]
            to: Option<PersonName>,
        },
        Undeliverable {
            reason: Reason,
        },
    }
}

/// Why an invitation could not be delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    Moved,
    Away,
    Deceased,
    Refused,
    Unknown,
}

impl Invitation {
    /// Without the name of whoever took it.
    #[must_use]
    pub fn forgotten(mut self) -> Self {
        if let State::Delivered { to } = &mut self.state {
            *to = None;
        }
        self
    }

    /// What was found in the field. A fact: the later one stands, in whatever order they arrive.
    #[must_use]
    pub fn record(self, state: State, at: DateTime<Utc>, by: Option<UserId>) -> Self {
        if self.state != State::Planned && at < self.at {
            return self;
        }
        Self {
            state,
            at,
            by,
            ..self
        }
    }
}
