//! What identifies a person: parsed types that cannot hold a malformed value.
//! Each is built by `parse`, travels as its text through the same `parse`, and hides itself in `Debug`.

pub mod birth;
pub mod kk;
pub mod name;
pub mod nik;
pub mod phone;
pub mod search;
pub(crate) mod text;

pub use birth::{BirthDate, BirthDateError};
pub use kk::{Kk, KkError};
pub use name::{NameError, PersonName};
pub use nik::{Nik, NikError, NikWarning};
pub use phone::{Phone, PhoneError};
pub use search::{Search, SearchKey};

use text::parsed_text;

/// Sex as the population register knows it. Text form: `male`, `female`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub enum Sex {
    Male,
    Female,
}

/// Code `sex_unknown`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("neither male nor female")]
pub struct SexError;

impl SexError {
    pub fn code(&self) -> &'static str {
        "sex_unknown"
    }
}

impl Sex {
    /// Reads `male`/`female` and what Indonesian lists carry: `L`/`P`, `Laki-laki`/`Perempuan`.
    pub fn parse(input: &str) -> Result<Self, SexError> {
        match input.trim().to_ascii_lowercase().as_str() {
            "male" | "l" | "laki-laki" => Ok(Self::Male),
            "female" | "p" | "perempuan" => Ok(Self::Female),
            _ => Err(SexError),
        }
    }

    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
        }
    }
}

parsed_text!(Sex, SexError);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sex_reads_lists_and_prints_one_form() {
        for (input, sex) in [
            ("L", Sex::Male),
            ("p", Sex::Female),
            (" Perempuan ", Sex::Female),
        ] {
            assert_eq!(Sex::parse(input), Ok(sex), "{input}");
        }
        assert_eq!(Sex::parse("LP"), Err(SexError));
        assert_eq!(serde_json::to_string(&Sex::Female).unwrap(), r#""female""#);
    }

    #[test]
    fn the_wire_cannot_carry_a_malformed_value() {
        assert!(serde_json::from_str::<Nik>(r#""1571080000000001""#).is_err());
        assert!(serde_json::from_str::<PersonName>(r#""Siti\u0000""#).is_err());
        assert!(serde_json::from_str::<Phone>(r#""812""#).is_err());
        assert!(serde_json::from_str::<BirthDate>(r#""1899-12-31""#).is_err());
    }

    #[test]
    fn debug_output_names_nobody() {
        let shown = format!(
            "{:?} {:?} {:?} {:?} {:?}",
            Nik::parse("1571085708080001").unwrap(),
            Kk::parse("1571081203150042").unwrap(),
            PersonName::parse("Siti Aminah").unwrap(),
            Phone::parse("081274556677").unwrap(),
            BirthDate::parse("2008-08-17").unwrap(),
        );
        for secret in ["570808", "120315", "Aminah", "455", "08-17"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
}
