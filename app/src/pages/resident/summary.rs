//! A booking in short: the card on the first page and the row of the list.

use super::{ticket::slot_text, wish};
use crate::{
    components::{Icon, Status, StatusBadge},
    i18n::*,
    state::use_rekam,
};
use leptos::prelude::*;
use shared::booking::{Booking, State};

/// The seat's time, or the first wish while there is none.
fn when(booking: &Booking, locale: Locale) -> Option<String> {
    let slot = booking.slot.or_else(|| booking.choices.first().copied())?;
    Some(slot_text(locale, slot))
}

/// What comes next, on top of the first page.
#[component]
pub fn NextBooking(booking: Booking) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let name = rekam.view(|view| wish::name_of(i18n, view, booking.resident));
    let href = format!("/bookings/{}", booking.id);
    let confirmed = booking.state == State::Confirmed;
    let status = Status::from(booking.state);
    view! {
        <article class="card">
            <div class="card__head">
                <h2 class="card__title">{name}</h2>
                <StatusBadge status/>
            </div>
            <p>
                <strong>
                    {
                        let booking = booking.clone();
                        move || when(&booking, i18n.get_locale())
                    }
                </strong>
            </p>
            <div class="card__foot">
                <a
                    href=href
                    class=if confirmed {
                        "btn btn--primary btn--big btn--block"
                    } else {
                        "btn btn--secondary btn--block"
                    }
                >
                    <Icon name=if confirmed { "ticket" } else { "list" }/>
                    {move || {
                        if confirmed {
                            t_string!(i18n, resident.home.open_ticket)
                        } else {
                            t_string!(i18n, resident.home.open_booking)
                        }
                    }}
                </a>
            </div>
        </article>
    }
}

/// One row of the list.
#[component]
pub fn BookingRow(booking: Booking) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let name = rekam.view(|view| wish::name_of(i18n, view, booking.resident));
    let href = format!("/bookings/{}", booking.id);
    let status = Status::from(booking.state);
    let note = move || {
        let when = when(&booking, i18n.get_locale());
        match (booking.slot, when) {
            (Some(_), Some(when)) => when,
            (None, Some(when)) => {
                t_string!(i18n, resident.bookings.wished, when = when).to_string()
            }
            (_, None) => t_string!(i18n, resident.bookings.no_time).to_string(),
        }
    };
    view! {
        <li>
            <a href=href class="row row--link">
                <span class="row__body">
                    <span class="row__title">{name}</span>
                    <span class="row__note">{note}</span>
                    <span class="row__note"><StatusBadge status/></span>
                </span>
                <span class="row__end"><Icon name="chevron-right"/></span>
            </a>
        </li>
    }
}
