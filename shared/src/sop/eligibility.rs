//! Who may record, counted on the slot's date.

use crate::{
    person::{BirthDate, PersonName},
    problem::Code,
};
use chrono::{Datelike, NaiveDate};

/// Wajib KTP: 17, or ever married (UU 24/2013 art. 63).
pub const ADULT_AGE: i32 = 17;
/// From 16 a resident may record early; printing waits for the 17th birthday.
pub const EARLY_AGE: i32 = 16;

/// Who may record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eligibility {
    Full,
    /// Recorded now, printed from the 17th birthday on.
    Early,
}

/// Checks age, marriage and, under 17, that a guardian is named.
///
/// # Errors
/// [`Code::TooYoung`], [`Code::GuardianMissing`].
pub fn check(
    birth: BirthDate,
    married: bool,
    guardian: Option<&PersonName>,
    on: NaiveDate,
) -> Result<Eligibility, Code> {
    let age = birth.age_on(on);
    if age >= ADULT_AGE || (married && age >= 0) {
        return Ok(Eligibility::Full);
    }
    if age < EARLY_AGE {
        return Err(Code::TooYoung);
    }
    if guardian.is_none() {
        Err(Code::GuardianMissing)
    } else {
        Ok(Eligibility::Early)
    }
}

/// Whether somebody must have an e-KTP on a day: 17, or ever married. Whose birth date nobody knows is
/// asked in the room.
#[must_use]
pub fn is_due(birth: Option<BirthDate>, married: bool, on: NaiveDate) -> bool {
    birth.is_none_or(|birth| matches!(check(birth, married, None, on), Ok(Eligibility::Full)))
}

/// From when on somebody must have an e-KTP; none for those of whom it is true whatever the day.
#[must_use]
pub fn due_from(birth: Option<BirthDate>, married: bool) -> Option<NaiveDate> {
    let birth = birth.filter(|_| !married)?.date();
    let year = birth.year() + ADULT_AGE;
    // Born on 29 February: on 1 March of a common year.
    birth
        .with_year(year)
        .or_else(|| NaiveDate::from_ymd_opt(year, 3, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn age_counts_on_the_day_of_the_slot() {
        let day = |s: &str| s.parse::<NaiveDate>().unwrap();
        let born = BirthDate::parse("2010-05-10").unwrap();
        let guardian = PersonName::parse("Siti Aminah").unwrap();
        let cases = [
            // (date, married, guardian named, expected)
            ("2026-05-09", false, true, Err(Code::TooYoung)),
            ("2026-05-10", false, true, Ok(Eligibility::Early)),
            ("2026-05-10", false, false, Err(Code::GuardianMissing)),
            ("2027-05-09", false, true, Ok(Eligibility::Early)),
            ("2027-05-10", false, false, Ok(Eligibility::Full)),
            ("2026-05-09", true, false, Ok(Eligibility::Full)),
        ];
        for (date, married, named, expected) in cases {
            let guardian = named.then_some(&guardian);
            assert_eq!(
                check(born, married, guardian, day(date)),
                expected,
                "{date}"
            );
        }
    }
    /// The second source is the age as it is counted for a slot.
    #[test]
    fn due_from_is_the_first_day_on_which_somebody_is_due() {
        for born in ["2009-05-10", "2008-02-29", "2009-12-31", "2010-01-01"] {
            let birth = BirthDate::parse(born).ok();
            let from = due_from(birth, false).unwrap();
            assert!(is_due(birth, false, from), "{born}");
            assert!(!is_due(birth, false, from.pred_opt().unwrap()), "{born}");
        }
        let birth = BirthDate::parse("2010-01-01").ok();
        assert_eq!((due_from(birth, true), due_from(None, false)), (None, None));
    }
}
