//! One number of a page, with what it counts and of how many.

use super::Icon;
use crate::i18n::*;
use leptos::{prelude::*, text_prop::TextProp};

#[component]
pub fn Stat(
    icon: &'static str,
    label: Text,
    #[prop(into)] value: TextProp,
    /// Of how many, or since when.
    #[prop(optional, into)]
    note: Option<TextProp>,
    /// Somebody should look at it now.
    #[prop(optional, into)]
    alert: Signal<bool>,
    /// The page where the people are.
    #[prop(optional)]
    href: Option<&'static str>,
) -> impl IntoView {
    let i18n = use_i18n();
    let inside = view! {
        <span class="stat__label"><Icon name=icon/>{i18n.view(label)}</span>
        <span class="stat__value">{move || value.get()}</span>
        {note.map(|note| view! { <span class="stat__note">{move || note.get()}</span> })}
    };
    match href {
        Some(href) => view! {
            <a class="stat" class:stat--alert=move || alert.get() href=href>{inside}</a>
        }
        .into_any(),
        None => view! {
            <div class="stat" class:stat--alert=move || alert.get()>{inside}</div>
        }
        .into_any(),
    }
}
