//! The ticket: what the office needs to see, in big letters, with nothing that needs a network.

use crate::{
    components::{MapLink, Place, Qr, Status, StatusBadge, format, name_of, time_of},
    i18n::*,
    state::use_rekam,
};
use leptos::prelude::*;
use shared::{
    booking::{Booking, State},
    office::Office,
    resident::Resident,
    slot::SlotStart,
};

/// The ticket of a booking that has a seat, or the plain facts of one that waits.
#[component]
pub fn Ticket(booking: Booking, place: Place) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let resident = rekam.view(|view| view.get::<Resident>(booking.resident).cloned());
    let void = matches!(booking.state, State::Cancelled | State::NoShow);
    let shows_proof = matches!(booking.state, State::Confirmed | State::Arrived);
    let state = booking.state;
    let (code, qr) = (format::code(booking.code.as_str()), booking.ticket.clone());
    let office = place.office.clone();
    let note = (state == State::Confirmed).then(|| {
        view! {
            <p class="ticket__note">{t!(i18n, resident.ticket.early)}</p>
            <MapLink place=place.clone()/>
        }
    });
    let when = match time_of(&booking) {
        Some(slot) => view! { <When place=place.clone() start=slot/> }.into_any(),
        None => view! { <Wishes choices=booking.choices/> }.into_any(),
    };
    view! {
        <article class=if void { "ticket ticket--void" } else { "ticket" }>
            <header class="ticket__head">
                <TicketHead place/>
                <StatusBadge status=Status::from(state)/>
            </header>
            <div class="ticket__when">{when}{note}</div>
            {shows_proof.then(|| view! { <Proof code qr/> })}
            {resident.map(|resident| view! {
                <div class="ticket__person">
                    <dl class="facts"><Person resident office/></dl>
                </div>
            })}
        </article>
    }
}

/// Where to come; in a village also whose session it is.
#[component]
pub fn TicketHead(place: Place) -> impl IntoView {
    let i18n = use_i18n();
    let zone = place.office.zone.label();
    let below = match place.session {
        Some(_) => format!("{} · {zone}", place.office.name),
        None => zone.to_owned(),
    };
    view! {
        <p class="ticket__office">
            {move || place.name(i18n)}
            <span class="ticket__place">{below}</span>
        </p>
    }
}

/// The day and the hour.
#[component]
pub fn When(place: Place, start: SlotStart) -> impl IntoView {
    let i18n = use_i18n();
    let minutes = place.minutes(start);
    view! {
        <p class="ticket__day">{move || format::day(i18n.get_locale(), start.date())}</p>
        <p class="ticket__time">{move || format::span(i18n.get_locale(), start, minutes)}</p>
    }
}

#[component]
fn Wishes(choices: Vec<SlotStart>) -> impl IntoView {
    let i18n = use_i18n();
    let several = choices.len() > 1;
    let wishes = choices.into_iter().zip(1..).map(|(slot, n)| {
        let number = several.then(|| format!("{n}. "));
        let text = move || slot_text(i18n.get_locale(), slot);
        view! { <p class="ticket__day">{number}{text}</p> }
    });
    view! {
        <p class="ticket__note">{t!(i18n, resident.ticket.wished)}</p>
        {wishes.collect_view()}
    }
}

#[component]
fn Proof(code: String, qr: Option<String>) -> impl IntoView {
    let i18n = use_i18n();
    let has_qr = qr.is_some();
    let label = {
        let code = code.clone();
        Signal::derive(move || {
            t_string!(i18n, resident.ticket.qr_label, code = code.clone()).to_string()
        })
    };
    view! {
        <div class="ticket__tear"></div>
        <div class="ticket__proof">
            {qr.map(|text| view! { <div class="ticket__qr"><Qr text label/></div> })}
            <div>
                <p class="ticket__codelabel">{t!(i18n, resident.ticket.code)}</p>
                <p class="ticket__code">{code}</p>
                {(!has_qr)
                    .then(|| view! { <p class="small soft">{t!(i18n, resident.ticket.no_qr_text)}</p> })}
            </div>
        </div>
    }
}

/// Whose it is, for the facts of a ticket.
#[component]
pub fn Person(resident: Resident, office: Office) -> impl IntoView {
    let i18n = use_i18n();
    let nik = resident
        .nik
        .as_ref()
        .map(|nik| nik.masked())
        .or(resident.nik_masked.clone());
    let kelurahan = resident
        .kelurahan
        .as_ref()
        .and_then(|code| office.kelurahan(code))
        .map(|k| k.name.clone());
    view! {
        <div class="facts__row">
            <dt>{t!(i18n, resident.ticket.name)}</dt>
            <dd>{move || name_of(i18n, &resident)}</dd>
        </div>
        {nik.map(|nik| view! {
            <div class="facts__row">
                <dt>{t!(i18n, resident.ticket.nik)}</dt>
                <dd class="num">{nik}</dd>
            </div>
        })}
        {kelurahan.map(|name| view! {
            <div class="facts__row">
                <dt>{t!(i18n, resident.ticket.kelurahan)}</dt>
                <dd>{name}</dd>
            </div>
        })}
    }
}

/// "Senin, 1 Desember 2026, 08.30".
#[must_use]
pub fn slot_text(locale: Locale, slot: SlotStart) -> String {
    let time = format::time(locale, slot.local().time());
    format!("{}, {time}", format::day(locale, slot.date()))
}
