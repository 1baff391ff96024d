//! One page for today: who was booked, who came, what came of it, and what needs a look.

mod table;

use self::table::{ByKelurahan, ByPlace};
use super::{flags::Flags, held::Held, progress::RedBundles, tablets::Tablets};
use crate::{
    components::{Icon, Notice, PageHeader, Stat, Tone, closed_words, format},
    i18n::*,
    state::{Connection, use_rekam},
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use shared::{
    figures::today::{Numbers, of_day},
    resident::Resident,
    world::World,
};

/// Minutes that the first of the queue has waited.
fn longest(numbers: &Numbers, now: DateTime<Utc>) -> Option<i64> {
    let since = numbers.waiting_since?;
    Some(format::minutes_between(since, now))
}

fn longest_words(i18n: I18n, minutes: Option<i64>) -> String {
    minutes.map_or("–".to_owned(), |n| t_string!(i18n, head.minutes, n = n))
}

#[component]
pub fn HeadToday() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let office = Memo::new(move |_| rekam.office());
    let day = Memo::new(move |_| office.get().map(|office| office.today(rekam.now())));
    let today = Memo::new(move |_| {
        let (office, day) = office.get().zip(day.get())?;
        Some(rekam.view(|world| of_day(world, &office, day)))
    });
    let all = Memo::new(move |_| today.with(|t| t.as_ref().map(|t| t.all).unwrap_or_default()));
    let requests = move || today.with(|t| t.as_ref().map_or(0, |t| t.requests));
    let places = move || today.with(|t| t.as_ref().map_or(0, |t| t.by_place.len()));
    let several = move || places() > 1;
    let longest = move || longest(&all.get(), rekam.now());
    // A new office: nothing can be planned before it knows its people.
    let has_nobody = move || {
        let is_empty = |world: &World| world.all::<Resident>().next().is_none();
        rekam.has_rows() && rekam.contact().is_some() && rekam.view(is_empty)
    };
    let lead = move || {
        let day = day.get().map(|day| format::day(i18n.get_locale(), day));
        day.unwrap_or_default()
    };

    view! {
        <div class="page page--wide">
            <PageHeader title=move || t_string!(i18n, head.title) lead=lead>
                <a class="btn btn--secondary" href="/desk/queue">
                    <Icon name="list"/>{t!(i18n, common.tabs.queue)}
                </a>
                <a class="btn btn--secondary" href="/head/roll">
                    <Icon name="users"/>{t!(i18n, head.roll.title)}
                </a>
                <a class="btn btn--secondary" href="/head/bring">
                    <Icon name="document"/>{t!(i18n, head.bring.title)}
                </a>
            </PageHeader>
            <AsOf/>
            <Show when=has_nobody>
                <Notice
                    tone=Tone::Warning
                    title=move || t_string!(i18n, head.no_roll)
                    text=move || t_string!(i18n, head.no_roll_text)
                >
                    <a class="btn btn--primary" href="/head/roll">
                        <Icon name="users"/>{t!(i18n, head.no_roll_enter)}
                    </a>
                </Notice>
            </Show>
            <RedBundles office/>
            {move || {
                let date = day.get()?;
                let closed = office.get()?.windows(date).err()?;
                Some(view! { <Notice text=move || closed_words(i18n, date, &closed)/> })
            }}
            <Show when=several>
                <h2>{t!(i18n, head.all_places, n = places)}</h2>
            </Show>
            <div class="stats">
                <Stat
                    icon="calendar"
                    label=keys::head::booked
                    value=move || all.get().booked.to_string()
                    note=t!(i18n, head.seats, n = move || all.get().seats)
                />
                <Stat
                    icon="user"
                    label=keys::head::came
                    value=move || all.get().came.to_string()
                    note=t!(i18n, head.came_note, n = move || all.get().walked_in)
                />
                <Stat
                    icon="clock"
                    label=keys::head::waiting
                    value=move || all.get().waiting.to_string()
                    note=move || {
                        let longest = match longest() {
                            Some(n) => t_string!(i18n, head.waiting_note, n = n),
                            None => t_string!(i18n, head.waiting_none).to_owned(),
                        };
                        let called = all.get().called;
                        let called = (called != 0).then(|| t_string!(i18n, head.called, n = called));
                        [Some(longest), called].into_iter().flatten().collect::<Vec<_>>().join(" · ")
                    }
                    alert=Signal::derive(move || longest().is_some_and(|n| n >= 60))
                />
                <Stat
                    icon="check-circle"
                    label=keys::head::recorded
                    value=move || all.get().recorded.to_string()
                    note=t!(i18n, head.of_came, n = move || all.get().came)
                />
                <Stat
                    icon="warning"
                    label=keys::head::not_recorded
                    value=move || all.get().not_recorded().to_string()
                />
                <Stat
                    icon="close"
                    label=keys::head::no_show
                    value=move || all.get().no_show.to_string()
                    note=t!(i18n, head.still_expected, n = move || all.get().expected)
                />
            </div>
            <Show when=several>
                <ByPlace today/>
            </Show>
            <Show when=move || requests() != 0>
                <p class="cluster">
                    <Icon name="clock"/>
                    {t!(i18n, head.requests)}": "
                    <strong class="num">{requests}</strong>
                </p>
            </Show>
            <div class="split split--side">
                <Flags/>
                <div class="stack">
                    <Reasons all/>
                    <Held/>
                    <Tablets/>
                </div>
            </div>
            <ByKelurahan today office/>
        </div>
    }
}

/// How old the figures are, when they are not of now.
#[component]
fn AsOf() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    move || {
        let Connection::Offline { since } = rekam.connection() else {
            return None;
        };
        let zone = rekam.office()?.zone;
        let at = rekam.contact().unwrap_or(since);
        let when = format::moment(i18n.get_locale(), at, rekam.now(), zone);
        let text = t_string!(i18n, head.as_of, when = when);
        Some(view! {
            <div class="notice notice--warning" role="status">
                <Icon name="offline"/>
                <div class="notice__body"><p class="notice__text">{text}</p></div>
            </div>
        })
    }
}

/// Those who came in vain, by reason.
#[component]
fn Reasons(all: Memo<Numbers>) -> impl IntoView {
    let i18n = use_i18n();
    let line = move |icon: &'static str, text: fn(I18n) -> &'static str, n: fn(&Numbers) -> u32| {
        view! {
            <div class="meter">
                <p class="meter__label">
                    <span class="cluster"><Icon name=icon/>{move || text(i18n)}</span>
                    <span class="meter__value num">{move || all.with(n)}</span>
                </p>
                <progress
                    class="meter__bar"
                    aria-label=move || text(i18n)
                    max=move || all.with(|f| f.not_recorded().max(1)).to_string()
                    value=move || all.with(n).to_string()
                ></progress>
            </div>
        }
    };
    view! {
        <section class="card">
            <h2 class="card__title">{t!(i18n, head.not_recorded_title)}</h2>
            <Show
                when=move || all.with(|f| f.not_recorded() != 0)
                fallback=move || view! {
                    <p class="soft">
                        {move || if all.with(|f| f.recorded == 0) {
                            t_string!(i18n, head.not_served)
                        } else {
                            t_string!(i18n, head.not_recorded_none)
                        }}
                    </p>
                }
            >
                {line("document", |i| t_string!(i, head.document), |f| f.document)}
                {line("tablet", |i| t_string!(i, head.device), |f| f.device)}
                {line("offline", |i| t_string!(i, head.network), |f| f.network)}
                {line("exit", |i| t_string!(i, head.left), |f| f.left)}
            </Show>
        </section>
    }
}
