//! Short words that several of the desk's pages say.

use crate::{components::format, i18n::*};
use chrono::{DateTime, NaiveDate, Utc};
use shared::{office::Office, slot::SlotStart, visit};

pub fn slot_time(i18n: I18n, slot: SlotStart) -> String {
    format::time(i18n.get_locale(), slot.local().time())
}

pub fn local_time(i18n: I18n, office: &Office, at: DateTime<Utc>) -> String {
    format::time(i18n.get_locale(), office.zone.local(at).time())
}

pub fn date(i18n: I18n, day: NaiveDate) -> String {
    format::day(i18n.get_locale(), day)
}

/// What is said where the tablet does not know the name.
pub fn name_or(i18n: I18n, name: Option<&String>) -> String {
    name.cloned()
        .unwrap_or_else(|| t_string!(i18n, desk.person.no_name).to_owned())
}

pub fn outcome(i18n: I18n, state: visit::State) -> &'static str {
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
        State::TakenBack { .. } => t_string!(i18n, desk.queue.taken_back),
    }
}
