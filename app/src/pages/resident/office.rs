//! Which office the resident deals with: pages that need one sit behind this gate, and an unknown
//! office never leaves a page blank.

use crate::{
    components::{EmptyState, Icon, Loading, Notice, Tone, focus_main, use_title},
    i18n::*,
    state::{Asked, Connection, use_rekam},
};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use shared::office::Office;

/// Until the list of offices is asked for again.
const AGAIN_MS: u32 = 5_000;

/// Shows its children with the chosen office, or lets the person choose one.
#[component]
pub fn OfficeGate<F, V>(children: F) -> impl IntoView
where
    F: Fn(Office) -> V + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let rekam = use_rekam();
    let office = Memo::new(move |_| rekam.office());
    move || match office.get() {
        Some(office) => children(office).into_any(),
        None => view! { <FirstVisit/> }.into_any(),
    }
}

/// What Rekam is, for somebody who has never been here, and the door for staff.
#[component]
fn FirstVisit() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <p class="pagehead__lead">{t!(i18n, account.settings.about_text)}</p>
        <OfficeChoice/>
        <p>
            <a class="btn btn--quiet" href="/sign-in">{t!(i18n, resident.office.staff)}</a>
        </p>
    }
}

/// The list of offices; asks the network, since a phone without an office knows none.
#[component]
pub fn OfficeChoice() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let cut_off = Memo::new(move |_| matches!(rekam.connection(), Connection::Offline { .. }));
    let offices = Asked::new(move || {
        cut_off.track();
        async move { rekam.offices().await.ok() }
    });
    // A phone that reaches the office asks until it has an answer; one that does not, once it does.
    Effect::new(move || {
        if matches!(offices.get(), Some(None)) && !cut_off.get() {
            spawn_local(async move {
                TimeoutFuture::new(AGAIN_MS).await;
                offices.ask_again();
            });
        }
    });
    use_title(move || t_string!(i18n, resident.office.title));
    let list = move |offices: Vec<Office>| {
        if offices.is_empty() {
            return view! {
                <EmptyState
                    icon="home"
                    title=move || t_string!(i18n, resident.office.none_title)
                    text=move || t_string!(i18n, resident.office.none_text)
                />
            }
            .into_any();
        }
        view! {
            <header class="pagehead">
                <h1>{t!(i18n, resident.office.title)}</h1>
                <p class="pagehead__lead">{t!(i18n, resident.office.text)}</p>
            </header>
            <ul class="list list--card">
                {offices
                    .into_iter()
                    .map(|office| {
                        let id = office.id;
                        let choose = move |_| {
                            focus_main();
                            rekam.choose_office(id);
                        };
                        view! {
                            <li>
                                <button class="row" on:click=choose>
                                    <span class="row__lead"><Icon name="pin"/></span>
                                    <span class="row__body">
                                        <span class="row__title">{office.name}</span>
                                        <span class="row__note">{office.zone.label()}</span>
                                    </span>
                                    <span class="row__end"><Icon name="chevron-right"/></span>
                                </button>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        }
        .into_any()
    };
    // Another question may have been answered meanwhile.
    let known = move || Some(rekam.known_offices()).filter(|known| !known.is_empty());
    move || match offices.get().map(|answer| answer.or_else(known)) {
        None => view! { <Loading/> }.into_any(),
        Some(Some(offices)) => list(offices),
        Some(None) => view! {
            <header class="pagehead">
                <h1>{t!(i18n, resident.office.title)}</h1>
            </header>
            <Notice
                tone=Tone::Warning
                title=move || t_string!(i18n, resident.office.missing_title)
                text=move || t_string!(i18n, resident.office.missing_text)
            >
                <button class="btn btn--secondary" on:click=move |_| offices.ask_again()>
                    {t!(i18n, resident.office.retry)}
                </button>
            </Notice>
        }
        .into_any(),
    }
}
