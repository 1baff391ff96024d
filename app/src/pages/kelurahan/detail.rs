//! One resident: the invitation, the appointment, and what staff may do for somebody without a
//! phone. `/kelurahan/residents/new` takes in somebody who is not on the list.

use super::{
    book_for::{BookFor, Purpose},
    booked::{Booked, words},
    delivery::DeliveryCard,
    newcomer::Newcomer,
    person::PersonCard,
    phones::PhonesCard,
    roll::{self, Entry},
};
use crate::router::use_router;
use crate::{
    components::{
        EmptyState, Icon, Notice, OpTrack, PageHeader, Place, Status, StatusBadge, Tone, format,
        home_of, name_of,
    },
    i18n::*,
    state::use_rekam,
};
use leptos::prelude::*;
use shared::{
    booking::{Booking, State},
    client::QueuedOp,
    command::{Applicant, Command},
    ids::ResidentId,
};

/// The address of the form for somebody new.
const NEW: &str = "new";

#[component]
pub fn ResidentDetail() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let id = use_router().rest("/kelurahan/residents/");
    let entry = Memo::new(move |_| {
        let id: ResidentId = id.get().parse().ok()?;
        rekam.view(|world| roll::find(world, id))
    });
    let exists = Memo::new(move |_| entry.with(Option::is_some));
    move || {
        if id.get() == NEW {
            return view! { <Newcomer/> }.into_any();
        }
        if exists.get() {
            return view! { <Known entry/> }.into_any();
        }
        view! {
            <div class="page page--narrow">
                <EmptyState
                    icon="search"
                    title=move || t_string!(i18n, kelurahan.detail.missing_title)
                    text=move || t_string!(i18n, kelurahan.detail.missing_text)
                >
                    <a class="btn btn--secondary" href="/kelurahan">{t!(i18n, kelurahan.detail.back)}</a>
                </EmptyState>
            </div>
        }
        .into_any()
    }
}

#[component]
fn Known(entry: Memo<Option<Entry>>) -> impl IntoView {
    let i18n = use_i18n();
    let name = move || {
        entry.with(|e| {
            e.as_ref()
                .map(|e| name_of(i18n, &e.resident))
                .unwrap_or_default()
        })
    };
    // Desk and heads come from pages of their own.
    let back = untrack(|| home_of(use_rekam().who().role));
    view! {
        <div class="page page--wide">
            <PageHeader title=name back/>
            <div class="split split--side">
                <div class="stack">
                    <Appointment entry/>
                    <DeliveryCard entry/>
                    <LatestOp entry/>
                </div>
                <div class="stack">
                    {move || entry.get().map(|entry| view! { <PersonCard entry/> })}
                    <PhonesCard entry/>
                    <History entry/>
                </div>
            </div>
        </div>
    }
}

/// What the appointment card is doing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Look,
    Book,
    Move,
}

#[component]
fn Appointment(entry: Memo<Option<Entry>>) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let step = RwSignal::new(Step::Look);
    let active = Memo::new(move |_| {
        let entry = entry.get()?;
        entry
            .booking
            .filter(|b| b.state.is_active() || b.state == State::NoShow)
    });
    let recorded_on = move || entry.with(|e| e.as_ref()?.resident.recorded_on);
    let done = move || entry.with(|e| e.as_ref().is_some_and(Entry::is_recorded));
    let may_book =
        move || !done() && active.with(|b| b.as_ref().is_none_or(|b| b.state == State::NoShow));
    let chooser = move || {
        let entry = entry.get()?;
        let office = rekam.office()?;
        let purpose = match (step.get(), &entry.booking) {
            (Step::Look, _) => return None,
            (Step::Move, Some(booking)) => Purpose::Move(booking.id),
            _ => Purpose::Book(Applicant::Known(entry.id())),
        };
        let name = entry.resident.name.as_str().to_owned();
        let back = Callback::new(move |()| step.set(Step::Look));
        Some(view! { <BookFor office name purpose on_done=back on_cancel=back/> })
    };
    let looking = Memo::new(move |_| step.get() == Step::Look);
    view! {
        <Show when=move || !looking.get()>
            // Rows that arrive meanwhile must not throw away what is being chosen.
            {untrack(chooser)}
        </Show>
        <Show when=move || looking.get()>
            <section class="card">
                <div class="card__head">
                    <h2 class="card__title">{t!(i18n, kelurahan.detail.booking)}</h2>
                    {move || active.get().map(|b| view! { <StatusBadge status=Status::from(b.state)/> })}
                </div>
                {move || done().then(|| view! {
                    <Notice
                        tone=Tone::Success
                        title=move || t_string!(i18n, kelurahan.detail.recorded_title)
                        text=move || {
                            let date = recorded_on().map(|d| format::date(i18n.get_locale(), d));
                            t_string!(i18n, kelurahan.detail.recorded_text, date = date.unwrap_or_default())
                        }
                    />
                })}
                {move || active.get().map(|booking| view! { <Booked booking entry step/> })}
                <Show when=may_book>
                    <p>{t!(i18n, kelurahan.detail.book_text)}</p>
                    <div class="actions">
                        <button class="btn btn--primary btn--big" on:click=move |_| step.set(Step::Book)>
                            <Icon name="calendar"/>
                            {t!(i18n, kelurahan.detail.book)}
                        </button>
                    </div>
                </Show>
            </section>
        </Show>
    }
}

/// What became of the latest change made here about this person.
#[component]
fn LatestOp(entry: Memo<Option<Entry>>) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let op = Memo::new(move |_| {
        let entry = entry.get()?;
        rekam.ops(|ops| ops.values().rev().find(|op| is_about(op, &entry)).cloned())
    });
    move || {
        op.get().map(|_| {
            view! {
                <div>
                    <p class="soft small">{t!(i18n, kelurahan.detail.last_change)}</p>
                    <OpTrack op/>
                </div>
            }
        })
    }
}

fn is_about(op: &QueuedOp, entry: &Entry) -> bool {
    let booking = entry.booking.as_ref().map(|b| b.id);
    let invitation = entry.invitation.as_ref().map(|i| i.id);
    match op.envelope.command() {
        Ok(Command::RequestBooking(wish)) => {
            wish.who == Applicant::Known(entry.id())
                || booking.is_some_and(|id| id.0 == op.envelope.op_id.derive(1))
        }
        Ok(Command::RescheduleBooking(wish)) => Some(wish.booking) == booking,
        Ok(Command::CancelBooking { booking: id } | Command::ReviewRequest { booking: id, .. }) => {
            Some(id) == booking
        }
        Ok(Command::IssueSlip { resident, .. }) => resident == entry.id(),
        Ok(Command::RecordDelivery { invitation: id, .. }) => Some(id) == invitation,
        _ => false,
    }
}

/// Appointments before this one.
#[component]
fn History(entry: Memo<Option<Entry>>) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let past = Memo::new(move |_| {
        let id = entry.with(|e| e.as_ref().map(Entry::id))?;
        let mut all: Vec<Booking> = rekam.view(|world| {
            world
                .all::<Booking>()
                .filter(|b| b.resident == id)
                .cloned()
                .collect()
        });
        all.sort_by_key(|b| std::cmp::Reverse(b.requested_at));
        Some(all)
    });
    let line = move |booking: Booking| {
        let slot = booking.slot.or_else(|| booking.choices.first().copied());
        let session = booking.session;
        let when = move || {
            let office = rekam.office()?;
            let place = rekam.view(|world| Place::find(world, &office, session));
            Some(words(i18n, &place, slot?))
        };
        let asked = move || {
            let zone = rekam.office()?.zone;
            let when = format::moment(i18n.get_locale(), booking.requested_at, rekam.now(), zone);
            Some(t_string!(i18n, kelurahan.detail.asked_on, when = when))
        };
        view! {
            <li class="row">
                <span class="row__body">
                    <span class="row__title">{when}</span>
                    <span class="row__note">{asked}</span>
                    <span><StatusBadge status=Status::from(booking.state)/></span>
                </span>
            </li>
        }
    };
    view! {
        <section class="stack stack--tight">
            <h2 class="card__title">{t!(i18n, kelurahan.detail.history)}</h2>
            {move || match past.get().filter(|all| !all.is_empty()) {
                Some(all) => {
                    view! { <ul class="list list--card">{all.into_iter().map(line).collect_view()}</ul> }.into_any()
                }
                None => {
                    view! { <p class="soft">{t!(i18n, kelurahan.detail.history_none)}</p> }.into_any()
                }
            }}
        </section>
    }
}
