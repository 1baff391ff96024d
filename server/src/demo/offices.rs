//! The two demo offices: one on WIB, one on WITA, so nothing can be tied to one of them.

use shared::ids::OfficeId;
use shared::office::{Kelurahan, Office, Settings};
use shared::region::{self, RegionCode};
use shared::zone::Zone;

use super::sound;

/// An office of the demo. Figures are those of the field studies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DemoOffice {
    Jelutung,
    SamarindaIlir,
}

impl DemoOffice {
    pub const ALL: [Self; 2] = [Self::Jelutung, Self::SamarindaIlir];

    pub fn id(self) -> OfficeId {
        match self {
            Self::Jelutung => OfficeId(1),
            Self::SamarindaIlir => OfficeId(2),
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Jelutung => "Kecamatan Jelutung",
            Self::SamarindaIlir => "Kecamatan Samarinda Ilir",
        }
    }

    pub fn region(self) -> RegionCode {
        sound(RegionCode::parse(match self {
            Self::Jelutung => "15.71.08",
            Self::SamarindaIlir => "64.72.04",
        }))
    }

    pub fn zone(self) -> Zone {
        match self {
            Self::Jelutung => Zone::Wib,
            Self::SamarindaIlir => Zone::Wita,
        }
    }

    /// How many residents `rekam demo` loads.
    pub fn residents(self) -> usize {
        match self {
            Self::Jelutung => 1_500,
            Self::SamarindaIlir => 600,
        }
    }

    /// All kelurahan of the kecamatan, in the order of their codes.
    pub fn kelurahan(self) -> Vec<Kelurahan> {
        let region = self.region();
        let children = region::names().children(&region);
        children
            .map(|(code, name)| Kelurahan {
                code: code.clone(),
                name: name.to_owned(),
            })
            .collect()
    }

    /// Hours and stations are the SOP's defaults, which are those of these offices.
    pub fn office(self) -> Office {
        Office {
            id: self.id(),
            name: self.name().to_owned(),
            region: self.region(),
            zone: self.zone(),
            kelurahan: self.kelurahan(),
            settings: Settings::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The counts are those of the field studies 003 and 000.
    #[test]
    fn both_offices_are_real() {
        for (demo, zone, kelurahan, label) in [
            (DemoOffice::Jelutung, "WIB", 7, "Kec. Jelutung, Kota Jambi"),
            (
                DemoOffice::SamarindaIlir,
                "WITA",
                5,
                "Kec. Samarinda Ilir, Kota Samarinda",
            ),
        ] {
            let office = demo.office();
            assert_eq!(office.zone.label(), zone);
            assert_eq!(office.kelurahan.len(), kelurahan);
            assert_eq!(
                region::names().label(&office.region).as_deref(),
                Some(label)
            );
        }
    }
}
