//! Pages of operators on tablets.

use crate::components::PageHeader;
use leptos::prelude::*;

#[component]
pub fn DeskHome() -> impl IntoView {
    view! { <div class="page"><PageHeader title="DeskHome"/></div> }
}

#[component]
pub fn Scan() -> impl IntoView {
    view! { <div class="page"><PageHeader title="Scan"/></div> }
}

#[component]
pub fn WalkInPage() -> impl IntoView {
    view! { <div class="page"><PageHeader title="WalkInPage"/></div> }
}

#[component]
pub fn Queue() -> impl IntoView {
    view! { <div class="page"><PageHeader title="Queue"/></div> }
}

#[component]
pub fn Paper() -> impl IntoView {
    view! { <div class="page"><PageHeader title="Paper"/></div> }
}
