//! Identifiers. Each entity has its own type, so a booking's id never stands where a visit's belongs.

use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                s.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// A browser profile on a phone or tablet. It vanishes together with its queue and its token.
    DeviceId,
    /// One command, once; the key of idempotence.
    OpId,
    /// A person, as one office knows them.
    ResidentId,
    BookingId,
    InvitationId,
    VisitId,
    LeaseId,
    FlagId,
    /// A member of staff with an account.
    UserId,
    SlotId,
    /// A day on which the office records in a village.
    SessionId,
    /// The invitations of one neighbourhood (RT).
    BundleId,
}

/// An office (kecamatan, UPT or zone): the unit of consistency, ordering and access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OfficeId(pub i64);

impl fmt::Display for OfficeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl OpId {
    /// The id of the `n`th entity this op creates. Both sides compute it alike, so what a phone
    /// shows before it is sent keeps its identity afterwards.
    #[must_use]
    pub fn derive(self, n: u32) -> Uuid {
        Uuid::new_v5(&self.0, &n.to_be_bytes())
    }

    /// Made from a name, as those of what an office says itself are: anybody can compute them, so no
    /// device may send one. An app draws its ids.
    #[must_use]
    pub fn is_derived(self) -> bool {
        is_derived(self.0)
    }
}

impl DeviceId {
    /// The device that acts for the office itself: changes that time causes are its commands.
    #[must_use]
    pub fn system(office: OfficeId) -> Self {
        Self(Uuid::new_v5(
            &Uuid::NAMESPACE_OID,
            format!("rekam/office/{office}/system").as_bytes(),
        ))
    }

    /// Made from a name, as those that act for an office are: no phone draws such an id.
    #[must_use]
    pub fn is_derived(self) -> bool {
        is_derived(self.0)
    }
}

fn is_derived(id: Uuid) -> bool {
    id.get_version() == Some(uuid::Version::Sha1)
}
