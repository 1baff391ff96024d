//! The head's page.

use crate::components::PageHeader;
use leptos::prelude::*;

#[component]
pub fn HeadToday() -> impl IntoView {
    view! { <div class="page"><PageHeader title="HeadToday"/></div> }
}
