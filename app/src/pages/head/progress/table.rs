//! The table: a line for each kelurahan, and for each RT of the chosen one.

use super::super::{
    sheet::{Column, sheet},
    words,
};
use crate::{i18n::*, router::use_router};
use leptos::prelude::*;
use shared::{
    figures::{Counts, Figures},
    office::Office,
    region::RegionCode,
};

/// The columns after the place.
const COLUMNS: [Column<Counts>; 9] = [
    (keys::head::figures::due, |_, c| c.due.to_string()),
    (keys::head::figures::invited, |_, c| c.invited.to_string()),
    (keys::head::figures::delivered, |_, c| {
        c.delivered.to_string()
    }),
    (keys::head::figures::booked, |_, c| c.booked.to_string()),
    (keys::head::figures::came, |_, c| c.came.to_string()),
    (keys::head::figures::recorded, |_, c| c.recorded.to_string()),
    (keys::head::figures::coverage, |i, c| {
        let share = c.coverage_permille();
        share.map_or("–".to_owned(), |share| {
            t_string!(i, head.figures.percent, n = words::tenths(i, share))
        })
    }),
    (keys::head::figures::median, |i, c| {
        let days = c.median_days_tenths();
        days.map_or("–".to_owned(), |days| words::tenths(i, days))
    }),
    (keys::head::figures::uninvited, |_, c| {
        c.uninvited().to_string()
    }),
];

#[component]
pub fn Table(
    figures: Memo<Option<Figures>>,
    office: Memo<Option<Office>>,
    chosen: Memo<Option<RegionCode>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let router = use_router();
    let name = move |code: Option<&RegionCode>| words::kelurahan(i18n, office.get().as_ref(), code);
    let kelurahan = move |code: Option<RegionCode>| {
        let words = name(code.as_ref());
        let Some(code) = code else {
            return words.into_any();
        };
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
    };
    let all = move || {
        let figures = figures.get().unwrap_or_default();
        let places = figures.by_kelurahan.into_iter();
        let mut rows: Vec<(AnyView, Counts)> = places
            .map(|(code, place)| (kelurahan(code), place.all))
            .collect();
        rows.push((t_string!(i18n, head.total).into_any(), figures.all));
        let title = t_string!(i18n, head.by_kelurahan).to_owned();
        sheet(i18n, title, keys::head::kelurahan, &COLUMNS, rows)
    };
    let neighbourhoods = move || {
        let code = chosen.get()?;
        let place = figures.with(|f| {
            let places = &f.as_ref()?.by_kelurahan;
            places.get(&Some(code.clone())).cloned()
        })?;
        let rows = place.by_rt.into_iter();
        let rows = rows.map(|((rw, rt), counts)| (words::rt(i18n, rw, rt).into_any(), counts));
        let title = t_string!(i18n, head.figures.by_rt, name = name(Some(&code)));
        let first = keys::head::figures::rt;
        Some(sheet(i18n, title, first, &COLUMNS, rows.collect()))
    };
    view! { {all} {neighbourhoods} }
}
