//! The queue: who is called, who waits, and one touch to say how it ended.

mod guests;
mod mistake;

use self::{
    guests::{now, over, repeated, waits},
    mistake::MistakeDialog,
};
use super::{
    confirm::NotSaved,
    context::{Desk, use_desk},
    line::{Guest, Line},
    words,
};
use crate::{
    components::{EmptyState, Icon, PageHeader},
    i18n::*,
};
use leptos::{prelude::*, task::spawn_local};
use shared::{
    ids::VisitId,
    visit::{Mistake, Outcome},
};
use std::time::Duration;

/// How long a touch can be taken back in the toast; later in the list of ended visits.
const UNDO_FOR: Duration = Duration::from_secs(12);

/// What the page does, and what it says about it.
#[derive(Clone, Copy)]
struct Acts {
    i18n: I18n,
    desk: Desk,
    /// The visit closed last, with what is said of it.
    closed: RwSignal<Option<(VisitId, String)>>,
    announced: RwSignal<String>,
    failed: RwSignal<bool>,
    /// The arrival that is asked about: was it a mistake?
    mistaken: RwSignal<Option<Guest>>,
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

    fn take_back(self, visit: VisitId, reason: Mistake) {
        spawn_local(async move {
            let done = self.desk.take_back(visit, reason).await;
            self.failed.set(done.is_err());
        });
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
        mistaken: RwSignal::new(None),
    };
    let part = move |of: fn(&Line) -> &Vec<Guest>| Memo::new(move |_| line.with(|l| of(l).clone()));
    let called = part(|l| &l.called);
    let waiting = part(|l| &l.waiting);
    let unseen = part(|l| &l.unseen);
    let ended = part(|l| &l.ended);
    let repeats = part(|l| &l.repeats);
    let older = part(|l| &l.older);
    let elsewhere = part(|l| &l.elsewhere);
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
                    <Part guests=elsewhere title=move || t_string!(i18n, desk.queue.elsewhere).to_owned()>
                        <ol class="queue">
                            <For each=move || elsewhere.get() key=Guest::key let:guest>
                                {waits(acts, guest, first)}
                            </For>
                        </ol>
                    </Part>
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
            <MistakeDialog acts/>
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
