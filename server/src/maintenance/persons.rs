//! What is held about one person, for the person: found by NIK in every office, shown as a whole, and
//! looked at before it is forgotten.

use crate::store::{
    StoreError, Tx,
    audit::{self, Deed},
    clocks, devices, ops,
    rows::{self, get},
};
use serde::Serialize;
use serde_json::Value;
use shared::{
    booking::Booking,
    ids::{BookingId, DeviceId, OfficeId, ResidentId},
    person::Nik,
    resident::{Draft, Resident},
    row::{Entity, Key, Of, Row},
    visit::Visit,
};

/// Everything about a person at one office.
#[derive(Serialize)]
pub struct Held {
    pub office: OfficeId,
    /// What may be set right: the form that `rekam person correct` takes.
    pub person: Draft,
    /// The record as it is stored.
    record: Value,
    /// Bookings, visits, invitations, flags: whatever names the person.
    rows: Vec<(&'static str, Value)>,
    /// Devices that may act for them.
    devices: Vec<DeviceId>,
    /// Who changed or looked at any of it, as far as the audit names them.
    trail: Vec<Deed>,
    /// Ops put aside that hold their NIK, as they came.
    put_aside: Vec<String>,
    #[serde(skip)]
    pub bookings: Vec<BookingId>,
    /// Something goes on: a booking, a request, or a visit.
    #[serde(skip)]
    pub is_open: bool,
}

/// The records with this NIK, in all offices.
///
/// # Errors
/// When the database refuses.
pub async fn find(tx: &mut Tx, nik: &Nik) -> Result<Vec<Resident>, StoreError> {
    let mut found = Vec::new();
    for clock in clocks::all(tx).await? {
        let residents = rows::all(tx, clock.office, Entity::Resident).await?;
        let same = |resident: &&Resident| resident.nik.as_ref() == Some(nik);
        found.extend(
            residents
                .iter()
                .filter_map(Resident::of)
                .filter(same)
                .cloned(),
        );
    }
    Ok(found)
}

/// All that is held about a person; `None` where there is no such record, or nobody is named in it any
/// more.
///
/// # Errors
/// When the database refuses.
pub async fn held(tx: &mut Tx, id: ResidentId) -> Result<Option<Held>, StoreError> {
    for clock in clocks::all(tx).await? {
        let office = clock.office;
        let found: Option<Resident> = get(tx, office, id).await?;
        if let Some(resident) = found.filter(|resident| !resident.forgotten) {
            return Ok(Some(of(tx, office, resident).await?));
        }
    }
    Ok(None)
}

async fn of(tx: &mut Tx, office: OfficeId, resident: Resident) -> Result<Held, StoreError> {
    let all = rows::of_resident(tx, office, resident.id).await?;
    let bookings = all.iter().filter_map(Booking::of);
    let bookings: Vec<BookingId> = bookings.map(|booking| booking.id).collect();
    let in_room = |row: &Row| Visit::of(row).is_some_and(|_| row.index().open);
    let is_open = resident.active.is_some() || all.iter().any(in_room);
    let mut named = Vec::new();
    for row in all.iter().filter(|row| Resident::of(row).is_none()) {
        named.push((row.key().0.as_str(), row.to_json()?));
    }
    let keys = all.iter().map(Row::key);
    let keys = keys.chain(resident.nik_key.map(Key::from)).collect();
    let trail = audit::about(tx, office, &keys).await?;
    let put_aside = match &resident.nik {
        Some(nik) => ops::put_aside_with(tx, nik.as_str()).await?,
        None => Vec::new(),
    };
    Ok(Held {
        office,
        person: Draft {
            name: resident.name.clone(),
            nik: resident.nik.clone(),
            kk: resident.kk.clone(),
            birth: resident.birth,
            sex: resident.sex,
            phone: resident.phone.clone(),
            kelurahan: resident.kelurahan.clone(),
            rt: resident.rt,
            rw: resident.rw,
            married: resident.married,
            guardian: resident.guardian.clone(),
            recorded_on: None,
        },
        devices: devices::acting_for(tx, resident.id).await?,
        record: Row::from(resident).to_json()?,
        rows: named,
        trail,
        put_aside,
        bookings,
        is_open,
    })
}
