//! The office's tablets and when each last reached the server: a silent one may hold arrivals that
//! nobody sees yet.

use crate::{
    api,
    components::{Icon, format},
    i18n::*,
    state::{Asked, Connection, use_rekam},
};
use chrono::TimeDelta;
use leptos::prelude::*;
use shared::sync::TabletContact;

/// A tablet polls at least every five minutes; twice that is silence.
const SILENT_AFTER: TimeDelta = TimeDelta::minutes(10);

#[component]
pub fn Tablets() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let office = Memo::new(move |_| rekam.office().map(|office| office.id));
    // Asked again with the clock's tick, and when the network comes back.
    let tick = Memo::new(move |_| {
        (
            rekam.now().timestamp() / 60,
            rekam.connection() == Connection::Online,
        )
    });
    let last = RwSignal::new(None::<Result<Vec<TabletContact>, ()>>);
    let asked = Asked::new(move || {
        tick.track();
        let office = office.get();
        async move { Some(api::tablets(office?).await) }
    });
    Effect::new(move |_| {
        if let Some(Some(answer)) = asked.get() {
            match answer {
                Ok(tablets) => last.set(Some(Ok(tablets))),
                Err(_) => last.set(Some(Err(()))),
            }
        }
    });
    view! {
        <section class="stack stack--tight">
            <div class="card__head"><h2 class="card__title">{t!(i18n, head.tablets)}</h2></div>
            {move || match last.get() {
                None => view! {
                    <p class="loading" role="status">
                        <span class="spinner"></span>
                        {t!(i18n, head.tablets_loading)}
                    </p>
                }
                .into_any(),
                Some(Err(())) => view! {
                    <p class="soft">{t!(i18n, head.tablets_offline)}</p>
                }
                .into_any(),
                Some(Ok(tablets)) if tablets.is_empty() => view! {
                    <p class="soft">{t!(i18n, head.tablets_none)}</p>
                }
                .into_any(),
                Some(Ok(tablets)) => view! {
                    <p class="soft small">{t!(i18n, head.tablets_lead)}</p>
                    <ul class="list list--card">
                        {tablets.into_iter().map(|tablet| view! { <TabletRow tablet/> }).collect_view()}
                    </ul>
                }
                .into_any(),
            }}
        </section>
    }
}

#[component]
fn TabletRow(tablet: TabletContact) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let at = tablet.last_contact;
    let silent = move || at.is_none_or(|at| rekam.now() - at > SILENT_AFTER);
    let note = move || {
        let locale = i18n.get_locale();
        match (at, rekam.office()) {
            (Some(at), Some(office)) => {
                let when = format::moment(locale, at, rekam.now(), office.zone);
                t_string!(i18n, head.last_contact, when = when)
            }
            _ => t_string!(i18n, head.never).to_owned(),
        }
    };
    let letters = tablet.letters;
    view! {
        <li class="row" class:row--attention=silent>
            <span class="row__lead"><Icon name="tablet"/></span>
            <span class="row__body">
                <span class="row__title">{t!(i18n, head.tablet, letters = move || letters.clone())}</span>
                <span class="row__note">{note}</span>
            </span>
            <span class="row__end">
                {move || if silent() {
                    view! { <span class="badge badge--bad"><Icon name="offline"/>{t!(i18n, head.silent)}</span> }.into_any()
                } else {
                    view! { <span class="badge badge--good"><Icon name="cloud"/>{t!(i18n, head.alive)}</span> }.into_any()
                }}
            </span>
        </li>
    }
}
