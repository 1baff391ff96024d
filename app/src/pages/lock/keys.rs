//! A field for a PIN with large keys for digits; it says when all digits are there.

use crate::{components::Icon, i18n::*};
use leptos::{html, prelude::*};
use shared::sop::pin::DIGITS;

const DIGIT_KEYS: [char; 9] = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

/// `done` hears the digits once all are typed. Keys of a keyboard, and a scanner's, go into the field.
#[component]
pub fn Keys(
    digits: RwSignal<String>,
    #[prop(into)] label: Signal<String>,
    #[prop(into)] closed: Signal<bool>,
    #[prop(into)] wrong: Signal<bool>,
    done: Callback<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let field = NodeRef::<html::Input>::new();
    field.on_load(|field| {
        let _ = field.focus();
    });
    let set = move |typed: String| {
        if closed.get_untracked() {
            return;
        }
        let typed: String = typed
            .chars()
            .filter(char::is_ascii_digit)
            .take(DIGITS)
            .collect();
        digits.set(typed.clone());
        if typed.len() == DIGITS {
            done.run(typed);
        }
    };
    let add = move |digit: char| {
        let mut typed = digits.get_untracked();
        typed.push(digit);
        set(typed);
    };
    let take_back = move |_| {
        digits.update(|digits| {
            digits.pop();
        });
    };
    let key = move |digit: char| {
        view! {
            <button
                type="button"
                class="btn btn--secondary btn--big"
                aria-disabled=move || closed.get().to_string()
                on:click=move |_| add(digit)
            >
                {digit}
            </button>
        }
    };
    view! {
        <div class="field" class:field--error=wrong>
            <label class="field__label" for="pin">{label}</label>
            <input
                class="input input--code"
                id="pin"
                type="password"
                inputmode="numeric"
                autocomplete="off"
                aria-invalid=move || wrong.get().to_string()
                readonly=closed
                node_ref=field
                prop:value=digits
                on:input:target=move |ev| {
                    let typed = ev.target().value();
                    set(typed);
                    // Letters do not stay.
                    ev.target().set_value(&digits.get_untracked());
                }
            />
        </div>
        <div class="keys">
            {DIGIT_KEYS.into_iter().map(key).collect_view()}
            <span></span>
            {key('0')}
            <button
                type="button"
                class="btn btn--quiet btn--big"
                aria-label=move || t_string!(i18n, desk.pin.delete)
                on:click=take_back
            >
                <Icon name="arrow-left"/>
            </button>
        </div>
    }
}
