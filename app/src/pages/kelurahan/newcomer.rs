//! Somebody of the kelurahan who is not on the list: what is known of them, then the time. What is
//! typed stays on this device until the appointment is made.

use super::book_for::{BookFor, Purpose};
use crate::{
    components::{
        Checkbox, Choice, DateField, ErrorSummary, Icon, PageHeader, RadioCards, TextField,
        error_line, use_unsaved,
    },
    i18n::*,
    pages::inputs::{Inputs, field_id},
    state::{drafts, use_rekam},
};
use leptos::{prelude::*, task::spawn_local};
use shared::{
    command::Applicant,
    form::{Field, FieldError, IdentityForm, Strictness},
    resident::Draft,
};

const KEY: &str = "kelurahan-newcomer";

fn label(i18n: I18n, field: Field) -> &'static str {
    match field {
        Field::RecordedBefore => t_string!(i18n, kelurahan.newcomer.recorded_before),
        Field::Nik => t_string!(i18n, kelurahan.newcomer.nik),
        Field::Kk => t_string!(i18n, kelurahan.newcomer.kk),
        Field::Name => t_string!(i18n, kelurahan.newcomer.name),
        Field::Birth => t_string!(i18n, kelurahan.newcomer.birth),
        Field::Sex => t_string!(i18n, kelurahan.newcomer.sex),
        Field::Kelurahan => t_string!(i18n, head.kelurahan),
        Field::Rt => t_string!(i18n, kelurahan.newcomer.rt),
        Field::Rw => t_string!(i18n, kelurahan.newcomer.rw),
        Field::Phone => t_string!(i18n, kelurahan.newcomer.phone),
        Field::Guardian => t_string!(i18n, kelurahan.newcomer.guardian),
    }
}

#[component]
pub fn Newcomer() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let typed = Inputs::of(&IdentityForm::default());
    let loaded = RwSignal::new(false);
    let errors = RwSignal::new(Vec::<FieldError>::new());
    let ready = RwSignal::new(None::<Draft>);
    use_unsaved(Signal::derive(move || {
        let empty = IdentityForm {
            kelurahan: typed.kelurahan.get(),
            ..IdentityForm::default()
        };
        typed.form() != empty
    }));
    // The kelurahan of whoever helps; offices without one ask at the desk instead.
    let own = Memo::new(move |_| {
        let code = rekam.account().and_then(|account| account.kelurahan);
        code.map(|code| code.to_string()).unwrap_or_default()
    });

    let form = move || IdentityForm {
        kelurahan: own.get(),
        ..typed.form()
    };

    spawn_local(async move {
        if let Some(form) = drafts::load::<IdentityForm>(KEY).await {
            typed.fill(&form);
        }
        loaded.set(true);
    });
    Effect::new(move |_| {
        let form = form();
        if loaded.get() {
            spawn_local(async move {
                // A storage that fails shows itself in the shell.
                let _ = drafts::save(KEY, &form).await;
            });
        }
    });
    let clear = move |_| {
        typed.fill(&IdentityForm::default());
        errors.set(Vec::new());
    };
    let check = move || {
        let Some(office) = rekam.office() else { return };
        let today = office.today(rekam.now());
        match untrack(form).finish(&office, today, Strictness::Staff) {
            Ok(draft) => {
                errors.set(Vec::new());
                ready.set(Some(draft));
            }
            Err(found) => errors.set(found),
        }
    };
    let error = move |field: Field| {
        Signal::derive(move || {
            let code = errors.with(|all| all.iter().find(|e| e.field == field).map(|e| e.code))?;
            Some(i18n.code_text(code))
        })
    };
    let summary = Signal::derive(move || {
        errors.with(|all| {
            all.iter()
                .map(|e| {
                    // The kelurahan is the account's own: no field asks for it.
                    let at = match e.field {
                        Field::Kelurahan => Field::Rt,
                        field => field,
                    };
                    let line = error_line(i18n, label(i18n, e.field), *e);
                    (field_id(at), line)
                })
                .collect::<Vec<_>>()
        })
    });
    let choice = |value: &str, title: &str| Choice {
        value: value.to_owned(),
        title: title.to_owned(),
    };
    let sexes = Signal::derive(move || {
        vec![
            choice("female", t_string!(i18n, kelurahan.newcomer.female)),
            choice("male", t_string!(i18n, kelurahan.newcomer.male)),
        ]
    });
    let befores = Signal::derive(move || {
        vec![
            choice("no", t_string!(i18n, kelurahan.newcomer.never)),
            choice("yes", t_string!(i18n, kelurahan.newcomer.already)),
        ]
    });
    let leave = Callback::new(move |()| {
        spawn_local(async move {
            loaded.set(false);
            drafts::remove(KEY).await;
        });
    });
    let chooser = move || {
        let draft = ready.get()?;
        let office = untrack(|| rekam.office())?;
        let name = draft.name.as_str().to_owned();
        let purpose = Purpose::Book(Applicant::New(Box::new(draft)));
        let back = Callback::new(move |()| ready.set(None));
        Some(view! { <BookFor office name purpose on_done=leave on_cancel=back/> })
    };

    view! {
        <div class="page">
            <PageHeader
                title=move || t_string!(i18n, kelurahan.newcomer.title)
                lead=move || t_string!(i18n, kelurahan.newcomer.lead)
                back="/kelurahan"
            />
            {chooser}
            <Show when=move || ready.with(Option::is_none)>
                <form
                    class="form"
                    novalidate
                    on:submit=move |ev| {
                        ev.prevent_default();
                        check();
                    }
                >
                    <ErrorSummary errors=summary/>
                    <TextField
                        id="name"
                        label=move || t_string!(i18n, kelurahan.newcomer.name)
                        hint=move || t_string!(i18n, kelurahan.newcomer.name_hint)
                        value=typed.name
                        error=error(Field::Name)
                    />
                    <TextField
                        id="nik"
                        kind="digits"
                        optional=true
                        label=move || t_string!(i18n, kelurahan.newcomer.nik)
                        hint=move || t_string!(i18n, kelurahan.newcomer.nik_hint)
                        value=typed.nik
                        error=error(Field::Nik)
                    />
                    <TextField
                        id="kk"
                        kind="digits"
                        optional=true
                        label=move || t_string!(i18n, kelurahan.newcomer.kk)
                        hint=move || t_string!(i18n, kelurahan.newcomer.kk_hint)
                        value=typed.kk
                        error=error(Field::Kk)
                    />
                    <DateField
                        id="birth"
                        optional=true
                        label=move || t_string!(i18n, kelurahan.newcomer.birth)
                        hint=move || t_string!(i18n, kelurahan.newcomer.birth_hint)
                        value=typed.birth
                        error=error(Field::Birth)
                    />
                    <RadioCards
                        id="sex"
                        optional=true
                        label=move || t_string!(i18n, kelurahan.newcomer.sex)
                        value=typed.sex
                        choices=sexes
                        error=error(Field::Sex)
                    />
                    <div class="split">
                        <TextField
                            id="rt"
                            kind="digits"
                            optional=true
                            maxlength=3
                            label=move || t_string!(i18n, kelurahan.newcomer.rt)
                            value=typed.rt
                            error=error(Field::Rt)
                        />
                        <TextField
                            id="rw"
                            kind="digits"
                            optional=true
                            maxlength=3
                            label=move || t_string!(i18n, kelurahan.newcomer.rw)
                            value=typed.rw
                            error=error(Field::Rw)
                        />
                    </div>
                    <TextField
                        id="phone"
                        kind="tel"
                        optional=true
                        label=move || t_string!(i18n, kelurahan.newcomer.phone)
                        hint=move || t_string!(i18n, kelurahan.newcomer.phone_hint)
                        value=typed.phone
                        error=error(Field::Phone)
                    />
                    <Checkbox
                        id="married"
                        label=move || t_string!(i18n, kelurahan.newcomer.married)
                        value=typed.married
                    />
                    <RadioCards
                        id=field_id(Field::RecordedBefore)
                        label=move || t_string!(i18n, kelurahan.newcomer.recorded_before)
                        value=typed.recorded
                        choices=befores
                        error=error(Field::RecordedBefore)
                    />
                    <TextField
                        id="guardian"
                        optional=true
                        label=move || t_string!(i18n, kelurahan.newcomer.guardian)
                        hint=move || t_string!(i18n, kelurahan.newcomer.guardian_hint)
                        value=typed.guardian
                        error=error(Field::Guardian)
                    />
                    <Checkbox
                        id="consents"
                        label=move || t_string!(i18n, kelurahan.newcomer.consents)
                        value=typed.consents
                    />
                    <p class="draft"><Icon name="saved"/>{t!(i18n, kelurahan.newcomer.draft)}</p>
                    <div class="actions">
                        <button class="btn btn--primary btn--big" type="submit">
                            {t!(i18n, kelurahan.newcomer.next)}
                            <Icon name="arrow-right"/>
                        </button>
                        <button class="btn btn--quiet" type="button" on:click=clear>
                            {t!(i18n, kelurahan.newcomer.clear)}
                        </button>
                    </div>
                </form>
            </Show>
        </div>
    }
}
