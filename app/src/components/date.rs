//! A date in three parts, as older people write them.

use super::{
    fields::{FieldError, Hint, MayStayEmpty, described, field_class, fine},
    format,
};
use crate::i18n::*;
use leptos::{prelude::*, text_prop::TextProp};

/// Year, month and day as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Parts([String; 3]);

impl Parts {
    fn of(value: &str) -> Self {
        let mut parts = value.splitn(3, '-');
        let mut next = || parts.next().unwrap_or_default().to_owned();
        let year = next();
        let bare = |part: String| part.trim_start_matches('0').to_owned();
        Self([year, bare(next()), bare(next())])
    }

    fn get(&self, at: usize) -> String {
        self.0.get(at).cloned().unwrap_or_default()
    }

    fn set(&mut self, at: usize, typed: String) {
        if let Some(part) = self.0.get_mut(at) {
            *part = typed;
        }
    }

    /// Joined by `-`, month and day in two digits; empty when nothing was typed.
    fn joined(&self) -> String {
        let [year, month, day] = self
            .0
            .each_ref()
            .map(|part| -> String { part.chars().filter(char::is_ascii_digit).collect() });
        if year.is_empty() && month.is_empty() && day.is_empty() {
            return String::new();
        }
        let two = |part: String| {
            if part.is_empty() {
                part
            } else {
                format!("{part:0>2}")
            }
        };
        format!("{year}-{}-{}", two(month), two(day))
    }
}

/// The value is `YYYY-MM-DD` once all three parts are there, and what was typed joined by `-`
/// before.
#[component]
pub fn DateField(
    /// Unique on the page; the error summary links to it.
    id: &'static str,
    #[prop(into)] label: TextProp,
    value: RwSignal<String>,
    #[prop(optional, into)] hint: Option<TextProp>,
    #[prop(into, default = fine())] error: Signal<Option<String>>,
    #[prop(optional)] optional: bool,
    /// A day of the office, not somebody's birthday: the browser has none to offer.
    #[prop(optional)]
    of_office: bool,
    #[prop(optional, into)] on_blur: Option<Callback<()>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let has_hint = hint.is_some();
    let typed = RwSignal::new(Parts::of(&value.get_untracked()));
    // A draft that was read, or a form that was cleared.
    Effect::new(move || {
        let value = value.get();
        if typed.with_untracked(Parts::joined) != value {
            typed.set(Parts::of(&value));
        }
    });
    let part = move |at: usize| typed.with(|typed| typed.get(at));
    let set = move |at: usize, text: String| {
        typed.update(|typed| typed.set(at, text));
        value.set(typed.with_untracked(Parts::joined));
    };
    let blurred = move |_| {
        if let Some(on_blur) = on_blur {
            on_blur.run(());
        }
    };
    let describe = move || described(id, has_hint, error.with(Option::is_some));
    let invalid = move || error.with(Option::is_some).then_some("true");
    let offered = move |birth: &'static str| if of_office { "off" } else { birth };
    let (month_id, year_id) = (format!("{id}-month"), format!("{id}-year"));
    // "Day, date of birth": unique where a page has several dates.
    let named = move |part: &str| format!("{id}-{part}-label {id}-legend");
    view! {
        <fieldset class=move || field_class(error) aria-describedby=describe>
            <legend class="field__label" id=format!("{id}-legend")>
                {move || label.get()}
                <MayStayEmpty optional/>
            </legend>
            <Hint id hint/>
            <div class="dateparts">
                <div class="dateparts__part">
                    <label for=id id=format!("{id}-day-label")>{t!(i18n, common.date.day)}</label>
                    <input
                        class="input input--digits"
                        id=id
                        aria-labelledby=named("day")
                        inputmode="numeric"
                        maxlength="2"
                        autocomplete=offered("bday-day")
                        aria-invalid=invalid
                        prop:value=move || part(2)
                        on:input=move |event| set(2, event_target_value(&event))
                        on:blur=blurred
                    />
                </div>
                <div class="dateparts__part dateparts__part--wide">
                    <label for=month_id.clone() id=format!("{id}-month-label")>
                        {t!(i18n, common.date.month)}
                    </label>
                    <select
                        class="input"
                        id=month_id
                        aria-labelledby=named("month")
                        autocomplete=offered("bday-month")
                        aria-invalid=invalid
                        prop:value=move || part(1)
                        on:change=move |event| set(1, event_target_value(&event))
                        on:blur=blurred
                    >
                        <option value="" selected=move || part(1).is_empty()></option>
                        {(1..=12u32)
                            .map(|number| {
                                view! {
                                    <option
                                        value=number.to_string()
                                        selected=move || part(1) == number.to_string()
                                    >
                                        {move || format::month(i18n.get_locale(), number)}
                                    </option>
                                }
                            })
                            .collect_view()}
                    </select>
                </div>
                <div class="dateparts__part">
                    <label for=year_id.clone() id=format!("{id}-year-label")>
                        {t!(i18n, common.date.year)}
                    </label>
                    <input
                        class="input input--digits"
                        id=year_id
                        aria-labelledby=named("year")
                        inputmode="numeric"
                        maxlength="4"
                        autocomplete=offered("bday-year")
                        aria-invalid=invalid
                        prop:value=move || part(0)
                        on:input=move |event| set(0, event_target_value(&event))
                        on:blur=blurred
                    />
                </div>
            </div>
            <FieldError id error/>
        </fieldset>
    }
}
