//! The number of a family card (KK): 16 digits = region (6) + date of issue DDMMYY (6) + serial (4).

use serde::{Deserialize, Serialize};

use super::nik::is_day;
use super::text::{digits, masked_debug, parsed_text};
use crate::region::RegionCode;

/// A well-formed family card number. Text form: 16 digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Kk(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KkError {
    #[error("a KK number has only digits")]
    Digits,
    #[error("a KK number has 16 digits")]
    Length,
    #[error("digits 7 to 12 of a KK number are a date")]
    Date,
    #[error("the serial of a KK number starts at 0001")]
    Serial,
}

impl KkError {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Digits => "kk_digits",
            Self::Length => "kk_length",
            Self::Date => "kk_date",
            Self::Serial => "kk_serial",
        }
    }
}

impl Kk {
    /// Reads 16 digits, with spaces, dots or dashes between them.
    pub fn parse(input: &str) -> Result<Self, KkError> {
        let kk = Self(digits(input, &[' ', '.', '-']).ok_or(KkError::Digits)?);
        if kk.0.len() != 16 {
            return Err(KkError::Length);
        }
        if !is_day(kk.number(6..8), kk.number(8..10), kk.number(10..12)) {
            return Err(KkError::Date);
        }
        if kk.number(12..16) == 0 {
            return Err(KkError::Serial);
        }
        Ok(kk)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For lists: `157108••••••0042`.
    pub fn masked(&self) -> String {
        format!("{}••••••{}", self.part(0..6), self.part(12..16))
    }

    /// The kecamatan that issued the card.
    pub fn region(&self) -> RegionCode {
        RegionCode::from_digits(self.part(0..6))
    }

    fn part(&self, range: std::ops::Range<usize>) -> &str {
        self.0.get(range).unwrap_or_default()
    }

    fn number(&self, range: std::ops::Range<usize>) -> u32 {
        self.part(range).parse().unwrap_or_default()
    }
}

parsed_text!(Kk, KkError);
masked_debug!(Kk);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shapes() {
        for (input, code) in [
            ("1571081203150042", "ok"),
            ("15.71.08.120315.0042", "ok"),
            ("157108120315004", "kk_length"),
            ("157108120315004x", "kk_digits"),
            ("1571085203150042", "kk_date"), // no day + 40 on a family card
            ("1571081213150042", "kk_date"),
            ("1571081203150000", "kk_serial"),
        ] {
            let got = Kk::parse(input).map_or_else(|error| error.code(), |_| "ok");
            assert_eq!(got, code, "{input}");
        }
        assert_eq!(
            Kk::parse("1571081203150042").unwrap().masked(),
            "157108••••••0042"
        );
    }

    proptest! {
        #[test]
        fn reads_back(region in 110_101u32..=960_000, day in 1u32..=28, month in 1u32..=12, year in 0u32..100, serial in 1u32..=9_999) {
            let text = format!("{region}{day:02}{month:02}{year:02}{serial:04}");
            let kk = Kk::parse(&text).unwrap();
            prop_assert_eq!(kk.to_string(), text);
            prop_assert_eq!(kk.region().to_string(), region.to_string());
        }
    }
}
