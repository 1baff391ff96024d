//! The appointment as a calendar file, made on the phone.

use crate::{
    components::{Icon, Place, bring_words, format},
    i18n::*,
};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use leptos::prelude::*;
use shared::{booking::Booking, slot::SlotStart};

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
        let entry = Entry {
            uid: booking.id.to_string(),
            made: booking.requested_at,
            title: title.to_string(),
            text: text.to_string(),
            location: place.name(i18n),
        };
        let file = entry.file(slot, &place);
        let encoded = String::from(js_sys::encode_uri_component(&file));
        Some(format!("data:text/calendar;charset=utf-8,{encoded}"))
    };
    view! {
        <a class="btn btn--secondary" download="rekam.ics" href=href>
            <Icon name="calendar"/>{t!(i18n, resident.ticket.calendar)}
        </a>
    }
}

struct Entry {
    uid: String,
    made: DateTime<Utc>,
    title: String,
    text: String,
    location: String,
}

impl Entry {
    /// RFC 5545, times in UTC.
    fn file(&self, slot: SlotStart, place: &Place) -> String {
        let starts = place.office.starts(slot);
        let ends = starts + TimeDelta::minutes(place.minutes(slot).into());
        [
            "BEGIN:VCALENDAR".to_owned(),
            "VERSION:2.0".to_owned(),
            "PRODID:-//Rekam//EN".to_owned(),
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}@rekam", self.uid),
            format!("DTSTAMP:{}", utc(self.made)),
            format!("DTSTART:{}", utc(starts)),
            format!("DTEND:{}", utc(ends)),
            format!("SUMMARY:{}", escaped(&self.title)),
            format!("LOCATION:{}", escaped(&self.location)),
            format!("DESCRIPTION:{}", escaped(&self.text)),
            "END:VEVENT".to_owned(),
            "END:VCALENDAR".to_owned(),
        ]
        .map(|line| line + "\r\n")
        .concat()
    }
}

/// `20261201T003000Z`
fn utc(at: DateTime<Utc>) -> String {
    let plain = at.to_rfc3339_opts(SecondsFormat::Secs, true);
    plain.replace(['-', ':'], "")
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace(',', "\\,")
        .replace(';', "\\;")
}
