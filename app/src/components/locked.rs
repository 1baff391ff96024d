//! What a device shows that the office has locked.

use super::{EmptyState, PageHeader};
use crate::{i18n::*, state::use_rekam};
use leptos::prelude::*;

/// In place of every page: what happened, what is gone, what to do.
#[component]
pub fn Locked() -> impl IntoView {
    let (i18n, rekam) = (use_i18n(), use_rekam());
    view! {
        <div class="page page--narrow">
            <PageHeader title=move || t_string!(i18n, common.locked.title)/>
            <EmptyState
                icon="lock"
                title=move || t_string!(i18n, common.locked.gone)
                text=move || t_string!(i18n, common.locked.text)
            >
                <p class="empty__text">{t!(i18n, common.locked.resident)}</p>
                <button
                    type="button"
                    class="btn btn--primary"
                    on:click=move |_| rekam.sync_now()
                >
                    {t!(i18n, common.locked.again)}
                </button>
            </EmptyState>
        </div>
    }
}
