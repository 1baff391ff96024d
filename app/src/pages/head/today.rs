//! One page for today: who was booked, who came, what came of it, and what needs a look.

use super::{
    figures::{self, Figures},
    flags::Flags,
    held::Held,
    progress::RedBundles,
    tablets::Tablets,
};
use crate::{
    components::{Icon, Notice, PageHeader, closed_words, format},
    i18n::*,
    state::{Connection, use_rekam},
};
use leptos::prelude::*;
use shared::{office::Office, region::RegionCode};

#[component]
pub fn HeadToday() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let office = Memo::new(move |_| rekam.office());
    let day = Memo::new(move |_| office.get().map(|office| office.today(rekam.now())));
    let page = Memo::new(move |_| {
        let day = day.get()?;
        Some(rekam.view(|world| figures::of_day(world, day)))
    });
    let all = Memo::new(move |_| page.with(|p| p.as_ref().map(|p| p.all).unwrap_or_default()));
    let requests = move || page.with(|p| p.as_ref().map_or(0, |p| p.requests));
    let lead = move || {
        let day = day.get().map(|day| format::day(i18n.get_locale(), day));
        day.unwrap_or_default()
    };
    let longest = move || {
        let since = page.with(|p| p.as_ref()?.longest_since)?;
        Some(format::minutes_between(since, rekam.now()))
    };
    let seats = move || {
        let plans = office.get()?.slots(day.get()?).ok()?;
        Some(
            plans
                .iter()
                .map(|plan| usize::from(plan.seats))
                .sum::<usize>(),
        )
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
            </PageHeader>
            <AsOf/>
            <RedBundles office/>
            {move || {
                let date = day.get()?;
                let closed = office.get()?.windows(date).err()?;
                Some(view! { <Notice text=move || closed_words(i18n, date, &closed)/> })
            }}
            <div class="stats">
                <div class="stat">
                    <span class="stat__label"><Icon name="calendar"/>{t!(i18n, head.booked)}</span>
                    <span class="stat__value">{move || all.get().booked}</span>
                    <span class="stat__note">
                        {move || seats().map(|n| t_string!(i18n, head.seats, n = n))}
                    </span>
                </div>
                <div class="stat">
                    <span class="stat__label"><Icon name="user"/>{t!(i18n, head.came)}</span>
                    <span class="stat__value">{move || all.get().came}</span>
                    <span class="stat__note">
                        {t!(i18n, head.came_note, n = move || all.get().walked_in)}
                    </span>
                </div>
                <div class="stat" class:stat--alert=move || longest().is_some_and(|n| n >= 60)>
                    <span class="stat__label"><Icon name="clock"/>{t!(i18n, head.waiting)}</span>
                    <span class="stat__value">{move || all.get().waiting}</span>
                    <span class="stat__note">
                        {move || match longest() {
                            Some(n) => t_string!(i18n, head.waiting_note, n = n),
                            None => t_string!(i18n, head.waiting_none).to_owned(),
                        }}
                    </span>
                </div>
                <div class="stat">
                    <span class="stat__label"><Icon name="check-circle"/>{t!(i18n, head.recorded)}</span>
                    <span class="stat__value">{move || all.get().recorded}</span>
                    <span class="stat__note">{t!(i18n, head.of_came, n = move || all.get().came)}</span>
                </div>
                <div class="stat">
                    <span class="stat__label"><Icon name="warning"/>{t!(i18n, head.not_recorded)}</span>
                    <span class="stat__value">{move || all.get().not_recorded()}</span>
                </div>
                <div class="stat">
                    <span class="stat__label"><Icon name="close"/>{t!(i18n, head.no_show)}</span>
                    <span class="stat__value">{move || all.get().no_show}</span>
                    <span class="stat__note">
                        {t!(i18n, head.still_expected, n = move || all.get().expected)}
                    </span>
                </div>
            </div>
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
            <ByKelurahan page office/>
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
fn Reasons(all: Memo<Figures>) -> impl IntoView {
    let i18n = use_i18n();
    let line =
        move |icon: &'static str, text: fn(I18n) -> &'static str, n: fn(&Figures) -> usize| {
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

#[component]
fn ByKelurahan(page: Memo<Option<figures::Day>>, office: Memo<Option<Office>>) -> impl IntoView {
    let i18n = use_i18n();
    let name = move |code: &Option<RegionCode>| {
        let office = office.get();
        let found = code
            .as_ref()
            .and_then(|code| office.as_ref()?.kelurahan(code).map(|k| k.name.clone()));
        found.unwrap_or_else(|| t_string!(i18n, head.elsewhere).to_owned())
    };
    let row = move |label: String, f: Figures| {
        let cell = |label: fn(I18n) -> &'static str, n: usize| {
            view! { <td class="num" data-label=move || label(i18n)>{n}</td> }
        };
        view! {
            <tr>
                <td><strong>{label}</strong></td>
                {cell(|i| t_string!(i, head.booked), f.booked)}
                {cell(|i| t_string!(i, head.came), f.came)}
                {cell(|i| t_string!(i, head.waiting), f.waiting)}
                {cell(|i| t_string!(i, head.recorded), f.recorded)}
                {cell(|i| t_string!(i, head.not_recorded), f.not_recorded())}
                {cell(|i| t_string!(i, head.no_show), f.no_show)}
            </tr>
        }
    };
    view! {
        <section class="card card--flush">
            <div class="card__head"><h2 class="card__title">{t!(i18n, head.by_kelurahan)}</h2></div>
            <div
                class="tablewrap"
                role="region"
                tabindex="0"
                aria-label=move || t_string!(i18n, head.by_kelurahan)
            >
                <table class="table table--stack">
                    <thead>
                        <tr>
                            <th scope="col">{t!(i18n, head.kelurahan)}</th>
                            <th scope="col" class="num">{t!(i18n, head.booked)}</th>
                            <th scope="col" class="num">{t!(i18n, head.came)}</th>
                            <th scope="col" class="num">{t!(i18n, head.waiting)}</th>
                            <th scope="col" class="num">{t!(i18n, head.recorded)}</th>
                            <th scope="col" class="num">{t!(i18n, head.not_recorded)}</th>
                            <th scope="col" class="num">{t!(i18n, head.no_show)}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {move || {
                            let page = page.get().unwrap_or_default();
                            let all = page.by_kelurahan;
                            let total = row(t_string!(i18n, head.total).to_owned(), page.all);
                            let rows = all.iter().map(|(code, f)| row(name(code), *f)).collect_view();
                            (rows, total)
                        }}
                    </tbody>
                </table>
            </div>
        </section>
    }
}
