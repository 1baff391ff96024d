//! Mobile sessions: days on which the office records in a village.

mod detail;
mod fields;
mod form;

pub use detail::SessionPage;

use super::words;
use crate::{
    components::{EmptyState, Icon, OpBadge, PageHeader, format},
    i18n::*,
    state::use_rekam,
};
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::{
    client::QueuedOp,
    command::Command,
    ids::SessionId,
    session::{Item, Session},
    world::World,
};

/// What may still take place, soonest first; then the rest, latest first.
fn list(world: &World, today: NaiveDate) -> (Vec<Session>, Vec<Session>) {
    let all = world.all::<Session>().cloned();
    let is_ahead = |s: &Session| s.what.date >= today && s.cancelled.is_none();
    let (mut ahead, mut rest): (Vec<_>, Vec<_>) = all.partition(is_ahead);
    ahead.sort_by_key(|s| (s.what.date, s.what.hours.open));
    rest.sort_by_key(|s| std::cmp::Reverse(s.what.date));
    (ahead, rest)
}

#[component]
pub fn Sessions() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let today = Memo::new(move |_| rekam.office().map(|office| office.today(rekam.now())));
    let all = Memo::new(move |_| {
        let today = today.get()?;
        Some(rekam.view(|world| list(world, today)))
    });
    let asked = Memo::new(move |_| {
        rekam.ops(|ops| {
            rekam.view(|world| {
                let found = ops.values().filter_map(|op| asked(op, world));
                found.collect::<Vec<_>>()
            })
        })
    });
    let part = move |sessions: Vec<Session>| {
        let rows = sessions.into_iter();
        view! {
            <ul class="list list--card">
                {rows.map(|session| view! { <SessionRow session/> }).collect_view()}
            </ul>
        }
    };
    view! {
        <div class="page">
            <PageHeader
                title=move || t_string!(i18n, head.sessions.title)
                lead=move || t_string!(i18n, head.sessions.lead)
            >
                <a class="btn btn--primary" href="/head/sessions/new">
                    <Icon name="plus"/>{t!(i18n, head.sessions.new)}
                </a>
            </PageHeader>
            {move || asked.with(|asked| !asked.is_empty()).then(|| view! {
                <ul class="list list--card">
                    {asked.get().into_iter().map(|asked| view! { <AskedRow asked/> }).collect_view()}
                </ul>
            })}
            {move || {
                let (ahead, rest) = all.get().unwrap_or_default();
                let ahead = if ahead.is_empty() {
                    view! {
                        <EmptyState
                            icon="pin"
                            title=move || t_string!(i18n, head.sessions.none)
                            text=move || t_string!(i18n, head.sessions.none_text)
                        />
                    }
                    .into_any()
                } else {
                    part(ahead).into_any()
                };
                let rest = (!rest.is_empty()).then(|| view! {
                    <section class="stack stack--tight">
                        <h2 class="card__title">{t!(i18n, head.sessions.over)}</h2>
                        {part(rest)}
                    </section>
                });
                (ahead, rest)
            }}
        </div>
    }
}

/// A session that the office has not answered yet and this device cannot show by itself.
#[derive(Clone, PartialEq)]
struct Asked {
    op: QueuedOp,
    place: String,
    date: NaiveDate,
}

fn asked(op: &QueuedOp, world: &World) -> Option<Asked> {
    if op.is_settled() || op.envelope.kind != "plan_session" {
        return None;
    }
    let id = SessionId(op.envelope.op_id.derive(0));
    let Ok(Command::PlanSession {
        session: None,
        details,
        ..
    }) = op.envelope.command()
    else {
        return None;
    };
    world.get::<Session>(id).is_none().then(|| Asked {
        op: op.clone(),
        place: details.place,
        date: details.date,
    })
}

#[component]
fn AskedRow(asked: Asked) -> impl IntoView {
    let i18n = use_i18n();
    let date = asked.date;
    view! {
        <li class="row">
            <span class="row__lead"><Icon name="pin"/></span>
            <span class="row__body">
                <span class="row__title">{asked.place}</span>
                <span class="row__note">{move || format::day(i18n.get_locale(), date)}</span>
            </span>
            <span class="row__end"><OpBadge op=Signal::stored(Some(asked.op))/></span>
        </li>
    }
}

#[component]
fn SessionRow(session: Session) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let href = format!("/head/sessions/{}", session.id);
    let ready = Item::ALL
        .iter()
        .filter(|item| session.checklist.has(**item))
        .count();
    let is_ready = ready == Item::ALL.len();
    let cancelled = session.cancelled.is_some();
    let what = session.what;
    let (date, hours) = (what.date, what.hours);
    let when = move || {
        let locale = i18n.get_locale();
        let from = format::time(locale, hours.open);
        let to = format::time(locale, hours.close);
        format!("{}, {from}–{to}", format::day(locale, date))
    };
    let whom = move || {
        let office = rekam.office();
        let names = what.kelurahan.iter();
        let names = names.map(|code| words::kelurahan(i18n, office.as_ref(), Some(code)));
        names.collect::<Vec<_>>().join(", ")
    };
    view! {
        <li>
            <a class="row row--link" href=href>
                <span class="row__lead"><Icon name="pin"/></span>
                <span class="row__body">
                    <span class="row__title">{what.place}</span>
                    <span class="row__note">{when}</span>
                    <span class="row__note">{whom}</span>
                </span>
                <span class="row__end">
                    {match (cancelled, is_ready) {
                        (true, _) => view! {
                            <span class="badge badge--cancelled">
                                <Icon name="close"/>{t!(i18n, head.sessions.cancelled)}
                            </span>
                        }
                        .into_any(),
                        (false, true) => view! {
                            <span class="badge badge--good">
                                <Icon name="check"/>{t!(i18n, head.sessions.ready)}
                            </span>
                        }
                        .into_any(),
                        (false, false) => view! {
                            <span class="badge badge--wait">
                                <Icon name="list"/>
                                {t!(i18n, head.sessions.ready_of, n = move || ready, all = || Item::ALL.len())}
                            </span>
                        }
                        .into_any(),
                    }}
                    <Icon name="chevron-right"/>
                </span>
            </a>
        </li>
    }
}
