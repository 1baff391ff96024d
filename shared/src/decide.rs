//! From a command to changes: pure, the same on both sides. The server decides; a device decides
//! over the rows it has, to show the effect at once, and where rows are missing it says *pending*.

pub mod access;
mod allot;
mod booking;
mod correct;
mod day;
mod delivery;
mod device;
mod enrol;
mod forget;
mod guess;
mod invitation;
mod mistake;
mod no_show;
mod offer;
mod office;
mod often;
mod phones;
mod plan;
mod proposal;
mod review;
mod seats;
mod session;
mod slip;
mod tablet;
#[cfg(test)]
mod tests;
mod visit;
mod walk_in;

use crate::{
    command::{Command, Receipt},
    envelope::{Actor, Envelope},
    flag::{self, Flag},
    ids::{BookingId, DeviceId, FlagId, OfficeId, OpId, UserId},
    office::{Office, OutOfBounds},
    person::Nik,
    problem::{Code, Problem},
    region::RegionCode,
    resident::NikKey,
    row::{Change, Key, Of, Row},
    slot::SlotStart,
    sop::clock::SKEW,
    sync::Role,
    ticket::{Sign, Ticket},
    world::{NotLoaded, World},
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Which side decides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// All rows named by [`reads`] are loaded.
    #[cfg(feature = "server")]
    Server,
    /// What is missing stays pending.
    Device,
}

impl Side {
    const fn is_server(self) -> bool {
        #[cfg(feature = "server")]
        return matches!(self, Self::Server);
        #[cfg(not(feature = "server"))]
        false
    }
}

/// What a decision knows besides the world and the command.
pub struct Context<'a> {
    pub side: Side,
    /// When the command was received; on a device, its own clock.
    pub now: DateTime<Utc>,
    /// What to add to the device's times: server's now minus `sent_at`.
    pub shift: TimeDelta,
    pub who: Who,
    /// Keys of the NIKs in the payload; empty on a device.
    pub nik_keys: BTreeMap<Nik, NikKey>,
    /// Signs tickets; absent on a device.
    pub signer: Option<&'a dyn Sign>,
    /// Devices named in the payload on which staff of the office have signed in, each with all ids that its browser
    /// has or had, its own among them; empty on a device.
    pub staff_devices: BTreeMap<DeviceId, BTreeSet<DeviceId>>,
    /// A fact that is taken although its device or account was locked since: marked for the head.
    pub marked: bool,
}

/// The person a command comes from, as the deciding side knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    pub role: Role,
    pub user: Option<UserId>,
    pub office: Option<OfficeId>,
    pub kelurahan: Option<RegionCode>,
}

impl Who {
    #[must_use]
    pub fn resident() -> Self {
        Self {
            role: Role::Resident,
            user: None,
            office: None,
            kelurahan: None,
        }
    }

    #[must_use]
    pub fn system(office: OfficeId) -> Self {
        Self {
            role: Role::System,
            user: None,
            office: Some(office),
            kelurahan: None,
        }
    }
}

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Applied(Receipt),
    Rejected(Problem),
    /// Only on a device: rows that would be needed are not here.
    Pending,
}

/// What a decision leads to. A rejection may change rows too (a wrong code counts).
struct Verdict {
    rows: Vec<Change>,
    outcome: Outcome,
}

/// Leaves a decision early.
enum Stop {
    Rejected(Problem),
    NotLoaded(NotLoaded),
}

type Decision = Result<Verdict, Stop>;

impl From<NotLoaded> for Stop {
    fn from(missing: NotLoaded) -> Self {
        Self::NotLoaded(missing)
    }
}

impl From<OutOfBounds> for Stop {
    fn from(odd: OutOfBounds) -> Self {
        Code::from(odd).into()
    }
}

impl From<Code> for Stop {
    fn from(code: Code) -> Self {
        Self::Rejected(code.into())
    }
}

impl Verdict {
    fn applied(rows: Vec<Change>, receipt: Receipt) -> Decision {
        Ok(Self {
            rows,
            outcome: Outcome::Applied(receipt),
        })
    }
}

/// One command with its surroundings, as the deciding functions see it.
struct Op<'a> {
    id: OpId,
    device: DeviceId,
    office: OfficeId,
    /// When the person acted, corrected and never in the future.
    at: DateTime<Utc>,
    skewed: bool,
    ctx: &'a Context<'a>,
}

/// Which of an op's flags one is: their ids are made from it, so each op raises one in each place at most.
#[derive(Clone, Copy)]
enum Place {
    /// Of the row or the person that the command names in this place, or a number of the command's own.
    Nth(u32),
    /// Of a booking from which the claim on a NIK passed on.
    ClaimPassed,
    /// Of an op that was taken though its device or account was locked.
    Lock,
}

impl From<u32> for Place {
    fn from(n: u32) -> Self {
        Self::Nth(n)
    }
}

impl Place {
    /// The number of its id among those that the op gives: below 900 are the ids of other rows.
    fn number(self) -> u32 {
        match self {
            Self::ClaimPassed => 998,
            Self::Lock => 999,
            Self::Nth(n) => n.saturating_add(1_000),
        }
    }
}

impl<'a> Op<'a> {
    fn new(envelope: &Envelope, ctx: &'a Context<'a>) -> Self {
        let at = envelope
            .device_time
            .checked_add_signed(ctx.shift)
            .unwrap_or(ctx.now)
            .min(ctx.now);
        Self {
            id: envelope.op_id,
            device: envelope.device_id,
            office: envelope.office,
            at,
            skewed: ctx.shift.abs() > SKEW,
            ctx,
        }
    }

    /// Whether the server decides. Without the feature `server` the compiler knows that it never does.
    fn on_server(&self) -> bool {
        self.ctx.side.is_server()
    }

    /// A row that the server has loaded, and that a device may not hold: `None` on a device without it.
    fn known<'w, T: Of>(
        &self,
        world: &'w World,
        key: impl Into<Key>,
    ) -> Result<Option<&'w T>, Stop> {
        if self.on_server() {
            Ok(world.find(key)?)
        } else {
            Ok(world.get(key))
        }
    }

    /// When a wish counts: once it is here. What a device says of its own time would put it before others.
    fn received(&self) -> DateTime<Utc> {
        if self.on_server() {
            self.ctx.now
        } else {
            self.at
        }
    }

    /// A time that a person typed, never in the future.
    fn stated(&self, at: Option<DateTime<Utc>>) -> DateTime<Utc> {
        at.map_or(self.at, |at| at.min(self.ctx.now))
    }

    fn office<'w>(&self, world: &'w World) -> Result<&'w Office, Stop> {
        world
            .find(Key::office(self.office))?
            .ok_or_else(|| Code::NotFound.into())
    }

    fn flag(&self, place: impl Into<Place>, kind: flag::Kind, subject: Uuid) -> Change {
        self.flagged(place, kind, subject).into()
    }

    fn flagged(&self, place: impl Into<Place>, kind: flag::Kind, subject: Uuid) -> Flag {
        Flag {
            id: FlagId(self.id.derive(place.into().number())),
            office: self.office,
            kind,
            subject,
            op: self.id,
            device: self.device,
            at: self.at,
            resolved_by: None,
        }
    }

    /// Whether to look if this device's clock was flagged today.
    fn tells_skew(&self, command: &Command) -> bool {
        self.skewed && command.is_fact() && self.on_server()
    }

    /// One flag a day for a device whose clock is off.
    fn skew_id(&self, world: &World) -> FlagId {
        let name = format!("skew/{}", self.office_day(world));
        FlagId(Uuid::new_v5(&self.device.0, name.as_bytes()))
    }

    /// Today at the office.
    fn office_day(&self, world: &World) -> NaiveDate {
        let office = world.get::<Office>(Key::office(self.office));
        office.map_or_else(|| self.ctx.now.date_naive(), |o| o.today(self.ctx.now))
    }

    fn skew_flag(&self, id: FlagId) -> Change {
        Flag {
            id,
            office: self.office,
            kind: flag::Kind::ClockSkew,
            subject: self.device.0,
            op: self.id,
            device: self.device,
            at: self.ctx.now,
            resolved_by: None,
        }
        .into()
    }

    fn ticket(&self, office: &Office, booking: BookingId, slot: SlotStart) -> Option<String> {
        let ticket = Ticket {
            booking,
            starts: office.starts(slot),
        };
        self.ctx.signer.map(|signer| signer.sign(ticket))
    }

    fn nik_key(&self, nik: Option<&Nik>) -> Option<NikKey> {
        nik.and_then(|nik| self.ctx.nik_keys.get(nik)).copied()
    }
}

/// Decides one command and applies its changes to the world.
///
/// # Errors
/// [`NotLoaded`] on the server only: a row that [`reads`] should have named.
pub fn decide(
    world: &mut World,
    envelope: &Envelope,
    command: &Command,
    ctx: &Context<'_>,
) -> Result<(Outcome, Vec<Change>), NotLoaded> {
    conclude(world, envelope, command, ctx, dispatch)
}

/// As [`decide`], for a device that holds the ops of residents alone: all else is *pending*, and the
/// code that would decide it is not in the program.
///
/// # Errors
/// As [`decide`].
pub fn decide_wish(
    world: &mut World,
    envelope: &Envelope,
    command: &Command,
    ctx: &Context<'_>,
) -> Result<(Outcome, Vec<Change>), NotLoaded> {
    conclude(world, envelope, command, ctx, wish)
}

/// [`decide`] or [`decide_wish`].
pub type Decide =
    fn(&mut World, &Envelope, &Command, &Context<'_>) -> Result<(Outcome, Vec<Change>), NotLoaded>;

fn conclude(
    world: &mut World,
    envelope: &Envelope,
    command: &Command,
    ctx: &Context<'_>,
    dispatch: impl FnOnce(&World, &Op<'_>, &Command) -> Decision,
) -> Result<(Outcome, Vec<Change>), NotLoaded> {
    let op = Op::new(envelope, ctx);
    let counting = world.begin();
    let decided = dispatch(world, &op, command);
    drop(counting);
    // From some lookup on it was told nothing: what it made of that counts for nothing.
    let decided = match world.is_spent() {
        true => Err(Stop::NotLoaded(NotLoaded(Key::office(op.office)))),
        false => decided,
    };
    match decided {
        Ok(mut verdict) => {
            let applied = matches!(verdict.outcome, Outcome::Applied(_));
            if applied && op.tells_skew(command) {
                let id = op.skew_id(world);
                if world.find::<Flag>(id)?.is_none() {
                    verdict.rows.push(op.skew_flag(id));
                }
            }
            if applied && ctx.marked {
                let subject = match &verdict.outcome {
                    Outcome::Applied(Receipt::Visit { visit, .. }) => Some(visit.0),
                    _ => command.subject(),
                };
                let subject = subject.unwrap_or(op.device.0);
                let mark = op.flag(Place::Lock, flag::Kind::SentAfterLock, subject);
                verdict.rows.push(mark);
            }
            for change in &verdict.rows {
                world.apply(change.clone());
            }
            Ok((verdict.outcome, verdict.rows))
        }
        Err(Stop::Rejected(problem)) => Ok((Outcome::Rejected(problem), Vec::new())),
        Err(Stop::NotLoaded(missing)) if ctx.side.is_server() => Err(missing),
        Err(Stop::NotLoaded(_)) => Ok((Outcome::Pending, Vec::new())),
    }
}

/// What residents ask for.
fn wish(world: &World, op: &Op<'_>, command: &Command) -> Decision {
    match command {
        Command::RequestBooking(wish) => {
            guess::counted(world, op, wish, booking::request(world, op, wish))
        }
        Command::RescheduleBooking(wish) => booking::reschedule(world, op, wish),
        Command::CancelBooking { booking } => booking::cancel(world, op, *booking),
        Command::ClaimResident {
            code,
            birth,
            remove_others,
        } => slip::claim(world, op, *code, *birth, *remove_others),
        Command::AnswerInvitation { invitation, accept } => {
            invitation::answer(world, op, *invitation, *accept)
        }
        Command::AnswerOffer { booking, slot } => offer::answer(world, op, *booking, *slot),
        Command::KeepPhones { resident } => phones::keep(world, op, *resident),
        _ => Ok(Verdict {
            rows: Vec::new(),
            outcome: Outcome::Pending,
        }),
    }
}

fn dispatch(world: &World, op: &Op<'_>, command: &Command) -> Decision {
    match command {
        Command::RequestBooking(_)
        | Command::RescheduleBooking(_)
        | Command::CancelBooking { .. }
        | Command::ClaimResident { .. }
        | Command::KeepPhones { .. }
        | Command::AnswerInvitation { .. }
        | Command::AnswerOffer { .. } => wish(world, op, command),
        Command::ReplanInvitation { invitation } => invitation::replan(world, op, *invitation),
        Command::PrintInvitations { printed } => invitation::print(world, op, printed),
        Command::HandOver { invitations, to } => {
            invitation::hand_over(world, op, invitations, to.as_ref())
        }
        Command::TellChange { invitation } => invitation::tell(world, op, *invitation),
        Command::AssignBundle { of, carrier } => invitation::assign(world, op, of, carrier),
        Command::SetDay(day) => day::set(world, op, day),
        Command::SetWeek(week) => day::set_week(world, op, week),
        Command::SetRequirements(set) => office::set_requirements(world, op, set),
        Command::ConfirmPlan(plan) => plan::confirm(world, op, plan),
        Command::PlanSession {
            session,
            version,
            details,
        } => session::plan(world, op, *session, *version, details),
        Command::CancelSession { session, reason } => session::cancel(world, op, *session, reason),
        Command::TickSession {
            session,
            item,
            done,
        } => session::tick(world, op, *session, *item, *done),
        Command::ExtendSession { session, until } => session::extend(world, op, *session, *until),
        Command::AllotInvitations { people } => allot::allot(world, op, people),
        Command::OfferSlots { booking } => offer::make(world, op, *booking),
        Command::EndOffer { booking } => offer::end(world, op, *booking),
        Command::FollowSession { booking } => session::follow(world, op, *booking),
        Command::ReleaseSeats { date } => offer::release(world, op, *date),
        Command::MarkNoShow { booking } => no_show::mark(world, op, *booking),
        Command::ReviewRequest { booking, accept } => review::review(world, op, *booking, *accept),
        Command::IssueSlip { resident, claim } => slip::issue(world, op, *resident, *claim),
        Command::RemovePhone { resident, phone } => phones::remove(world, op, *resident, *phone),
        Command::RemoveOthers { resident } => phones::remove_others(world, op, *resident),
        Command::ConfirmArrival(arrival) => visit::confirm_arrival(world, op, arrival),
        Command::WalkIn(walk_in) => walk_in::enter(world, op, walk_in),
        Command::CallVisit { visit } => visit::call(world, op, *visit),
        Command::CloseVisit { visit, outcome } => visit::close(world, op, *visit, *outcome),
        Command::ReopenVisit { visit } => visit::reopen(world, op, *visit),
        Command::TakeArrivalBack { visit, reason } => {
            mistake::take_back(world, op, *visit, *reason)
        }
        Command::RecordDelivery {
            invitation,
            outcome,
        } => delivery::record(world, op, *invitation, outcome),
        Command::PrepareTablet {} => tablet::prepare(world, op),
        Command::ReturnLease { lease } => tablet::return_lease(world, op, *lease),
        Command::TakeAlong { sessions } => tablet::take_along(world, op, sessions),
        Command::ResolveFlag { flag } => office::resolve_flag(world, op, *flag),
        Command::SignOut {} => device::sign_out(op),
        Command::AnswerHeld { .. } => device::answer_held(op),
        Command::LockDevice { device, locked } => device::lock(world, op, *device, *locked),
        Command::SetOffice { office } => office::set(op, office),
        Command::EnrolResidents { people, known } => enrol::enrol(world, op, people, known),
        Command::ForgetResident {
            resident,
            bookings,
            asked,
        } => forget::resident(world, op, *resident, bookings, *asked),
        Command::CorrectResident { resident, to } => correct::resident(world, op, *resident, to),
    }
}

/// [`reads`] is asked so often at most: for a review the booking, its resident, the claim on the NIK, the
/// first record with it, their invitation, and its seat.
pub const ROUNDS: usize = 6;

/// The rows a decision may look at. The answer grows with what is loaded already: ask, load, and
/// ask again until nothing new is named, at most [`ROUNDS`] times.
#[must_use]
pub fn reads(world: &World, envelope: &Envelope, command: &Command, ctx: &Context<'_>) -> Vec<Key> {
    let _counting = world.begin();
    let op = Op::new(envelope, ctx);
    let mut keys = vec![Key::office(op.office)];
    if envelope.actor == Actor::Resident {
        keys.push(op.device.into());
    }
    if op.tells_skew(command) && world.knows(Key::office(op.office)) {
        keys.push(op.skew_id(world).into());
    }
    match command {
        Command::RequestBooking(wish) => booking::request_reads(world, &op, wish, &mut keys),
        Command::RescheduleBooking(wish) => {
            booking::booking_reads(world, wish.booking, &mut keys);
            seats::wished_reads(world, &op, &wish.choices, wish.any_that_week, &mut keys);
        }
        Command::CancelBooking { booking } | Command::MarkNoShow { booking } => {
            booking::booking_reads(world, *booking, &mut keys);
        }
        Command::ReviewRequest { booking, .. } => {
            review::review_reads(world, &op, *booking, &mut keys);
        }
        Command::ClaimResident { code, .. } => slip::claim_reads(world, *code, &mut keys),
        Command::IssueSlip { resident, .. } => slip::issue_reads(world, *resident, &mut keys),
        Command::KeepPhones { resident }
        | Command::RemovePhone { resident, .. }
        | Command::RemoveOthers { resident } => phones::reads(world, *resident, &mut keys),
        Command::ConfirmArrival(arrival) => visit::arrival_reads(world, &op, arrival, &mut keys),
        Command::WalkIn(walk_in) => walk_in::reads(world, &op, walk_in, &mut keys),
        Command::CallVisit { visit } | Command::ReopenVisit { visit } => {
            visit::visit_reads(world, *visit, &mut keys);
        }
        Command::CloseVisit { visit, .. } => visit::close_reads(world, *visit, &mut keys),
        Command::TakeArrivalBack { visit, .. } => {
            mistake::take_back_reads(world, *visit, &mut keys)
        }
        Command::ForgetResident {
            resident, bookings, ..
        } => forget::resident_reads(world, *resident, bookings, &mut keys),
        Command::CorrectResident { resident, to } => {
            correct::resident_reads(world, &op, *resident, to, &mut keys);
        }
        Command::RecordDelivery { invitation, .. }
        | Command::ReplanInvitation { invitation }
        | Command::TellChange { invitation }
        | Command::AnswerInvitation { invitation, .. } => {
            invitation::reads(world, *invitation, &mut keys);
        }
        Command::PrintInvitations { printed } => {
            invitation::print_reads(world, printed, &mut keys);
        }
        Command::HandOver { invitations, .. } => {
            keys.extend(invitations.iter().map(|id| Key::from(*id)));
        }
        Command::AssignBundle { of, .. } => keys.push(of.id(op.office).into()),
        Command::ConfirmPlan(_) | Command::SetDay(_) => plan::reads(world, &op, &mut keys),
        Command::PlanSession { session, .. } => {
            session::reads(world, &op, *session, &mut keys);
        }
        Command::CancelSession { session, .. }
        | Command::TickSession { session, .. }
        | Command::ExtendSession { session, .. } => {
            session::reads(world, &op, Some(*session), &mut keys);
        }
        Command::AllotInvitations { people } => {
            allot::reads(world, &op, people, &mut keys);
        }
        Command::AnswerOffer { booking, .. }
        | Command::OfferSlots { booking }
        | Command::EndOffer { booking } => offer::reads(world, &op, *booking, &mut keys),
        Command::FollowSession { booking } => {
            session::follow_reads(world, &op, *booking, &mut keys);
        }
        Command::ReleaseSeats { date } => offer::release_reads(world, &op, *date, &mut keys),
        Command::PrepareTablet {} => tablet::prepare_reads(world, &op, &[], &mut keys),
        Command::TakeAlong { sessions } => {
            tablet::prepare_reads(world, &op, sessions, &mut keys);
        }
        Command::ReturnLease { lease } => tablet::return_reads(world, *lease, &mut keys),
        Command::ResolveFlag { flag } => phones::flag_reads(world, *flag, &mut keys),
        Command::LockDevice { device, .. } => {
            let ids = ctx.staff_devices.get(device).into_iter().flatten();
            keys.extend(ids.copied().map(Key::from));
        }
        Command::SetOffice { .. }
        | Command::SetWeek(_)
        | Command::SetRequirements(_)
        | Command::SignOut {}
        | Command::AnswerHeld { .. } => {}
        Command::EnrolResidents { people, known } => {
            enrol::enrol_reads(world, &op, people, known, &mut keys);
        }
    }
    keys
}

/// The NIKs of a payload, for which the server computes keys before it decides.
#[must_use]
pub fn niks(command: &Command) -> Vec<&Nik> {
    match command {
        Command::EnrolResidents { people, .. } => {
            people.iter().filter_map(|p| p.nik.as_ref()).collect()
        }
        Command::CorrectResident { to, .. } => to.nik.iter().collect(),
        _ => command
            .draft()
            .and_then(|draft| draft.nik.as_ref())
            .into_iter()
            .collect(),
    }
}

/// Keeps rows and receipts short to write.
fn done(rows: Vec<Row>) -> Decision {
    Verdict::applied(rows.into_iter().map(Change::Put).collect(), Receipt::Done)
}
