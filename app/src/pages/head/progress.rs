//! How far the office has come: everybody who must have an e-KTP, by kelurahan and RT; whose papers lie
//! still; and who has none, by name.

mod duty;
mod names;
mod table;

use self::{duty::Bundles, names::Names, table::Table};
use crate::{
    components::{Icon, Loading, PageHeader, format},
    i18n::*,
    router::use_router,
    state::use_rekam,
};
use leptos::prelude::*;
use shared::{
    figures::{self, Counts, Figures},
    region::RegionCode,
};

pub use duty::RedBundles;

#[component]
pub fn Progress() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let office = Memo::new(move |_| rekam.office());
    let today = Memo::new(move |_| Some(office.get()?.today(rekam.now())));
    let figures = Memo::new(move |_| {
        let (office, today) = (office.get()?, today.get()?);
        Some(rekam.view(|world| figures::tally(world, &office, today)))
    });
    // Kept in the address, so that coming back from a person finds the same list.
    let router = use_router();
    let chosen = Memo::new(move |_| RegionCode::parse(&router.query("kelurahan")?).ok());
    let print = move |_| {
        let _ = window().print();
    };
    let title = move || t_string!(i18n, head.figures.title);
    let day = move || {
        let day = today.get().map(|day| format::day(i18n.get_locale(), day));
        t_string!(i18n, head.figures.lead, day = day.unwrap_or_default())
    };
    view! {
        <div class="page page--wide">
            <PageHeader title=title lead=day>
                <button class="btn btn--secondary" on:click=print>
                    <Icon name="printer"/>{t!(i18n, head.figures.print)}
                </button>
            </PageHeader>
            <h1 class="print-only">
                {move || office.get().map(|office| office.name)}" · "{title}" · "{day}
            </h1>
            <Show when=move || figures.with(Option::is_some) fallback=|| view! { <Loading/> }>
                <Summary figures/>
                <Table figures office chosen/>
            </Show>
            <Bundles office chosen/>
            <Names office today chosen/>
        </div>
    }
}

/// The office's own figures, large.
#[component]
fn Summary(figures: Memo<Option<Figures>>) -> impl IntoView {
    let i18n = use_i18n();
    let all =
        Memo::new(move |_| figures.with(|f| f.as_ref().map(|f| f.all.clone()).unwrap_or_default()));
    let number = move |of: fn(&Counts) -> u32| all.with(of);
    let coverage = move || {
        let share = all.with(Counts::coverage_permille);
        share.map_or("–".to_owned(), |share| {
            t_string!(
                i18n,
                head.figures.percent,
                n = super::words::tenths(i18n, share)
            )
        })
    };
    let median = move || {
        let days = all.with(Counts::median_days_tenths);
        days.map_or("–".to_owned(), |days| super::words::tenths(i18n, days))
    };
    view! {
        <div class="stats">
            <div class="stat">
                <span class="stat__label"><Icon name="chart"/>{t!(i18n, head.figures.coverage)}</span>
                <span class="stat__value">{coverage}</span>
                <span class="stat__note">
                    {t!(
                        i18n,
                        head.figures.recorded_of,
                        n = move || number(|c| c.recorded),
                        all = move || number(|c| c.due)
                    )}
                </span>
            </div>
            <div class="stat">
                <span class="stat__label"><Icon name="send"/>{t!(i18n, head.figures.delivered)}</span>
                <span class="stat__value">{move || number(|c| c.delivered)}</span>
                <span class="stat__note">
                    {t!(i18n, head.figures.of_invited, n = move || number(|c| c.invited))}
                </span>
            </div>
            <div class="stat">
                <span class="stat__label"><Icon name="warning"/>{t!(i18n, head.figures.uninvited)}</span>
                <span class="stat__value">{move || number(|c| c.uninvited)}</span>
                <span class="stat__note">{t!(i18n, head.figures.uninvited_note)}</span>
            </div>
            <div class="stat">
                <span class="stat__label"><Icon name="clock"/>{t!(i18n, head.figures.median)}</span>
                <span class="stat__value">{median}</span>
                <span class="stat__note">{t!(i18n, head.figures.median_note)}</span>
            </div>
        </div>
    }
}
