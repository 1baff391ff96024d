//! The invitations of one neighbourhood (RT), which somebody carries there.

use crate::{
    ids::{BundleId, OfficeId, UserId},
    person::PersonName,
    region::RegionCode,
    resident::Resident,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Whose neighbourhood it is. People without RT or RW on the roll make bundles of their own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Neighbourhood {
    pub kelurahan: RegionCode,
    #[serde(default)]
    pub rw: Option<u16>,
    #[serde(default)]
    pub rt: Option<u16>,
}

/// Who carries the invitations of a neighbourhood, where it is not simply its RT head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bundle {
    pub id: BundleId,
    pub office: OfficeId,
    pub of: Neighbourhood,
    pub carrier: PersonName,
    pub at: DateTime<Utc>,
    pub by: Option<UserId>,
}

impl Neighbourhood {
    /// Where the resident lives; none where the office does not know the kelurahan.
    #[must_use]
    pub fn of(resident: &Resident) -> Option<Self> {
        let kelurahan = resident.kelurahan.clone()?;
        let (rw, rt) = (resident.rw, resident.rt);
        Some(Self { kelurahan, rw, rt })
    }

    /// One bundle for each neighbourhood.
    #[must_use]
    pub fn id(&self, office: OfficeId) -> BundleId {
        let Self { kelurahan, rw, rt } = self;
        let name = format!("rekam/bundle/{office}/{kelurahan}/{rw:?}/{rt:?}");
        BundleId(Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()))
    }
}
