//! What somebody leaves on a device when they sign out: what is settled is closed for the server alone.
//! An answer that its author has not seen keeps beside it whom it is about, for them.

use super::{OpStatus, QueuedOp};
use crate::{
    command::{Applicant, Command, Receipt},
    envelope::Actor,
    ids::{BookingId, InvitationId, ResidentId, UserId},
    lockbox,
    sync::OpResult,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Whom an op is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// Of somebody whom the op itself brings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resident: Option<ResidentId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booking: Option<BookingId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<InvitationId>,
}

impl About {
    #[must_use]
    pub fn of(command: &Command) -> Self {
        let mut about = Self::default();
        match command {
            Command::RequestBooking(wish) => about.is_for(&wish.who),
            Command::WalkIn(walk_in) => about.is_for(&walk_in.who),
            Command::RescheduleBooking(wish) => about.booking = Some(wish.booking),
            Command::CancelBooking { booking }
            | Command::AnswerOffer { booking, .. }
            | Command::ReviewRequest { booking, .. } => about.booking = Some(*booking),
            Command::ConfirmArrival(arrival) => about.booking = Some(arrival.booking),
            Command::IssueSlip { resident, .. }
            | Command::KeepPhones { resident }
            | Command::RemovePhone { resident, .. } => about.resident = Some(*resident),
            Command::RecordDelivery { invitation, .. }
            | Command::AnswerInvitation { invitation, .. }
            | Command::TellChange { invitation } => about.invitation = Some(*invitation),
            _ => {}
        }
        about
    }

    fn is_for(&mut self, who: &Applicant) {
        match who {
            Applicant::Known(id) => self.resident = Some(*id),
            Applicant::New(draft) => self.name = Some(draft.name.as_str().to_owned()),
        }
    }
}

impl QueuedOp {
    /// Whom it is about, also once it is closed.
    #[must_use]
    pub fn about(&self) -> About {
        self.about.clone().unwrap_or_else(|| {
            let command = self.envelope.command();
            command
                .map(|command| About::of(&command))
                .unwrap_or_default()
        })
    }

    /// Whether this account may read it. What nobody signed in for is for whoever holds the device.
    #[must_use]
    pub fn is_for(&self, account: Option<UserId>) -> bool {
        match self.envelope.actor {
            Actor::User(id) => Some(id) == account,
            Actor::Resident | Actor::System => true,
        }
    }

    /// Whether it is settled, by an account that is not signed in on this device any more, and can still be
    /// read.
    #[must_use]
    pub fn is_left(&self, signed_in: &[UserId]) -> bool {
        let is_others = matches!(self.envelope.actor, Actor::User(id) if !signed_in.contains(&id));
        is_others && self.is_settled() && (self.is_open() || self.has_receipt())
    }

    /// Closes what it says with `close`, and drops what the office answered. Whether anything changed.
    pub fn close(&mut self, close: impl FnOnce(&Value) -> Option<Value>) -> bool {
        if self.is_open() {
            let Some(closed) = close(&self.envelope.payload) else {
                return false;
            };
            self.about = self.needs_attention().then(|| self.about());
            self.envelope.payload = closed;
        } else if !self.has_receipt() {
            return false;
        }
        if let OpStatus::Settled {
            result: OpResult::Applied { receipt, .. },
            ..
        } = &mut self.status
        {
            *receipt = Receipt::Done;
        }
        true
    }

    fn is_open(&self) -> bool {
        let payload = &self.envelope.payload;
        let is_empty = payload.as_object().is_some_and(serde_json::Map::is_empty);
        !is_empty && !lockbox::is_closed(payload)
    }

    /// The answer names somebody's booking, or visit.
    fn has_receipt(&self) -> bool {
        matches!(
            &self.status,
            OpStatus::Settled { result: OpResult::Applied { receipt, .. }, .. } if *receipt != Receipt::Done
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        client::{Client, Shown},
        command::{Applicant, RequestBooking},
        envelope::{Envelope, Head},
        fixtures::{OFFICE, device, monday, person, wish},
        ids::OpId,
        problem::Code,
    };
    use serde_json::json;
    use uuid::Uuid;

    const CLERK: UserId = UserId(Uuid::from_u128(7));
    const OTHER: UserId = UserId(Uuid::from_u128(8));

    fn booked_for(name: u32, result: OpResult) -> QueuedOp {
        let wish: RequestBooking = wish(
            Applicant::New(Box::new(person(name))),
            &["2026-11-24T09:30"],
        );
        let head = Head {
            op_id: OpId(Uuid::from_u128(1)),
            device_id: device(1),
            seq: 1,
            office: OFFICE,
            actor: Actor::User(CLERK),
            device_time: monday(),
        };
        QueuedOp {
            envelope: Envelope::new(head, &Command::RequestBooking(wish)).unwrap(),
            status: OpStatus::Settled {
                result,
                at: monday(),
                seen: false,
            },
            shown: Shown::Pending,
            shift: None,
            about: None,
        }
    }

    fn close(op: &mut QueuedOp) -> bool {
        op.close(|_| Some(json!({ "lockbox": "closed" })))
    }

    /// A clerk books offline, signs out, and the answer comes at night: next morning they know for whom.
    #[test]
    fn an_answer_that_its_author_has_not_seen_says_whom_it_is_about() {
        let name = person(1).name.as_str().to_owned();
        let mut op = booked_for(1, OpResult::Rejected(Code::SlotFull.into()));
        assert!(op.is_left(&[]) && op.is_left(&[OTHER]) && !op.is_left(&[OTHER, CLERK]));
        assert!(close(&mut op));
        assert!(!op.is_left(&[]), "nothing more to close");
        let kept = serde_json::to_string(&op).unwrap();
        assert!(!kept.contains(person(1).nik.unwrap().as_str()), "{kept}");
        let op: QueuedOp = serde_json::from_str(&kept).unwrap();
        assert_eq!(op.about().name, Some(name.clone()));
        assert!(op.is_for(Some(CLERK)) && !op.is_for(Some(OTHER)) && !op.is_for(None));
        // Once they have dealt with it nothing is left.
        let mut client = Client::new(device(1));
        client.ops.insert(1, op);
        let kept = serde_json::to_string(client.dismiss(1).unwrap()).unwrap();
        assert!(!kept.contains(&name), "{kept}");
    }

    #[test]
    fn of_what_was_accepted_nothing_can_be_read() {
        let visit = Receipt::Visit {
            visit: crate::ids::VisitId(Uuid::from_u128(3)),
            repeats: None,
        };
        for receipt in [Receipt::Done, visit] {
            let result = OpResult::Applied {
                change_seq: 1,
                receipt,
            };
            let mut op = booked_for(1, result);
            assert!(close(&mut op));
            assert_eq!(op.about(), About::default());
            assert!(!op.has_receipt() && !close(&mut op));
        }
        // Without a key it waits for one.
        let mut op = booked_for(1, OpResult::Rejected(Code::SlotFull.into()));
        assert!(!op.close(|_| None));
        assert!(op.is_left(&[]));
    }
}
