//! The last step: what became of the booking, live, and never more than is known.

use super::super::{standing::Standing, wish};
use crate::{
    components::{Icon, PageHeader},
    i18n::*,
};
use leptos::prelude::*;
use shared::ids::OpId;

#[component]
pub fn Done(op: Option<OpId>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <PageHeader title=move || t_string!(i18n, resident.done.title)/>
        {match op {
            Some(op) => view! { <Standing id=wish::booking_of(op)/> }.into_any(),
            None => view! {
                <p class="soft">{t!(i18n, resident.done.unknown_title)}</p>
            }
            .into_any(),
        }}
        <div class="actions">
            <a href="/bookings" class="btn btn--secondary btn--block">
                <Icon name="ticket"/>{t!(i18n, resident.home.all_bookings)}
            </a>
            <a href="/book" class="btn btn--quiet btn--block">
                {t!(i18n, resident.done.again)}
            </a>
        </div>
    }
}
