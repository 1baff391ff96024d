//! For a day without power: tomorrow's list to print today, and the way back from paper.

use super::{
    context::use_desk,
    expected::{self, Expected},
    later::Later,
    words,
};
use crate::{
    components::{Choice, Icon, PageHeader, SelectField, format},
    i18n::*,
};
use chrono::{Days, NaiveDate};
use leptos::prelude::*;
use shared::office::Office;

/// How far ahead the next working day is looked for, past the longest row of holidays.
const AHEAD: u64 = 21;
/// Blank lines for people without a booking.
const WALK_IN_LINES: usize = 8;

#[component]
pub fn Paper() -> impl IntoView {
    let i18n = use_i18n();
    let entering = RwSignal::new(false);
    let tab = move |of: bool, label: Signal<&'static str>| {
        view! {
            <button
                class="segment"
                type="button"
                aria-pressed=move || (entering.get() == of).to_string()
                on:click=move |_| entering.set(of)
            >
                {label}
            </button>
        }
    };
    view! {
        <div class="page page--wide">
            <PageHeader
                title=move || t_string!(i18n, desk.paper.title)
                lead=move || t_string!(i18n, desk.paper.lead)
            />
            <div class="segments no-print" role="group" aria-label=move || t_string!(i18n, desk.paper.tabs)>
                {tab(false, Signal::derive(move || t_string!(i18n, desk.paper.print_tab)))}
                {tab(true, Signal::derive(move || t_string!(i18n, desk.paper.later_tab)))}
            </div>
            <Show when=move || entering.get() fallback=|| view! { <PrintList/> }>
                <Later/>
            </Show>
        </div>
    }
}

/// Days that may be printed: today, and the working days that follow.
fn days(office: &Office, today: NaiveDate) -> Vec<NaiveDate> {
    let ahead = (1..=AHEAD).filter_map(|n| today.checked_add_days(Days::new(n)));
    let working = ahead.filter(|day| office.slots(*day).is_ok()).take(3);
    std::iter::once(today).chain(working).collect()
}

#[component]
fn PrintList() -> impl IntoView {
    let i18n = use_i18n();
    let desk = use_desk();
    let chosen = RwSignal::new(String::new());
    let offered = Memo::new(move |_| {
        desk.read(|_, office, today| days(office, today))
            .unwrap_or_default()
    });
    // The next working day, until another is chosen.
    let day = Memo::new(move |_| {
        let picked = chosen.with(|chosen| chosen.parse::<NaiveDate>().ok());
        picked.or_else(|| offered.with(|days| days.get(1).or(days.first()).copied()))
    });
    Effect::new(move || {
        if let Some(day) = day.get()
            && chosen.with_untracked(String::is_empty)
        {
            chosen.set(day.to_string());
        }
    });
    let choices = Signal::derive(move || {
        let choice = |day: &NaiveDate| Choice::new(day.to_string(), words::date(i18n, *day));
        offered.with(|days| days.iter().map(choice).collect::<Vec<_>>())
    });
    let list = Memo::new(move |_| {
        let day = day.get()?;
        desk.read(|world, office, _| expected::on(world, office, day))
    });
    let print = move |_| {
        if let Some(window) = web_sys::window() {
            let _ = window.print();
        }
    };
    view! {
        <div class="stack no-print">
            <SelectField
                id="paper-day"
                label=move || t_string!(i18n, desk.paper.day)
                value=chosen
                choices
            />
            <div class="actions">
                <button class="btn btn--primary btn--big" type="button" on:click=print>
                    <Icon name="printer"/>{t!(i18n, desk.paper.print)}
                </button>
            </div>
        </div>
        {move || {
            let office = desk.office.get()?;
            let (day, list) = (day.get()?, list.get()?);
            let now = desk.rekam.contact().unwrap_or_else(|| desk.rekam.now());
            let at = words::date(i18n, office.today(now));
            let at = format!("{at} {}", format::clock(i18n.get_locale(), now, office.zone));
            Some(sheet(i18n, &office, day, &list, at))
        }}
    }
}

/// The sheet: one line a person, with room for the hour and the signature.
fn sheet(
    i18n: I18n,
    office: &Office,
    day: NaiveDate,
    list: &[Expected],
    at: String,
) -> impl IntoView + use<> {
    let count = list.len();
    let date = words::date(i18n, day);
    let note = t_string!(
        i18n,
        desk.paper.sheet_note,
        office = office.name.as_str(),
        count = count
    );
    let nobody = match (count, office.slots(day)) {
        (0, Err(_)) => Some(t_string!(i18n, desk.paper.closed)),
        (0, Ok(_)) => Some(t_string!(i18n, desk.paper.none)),
        _ => None,
    };
    let lines = list.iter().enumerate().map(|(n, line)| {
        let hour_before = n.checked_sub(1).and_then(|n| list.get(n)).map(|l| l.slot);
        let hour = (hour_before != Some(line.slot)).then(|| {
            let minutes = office.slot(line.slot).map_or(60, |plan| plan.minutes);
            let hour = format::span(i18n.get_locale(), line.slot, minutes);
            view! { <tr class="sheet__hour"><th colspan="8" scope="rowgroup">{hour}</th></tr> }
        });
        view! { {hour} {person(i18n, n + 1, line)} }
    });
    let blank = (1..=WALK_IN_LINES).map(|n| {
        view! {
            <tr>
                <td>{n}</td><td></td><td></td><td></td><td></td>
                <td><span class="sheet__box"></span></td><td></td><td></td>
            </tr>
        }
    });
    view! {
        <section class="sheet">
            <header class="sheet__head">
                <div>
                    <h2 class="sheet__title">
                        {t_string!(i18n, desk.paper.sheet_title, date = date)}
                    </h2>
                    <p class="sheet__note">{note}</p>
                </div>
                <p class="sheet__note">
                    {t_string!(i18n, desk.paper.printed_at, at = at)}
                </p>
            </header>
            {nobody.map(|text| view! { <p>{text}</p> })}
            <table class="sheet__table">
                <thead>
                    <tr>
                        <th scope="col">{t_string!(i18n, desk.paper.no)}</th>
                        <th scope="col">{t_string!(i18n, desk.paper.name)}</th>
                        <th scope="col">{t_string!(i18n, desk.paper.nik)}</th>
                        <th scope="col">{t_string!(i18n, desk.paper.kelurahan)}</th>
                        <th scope="col">{t_string!(i18n, desk.paper.code)}</th>
                        <th scope="col">{t_string!(i18n, desk.paper.arrived)}</th>
                        <th scope="col" class="sheet__fill">{t_string!(i18n, desk.paper.time)}</th>
                        <th scope="col" class="sheet__fill">
                            {t_string!(i18n, desk.paper.signature)}
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {lines.collect_view()}
                </tbody>
                <tbody class="sheet__block">
                    <tr class="sheet__hour">
                        <th colspan="8" scope="rowgroup">{t_string!(i18n, desk.paper.walk_ins)}</th>
                    </tr>
                    {blank.collect_view()}
                </tbody>
            </table>
            <p class="sheet__foot">{t_string!(i18n, desk.paper.foot)}</p>
        </section>
    }
}

fn person(i18n: I18n, n: usize, line: &Expected) -> impl IntoView + use<> {
    let priority = line
        .priority
        .then(|| format!(" ({})", t_string!(i18n, desk.person.priority)));
    view! {
        <tr>
            <td>{n}</td>
            <td class="sheet__name">{words::name_or(i18n, line.person.name.as_ref())}{priority}</td>
            <td>{line.person.nik.clone()}</td>
            <td>{line.person.kelurahan.clone()}</td>
            <td>{line.code.as_deref().map(format::code)}</td>
            <td><span class="sheet__box"></span></td>
            <td></td>
            <td></td>
        </tr>
    }
}
