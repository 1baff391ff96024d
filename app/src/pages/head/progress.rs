//! How far the office has come: everybody who must have an e-KTP, by kelurahan and RT; whose papers lie
//! still; and who has none, by name.

mod duty;
mod names;
mod table;

use self::{duty::Bundles, names::Names, table::Table};
use crate::{
    components::{Icon, Loading, PageHeader, Stat},
    i18n::*,
    pages::reached::{Delivered, NotReached, WhereTheyAre, use_reach},
    router::use_router,
    state::use_rekam,
};
use leptos::prelude::*;
use shared::{figures::Counts, region::RegionCode};

pub use duty::RedBundles;

#[component]
pub fn Progress() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let office = Memo::new(move |_| rekam.office());
    let reach = use_reach();
    let (today, figures) = (reach.day, reach.figures);
    let counts = reach.own();
    // Kept in the address, so that coming back from a person finds the same list.
    let router = use_router();
    let chosen = Memo::new(move |_| RegionCode::parse(&router.query("kelurahan")?).ok());
    let print = move |_| {
        let _ = window().print();
    };
    let title = move || t_string!(i18n, head.figures.title);
    let day = move || reach.lead(i18n, counts);
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
                <Summary counts/>
                <Table figures office chosen/>
                <WhereTheyAre counts/>
            </Show>
            <Bundles office chosen/>
            <Names office today chosen/>
        </div>
    }
}

/// The office's own figures, large.
#[component]
fn Summary(counts: Memo<Counts>) -> impl IntoView {
    let i18n = use_i18n();
    let number = move |of: fn(&Counts) -> u32| counts.with(of);
    let coverage = move || {
        let share = counts.with(Counts::coverage_permille);
        share.map_or("–".to_owned(), |share| {
            t_string!(
                i18n,
                head.figures.percent,
                n = super::words::tenths(i18n, share)
            )
        })
    };
    let median = move || {
        let days = counts.with(Counts::median_days_tenths);
        days.map_or("–".to_owned(), |days| super::words::tenths(i18n, days))
    };
    view! {
        <div class="stats">
            <Stat
                icon="chart"
                label=keys::head::figures::coverage
                value=coverage
                note=t!(
                    i18n,
                    head.figures.recorded_of,
                    n = move || number(|c| c.recorded),
                    all = move || number(|c| c.due)
                )
            />
            <Delivered counts/>
            <NotReached counts/>
            <Stat
                icon="clock"
                label=keys::head::figures::median
                value=median
                note=t!(i18n, head.figures.median_note)
            />
        </div>
    }
}
