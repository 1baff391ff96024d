//! The table: a line for each kelurahan, and for each RT of the chosen one.

use super::super::words;
use crate::{i18n::*, router::use_router};
use leptos::prelude::*;
use shared::{
    figures::{Counts, Figures},
    office::Office,
    region::RegionCode,
};

type Label = fn(I18n) -> &'static str;
type Value = fn(I18n, &Counts) -> String;

/// The columns after the place.
const COLUMNS: [(Label, Value); 9] = [
    (|i| t_string!(i, head.figures.due), |_, c| c.due.to_string()),
    (
        |i| t_string!(i, head.figures.invited),
        |_, c| c.invited.to_string(),
    ),
    (
        |i| t_string!(i, head.figures.delivered),
        |_, c| c.delivered.to_string(),
    ),
    (
        |i| t_string!(i, head.figures.booked),
        |_, c| c.booked.to_string(),
    ),
    (
        |i| t_string!(i, head.figures.came),
        |_, c| c.came.to_string(),
    ),
    (
        |i| t_string!(i, head.figures.recorded),
        |_, c| c.recorded.to_string(),
    ),
    (
        |i| t_string!(i, head.figures.coverage),
        |i, c| {
            let share = c.coverage_permille();
            share.map_or("–".to_owned(), |share| {
                t_string!(i, head.figures.percent, n = words::tenths(i, share))
            })
        },
    ),
    (
        |i| t_string!(i, head.figures.median),
        |i, c| {
            let days = c.median_days_tenths();
            days.map_or("–".to_owned(), |days| words::tenths(i, days))
        },
    ),
    (
        |i| t_string!(i, head.figures.uninvited),
        |_, c| c.uninvited.to_string(),
    ),
];

fn cells(i18n: I18n, counts: &Counts) -> Vec<AnyView> {
    COLUMNS
        .iter()
        .map(|(label, value)| {
            let value = value(i18n, counts);
            let label = *label;
            view! { <td class="num" data-label=move || label(i18n)>{value}</td> }.into_any()
        })
        .collect()
}

#[component]
pub fn Table(
    figures: Memo<Option<Figures>>,
    office: Memo<Option<Office>>,
    chosen: Memo<Option<RegionCode>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let router = use_router();
    let name = move |code: Option<&RegionCode>| words::kelurahan(i18n, office.get().as_ref(), code);
    let kelurahan = move |code: Option<RegionCode>, counts: Counts| {
        let words = name(code.as_ref());
        let cells = cells(i18n, &counts);
        let place = match code {
            None => words.into_any(),
            Some(code) => {
                let own = code.clone();
                let is_open = Memo::new(move |_| chosen.with(|c| c.as_ref() == Some(&own)));
                let toggle = move |_| {
                    let code = (!is_open.get_untracked()).then(|| code.to_string());
                    router.set_query("kelurahan", code.as_deref());
                };
                view! {
                    <button
                        type="button"
                        class="btn btn--quiet"
                        aria-expanded=move || is_open.get().to_string()
                        on:click=toggle
                    >
                        {words.clone()}
                    </button>
                    // Buttons are not printed.
                    <span class="print-only">{words}</span>
                }
                .into_any()
            }
        };
        view! { <tr><th scope="row">{place}</th>{cells}</tr> }
    };
    let neighbourhoods = move || {
        let code = chosen.get()?;
        let place = figures.with(|f| {
            let places = &f.as_ref()?.by_kelurahan;
            places.get(&Some(code.clone())).cloned()
        })?;
        let rows = place.by_rt.iter().map(|((rw, rt), counts)| {
            let words = words::rt(i18n, *rw, *rt);
            view! { <tr><th scope="row">{words}</th>{cells(i18n, counts)}</tr> }
        });
        let rows = rows.collect_view();
        let title = t_string!(i18n, head.figures.by_rt, name = name(Some(&code)));
        Some(view! { <Sheet title first=|i| t_string!(i, head.figures.rt) rows=rows.into_any()/> })
    };
    let rows = move || {
        let figures = figures.get().unwrap_or_default();
        let rows = figures.by_kelurahan.into_iter();
        let rows = rows
            .map(|(code, place)| kelurahan(code, place.all))
            .collect_view();
        let total = cells(i18n, &figures.all);
        view! {
            {rows}
            <tr><th scope="row">{t!(i18n, head.total)}</th>{total}</tr>
        }
        .into_any()
    };
    view! {
        {move || view! {
            <Sheet
                title=t_string!(i18n, head.by_kelurahan).to_owned()
                first=|i| t_string!(i, head.kelurahan)
                rows=rows()
            />
        }}
        {neighbourhoods}
    }
}

#[component]
fn Sheet(title: String, first: Label, rows: AnyView) -> impl IntoView {
    let i18n = use_i18n();
    let label = title.clone();
    view! {
        <section class="card card--flush">
            <div class="card__head"><h2 class="card__title">{title}</h2></div>
            <div class="tablewrap" role="region" tabindex="0" aria-label=label>
                <table class="table table--stack table--dense">
                    <thead>
                        <tr>
                            <th scope="col">{move || first(i18n)}</th>
                            {COLUMNS
                                .iter()
                                .map(|(label, _)| {
                                    let label = *label;
                                    view! { <th scope="col" class="num">{move || label(i18n)}</th> }
                                })
                                .collect_view()}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}
