//! The PIN that opens a tablet's screen again after idle minutes: which PINs are taken, when the screen
//! locks, how long wrong tries delay the next one, and who stays signed in beside whom.

use crate::{
    ids::OfficeId,
    office::{Office, Settings},
    sync::Role,
};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// Digits of a PIN.
pub const DIGITS: usize = 6;
/// Accounts that stay signed in on one tablet, at most.
pub const ACCOUNTS: usize = 8;
/// Idle minutes that an office may choose.
pub const MINUTES: RangeInclusive<u8> = 1..=120;
/// Idle minutes of an office that is set up without a word about them.
pub const USUAL_MINUTES: u8 = 10;
/// A clock that is corrected by itself goes back by less.
const CORRECTION: TimeDelta = TimeDelta::seconds(5);
/// The longest delay: wrong tries never lock an account out.
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(5);

/// Why a PIN is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    #[error("a PIN has {DIGITS} digits")]
    NotSixDigits,
    /// It is among the first that somebody tries.
    #[error("the PIN is guessed first")]
    Easy,
}

/// Checks a new PIN: six digits, no run up or down, and no one, two or three digits again and again.
///
/// # Errors
/// [`PinError`].
pub fn check(pin: &str) -> Result<(), PinError> {
    let digits: Vec<u32> = pin.chars().filter_map(|c| c.to_digit(10)).collect();
    if digits.len() != DIGITS || pin.len() != DIGITS {
        return Err(PinError::NotSixDigits);
    }
    let steps_by = |step: u32| {
        let mut pairs = digits.iter().zip(digits.iter().skip(1));
        pairs.all(|(one, next)| (one + step) % 10 == *next)
    };
    let repeats_after = |length: usize| {
        let mut pairs = digits.iter().zip(digits.iter().skip(length));
        pairs.all(|(one, again)| one == again)
    };
    if steps_by(1) || steps_by(9) || (1..=3).any(repeats_after) {
        return Err(PinError::Easy);
    }
    Ok(())
}

/// How long the next try waits after so many wrong ones.
#[must_use]
pub fn wait_after(wrong: u32) -> TimeDelta {
    match wrong {
        0..=3 => TimeDelta::zero(),
        4 => TimeDelta::seconds(5),
        5 => TimeDelta::seconds(15),
        6 => TimeDelta::seconds(60),
        _ => LONGEST_WAIT,
    }
}

/// What is left of the wait. `waited` is the page's own running time since the last wrong try, or since the
/// page was opened: no clock that somebody can set shortens it, and none makes it longer.
#[must_use]
pub fn wait_left(wrong: u32, waited: TimeDelta) -> TimeDelta {
    let wait = wait_after(wrong);
    (wait - waited.max(TimeDelta::zero())).max(TimeDelta::zero())
}

/// After how long without activity the screen of this role locks; `None` where it never does.
#[must_use]
pub fn locks_after(settings: &Settings, role: Role) -> Option<TimeDelta> {
    let minutes = settings.pin_after_minutes?;
    (role == Role::Operator).then(|| TimeDelta::minutes(minutes.into()))
}

/// Whether somebody stays signed in on a tablet at which somebody else signs in: two operators of one
/// office that locks its screens, since both see the same rows.
#[must_use]
pub fn stays_beside(office: &Office, stays: (Role, OfficeId), enters: (Role, OfficeId)) -> bool {
    let is_operator = |who| who == (Role::Operator, office.id);
    office.settings.pin_after_minutes.is_some() && is_operator(stays) && is_operator(enters)
}

/// A tablet's screen, as it is kept there. All times are those of the tablet's own clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Screen {
    /// The last activity.
    pub used: DateTime<Utc>,
    /// The latest time that the clock has shown.
    pub seen: DateTime<Utc>,
    pub locked: bool,
}

impl Screen {
    /// A screen that was opened just now.
    #[must_use]
    pub fn open(now: DateTime<Utc>) -> Self {
        Self {
            used: now,
            seen: now,
            locked: false,
        }
    }

    /// Somebody does something at an open screen.
    #[must_use]
    pub fn touch(self, now: DateTime<Utc>) -> Self {
        Self {
            used: now,
            seen: self.seen.max(now),
            ..self
        }
    }

    /// A look at the clock. The screen locks when the idle time is over by the clock, or by the page's own
    /// running time without activity (`idle`), and at once when the clock went back.
    #[must_use]
    pub fn look(self, after: TimeDelta, now: DateTime<Utc>, idle: TimeDelta) -> Self {
        let went_back = self.seen.signed_duration_since(now) > CORRECTION;
        let is_over = now.signed_duration_since(self.used) >= after || idle >= after;
        Self {
            seen: self.seen.max(now),
            locked: self.locked || went_back || is_over,
            ..self
        }
    }

    #[must_use]
    pub fn lock(self) -> Self {
        Self {
            locked: true,
            ..self
        }
    }
}

#[cfg(test)]
mod tests;
