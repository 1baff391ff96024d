//! The fields of somebody's identity as signals, and back: for residents and for staff who help.

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
        let text = || RwSignal::new(String::new());
        let inputs = Self {
            recorded: text(),
            nik: text(),
            kk: text(),
            name: text(),
            birth: text(),
            sex: text(),
            kelurahan: text(),
            rt: text(),
            rw: text(),
            phone: text(),
            married: RwSignal::new(false),
            guardian: text(),
            consents: RwSignal::new(false),
        };
        inputs.fill(form);
        inputs
    }

    /// Puts a form into the fields.
    pub fn fill(self, form: &IdentityForm) {
        let recorded = match form.recorded_before {
            Some(true) => "yes",
            Some(false) => "no",
            None => "",
        };
        let sex = form.sex.as_ref().map_or("", |sex| sex.as_str());
        for (field, text) in [
            (self.recorded, recorded),
            (self.nik, &form.nik),
            (self.kk, &form.kk),
            (self.name, &form.name),
            (self.birth, &form.birth),
            (self.sex, sex),
            (self.kelurahan, &form.kelurahan),
            (self.rt, &form.rt),
            (self.rw, &form.rw),
            (self.phone, &form.phone),
            (self.guardian, &form.guardian),
        ] {
            field.set(text.to_owned());
        }
        self.married.set(form.married);
        self.consents.set(form.guardian_consents);
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
