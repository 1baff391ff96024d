//! The form's fields as signals, and back.

use crate::i18n::*;
use leptos::prelude::*;
use shared::{
    form::{Field, IdentityForm},
    person::Sex,
};

/// What is in the fields.
#[derive(Clone, Copy)]
pub struct Inputs {
    /// `yes`, `no`, or nothing.
    pub recorded: RwSignal<String>,
    pub nik: RwSignal<String>,
    pub kk: RwSignal<String>,
    pub name: RwSignal<String>,
    pub birth: RwSignal<String>,
    pub sex: RwSignal<String>,
    pub kelurahan: RwSignal<String>,
    pub rt: RwSignal<String>,
    pub rw: RwSignal<String>,
    pub phone: RwSignal<String>,
    pub married: RwSignal<bool>,
    pub guardian: RwSignal<String>,
    pub consents: RwSignal<bool>,
}

impl Inputs {
    #[must_use]
    pub fn of(form: &IdentityForm) -> Self {
        let text = |value: &str| RwSignal::new(value.to_owned());
        Self {
            recorded: text(match form.recorded_before {
                Some(true) => "yes",
                Some(false) => "no",
                None => "",
            }),
            nik: text(&form.nik),
            kk: text(&form.kk),
            name: text(&form.name),
            birth: text(&form.birth),
            sex: text(form.sex.map_or("", |sex| match sex {
                Sex::Male => "male",
                Sex::Female => "female",
            })),
            kelurahan: text(&form.kelurahan),
            rt: text(&form.rt),
            rw: text(&form.rw),
            phone: text(&form.phone),
            married: RwSignal::new(form.married),
            guardian: text(&form.guardian),
            consents: RwSignal::new(form.guardian_consents),
        }
    }

    /// The form as it stands; tracked.
    #[must_use]
    pub fn form(self) -> IdentityForm {
        IdentityForm {
            nik: self.nik.get(),
            kk: self.kk.get(),
            name: self.name.get(),
            birth: self.birth.get(),
            sex: self.sex.with(|sex| Sex::parse(sex).ok()),
            phone: self.phone.get(),
            kelurahan: self.kelurahan.get(),
            rt: self.rt.get(),
            rw: self.rw.get(),
            married: self.married.get(),
            guardian: self.guardian.get(),
            guardian_consents: self.consents.get(),
            recorded_before: self.recorded.with(|value| match value.as_str() {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            }),
            priority: false,
        }
    }
}

/// The field's id in the page, where the error summary leads.
#[must_use]
pub fn field_id(field: Field) -> &'static str {
    match field {
        Field::RecordedBefore => "recorded-before",
        Field::Nik => "nik",
        Field::Kk => "kk",
        Field::Name => "name",
        Field::Birth => "birth",
        Field::Sex => "sex",
        Field::Kelurahan => "kelurahan",
        Field::Rt => "rt",
        Field::Rw => "rw",
        Field::Phone => "phone",
        Field::Guardian => "guardian",
    }
}

/// The field's label.
#[must_use]
pub fn label(i18n: I18n, field: Field) -> &'static str {
    match field {
        Field::RecordedBefore => t_string!(i18n, resident.identity.recorded_label),
        Field::Nik => t_string!(i18n, resident.identity.nik_label),
        Field::Kk => t_string!(i18n, resident.identity.kk_label),
        Field::Name => t_string!(i18n, resident.identity.name_label),
        Field::Birth => t_string!(i18n, resident.identity.birth_label),
        Field::Sex => t_string!(i18n, resident.identity.sex_label),
        Field::Kelurahan => t_string!(i18n, resident.identity.kelurahan_label),
        Field::Rt => t_string!(i18n, resident.identity.rt_label),
        Field::Rw => t_string!(i18n, resident.identity.rw_label),
        Field::Phone => t_string!(i18n, resident.identity.phone_label),
        Field::Guardian => t_string!(i18n, resident.identity.guardian_label),
    }
}
