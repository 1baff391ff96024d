//! A question over the page: a sheet from below on phones, in the middle on tablets.

use super::Icon;
use crate::i18n::*;
use leptos::{prelude::*, text_prop::TextProp};

/// Opens while `open` is true; closing by Escape or the cross sets it to false. `actions` are the
/// buttons below.
#[component]
pub fn Dialog(
    #[prop(into)] id: String,
    open: RwSignal<bool>,
    #[prop(into)] title: TextProp,
    #[prop(into)] actions: ViewFn,
    children: ChildrenFn,
) -> impl IntoView {
    let i18n = use_i18n();
    let node = NodeRef::<leptos::html::Dialog>::new();
    let title_id = format!("{id}-title");
    let heading_id = title_id.clone();
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        match (open.get(), dialog.open()) {
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    view! {
        <dialog
            class="dialog"
            id=id
            aria-labelledby=title_id
            node_ref=node
            on:close=move |_| open.set(false)
        >
            <div class="dialog__head">
                <h2 class="dialog__title" id=heading_id>{move || title.get()}</h2>
                <button
                    type="button"
                    class="btn btn--icon"
                    aria-label=move || t_string!(i18n, common.close)
                    on:click=move |_| open.set(false)
                >
                    <Icon name="close"/>
                </button>
            </div>
            <Show when=move || open.get()>
                <div class="dialog__body">{children()}</div>
                <div class="dialog__actions">{actions.run()}</div>
            </Show>
        </dialog>
    }
}
