//! What went wrong, what is safe, and what to do.

use super::{Notice, Tone, codes};
use crate::i18n::*;
use leptos::{prelude::*, text_prop::TextProp};

/// The text of a code; children are buttons.
#[component]
pub fn ProblemNotice(
    /// A key of `codes.json`: `problem.code.as_str()`, `save_error.text_key()`.
    #[prop(into)]
    code: TextProp,
    #[prop(default = Tone::Danger)] tone: Tone,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let i18n = use_i18n();
    let title = {
        let code = code.clone();
        move || codes::text(i18n.get_locale(), &code.get()).title
    };
    let text = move || codes::text(i18n.get_locale(), &code.get()).text;
    match children {
        Some(children) => view! { <Notice tone title text>{children()}</Notice> }.into_any(),
        None => view! { <Notice tone title text/> }.into_any(),
    }
}
