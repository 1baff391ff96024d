//! Pages of residents on their phones.

use crate::components::PageHeader;
use leptos::prelude::*;

#[component]
pub fn ResidentHome() -> impl IntoView {
    view! { <div class="page"><PageHeader title="ResidentHome"/></div> }
}

#[component]
pub fn Book() -> impl IntoView {
    view! { <div class="page"><PageHeader title="Book"/></div> }
}

#[component]
pub fn Bookings() -> impl IntoView {
    view! { <div class="page"><PageHeader title="Bookings"/></div> }
}

#[component]
pub fn BookingDetail() -> impl IntoView {
    view! { <div class="page"><PageHeader title="BookingDetail"/></div> }
}

#[component]
pub fn ClaimPage() -> impl IntoView {
    view! { <div class="page"><PageHeader title="ClaimPage"/></div> }
}
