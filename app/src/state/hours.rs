//! What time it is: the server's, as long as it was heard, and else what a clerk says.

use super::Rekam;
use crate::{clock, offline::keep};
use chrono::{DateTime, NaiveDate, Utc};
use leptos::{prelude::*, task::spawn_local};
use shared::sop::offline::ClockShift;
use std::cell::Cell;

thread_local! {
    /// What the device's clock showed at the last look.
    static LAST: Cell<Option<DateTime<Utc>>> = const { Cell::new(None) };
}

/// The note of how far the device's clock is off.
pub(super) const CLOCK: &str = "clock";

impl Rekam {
    /// Takes over what the server says, and keeps it for the time without a network.
    pub(super) async fn hear_time(self, server: DateTime<Utc>) {
        let shift = ClockShift::heard(server, clock::own());
        let moved = (shift.time() - clock::shift().time()).abs();
        // Each answer is on its way for another while.
        if moved.num_seconds() >= 2 {
            self.keep_shift(shift).await;
        }
    }

    /// A clerk says which day it is, on a device whose clock went back. `false` for a day before the last
    /// contact.
    pub async fn say_day(self, day: NaiveDate) -> bool {
        let zone = untrack(|| self.office()).map(|office| office.zone);
        let found = zone.zip(self.contact.get_untracked());
        let said =
            found.and_then(|(zone, contact)| ClockShift::said(day, zone, contact, clock::own()));
        let Some(shift) = said else { return false };
        self.keep_shift(shift).await;
        true
    }

    async fn keep_shift(self, shift: ClockShift) {
        self.set_shift(shift);
        let _ = self.looked(keep::keep_note(CLOCK, &shift).await);
    }

    /// Looks at the clock: the time moves on, and where somebody has set the clock right, nothing is added
    /// any more.
    pub(super) fn look_at_clock(self) {
        let own = clock::own();
        let before = LAST.replace(Some(own));
        if before.is_some_and(|before| clock::shift().was_mended(before, own)) {
            spawn_local(self.keep_shift(ClockShift::default()));
        }
        self.now.set(self.time());
    }

    /// What pages take for now: never earlier than the last contact, so that a clock that went back does not
    /// hide the day.
    pub(super) fn time(self) -> DateTime<Utc> {
        let now = clock::now();
        self.contact.get_untracked().map_or(now, |at| at.max(now))
    }

    pub(super) fn set_shift(self, shift: ClockShift) {
        if clock::shift() != shift {
            clock::set_shift(shift);
            self.now.set(self.time());
        }
    }
}
