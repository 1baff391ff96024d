//! Where somebody is to come: the office, or a village on the day of a mobile session.

use super::Icon;
use crate::i18n::*;
use leptos::prelude::*;
use shared::{
    booking::{Booking, State},
    ids::SessionId,
    office::Office,
    session::{Coordinates, Session},
    slot::SlotStart,
    world::World,
};

/// A place, as far as this device knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    pub office: Office,
    /// In a village; its row may not have come yet.
    pub session: Option<(SessionId, Option<Session>)>,
}

impl Place {
    #[must_use]
    pub fn find(view: &World, office: &Office, session: Option<SessionId>) -> Self {
        Self {
            office: office.clone(),
            session: session.map(|id| (id, view.get::<Session>(id).cloned())),
        }
    }

    /// The mobile session, where it is one and known.
    #[must_use]
    pub fn session(&self) -> Option<&Session> {
        self.session.as_ref()?.1.as_ref()
    }

    /// Its name in words that people there understand. Never the office's for a village.
    #[must_use]
    pub fn name(&self, i18n: I18n) -> String {
        match (&self.session, self.session()) {
            (_, Some(session)) => session.what.place.clone(),
            (Some(_), None) => t_string!(i18n, common.mobile).to_owned(),
            (None, _) => self.office.name.clone(),
        }
    }

    /// The name, where it is not simply the office.
    #[must_use]
    pub fn elsewhere(&self, i18n: I18n) -> Option<String> {
        self.session.as_ref().map(|_| self.name(i18n))
    }

    /// How long a slot lasts there.
    #[must_use]
    pub fn minutes(&self, slot: SlotStart) -> u16 {
        let plan = match self.session() {
            Some(session) => session.slot(&self.office, slot),
            None => self.office.slot(slot),
        };
        plan.map_or(60, |plan| plan.minutes)
    }
}

/// The time of a booking's seat: not one that the office took away.
#[must_use]
pub fn time_of(booking: &Booking) -> Option<SlotStart> {
    let has_day = booking.day().is_some() && booking.state != State::Expired;
    booking.slot.filter(|_| has_day)
}

/// Degrees as an address of the phone's maps.
fn map(at: Coordinates) -> String {
    let degrees = |n: i32| {
        let sign = if n < 0 { "-" } else { "" };
        let n = n.unsigned_abs();
        format!("{sign}{}.{:05}", n / 100_000, n % 100_000)
    };
    format!("geo:{},{}", degrees(at.latitude), degrees(at.longitude))
}

/// A link to the phone's maps, where the place is known that exactly.
#[component]
pub fn MapLink(place: Place) -> impl IntoView {
    let i18n = use_i18n();
    let at = place.session().and_then(|session| session.what.coordinates);
    at.map(|at| {
        view! {
            <a class="btn btn--quiet" href=map(at)>
                <Icon name="pin"/>{t!(i18n, common.map)}
            </a>
        }
    })
}
