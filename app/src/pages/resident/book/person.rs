//! People this phone has booked for: one touch instead of a form.

use super::{super::draft::Keeper, BookStep, Walk};
use crate::{
    components::{Icon, PageHeader},
    i18n::*,
};
use leptos::prelude::*;
use shared::resident::Resident;

#[component]
pub fn WhoFor(
    people: Vec<Resident>,
    keeper: Keeper,
    walk: Walk,
    /// Set when somebody else is to be typed in.
    types: RwSignal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <PageHeader
            title=move || t_string!(i18n, resident.who.title)
            lead=move || t_string!(i18n, resident.who.lead)
        />
        <ul class="list list--card">
            {people
                .into_iter()
                .map(|person| view! { <PersonRow person keeper walk/> })
                .collect_view()}
            <li>
                <button
                    class="row"
                    on:click=move |_| {
                        keeper.draft.update(|draft| draft.known = None);
                        types.set(true);
                    }
                >
                    <span class="row__lead"><Icon name="plus"/></span>
                    <span class="row__body">
                        <span class="row__title">{t!(i18n, resident.who.new)}</span>
                        <span class="row__note">{t!(i18n, resident.who.new_note)}</span>
                    </span>
                    <span class="row__end"><Icon name="chevron-right"/></span>
                </button>
            </li>
        </ul>
    }
}

#[component]
fn PersonRow(person: Resident, keeper: Keeper, walk: Walk) -> impl IntoView {
    let i18n = use_i18n();
    let id = person.id;
    let nik = person
        .nik
        .as_ref()
        .map(|nik| nik.masked())
        .or(person.nik_masked);
    let nik = nik.map(|nik| format!("NIK {nik}"));
    let is_recorded = person.recorded_on.is_some();
    let is_booked = person.active.is_some();
    let why_not = move || {
        if is_recorded {
            Some(t_string!(i18n, resident.who.recorded))
        } else if is_booked {
            Some(t_string!(i18n, resident.who.has_booking))
        } else {
            None
        }
    };
    let pick = move |_| {
        keeper.draft.update(|draft| draft.known = Some(id));
        walk.to(BookStep::Slot);
    };
    view! {
        <li>
            <button class="row" disabled=is_recorded || is_booked on:click=pick>
                <span class="row__lead"><Icon name="user"/></span>
                <span class="row__body">
                    <span class="row__title">{person.name.to_string()}</span>
                    <span class="row__note num">{nik}</span>
                    <span class="row__note">{why_not}</span>
                </span>
                <span class="row__end"><Icon name="chevron-right"/></span>
            </button>
        </li>
    }
}
