//! People in the queue, one by one, with the touches that fit where they are in it.

use super::Acts;
use crate::{
    components::{Icon, Status, StatusBadge},
    i18n::*,
    pages::desk::{
        confirm::Fate,
        line::{Guest, Unseen},
        words,
    },
};
use chrono::TimeDelta;
use leptos::prelude::*;
use shared::{
    ids::VisitId,
    visit::{Outcome, Reason, State},
};

/// Somebody who is called, with the touches that end it.
pub(super) fn now(acts: Acts, guest: Guest) -> impl IntoView {
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
pub(super) fn waits(acts: Acts, guest: Guest, first: Memo<Option<VisitId>>) -> impl IntoView {
    let i18n = acts.i18n;
    let (visit, priority, unseen) = (guest.visit, guest.priority, guest.unseen);
    let name = guest.person.name.clone();
    let note = note(acts, &guest);
    let waited = waited(acts, &guest);
    let (to_call, to_close, mistaken) = (guest.clone(), guest.clone(), guest.clone());
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
                <button class="btn btn--quiet" type="button" on:click=move |_| acts.mistaken.set(Some(mistaken.clone()))>
                    {t!(i18n, desk.queue.mistake)}
                </button>
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
pub(super) fn over(acts: Acts, guest: Guest) -> impl IntoView {
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
pub(super) fn repeated(i18n: I18n, guest: Guest) -> impl IntoView {
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
