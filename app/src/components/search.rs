//! The search above a list of people.

use super::Icon;
use crate::i18n::*;
use leptos::prelude::*;

#[component]
pub fn SearchField(value: RwSignal<String>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <label class="search">
            <span class="visually-hidden">{t!(i18n, common.search)}</span>
            <Icon name="search"/>
            <input
                class="input search__input"
                type="search"
                autocomplete="off"
                placeholder=move || t_string!(i18n, common.search)
                prop:value=value
                on:input:target=move |event| value.set(event.target().value())
            />
        </label>
    }
}
