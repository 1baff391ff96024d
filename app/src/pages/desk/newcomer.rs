//! What is asked of somebody without a booking. A name is enough; a number that can't be read is
//! pointed out and left out, and never stops anybody.

use crate::{
    components::{Checkbox, Choice, DateField, SelectField, TextField, use_unsaved},
    i18n::*,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use shared::{
    office::{Kelurahan, Office},
    person::{BirthDate, Kk, Nik, NikWarning, PersonName},
    resident::Draft,
};

/// The fields as they are on the screen.
#[derive(Clone, Copy)]
pub struct NewcomerForm {
    pub name: RwSignal<String>,
    pub nik: RwSignal<String>,
    pub kk: RwSignal<String>,
    pub birth: RwSignal<String>,
    pub kelurahan: RwSignal<String>,
    pub priority: RwSignal<bool>,
}

/// The fields as they are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub name: String,
    pub nik: String,
    pub kk: String,
    pub birth: String,
    pub kelurahan: String,
    pub priority: bool,
}

impl NewcomerForm {
    pub fn new() -> Self {
        let empty = || RwSignal::new(String::new());
        Self {
            name: empty(),
            nik: empty(),
            kk: empty(),
            birth: empty(),
            kelurahan: empty(),
            priority: RwSignal::new(false),
        }
    }

    pub fn typed(self) -> Typed {
        Typed {
            name: self.name.get(),
            nik: self.nik.get(),
            kk: self.kk.get(),
            birth: self.birth.get(),
            kelurahan: self.kelurahan.get(),
            priority: self.priority.get(),
        }
    }

    pub fn fill(self, typed: Typed) {
        self.name.set(typed.name);
        self.nik.set(typed.nik);
        self.kk.set(typed.kk);
        self.birth.set(typed.birth);
        self.kelurahan.set(typed.kelurahan);
        self.priority.set(typed.priority);
    }
}

impl Typed {
    /// What can be read of it; `None` only without a name.
    pub fn draft(&self, office: &Office) -> Option<Draft> {
        Some(Draft {
            name: PersonName::parse(&self.name).ok()?,
            nik: Nik::parse(&self.nik).ok(),
            kk: Kk::parse(&self.kk).ok(),
            birth: BirthDate::parse(&self.birth).ok(),
            sex: None,
            phone: None,
            kelurahan: office
                .kelurahan
                .iter()
                .map(|k| &k.code)
                .find(|code| code.as_str() == self.kelurahan)
                .cloned(),
            rt: None,
            rw: None,
            married: false,
            guardian: None,
            recorded_on: None,
        })
    }
}

/// Fields of the form; `asked` says that the name was missed when the button was touched.
#[component]
pub fn NewcomerFields(
    form: NewcomerForm,
    asked: RwSignal<bool>,
    #[prop(into)] office: Signal<Option<Office>>,
) -> impl IntoView {
    let i18n = use_i18n();
    use_unsaved(Signal::derive(move || form.typed() != Typed::default()));
    let says = move |code: &str| i18n.code_text(code);
    let left_out =
        move |code: &str| format!("{} {}", says(code), t_string!(i18n, desk.walk_in.left_out));
    let name_error = Signal::derive(move || {
        if !asked.get() {
            return None;
        }
        form.name.with(|name| {
            if name.trim().is_empty() {
                return Some(says("required"));
            }
            PersonName::parse(name)
                .err()
                .map(|error| says(error.code()))
        })
    });
    let nik_warning = Signal::derive(move || {
        let typed = form.nik.get();
        match Nik::parse(&typed) {
            _ if typed.trim().is_empty() => None,
            Err(error) => Some(left_out(error.code())),
            Ok(nik) => {
                let birth = form.birth.with(|birth| BirthDate::parse(birth).ok());
                let home = office.with(|office| {
                    let office = office.as_ref()?;
                    form.typed().draft(office)?.kelurahan
                });
                let found = nik.warnings(birth, None, home.as_ref());
                let found: Vec<&str> = found.iter().map(NikWarning::code).map(says).collect();
                (!found.is_empty()).then(|| found.join(" "))
            }
        }
    });
    let kk_warning = Signal::derive(move || {
        form.kk.with(|typed| {
            let error = Kk::parse(typed).err().filter(|_| !typed.trim().is_empty());
            error.map(|error| left_out(error.code()))
        })
    });
    let kelurahan = Signal::derive(move || {
        let known = office.with(|office| {
            let all = office.as_ref().map(|o| o.kelurahan.clone());
            all.unwrap_or_default()
        });
        let choice = |k: &Kelurahan| Choice::new(k.code.as_str(), k.name.as_str());
        known.iter().map(choice).collect::<Vec<_>>()
    });
    view! {
        <TextField
            id="newcomer-name"
            label=move || t_string!(i18n, desk.walk_in.name)
            hint=move || t_string!(i18n, desk.walk_in.name_hint)
            value=form.name
            error=name_error
        />
        <Checkbox
            id="newcomer-priority"
            label=move || t_string!(i18n, desk.walk_in.priority)
            value=form.priority
        />
        <TextField
            id="newcomer-nik"
            kind="digits"
            optional=true
            label=move || t_string!(i18n, desk.walk_in.nik)
            value=form.nik
            warning=nik_warning
        />
        <TextField
            id="newcomer-kk"
            kind="digits"
            optional=true
            label=move || t_string!(i18n, desk.walk_in.kk)
            value=form.kk
            warning=kk_warning
        />
        <DateField
            id="newcomer-birth"
            optional=true
            label=move || t_string!(i18n, desk.walk_in.birth)
            hint=move || t_string!(i18n, desk.walk_in.birth_hint)
            value=form.birth
        />
        <SelectField
            id="newcomer-kelurahan"
            label=move || t_string!(i18n, desk.walk_in.kelurahan)
            hint=move || t_string!(i18n, desk.walk_in.kelurahan_none)
            value=form.kelurahan
            choices=kelurahan
            optional=true
        />
    }
}
