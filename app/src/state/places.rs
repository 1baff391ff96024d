//! Offices and their free slots: asked from the server, kept with the time of the answer, and at
//! worst derived from the office's calendar.

use super::Rekam;
use crate::{
    api::{self, ApiError},
    clock,
    offline::keep,
};
use chrono::{DateTime, NaiveDate, Utc};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use shared::{ids::OfficeId, office::Office, row::Key, slot::DayOffer};

/// Of one answer.
const MOST_DAYS: usize = 45;

pub(super) const OFFICES: &str = "offices";
pub(super) const CHOSEN: &str = "office";

/// The slots of some days, and how much to trust them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotsAnswer {
    pub days: Vec<DayOffer>,
    pub as_of: DateTime<Utc>,
    /// Straight from the server.
    pub fresh: bool,
    /// `false`: derived from the calendar alone, so nothing is known of the seats.
    pub known: bool,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    days: Vec<DayOffer>,
    as_of: DateTime<Utc>,
}

impl Rekam {
    /// The office that pages are about: the account's, or the one the resident chose, or the only
    /// one.
    #[must_use]
    pub fn office(self) -> Option<Office> {
        let id = self.account().map(|account| account.office);
        let id = id.or_else(|| self.chosen.get());
        let found = id.and_then(|id| self.office_by_id(id));
        found.or_else(|| {
            self.offices.with(|offices| match offices.as_slice() {
                [only] if id.is_none() => Some(only.clone()),
                _ => None,
            })
        })
    }

    /// An office the device knows of.
    #[must_use]
    pub fn office_by_id(self, id: OfficeId) -> Option<Office> {
        self.client
            .with(|client| client.view.get::<Office>(Key::office(id)).cloned())
            .or_else(|| {
                self.offices
                    .with(|offices| offices.iter().find(|office| office.id == id).cloned())
            })
    }

    /// Offices kept from the last answer.
    #[must_use]
    pub fn known_offices(self) -> Vec<Office> {
        self.offices.get()
    }

    /// All offices.
    ///
    /// # Errors
    /// [`ApiError`] when the server does not answer and none are kept.
    pub async fn offices(self) -> Result<Vec<Office>, ApiError> {
        match self.heard(api::offices().await) {
            Ok(offices) => {
                self.learn_offices(offices.clone());
                // The list does not wait for the disk.
                let kept = offices.clone();
                leptos::task::spawn_local(async move {
                    let _ = self.noticed(keep::keep_note(OFFICES, &kept).await);
                });
                Ok(offices)
            }
            Err(error) => {
                let kept = self.offices.get_untracked();
                if kept.is_empty() {
                    Err(error)
                } else {
                    Ok(kept)
                }
            }
        }
    }

    /// The resident's choice, kept on the device.
    pub fn choose_office(self, office: OfficeId) {
        self.chosen.set(Some(office));
        leptos::task::spawn_local(async move {
            let _ = self.noticed(keep::keep_note(CHOSEN, &office).await);
        });
    }

    /// Offices are public: with them in the rows the device can judge a wish by itself.
    pub(super) fn learn_offices(self, offices: Vec<Office>) {
        if self.offices.with_untracked(|known| *known == offices) {
            return;
        }
        let around = self.around();
        let before = self.offices.get_untracked();
        self.offices.set(offices);
        self.client.update(|client| {
            // What the last list said makes room for what this one says; what was pulled stays.
            for old in &before {
                let key = Key::office(old.id);
                if client.base.get::<Office>(key) == Some(old) {
                    client.base.load(key, None);
                }
            }
            self.add_offices(client);
            client.replay(&around);
        });
    }

    pub(super) fn add_offices(self, client: &mut shared::client::Client) {
        self.offices.with_untracked(|offices| {
            for office in offices {
                let key = Key::office(office.id);
                if client.base.get::<Office>(key).is_none() {
                    client.base.load(key, Some(office.clone().into()));
                }
            }
        });
    }

    /// Free slots from the server; else the kept answer; else the calendar's, with unknown seats.
    pub async fn slots(self, office: OfficeId, from: NaiveDate, to: NaiveDate) -> SlotsAnswer {
        let note = format!("slots/{office}");
        if let Ok(days) = self.heard(api::slots(office, from, to).await) {
            let as_of = clock::now();
            let kept = Kept { days, as_of };
            let _ = self.noticed(keep::keep_note(&note, &kept).await);
            return SlotsAnswer {
                days: kept.days,
                as_of,
                fresh: true,
                known: true,
            };
        }
        let kept: Option<Kept> = keep::note(&note).await;
        if let Some(kept) = kept {
            let covers = kept.days.iter().any(|day| day.date == to);
            let days: Vec<DayOffer> = kept
                .days
                .into_iter()
                .filter(|day| (from..=to).contains(&day.date))
                .collect();
            if covers && !days.is_empty() {
                return SlotsAnswer {
                    days,
                    as_of: kept.as_of,
                    fresh: false,
                    known: true,
                };
            }
        }
        let office = untrack(|| self.office_by_id(office));
        SlotsAnswer {
            days: office.map_or_else(Vec::new, |office| derived(&office, from, to)),
            as_of: clock::now(),
            fresh: false,
            known: false,
        }
    }
}

fn derived(office: &Office, from: NaiveDate, to: NaiveDate) -> Vec<DayOffer> {
    let local = office.zone.local(clock::now());
    from.iter_days()
        .take_while(|date| *date <= to)
        .take(MOST_DAYS)
        .map(|date| office.offer(date, &[], local))
        .collect()
}
