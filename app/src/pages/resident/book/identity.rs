//! The first step for somebody new: what the family card says. Errors appear at their field when
//! it is left, and all together at "next".

use super::{
    super::draft::{Keeper, Kept, visit_day},
    BookStep, Walk,
};
use crate::{
    components::{
        Checkbox, Choice, DateField, ErrorSummary, Icon, Notice, PageHeader, RadioCards,
        SelectField, TextField, Tone, error_line,
    },
    i18n::*,
    pages::inputs::{Inputs, field_id},
    state::use_rekam,
};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use shared::{
    form::{Field, FieldError, Strictness},
    office::Office,
    person::BirthDate,
    problem::Code,
    sop::eligibility,
};
use std::collections::BTreeSet;

/// The guardian's consent is missing: said at the box, not at the name.
const CONSENT: &str = "guardian_consent_missing";

/// The form.
#[component]
pub fn Identity(office: Office, keeper: Keeper, walk: Walk) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let inputs = keeper.draft.with_untracked(|draft| Inputs::of(&draft.form));
    let left = RwSignal::new(BTreeSet::<Field>::new());
    let tried = RwSignal::new(false);
    let summary = RwSignal::new(Vec::<(&'static str, String)>::new());
    Effect::new(move |_| {
        let form = inputs.form();
        keeper.draft.update(|draft| {
            let priority = draft.form.priority;
            draft.form = form;
            draft.form.priority = priority;
            draft.known = None;
        });
    });
    let on = {
        let office = office.clone();
        Memo::new(move |_| {
            let now = rekam.now();
            keeper.draft.with(|draft| visit_day(draft, &office, now))
        })
    };
    let kelurahan = office.kelurahan.clone();
    let errors = Memo::new(move |_| {
        let checked = inputs
            .form()
            .finish(&office, on.get(), Strictness::Resident);
        checked.err().unwrap_or_default()
    });
    Effect::new(move |_| {
        if errors.with(Vec::is_empty) && !summary.with_untracked(Vec::is_empty) {
            summary.set(Vec::new());
        }
    });
    let text = move |error: FieldError| i18n.code_text(error.code);
    let found =
        move |field: Field| errors.with(|errors| errors.iter().find(|e| e.field == field).copied());
    let error = move |field: Field| {
        Signal::derive(move || {
            let found = found(field).filter(|e| e.code != CONSENT)?;
            let is_shown = tried.get()
                || (found.code != "required" && left.with(|left| left.contains(&field)));
            is_shown.then(|| text(found))
        })
    };
    let consent_error = Signal::derive(move || {
        let found = found(Field::Guardian).filter(|e| e.code == CONSENT)?;
        tried.get().then(|| text(found))
    });
    // A moment later: an error that appears under a finger on its way down would move the target.
    let mark = move |field: Field| {
        spawn_local(async move {
            TimeoutFuture::new(250).await;
            left.try_update(|left| left.insert(field));
        });
    };
    let leave = move |field: Field| Callback::new(move |()| mark(field));
    // Three parts: nothing is wrong before the last one is there.
    let leave_birth = Callback::new(move |()| {
        let is_whole = inputs
            .birth
            .with(|birth| birth.split('-').all(|part| !part.is_empty()));
        if is_whole {
            mark(Field::Birth);
        }
    });
    let age = move |married: bool| {
        let birth = inputs.birth.with(|birth| BirthDate::parse(birth).ok())?;
        eligibility::check(birth, married, None, on.get()).err()
    };
    let asks_married = Memo::new(move |_| age(false).is_some());
    let asks_guardian =
        Memo::new(move |_| age(inputs.married.get()) == Some(Code::GuardianMissing));
    let is_recorded = Memo::new(move |_| inputs.recorded.with(|value| value == "yes"));
    let next = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        let wrong = errors.get_untracked();
        if wrong.is_empty() {
            walk.to(BookStep::Slot);
            return;
        }
        let line = |e: FieldError| {
            let id = if e.code == CONSENT {
                "consent"
            } else {
                field_id(e.field)
            };
            (id, error_line(i18n, label(i18n, e.field), e))
        };
        summary.set(wrong.into_iter().map(line).collect());
    };
    let pair = move |first: (&'static str, &'static str), second: (&'static str, &'static str)| {
        vec![
            Choice::new(first.0, first.1),
            Choice::new(second.0, second.1),
        ]
    };
    let yes_no = Signal::derive(move || {
        pair(
            ("no", t_string!(i18n, resident.identity.recorded_no)),
            ("yes", t_string!(i18n, resident.identity.recorded_yes)),
        )
    });
    let sexes = Signal::derive(move || {
        pair(
            ("male", t_string!(i18n, resident.identity.male)),
            ("female", t_string!(i18n, resident.identity.female)),
        )
    });
    let places = Signal::stored(
        kelurahan
            .into_iter()
            .map(|k| Choice::new(k.code.to_string(), k.name))
            .collect::<Vec<_>>(),
    );
    let counted = move |value: RwSignal<String>, empty: &'static str| {
        let digits: String = value.with(|v| v.chars().filter(char::is_ascii_digit).collect());
        match digits.len() {
            0 => empty.to_owned(),
            16 => format!(
                "{} · {}",
                grouped(&digits),
                t_string!(i18n, resident.identity.nik_full)
            ),
            n => {
                let count = t_string!(i18n, resident.identity.nik_count, n = n);
                format!("{} · {count}", grouped(&digits))
            }
        }
    };
    view! {
        <PageHeader
            title=move || t_string!(i18n, resident.identity.title)
            lead=move || t_string!(i18n, resident.identity.lead)
        />
        <form class="form" novalidate="" on:submit=next>
            <ErrorSummary errors=summary/>
            <RadioCards
                id=field_id(Field::RecordedBefore)
                label=move || label(i18n, Field::RecordedBefore)
                hint=move || t_string!(i18n, resident.identity.recorded_hint)
                value=inputs.recorded
                choices=yes_no
                error=error(Field::RecordedBefore)
            />
            <Show when=move || is_recorded.get()>
                <Notice
                    tone=Tone::Warning
                    title=move || t_string!(i18n, resident.identity.recorded_stop_title)
                    text=move || t_string!(i18n, resident.identity.recorded_stop_text)
                />
            </Show>
            <TextField
                id=field_id(Field::Nik)
                kind="digits"
                label=move || label(i18n, Field::Nik)
                hint=move || counted(inputs.nik, t_string!(i18n, resident.identity.nik_hint))
                value=inputs.nik
                error=error(Field::Nik)
                on_blur=leave(Field::Nik)
            />
            <TextField
                id=field_id(Field::Kk)
                kind="digits"
                label=move || label(i18n, Field::Kk)
                hint=move || counted(inputs.kk, t_string!(i18n, resident.identity.kk_hint))
                value=inputs.kk
                error=error(Field::Kk)
                on_blur=leave(Field::Kk)
            />
            <TextField
                id=field_id(Field::Name)
                label=move || label(i18n, Field::Name)
                hint=move || t_string!(i18n, resident.identity.name_hint)
                autocomplete="name"
                value=inputs.name
                error=error(Field::Name)
                on_blur=leave(Field::Name)
            />
            <DateField
                id=field_id(Field::Birth)
                label=move || label(i18n, Field::Birth)
                hint=move || t_string!(i18n, resident.identity.birth_hint)
                value=inputs.birth
                error=error(Field::Birth)
                on_blur=leave_birth
            />
            <Show when=move || asks_married.get()>
                <Checkbox
                    id="married"
                    label=move || format!(
                        "{}. {}",
                        t_string!(i18n, resident.identity.married_label),
                        t_string!(i18n, resident.identity.married_note),
                    )
                    value=inputs.married
                />
            </Show>
            <Show when=move || asks_guardian.get()>
                <Notice
                    title=move || t_string!(i18n, resident.identity.guardian_title)
                    text=move || t_string!(i18n, resident.identity.guardian_text)
                />
                <TextField
                    id=field_id(Field::Guardian)
                    label=move || label(i18n, Field::Guardian)
                    hint=move || t_string!(i18n, resident.identity.guardian_hint)
                    value=inputs.guardian
                    error=error(Field::Guardian)
                    on_blur=leave(Field::Guardian)
                />
                <Checkbox
                    id="consent"
                    label=move || format!(
                        "{}. {}",
                        t_string!(i18n, resident.identity.consent),
                        t_string!(i18n, resident.identity.consent_note),
                    )
                    value=inputs.consents
                    error=consent_error
                />
            </Show>
            <RadioCards
                id=field_id(Field::Sex)
                label=move || label(i18n, Field::Sex)
                value=inputs.sex
                choices=sexes
                error=error(Field::Sex)
            />
            <SelectField
                id=field_id(Field::Kelurahan)
                label=move || label(i18n, Field::Kelurahan)
                hint=move || t_string!(i18n, resident.identity.kelurahan_hint)
                value=inputs.kelurahan
                choices=places
                error=error(Field::Kelurahan)
            />
            <div class="split">
                <TextField
                    id=field_id(Field::Rt)
                    kind="digits"
                    label=move || label(i18n, Field::Rt)
                    hint=move || t_string!(i18n, resident.identity.rt_hint)
                    value=inputs.rt
                    optional=true
                    maxlength=3
                    error=error(Field::Rt)
                    on_blur=leave(Field::Rt)
                />
                <TextField
                    id=field_id(Field::Rw)
                    kind="digits"
                    label=move || label(i18n, Field::Rw)
                    hint=move || t_string!(i18n, resident.identity.rt_hint)
                    value=inputs.rw
                    optional=true
                    maxlength=3
                    error=error(Field::Rw)
                    on_blur=leave(Field::Rw)
                />
            </div>
            <TextField
                id=field_id(Field::Phone)
                kind="tel"
                label=move || label(i18n, Field::Phone)
                hint=move || t_string!(i18n, resident.identity.phone_hint)
                autocomplete="tel"
                value=inputs.phone
                optional=true
                error=error(Field::Phone)
                on_blur=leave(Field::Phone)
            />
            <p class="small soft">{t!(i18n, resident.identity.privacy)}</p>
            <KeptLine keeper/>
            <div class="sticky-actions">
                <button
                    type="submit"
                    class="btn btn--primary btn--big btn--block"
                    disabled=move || is_recorded.get()
                >
                    {t!(i18n, resident.book.next)}<Icon name="arrow-right"/>
                </button>
            </div>
        </form>
    }
}

/// Whether what was typed is safe.
#[component]
fn KeptLine(keeper: Keeper) -> impl IntoView {
    let i18n = use_i18n();
    move || match keeper.kept.get() {
        Kept::Saved => Some(
            view! {
                <p class="draft"><Icon name="saved"/>{t!(i18n, resident.identity.saved)}</p>
            }
            .into_any(),
        ),
        Kept::Failed => {
            let text = move || t_string!(i18n, resident.identity.not_saved);
            Some(view! { <Notice tone=Tone::Danger text/> }.into_any())
        }
        Kept::Empty | Kept::Loading => None,
    }
}

/// Digits in fours, as printed on cards.
fn grouped(digits: &str) -> String {
    let letters: Vec<char> = digits.chars().collect();
    let groups: Vec<String> = letters
        .chunks(4)
        .map(|group| group.iter().collect())
        .collect();
    groups.join(" ")
}

/// The field's label.
fn label(i18n: I18n, field: Field) -> &'static str {
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
