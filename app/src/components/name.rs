//! The name of a resident, or what is said where it is no longer kept.

use crate::i18n::*;
use shared::resident::Resident;

#[must_use]
pub fn name_of(i18n: I18n, resident: &Resident) -> String {
    if resident.forgotten {
        t_string!(i18n, common.forgotten).to_owned()
    } else {
        resident.name.as_str().to_owned()
    }
}
