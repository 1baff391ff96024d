//! A password as it is typed: hidden, or shown for whoever is alone with the device.

use super::fields::{FieldError, described, field_class, fine};
use crate::i18n::*;
use leptos::prelude::*;

/// The field; `shown` is the box of [`ShowPassword`].
#[component]
pub fn PasswordField(
    id: &'static str,
    label: Text,
    autocomplete: &'static str,
    value: RwSignal<String>,
    shown: RwSignal<bool>,
    #[prop(into, default = fine())] error: Signal<Option<String>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let is_wrong = move || error.with(Option::is_some);
    view! {
        <div class=move || field_class(error)>
            <label class="field__label" for=id>{i18n.view(label)}</label>
            <input
                class="input"
                id=id
                name=id
                autocomplete=autocomplete
                aria-describedby=move || described(id, false, is_wrong())
                aria-invalid=move || is_wrong().to_string()
                type=move || if shown.get() { "text" } else { "password" }
                prop:value=value
                on:input:target=move |ev| value.set(ev.target().value())
            />
            <FieldError id error/>
        </div>
    }
}

/// The box that shows what is typed.
#[component]
pub fn ShowPassword(shown: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <label class="check">
            <input
                class="check__input"
                type="checkbox"
                prop:checked=shown
                on:change:target=move |ev| shown.set(ev.target().checked())
            />
            <span>{t!(i18n, account.sign_in.show)}</span>
        </label>
    }
}
