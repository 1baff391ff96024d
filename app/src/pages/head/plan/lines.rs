//! Each kelurahan's share: how many people, how many seats, and how far from exactly proportional.

use super::{super::words, desk::Desk};
use crate::{components::format, i18n::*};
use leptos::prelude::*;
use shared::plan::{self, Line};

#[component]
pub fn Lines(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let lines = Memo::new(move |_| {
        let summed = desk.ask(|ask| desk.parts.with(|parts| plan::summary(ask, parts)));
        summed.unwrap_or_default()
    });
    let cell = move |label: fn(I18n) -> &'static str, text: String| {
        view! { <td class="num" data-label=move || label(i18n)>{text}</td> }
    };
    let difference = move |line: &Line| {
        let tenths = line.difference_tenths();
        let size = u32::try_from(tenths.unsigned_abs()).unwrap_or(u32::MAX);
        let sign = match tenths {
            0 => "",
            1.. => "+",
            _ => "−",
        };
        format!("{sign}{}", words::tenths(i18n, size))
    };
    let dates = move |line: &Line| {
        let locale = i18n.get_locale();
        match (line.first, line.last) {
            (Some(first), Some(last)) if first == last => format::day_short(locale, first),
            (Some(first), Some(last)) => {
                let first = format::day_short(locale, first);
                format!("{first} – {}", format::day_short(locale, last))
            }
            _ => "–".to_owned(),
        }
    };
    let row = move |line: Line| {
        let name = words::kelurahan(i18n, desk.office.get().as_ref(), Some(&line.kelurahan));
        view! {
            <tr>
                <th scope="row"><strong>{name}</strong></th>
                {cell(|i| t_string!(i, head.plan.to_invite), line.people.to_string())}
                {cell(|i| t_string!(i, head.plan.seats), line.seats.to_string())}
                {cell(|i| t_string!(i, head.plan.in_sessions), line.in_sessions.to_string())}
                {cell(|i| t_string!(i, head.plan.exact), words::tenths(i18n, line.exact_tenths))}
                {cell(|i| t_string!(i, head.plan.difference), difference(&line))}
                {cell(|i| t_string!(i, head.plan.given), line.given.to_string())}
                {cell(|i| t_string!(i, head.plan.dates), dates(&line))}
            </tr>
        }
    };
    let sum = move |of: fn(&Line) -> u32| lines.with(|lines| lines.iter().map(of).sum::<u32>());
    let total = move || {
        view! {
            <tr>
                <th scope="row"><strong>{t!(i18n, head.total)}</strong></th>
                {cell(|i| t_string!(i, head.plan.to_invite), sum(|l| l.people).to_string())}
                {cell(|i| t_string!(i, head.plan.seats), sum(|l| l.seats).to_string())}
                {cell(|i| t_string!(i, head.plan.in_sessions), sum(|l| l.in_sessions).to_string())}
                <td></td>
                <td></td>
                {cell(|i| t_string!(i, head.plan.given), sum(|l| l.given).to_string())}
                <td></td>
            </tr>
        }
    };
    view! {
        <section class="card card--flush">
            <div class="card__head">
                <h2 class="card__title">{t!(i18n, head.by_kelurahan)}</h2>
            </div>
            <div
                class="tablewrap"
                role="region"
                tabindex="0"
                aria-label=move || t_string!(i18n, head.by_kelurahan)
            >
                <table class="table table--stack table--dense">
                    <thead>
                        <tr>
                            <th scope="col">{t!(i18n, head.kelurahan)}</th>
                            <th scope="col" class="num">{t!(i18n, head.plan.to_invite)}</th>
                            <th scope="col" class="num">{t!(i18n, head.plan.seats)}</th>
                            <th scope="col" class="num">{t!(i18n, head.plan.in_sessions)}</th>
                            <th scope="col" class="num">{t!(i18n, head.plan.exact)}</th>
                            <th scope="col" class="num">{t!(i18n, head.plan.difference)}</th>
                            <th scope="col" class="num">{t!(i18n, head.plan.given)}</th>
                            <th scope="col" class="num">{t!(i18n, head.plan.dates)}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {move || lines.get().into_iter().map(row).collect_view()}
                        {total}
                    </tbody>
                </table>
            </div>
        </section>
    }
}
