//! What a device may hold: the office of whoever is signed in, and the residents it may act for.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use shared::{
    ids::{DeviceId, OfficeId},
    office::Office,
    row::Key,
    scope::{Kind, Scope},
};

use crate::{
    auth::session::Session,
    pokes::Poke,
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
    for (office, resident) in devices::grants_of(tx, device).await? {
        let kind = kinds.entry(office).or_insert_with(|| Kind::Phone {
            device,
            own: BTreeSet::new(),
        });
        if let Kind::Phone { own, .. } = kind {
            own.insert(resident);
        }
    }
    if let Some(account) = session.map(|session| &session.account) {
        let staff = Kind::of_staff(account.role, account.kelurahan.clone());
        kinds.extend(staff.map(|kind| (account.office, kind)));
    }
    let mut scopes = Vec::new();
    for (id, kind) in kinds {
        let office: Option<Office> = rows::get(tx, id, Key::office(id)).await?;
        scopes.extend(office.map(|office| Scope {
            office: id,
            today: office.today(now),
            kind,
        }));
    }
    Ok(scopes)
}

/// Whether a change is news within the scopes.
#[must_use]
pub fn concern(scopes: &[Scope], poke: &Poke) -> bool {
    scopes.iter().any(|scope| {
        scope.office == poke.office
            && match &scope.kind {
                Kind::Phone { own, .. } => {
                    poke.everyone || poke.residents.iter().any(|id| own.contains(id))
                }
                _ => true,
            }
    })
}
