//! Region codes of the interior ministry: province 2 digits, kab/kota 4, kecamatan 6, village 10.
//! Any digits are a code; which exist is known to [`RegionNames`], and codes change.

mod names;

pub use names::RegionNames;
#[cfg(feature = "server")]
pub use names::names;

use serde::{Deserialize, Serialize};

use crate::person::text::{digits, parsed_text};

/// A code of one of the four levels. Text form: digits only, `1571081001`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RegionCode(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RegionLevel {
    Province,
    Regency,
    Kecamatan,
    Village,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegionError {
    #[error("a region code has only digits and dots")]
    Digits,
    #[error("a region code has 2, 4, 6 or 10 digits")]
    Length,
    #[error("a line of the region list is not a code and a name")]
    List,
}

impl RegionError {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Digits => "region_digits",
            Self::Length => "region_length",
            Self::List => "region_list",
        }
    }
}

impl RegionCode {
    /// Reads `15.71.08.1001` and `1571081001`.
    pub fn parse(input: &str) -> Result<Self, RegionError> {
        let digits = digits(input, &['.']).ok_or(RegionError::Digits)?;
        match digits.len() {
            2 | 4 | 6 | 10 => Ok(Self(digits)),
            _ => Err(RegionError::Length),
        }
    }

    /// For parts of numbers whose shape has been checked.
    pub(crate) fn from_digits(digits: &str) -> Self {
        Self(digits.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn level(&self) -> RegionLevel {
        match self.0.len() {
            2 => RegionLevel::Province,
            4 => RegionLevel::Regency,
            6 => RegionLevel::Kecamatan,
            _ => RegionLevel::Village,
        }
    }

    /// The region around this one; none around a province.
    pub fn parent(&self) -> Option<Self> {
        let length = match self.level() {
            RegionLevel::Province => return None,
            RegionLevel::Regency => 2,
            RegionLevel::Kecamatan => 4,
            RegionLevel::Village => 6,
        };
        self.0.get(..length).map(Self::from_digits)
    }

    /// Whether `other` is this region or lies in it.
    pub fn covers(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }

    /// As the ministry prints it: `15.71.08.1001`.
    pub fn dotted(&self) -> String {
        let parts = [0..2, 2..4, 4..6, 6..10].map(|range| self.0.get(range));
        parts.into_iter().flatten().collect::<Vec<_>>().join(".")
    }

    /// Whether the code is a kecamatan of the ministry's list.
    #[cfg(feature = "server")]
    pub fn known_kecamatan(&self) -> bool {
        self.level() == RegionLevel::Kecamatan && names().name(self).is_some()
    }

    /// As much of the kecamatan check as this build can do without the list.
    pub(crate) fn is_plausible(&self) -> bool {
        #[cfg(feature = "server")]
        return self.known_kecamatan();
        #[cfg(not(feature = "server"))]
        self.0
            .get(..2)
            .is_some_and(|province| PROVINCES.contains(&province))
    }
}

/// Kepmendagri 300.2.2-2138/2025.
#[cfg(any(test, not(feature = "server")))]
const PROVINCES: [&str; 38] = [
    "11", "12", "13", "14", "15", "16", "17", "18", "19", "21", "31", "32", "33", "34", "35", "36",
    "51", "52", "53", "61", "62", "63", "64", "65", "71", "72", "73", "74", "75", "76", "81", "82",
    "91", "92", "93", "94", "95", "96",
];

parsed_text!(RegionCode, RegionError);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn levels_up_to_the_province() {
        let village = RegionCode::parse("15.71.08.1001").unwrap();
        assert_eq!(village, RegionCode::parse("1571081001").unwrap());
        let up: Vec<_> = std::iter::successors(Some(village), RegionCode::parent).collect();
        let dotted: Vec<_> = up.iter().map(RegionCode::dotted).collect();
        assert_eq!(dotted, ["15.71.08.1001", "15.71.08", "15.71", "15"]);
        assert_eq!(up.last().unwrap().level(), RegionLevel::Province);
    }

    #[test]
    fn refused() {
        for (input, error) in [
            ("", RegionError::Length),
            ("157", RegionError::Length),
            ("15710810", RegionError::Length),
            ("15-71", RegionError::Digits),
            ("15.7x", RegionError::Digits),
            ("15\0", RegionError::Digits),
        ] {
            assert_eq!(RegionCode::parse(input), Err(error), "{input:?}");
        }
    }

    proptest! {
        #[test]
        fn dotted_and_plain_read_back(plain in "[0-9]{2}([0-9]{2}([0-9]{2}([0-9]{4})?)?)?") {
            let code = RegionCode::parse(&plain).unwrap();
            prop_assert_eq!(code.to_string(), plain);
            prop_assert_eq!(RegionCode::parse(&code.dotted()).unwrap(), code);
        }
    }
}
