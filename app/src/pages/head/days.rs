//! When the day changes: a head closes a day or works with fewer stations, sees beforehand whom it
//! moves, and afterwards who was offered what and whom nobody has reached.

mod change;
mod moved;
mod sure;
mod weeks;

use self::{
    change::Change,
    moved::{Waiting, Without},
    weeks::Weeks,
};
use super::sending::{Sending, Sent};
use crate::{
    components::{Icon, PageHeader, format},
    i18n::*,
    state::use_rekam,
};
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::{
    command::{Command, DayChange, SetDay},
    ids::{OfficeId, SessionId},
    office::Office,
    session::Session,
    world::World,
};

#[component]
pub fn Days() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let office = Memo::new(move |_| rekam.office());
    view! {
        <div class="page page--wide">
            <PageHeader
                title=move || t_string!(i18n, head.days.title)
                lead=move || t_string!(i18n, head.days.lead)
            >
                <a class="btn btn--secondary" href="/head/bring">
                    <Icon name="document"/>{t!(i18n, head.bring.title)}
                </a>
            </PageHeader>
            <div class="split">
                <Change office/>
                <Changed office/>
            </div>
            <Without waiting=Waiting::list(rekam)/>
            <Weeks office/>
        </div>
    }
}

/// A day that is not as usual.
#[derive(Clone, PartialEq)]
struct Unusual {
    date: NaiveDate,
    /// None: closed.
    stations: Option<u16>,
    reason: String,
    /// Whose staff are missing at the office: the day is as usual again without it.
    session: Option<SessionId>,
}

fn unusual(world: &World, office: &Office, today: NaiveDate) -> Vec<Unusual> {
    let s = &office.settings;
    let closed = s.closed.iter().map(|day| Unusual {
        date: day.date,
        stations: None,
        reason: day.reason.clone(),
        session: None,
    });
    let staffed = s.staffed.iter().map(|day| Unusual {
        date: day.date,
        stations: Some(day.stations),
        reason: day.reason.clone(),
        session: world
            .all::<Session>()
            .find(|s| s.takes_place_on(day.date) && s.absence() == day.reason)
            .map(|s| s.id),
    });
    let mut all: Vec<Unusual> = closed.chain(staffed).filter(|d| d.date >= today).collect();
    all.sort_by_key(|day| day.date);
    all
}

/// The days that were changed, each of which can be as usual again.
#[component]
fn Changed(office: Memo<Option<Office>>) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let days = Memo::new(move |_| {
        let office = office.get()?;
        let today = office.today(rekam.now());
        let days = rekam.view(|world| unusual(world, &office, today));
        Some((office.id, days))
    });
    view! {
        <section class="stack stack--tight">
            <h2 class="card__title">{t!(i18n, head.days.changed)}</h2>
            {move || match days.get() {
                Some((office, days)) if !days.is_empty() => view! {
                    <ul class="list list--card">
                        {days.into_iter().map(|day| view! { <DayRow office day/> }).collect_view()}
                    </ul>
                }
                .into_any(),
                _ => view! { <p class="soft">{t!(i18n, head.days.changed_none)}</p> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn DayRow(office: OfficeId, day: Unusual) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let sending = Sending::new();
    let (date, stations) = (day.date, day.stations);
    let words = move || format::day(i18n.get_locale(), date);
    let what = move || match stations {
        None => t_string!(i18n, head.days.is_closed).to_owned(),
        Some(n) => t_string!(i18n, head.days.is_staffed, n = n),
    };
    let back = move |_| {
        let change = DayChange::AsUsual;
        let command = Command::SetDay(SetDay { date, change });
        sending.send(rekam, office, command, |_| {});
    };
    view! {
        <li class="row">
            <span class="row__lead"><Icon name="calendar"/></span>
            <div class="row__body">
                <span class="row__title">{words}</span>
                <span class="row__note">{move || format!("{}: {}", what(), day.reason)}</span>
                <Sent sending/>
            </div>
            <span class="row__end">{match day.session {
                Some(session) => view! {
                    <a class="btn btn--secondary" href=format!("/head/sessions/{session}")>
                        {t!(i18n, head.days.to_session)}
                    </a>
                }
                .into_any(),
                None => view! {
                <button
                    class="btn btn--secondary"
                    aria-busy=move || sending.is_busy().to_string()
                    aria-label=move || t_string!(i18n, head.days.undo_for, day = words())
                    on:click=back
                >
                    {t!(i18n, head.days.undo)}
                </button>
                }
                .into_any(),
            }}</span>
        </li>
    }
}
