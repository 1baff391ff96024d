//! Where and when somebody is asked to come, in words.

use crate::{
    components::{Place, format},
    i18n::*,
};
use shared::{invitation::Proposal, office::Office, world::World};

/// A proposed place as staff say it and as it stands on paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    pub day: String,
    pub hours: String,
    pub place: String,
}

impl When {
    #[must_use]
    pub fn of(i18n: I18n, world: &World, office: &Office, proposal: &Proposal) -> Self {
        let (locale, slot) = (i18n.get_locale(), proposal.slot);
        let place = Place::find(world, office, proposal.session);
        Self {
            day: format::day(locale, slot.date()),
            hours: format::span_zone(locale, slot, place.minutes(slot), office.zone),
            place: place.name(i18n),
        }
    }

    /// "Selasa, 1 Desember 2026, 07.30–08.30 WIB, Balai Desa Sukadamai".
    #[must_use]
    pub fn line(&self) -> String {
        [self.day.as_str(), &self.hours, &self.place].join(", ")
    }
}
