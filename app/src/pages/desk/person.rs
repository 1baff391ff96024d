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
    pub nik: Option<String>,
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
            kelurahan: kelurahan
                .and_then(|code| office.kelurahan(code))
                .map(|k| k.name.clone()),
        }
    }

    /// Whether a search means this person: every typed word is in the name, or the last digits of
    /// the NIK are the typed ones.
    pub fn matches(&self, typed: &str) -> bool {
        let typed = typed.trim().to_lowercase();
        let name = self.name.as_deref().unwrap_or_default().to_lowercase();
        let ends = |nik: &String| typed.len() >= 3 && nik.ends_with(&typed);
        typed.split_whitespace().all(|word| name.contains(word))
            || self.nik.as_ref().is_some_and(ends)
    }
}
