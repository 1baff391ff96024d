//! A short life of an office in which every kind of command is said once and applied: the golden ops
//! of a version, and what hostile tests start from. Ids and times are fixed.

use chrono::{DateTime, TimeDelta, Utc};
use shared::{
    booking::Booking,
    command::{
        Applicant, Command, ConfirmArrival, Proof, Receipt, RequestBooking, RescheduleBooking,
        WalkIn,
    },
    envelope::Actor,
    ids::{
        BookingId, DeviceId, FlagId, InvitationId, LeaseId, OfficeId, OpId, ResidentId, UserId,
        VisitId,
    },
    invitation,
    office::{Kelurahan, Office},
    person::{Kk, Nik},
    region::RegionCode,
    resident::{ClaimHash, Draft},
    sync::{OpResult, Role},
    visit::{Mistake, Outcome},
};
use uuid::Uuid;

use crate::sim::people;

/// Beside those of the demo.
pub const OFFICE: OfficeId = OfficeId(9);

/// A village code of the story's office.
#[derive(Clone, Copy)]
pub struct Village(&'static str);
pub const KELURAHAN: Village = Village("1571081001");

impl Village {
    /// # Panics
    /// Never: it is one.
    #[must_use]
    pub fn parse_code(self) -> RegionCode {
        RegionCode::parse(self.0).expect("a village code")
    }
}

/// One op of the story.
pub struct Line {
    pub n: u128,
    pub op: OpId,
    pub at: DateTime<Utc>,
    role: Role,
    /// Which of the residents' phones.
    phone: u128,
    pub command: Command,
}

#[must_use]
pub fn user(role: Role) -> UserId {
    UserId(Uuid::from_u128(0x90_0000 + role as u128))
}

#[must_use]
pub fn device(role: Role, phone: u128) -> DeviceId {
    match role {
        Role::System => DeviceId::system(OFFICE),
        _ => DeviceId(Uuid::from_u128(0x91_0000 + 16 * role as u128 + phone)),
    }
}

impl Line {
    #[must_use]
    pub fn device(&self) -> DeviceId {
        device(self.role, self.phone)
    }

    #[must_use]
    pub fn actor(&self) -> Actor {
        match self.role {
            Role::Resident => Actor::Resident,
            Role::System => Actor::System,
            role => Actor::User(user(role)),
        }
    }
}

/// The office of the simulation under the story's number, open all day.
#[must_use]
pub fn office() -> Office {
    let mut office = people::office();
    office.id = OFFICE;
    office.name = "Kecamatan Emas".to_owned();
    office.kelurahan = vec![Kelurahan {
        code: KELURAHAN.parse_code(),
        name: "Satu".to_owned(),
    }];
    office
}

/// Person `n` of the simulation, with numbers that nobody else has.
fn person(n: usize) -> Draft {
    let mut draft = people::person(n * 2);
    let nik = draft.nik.as_ref().map(|nik| nik.as_str().to_owned());
    let nik = format!("{}{}", &nik.unwrap_or_default()[..12], 9_501 + n);
    draft.nik = Some(Nik::parse(&nik).expect("a NIK"));
    draft.kk = Some(Kk::parse(&format!("157108010120{}", 9_501 + n)).expect("a KK"));
    draft.kelurahan = Some(KELURAHAN.parse_code());
    draft.guardian = None;
    draft.married = true;
    draft
}

/// The story as it goes on: what was heard last decides the ids that the next line names.
#[derive(Default)]
pub struct Story {
    n: u128,
    heard: Vec<OpResult>,
}

fn op(n: u128) -> OpId {
    OpId(Uuid::from_u128(0x90_0000_0000 + n))
}

fn slip() -> ClaimHash {
    ClaimHash::of_code(&ClaimHash::code_from([9; 10])).expect("a code")
}

impl Story {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the answer to the last line.
    pub fn heard(&mut self, result: &OpResult) {
        self.heard.push(result.clone());
    }

    fn receipt(&self, n: usize) -> &Receipt {
        match &self.heard[n - 1] {
            OpResult::Applied { receipt, .. } => receipt,
            other => panic!("line {n} was not applied: {other:?}"),
        }
    }

    fn booking(&self, n: usize) -> &Booking {
        match self.receipt(n) {
            Receipt::Booking { booking } => booking,
            other => panic!("line {n}: {other:?}"),
        }
    }

    fn visit(&self, n: usize) -> VisitId {
        match self.receipt(n) {
            Receipt::Visit { visit, .. } => *visit,
            other => panic!("line {n}: {other:?}"),
        }
    }
}

impl Iterator for Story {
    type Item = Line;

    /// The next line; what the one before brought about must have been [`Story::heard`].
    fn next(&mut self) -> Option<Line> {
        self.n += 1;
        let n = self.n;
        let (role, phone, command) = self.line(n)?;
        // Monday, 08:05 and later; time causes the last two.
        let start: DateTime<Utc> = "2026-11-23T01:05:00Z".parse().expect("a time");
        let at = match n {
            23 => start + TimeDelta::hours(5),
            24 => start + TimeDelta::days(400),
            _ => start + TimeDelta::minutes(i64::try_from(n).expect("small")),
        };
        Some(Line {
            n,
            op: op(n),
            at,
            role,
            phone,
            command,
        })
    }
}

fn wish(who: Draft, slot: &str) -> RequestBooking {
    RequestBooking {
        who: Applicant::New(Box::new(who)),
        choices: vec![slot.parse().expect("a slot")],
        any_that_week: true,
        wait_if_full: false,
        priority: true,
        claim: None,
    }
}

impl Story {
    fn line(&self, n: u128) -> Option<(Role, u128, Command)> {
        use Role::{Head, Kelurahan, Operator, Resident, System};
        let queue = |text: &str| text.parse().expect("a queue number");
        Some(match n {
            1 => {
                let office = Box::new(office());
                (System, 0, Command::SetOffice { office })
            }
            2 => {
                let people = (0..4).map(person).collect();
                (System, 0, Command::EnrolResidents { people })
            }
            3 => {
                let wish = wish(person(0), "2026-11-25T08:00");
                (Resident, 0, Command::RequestBooking(wish))
            }
            4 => {
                let moved = RescheduleBooking {
                    booking: self.booking(3).id,
                    choices: vec!["2026-11-26T09:00".parse().expect("a slot")],
                    any_that_week: false,
                };
                (Resident, 0, Command::RescheduleBooking(moved))
            }
            5 => {
                let booking = self.booking(4).id;
                (Resident, 0, Command::CancelBooking { booking })
            }
            // Today, for the arrival and for the one who does not come.
            6 => {
                let wish = wish(person(1), "2026-11-23T09:00");
                (Resident, 0, Command::RequestBooking(wish))
            }
            7 => {
                let wish = wish(person(2), "2026-11-23T09:00");
                (Resident, 0, Command::RequestBooking(wish))
            }
            // The same NIK once more, from another phone: the office looks at it.
            8 => {
                let wish = wish(person(1), "2026-11-27T09:00");
                (Resident, 1, Command::RequestBooking(wish))
            }
            9 => {
                let (booking, accept) = (self.booking(8).id, false);
                (Operator, 0, Command::ReviewRequest { booking, accept })
            }
            10 => {
                let (resident, claim) = (roll(3), slip());
                (Kelurahan, 0, Command::IssueSlip { resident, claim })
            }
            11 => {
                let birth = person(3).birth.expect("a birth date");
                let (code, remove_others) = (slip(), true);
                let claim = Command::ClaimResident {
                    code,
                    birth,
                    remove_others,
                };
                (Resident, 2, claim)
            }
            12 => {
                let delivered = invitation::State::Delivered {
                    to: Some(person(1).name),
                };
                let delivery = Command::RecordDelivery {
                    invitation: InvitationId(op(2).derive(1)),
                    outcome: delivered,
                };
                (Kelurahan, 0, delivery)
            }
            13 => (Operator, 0, Command::PrepareTablet {}),
            14 => {
                let arrival = ConfirmArrival {
                    booking: self.booking(6).id,
                    queue: queue("A-001"),
                    proof: Proof::Scanned,
                    at: None,
                };
                (Operator, 0, Command::ConfirmArrival(arrival))
            }
            15 => {
                let visit = self.visit(14);
                (Operator, 0, Command::CallVisit { visit })
            }
            16 => {
                let (visit, outcome) = (self.visit(14), Outcome::Recorded);
                (Operator, 0, Command::CloseVisit { visit, outcome })
            }
            17 => {
                let visit = self.visit(14);
                (Operator, 0, Command::ReopenVisit { visit })
            }
            18 => {
                let (visit, outcome) = (self.visit(14), Outcome::Recorded);
                (Operator, 0, Command::CloseVisit { visit, outcome })
            }
            19 => {
                let walk_in = WalkIn {
                    who: Applicant::New(Box::new(person(7))),
                    queue: queue("A-002"),
                    priority: false,
                    lease: None,
                    unknown_ticket: true,
                    at: Some("2026-11-23T01:20:00Z".parse().expect("a time")),
                };
                (Operator, 0, Command::WalkIn(walk_in))
            }
            20 => {
                let (visit, reason) = (self.visit(19), Mistake::NobodyThere);
                (Operator, 0, Command::TakeArrivalBack { visit, reason })
            }
            21 => {
                let lease = lease();
                (Operator, 0, Command::ReturnLease { lease })
            }
            22 => (Head, 0, Command::ResolveFlag { flag: flag() }),
            23 => {
                let booking = self.booking(7).id;
                (System, 0, Command::MarkNoShow { booking })
            }
            24 => {
                let booking: BookingId = self.booking(5).id;
                let resident = self.booking(5).resident;
                let bookings = vec![booking];
                (System, 0, Command::ForgetResident { resident, bookings })
            }
            _ => return None,
        })
    }
}

/// The `n`th person of the story's roll.
fn roll(n: u32) -> ResidentId {
    ResidentId(op(2).derive(2 * n))
}

/// A seat of today that the tablet was lent.
fn lease() -> LeaseId {
    let start = "2026-11-23T09:00".parse().expect("a slot");
    LeaseId::of(device(Role::Operator, 0), start)
}

/// The code that the tablet did not know.
fn flag() -> FlagId {
    FlagId(op(19).derive(1_001))
}
