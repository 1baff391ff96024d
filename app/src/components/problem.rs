//! What went wrong, what is safe, and what to do.

use super::{Notice, Tone};
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
        move || i18n.code_title(&code.get())
    };
    let text = move || i18n.code_text(&code.get());
    match children {
        Some(children) => view! { <Notice tone title text>{children()}</Notice> }.into_any(),
        None => view! { <Notice tone title text/> }.into_any(),
    }
}
