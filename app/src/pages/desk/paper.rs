//! For a day without power: tomorrow's list to print today, and the way back from paper.

use super::{
    context::use_desk,
    expected::{self, Expected},
    later::Later,
    place, words,
};
use crate::{
    components::{Choice, Icon, PageHeader, Place, SelectField, format},
    i18n::*,
};
use chrono::{Days, NaiveDate};
use leptos::prelude::*;
use shared::{ids::DeviceId, office::Office, world::World};

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

/// A list that may be printed: of a day, at the office or in a village.
#[derive(Clone, Debug, PartialEq)]
struct Sheet {
    day: NaiveDate,
    place: Place,
}

impl Sheet {
    fn key(&self) -> String {
        match self.place.session() {
            Some(session) => format!("{} {}", self.day, session.id),
            None => self.day.to_string(),
        }
    }

    fn label(&self, i18n: I18n) -> String {
        let day = words::date(i18n, self.day);
        match self.place.elsewhere(i18n) {
            Some(place) => format!("{day} · {place}"),
            None => day,
        }
    }
}

/// Today at the office and the working days that follow, and the villages of the next days.
fn sheets(world: &World, office: &Office, today: NaiveDate) -> Vec<Sheet> {
    let ahead = (1..=AHEAD).filter_map(|n| today.checked_add_days(Days::new(n)));
    let working = ahead.filter(|day| office.slots(*day).is_ok()).take(3);
    let at_office = std::iter::once(today).chain(working).map(|day| Sheet {
        day,
        place: Place::find(world, office, None),
    });
    let villages = place::sessions(world, office, today).into_iter();
    let villages = villages.map(|session| Sheet {
        day: session.what.date,
        place: Place::find(world, office, Some(session.id)),
    });
    at_office.chain(villages).collect()
}

/// What is printed first: the next day in the village of the tablet's trip, else the next working day.
fn usual(sheets: &[Sheet], world: &World, device: DeviceId) -> Option<Sheet> {
    let goes = |sheet: &&Sheet| {
        let session = sheet.place.session().map(|session| session.id);
        session.is_some() && place::here(world, device, sheet.day) == session
    };
    let first = sheets.iter().find(goes);
    first.or(sheets.get(1)).or(sheets.first()).cloned()
}

#[component]
fn PrintList() -> impl IntoView {
    let i18n = use_i18n();
    let desk = use_desk();
    let chosen = RwSignal::new(String::new());
    let offered = Memo::new(move |_| desk.read(sheets).unwrap_or_default());
    // The usual one, until another is chosen.
    let picked = Memo::new(move |_| {
        let key = chosen.get();
        let device = desk.rekam.device_id();
        offered.with(|sheets| {
            let found = sheets.iter().find(|sheet| sheet.key() == key).cloned();
            found.or_else(|| desk.read(|world, _, _| usual(sheets, world, device))?)
        })
    });
    Effect::new(move || {
        if let Some(sheet) = picked.get()
            && chosen.with_untracked(String::is_empty)
        {
            chosen.set(sheet.key());
        }
    });
    let choices = Signal::derive(move || {
        let choice = |sheet: &Sheet| Choice::new(sheet.key(), sheet.label(i18n));
        offered.with(|sheets| sheets.iter().map(choice).collect::<Vec<_>>())
    });
    let list = Memo::new(move |_| {
        let sheet = picked.get()?;
        let session = sheet.place.session().map(|session| session.id);
        desk.read(|world, office, _| expected::on(world, office, sheet.day, session))
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
            let (picked, list) = (picked.get()?, list.get()?);
            let now = desk.rekam.contact().unwrap_or_else(|| desk.rekam.now());
            let at = words::date(i18n, office.today(now));
            let at = format!("{at} {}", format::clock(i18n.get_locale(), now, office.zone));
            Some(sheet(i18n, &picked, &list, at))
        }}
    }
}

/// The sheet: one line a person, with room for the hour and the signature.
fn sheet(i18n: I18n, of: &Sheet, list: &[Expected], at: String) -> impl IntoView + use<> {
    let count = list.len();
    let (day, place) = (of.day, of.place.clone());
    let date = words::date(i18n, day);
    let name = place.name(i18n);
    let note = t_string!(
        i18n,
        desk.paper.sheet_note,
        office = name.as_str(),
        count = count
    );
    let nobody = match (count, place.office.slots(day)) {
        (0, Err(_)) if place.session.is_none() => Some(t_string!(i18n, desk.paper.closed)),
        (0, _) => Some(t_string!(i18n, desk.paper.none)),
        _ => None,
    };
    let lines = list.iter().enumerate().map(|(n, line)| {
        let hour_before = n.checked_sub(1).and_then(|n| list.get(n)).map(|l| l.slot);
        let hour = (hour_before != Some(line.slot)).then(|| {
            let minutes = place.minutes(line.slot);
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
        .then(|| format!(" ({})", t_string!(i18n, desk.person.declared)));
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
