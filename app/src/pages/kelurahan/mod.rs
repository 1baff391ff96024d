//! Pages of kelurahan staff.

use crate::components::PageHeader;
use leptos::prelude::*;

#[component]
pub fn KelurahanHome() -> impl IntoView {
    view! { <div class="page"><PageHeader title="KelurahanHome"/></div> }
}

#[component]
pub fn KelurahanToday() -> impl IntoView {
    view! { <div class="page"><PageHeader title="KelurahanToday"/></div> }
}

#[component]
pub fn ResidentDetail() -> impl IntoView {
    view! { <div class="page"><PageHeader title="ResidentDetail"/></div> }
}

#[component]
pub fn Slip() -> impl IntoView {
    view! { <div class="page"><PageHeader title="Slip"/></div> }
}
