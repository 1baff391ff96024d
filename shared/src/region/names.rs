//! Names for region codes, read from `data/kecamatan.txt` and `data/villages.txt`: a code, a space and a
//! name a line. The app fetches the list when it needs it; the server embeds it (feature `server`).

use std::collections::BTreeMap;

use super::{RegionCode, RegionError, RegionLevel};

/// Provinces, kab/kota, kecamatan and some villages by code.
#[derive(Clone, Debug, Default)]
pub struct RegionNames(BTreeMap<RegionCode, String>);

impl RegionNames {
    pub fn parse(list: &str) -> Result<Self, RegionError> {
        list.lines()
            .map(|line| {
                let (code, name) = line.split_once(' ').ok_or(RegionError::List)?;
                Ok((RegionCode::parse(code)?, name.to_owned()))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The bare name: `Jelutung`, `Kota Jambi`.
    pub fn name(&self, code: &RegionCode) -> Option<&str> {
        self.0.get(code).map(String::as_str)
    }

    /// The name with its level, up to the kab/kota: `Kec. Jelutung, Kota Jambi`.
    pub fn label(&self, code: &RegionCode) -> Option<String> {
        let own = match prefix(code) {
            "" => self.name(code)?.to_owned(),
            prefix => format!("{prefix} {}", self.name(code)?),
        };
        let around = match code.level() {
            RegionLevel::Province | RegionLevel::Regency => None,
            RegionLevel::Kecamatan | RegionLevel::Village => {
                code.parent().and_then(|p| self.label(&p))
            }
        };
        Some(around.map_or(own.clone(), |around| format!("{own}, {around}")))
    }

    /// The regions directly in `code`, in the order of their codes.
    pub fn children<'a>(
        &'a self,
        code: &'a RegionCode,
    ) -> impl Iterator<Item = (&'a RegionCode, &'a str)> {
        self.0
            .range(code.clone()..)
            .take_while(|(inner, _)| code.covers(inner))
            .filter(|(inner, _)| inner.parent().as_ref() == Some(code))
            .map(|(inner, name)| (inner, name.as_str()))
    }

    pub fn iter(&self) -> impl Iterator<Item = (&RegionCode, &str)> {
        self.0.iter().map(|(code, name)| (code, name.as_str()))
    }
}

/// A kab/kota carries "Kota" or "Kabupaten" in its name. The fourth part of a village code says its kind:
/// 1xxx kelurahan, 2xxx desa, 3xxx desa adat. Papua (91-96) has distrik.
fn prefix(code: &RegionCode) -> &'static str {
    let digits = code.as_str().as_bytes();
    match (code.level(), digits.first(), digits.get(6)) {
        (RegionLevel::Kecamatan, Some(b'9'), _) => "Distrik",
        (RegionLevel::Kecamatan, ..) => "Kec.",
        (RegionLevel::Village, _, Some(b'1')) => "Kel.",
        (RegionLevel::Village, ..) => "Desa",
        (RegionLevel::Province | RegionLevel::Regency, ..) => "",
    }
}

/// The embedded list. A line that is not a code and a name would be a fault of the committed file; a test
/// keeps it out.
#[cfg(feature = "server")]
pub fn names() -> &'static RegionNames {
    static NAMES: std::sync::LazyLock<RegionNames> = std::sync::LazyLock::new(|| {
        let list = concat!(
            include_str!("../../data/kecamatan.txt"),
            include_str!("../../data/villages.txt")
        );
        RegionNames::parse(list).unwrap_or_default()
    });
    &NAMES
}

#[cfg(test)]
mod tests {
    use super::*;

    fn committed() -> RegionNames {
        let list = concat!(
            include_str!("../../data/kecamatan.txt"),
            include_str!("../../data/villages.txt")
        );
        RegionNames::parse(list).unwrap()
    }

    fn code(text: &str) -> RegionCode {
        RegionCode::parse(text).unwrap()
    }

    /// Counts of Kepmendagri 300.2.2-2138/2025.
    #[test]
    fn the_committed_list_is_whole() {
        let names = committed();
        let count = |level| {
            names
                .iter()
                .filter(|(code, _)| code.level() == level)
                .count()
        };
        assert_eq!(count(RegionLevel::Province), 38);
        assert_eq!(count(RegionLevel::Regency), 514);
        assert_eq!(count(RegionLevel::Kecamatan), 7_285);
        for (code, name) in names.iter() {
            assert!(
                code.parent()
                    .is_none_or(|parent| names.name(&parent).is_some()),
                "{code:?}"
            );
            assert!(!name.is_empty() && name.trim() == name, "{code:?}");
        }
        let provinces = names
            .iter()
            .filter(|(code, _)| code.level() == RegionLevel::Province);
        assert!(
            provinces
                .map(|(code, _)| code.as_str())
                .eq(super::super::PROVINCES)
        );
    }

    #[test]
    fn labels() {
        let names = committed();
        for (region, label) in [
            ("15", "Jambi"),
            ("15.71", "Kota Jambi"),
            ("15.71.08", "Kec. Jelutung, Kota Jambi"),
            (
                "15.71.08.1002",
                "Kel. Cempaka Putih, Kec. Jelutung, Kota Jambi",
            ),
            ("64.72.04", "Kec. Samarinda Ilir, Kota Samarinda"),
            ("64.72.01", "Kec. Palaran, Kota Samarinda"),
            ("16.07.12", "Kec. Tanjung Lago, Kabupaten Banyuasin"),
        ] {
            assert_eq!(names.label(&code(region)).as_deref(), Some(label));
        }
        assert_eq!(names.label(&code("99.99.99")), None);
    }

    #[test]
    fn the_offices_in_use_have_their_kelurahan() {
        let names = committed();
        let of = |region| {
            names
                .children(&code(region))
                .map(|(_, name)| name.to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            of("15.71.08"),
            [
                "Talang Jauh",
                "Cempaka Putih",
                "Kebun Handil",
                "Lebak Bandung",
                "Payo Lebar",
                "Jelutung",
                "Handil Jaya"
            ]
        );
        assert_eq!(
            of("64.72.04"),
            ["Selili", "Sungai Dama", "Sidomulyo", "Sidodamai", "Pelita"]
        );
    }

    #[test]
    fn a_broken_list_is_refused() {
        assert_eq!(RegionNames::parse("15").unwrap_err(), RegionError::List);
        assert_eq!(
            RegionNames::parse("157 Jambi").unwrap_err(),
            RegionError::Length
        );
    }
}
