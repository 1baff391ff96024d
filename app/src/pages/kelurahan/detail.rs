//! One resident: the invitation, the appointment, and what staff may do for somebody without a
//! phone. `/kelurahan/residents/new` takes in somebody who is not on the list.

use super::{
    book_for::{BookFor, Purpose},
    claim_code,
    delivery::DeliveryCard,
    newcomer::Newcomer,
    person::PersonCard,
    review::ReviewCard,
    roll::{self, Entry},
};
use crate::router::use_router;
use crate::{
    components::{
        Dialog, EmptyState, Icon, Notice, OpTrack, PageHeader, Status, StatusBadge, Tone, format,
        home_of, name_of,
    },
    i18n::*,
    state::use_rekam,
};
use leptos::{prelude::*, task::spawn_local};
use shared::{
    booking::{Booking, State},
    client::QueuedOp,
    command::{Applicant, Command},
    ids::ResidentId,
    office::Office,
    slot::SlotStart,
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
                    <History entry/>
                </div>
            </div>
        </div>
    }
}

/// What the appointment card is doing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Look,
    Book,
    Move,
}

/// "Senin, 23 November 2026, 08.30–09.30 WIB".
fn words(i18n: I18n, office: &Office, start: SlotStart) -> String {
    let locale = i18n.get_locale();
    let minutes = office.slot(start).map_or(60, |plan| plan.minutes);
    let hours = format::span_zone(locale, start, minutes, office.zone);
    format!("{}, {hours}", format::day(locale, start.date()))
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

/// The appointment there is, and what can be done with it.
#[component]
fn Booked(booking: Booking, entry: Memo<Option<Entry>>, step: RwSignal<Step>) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let router = use_router();
    let asking = RwSignal::new(false);
    let (id, office_id) = (booking.id, booking.office);
    let to_renew = StoredValue::new(booking.clone());
    let name = move || {
        entry.with(|e| {
            e.as_ref()
                .map(|e| e.resident.name.as_str().to_owned())
                .unwrap_or_default()
        })
    };
    let state = booking.state;
    let movable = matches!(
        state,
        State::Confirmed | State::Waitlisted | State::Offered | State::Unplaced | State::NoShow
    );
    let cancellable = matches!(
        state,
        State::Confirmed | State::Waitlisted | State::Requested { .. }
    );
    let times: Vec<SlotStart> = match booking.slot {
        Some(slot) => vec![slot],
        None => booking.choices.clone(),
    };
    let when = move || {
        let office = rekam.office()?;
        let lines: Vec<String> = times
            .iter()
            .map(|start| words(i18n, &office, *start))
            .collect();
        Some(
            lines
                .into_iter()
                .map(|line| view! { <p>{line}</p> })
                .collect_view(),
        )
    };
    let sure = booking.slot.is_some();
    let cancel = move |_| {
        asking.set(false);
        spawn_local(async move {
            let _ = rekam
                .append(office_id, Command::CancelBooking { booking: id })
                .await;
        });
    };
    let new_slip = move |_| {
        spawn_local(async move {
            let renewed = to_renew.get_value();
            if claim_code::renew(rekam, &renewed).await.is_some() {
                router.go(&format!("/kelurahan/slip/{id}"));
            }
        });
    };
    view! {
        <dl class="facts">
            <div class="facts__row">
                <dt>
                    {move || if sure {
                        t_string!(i18n, kelurahan.detail.when)
                    } else {
                        t_string!(i18n, kelurahan.detail.asked_for)
                    }}
                </dt>
                <dd>{when}</dd>
            </div>
            <div class="facts__row">
                <dt>{t!(i18n, kelurahan.detail.code)}</dt>
                <dd class="num">{format::code(booking.code.as_str())}</dd>
            </div>
        </dl>
        {match state {
            State::Requested { review: true } => {
                view! { <ReviewCard office=office_id booking=id/> }.into_any()
            }
            State::Requested { review: false } => {
                view! { <Notice text=move || t_string!(i18n, kelurahan.detail.requested_note)/> }.into_any()
            }
            State::Waitlisted => {
                view! { <Notice text=move || t_string!(i18n, kelurahan.detail.waitlisted_note)/> }.into_any()
            }
            _ => ().into_any(),
        }}
        <div class="actions">
            {cancellable.then(|| view! {
                <a class="btn btn--primary" href=format!("/kelurahan/slip/{id}")>
                    <Icon name="printer"/>
                    {t!(i18n, kelurahan.detail.slip)}
                </a>
            })}
            {movable.then(|| view! {
                <button class="btn btn--secondary" on:click=move |_| step.set(Step::Move)>
                    <Icon name="edit"/>
                    {t!(i18n, kelurahan.detail.change)}
                </button>
            })}
            {cancellable.then(|| view! {
                <button class="btn btn--danger" on:click=move |_| asking.set(true)>
                    <Icon name="close"/>
                    {t!(i18n, kelurahan.detail.cancel)}
                </button>
            })}
        </div>
        {cancellable.then(|| view! {
            <div class="card__foot">
                <button class="btn btn--quiet" on:click=new_slip>
                    <Icon name="document"/>
                    {t!(i18n, kelurahan.detail.new_slip)}
                </button>
                <span class="soft small">{t!(i18n, kelurahan.detail.new_slip_text)}</span>
            </div>
        })}
        <Dialog
            id="cancel"
            open=asking
            title=move || t_string!(i18n, kelurahan.detail.cancel_title, name = name())
            actions=move || view! {
                <button class="btn btn--danger-solid" on:click=cancel>
                    {t!(i18n, kelurahan.detail.cancel_yes)}
                </button>
                <button class="btn btn--secondary" on:click=move |_| asking.set(false)>
                    {t!(i18n, kelurahan.detail.cancel_no)}
                </button>
            }
        >
            <p>{t!(i18n, kelurahan.detail.cancel_text)}</p>
        </Dialog>
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
        let when = move || Some(words(i18n, &rekam.office()?, slot?));
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
