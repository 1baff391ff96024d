//! A table of numbers on the head's pages: a line for each place, the same columns in each.

use crate::i18n::*;
use leptos::prelude::*;

/// A column: what it counts, and its number of a line.
pub type Column<T> = (Text, fn(I18n, &T) -> String);

/// The table under its title; the first column names the places.
pub fn sheet<T>(
    i18n: I18n,
    title: String,
    first: Text,
    columns: &'static [Column<T>],
    rows: Vec<(AnyView, T)>,
) -> impl IntoView {
    let label = title.clone();
    let head = columns.iter().map(|(text, _)| {
        view! { <th scope="col" class="num">{i18n.view(*text)}</th> }
    });
    let line = |(place, of): (AnyView, T)| {
        let cells = columns.iter().map(|(text, value)| {
            view! { <td class="num" data-label=i18n.view(*text)>{value(i18n, &of)}</td> }
        });
        view! { <tr><th scope="row">{place}</th>{cells.collect_view()}</tr> }
    };
    view! {
        <section class="card card--flush">
            <div class="card__head"><h2 class="card__title">{title}</h2></div>
            <div class="tablewrap" role="region" tabindex="0" aria-label=label>
                <table class="table table--stack table--dense">
                    <thead>
                        <tr><th scope="col">{i18n.view(first)}</th>{head.collect_view()}</tr>
                    </thead>
                    <tbody>{rows.into_iter().map(line).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}
