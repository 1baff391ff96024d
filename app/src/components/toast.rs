//! Short news that goes away by itself; screen readers hear it.

use super::Icon;
use gloo_timers::callback::Timeout;
use leptos::prelude::*;

const SHOWN_MS: u32 = 6_000;

#[derive(Clone)]
struct Toast {
    id: u32,
    icon: &'static str,
    text: String,
}

/// Shows short news from anywhere.
#[derive(Clone, Copy)]
pub struct ToastList(RwSignal<Vec<Toast>>, StoredValue<u32>);

impl ToastList {
    /// Shows a text for a few seconds.
    pub fn show(self, icon: &'static str, text: impl Into<String>) {
        let text = text.into();
        self.1.update_value(|id| *id += 1);
        let id = self.1.get_value();
        self.0
            .update(|toasts| toasts.push(Toast { id, icon, text }));
        Timeout::new(SHOWN_MS, move || {
            self.0
                .update(|toasts| toasts.retain(|toast| toast.id != id));
        })
        .forget();
    }
}

pub fn provide_toasts() {
    provide_context(ToastList(RwSignal::new(Vec::new()), StoredValue::new(0)));
}

/// The list under `App`.
#[must_use]
pub fn use_toasts() -> ToastList {
    use_context().unwrap_or_else(|| ToastList(RwSignal::new(Vec::new()), StoredValue::new(0)))
}

/// The texts shown now.
#[component]
pub fn Toasts() -> impl IntoView {
    let toasts = use_toasts();
    move || {
        toasts
            .0
            .get()
            .into_iter()
            .map(|toast| {
                view! {
                    <div class="toast">
                        <Icon name=toast.icon/>
                        <p class="toast__text">{toast.text}</p>
                    </div>
                }
            })
            .collect_view()
    }
}
