//! The ticket: what the office needs to see, in big letters, with nothing that needs a network.

use crate::{
    components::{Qr, Status, StatusBadge, format, name_of},
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
pub fn Ticket(booking: Booking, office: Office) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let resident = rekam.view(|view| view.get::<Resident>(booking.resident).cloned());
    let void = matches!(booking.state, State::Cancelled | State::NoShow);
    let shows_proof = matches!(booking.state, State::Confirmed | State::Arrived);
    let state = booking.state;
    let (code, qr) = (format::code(booking.code.as_str()), booking.ticket.clone());
    let when = {
        let (booking, office) = (booking.clone(), office.clone());
        move || {
            When {
                booking: &booking,
                office: &office,
            }
            .show(i18n)
        }
    };
    view! {
        <article class=if void { "ticket ticket--void" } else { "ticket" }>
            <header class="ticket__head">
                <p class="ticket__office">
                    {office.name.clone()}
                    <span class="ticket__place">{office.zone.label()}</span>
                </p>
                <StatusBadge status=Status::from(state)/>
            </header>
            {when}
            {shows_proof.then(|| view! { <Proof code qr/> })}
            {resident.map(|resident| view! {
                <div class="ticket__person">
                    <dl class="facts"><Person resident office/></dl>
                </div>
            })}
        </article>
    }
}

struct When<'a> {
    booking: &'a Booking,
    office: &'a Office,
}

impl When<'_> {
    fn show(&self, i18n: I18n) -> AnyView {
        let locale = i18n.get_locale();
        let Some(slot) = self.booking.slot else {
            return self.wishes(i18n);
        };
        let minutes = self.office.slot(slot).map(|plan| plan.minutes);
        let note = (self.booking.state == State::Confirmed).then(|| {
            view! { <p class="ticket__note">{t!(i18n, resident.ticket.early)}</p> }
        });
        view! {
            <div class="ticket__when">
                <p class="ticket__day">{format::day(locale, slot.date())}</p>
                <p class="ticket__time">
                    {format::span(locale, slot, minutes.unwrap_or(60))}
                </p>
                {note}
            </div>
        }
        .into_any()
    }

    fn wishes(&self, i18n: I18n) -> AnyView {
        let locale = i18n.get_locale();
        let several = self.booking.choices.len() > 1;
        let wishes = self.booking.choices.iter().enumerate().map(|(n, slot)| {
            let number = several.then(|| format!("{}. ", n + 1));
            view! { <p class="ticket__day">{number}{slot_text(locale, *slot)}</p> }
        });
        view! {
            <div class="ticket__when">
                <p class="ticket__note">{t!(i18n, resident.ticket.wished)}</p>
                {wishes.collect_view()}
            </div>
        }
        .into_any()
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

#[component]
fn Person(resident: Resident, office: Office) -> impl IntoView {
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
