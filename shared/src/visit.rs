//! A visit: from the arrival to the moment the resident leaves the recording room. All here are facts, whose
//! contradictions are linked and flagged; only taking an arrival back is a wish, and can be refused.

use crate::{
    ids::{BookingId, DeviceId, LeaseId, OfficeId, ResidentId, SessionId, VisitId},
    region::RegionCode,
    tagged::tagged,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::{cmp::Reverse, fmt, str::FromStr};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    pub id: VisitId,
    pub office: OfficeId,
    pub resident: ResidentId,
    pub kelurahan: Option<RegionCode>,
    /// `None` for people who came without a booking.
    pub booking: Option<BookingId>,
    /// Local day of the arrival.
    pub day: NaiveDate,
    pub queue: QueueNumber,
    pub state: State,
    pub priority: bool,
    pub arrived_at: DateTime<Utc>,
    pub called_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub device: DeviceId,
    /// The seat it was taken on, for a walk-in.
    pub lease: Option<LeaseId>,
    /// Another visit that this one repeats: it is not queued and not counted.
    pub repeats: Option<VisitId>,
    /// Where they came: the mobile session; `None` means at the office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
}

tagged! {
    #[tag = "is"]
    /// Where a visit stands.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum State {
        Waiting,
        Called,
        /// Biometrics taken.
        Recorded,
        NotRecorded {
            reason: Reason,
        },
        /// The resident went home.
        Left,
        /// The arrival was entered by mistake: nobody came, or somebody else did.
        TakenBack {
            reason: Mistake,
        },
    }
}

/// Why an arrival is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mistake {
    /// Somebody else's booking or name was chosen.
    WrongPerson,
    /// Nobody stands there.
    NobodyThere,
}

impl Mistake {
    pub const ALL: [Self; 2] = [Self::WrongPerson, Self::NobodyThere];

    /// The word that the audit keeps.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WrongPerson => "wrong_person",
            Self::NobodyThere => "nobody_there",
        }
    }
}

/// Why nothing was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    Document,
    Device,
    Network,
}

tagged! {
    #[tag = "is"]
    /// How a visit ended, as the operator says it in one touch.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Outcome {
        Recorded,
        NotRecorded { reason: Reason },
        Left,
    }
}

impl Outcome {
    #[must_use]
    pub fn recorded(self) -> bool {
        self == Self::Recorded
    }
}

impl State {
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Called)
    }

    #[must_use]
    pub fn is_taken_back(self) -> bool {
        matches!(self, Self::TakenBack { .. })
    }
}

/// The visit is no longer waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("only a visit that waits can be taken back")]
pub struct NotWaiting;

impl From<Outcome> for State {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Recorded => Self::Recorded,
            Outcome::NotRecorded { reason } => Self::NotRecorded { reason },
            Outcome::Left => Self::Left,
        }
    }
}

impl Visit {
    /// The resident is called to a station, or again. A visit that has ended stays ended.
    #[must_use]
    pub fn call(mut self, at: DateTime<Utc>) -> Self {
        if self.state.is_open() {
            self.state = State::Called;
            self.called_at = Some(at);
        }
        self
    }

    /// The visit ended so; a later word corrects an earlier one.
    #[must_use]
    pub fn close(mut self, outcome: Outcome, at: DateTime<Utc>) -> Self {
        self.state = outcome.into();
        self.ended_at = Some(at);
        self
    }

    /// It was closed or called by mistake: back into the queue, at its old place.
    #[must_use]
    pub fn reopen(mut self) -> Self {
        self.state = State::Waiting;
        self.called_at = None;
        self.ended_at = None;
        self
    }

    /// The arrival was entered by mistake: only while it waits. Its seat goes back with it.
    ///
    /// # Errors
    /// [`NotWaiting`].
    pub fn take_back(mut self, reason: Mistake, at: DateTime<Utc>) -> Result<Self, NotWaiting> {
        if self.state != State::Waiting {
            return Err(NotWaiting);
        }
        self.state = State::TakenBack { reason };
        self.ended_at = Some(at);
        self.lease = None;
        Ok(self)
    }

    /// Whether it stands in the queue.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.state == State::Waiting && self.repeats.is_none()
    }

    /// Sorts the queue: priority first, then who came first, then the number.
    #[must_use]
    pub fn queue_key(&self) -> (Reverse<bool>, DateTime<Utc>, QueueNumber) {
        (Reverse(self.priority), self.arrived_at, self.queue.clone())
    }
}

/// A tablet's letters and its own counter: two tablets that are cut off from each other never
/// issue the same. Prints as `A-012`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct QueueNumber {
    letters: String,
    number: u16,
}

/// A text that is no queue number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a queue number (A-012)")]
pub struct QueueNumberError;

impl QueueNumber {
    /// # Errors
    /// [`QueueNumberError`] unless the letters are one to three of A-Z and the number is 1 or more.
    pub fn new(letters: &str, number: u16) -> Result<Self, QueueNumberError> {
        let letters_ok =
            (1..=3).contains(&letters.len()) && letters.bytes().all(|b| b.is_ascii_uppercase());
        if letters_ok && number > 0 {
            Ok(Self {
                letters: letters.to_owned(),
                number,
            })
        } else {
            Err(QueueNumberError)
        }
    }

    #[must_use]
    pub fn letters(&self) -> &str {
        &self.letters
    }

    #[must_use]
    pub fn number(&self) -> u16 {
        self.number
    }
}

impl fmt::Display for QueueNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:03}", self.letters, self.number)
    }
}

impl FromStr for QueueNumber {
    type Err = QueueNumberError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let (letters, number) = s.split_once('-').ok_or(QueueNumberError)?;
        if number.starts_with('+') {
            return Err(QueueNumberError);
        }
        Self::new(letters, number.parse().map_err(|_| QueueNumberError)?)
    }
}

impl TryFrom<String> for QueueNumber {
    type Error = QueueNumberError;
    fn try_from(s: String) -> Result<Self, Self::Error> {
        s.parse()
    }
}

impl From<QueueNumber> for String {
    fn from(number: QueueNumber) -> Self {
        number.to_string()
    }
}

#[cfg(test)]
mod tests;
