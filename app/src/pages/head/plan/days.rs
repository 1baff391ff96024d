//! Who comes when: each day of the period with its kelurahan, and what is wrong with it.

use super::{super::words, change::Edit, desk::Desk, trouble::TroubleLine};
use crate::{
    components::{Icon, closed_words, format},
    i18n::*,
};
use leptos::prelude::*;
use shared::{
    plan::{self, Day, Share, Trouble},
    session::Session,
};

#[component]
pub fn PlanDays(desk: Desk, edit: RwSignal<Option<Edit>>) -> impl IntoView {
    let i18n = use_i18n();
    let days = Memo::new(move |_| {
        let found = desk.ask(|ask| desk.parts.with(|parts| plan::days(ask, parts)));
        // Weekends without anybody say nothing.
        let mut days = found.unwrap_or_default();
        days.retain(|day| {
            !day.shares.is_empty() || !matches!(day.closed, Some(shared::calendar::Closed::DayOff))
        });
        days
    });
    let of_day = move |day: Day| {
        let found = move || {
            let mut all = desk.troubles();
            all.retain(|trouble| trouble.slot().is_some_and(|slot| slot.date() == day.date));
            all
        };
        let troubles = Memo::new(move |_| found());
        view! { <DayRow desk day=day.clone() troubles edit/> }
    };
    view! {
        <section class="stack stack--tight">
            <h2>{t!(i18n, head.plan.by_day)}</h2>
            <ul class="list list--card">
                // A day that did not change keeps its buttons, and the focus on them.
                <For each=move || days.get() key=|day| format!("{day:?}") let:day>
                    {of_day(day)}
                </For>
            </ul>
        </section>
    }
}

#[component]
fn DayRow(
    desk: Desk,
    day: Day,
    troubles: Memo<Vec<Trouble>>,
    edit: RwSignal<Option<Edit>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let Day {
        date,
        closed,
        room,
        shares,
    } = day;
    let is_closed = closed.is_some();
    let note = move || match &closed {
        Some(closed) => closed_words(i18n, date, closed),
        None => t_string!(i18n, head.plan.room, n = room),
    };
    let is_wrong = move || troubles.with(|all| all.iter().any(|t| t.code().is_some()));
    view! {
        <li class="row" class:row--attention=is_wrong>
            <div class="row__body">
                <span class="row__title">{move || format::day(i18n.get_locale(), date)}</span>
                <span class="row__note">{note}</span>
                {move || {
                    let all = troubles.get().into_iter();
                    all.map(|trouble| view! { <TroubleLine desk trouble/> }).collect_view()
                }}
                {(shares.is_empty() && !is_closed).then(|| view! {
                    <span class="row__note">{t!(i18n, head.plan.nobody)}</span>
                })}
                {(!shares.is_empty()).then(|| view! {
                    <ul class="list">
                        {shares
                            .into_iter()
                            .map(|share| view! { <ShareRow desk share edit/> })
                            .collect_view()}
                    </ul>
                })}
            </div>
        </li>
    }
}

#[component]
fn ShareRow(desk: Desk, share: Share, edit: RwSignal<Option<Edit>>) -> impl IntoView {
    let i18n = use_i18n();
    let Share {
        kelurahan,
        session,
        seats,
        given,
        first,
        ends,
    } = share;
    let code = kelurahan.clone();
    let name = move || words::kelurahan(i18n, desk.office.get().as_ref(), Some(&code));
    let hours = move || {
        let locale = i18n.get_locale();
        let [first, ends] = [first.local(), ends].map(|at| format::time(locale, at.time()));
        format!("{first}–{ends}")
    };
    let place = move || {
        let id = session?;
        desk.rows.with(|rows| {
            let found = rows.sessions.iter().find(|s: &&Session| s.id == id)?;
            Some(found.what.place.clone())
        })
    };
    let count = move || {
        if given > 0 {
            t_string!(i18n, head.plan.share_given, n = seats, given = given)
        } else {
            t_string!(i18n, head.plan.share, n = seats)
        }
    };
    let date = first.date();
    let label = {
        let name = name.clone();
        move || {
            let day = format::day(i18n.get_locale(), date);
            t_string!(i18n, head.plan.move_of, name = name(), day = day)
        }
    };
    let open = move |_| {
        edit.set(Some(Edit {
            date,
            kelurahan: kelurahan.clone(),
        }));
    };
    view! {
        <li class="row">
            <span class="row__body">
                <span class="row__title">{name}</span>
                <span class="row__note">
                    {hours}" · "{count}{move || place().map(|place| format!(" · {place}"))}
                </span>
            </span>
            <span class="row__end">
                {match session {
                    Some(id) => view! {
                        <a class="btn btn--quiet" href=format!("/head/sessions/{id}")>
                            <Icon name="pin"/>{t!(i18n, head.plan.session)}
                        </a>
                    }
                    .into_any(),
                    None if seats > given => view! {
                        <button
                            class="btn btn--secondary"
                            aria-label=label
                            disabled=move || desk.is_waiting()
                            on:click=open
                        >
                            {t!(i18n, head.plan.move_it)}
                        </button>
                    }
                    .into_any(),
                    None => view! {
                        <span class="soft small">{t!(i18n, head.plan.all_given)}</span>
                    }
                    .into_any(),
                }}
            </span>
        </li>
    }
}
