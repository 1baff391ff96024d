//! The appointment as a calendar file, made on the phone.

use crate::{
    components::{Icon, Place, bring_words, format},
    i18n::*,
};
use chrono::TimeDelta;
use leptos::prelude::*;
use shared::{appointment::Appointment, booking::Booking};

/// A link that hands the appointment to the phone's calendar.
#[component]
pub fn CalendarLink(booking: Booking, place: Place) -> impl IntoView {
    let i18n = use_i18n();
    let href = move || {
        let slot = booking.slot?;
        let title = t_string!(
            i18n,
            resident.ticket.calendar_title,
            office = place.office.name
        );
        let code = format::code(booking.code.as_str());
        let papers = bring_words(i18n, &place.office).join(", ");
        let text = t_string!(
            i18n,
            resident.ticket.calendar_text,
            papers = papers,
            code = code
        );
        let starts = place.office.starts(slot);
        let appointment = Appointment {
            starts,
            ends: starts + TimeDelta::minutes(place.minutes(slot).into()),
            title: title.to_string(),
            text: text.to_string(),
            location: place.name(i18n),
        };
        let file = appointment.file(&booking);
        let encoded = String::from(js_sys::encode_uri_component(&file));
        Some(format!("data:text/calendar;charset=utf-8,{encoded}"))
    };
    view! {
        <a class="btn btn--secondary" download="rekam.ics" href=href>
            <Icon name="calendar"/>{t!(i18n, resident.ticket.calendar)}
        </a>
    }
}
