//! What a device may hold: the office of whoever is signed in, and the residents it may act for.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use shared::{
    ids::{DeviceId, OfficeId, ResidentId},
    office::Office,
    row::{Key, Of},
    scope::{Kind, Scope},
};

use crate::{
    auth::session::Session,
    store::{StoreError, Tx, devices, rows},
};

/// The scopes of a device now, by office. Staff see their own office as staff; their own residents
/// elsewhere they see as anybody does.
///
/// # Errors
/// When the database cannot be read.
pub async fn of(
    tx: &mut Tx,
    device: DeviceId,
    session: Option<&Session>,
    now: DateTime<Utc>,
) -> Result<Vec<Scope>, StoreError> {
    let mut kinds: BTreeMap<OfficeId, Kind> = BTreeMap::new();
    for (office, residents) in devices::grants_of(tx, device).await? {
        kinds.insert(office, Kind::Residents(residents));
    }
    if let Some(account) = session.map(|session| &session.account) {
        let staff = Kind::of_staff(account.role, account.kelurahan.clone());
        kinds.extend(staff.map(|kind| (account.office, kind)));
    }
    let mut scopes = Vec::new();
    for (id, kind) in kinds {
        let office = rows::get(tx, id, Key::office(id)).await?;
        scopes.extend(office.as_ref().and_then(Office::of).map(|office| Scope {
            office: id,
            today: office.today(now),
            kind,
        }));
    }
    Ok(scopes)
}

/// Whether a change to these residents' rows of an office is news within the scopes.
#[must_use]
pub fn concern(scopes: &[Scope], office: OfficeId, residents: &[ResidentId]) -> bool {
    scopes.iter().any(|scope| {
        scope.office == office
            && match &scope.kind {
                Kind::Residents(own) => residents.iter().any(|id| own.contains(id)),
                _ => true,
            }
    })
}
