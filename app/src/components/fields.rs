//! Fields of forms: a label, a hint, what is wrong, and their ties for screen readers.

use super::Icon;
use crate::i18n::*;
use leptos::{prelude::*, text_prop::TextProp};

/// A signal that says nothing is wrong.
pub(super) fn fine() -> Signal<Option<String>> {
    Signal::stored(None)
}

/// The ids of what describes a field, for `aria-describedby`.
pub(super) fn described(id: &str, hint: bool, error: bool) -> Option<String> {
    match (hint, error) {
        (true, true) => Some(format!("{id}-hint {id}-error")),
        (true, false) => Some(format!("{id}-hint")),
        (false, true) => Some(format!("{id}-error")),
        (false, false) => None,
    }
}

#[component]
pub(super) fn Hint(id: &'static str, hint: Option<TextProp>) -> impl IntoView {
    hint.map(|hint| {
        view! { <p class="field__hint" id=format!("{id}-hint")>{move || hint.get()}</p> }
    })
}

#[component]
pub(super) fn FieldError(id: &'static str, error: Signal<Option<String>>) -> impl IntoView {
    view! {
        {move || {
            error
                .get()
                .map(|error| {
                    view! {
                        <p class="field__error" id=format!("{id}-error")>
                            <Icon name="warning"/>
                            {error}
                        </p>
                    }
                })
        }}
    }
}

/// Beside the label of a field that may be left out.
#[component]
pub(super) fn MayStayEmpty(optional: bool) -> impl IntoView {
    let i18n = use_i18n();
    optional.then(|| view! { <span class="field__opt">" "{t!(i18n, common.optional)}</span> })
}

pub(super) fn field_class(error: Signal<Option<String>>) -> &'static str {
    if error.with(Option::is_some) {
        "field field--error"
    } else {
        "field"
    }
}

/// One line of text. `kind`: `text`, `digits`, `tel`, `password`, `search`, `code`.
#[component]
pub fn TextField(
    /// Unique on the page; the error summary links to it.
    id: &'static str,
    #[prop(into)] label: TextProp,
    value: RwSignal<String>,
    #[prop(optional, into)] hint: Option<TextProp>,
    #[prop(into, default = fine())] error: Signal<Option<String>>,
    /// Worth a look, but no error.
    #[prop(into, default = fine())]
    warning: Signal<Option<String>>,
    #[prop(default = "text")] kind: &'static str,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(optional)] maxlength: Option<u16>,
    /// Says "(may stay empty)".
    #[prop(optional)]
    optional: bool,
    #[prop(optional, into)] on_blur: Option<Callback<()>>,
) -> impl IntoView {
    let has_hint = hint.is_some();
    let (input_type, mode, class) = match kind {
        "digits" => ("text", "numeric", "input input--digits"),
        "tel" => ("tel", "tel", "input"),
        "password" => ("password", "text", "input"),
        "search" => ("search", "search", "input"),
        "code" => ("text", "text", "input input--code"),
        _ => ("text", "text", "input"),
    };
    let capitals = if kind == "code" {
        "characters"
    } else {
        "sentences"
    };
    view! {
        <div class=move || field_class(error)>
            <label class="field__label" for=id>
                {move || label.get()}
                <MayStayEmpty optional/>
            </label>
            <Hint id hint/>
            <input
                class=class
                id=id
                type=input_type
                inputmode=mode
                autocomplete=autocomplete
                autocapitalize=capitals
                spellcheck="false"
                maxlength=maxlength
                aria-describedby=move || described(id, has_hint, error.with(Option::is_some))
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
                on:blur=move |_| {
                    if let Some(on_blur) = on_blur {
                        on_blur.run(());
                    }
                }
            />
            <FieldError id error/>
            {move || {
                warning
                    .get()
                    .map(|text| {
                        view! { <p class="field__warning"><Icon name="info"/>{text}</p> }
                    })
            }}
        </div>
    }
}

/// One of several: its value and its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub title: String,
}

impl Choice {
    #[must_use]
    pub fn new(value: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            title: title.into(),
        }
    }
}

/// One of a list, for many choices; the empty value is "nothing chosen".
#[component]
pub fn SelectField(
    id: &'static str,
    #[prop(into)] label: TextProp,
    value: RwSignal<String>,
    #[prop(into)] choices: Signal<Vec<Choice>>,
    #[prop(optional, into)] hint: Option<TextProp>,
    #[prop(into, default = fine())] error: Signal<Option<String>>,
    #[prop(optional)] optional: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let has_hint = hint.is_some();
    view! {
        <div class=move || field_class(error)>
            <label class="field__label" for=id>
                {move || label.get()}
                <MayStayEmpty optional/>
            </label>
            <Hint id hint/>
            <select
                class="input"
                id=id
                aria-describedby=move || described(id, has_hint, error.with(Option::is_some))
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                on:change=move |event| value.set(event_target_value(&event))
            >
                <option value="" selected=move || value.with(String::is_empty)>
                    {t!(i18n, common.choose)}
                </option>
                {move || {
                    choices
                        .get()
                        .into_iter()
                        .map(|choice| {
                            let own = choice.value.clone();
                            view! {
                                <option
                                    value=choice.value
                                    selected=move || value.with(|value| *value == own)
                                >
                                    {choice.title}
                                </option>
                            }
                        })
                        .collect_view()
                }}
            </select>
            <FieldError id error/>
        </div>
    }
}

/// One of a few, as cards to press.
#[component]
pub fn RadioCards(
    id: &'static str,
    #[prop(into)] label: TextProp,
    value: RwSignal<String>,
    #[prop(into)] choices: Signal<Vec<Choice>>,
    #[prop(optional, into)] hint: Option<TextProp>,
    #[prop(into, default = fine())] error: Signal<Option<String>>,
    #[prop(optional)] optional: bool,
) -> impl IntoView {
    let has_hint = hint.is_some();
    let cards = move || {
        let first = choices.with(|all| all.first().map(|c| c.value.clone()));
        choices
            .get()
            .into_iter()
            .map(|choice| {
                let (own, given) = (choice.value.clone(), choice.value.clone());
                // The error summary's link lands on the first card.
                let card_id = (first.as_ref() == Some(&own)).then_some(id);
                view! {
                    <label class="choice">
                        <input
                            class="choice__input"
                            type="radio"
                            id=card_id
                            name=id
                            value=choice.value
                            prop:checked=move || value.with(|value| *value == own)
                            on:change=move |_| value.set(given.clone())
                        />
                        <span class="choice__title">{choice.title}</span>
                    </label>
                }
            })
            .collect_view()
    };
    view! {
        <fieldset
            class=move || field_class(error)
            aria-describedby=move || described(id, has_hint, error.with(Option::is_some))
        >
            <legend class="field__label">
                {move || label.get()}
                <MayStayEmpty optional/>
            </legend>
            <Hint id hint/>
            <div class="choices">{cards}</div>
            <FieldError id error/>
        </fieldset>
    }
}

/// A box to tick; the label may hold more than a line.
#[component]
pub fn Checkbox(
    id: &'static str,
    #[prop(into)] label: TextProp,
    value: RwSignal<bool>,
    #[prop(into, default = fine())] error: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <div class=move || field_class(error)>
            <label class="check">
                <input
                    class="check__input"
                    type="checkbox"
                    id=id
                    aria-describedby=move || described(id, false, error.with(Option::is_some))
                    prop:checked=move || value.get()
                    on:change=move |event| value.set(event_target_checked(&event))
                />
                <span>{move || label.get()}</span>
            </label>
            <FieldError id error/>
        </div>
    }
}
