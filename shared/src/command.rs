//! Every change is one of these. A payload's shape changes only with a new version, and old
//! versions are up-cast here.

use crate::{
    booking::Booking,
    bundle::Neighbourhood,
    ids::{
        BookingId, DeviceId, FlagId, InvitationId, LeaseId, OpId, ResidentId, SessionId, VisitId,
    },
    invitation,
    office::Office,
    person::{BirthDate, PersonName},
    plan::Part,
    removal::PhoneId,
    resident::{ClaimHash, Draft},
    session::{Details, Item},
    slot::SlotStart,
    tagged::tagged,
    visit::{Mistake, Outcome, QueueNumber},
};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

mod setting;

pub use setting::{DayChange, SetDay, SetRequirements, SetWeek, WeekChange};

/// A command with its payload; on the wire `kind` and `payload` of the envelope, see
/// [`Envelope::command`](crate::envelope::Envelope::command).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    // Wishes: they can be rejected.
    RequestBooking(RequestBooking),
    RescheduleBooking(RescheduleBooking),
    CancelBooking {
        booking: BookingId,
    },
    /// Staff answer a request that waits for a look.
    ReviewRequest {
        booking: BookingId,
        accept: bool,
    },
    /// A slip's code gives this device the right to act for the resident. With `remove_others` it asks that
    /// the other phones be removed: they have a day to object (see [`crate::removal`]).
    ClaimResident {
        code: ClaimHash,
        birth: BirthDate,
        remove_others: bool,
    },
    /// The phones stay: the one that asked for a removal takes it back, another one objects, or staff settle
    /// an objection.
    KeepPhones {
        resident: ResidentId,
    },
    /// Staff remove a lost phone at once.
    RemovePhone {
        resident: ResidentId,
        phone: PhoneId,
    },
    /// A new slip: the code on it replaces the one before.
    IssueSlip {
        resident: ResidentId,
        claim: ClaimHash,
    },
    /// The resident, or staff for them, takes the proposed time or declines it.
    AnswerInvitation {
        invitation: InvitationId,
        accept: bool,
    },
    /// The resident, or staff for them, takes one of the seats kept for them; none declines them all.
    AnswerOffer {
        booking: BookingId,
        slot: Option<SlotStart>,
    },
    /// Staff ask for another date for somebody who was not found or refused; the office itself for
    /// somebody who is back.
    ReplanInvitation {
        invitation: InvitationId,
    },
    /// An arrival or walk-in was entered by mistake; only while the visit waits.
    TakeArrivalBack {
        visit: VisitId,
        reason: Mistake,
    },
    // Facts: applied even when they contradict, then flagged.
    ConfirmArrival(ConfirmArrival),
    WalkIn(WalkIn),
    CallVisit {
        visit: VisitId,
    },
    CloseVisit {
        visit: VisitId,
        outcome: Outcome,
    },
    ReopenVisit {
        visit: VisitId,
    },
    RecordDelivery {
        invitation: InvitationId,
        outcome: invitation::State,
    },
    /// Invitations are on paper, with these codes; at most 200 at once.
    PrintInvitations {
        printed: Vec<Printed>,
    },
    /// The RT head, or who stands in, has them; at most 200 at once.
    HandOver {
        invitations: Vec<InvitationId>,
        to: Option<PersonName>,
    },
    /// Somebody who had a paper with an old time or place knows the new one.
    TellChange {
        invitation: InvitationId,
    },
    // The office's own affairs.
    /// Gives a tablet its letters and lends it walk-in seats for today and tomorrow.
    PrepareTablet {},
    ReturnLease {
        lease: LeaseId,
    },
    /// The tablet goes along to these sessions, all days of a trip: it takes their walk-in seats, and
    /// gives back those of the office on these days.
    TakeAlong {
        sessions: Vec<SessionId>,
    },
    ResolveFlag {
        flag: FlagId,
    },
    /// The member of staff signs out: what the device says for them from here on waits for a look.
    SignOut {},
    /// The head answers an op that waits because its author was not signed in any more.
    AnswerHeld {
        op: OpId,
        accept: bool,
    },
    /// A device on which staff of the office have signed in is lost, or found again.
    LockDevice {
        device: DeviceId,
        locked: bool,
    },
    /// Somebody else carries the invitations of a neighbourhood.
    AssignBundle {
        of: Neighbourhood,
        carrier: PersonName,
    },
    /// A head closes a day, shrinks it or takes that back; who has a booking then is offered others.
    SetDay(SetDay),
    /// A head sets other hours from one day to another, or takes that back; who has a booking at an hour
    /// that is none any more is offered others.
    SetWeek(SetWeek),
    /// A head says which papers residents bring along.
    SetRequirements(SetRequirements),
    /// Heads confirm the split of a period.
    ConfirmPlan(ConfirmPlan),
    /// A day in a village: planned, or changed where `session` names one. `version` is the one seen.
    PlanSession {
        #[serde(default)]
        session: Option<SessionId>,
        #[serde(default)]
        version: u32,
        details: Box<Details>,
    },
    CancelSession {
        session: SessionId,
        reason: String,
    },
    TickSession {
        session: SessionId,
        item: Item,
        done: bool,
    },
    /// On the day itself: the last slot ends later.
    ExtendSession {
        session: SessionId,
        #[serde(deserialize_with = "crate::calendar::read_minute")]
        until: NaiveTime,
    },
    // Time and set-up: only the office's system device and administrators.
    /// Nobody objected within a day: the phone that asked is the only one.
    RemoveOthers {
        resident: ResidentId,
    },
    MarkNoShow {
        booking: BookingId,
    },
    SetOffice {
        office: Box<Office>,
    },
    /// The resident's bookings and visits ended more than a year ago, or at all where the person asked for
    /// it: takes away who it was. Names all of the bookings, so that each is looked at.
    ForgetResident {
        resident: ResidentId,
        bookings: Vec<BookingId>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        asked: bool,
    },
    /// The person says what is right: all of it stands from then on, also what is left empty.
    CorrectResident {
        resident: ResidentId,
        to: Box<Draft>,
    },
    /// Enters people of the roll; at most 200 at once. Who is due gets a planned invitation, and who is
    /// known what has changed.
    EnrolResidents {
        people: Vec<Draft>,
        /// Place by place: the record of somebody who was known without the NIK that the list brings.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        known: Vec<Option<ResidentId>>,
    },
    /// Gives these people the next places of the plan, in this order; whose place is gone gets another.
    /// At most 50 at once.
    AllotInvitations {
        people: Vec<ResidentId>,
    },
    /// The booking's day is gone, or a seat came free for it: keeps seats for the resident.
    OfferSlots {
        booking: BookingId,
    },
    /// The offer was not answered in time.
    EndOffer {
        booking: BookingId,
    },
    /// The session has another day or other hours: the booking follows it.
    FollowSession {
        booking: BookingId,
    },
    /// The daily round: seats of this date that were given back may be taken.
    ReleaseSeats {
        date: NaiveDate,
    },
}

/// A paper with a code on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Printed {
    pub invitation: InvitationId,
    pub claim: ClaimHash,
    /// The place it names: printed while cut off, it may be an old one by the time this is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// Where and when a paper asks its resident to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub slot: SlotStart,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
}

/// Replaces the places of a period that were not given to anybody yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmPlan {
    /// The version seen; 0 where there was none.
    pub version: u32,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub parts: Vec<Part>,
}

/// Who is booked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Applicant {
    New(Box<Draft>),
    Known(ResidentId),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestBooking {
    pub who: Applicant,
    /// One to three, in order of preference.
    pub choices: Vec<SlotStart>,
    #[serde(default)]
    pub any_that_week: bool,
    #[serde(default)]
    pub wait_if_full: bool,
    #[serde(default)]
    pub priority: bool,
    /// The slip that staff print with the booking.
    #[serde(default)]
    pub claim: Option<ClaimHash>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RescheduleBooking {
    pub booking: BookingId,
    pub choices: Vec<SlotStart>,
    #[serde(default)]
    pub any_that_week: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmArrival {
    pub booking: BookingId,
    pub queue: QueueNumber,
    pub proof: Proof,
    /// Whether the desk, which sees the person, lets them go first; `None` in ops of older apps: as the
    /// booking declares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<bool>,
    /// When it really happened, if entered later from the paper list.
    #[serde(default)]
    pub at: Option<DateTime<Utc>>,
}

/// How the operator knew the booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// The QR code's signature was checked on the tablet.
    Scanned,
    Typed,
    /// Picked from today's list.
    List,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalkIn {
    pub who: Applicant,
    pub queue: QueueNumber,
    #[serde(default)]
    pub priority: bool,
    /// The lent seat; `None` when the tablet has none left.
    #[serde(default)]
    pub lease: Option<LeaseId>,
    /// The resident showed a code that the tablet did not know.
    #[serde(default)]
    pub unknown_ticket: bool,
    #[serde(default)]
    pub at: Option<DateTime<Utc>>,
}

tagged! {
    #[tag = "is"]
    /// What a command brought about, for the device that sent it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum Receipt {
        Done,
        Booking {
            booking: Box<Booking>,
        },
        Visit {
            visit: VisitId,
            repeats: Option<VisitId>,
        },
        Granted {
            resident: ResidentId,
        },
        Enrolled {
            enrolled: Enrolled,
        },
    }
}

/// How many people of a list are what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolled {
    pub entered: u32,
    /// Known, and something was new.
    pub changed: u32,
    pub same: u32,
    /// Of those entered: known to another office until now.
    pub moved: u32,
    /// Not entered, since they have a booking at another office.
    pub elsewhere: u32,
}

impl std::ops::AddAssign for Enrolled {
    fn add_assign(&mut self, other: Self) {
        self.entered += other.entered;
        self.changed += other.changed;
        self.same += other.same;
        self.moved += other.moved;
        self.elsewhere += other.elsewhere;
    }
}

impl Command {
    /// The highest payload version that this build understands.
    pub const VERSION: u16 = 1;
    /// The lowest one it still up-casts.
    pub const OLDEST: u16 = 1;

    /// Enters people who are known by their NIK, or not at all.
    #[must_use]
    pub fn enrol(people: Vec<Draft>) -> Self {
        Self::EnrolResidents {
            people,
            known: Vec::new(),
        }
    }

    /// Facts are applied even when they contradict a rule.
    #[must_use]
    pub fn is_fact(&self) -> bool {
        matches!(
            self,
            Self::ConfirmArrival(_)
                | Self::WalkIn(_)
                | Self::CallVisit { .. }
                | Self::CloseVisit { .. }
                | Self::ReopenVisit { .. }
                | Self::RecordDelivery { .. }
                | Self::PrintInvitations { .. }
                | Self::HandOver { .. }
                | Self::TellChange { .. }
        )
    }

    /// Why, in a word for the audit, where the command asks for a reason.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        match self {
            Self::TakeArrivalBack { reason, .. } => Some(reason.as_str()),
            _ => None,
        }
    }

    /// What the audit says besides the kind: why, which device, or whose phones.
    #[must_use]
    pub fn audited(&self) -> Option<String> {
        match self {
            Self::LockDevice { device, locked } => {
                let done = if *locked { "locked" } else { "unlocked" };
                Some(format!("{done} {device}"))
            }
            Self::AnswerHeld { op, accept } => {
                let said = if *accept { "yes" } else { "no" };
                Some(format!("{said} {op}"))
            }
            Self::RemovePhone { resident, phone } => Some(format!("{phone} of {resident}")),
            Self::KeepPhones { resident } | Self::RemoveOthers { resident } => {
                Some(format!("of {resident}"))
            }
            _ => self.reason().map(str::to_owned),
        }
    }

    /// The booking, visit or invitation that a fact is about, where the payload names one.
    #[must_use]
    pub fn subject(&self) -> Option<Uuid> {
        match self {
            Self::ConfirmArrival(arrival) => Some(arrival.booking.0),
            Self::CallVisit { visit }
            | Self::CloseVisit { visit, .. }
            | Self::ReopenVisit { visit } => Some(visit.0),
            Self::RecordDelivery { invitation, .. } | Self::TellChange { invitation } => {
                Some(invitation.0)
            }
            _ => None,
        }
    }

    /// The draft of a person that the payload carries, if it does.
    #[must_use]
    pub fn draft(&self) -> Option<&Draft> {
        match self {
            Self::RequestBooking(RequestBooking {
                who: Applicant::New(draft),
                ..
            })
            | Self::WalkIn(WalkIn {
                who: Applicant::New(draft),
                ..
            }) => Some(draft),
            _ => None,
        }
    }
}
