//! The clock of a device: how far it is off, whether somebody has set it since, and which moments it
//! can be believed. No change of a clock ever hides today.

use crate::{
    calendar::{after, days_before},
    zone::Zone,
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// From this difference on a clock is worth a look.
pub const SKEW: TimeDelta = TimeDelta::minutes(10);
/// Seconds that an answer may have been on its way.
const SLOW_ANSWER: i64 = 30;

/// What is to be added to a device's own clock; kept between starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "KeptShift", into = "KeptShift")]
pub struct ClockShift {
    seconds: i64,
    /// A person said it; the server has not been heard since.
    said: bool,
}

/// How a shift is written: that of a server is a number alone.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum KeptShift {
    Heard(i64),
    Said { said: i64 },
}

impl From<KeptShift> for ClockShift {
    fn from(kept: KeptShift) -> Self {
        let (seconds, said) = match kept {
            KeptShift::Heard(seconds) => (seconds, false),
            KeptShift::Said { said } => (said, true),
        };
        Self { seconds, said }
    }
}

impl From<ClockShift> for KeptShift {
    fn from(shift: ClockShift) -> Self {
        match shift.said {
            true => Self::Said {
                said: shift.seconds,
            },
            false => Self::Heard(shift.seconds),
        }
    }
}

/// What a page says of the device's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockState {
    Right,
    /// It shows another time than the server, whose time the pages use.
    Wrong,
    /// The pages use the day that a person said.
    Said,
    /// It went back: somebody has to say which day it is.
    Back,
    /// It went ahead by more than it was slow. It was set right, or the device slept: somebody has to say
    /// which day it is.
    Jumped,
}

/// What a device knows besides its clock.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// When the server was last heard.
    pub contact: Option<DateTime<Utc>>,
    /// What the own clock showed at the last look under this shift.
    pub seen: Option<DateTime<Utc>>,
    pub zone: Zone,
}

/// What a device makes of its clock at one look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    pub state: ClockState,
    /// What the pages add to the own clock.
    pub shift: ClockShift,
    /// The own clock was set right: the shift of before is over.
    pub mended: bool,
}

impl ClockShift {
    /// From the server's time and the device's own at one moment. What a slow answer makes of it is left
    /// out.
    #[must_use]
    pub fn heard(server: DateTime<Utc>, own: DateTime<Utc>) -> Self {
        let shift = server.signed_duration_since(own).num_seconds();
        Self {
            seconds: if shift.abs() < SLOW_ANSWER { 0 } else { shift },
            said: false,
        }
    }

    /// A person says that the device's clock is right.
    #[must_use]
    pub fn none_needed() -> Self {
        Self {
            seconds: 0,
            said: true,
        }
    }

    /// From the day that a person says it is: the device's clock where it shows that day, else what the
    /// pages showed, else that day with the device's time of day. `None` for a day before the last contact,
    /// and for one on which the device could not be used without the server (`until`).
    #[must_use]
    pub fn said(
        self,
        day: NaiveDate,
        known: Known,
        until: DateTime<Utc>,
        own: DateTime<Utc>,
    ) -> Option<Self> {
        let (contact, zone) = (known.contact?, known.zone);
        if day < zone.local(contact).date()
            || zone.utc(day.and_time(chrono::NaiveTime::MIN)) >= until
        {
            return None;
        }
        let fits = |shift: &Self| {
            let at = shift.right(own);
            zone.local(at).date() == day && after(at, SKEW) >= contact
        };
        let seconds = match [Self::none_needed(), self].iter().find(|shift| fits(shift)) {
            Some(shift) => shift.seconds,
            None => {
                let at = zone.utc(day.and_time(zone.local(own).time())).max(contact);
                at.signed_duration_since(own).num_seconds()
            }
        };
        Some(Self {
            seconds,
            said: true,
        })
    }

    /// The time, from what the device's own clock shows.
    #[must_use]
    pub fn right(self, own: DateTime<Utc>) -> DateTime<Utc> {
        after(own, self.time())
    }

    #[must_use]
    pub fn time(self) -> TimeDelta {
        TimeDelta::try_seconds(self.seconds).unwrap_or_default()
    }

    /// What a clock would show now that is off by `self`, from one that is off by `now`.
    #[must_use]
    pub fn instead_of(self, now: Self, own: DateTime<Utc>) -> DateTime<Utc> {
        after(now.right(own), TimeDelta::zero() - self.time())
    }

    /// Whether both say the same time, but for what a slow answer makes of it.
    #[must_use]
    pub fn is_near(self, other: Self) -> bool {
        self.seconds.saturating_sub(other.seconds).saturating_abs() < SLOW_ANSWER
    }

    /// Whether `other` takes the place of this one: another time, or heard after it was only said.
    #[must_use]
    pub fn gives_way_to(self, other: Self) -> bool {
        // Each answer is on its way for another while.
        self.said != other.said || self.seconds.saturating_sub(other.seconds).saturating_abs() >= 2
    }

    fn is_off(self) -> bool {
        self.time().abs() > SKEW
    }

    /// Looks at the clock. A clock that went back was set: a device that slept is only later. What is
    /// no earlier than the last time known is then right; else somebody has to say the day. A clock that
    /// went ahead may have been set, or the device slept: while both give the same day, or the device's
    /// clock cannot be right, nothing changes.
    #[must_use]
    pub fn read(self, own: DateTime<Utc>, known: Known) -> Reading {
        let Known {
            contact,
            seen,
            zone,
        } = known;
        let at = self.right(own);
        let earliest = contact.max(seen.map(|seen| self.right(seen)));
        let could_be_right = earliest.is_none_or(|earliest| after(own, SKEW) >= earliest);
        let went_back = seen.is_some_and(|seen| after(own, SKEW) < seen);
        let same = |state| Reading {
            state,
            shift: self,
            mended: false,
        };
        if self.is_off() && went_back && could_be_right {
            return Reading {
                state: ClockState::Right,
                shift: Self::default(),
                mended: true,
            };
        }
        if went_back || contact.is_some_and(|contact| after(at, SKEW) < contact) {
            return same(ClockState::Back);
        }
        let other_day = zone.local(own).date() != zone.local(at).date();
        if self.is_off() && self.seconds > 0 && seen.is_some() && could_be_right && other_day {
            // The earlier of the two: no day is passed over.
            return Reading {
                state: ClockState::Jumped,
                shift: Self::none_needed(),
                mended: false,
            };
        }
        same(if self.said {
            ClockState::Said
        } else if self.is_off() {
            ClockState::Wrong
        } else {
            ClockState::Right
        })
    }
}

/// The last day that a person may say it is.
#[must_use]
pub fn last_day(until: DateTime<Utc>, zone: Zone) -> NaiveDate {
    let until = zone.local(until);
    match until.time() == chrono::NaiveTime::MIN {
        true => days_before(until.date(), 1),
        false => until.date(),
    }
}

#[cfg(test)]
mod tests;
