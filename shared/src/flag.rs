//! Something that happened and contradicts a rule or another fact: kept for the head to look at.

use crate::ids::{DeviceId, FlagId, OfficeId, OpId, UserId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flag {
    pub id: FlagId,
    pub office: OfficeId,
    pub kind: Kind,
    /// The booking, visit, invitation, resident or device it is about.
    pub subject: Uuid,
    /// The command that caused it.
    pub op: OpId,
    pub device: DeviceId,
    pub at: DateTime<Utc>,
    pub resolved_by: Option<UserId>,
}

impl Flag {
    /// Without the device, where that is a resident's phone: it would tell which people share one.
    #[must_use]
    pub fn for_staff(&self) -> Self {
        let of_a_phone = matches!(
            self.kind,
            Kind::NikInUse | Kind::CodeGuessed | Kind::PhonesDisagree
        );
        let device = if of_a_phone {
            DeviceId(Uuid::nil())
        } else {
            self.device
        };
        Self {
            device,
            ..self.clone()
        }
    }
}

/// What is odd.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The same ticket was confirmed twice.
    ArrivedTwice,
    /// The booking was cancelled, rejected or never confirmed.
    ArrivedWithoutSeat,
    ArrivedOnOtherDay,
    /// The booking had been counted as absent.
    ArrivedAfterNoShow,
    /// A code that the tablet did not know, taken in as a walk-in.
    UnknownTicket,
    /// No lent seat was left.
    BeyondCapacity,
    /// Two outcomes for one visit.
    ClosedTwice,
    /// A visit or invitation that the office does not know.
    UnknownSubject,
    /// Two outcomes for one invitation.
    DeliveryContradicts,
    /// The NIK has an active booking already, or belongs to somebody else here.
    NikInUse,
    /// The device's clock is off by more than ten minutes.
    ClockSkew,
    /// Sent by a device or for an account that the office had locked by then.
    SentAfterLock,
    /// The right birth date for a claim code, from a phone that may not act for the person, after many wrong
    /// ones.
    CodeGuessed,
    /// One phone asked that the others be removed, and another objected.
    PhonesDisagree,
}

impl Kind {
    pub const ALL: [Self; 14] = [
        Self::ArrivedTwice,
        Self::ArrivedWithoutSeat,
        Self::ArrivedOnOtherDay,
        Self::ArrivedAfterNoShow,
        Self::UnknownTicket,
        Self::BeyondCapacity,
        Self::ClosedTwice,
        Self::UnknownSubject,
        Self::DeliveryContradicts,
        Self::NikInUse,
        Self::ClockSkew,
        Self::SentAfterLock,
        Self::CodeGuessed,
        Self::PhonesDisagree,
    ];
}
