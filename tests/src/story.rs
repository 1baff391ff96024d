//! A short life of an office in which every kind of command is said once and applied: the golden ops
//! of a version, and what hostile tests start from. Ids and times are fixed.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use shared::{
    booking::Booking,
    bundle::Neighbourhood,
    command::{
        Applicant, Command, ConfirmArrival, ConfirmPlan, DayChange, Place, Printed, Proof, Receipt,
        RequestBooking, RescheduleBooking, SetDay, SetRequirements, SetWeek, WalkIn, WeekChange,
    },
    envelope::Actor,
    ids::{
        BookingId, DeviceId, FlagId, InvitationId, LeaseId, OfficeId, OpId, ResidentId, SessionId,
        UserId, VisitId,
    },
    invitation,
    office::{Hours, Kelurahan, Office},
    person::{Kk, Nik, PersonName},
    plan::Part,
    region::RegionCode,
    removal::PhoneId,
    resident::{ClaimHash, Draft},
    session::{Details, Item},
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
        // Monday, 08:05 and later; time causes the two after that, and the year after a day is closed.
        let start: DateTime<Utc> = "2026-11-23T01:05:00Z".parse().expect("a time");
        let minutes = TimeDelta::minutes(i64::try_from(n).expect("small"));
        let at = match n {
            23 => start + TimeDelta::hours(5),
            24 => start + TimeDelta::days(400),
            25..=30 => start + TimeDelta::days(400) + minutes,
            59 => start + TimeDelta::days(403),
            60.. => start + TimeDelta::days(403) + minutes,
            31.. => start + TimeDelta::days(401) + minutes,
            _ => start + minutes,
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
        use Role::{Admin, Head, Kelurahan, Operator, Resident, System};
        let queue = |text: &str| text.parse().expect("a queue number");
        Some(match n {
            1 => {
                let office = Box::new(office());
                (System, 0, Command::SetOffice { office })
            }
            2 => {
                let people = (0..4).map(person).collect();
                (System, 0, Command::enrol(people))
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
                    priority: None,
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
                let asked = false;
                (
                    System,
                    0,
                    Command::ForgetResident {
                        resident,
                        bookings,
                        asked,
                    },
                )
            }
            25 => {
                let wish = wish(person(5), "2027-12-29T08:00");
                (Resident, 3, Command::RequestBooking(wish))
            }
            26 => {
                let wish = wish(person(6), "2027-12-29T08:00");
                (Resident, 4, Command::RequestBooking(wish))
            }
            27 => {
                let reason = "Listrik padam".to_owned();
                let day = SetDay {
                    date: "2027-12-29".parse().expect("a date"),
                    change: DayChange::Closed { reason },
                };
                (Head, 0, Command::SetDay(day))
            }
            28 | 29 => {
                let booking = self.booking(if n == 28 { 25 } else { 26 }).id;
                (System, 0, Command::OfferSlots { booking })
            }
            30 => {
                let booking = self.booking(25).id;
                let slot = "2027-12-30T08:00".parse().ok();
                (Resident, 3, Command::AnswerOffer { booking, slot })
            }
            31 => {
                let booking = self.booking(26).id;
                (System, 0, Command::EndOffer { booking })
            }
            32 => {
                let date = "2027-12-30".parse().expect("a date");
                (System, 0, Command::ReleaseSeats { date })
            }
            // A village on the day itself; whoever is invited to it follows it by half an hour.
            33 => {
                let mut office = office();
                office.settings.invite_ahead_days = 0;
                let office = Box::new(office);
                (System, 0, Command::SetOffice { office })
            }
            34 | 39 => {
                let session = (n == 39).then(session);
                let details = Box::new(village(if n == 39 { 30 } else { 0 }));
                let plan = Command::PlanSession {
                    session,
                    version: 0,
                    details,
                };
                (Head, 0, plan)
            }
            35 => {
                let tick = Command::TickSession {
                    session: session(),
                    item: Item::Generator,
                    done: true,
                };
                (Operator, 0, tick)
            }
            36 => {
                let part = Part {
                    slot: "2027-12-29T13:00".parse().expect("a slot"),
                    session: Some(session()),
                    kelurahan: KELURAHAN.parse_code(),
                    seats: 1,
                    given: 0,
                };
                let date = part.slot.date();
                let plan = ConfirmPlan {
                    version: 0,
                    from: date,
                    to: date,
                    parts: vec![part],
                };
                (Head, 0, Command::ConfirmPlan(plan))
            }
            37 => {
                let people = vec![roll(3)];
                (System, 0, Command::AllotInvitations { people })
            }
            38 => {
                let invitation = InvitationId(op(2).derive(7));
                let accept = Command::AnswerInvitation {
                    invitation,
                    accept: true,
                };
                (Resident, 2, accept)
            }
            40 => {
                let booking = self.booking(38).id;
                (System, 0, Command::FollowSession { booking })
            }
            41 => {
                let until = NaiveTime::from_hms_opt(16, 0, 0).expect("a time");
                let session = session();
                (Operator, 0, Command::ExtendSession { session, until })
            }
            42 => {
                let (session, reason) = (session(), "Banjir".to_owned());
                (Head, 0, Command::CancelSession { session, reason })
            }
            // The paper of somebody who booked and did not come, and then another date for them.
            43 => {
                let paper = Printed {
                    invitation: paper(),
                    claim: slip(),
                    place: Some(Place {
                        slot: "2027-12-29T13:00".parse().expect("a slot"),
                        session: Some(session()),
                    }),
                };
                let printed = vec![paper];
                (Kelurahan, 0, Command::PrintInvitations { printed })
            }
            44 => {
                let hand_over = Command::HandOver {
                    invitations: vec![paper()],
                    to: Some(person(1).name),
                };
                (Kelurahan, 0, hand_over)
            }
            45 => {
                let invitation = paper();
                (Kelurahan, 0, Command::TellChange { invitation })
            }
            46 => {
                let of = Neighbourhood {
                    kelurahan: KELURAHAN.parse_code(),
                    rw: Some(1),
                    rt: Some(5),
                };
                let carrier = person(1).name;
                (Head, 0, Command::AssignBundle { of, carrier })
            }
            47 => {
                let invitation = paper();
                (Kelurahan, 0, Command::ReplanInvitation { invitation })
            }
            51 => (Admin, 1, Command::SignOut {}),
            54 => {
                let (op, accept) = (op(1), true);
                (Head, 0, Command::AnswerHeld { op, accept })
            }
            53 => {
                let mut right = person(3);
                right.name = PersonName::parse("Siti Aminah").expect("a name");
                let (resident, to) = (roll(3), Box::new(right));
                (System, 0, Command::CorrectResident { resident, to })
            }
            // Lost, and found again.
            48 | 49 => {
                let device = device(Operator, 0);
                let locked = n == 48;
                (Head, 0, Command::LockDevice { device, locked })
            }
            50 => {
                let day = Box::new(office().settings.week);
                let change = WeekChange::Hours {
                    name: "Ramadan".to_owned(),
                    week: day,
                };
                let set = SetWeek {
                    from: "2028-01-28".parse().expect("a date"),
                    to: "2028-02-25".parse().expect("a date"),
                    change,
                };
                (Head, 0, Command::SetWeek(set))
            }
            // Another phone asks to be the only one, and the first objects; staff remove it. It asks again,
            // and nobody objects.
            55 | 58 => {
                let birth = person(3).birth.expect("a birth date");
                let (code, remove_others) = (slip(), true);
                let claim = Command::ClaimResident {
                    code,
                    birth,
                    remove_others,
                };
                (Resident, 5, claim)
            }
            56 => {
                let resident = roll(3);
                (Resident, 2, Command::KeepPhones { resident })
            }
            57 => {
                let resident = roll(3);
                let phone = PhoneId::of(device(Resident, 5), resident);
                (Kelurahan, 0, Command::RemovePhone { resident, phone })
            }
            59 => {
                let resident = roll(3);
                (System, 0, Command::RemoveOthers { resident })
            }
            // The desk says who goes first.
            60 => {
                let arrival = ConfirmArrival {
                    booking: self.booking(38).id,
                    queue: queue("A-003"),
                    proof: Proof::List,
                    priority: Some(true),
                    at: None,
                };
                (Operator, 0, Command::ConfirmArrival(arrival))
            }
            61 => {
                let set = SetRequirements {
                    rt_letter: false,
                    land_tax_slip: true,
                    also: vec!["Fotokopi KK".to_owned()],
                };
                (Head, 0, Command::SetRequirements(set))
            }
            // A session that is over by then: only the name stays with the tablet.
            52 => {
                let sessions = vec![session()];
                (Operator, 0, Command::TakeAlong { sessions })
            }
            _ => return None,
        })
    }
}

/// The invitation of the third person of the roll.
fn paper() -> InvitationId {
    InvitationId(op(2).derive(5))
}

/// The session of line 34.
fn session() -> SessionId {
    SessionId(op(34).derive(0))
}

/// An hour in the village from so many minutes past one.
fn village(minutes: u32) -> Details {
    let at = |hour| NaiveTime::from_hms_opt(hour, minutes, 0).expect("a time");
    Details {
        kelurahan: vec![KELURAHAN.parse_code()],
        place: "Balai Desa".to_owned(),
        coordinates: None,
        date: "2027-12-29".parse().expect("a date"),
        hours: Hours {
            open: at(13),
            close: at(14),
            break_from: at(14),
            break_to: at(14),
        },
        stations: 1,
        staff: 1,
        from_office: 0,
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
