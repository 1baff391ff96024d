//! The identity form: raw fields as typed, checked field by field in the person's order. The form
//! checks with these functions at once; the server checks the finished draft again by parsing it.

pub mod hours;
pub mod session;
pub mod week;

use crate::{
    office::Office,
    person::{BirthDate, Kk, Nik, PersonName, Phone, Sex},
    problem::Code,
    resident::Draft,
    sop::eligibility,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What somebody has typed so far; saved as a draft on every change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct IdentityForm {
    pub nik: String,
    pub kk: String,
    pub name: String,
    pub birth: String,
    pub sex: Option<Sex>,
    pub phone: String,
    pub kelurahan: String,
    pub rt: String,
    pub rw: String,
    pub married: bool,
    pub guardian: String,
    pub guardian_consents: bool,
    /// Recording twice ends as a duplicate at the centre, so the form asks.
    pub recorded_before: Option<bool>,
    pub priority: bool,
}

/// Fields of the form, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    RecordedBefore,
    Nik,
    Kk,
    Name,
    Birth,
    Sex,
    Kelurahan,
    Rt,
    Rw,
    Phone,
    Guardian,
}

/// What is wrong with a field: a stable code with a text in every locale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldError {
    pub field: Field,
    pub code: &'static str,
}

/// Codes that the form itself adds to those of the parsed types.
pub const FORM_CODES: &[&str] = &[
    "required",
    "kelurahan_unknown",
    "rt_number",
    "birth_future",
    "guardian_consent_missing",
    "too_young",
    "guardian_missing",
    "already_recorded",
];

/// What a form may leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// Residents themselves: NIK, KK and birth date are needed.
    Resident,
    /// Staff help people who lost their papers: a name is enough.
    Staff,
}

impl IdentityForm {
    /// The finished draft.
    ///
    /// # Errors
    /// Every field that is wrong, in the form's order.
    pub fn finish(
        &self,
        office: &Office,
        on: NaiveDate,
        strictness: Strictness,
    ) -> Result<Draft, Vec<FieldError>> {
        let mut errors = Vec::new();
        let strict = strictness == Strictness::Resident;
        if self.recorded_before == Some(true) {
            errors.push(FieldError {
                field: Field::RecordedBefore,
                code: "already_recorded",
            });
        } else if strict && self.recorded_before.is_none() {
            errors.push(FieldError {
                field: Field::RecordedBefore,
                code: "required",
            });
        }
        let nik = read(&mut errors, Field::Nik, &self.nik, strict, |s| {
            Nik::parse(s).map_err(|e| e.code())
        });
        let kk = read(&mut errors, Field::Kk, &self.kk, strict, |s| {
            Kk::parse(s).map_err(|e| e.code())
        });
        let name = read(&mut errors, Field::Name, &self.name, true, |s| {
            PersonName::parse(s).map_err(|e| e.code())
        });
        let birth = read(&mut errors, Field::Birth, &self.birth, strict, |s| {
            let birth = BirthDate::parse(s).and_then(|birth| birth.not_after(on));
            birth.map_err(|e| e.code())
        });
        if strict && self.sex.is_none() {
            errors.push(FieldError {
                field: Field::Sex,
                code: "required",
            });
        }
        let kelurahan = read(&mut errors, Field::Kelurahan, &self.kelurahan, true, |s| {
            office
                .kelurahan
                .iter()
                .find(|k| k.code.to_string() == s || k.code.dotted() == s)
                .map(|k| k.code.clone())
                .ok_or("kelurahan_unknown")
        });
        let number = |s: &str| {
            s.parse::<u16>()
                .ok()
                .filter(|n| (1..=999).contains(n))
                .ok_or("rt_number")
        };
        let rt = read(&mut errors, Field::Rt, &self.rt, false, number);
        let rw = read(&mut errors, Field::Rw, &self.rw, false, number);
        let phone = read(&mut errors, Field::Phone, &self.phone, false, |s| {
            Phone::parse(s).map_err(|e| e.code())
        });
        let mut guardian = read(&mut errors, Field::Guardian, &self.guardian, false, |s| {
            PersonName::parse(s).map_err(|e| e.code())
        });
        if let Some(birth) = birth {
            match eligibility::check(birth, self.married, guardian.as_ref(), on) {
                Ok(eligibility::Eligibility::Full) => guardian = None,
                Ok(eligibility::Eligibility::Early) if !self.guardian_consents => {
                    let code = "guardian_consent_missing";
                    errors.push(FieldError {
                        field: Field::Guardian,
                        code,
                    });
                }
                Ok(eligibility::Eligibility::Early) => {}
                Err(Code::TooYoung) => {
                    errors.push(FieldError {
                        field: Field::Birth,
                        code: "too_young",
                    });
                }
                Err(_) => errors.push(FieldError {
                    field: Field::Guardian,
                    code: "guardian_missing",
                }),
            }
        }
        match name {
            Some(name) if errors.is_empty() => Ok(Draft {
                name,
                nik,
                kk,
                birth,
                sex: self.sex,
                phone,
                kelurahan,
                rt,
                rw,
                married: self.married,
                guardian,
                recorded_on: None,
            }),
            _ => {
                errors.sort_by_key(|e| e.field);
                errors.dedup_by_key(|e| e.field);
                Err(errors)
            }
        }
    }
}

fn read<T>(
    errors: &mut Vec<FieldError>,
    field: Field,
    typed: &str,
    needed: bool,
    parse: impl FnOnce(&str) -> Result<T, &'static str>,
) -> Option<T> {
    let typed = typed.trim();
    if typed.is_empty() {
        if needed {
            errors.push(FieldError {
                field,
                code: "required",
            });
        }
        return None;
    }
    parse(typed)
        .map_err(|code| errors.push(FieldError { field, code }))
        .ok()
}

#[cfg(test)]
mod tests;
