//! Short news that goes away by itself; screen readers hear it.

use super::{Icon, focus_main};
use crate::state::use_rekam;
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use std::sync::Arc;

const SHOWN_MS: u32 = 6_000;
/// With something to press: long enough to be read, understood and reached.
const ASKED_MS: u32 = 20_000;

#[derive(Clone)]
struct Toast {
    id: u32,
    icon: &'static str,
    text: String,
    action: Option<Action>,
}

/// A button beside the text.
#[derive(Clone)]
struct Action {
    label: String,
    /// Outlives the row that it was asked from: that one is drawn anew at once.
    does: Arc<dyn Fn() + Send + Sync>,
}

/// Shows short news from anywhere.
#[derive(Clone, Copy)]
pub struct ToastList {
    shown: RwSignal<Vec<Toast>>,
    last_id: StoredValue<u32>,
    /// The one whose button has the focus.
    focused: StoredValue<Option<u32>>,
}

impl ToastList {
    fn empty() -> Self {
        Self {
            shown: RwSignal::new(Vec::new()),
            last_id: StoredValue::new(0),
            focused: StoredValue::new(None),
        }
    }

    /// Shows a text for a few seconds.
    pub fn show(self, icon: &'static str, text: impl Into<String>) {
        self.push(icon, text.into(), None);
    }

    /// Shows what was done, with the way back, once.
    pub fn show_with_undo(
        self,
        icon: &'static str,
        text: impl Into<String>,
        label: impl Into<String>,
        undo: impl Fn() + Send + Sync + 'static,
    ) {
        let action = Action {
            label: label.into(),
            does: Arc::new(undo),
        };
        self.push(icon, text.into(), Some(action));
    }

    fn push(self, icon: &'static str, text: String, action: Option<Action>) {
        self.last_id.update_value(|id| *id += 1);
        let id = self.last_id.get_value();
        let shown = if action.is_some() { ASKED_MS } else { SHOWN_MS };
        let toast = Toast {
            id,
            icon,
            text,
            action,
        };
        self.shown.update(|toasts| toasts.push(toast));
        self.end_after(shown, id);
    }

    /// Takes a text away after a while, or later where somebody is at its button then.
    fn end_after(self, ms: u32, id: u32) {
        Timeout::new(ms, move || match self.focused.get_value() == Some(id) {
            true => self.end_after(SHOWN_MS, id),
            false => self.take_away(id),
        })
        .forget();
    }

    fn hold(self, id: u32, held: bool) {
        self.focused.set_value(held.then_some(id));
    }

    /// Takes all of them away: somebody else may look at the screen from here on.
    pub fn clear(self) {
        self.shown.set(Vec::new());
    }

    fn take_away(self, id: u32) {
        self.shown
            .update(|toasts| toasts.retain(|toast| toast.id != id));
    }
}

pub fn provide_toasts() {
    provide_context(ToastList::empty());
}

/// The list under `App`.
#[must_use]
pub fn use_toasts() -> ToastList {
    use_context().unwrap_or_else(ToastList::empty)
}

/// The texts shown now. They may name somebody: they go with the account that they were for.
#[component]
pub fn Toasts() -> impl IntoView {
    let (toasts, rekam) = (use_toasts(), use_rekam());
    let whose = Memo::new(move |_| (rekam.account().map(|account| account.id), rekam.locked()));
    Effect::new(move |before: Option<_>| {
        let now = whose.get();
        if before.is_some_and(|before| before != now) {
            toasts.shown.update(Vec::clear);
        }
        now
    });
    view! {
        <For each=move || toasts.shown.get() key=|toast| toast.id let:toast>
            <One toast/>
        </For>
    }
}

/// One text. It stays while the focus is on its button.
#[component]
fn One(toast: Toast) -> impl IntoView {
    let toasts = use_toasts();
    let id = toast.id;
    view! {
        <div
            class="toast"
            on:focusin=move |_| toasts.hold(id, true)
            on:focusout=move |_| toasts.hold(id, false)
        >
            <Icon name=toast.icon/>
            <p class="toast__text">{toast.text}</p>
            {toast.action.map(|action| view! {
                <button
                    class="btn btn--secondary"
                    on:click=move |_| {
                        toasts.take_away(id);
                        focus_main();
                        (action.does)();
                    }
                >
                    {action.label}
                </button>
            })}
        </div>
    }
}
