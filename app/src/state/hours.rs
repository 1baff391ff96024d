//! What time it is: the server's, as long as it was heard, and else what a clerk says.

use super::Rekam;
use crate::{
    clock,
    offline::{
        keep,
        tabs::{News, tell},
    },
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use leptos::{prelude::*, task::spawn_local};
use serde_json::json;
use shared::{
    office::Office,
    sop::{
        clock::{ClockShift, ClockState, Known},
        offline,
    },
    zone::Zone,
};
use std::cell::Cell;

thread_local! {
    /// How far the device's clock is off, as it was last heard or said.
    static KEPT: Cell<ClockShift> = Cell::new(ClockShift::default());
    /// What the device's clock showed at the last look under that shift.
    static SEEN: Cell<Option<DateTime<Utc>>> = const { Cell::new(None) };
    /// As much of it as is on the disk.
    static NOTED: Cell<Option<DateTime<Utc>>> = const { Cell::new(None) };
}

/// The note of how far the device's clock is off.
pub(super) const CLOCK: &str = "clock";
/// The note of what the device's clock last showed: a page that was closed notices a change too.
pub(super) const SEEN_AT: &str = "clock_seen";
/// So often the last look is written down.
const NOTE_EVERY: TimeDelta = TimeDelta::minutes(5);

/// Takes over what is kept of the clock.
pub(super) fn remember(shift: Option<ClockShift>, seen: Option<DateTime<Utc>>) {
    let shift = shift.unwrap_or_default();
    if SEEN.get().is_none() || KEPT.get() != shift {
        KEPT.set(shift);
        SEEN.set(seen);
        NOTED.set(seen);
        clock::set_shift(shift);
    }
}

impl Rekam {
    /// Takes over what the server says, and keeps it for the time without a network.
    pub(super) async fn hear_time(self, server: DateTime<Utc>) {
        let shift = ClockShift::heard(server, clock::own());
        if KEPT.get().gives_way_to(shift) {
            self.keep_shift(shift).await;
        }
        SEEN.set(Some(clock::own()));
        self.look_at_clock();
    }

    /// A clerk says which day it is. `false` for a day before the last contact, or on which the device could
    /// not be used without the server.
    pub async fn say_day(self, day: NaiveDate) -> bool {
        let (known, own) = (self.known(), clock::own());
        let said = self
            .offline_until()
            .and_then(|until| KEPT.get().said(day, known, until, own));
        let Some(shift) = said else { return false };
        self.keep_shift(shift).await;
        true
    }

    /// A clerk says that the device's clock is right now.
    pub async fn say_clock_is_right(self) {
        self.keep_shift(ClockShift::none_needed()).await;
    }

    /// Until when the device can be used after the last contact.
    #[must_use]
    pub fn offline_until(self) -> Option<DateTime<Utc>> {
        let contact = self.contact.get_untracked()?;
        Some(offline::until(self.staff_office().as_ref(), contact))
    }

    async fn keep_shift(self, shift: ClockShift) {
        let own = clock::own();
        KEPT.set(shift);
        SEEN.set(Some(own));
        NOTED.set(Some(own));
        self.look_at_clock();
        let notes = [(CLOCK, json!(shift)), (SEEN_AT, json!(own))];
        if self.looked(keep::keep_notes(&notes).await).is_ok() {
            tell(News::Changed);
        }
    }

    /// The office of whoever is signed in, also while its rows are hidden.
    fn staff_office(self) -> Option<Office> {
        let id = self
            .session
            .with_untracked(|session| session.account.as_ref().map(|account| account.office))?;
        untrack(|| self.office_by_id(id))
    }

    fn known(self) -> Known {
        Known {
            contact: self.contact.get_untracked(),
            seen: SEEN.get(),
            zone: self.staff_office().map_or(Zone::Wib, |office| office.zone),
        }
    }

    /// Looks at the clock: the time moves on, and a clock that somebody has set is noticed.
    pub(super) fn look_at_clock(self) {
        let own = clock::own();
        let reading = KEPT.get().read(own, self.known());
        if reading.mended {
            spawn_local(self.keep_shift(reading.shift));
        }
        clock::set_shift(reading.shift);
        if self.clock.get_untracked() != reading.state {
            self.clock.set(reading.state);
        }
        self.now.set(self.time());
        // A doubt stays until it is answered.
        if !matches!(reading.state, ClockState::Back | ClockState::Jumped) {
            SEEN.set(Some(own));
            self.note_look(own);
        }
    }

    /// Writes down what the clock shows, now and then.
    fn note_look(self, own: DateTime<Utc>) {
        let is_due = NOTED
            .get()
            .is_none_or(|noted| (own - noted).abs() >= NOTE_EVERY);
        if is_due && self.is_of_staff_untracked() {
            NOTED.set(Some(own));
            spawn_local(async move {
                let _ = self.looked(keep::keep_note(SEEN_AT, &own).await);
            });
        }
    }

    fn is_of_staff_untracked(self) -> bool {
        self.session
            .with_untracked(|session| session.account.is_some())
    }

    /// What pages take for now: never earlier than the last contact, so that a clock that went back does not
    /// hide the day.
    pub(super) fn time(self) -> DateTime<Utc> {
        let now = clock::now();
        self.contact.get_untracked().map_or(now, |at| at.max(now))
    }
}
