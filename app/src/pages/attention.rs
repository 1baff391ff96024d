//! What needs the person's attention, and what is not sent yet.

use crate::components::PageHeader;
use leptos::prelude::*;

#[component]
pub fn Attention() -> impl IntoView {
    view! { <div class="page"><PageHeader title="Attention"/></div> }
}
