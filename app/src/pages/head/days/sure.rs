//! What a change of the calendar would do, and the question before it is done.

use crate::{
    components::{Dialog, Notice, Tone},
    i18n::*,
};
use leptos::{prelude::*, text_prop::TextProp};
use shared::figures::day::Moved;

/// Asks with the people who would have to move; children say more of the change.
#[component]
pub fn Sure(
    #[prop(into)] id: String,
    open: RwSignal<bool>,
    #[prop(into)] title: TextProp,
    #[prop(into)] yes: TextProp,
    #[prop(into)] effect: Signal<Option<Moved>>,
    #[prop(into)] on_yes: Callback<()>,
    #[prop(optional)] children: Option<ChildrenFn>,
) -> impl IntoView {
    let i18n = use_i18n();
    let confirm = move |_| {
        open.set(false);
        on_yes.run(());
    };
    let children = StoredValue::new(children);
    view! {
        <Dialog
            id
            open
            title
            actions=move || {
                let yes = yes.clone();
                view! {
                    <button class="btn btn--danger-solid" on:click=confirm>
                        {move || yes.get()}
                    </button>
                    <button class="btn btn--secondary" on:click=move |_| open.set(false)>
                        {t!(i18n, head.days.no)}
                    </button>
                }
            }
        >
            {children.with_value(|children| children.as_ref().map(|children| children()))}
            {move || effect.get().map(|moved| view! { <Moves moved/> })}
            <p>{t!(i18n, head.days.sure_text)}</p>
        </Dialog>
    }
}

/// Whom the change moves.
#[component]
pub fn Moves(moved: Moved) -> impl IntoView {
    let i18n = use_i18n();
    let Moved {
        bookings,
        invitations,
    } = moved;
    if moved == Moved::default() {
        return view! { <Notice text=move || t_string!(i18n, head.days.moves_nobody)/> }.into_any();
    }
    let text = move || {
        t_string!(
            i18n,
            head.days.moves,
            bookings = bookings,
            invitations = invitations
        )
    };
    view! {
        <Notice
            tone=Tone::Warning
            text=text
        />
    }
    .into_any()
}
