//! What is wrong with a form, above it: one line a field, each a link to it.

use crate::i18n::*;
use leptos::prelude::*;
use shared::form::{Field, FieldError};

/// A line of the summary: what to do with an empty field, else what is wrong with it.
#[must_use]
pub fn error_line(i18n: I18n, label: &str, error: FieldError) -> String {
    if error.code != "required" {
        return format!("{label}: {}", i18n.code_text(error.code));
    }
    let field = in_sentence(label);
    match error.field {
        Field::RecordedBefore => t_string!(i18n, common.errors.answer, field = label),
        Field::Sex | Field::Kelurahan => t_string!(i18n, common.errors.choose, field = field),
        _ => t_string!(i18n, common.errors.fill, field = field),
    }
}

/// A label inside a sentence: "Nomor KK" is "nomor KK", "NIK" stays.
fn in_sentence(label: &str) -> String {
    let mut letters = label.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => label.to_owned(),
    }
}

/// What is wrong with the form: field id and text, linked to the fields. Empty shows nothing.
#[component]
pub fn ErrorSummary(#[prop(into)] errors: Signal<Vec<(&'static str, String)>>) -> impl IntoView {
    let i18n = use_i18n();
    let node = NodeRef::<leptos::html::Div>::new();
    Effect::new(move |_| {
        if errors.with(|errors| !errors.is_empty())
            && let Some(node) = node.get()
        {
            let _ = node.focus();
        }
    });
    let list = move || {
        errors
            .get()
            .into_iter()
            .map(|(id, text)| view! { <a href=format!("#{id}") rel="external" on:click=move |event| jump(&event, id)>{text}</a> })
            .collect_view()
    };
    move || {
        let count = errors.with(Vec::len);
        (count > 0).then(|| {
            view! {
                <div class="errors" role="alert" tabindex="-1" node_ref=node>
                    <h2 class="errors__title">{t!(i18n, common.errors.title, count = move || count)}</h2>
                    {list}
                </div>
            }
        })
    }
}

/// Moves to the field itself: a link to a fragment would be taken by the router.
fn jump(event: &leptos::ev::MouseEvent, id: &str) {
    use wasm_bindgen::JsCast;
    event.prevent_default();
    let field = document().get_element_by_id(id);
    if let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = field.focus();
    }
}
