//! The papers that residents bring along: an office says which, and every page, slip and paper names them
//! in one order.

use super::Settings;
use crate::{command::SetRequirements, problem::Code};

/// Papers in an office's own words, at most: they stand on a slip.
pub const PAPERS: usize = 5;
/// Letters of such a paper, at most: a line of a slip.
pub const PAPER_LETTERS: u16 = 80;

/// A paper that somebody brings along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Requirement {
    FamilyCard,
    RtLetter,
    LandTaxSlip,
    /// In the office's own words.
    Other(String),
}

impl Settings {
    /// What is brought along, in the order in which every page, slip and paper names it.
    #[must_use]
    pub fn requirements(&self) -> Vec<Requirement> {
        let rt_letter = self.needs_rt_letter.then_some(Requirement::RtLetter);
        let slip = self.needs_land_tax_slip.then_some(Requirement::LandTaxSlip);
        let mut all = vec![Requirement::FamilyCard];
        all.extend(rt_letter.into_iter().chain(slip));
        all.extend(self.also_bring.iter().cloned().map(Requirement::Other));
        all
    }

    /// As a head would set them: the papers of today.
    #[must_use]
    pub fn asks_for(&self) -> SetRequirements {
        SetRequirements {
            rt_letter: self.needs_rt_letter,
            land_tax_slip: self.needs_land_tax_slip,
            also: self.also_bring.clone(),
        }
    }

    /// The settings with these papers; empty lines and what stands there twice are left out.
    ///
    /// # Errors
    /// [`Code::TooLarge`] for more papers than [`PAPERS`], or more letters than [`PAPER_LETTERS`].
    pub fn with_requirements(&self, set: &SetRequirements) -> Result<Self, Code> {
        let mut also: Vec<String> = Vec::new();
        for text in set.also.iter().map(|text| text.trim()) {
            if text.chars().count() > PAPER_LETTERS.into() || also.len() > PAPERS {
                return Err(Code::TooLarge);
            }
            if !text.is_empty() && also.iter().all(|other| other != text) {
                also.push(text.to_owned());
            }
        }
        if also.len() > PAPERS {
            return Err(Code::TooLarge);
        }
        Ok(Self {
            needs_rt_letter: set.rt_letter,
            needs_land_tax_slip: set.land_tax_slip,
            also_bring: also,
            ..self.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_brought_along_is_the_offices_setting() {
        // As an office was stored before it could say so.
        let mut settings: Settings =
            serde_json::from_str(r#"{"needs_land_tax_slip":true}"#).unwrap();
        assert_eq!(
            settings.requirements(),
            [
                Requirement::FamilyCard,
                Requirement::RtLetter,
                Requirement::LandTaxSlip
            ]
        );
        settings.needs_rt_letter = false;
        settings.needs_land_tax_slip = false;
        let copy = "Fotokopi KK".to_owned();
        settings.also_bring = vec![copy.clone()];
        let asked = [Requirement::FamilyCard, Requirement::Other(copy)];
        assert_eq!(settings.requirements(), asked);
    }

    #[test]
    fn papers_are_tidied_and_bounded() {
        let settings = Settings::default();
        let with = |also: &[String]| {
            let set = SetRequirements {
                rt_letter: false,
                land_tax_slip: true,
                also: also.to_vec(),
            };
            settings.with_requirements(&set)
        };
        let texts = |all: &[&str]| {
            all.iter()
                .map(|text| (*text).to_owned())
                .collect::<Vec<_>>()
        };
        let tidied = with(&texts(&[
            " Fotokopi KK ",
            "",
            "Akta lahir",
            "Fotokopi KK",
            "  ",
        ]))
        .unwrap();
        assert_eq!(tidied.also_bring, ["Fotokopi KK", "Akta lahir"]);
        assert!(!tidied.needs_rt_letter && tidied.needs_land_tax_slip);
        // Setting them again changes nothing.
        assert_eq!(
            tidied.with_requirements(&tidied.asks_for()).unwrap(),
            tidied
        );

        let many = |n: usize| (0..n).map(|n| format!("Surat {n}")).collect::<Vec<_>>();
        assert!(with(&many(PAPERS)).is_ok());
        assert_eq!(with(&many(PAPERS + 1)), Err(Code::TooLarge));
        assert_eq!(with(&many(100_000)), Err(Code::TooLarge));
        assert!(with(&["é".repeat(PAPER_LETTERS.into())]).is_ok());
        assert_eq!(
            with(&["é".repeat(usize::from(PAPER_LETTERS) + 1)]),
            Err(Code::TooLarge)
        );
    }
}
