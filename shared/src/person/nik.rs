//! The NIK: 16 digits = region of first registration (6) + birth date DDMMYY, day + 40 for women (6)
//! and serial 0001-9999 (4). A NIK outlives moves and corrected birth dates, so what it says about a
//! person is a hint: a mismatch is a [`NikWarning`] for staff and never blocks.

use serde::{Deserialize, Serialize};

use super::text::{digits, masked_debug, parsed_text};
use super::{BirthDate, Sex};
use crate::region::RegionCode;

/// A well-formed population number. Text form: 16 digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Nik(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NikError {
    #[error("a NIK has only digits")]
    Digits,
    #[error("a NIK has 16 digits")]
    Length,
    #[error("digits 7 to 12 of a NIK are a birth date")]
    BirthDate,
    #[error("the serial of a NIK starts at 0001")]
    Serial,
}

impl NikError {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Digits => "nik_digits",
            Self::Length => "nik_length",
            Self::BirthDate => "nik_birth_date",
            Self::Serial => "nik_serial",
        }
    }
}

/// What staff should look at; the booking goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NikWarning {
    /// The region is in no list we have: a typing error, or a code that has since changed.
    UnknownRegion,
    /// First registered in another kecamatan than the person lives in now.
    OtherDomicile,
    /// The birth date on the KK differs; the KK decides.
    OtherBirthDate,
    /// The day (+ 40 for women) says the other sex.
    OtherSex,
}

impl NikWarning {
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownRegion => "nik_unknown_region",
            Self::OtherDomicile => "nik_other_domicile",
            Self::OtherBirthDate => "nik_other_birth_date",
            Self::OtherSex => "nik_other_sex",
        }
    }
}

impl Nik {
    /// Reads 16 digits, with spaces, dots or dashes between them as on cards and slips.
    pub fn parse(input: &str) -> Result<Self, NikError> {
        let nik = Self(digits(input, &[' ', '.', '-']).ok_or(NikError::Digits)?);
        if nik.0.len() != 16 {
            return Err(NikError::Length);
        }
        let (day, month, year) = nik.birth_hint();
        if !is_day(day, month, year) {
            return Err(NikError::BirthDate);
        }
        if nik.number(12..16) == 0 {
            return Err(NikError::Serial);
        }
        Ok(nik)
    }

    /// All 16 digits: for the register and for signed-in staff, never for a log or a URL.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For lists: `157108••••••0001`.
    pub fn masked(&self) -> String {
        format!("{}••••••{}", self.part(0..6), self.part(12..16))
    }

    /// The kecamatan of first registration.
    pub fn region(&self) -> RegionCode {
        RegionCode::from_digits(self.part(0..6))
    }

    /// Day, month, two-digit year. The century is not in a NIK: take the date from the KK.
    pub fn birth_hint(&self) -> (u32, u32, u32) {
        let day = self.number(6..8);
        let day = if day > 40 { day - 40 } else { day };
        (day, self.number(8..10), self.number(10..12))
    }

    pub fn sex(&self) -> Sex {
        if self.number(6..8) > 40 {
            Sex::Female
        } else {
            Sex::Male
        }
    }

    /// Compares the NIK with what the KK says. The region is looked up as far as this side can: every
    /// kecamatan with the `server` feature, else the province.
    pub fn warnings(
        &self,
        birth: Option<BirthDate>,
        sex: Option<Sex>,
        domicile: Option<&RegionCode>,
    ) -> Vec<NikWarning> {
        let region = self.region();
        let mut warnings = Vec::new();
        if !region.is_plausible() {
            warnings.push(NikWarning::UnknownRegion);
        }
        if domicile.is_some_and(|home| !region.covers(home) && !home.covers(&region)) {
            warnings.push(NikWarning::OtherDomicile);
        }
        if birth.is_some_and(|birth| birth.day_month_year() != self.birth_hint()) {
            warnings.push(NikWarning::OtherBirthDate);
        }
        if sex.is_some_and(|sex| sex != self.sex()) {
            warnings.push(NikWarning::OtherSex);
        }
        warnings
    }

    fn part(&self, range: std::ops::Range<usize>) -> &str {
        self.0.get(range).unwrap_or_default()
    }

    fn number(&self, range: std::ops::Range<usize>) -> u32 {
        self.part(range).parse().unwrap_or_default()
    }
}

/// Whether DDMMYY is a day in some century: 29 February needs a leap year, and 00 may be 2000.
pub(super) fn is_day(day: u32, month: u32, year: u32) -> bool {
    i32::try_from(2000 + year)
        .ok()
        .and_then(|year| chrono::NaiveDate::from_ymd_opt(year, month, day))
        .is_some()
}

parsed_text!(Nik, NikError);
masked_debug!(Nik);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn well_formed_of_both_sexes() {
        for (input, hint, sex) in [
            ("1571081708080001", (17, 8, 8), Sex::Male),
            ("1571085708080001", (17, 8, 8), Sex::Female),
            ("15.71.08-710199 9999", (31, 1, 99), Sex::Female),
            ("6472042902000002", (29, 2, 0), Sex::Male),
        ] {
            let nik = Nik::parse(input).unwrap();
            assert_eq!((nik.birth_hint(), nik.sex()), (hint, sex), "{input}");
        }
    }

    #[test]
    fn malformed() {
        for (input, error) in [
            ("", NikError::Length),
            ("157108170808000", NikError::Length),
            ("15710817080800011", NikError::Length),
            ("157108170808000O", NikError::Digits),
            ("1571081708080001\0", NikError::Digits),
            ("1571081708080001\n", NikError::Digits),
            ("١٥٧١٠٨١٧٠٨٠٨٠٠٠١", NikError::Digits),
            ("1571080008080001", NikError::BirthDate), // day 0
            ("1571083208080001", NikError::BirthDate), // between the sexes
            ("1571084008080001", NikError::BirthDate), // woman, day 0
            ("1571087208080001", NikError::BirthDate), // woman, day 32
            ("1571083104080001", NikError::BirthDate), // 31 April
            ("1571087104080001", NikError::BirthDate), // woman, 31 April
            ("1571081713080001", NikError::BirthDate), // month 13
            ("1571082902070001", NikError::BirthDate), // 29 February of a common year
            ("1571081708080000", NikError::Serial),
        ] {
            assert_eq!(Nik::parse(input), Err(error), "{input:?}");
        }
    }

    #[test]
    fn warnings_are_about_the_person_and_never_block() {
        let nik = Nik::parse("1571085708080001").unwrap();
        let kk_birth = BirthDate::parse("2008-08-17").ok();
        let jelutung = RegionCode::parse("15.71.08").unwrap();
        let kelurahan = RegionCode::parse("15.71.08.1003").unwrap();
        let palaran = RegionCode::parse("64.72.01").unwrap();
        assert_eq!(
            nik.warnings(kk_birth, Some(Sex::Female), Some(&jelutung)),
            []
        );
        assert_eq!(
            nik.warnings(kk_birth, Some(Sex::Female), Some(&kelurahan)),
            []
        );
        assert_eq!(nik.warnings(None, None, None), []);
        assert_eq!(
            nik.warnings(
                BirthDate::parse("2008-07-17").ok(),
                Some(Sex::Male),
                Some(&palaran)
            ),
            [
                NikWarning::OtherDomicile,
                NikWarning::OtherBirthDate,
                NikWarning::OtherSex
            ]
        );
        let nowhere = Nik::parse("0071081708080001").unwrap();
        assert_eq!(
            nowhere.warnings(None, None, None),
            [NikWarning::UnknownRegion]
        );
    }

    #[test]
    fn masks_the_birth_date() {
        assert_eq!(
            Nik::parse("1571081708080001").unwrap().masked(),
            "157108••••••0001"
        );
    }

    proptest! {
        #[test]
        fn every_real_date_reads_back(
            region in 110_101u32..=960_000, days in 0i64..36_524, woman: bool, serial in 1u32..=9_999,
        ) {
            use chrono::Datelike;
            let date = chrono::NaiveDate::from_ymd_opt(2000, 1, 1).unwrap() + chrono::Duration::days(days);
            let (day, month, year) = (date.day(), date.month(), date.year_ce().1 % 100);
            let written = day + if woman { 40 } else { 0 };
            let text = format!("{region}{written:02}{month:02}{year:02}{serial:04}");
            let nik = Nik::parse(&text).unwrap();
            prop_assert_eq!(nik.birth_hint(), (day, month, year));
            prop_assert_eq!(nik.sex() == Sex::Female, woman);
            prop_assert_eq!(nik.region().to_string(), region.to_string());
            let wire = serde_json::to_string(&nik).unwrap();
            prop_assert_eq!(&wire, &format!("\"{text}\""));
            prop_assert_eq!(serde_json::from_str::<Nik>(&wire).unwrap(), nik);
        }

        #[test]
        fn no_input_panics(input in "\\PC*|[0-9 .-]{0,24}") {
            if let Ok(nik) = Nik::parse(&input) {
                prop_assert_eq!(nik.as_str().len(), 16);
            }
        }
    }
}
