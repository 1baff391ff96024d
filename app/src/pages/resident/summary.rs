//! A booking in short: the card on the first page and the row of the list.

use super::{offer::OfferBody, ticket::slot_text, wish};
use crate::{
    components::{Icon, Place, Status, StatusBadge, time_of},
    i18n::*,
    state::use_rekam,
};
use leptos::prelude::*;
use shared::booking::{Booking, State};

/// The seat's time, and its place where that is no office; or the first wish while there is none. A
/// time that the office took away is not shown.
fn when(booking: &Booking, i18n: I18n) -> Option<String> {
    let seat = time_of(booking);
    if seat.is_none()
        && matches!(
            booking.state,
            State::Offered | State::Unplaced | State::Expired
        )
    {
        return None;
    }
    let slot = seat.or_else(|| booking.choices.first().copied())?;
    let when = slot_text(i18n.get_locale(), slot);
    let rekam = use_rekam();
    let office = rekam.office_by_id(booking.office)?;
    let place = rekam.view(|view| Place::find(view, &office, booking.session));
    let place = place.elsewhere(i18n);
    Some(match place {
        Some(place) => format!("{when}, {place}"),
        None => when,
    })
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
    let offer = rekam
        .office_by_id(booking.office)
        .filter(|_| booking.state == State::Offered)
        .map(|office| view! { <OfferBody booking=booking.clone() office/> });
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
                        move || when(&booking, i18n)
                    }
                </strong>
            </p>
            {offer}
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
        let when = when(&booking, i18n);
        match (time_of(&booking), when) {
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
