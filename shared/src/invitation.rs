//! The paper invitation that an RT head hands to a resident: where and when to come, and what became
//! of it. A resident has one; it is planned anew rather than replaced, so that its codes stay good.

use crate::{
    command::Place,
    ids::{InvitationId, OfficeId, ResidentId, SessionId, SlotId, UserId},
    person::PersonName,
    region::RegionCode,
    slot::SlotStart,
    tagged::tagged,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    pub id: InvitationId,
    pub office: OfficeId,
    pub resident: ResidentId,
    pub kelurahan: Option<RegionCode>,
    pub state: State,
    /// When the state was true in the field.
    pub at: DateTime<Utc>,
    pub by: Option<UserId>,
    /// Where and when to come; none until a plan has a place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<Proposal>,
    /// What the resident answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<Reply>,
    /// Time or place differ from what the paper says, and the resident was not told yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub changed: bool,
    /// Since when it is in the resident's hands: from here to the recording the office counts days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<DateTime<Utc>>,
    /// How far the paper had come before its outcome, should that be taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Box<Word>>,
    /// When an outcome was last taken back; an earlier one that arrives late counts no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_back: Option<TakenBack>,
    /// When it was last planned anew; what was said of the paper before counts no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replanned_at: Option<DateTime<Utc>>,
}

/// What somebody said of an invitation, and when it was true.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Word {
    pub state: State,
    pub at: DateTime<Utc>,
    #[serde(default)]
    pub by: Option<UserId>,
}

/// Who took an outcome back, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenBack {
    pub at: DateTime<Utc>,
    #[serde(default)]
    pub by: Option<UserId>,
}

/// A place in the plan: where and when the resident is asked to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    pub slot: SlotStart,
    /// The mobile session; `None` means at the office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// A seat is held for it (`Slot::held`).
    pub held: bool,
}

tagged! {
    #[tag = "is"]
    /// Where an invitation stands.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum State {
        Planned,
        Printed,
        /// The RT head, or who stands in, has it.
        HandedOver {
            #[serde(default)]
            to: Option<PersonName>,
        },
        Delivered {
            /// Who took it, when not the resident.
            #[serde(default)]
            to: Option<PersonName>,
        },
        Undeliverable {
            reason: Reason,
            /// For somebody away: invited again after this day.
            #[serde(default)]
            until: Option<NaiveDate>,
        },
    }
}

/// Why an invitation could not be delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    Moved,
    Away,
    Deceased,
    Refused,
    Unknown,
}

/// What a resident answered to the proposed time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// Booked at the proposed time.
    Confirmed,
    /// Booked at another time.
    Moved,
    Declined,
    /// Came without an answer.
    Came,
}

impl State {
    /// How far the paper has come; a fact about a later step leaves earlier ones behind.
    fn step(&self) -> u8 {
        match self {
            Self::Planned => 0,
            Self::Printed => 1,
            Self::HandedOver { .. } => 2,
            Self::Delivered { .. } | Self::Undeliverable { .. } => 3,
        }
    }

    /// The resident has it, or nobody will.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.step() == 3
    }
}

impl Proposal {
    /// The row that holds the seat.
    #[must_use]
    pub fn seat(&self, office: OfficeId) -> SlotId {
        self.slot.id_at(office, self.session)
    }
}

impl Invitation {
    /// Planned for somebody, without a place yet.
    #[must_use]
    pub fn planned(
        id: InvitationId,
        office: OfficeId,
        resident: ResidentId,
        kelurahan: Option<RegionCode>,
        at: DateTime<Utc>,
        by: Option<UserId>,
    ) -> Self {
        Self {
            id,
            office,
            resident,
            kelurahan,
            state: State::Planned,
            at,
            by,
            proposal: None,
            reply: None,
            changed: false,
            delivered_at: None,
            before: None,
            taken_back: None,
            replanned_at: None,
        }
    }

    /// The proposed place, while a seat is held for it.
    #[must_use]
    pub fn held(&self) -> Option<Proposal> {
        self.proposal.filter(|proposal| proposal.held)
    }

    /// For somebody away: invited again after this day.
    #[must_use]
    pub fn away_until(&self) -> Option<NaiveDate> {
        match self.state {
            State::Undeliverable {
                reason: Reason::Away,
                until,
            } => until,
            _ => None,
        }
    }

    /// Somebody may still come because of it: neither answered nor found undeliverable.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.reply.is_none() && !matches!(self.state, State::Undeliverable { .. })
    }

    /// Without the names of those who took it.
    #[must_use]
    pub fn forgotten(mut self) -> Self {
        if let State::Delivered { to } | State::HandedOver { to } = &mut self.state {
            *to = None;
        }
        self.before = None;
        self
    }

    /// Without the accounts of staff that said it: what is said in somebody's name must not be made up of
    /// what a resident's phone reads.
    #[must_use]
    pub fn unsigned(mut self) -> Self {
        self.by = None;
        if let Some(before) = &mut self.before {
            before.by = None;
        }
        if let Some(taken_back) = &mut self.taken_back {
            taken_back.by = None;
        }
        self
    }

    /// What was found in the field, or a step of the paper on its way. A fact: whatever order the words
    /// arrive in, the invitation ends alike. Of outcomes the latest stands; of the paper's steps the
    /// furthest; [`State::Planned`] takes an outcome back.
    #[must_use]
    pub fn record(self, word: Word) -> Self {
        if self.replanned_at.is_some_and(|anew| word.at < anew) {
            return self;
        }
        let (mut paper, mut outcome) = self.words();
        match word.state.step() {
            1 | 2 => paper = later(paper, word),
            _ => outcome = later(outcome, word),
        }
        self.said(paper, outcome)
    }

    /// A paper that names this place was printed. While no paper is out, the one printed last counts.
    #[must_use]
    pub fn names(mut self, place: Place) -> Self {
        let now = self.proposal.map(|p| Place {
            slot: p.slot,
            session: p.session,
        });
        if matches!(self.state, State::Planned | State::Printed) {
            self.changed = now != Some(place);
        }
        self
    }

    /// Planned once more: with another paper, for another day.
    #[must_use]
    pub fn replan(self, at: DateTime<Utc>, by: Option<UserId>) -> Self {
        Self {
            replanned_at: Some(at),
            ..Self::planned(self.id, self.office, self.resident, self.kelurahan, at, by)
        }
    }

    /// Who said last what became of it: delivered, not deliverable, or that neither is so.
    #[must_use]
    pub fn outcome(&self) -> Option<Word> {
        self.words().1
    }

    /// The last words on the paper and on its outcome.
    fn words(&self) -> (Option<Word>, Option<Word>) {
        let shown = Word {
            state: self.state.clone(),
            at: self.at,
            by: self.by,
        };
        let taken_back = self.taken_back.map(|TakenBack { at, by }| Word {
            state: State::Planned,
            at,
            by,
        });
        match self.state.step() {
            0 => (None, taken_back),
            3 => (self.before.as_deref().cloned(), Some(shown)),
            _ => (Some(shown), taken_back),
        }
    }

    fn said(mut self, paper: Option<Word>, outcome: Option<Word>) -> Self {
        let planned_again = outcome
            .as_ref()
            .is_some_and(|word| !word.state.is_settled());
        self.taken_back = outcome
            .as_ref()
            .filter(|_| planned_again)
            .map(|&Word { at, by, .. }| TakenBack { at, by });
        self.before = None;
        let shown = if planned_again || outcome.is_none() {
            paper.or(outcome)
        } else {
            self.before = paper.map(Box::new);
            outcome
        };
        if let Some(Word { state, at, by }) = shown {
            self.delivered_at = matches!(state, State::Delivered { .. }).then_some(at);
            (self.state, self.at, self.by) = (state, at, by);
        }
        self
    }
}

/// Which of two words stands: on the paper the further one, then the later one; two of one moment are
/// told apart by what they say, so that every device comes to the same.
fn later(old: Option<Word>, new: Word) -> Option<Word> {
    let rank = |word: &Word| {
        let paper = matches!(word.state.step(), 1 | 2);
        let step = if paper { word.state.step() } else { 0 };
        (step, word.at, word.by, format!("{:?}", word.state))
    };
    match old {
        Some(old) if rank(&old) >= rank(&new) => Some(old),
        _ => Some(new),
    }
}

#[cfg(test)]
mod tests;
