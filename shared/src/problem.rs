//! Why a command was turned down, in codes that every locale translates.

use crate::slot::SlotStart;
use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal),+ $(,)?) => {
        /// A stable code. Each has a text in every locale: what happened, what is safe, what to do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Code {
            $($(#[$doc])* #[serde(rename = $text)] $variant,)+
        }

        impl Code {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
    };
}

codes! {
    // Bookings
    /// No wished slot has room; `nearest` names some that have.
    SlotFull = "slot_full",
    /// Every wished slot is over.
    ChoicesPast = "choices_past",
    /// The office does not work then.
    SlotClosed = "slot_closed",
    /// Further ahead than the office books.
    BeyondWindow = "beyond_window",
    NoChoice = "no_choice",
    TooManyChoices = "too_many_choices",
    TooYoung = "too_young",
    GuardianMissing = "guardian_missing",
    AlreadyBooked = "already_booked",
    AlreadyRecorded = "already_recorded",
    TooManyPeople = "too_many_people",
    /// Less than the office's hours before the slot: staff can still move it.
    TooLateToChange = "too_late_to_change",
    /// This phone, or the person, gave seats back too often: staff can still move it.
    MovedTooOften = "moved_too_often",
    NoRebookingLeft = "no_rebooking_left",
    /// The booking is in a state that does not allow this.
    BookingState = "booking_state",
    /// The visit is in a state that does not allow this.
    VisitState = "visit_state",
    NikMissing = "nik_missing",
    KkMissing = "kk_missing",
    BirthMissing = "birth_missing",
    UnknownKelurahan = "unknown_kelurahan",
    // Planning and invitations
    /// Another plan was confirmed since this one was seen.
    PlanChanged = "plan_changed",
    /// A place of the plan is no slot of the calendar.
    PlanCalendar = "plan_calendar",
    /// More people than a slot's share for invitations.
    PlanCapacity = "plan_capacity",
    /// Places that were given to people already would go.
    PlanGiven = "plan_given",
    /// The period is longer than the calendar is known, or than a plan may be.
    PlanPeriod = "plan_period",
    /// More operators than the office has, or longer than they may work.
    Workload = "workload",
    /// The session was changed, cancelled or held since it was seen.
    SessionChanged = "session_changed",
    /// The invitation is in a state that does not allow this.
    InvitationState = "invitation_state",
    /// The seat was kept until a set time, which is over.
    OfferOver = "offer_over",
    /// One of the office's settings is outside its bounds.
    OfficeSettings = "office_settings",
    /// These days have other hours already, under other dates.
    WeeksOverlap = "weeks_overlap",
    DayPast = "day_past",
    ReasonMissing = "reason_missing",
    // Claims
    ClaimUnknown = "claim_unknown",
    ClaimTries = "claim_tries",
    ClaimReview = "claim_review",
    /// This phone may not act for the person, or not any more.
    PhoneRemoved = "phone_removed",
    // Rights and references
    NotAllowed = "not_allowed",
    NotFound = "not_found",
    OtherOffice = "other_office",
    // Intake
    Undecodable = "undecodable",
    /// The same op id with other content.
    OpChanged = "op_changed",
    DeviceForked = "device_forked",
    SeqGap = "seq_gap",
    UpgradePending = "upgrade_pending",
    AppTooOld = "app_too_old",
    DeviceRevoked = "device_revoked",
    DeviceToken = "device_token",
    ActorUnknown = "actor_unknown",
    AccountRevoked = "account_revoked",
    /// The person had signed out there before, or somebody else had signed in.
    SignedOut = "signed_out",
    /// The account got another password since.
    PasswordChanged = "password_changed",
    /// The last session ended longer ago than staff work without a network.
    SignInLapsed = "sign_in_lapsed",
    Unsaveable = "unsaveable",
    // Requests
    Malformed = "malformed",
    TooLarge = "too_large",
    TooManyOps = "too_many_ops",
    /// Neither XLSX nor CSV.
    FileKind = "file_kind",
    /// An old XLS file, or one with a password.
    FileOld = "file_old",
    FileDamaged = "file_damaged",
    /// No lines below a head.
    FileEmpty = "file_empty",
    /// A list without names, or without kelurahan.
    ColumnsMissing = "columns_missing",
    /// A workbook has several lists, or only a hidden one, and nobody said which is meant.
    SheetUnsaid = "sheet_unsaid",
    /// No sheet of that name has a list.
    SheetUnknown = "sheet_unknown",
    TooManyRequests = "too_many_requests",
    SessionMissing = "session_missing",
    SignInFailed = "sign_in_failed",
    /// Too short, or made of what is guessed first.
    PasswordWeak = "password_weak",
    OriginMismatch = "origin_mismatch",
    RangeTooLong = "range_too_long",
    MethodNotAllowed = "method_not_allowed",
    Busy = "busy",
    Internal = "internal",
}

impl Code {
    /// Why an op waits for the head's yes: its author was not, or no longer, signed in there.
    pub const WAITS_FOR_YES: [Self; 6] = [
        Self::SignedOut,
        Self::PasswordChanged,
        Self::SignInLapsed,
        Self::DeviceRevoked,
        Self::AccountRevoked,
        Self::ActorUnknown,
    ];
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a command was rejected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code}")]
pub struct Problem {
    pub code: Code,
    /// Free slots near the wished ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nearest: Vec<SlotStart>,
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self {
            code,
            nearest: Vec::new(),
        }
    }
}
