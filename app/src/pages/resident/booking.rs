//! One booking: its ticket, and what its owner may do with it.

mod calendar;
mod change;

use super::{
    asks::{AskOnce, Question},
    home::BringList,
    standing::{self, Standing, may_rebook},
};
use crate::router::use_router;
use crate::{
    components::{Icon, Notice, PageHeader, Place, Tone},
    i18n::*,
    state::use_rekam,
};
use calendar::CalendarLink;
use change::ChangeTime;
use leptos::prelude::*;
use shared::{
    booking::{Booking, State},
    command::Command,
    ids::BookingId,
};
use standing::Known;

const CANCEL: Question = Question {
    button: keys::resident::ticket::cancel,
    title: keys::resident::ticket::cancel_title,
    text: keys::resident::ticket::cancel_text,
    yes: keys::resident::ticket::cancel_yes,
};

#[component]
pub fn BookingDetail() -> impl IntoView {
    let i18n = use_i18n();
    let named = use_router().rest("/bookings/");
    let id = Memo::new(move |_| named.read().parse::<BookingId>().ok());
    view! {
        <div class="page">
            {move || match id.get() {
                Some(id) => view! { <Detail id/> }.into_any(),
                None => {
                    let title = move || t_string!(i18n, resident.ticket.unknown_title);
                    let text = move || t_string!(i18n, resident.ticket.unknown_text);
                    view! { <Notice tone=Tone::Warning title text/> }.into_any()
                }
            }}
        </div>
    }
}

#[component]
fn Detail(id: BookingId) -> impl IntoView {
    let i18n = use_i18n();
    let known = standing::follow(id);
    let changing = RwSignal::new(false);
    // The button stands far down; what it opens, and what it leads back to, starts at the top.
    Effect::new(move |before: Option<bool>| {
        let now = changing.get();
        if before.is_some_and(|before| before != now) {
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
        now
    });
    let has_seat = move || {
        known.with(|known| {
            known
                .booking
                .as_ref()
                .is_some_and(|booking| booking.state == State::Confirmed)
        })
    };
    let title = move || {
        if has_seat() {
            t_string!(i18n, resident.ticket.title)
        } else {
            t_string!(i18n, resident.ticket.title_booking)
        }
    };
    let actions = move || {
        let Known {
            booking: Some(booking),
            place: Some(place),
            ..
        } = known.get()
        else {
            return ().into_any();
        };
        if changing.get() {
            view! { <ChangeTime booking office=place.office changing/> }.into_any()
        } else {
            view! { <Actions booking place changing/> }.into_any()
        }
    };
    view! {
        <PageHeader title back="/bookings"/>
        <Show when=move || !changing.get()>
            <Standing id/>
        </Show>
        {actions}
    }
}

/// What may be done in this state.
#[component]
fn Actions(booking: Booking, place: Place, changing: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let office = place.office.clone();
    let state = booking.state;
    let slot = booking.slot;
    let hours = office.settings.change_until_hours;
    let asks = office.clone();
    let in_time = {
        let office = office.clone();
        // Whoever the office moved has not chosen that day.
        let moved = booking.moved_by_office;
        Memo::new(move |_| moved || slot.is_none_or(|slot| office.may_change(slot, rekam.now())))
    };
    let moves = match state {
        State::Confirmed | State::Waitlisted | State::Offered | State::Unplaced => true,
        State::NoShow => rekam.view(|world| may_rebook(world, &booking)),
        _ => false,
    };
    let is_open = matches!(
        state,
        State::Confirmed
            | State::Waitlisted
            | State::Offered
            | State::Unplaced
            | State::Requested { .. }
    );
    let books_again = matches!(
        state,
        State::Cancelled | State::Rejected | State::Expired | State::Ended { recorded: false }
    );
    let is_confirmed = state == State::Confirmed;
    let may_move = move || moves && (!is_confirmed || in_time.get());
    let change_word = move || match state {
        State::Waitlisted | State::Offered | State::Unplaced => {
            t_string!(i18n, resident.ticket.waitlisted_move)
        }
        State::NoShow => t_string!(i18n, resident.ticket.rebook),
        _ => t_string!(i18n, resident.ticket.change),
    };
    let too_late_title = move || t_string!(i18n, resident.ticket.too_late_title);
    let too_late_text =
        move || t_string!(i18n, resident.ticket.too_late_text, hours = hours).to_string();
    let (id, office_id) = (booking.id, office.id);
    view! {
        <Show when=move || is_confirmed && !in_time.get()>
            <Notice title=too_late_title text=too_late_text/>
        </Show>
        {is_open.then(|| view! { <BringList office=asks/> })}
        <div class="actions">
            {is_confirmed.then(|| view! { <CalendarLink booking=booking.clone() place=place.clone()/> })}
            <Show when=may_move>
                <button
                    class=if state == State::Unplaced {
                        "btn btn--primary btn--big"
                    } else {
                        "btn btn--secondary"
                    }
                    on:click=move |_| changing.set(true)
                >
                    <Icon name="calendar"/>{change_word}
                </button>
            </Show>
            {books_again.then(|| view! {
                <a href="/book" class="btn btn--primary btn--big">
                    <Icon name="calendar"/>{t!(i18n, resident.ticket.book_again)}
                </a>
            })}
            {is_open.then(|| view! {
                <AskOnce
                    id="cancel".to_owned()
                    question=CANCEL
                    office=office_id
                    command=Command::CancelBooking { booking: id }
                />
            })}
        </div>
    }
}
