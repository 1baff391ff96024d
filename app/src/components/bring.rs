//! What to bring, in the same words on every page, slip and paper.

use crate::i18n::*;
use shared::office::{Office, Requirement};

/// The office's requirements in words.
#[must_use]
pub fn bring_words(i18n: I18n, office: &Office) -> Vec<String> {
    let all = office.settings.requirements();
    all.into_iter().map(|one| words(i18n, one)).collect()
}

fn words(i18n: I18n, requirement: Requirement) -> String {
    match requirement {
        Requirement::FamilyCard => t_string!(i18n, common.bring.kk).to_owned(),
        Requirement::RtLetter => t_string!(i18n, common.bring.rt).to_owned(),
        Requirement::LandTaxSlip => t_string!(i18n, common.bring.pbb).to_owned(),
        Requirement::Other(text) => text,
    }
}
