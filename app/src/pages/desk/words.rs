//! Short words that several of the desk's pages say.

use crate::i18n::*;
use chrono::{DateTime, NaiveDateTime, Timelike, Utc};
use leptos::prelude::*;
use shared::{office::Office, slot::SlotStart, visit};

/// `08.30`, as Indonesian clocks are written.
pub fn clock(at: NaiveDateTime) -> String {
    format!("{:02}.{:02}", at.hour(), at.minute())
}

pub fn slot_time(slot: SlotStart) -> String {
    clock(slot.local())
}

pub fn local_time(office: &Office, at: DateTime<Utc>) -> String {
    clock(office.zone.local(at))
}

/// What is said where the tablet does not know the name.
pub fn name_or(i18n: I18nContext<Locale>, name: Option<&String>) -> String {
    name.cloned()
        .unwrap_or_else(|| t_string!(i18n, desk.person.no_name).to_owned())
}

pub fn outcome(i18n: I18nContext<Locale>, state: visit::State) -> &'static str {
    use visit::{Reason, State};
    match state {
        State::Recorded => t_string!(i18n, desk.queue.recorded),
        State::NotRecorded { reason } => match reason {
            Reason::Document => t_string!(i18n, desk.queue.document),
            Reason::Device => t_string!(i18n, desk.queue.device),
            Reason::Network => t_string!(i18n, desk.queue.network),
        },
        State::Left => t_string!(i18n, desk.queue.left),
        State::Waiting | State::Called => t_string!(i18n, desk.queue.back),
    }
}
