//! A time of day as heads type it: "08.00".

use crate::{components::TextField, i18n::*};
use leptos::prelude::*;

#[component]
pub fn Time(
    id: &'static str,
    label: Text,
    value: RwSignal<String>,
    #[prop(into, default = Signal::stored(None))] error: Signal<Option<String>>,
    #[prop(optional)] optional: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    view! { <TextField id label=i18n.view(label) maxlength=5 optional value error/> }
}
