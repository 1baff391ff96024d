//! One mobile session: what is ready, a longer day, another day, or none.

use super::{
    super::{
        sending::{Sending, Sent},
        words,
    },
    form::{NewSession, SessionForm},
};
use crate::{
    components::{
        Dialog, EmptyState, Icon, MapLink, Notice, PageHeader, Place, TextField, Tone, format,
    },
    i18n::*,
    router::use_router,
    state::use_rekam,
};
use chrono::NaiveTime;
use leptos::prelude::*;
use shared::{
    command::Command,
    ids::SessionId,
    office::Hours,
    session::{Details, Item, Session},
    sop::workload,
};

/// The address of the form for a new one.
const NEW: &str = "new";

#[component]
pub fn SessionPage() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let id = use_router().rest("/head/sessions/");
    let session = Memo::new(move |_| {
        let id: SessionId = id.get().parse().ok()?;
        rekam.view(|world| world.get::<Session>(id).cloned())
    });
    let exists = Memo::new(move |_| session.with(Option::is_some));
    let has_office = Memo::new(move |_| rekam.office().is_some());
    let title = move || match session.get() {
        Some(session) => session.what.place,
        None => t_string!(i18n, head.sessions.new).to_owned(),
    };
    let body = move || {
        if !has_office.get() {
            return ().into_any();
        }
        if exists.get() {
            return view! { <Known session/> }.into_any();
        }
        match untrack(|| rekam.office()).filter(|_| id.get() == NEW) {
            Some(office) => view! { <NewSession office/> }.into_any(),
            None => view! {
                <EmptyState
                    icon="search"
                    title=move || t_string!(i18n, head.sessions.missing_title)
                    text=move || t_string!(i18n, head.sessions.missing_text)
                />
            }
            .into_any(),
        }
    };
    view! {
        <div class="page">
            <PageHeader title=title back="/head/sessions"/>
            {body}
        </div>
    }
}

#[component]
fn Known(session: Memo<Option<Session>>) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let editing = RwSignal::new(false);
    let today = Memo::new(move |_| rekam.office().map(|office| office.today(rekam.now())));
    let date = move || session.with(|s| s.as_ref().map(|s| s.what.date));
    let cancelled = move || session.with(|s| s.as_ref()?.cancelled.clone());
    let is_ahead = Memo::new(move |_| {
        let is_over = today
            .get()
            .zip(date())
            .is_some_and(|(today, date)| date < today);
        cancelled().is_none() && !is_over
    });
    let is_today = Memo::new(move |_| is_ahead.get() && today.get() == date());
    let form = move || {
        let (office, of) = (rekam.office()?, session.get()?);
        let done = Callback::new(move |()| editing.set(false));
        Some(view! { <SessionForm office of on_done=done/> })
    };
    view! {
        {move || cancelled().map(|reason| view! {
            <Notice
                tone=Tone::Warning
                title=move || t_string!(i18n, head.sessions.is_cancelled)
                text=reason
            />
        })}
        {move || session.get().map(|session| view! { <Facts session/> })}
        <Show when=move || is_ahead.get()>
            <Ready session/>
            <Show when=move || is_today.get()>
                <Longer session/>
            </Show>
            <section class="card">
                <h2 class="card__title">{t!(i18n, head.sessions.change)}</h2>
                <Show
                    when=move || editing.get()
                    fallback=move || view! {
                        <p class="soft">{t!(i18n, head.sessions.change_text)}</p>
                        <div class="actions">
                            <button class="btn btn--secondary" on:click=move |_| editing.set(true)>
                                <Icon name="edit"/>{t!(i18n, head.sessions.change)}
                            </button>
                        </div>
                    }
                >
                    // Rows that arrive meanwhile must not throw away what is being typed.
                    {untrack(form)}
                </Show>
            </section>
            <Cancel session/>
        </Show>
    }
}

#[component]
fn Facts(session: Session) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let place = untrack(|| rekam.office()).map(|office| Place {
        office,
        session: Some((session.id, Some(session.clone()))),
    });
    let Details {
        kelurahan,
        date,
        hours,
        stations,
        staff,
        from_office,
        ..
    } = session.what;
    let Hours {
        open,
        close,
        break_from,
        break_to,
    } = hours;
    let span = move |from: NaiveTime, to: NaiveTime| {
        let locale = i18n.get_locale();
        format!(
            "{}–{}",
            format::time(locale, from),
            format::time(locale, to)
        )
    };
    let pause = move || {
        if break_from < break_to && break_from < close {
            span(break_from, break_to)
        } else {
            t_string!(i18n, head.sessions.without_break).to_owned()
        }
    };
    let whom = move || {
        let office = rekam.office();
        let names = kelurahan.iter();
        let names = names.map(|code| words::kelurahan(i18n, office.as_ref(), Some(code)));
        names.collect::<Vec<_>>().join(", ")
    };
    let work = move || {
        t_string!(
            i18n,
            head.sessions.work,
            stations = stations,
            staff = staff,
            from = from_office
        )
    };
    let fact = |label: fn(I18n) -> &'static str, value: AnyView| {
        view! {
            <div class="facts__row">
                <dt>{move || label(i18n)}</dt>
                <dd>{value}</dd>
            </div>
        }
    };
    let day = move || format::day(i18n.get_locale(), date);
    view! {
        <section class="card">
            <dl class="facts">
                {fact(|i| t_string!(i, head.sessions.date), day.into_any())}
                {fact(|i| t_string!(i, head.sessions.hours), (move || span(open, close)).into_any())}
                {fact(|i| t_string!(i, head.sessions.pause), pause.into_any())}
                {fact(|i| t_string!(i, head.sessions.kelurahan), whom.into_any())}
                {fact(|i| t_string!(i, head.sessions.people), work.into_any())}
            </dl>
            {place.map(|place| view! { <MapLink place/> })}
        </section>
    }
}

fn item_words(i18n: I18n, item: Item) -> &'static str {
    match item {
        Item::Recorder => t_string!(i18n, head.sessions.recorder),
        Item::Generator => t_string!(i18n, head.sessions.generator),
        Item::Network => t_string!(i18n, head.sessions.network),
        Item::Blanko => t_string!(i18n, head.sessions.blanko),
        Item::Letter => t_string!(i18n, head.sessions.letter),
    }
}

/// What must be ready before the car leaves.
#[component]
fn Ready(session: Memo<Option<Session>>) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let sending = Sending::new();
    let line = move |item: Item| {
        let has = move || session.with(|s| s.as_ref().is_some_and(|s| s.checklist.has(item)));
        let tick = move |done: bool| {
            let Some((office, session)) =
                session.with_untracked(|s| s.as_ref().map(|s| (s.office, s.id)))
            else {
                return;
            };
            let command = Command::TickSession {
                session,
                item,
                done,
            };
            sending.send_next(rekam, office, command, |_| {});
        };
        view! {
            <label class="choice">
                <input
                    class="choice__input"
                    type="checkbox"
                    prop:checked=has
                    on:change=move |event| tick(event_target_checked(&event))
                />
                <span class="choice__title">{move || item_words(i18n, item)}</span>
            </label>
        }
    };
    view! {
        <section class="card">
            <fieldset class="field">
                <legend class="field__label card__title">{t!(i18n, head.sessions.checklist)}</legend>
                <div class="choices">{Item::ALL.map(line)}</div>
            </fieldset>
            <Sent sending/>
        </section>
    }
}

/// On the day itself: the last slot ends later. More than the law allows is said, and allowed.
#[component]
fn Longer(session: Memo<Option<Session>>) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let sending = Sending::new();
    let typed = RwSignal::new(String::new());
    let tried = RwSignal::new(false);
    let until = Memo::new(move |_| typed.with(|typed| format::parse_time(typed)));
    let close = move || session.with(|s| s.as_ref().map(|s| s.what.hours.close));
    let error = Signal::derive(move || {
        let is_later = until
            .get()
            .zip(close())
            .is_some_and(|(until, close)| until > close);
        let text = move || t_string!(i18n, head.sessions.later_than).to_owned();
        (tried.get() && !is_later).then(text)
    });
    let warning = Signal::derive(move || {
        let mut details = session.get()?.what;
        details.hours.close = until.get().filter(|until| *until > details.hours.close)?;
        let excess = workload::session(&details).err()?;
        Some(words::excess_words(i18n, excess).to_owned())
    });
    let send = move |_| {
        tried.set(true);
        let session = session.with_untracked(|s| s.as_ref().map(|s| (s.office, s.id)));
        let (Some((office, session)), Some(until), None) =
            (session, until.get_untracked(), error.get_untracked())
        else {
            return;
        };
        let command = Command::ExtendSession { session, until };
        sending.send(rekam, office, command, move |_| {
            typed.set(String::new());
            tried.set(false);
        });
    };
    view! {
        <section class="card">
            <h2 class="card__title">{t!(i18n, head.sessions.extend)}</h2>
            <TextField
                id="until"
                label=move || t_string!(i18n, head.sessions.until)
                hint=move || t_string!(i18n, head.sessions.until_hint)
                maxlength=5
                value=typed
                error
                warning
            />
            <div class="actions">
                <button class="btn btn--secondary" on:click=send>
                    <Icon name="clock"/>{t!(i18n, head.sessions.extend)}
                </button>
            </div>
            <Sent sending/>
        </section>
    }
}

#[component]
fn Cancel(session: Memo<Option<Session>>) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let sending = Sending::new();
    let (asking, tried) = (RwSignal::new(false), RwSignal::new(false));
    let reason = RwSignal::new(String::new());
    let error = Signal::derive(move || {
        let text = move || i18n.code_text("reason_missing").to_owned();
        (tried.get() && reason.with(|r| r.trim().is_empty())).then(text)
    });
    let cancel = move |_| {
        tried.set(true);
        let session = session.with_untracked(|s| s.as_ref().map(|s| (s.office, s.id)));
        let said = reason.with_untracked(|reason| reason.trim().to_owned());
        let Some((office, session)) = session.filter(|_| !said.is_empty()) else {
            return;
        };
        asking.set(false);
        let command = Command::CancelSession {
            session,
            reason: said,
        };
        sending.send(rekam, office, command, |_| {});
    };
    view! {
        <section class="stack stack--tight">
            <div class="actions">
                <button class="btn btn--danger" on:click=move |_| asking.set(true)>
                    <Icon name="close"/>{t!(i18n, head.sessions.cancel)}
                </button>
            </div>
            <Sent sending/>
            <Dialog
                id="cancel"
                open=asking
                title=move || t_string!(i18n, head.sessions.cancel_title)
                actions=move || view! {
                    <button class="btn btn--danger-solid" on:click=cancel>
                        {t!(i18n, head.sessions.cancel_yes)}
                    </button>
                    <button class="btn btn--secondary" on:click=move |_| asking.set(false)>
                        {t!(i18n, head.sessions.cancel_no)}
                    </button>
                }
            >
                <p>{t!(i18n, head.sessions.cancel_text)}</p>
                <TextField
                    id="cancel-reason"
                    label=move || t_string!(i18n, head.days.reason)
                    hint=move || t_string!(i18n, head.days.reason_hint)
                    maxlength=120
                    value=reason
                    error
                />
            </Dialog>
        </section>
    }
}
