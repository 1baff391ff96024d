//! A person as the desk's lists show them: name, kelurahan, masked NIK.

use shared::{
    ids::ResidentId, office::Office, person::Nik, region::RegionCode, resident::Resident,
    world::World,
};

/// What is known here of the person behind a booking or a visit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// `None` until the tablet has pulled the resident.
    pub name: Option<String>,
    /// As it is shown.
    pub nik: Option<String>,
    whole_nik: Option<Nik>,
    pub kelurahan: Option<String>,
}

impl Person {
    pub fn find(
        world: &World,
        office: &Office,
        resident: ResidentId,
        kelurahan: Option<&RegionCode>,
    ) -> Self {
        let found = world.get::<Resident>(resident);
        Self {
            name: found.map(|r| r.name.as_str().to_owned()),
            nik: found.and_then(|r| {
                let masked = r.nik.as_ref().map(Nik::masked);
                masked.or_else(|| r.nik_masked.clone())
            }),
            whole_nik: found.and_then(|r| r.nik.clone()),
            kelurahan: kelurahan
                .and_then(|code| office.kelurahan(code))
                .map(|k| k.name.clone()),
        }
    }

    /// For a search: every digit that the tablet holds, else those that it shows.
    pub fn held_nik(&self) -> Option<&str> {
        let whole = self.whole_nik.as_ref().map(Nik::as_str);
        whole.or(self.nik.as_deref())
    }
}
