//! Another version of the app, and trouble with the device's storage: said once, with the way out.

use super::{Icon, Notice, Tone};
use crate::{
    i18n::*,
    state::{NewVersion, StorageState, use_rekam},
};
use leptos::prelude::*;
use shared::sop::offline::WORKING_DAYS;

/// Offers a waiting version while nothing is being typed; it is taken only when accepted.
#[component]
pub fn UpdateBar() -> impl IntoView {
    let (i18n, rekam) = (use_i18n(), use_rekam());
    let offered = Memo::new(move |_| rekam.update() == NewVersion::Waiting && !rekam.is_dirty());
    view! {
        <Show when=move || offered.get()>
            <div class="toast">
                <Icon name="info"/>
                <p class="toast__text">{t!(i18n, common.update.title)}</p>
                <button type="button" class="btn btn--primary" on:click=move |_| rekam.accept_update()>
                    {t!(i18n, common.update.accept)}
                </button>
                <button type="button" class="btn" on:click=move |_| rekam.postpone_update()>
                    {t!(i18n, common.update.later)}
                </button>
            </div>
        </Show>
    }
}

/// Storage that fails, rows that are hidden, a version too old to send.
#[component]
pub fn StorageNotice() -> impl IntoView {
    let (i18n, rekam) = (use_i18n(), use_rekam());
    let reload = move || {
        view! {
            <button type="button" class="btn btn--secondary" on:click=move |_| reload_page()>
                {t!(i18n, common.storage.reload)}
            </button>
        }
    };
    let storage = move || match rekam.storage() {
        StorageState::Ok => None,
        StorageState::Full => Some(
            view! {
                <Notice
                    tone=Tone::Danger
                    title=move || t_string!(i18n, common.storage.full_title)
                    text=move || t_string!(i18n, common.storage.full_text)
                />
            }
            .into_any(),
        ),
        StorageState::Closed => Some(
            view! {
                <Notice
                    tone=Tone::Danger
                    title=move || t_string!(i18n, common.storage.closed_title)
                    text=move || t_string!(i18n, common.storage.closed_text)
                >
                    {reload()}
                </Notice>
            }
            .into_any(),
        ),
        StorageState::Unsupported => Some(
            view! {
                <Notice
                    tone=Tone::Danger
                    title=move || t_string!(i18n, common.storage.unsupported_title)
                    text=move || t_string!(i18n, common.storage.unsupported_text)
                />
            }
            .into_any(),
        ),
    };
    // The office's own calendar is among the rows that are still being read.
    let hidden = move || {
        (rekam.ready() && rekam.hidden()).then(|| {
            let text = move || t_string!(i18n, common.hidden.text, days = WORKING_DAYS);
            view! {
                <Notice
                    tone=Tone::Warning
                    title=move || t_string!(i18n, common.hidden.title)
                    text=text
                />
            }
        })
    };
    let too_old = move || {
        (rekam.update() == NewVersion::Needed).then(|| {
            view! {
                <Notice
                    tone=Tone::Warning
                    title=move || t_string!(i18n, common.update.needed_title)
                    text=move || t_string!(i18n, common.update.needed)
                >
                    <button
                        type="button"
                        class="btn btn--primary"
                        on:click=move |_| rekam.update_now()
                    >
                        {t!(i18n, common.update.accept)}
                    </button>
                </Notice>
            }
        })
    };
    view! {
        {storage}
        {hidden}
        {too_old}
    }
}

fn reload_page() {
    let _ = window().location().reload();
}
