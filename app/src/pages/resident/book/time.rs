//! The second step: when to come, and what to do if that is full.

use super::{
    super::{draft::Keeper, times::TimePicker, wish},
    BookStep, Walk,
};
use crate::{
    components::{Checkbox, Choice, Icon, PageHeader, RadioCards},
    i18n::*,
    state::use_rekam,
};
use leptos::prelude::*;
use shared::office::Office;

#[component]
pub fn Time(office: Office, keeper: Keeper, walk: Walk) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let start = keeper.draft.get_untracked();
    let name = match start.known {
        Some(id) => rekam.view(|view| wish::name_of(i18n, view, id)),
        None => Some(start.form.name.trim().to_owned()),
    };
    let choices = RwSignal::new(start.choices);
    let any = RwSignal::new(start.any_that_week);
    let waits = RwSignal::new(start.wait_if_full);
    let first = RwSignal::new(if start.form.priority { "yes" } else { "no" }.to_owned());
    let tried = RwSignal::new(false);
    Effect::new(move |_| {
        let (choices, any, waits) = (choices.get(), any.get(), waits.get());
        let priority = first.with(|first| first == "yes");
        keeper.draft.update(|draft| {
            draft.choices = choices;
            draft.any_that_week = any;
            draft.wait_if_full = waits;
            draft.form.priority = priority;
        });
    });
    let next = move |_| {
        if choices.with_untracked(Vec::is_empty) {
            tried.set(true);
        } else {
            walk.to(BookStep::Review);
        }
    };
    let lead = move || match &name {
        Some(name) if !name.is_empty() => {
            t_string!(i18n, resident.slot.for_person, name = name.as_str())
        }
        _ => t_string!(i18n, resident.slot.lead).to_owned(),
    };
    let labels = move |title: &'static str, note: &'static str| format!("{title}. {note}");
    let yes_no = Signal::derive(move || {
        vec![
            Choice::new("no", t_string!(i18n, resident.slot.priority_no)),
            Choice::new("yes", t_string!(i18n, resident.slot.priority_yes)),
        ]
    });
    view! {
        <PageHeader title=move || t_string!(i18n, resident.slot.title) lead/>
        <TimePicker office choices full_too=waits/>
        <section class="card">
            <RadioCards
                id="priority"
                label=move || t_string!(i18n, resident.slot.priority_label)
                hint=move || t_string!(i18n, resident.slot.priority_hint)
                value=first
                choices=yes_no
            />
        </section>
        <section class="card">
            <h2 class="card__title">{t!(i18n, resident.slot.fallback_title)}</h2>
            <Checkbox
                id="any-that-week"
                label=move || labels(
                    t_string!(i18n, resident.slot.any_label),
                    t_string!(i18n, resident.slot.any_note),
                )
                value=any
            />
            <Checkbox
                id="wait-if-full"
                label=move || labels(
                    t_string!(i18n, resident.slot.wait_label),
                    t_string!(i18n, resident.slot.wait_note),
                )
                value=waits
            />
        </section>
        <div class="sticky-actions">
            <Show when=move || tried.get() && choices.with(Vec::is_empty)>
                <p class="field__error" role="alert">
                    <Icon name="warning"/>{t!(i18n, resident.slot.required)}
                </p>
            </Show>
            <button type="button" class="btn btn--primary btn--big btn--block" on:click=next>
                {t!(i18n, resident.book.next)}<Icon name="arrow-right"/>
            </button>
        </div>
    }
}
