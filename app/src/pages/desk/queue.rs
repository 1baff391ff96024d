//! The queue: who is called, who waits, and one touch to say how it ended.

use super::{
    confirm::{Fate, NotSaved},
    context::{Desk, use_desk},
    line::{Guest, Line, Unseen},
    words,
};
use crate::{
    components::{EmptyState, Icon, PageHeader},
    i18n::*,
};
use chrono::TimeDelta;
use leptos::{prelude::*, task::spawn_local};
use leptos_i18n::I18nContext;
use shared::{
    ids::VisitId,
    visit::{Outcome, Reason, State},
};
use std::time::Duration;

/// How long a touch can be taken back in the toast; later in the list of ended visits.
const UNDO_FOR: Duration = Duration::from_secs(12);

/// What the page does, and what it says about it.
#[derive(Clone, Copy)]
struct Acts {
    i18n: I18nContext<Locale>,
    desk: Desk,
    /// The visit closed last, with what is said of it.
    closed: RwSignal<Option<(VisitId, String)>>,
    announced: RwSignal<String>,
    failed: RwSignal<bool>,
}

impl Acts {
    fn call(self, guest: &Guest) {
        let (i18n, visit, number) = (self.i18n, guest.visit, guest.number.clone());
        let name = words::name_or(i18n, guest.person.name.as_ref());
        spawn_local(async move {
            let done = self.desk.call(visit).await;
            if done.is_ok() {
                let said = t_string!(
                    i18n,
                    desk.queue.called_announce,
                    number = number,
                    name = name
                );
                self.announced.set(said);
            }
            self.failed.set(done.is_err());
        });
    }

    fn close(self, guest: &Guest, outcome: Outcome) {
        let (i18n, visit, number) = (self.i18n, guest.visit, guest.number.clone());
        let name = words::name_or(i18n, guest.person.name.as_ref());
        spawn_local(async move {
            let done = self.desk.close(visit, outcome).await;
            if done.is_ok() {
                let outcome = words::outcome(i18n, outcome.into());
                let (number, name) = (number.as_str(), name.as_str());
                let said = t_string!(
                    i18n,
                    desk.queue.closed_as,
                    number = number,
                    name = name,
                    outcome = outcome
                );
                self.offer_undo(visit, said);
            }
            self.failed.set(done.is_err());
        });
    }

    fn offer_undo(self, visit: VisitId, said: String) {
        self.closed.set(Some((visit, said)));
        set_timeout(
            move || {
                let same = |closed: &Option<(VisitId, String)>| {
                    closed.as_ref().is_some_and(|(id, _)| *id == visit)
                };
                if self.closed.try_with_untracked(same) == Some(true) {
                    self.closed.set(None);
                }
            },
            UNDO_FOR,
        );
    }

    fn reopen(self, visit: VisitId) {
        self.closed.set(None);
        spawn_local(async move {
            let done = self.desk.reopen(visit).await;
            self.failed.set(done.is_err());
        });
    }
}

#[component]
pub fn Queue() -> impl IntoView {
    let i18n = use_i18n();
    let desk = use_desk();
    let line = desk.line();
    let acts = Acts {
        i18n,
        desk,
        closed: RwSignal::new(None),
        announced: RwSignal::new(String::new()),
        failed: RwSignal::new(false),
    };
    let part = move |of: fn(&Line) -> &Vec<Guest>| Memo::new(move |_| line.with(|l| of(l).clone()));
    let called = part(|l| &l.called);
    let waiting = part(|l| &l.waiting);
    let unseen = part(|l| &l.unseen);
    let ended = part(|l| &l.ended);
    let repeats = part(|l| &l.repeats);
    let older = part(|l| &l.older);
    let first = Memo::new(move |_| waiting.with(|w| w.first().map(|g| g.visit)));
    view! {
        <div class="page page--wide">
            <PageHeader title=move || t_string!(i18n, desk.queue.title)/>
            <p class="visually-hidden" role="status" aria-live="assertive">{acts.announced}</p>
            <Show when=move || acts.failed.get()><NotSaved/></Show>
            <div class="board">
                <div class="stack">
                    <For each=move || called.get() key=Guest::key let:guest>
                        {now(acts, guest)}
                    </For>
                    <h2>
                        {move || {
                            let count = waiting.with(Vec::len) + unseen.with(Vec::len);
                            t_string!(i18n, desk.queue.waiting, count = count)
                        }}
                    </h2>
                    <ol class="queue">
                        <For each=move || waiting.get() key=Guest::key let:guest>
                            {waits(acts, guest, first)}
                        </For>
                        <For each=move || unseen.get() key=Guest::key let:guest>
                            {waits(acts, guest, first)}
                        </For>
                    </ol>
                    <Show when=move || waiting.with(Vec::is_empty) && unseen.with(Vec::is_empty)>
                        <EmptyState
                            icon="list"
                            title=move || t_string!(i18n, desk.queue.empty_title)
                            text=move || t_string!(i18n, desk.queue.empty_text)
                        />
                    </Show>
                    <Part guests=older title=move || t_string!(i18n, desk.queue.older).to_owned()>
                        <ol class="queue">
                            <For each=move || older.get() key=Guest::key let:guest>
                                {waits(acts, guest, first)}
                            </For>
                        </ol>
                    </Part>
                </div>
                <aside class="board__side stack">
                    <Part guests=repeats title=move || t_string!(i18n, desk.queue.repeats).to_owned()>
                        <ul class="list list--card">
                            <For each=move || repeats.get() key=Guest::key let:guest>
                                {repeated(i18n, guest)}
                            </For>
                        </ul>
                    </Part>
                    <Part guests=ended title=move || {
                        let count = ended.with(Vec::len);
                        t_string!(i18n, desk.queue.ended, count = count)
                    }>
                        <ul class="list list--card">
                            <For each=move || ended.get() key=Guest::key let:guest>
                                {over(acts, guest)}
                            </For>
                        </ul>
                    </Part>
                </aside>
            </div>
            <Undo acts/>
        </div>
    }
}

/// A part of the page that is only there while somebody is in it.
#[component]
fn Part(
    guests: Memo<Vec<Guest>>,
    title: impl Fn() -> String + Copy + Send + Sync + 'static,
    children: ChildrenFn,
) -> impl IntoView {
    let children = StoredValue::new(children);
    view! {
        <Show when=move || guests.with(|guests| !guests.is_empty())>
            <section class="stack">
                <h2>{title}</h2>
                {children.with_value(|children| children())}
            </section>
        </Show>
    }
}

/// Somebody who is called, with the touches that end it.
fn now(acts: Acts, guest: Guest) -> impl IntoView {
    let i18n = acts.i18n;
    let name = guest.person.name.clone();
    let note = note(acts, &guest);
    let number = guest.number.clone();
    let visit = guest.visit;
    let again = guest.clone();
    let touch = StoredValue::new(guest.clone());
    let close = move |outcome: Outcome| touch.with_value(|guest| acts.close(guest, outcome));
    let not = move |reason: Reason, icon: &'static str, text: Signal<&'static str>| {
        view! {
            <button class="outcome" type="button" on:click=move |_| close(Outcome::NotRecorded { reason })>
                <Icon name=icon/><span>{text}</span>
            </button>
        }
    };
    let number_too = number.clone();
    view! {
        <section class="stack">
            <div class="now">
                <p class="now__label">{t!(i18n, desk.queue.now)}</p>
                <div class="now__who">
                    <p class="now__number">{number}</p>
                    <p class="now__name">{move || words::name_or(i18n, name.as_ref())}</p>
                </div>
                <p class="now__note">{note}</p>
                <div class="now__actions">
                    <button class="btn btn--secondary btn--big" type="button" on:click=move |_| acts.call(&again)>
                        <Icon name="call"/>{t!(i18n, desk.queue.call_again)}
                    </button>
                    <button class="btn btn--secondary btn--big" type="button" on:click=move |_| acts.reopen(visit)>
                        <Icon name="arrow-left"/>{t!(i18n, desk.queue.back)}
                    </button>
                </div>
            </div>
            {guest.op.map(|op| view! { <p class="small"><Fate op=op/></p> })}
            <div
                class="outcomes"
                role="group"
                aria-label=move || {
                    t_string!(i18n, desk.queue.outcome, number = number_too.clone())
                }
            >
                <button class="outcome outcome--recorded" type="button" on:click=move |_| close(Outcome::Recorded)>
                    <Icon name="check-circle"/><span>{t!(i18n, desk.queue.recorded)}</span>
                </button>
                {not(Reason::Document, "document", Signal::derive(move || t_string!(i18n, desk.queue.document)))}
                {not(Reason::Device, "tablet", Signal::derive(move || t_string!(i18n, desk.queue.device)))}
                {not(Reason::Network, "offline", Signal::derive(move || t_string!(i18n, desk.queue.network)))}
                <button class="outcome" type="button" on:click=move |_| close(Outcome::Left)>
                    <Icon name="exit"/><span>{t!(i18n, desk.queue.left)}</span>
                </button>
            </div>
        </section>
    }
}

/// Somebody who waits.
fn waits(acts: Acts, guest: Guest, first: Memo<Option<VisitId>>) -> impl IntoView {
    let i18n = acts.i18n;
    let (visit, priority, unseen) = (guest.visit, guest.priority, guest.unseen);
    let name = guest.person.name.clone();
    let note = note(acts, &guest);
    let waited = waited(acts, &guest);
    let (to_call, to_close) = (guest.clone(), guest.clone());
    let is_first = move || first.get() == Some(visit);
    let title = move || match unseen {
        Some(_) => t_string!(i18n, desk.queue.pending_name).to_owned(),
        None => words::name_or(i18n, name.as_ref()),
    };
    let why = move || match unseen? {
        Unseen::ToFollow => Some(t_string!(i18n, desk.queue.pending_note)),
        Unseen::Lost => Some(t_string!(i18n, desk.queue.lost_note)),
    };
    view! {
        <li class="queue__item" class:queue__item--next=is_first class:queue__item--priority=priority>
            <span class="queue__number">{guest.number.clone()}</span>
            <div class="queue__body">
                <span class="queue__name">{title}</span>
                <span class="queue__meta">
                    {priority.then(|| view! {
                        <span class="badge badge--priority">
                            <Icon name="priority" size="s"/>{t!(i18n, desk.person.priority)}
                        </span>
                    })}
                    <span>{note}</span>
                    <span>{waited}</span>
                    {move || why().map(|why| view! { <span>{why}</span> })}
                    {guest.op.map(|op| view! { <Fate op=op/> })}
                </span>
            </div>
            <div class="queue__actions">
                <button class="btn btn--quiet" type="button" on:click=move |_| acts.close(&to_close, Outcome::Left)>
                    <Icon name="exit"/>{t!(i18n, desk.queue.left)}
                </button>
                <button
                    class="btn"
                    class:btn--primary=is_first
                    class:btn--secondary=move || !is_first()
                    type="button"
                    on:click=move |_| acts.call(&to_call)
                >
                    <Icon name="call"/>{t!(i18n, desk.queue.call)}
                </button>
            </div>
        </li>
    }
}

/// Somebody whose visit has ended, with the way back.
fn over(acts: Acts, guest: Guest) -> impl IntoView {
    use crate::components::{Status, StatusBadge};
    let i18n = acts.i18n;
    let visit = guest.visit;
    let name = guest.person.name.clone();
    let ended = guest.ended_at;
    let time = move || {
        let office = acts.desk.office.get()?;
        Some(words::local_time(i18n, &office, ended?))
    };
    let state = guest.state;
    let reason =
        move || matches!(state, State::NotRecorded { .. }).then(|| words::outcome(i18n, state));
    view! {
        <li class="row">
            <span class="row__lead row__lead--text">{guest.number.clone()}</span>
            <span class="row__body">
                <span class="row__title">{move || words::name_or(i18n, name.as_ref())}</span>
                <span class="row__note">
                    {time}" "{reason}" "<StatusBadge status=Status::from(guest.state)/>" "
                    {guest.op.map(|op| view! { <Fate op=op/> })}
                </span>
            </span>
            <span class="row__end">
                <button class="btn btn--secondary" type="button" on:click=move |_| acts.reopen(visit)>
                    {t!(i18n, desk.queue.reopen)}
                </button>
            </span>
        </li>
    }
}

/// Somebody whose arrival another tablet had taken down already: not queued again.
fn repeated(i18n: I18nContext<Locale>, guest: Guest) -> impl IntoView {
    let name = guest.person.name.clone();
    let first = guest.repeats.clone().unwrap_or_default();
    view! {
        <li class="row">
            <span class="row__lead row__lead--text">{guest.number.clone()}</span>
            <span class="row__body">
                <span class="row__title">{move || words::name_or(i18n, name.as_ref())}</span>
                <span class="row__note">
                    {move || t_string!(i18n, desk.home.other_tablet, number = first.clone())}
                </span>
            </span>
        </li>
    }
}

fn note(acts: Acts, guest: &Guest) -> impl Fn() -> String + Send + Sync + use<> {
    let i18n = acts.i18n;
    let (slot, unseen) = (guest.slot, guest.unseen.is_some());
    let kelurahan = guest.person.kelurahan.clone();
    move || {
        let when = match slot {
            Some(slot) => {
                let time = words::slot_time(i18n, slot);
                t_string!(i18n, desk.person.booked_at, time = time)
            }
            None if unseen => String::new(),
            None => t_string!(i18n, desk.person.walk_in).to_owned(),
        };
        match &kelurahan {
            Some(kelurahan) => format!("{when} · {kelurahan}"),
            None => when,
        }
    }
}

fn waited(acts: Acts, guest: &Guest) -> impl Fn() -> String + Send + Sync + use<> {
    let i18n = acts.i18n;
    let (since, day) = (guest.arrived_at, guest.day);
    move || {
        if acts.desk.today.get().is_some_and(|today| today != day) {
            let date = words::date(i18n, day);
            return t_string!(i18n, desk.queue.from_day, date = date);
        }
        let minutes = (acts.desk.rekam.now() - since)
            .max(TimeDelta::zero())
            .num_minutes();
        if minutes == 0 {
            t_string!(i18n, desk.queue.just_now).to_owned()
        } else {
            t_string!(i18n, desk.queue.waiting_for, minutes = minutes)
        }
    }
}

#[component]
fn Undo(acts: Acts) -> impl IntoView {
    let i18n = acts.i18n;
    view! {
        <div class="toasts" role="status">
            {move || acts.closed.get().map(|(visit, said)| view! {
                <div class="toast">
                    <Icon name="check"/>
                    <p class="toast__text">{said}</p>
                    <button class="btn btn--primary" type="button" on:click=move |_| acts.reopen(visit)>
                        {t!(i18n, desk.queue.undo)}
                    </button>
                </div>
            })}
        </div>
    }
}
