//! The birth date as the KK gives it, and the age that follows from it.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// A day from 1900 on. Text form: `YYYY-MM-DD`. Whether it lies in the future is asked with
/// [`BirthDate::not_after`], since this type knows no today.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BirthDate(NaiveDate);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BirthDateError {
    #[error("a birth date is written DD-MM-YYYY or YYYY-MM-DD")]
    Format,
    #[error("there is no such day")]
    NoSuchDay,
    #[error("a birth date is not before 1900")]
    TooEarly,
    #[error("a birth date is not in the future")]
    Future,
}

impl BirthDateError {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Format => "birth_date_format",
            Self::NoSuchDay => "birth_date_no_such_day",
            Self::TooEarly => "birth_date_too_early",
            Self::Future => "birth_future",
        }
    }
}

impl BirthDate {
    /// Reads `YYYY-MM-DD`, `DD-MM-YYYY` and `DD/MM/YYYY`; the year has four digits.
    pub fn parse(input: &str) -> Result<Self, BirthDateError> {
        let input = input.trim_matches(' ');
        let separator = if input.contains('/') { '/' } else { '-' };
        let parts: Vec<&str> = input.split(separator).collect();
        let (year, month, day) = match parts.as_slice() {
            [year, month, day] if separator == '-' && year.len() == 4 => (year, month, day),
            [day, month, year] => (year, month, day),
            _ => return Err(BirthDateError::Format),
        };
        let year = number(year, 4..=4)?;
        let day = NaiveDate::from_ymd_opt(
            year.cast_signed(),
            number(month, 1..=2)?,
            number(day, 1..=2)?,
        )
        .ok_or(BirthDateError::NoSuchDay)?;
        Self::from_date(day)
    }

    pub fn from_date(date: NaiveDate) -> Result<Self, BirthDateError> {
        // Four digits keep the text form readable by `parse`.
        match date.year() {
            ..1900 => Err(BirthDateError::TooEarly),
            1900..=9999 => Ok(Self(date)),
            _ => Err(BirthDateError::Format),
        }
    }

    /// The date itself, unless nobody can be born on it yet.
    ///
    /// # Errors
    /// [`BirthDateError::Future`].
    pub fn not_after(self, today: NaiveDate) -> Result<Self, BirthDateError> {
        (self.0 <= today)
            .then_some(self)
            .ok_or(BirthDateError::Future)
    }

    pub fn date(&self) -> NaiveDate {
        self.0
    }

    /// Completed years on `date`; negative for a date before the birth. Who was born on 29 February
    /// reaches the age on 1 March in a common year.
    pub fn age_on(&self, date: NaiveDate) -> i32 {
        let years = date.year() - self.0.year();
        let reached = (date.month(), date.day()) >= (self.0.month(), self.0.day());
        if reached { years } else { years - 1 }
    }

    /// Day, month and two-digit year: what a NIK holds of it.
    pub fn day_month_year(&self) -> (u32, u32, u32) {
        (
            self.0.day(),
            self.0.month(),
            self.0.year().unsigned_abs() % 100,
        )
    }
}

fn number(part: &str, length: std::ops::RangeInclusive<usize>) -> Result<u32, BirthDateError> {
    let digits = length.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    digits
        .then(|| part.parse().ok())
        .flatten()
        .ok_or(BirthDateError::Format)
}

impl std::fmt::Display for BirthDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:04}-{:02}-{:02}",
            self.0.year(),
            self.0.month(),
            self.0.day()
        )
    }
}

impl std::fmt::Debug for BirthDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BirthDate({:04}-••-••)", self.0.year())
    }
}

impl std::str::FromStr for BirthDate {
    type Err = BirthDateError;
    fn from_str(input: &str) -> Result<Self, BirthDateError> {
        Self::parse(input)
    }
}

impl TryFrom<String> for BirthDate {
    type Error = BirthDateError;
    fn try_from(input: String) -> Result<Self, BirthDateError> {
        Self::parse(&input)
    }
}

impl From<BirthDate> for String {
    fn from(birth: BirthDate) -> String {
        birth.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn spellings() {
        for (input, want) in [
            ("2008-08-17", Ok("2008-08-17")),
            ("17-08-2008", Ok("2008-08-17")),
            (" 17/8/2008 ", Ok("2008-08-17")),
            ("1900-01-01", Ok("1900-01-01")),
            ("1899-12-31", Err("birth_date_too_early")),
            ("29-02-2007", Err("birth_date_no_such_day")),
            ("17-13-2008", Err("birth_date_no_such_day")),
            ("17-08-08", Err("birth_date_format")),
            ("2008/08/17", Err("birth_date_format")),
            ("17-08/2008", Err("birth_date_format")),
            ("+1-08-2008", Err("birth_date_format")),
            ("17-08-2008\0", Err("birth_date_format")),
            ("", Err("birth_date_format")),
        ] {
            let got = BirthDate::parse(input).map(|birth| birth.to_string());
            assert_eq!(
                got.as_deref().map_err(BirthDateError::code),
                want,
                "{input:?}"
            );
        }
    }

    #[test]
    fn ages() {
        for (birth, on, age) in [
            ("2009-06-15", "2026-06-14", 16),
            ("2009-06-15", "2026-06-15", 17),
            ("2008-02-29", "2025-02-28", 16),
            ("2008-02-29", "2025-03-01", 17),
            ("2008-02-29", "2028-02-29", 20),
            ("2026-06-15", "2026-06-15", 0),
            ("2026-06-16", "2026-06-15", -1),
        ] {
            assert_eq!(
                BirthDate::parse(birth).unwrap().age_on(day(on)),
                age,
                "{birth} on {on}"
            );
        }
    }

    proptest! {
        /// chrono's own year count is the second source; the two differ only for 29 February.
        #[test]
        fn reads_back_and_ages(birth in 0i64..50_000, later in 0i64..40_000) {
            let first = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap();
            let date = first + chrono::Duration::days(birth);
            let on = date + chrono::Duration::days(later);
            let birth = BirthDate::from_date(date).unwrap();
            prop_assert_eq!(BirthDate::parse(&birth.to_string()).unwrap(), birth);
            prop_assert_eq!(BirthDate::parse(&date.format("%d/%m/%Y").to_string()).unwrap(), birth);
            let years = on.years_since(date).map(|years| years as i32);
            prop_assert_eq!(Some(birth.age_on(on)), years);
        }
    }
}
