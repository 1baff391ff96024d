//! One change everywhere: what `decide` returns is what is saved, logged, pulled and kept in the
//! browser's snapshot. Every row has one key, so one map and one table hold them all.

use crate::{
    booking::Booking,
    bundle::Bundle,
    flag::Flag,
    ids::{
        BookingId, BundleId, DeviceId, FlagId, InvitationId, LeaseId, OfficeId, ResidentId,
        SessionId, SlotId, VisitId,
    },
    invitation::Invitation,
    lease::{Lease, Tablet},
    office::Office,
    plan::Plan,
    region::RegionCode,
    resident::{Claim, Device, NikClaim, NikKey, Resident},
    session::Session,
    slot::Slot,
    visit::Visit,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// How many tablets have their letters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desk {
    pub office: OfficeId,
    pub tablets: u16,
}

macro_rules! rows {
    ($($variant:ident = $text:literal, $key:expr;)+) => {
        /// The kinds of rows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Entity { $($variant,)+ }

        impl Entity {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        /// A row of any kind.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Row { $($variant($variant),)+ }

        impl Row {
            #[must_use]
            pub fn key(&self) -> Key {
                match self {
                    $(Self::$variant(row) => Key(Entity::$variant, {
                        let key: fn(&$variant) -> Uuid = $key;
                        key(row)
                    }),)+
                }
            }

            /// The row as JSON, without its kind.
            ///
            /// # Errors
            /// When it cannot be written, which no row's shape allows.
            pub fn to_json(&self) -> Result<Value, serde_json::Error> {
                match self { $(Self::$variant(row) => serde_json::to_value(row)),+ }
            }

            /// The row as JSON text, without its kind.
            ///
            /// # Errors
            /// As [`Row::to_json`].
            pub fn to_text(&self) -> Result<String, serde_json::Error> {
                match self { $(Self::$variant(row) => serde_json::to_string(row)),+ }
            }

            /// Reads a row of a known kind from JSON text.
            ///
            /// # Errors
            /// As [`Row::from_json`].
            pub fn from_text(entity: Entity, text: &str) -> Result<Self, serde_json::Error> {
                Ok(match entity {
                    $(Entity::$variant => Self::$variant(serde_json::from_str(text)?),)+
                })
            }
        }

        $(impl From<$variant> for Row {
            fn from(row: $variant) -> Self { Self::$variant(row) }
        }

        impl Of for $variant {
            const ENTITY: Entity = Entity::$variant;
            fn of(row: &Row) -> Option<&Self> {
                match row { Row::$variant(row) => Some(row), _ => None }
            }
        })+
    };
}

/// A kind of row that can be taken out of a [`Row`].
pub trait Of: Sized {
    const ENTITY: Entity;
    fn of(row: &Row) -> Option<&Self>;
}

rows! {
    Office = "office", |r| office_key(r.id);
    Resident = "resident", |r| r.id.0;
    Booking = "booking", |r| r.id.0;
    Visit = "visit", |r| r.id.0;
    Invitation = "invitation", |r| r.id.0;
    Lease = "lease", |r| r.id.0;
    Tablet = "tablet", |r| r.id.0;
    Flag = "flag", |r| r.id.0;
    Bundle = "bundle", |r| r.id.0;
    Session = "session", |r| r.id.0;
    Plan = "plan", |r| office_key(r.office);
    Desk = "desk", |r| office_key(r.office);
    Slot = "slot", |r| r.id.0;
    Device = "device", |r| r.id.0;
    NikClaim = "nik_claim", |r| r.key.0;
    Claim = "claim", |r| r.code.key();
}

impl Row {
    /// Reads a row of a kind that travels. A device has the code for no other.
    ///
    /// # Errors
    /// When the JSON does not have the row's shape, or rows of the kind stay at the server.
    pub fn from_json(entity: Entity, data: Value) -> Result<Self, serde_json::Error> {
        Ok(match entity {
            Entity::Office => Self::Office(serde_json::from_value(data)?),
            Entity::Resident => Self::Resident(serde_json::from_value(data)?),
            Entity::Booking => Self::Booking(serde_json::from_value(data)?),
            Entity::Visit => Self::Visit(serde_json::from_value(data)?),
            Entity::Invitation => Self::Invitation(serde_json::from_value(data)?),
            Entity::Lease => Self::Lease(serde_json::from_value(data)?),
            Entity::Tablet => Self::Tablet(serde_json::from_value(data)?),
            Entity::Flag => Self::Flag(serde_json::from_value(data)?),
            Entity::Bundle => Self::Bundle(serde_json::from_value(data)?),
            Entity::Session => Self::Session(serde_json::from_value(data)?),
            Entity::Plan => Self::Plan(serde_json::from_value(data)?),
            Entity::Desk | Entity::Slot | Entity::Device | Entity::NikClaim | Entity::Claim => {
                return Err(serde::de::Error::custom("rows of this kind do not travel"));
            }
        })
    }
}

fn office_key(office: OfficeId) -> Uuid {
    Uuid::from_u128(office.0.unsigned_abs().into())
}

/// Names one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key(pub Entity, pub Uuid);

impl Key {
    #[must_use]
    pub fn office(id: OfficeId) -> Self {
        Self(Entity::Office, office_key(id))
    }
    #[must_use]
    pub fn plan(id: OfficeId) -> Self {
        Self(Entity::Plan, office_key(id))
    }
    #[must_use]
    pub fn desk(id: OfficeId) -> Self {
        Self(Entity::Desk, office_key(id))
    }
}

macro_rules! keys {
    ($($id:ident => $entity:ident),+ $(,)?) => {
        $(impl From<$id> for Key {
            fn from(id: $id) -> Self { Self(Entity::$entity, id.0) }
        })+
    };
}

keys! {
    ResidentId => Resident, BookingId => Booking, VisitId => Visit, InvitationId => Invitation,
    LeaseId => Lease, FlagId => Flag, SlotId => Slot, DeviceId => Device, NikKey => NikClaim,
    BundleId => Bundle, SessionId => Session,
}

/// A row written, or a row gone.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    clippy::large_enum_variant,
    reason = "changes are short-lived; most are puts"
)]
pub enum Change {
    Put(Row),
    Remove(Key),
}

impl Change {
    #[must_use]
    pub fn key(&self) -> Key {
        match self {
            Self::Put(row) => row.key(),
            Self::Remove(key) => *key,
        }
    }
}

impl<T: Into<Row>> From<T> for Change {
    fn from(row: T) -> Self {
        Self::Put(row.into())
    }
}

/// What a row can be found by besides its key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    pub kelurahan: Option<RegionCode>,
    pub resident: Option<ResidentId>,
    pub day: Option<NaiveDate>,
    /// What time may still change: a confirmed booking, a visit that goes on, a resident whose name
    /// is kept.
    pub open: bool,
    /// From when on time changes it, whatever its day is.
    pub due: Option<DateTime<Utc>>,
}

impl Entity {
    /// Whether devices ever receive rows of this kind.
    #[must_use]
    pub fn is_synced(self) -> bool {
        !matches!(
            self,
            Self::Desk | Self::Slot | Self::Device | Self::NikClaim | Self::Claim
        )
    }

    /// Whether rows of this kind belong to the deployment and not to one office.
    #[must_use]
    pub fn is_deployment_wide(self) -> bool {
        matches!(self, Self::Device | Self::NikClaim)
    }
}

impl Row {
    #[must_use]
    pub fn index(&self) -> Index {
        match self {
            Self::Resident(r) => Index {
                kelurahan: r.kelurahan.clone(),
                resident: Some(r.id),
                day: r.active.and_then(|a| a.day),
                open: !r.forgotten,
                due: r.removal.as_ref().and_then(|removal| removal.due),
            },
            Self::Booking(b) => Index {
                kelurahan: b.kelurahan.clone(),
                resident: Some(b.resident),
                day: b.due_day(),
                open: b.is_waiting_for_time(),
                due: None,
            },
            Self::Visit(v) => Index {
                kelurahan: v.kelurahan.clone(),
                resident: Some(v.resident),
                day: Some(v.day),
                open: v.state.is_open(),
                due: None,
            },
            Self::Invitation(i) => Index {
                kelurahan: i.kelurahan.clone(),
                resident: Some(i.resident),
                // None waits for a place: the office looks for those by it.
                day: i.held().map(|p| p.slot.date()).or(i.away_until()),
                open: i.is_open() || i.away_until().is_some(),
                due: None,
            },
            Self::Bundle(b) => Index {
                kelurahan: Some(b.of.kelurahan.clone()),
                ..Index::default()
            },
            Self::Session(s) => Index {
                day: Some(s.what.date),
                open: s.cancelled.is_none(),
                ..Index::default()
            },
            Self::Lease(l) => Index {
                day: Some(l.start.date()),
                ..Index::default()
            },
            Self::Slot(s) => Index {
                day: Some(s.start.date()),
                ..Index::default()
            },
            _ => Index::default(),
        }
    }
}
