//! Mobile sessions: planned, changed, cancelled, made ready, extended.

mod crew;
mod follow;

pub(super) use crew::Crew;
pub(super) use follow::{follow, follow_reads};

use super::{
    Decision, Op, Stop, done,
    plan::{self as planning, PLANNERS},
};
use crate::{
    holidays,
    ids::SessionId,
    office::{Office, TEXT},
    person::text::has_control,
    problem::Code,
    row::{Key, Row},
    session::{Details, Item, Session},
    sop::workload,
    sync::Role,
    world::World,
};
use chrono::{NaiveDate, NaiveTime};

/// Who makes it ready, and is there when it takes longer.
const HANDS: &[Role] = &[Role::Head, Role::Admin, Role::Operator];

/// Nobody is received in a village later than this, nor before five in the morning.
fn day() -> (NaiveTime, NaiveTime) {
    let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
    (at(5), at(22))
}

/// A new session, or another day, place, hours or staff for one that has not begun.
pub(super) fn plan(
    world: &World,
    op: &Op<'_>,
    id: Option<SessionId>,
    version: u32,
    details: &Details,
) -> Decision {
    op.require(PLANNERS)?;
    let (office, now) = (op.office(world)?, op.ctx.now);
    let today = office.today(now);
    let before = Crew::find(world, op)?;
    let details = checked(office, today, details)?;
    let session = match id {
        Some(id) => {
            let old = open(world, op, office, id)?;
            if old.version != version || !is_ahead(office, old, op) {
                return Err(Code::SessionChanged.into());
            }
            old.clone().changed(office, details)
        }
        None => Session {
            id: SessionId(op.id.derive(0)),
            office: op.office,
            what: details,
            checklist: Default::default(),
            cancelled: None,
            version: 0,
            former: Vec::new(),
        },
    };
    let after = before.with(&session);
    let office_then = after.restaffed(office, &before, today)?;
    let staffed = office_then.as_ref().unwrap_or(office);
    workload::session(&session.what).map_err(|_| Code::Workload)?;
    workload::beside(staffed, &after.sessions, Some(session.id), &session.what)
        .map_err(|_| Code::Workload)?;
    let mut rows: Vec<Row> = vec![after.followed(office, &session, op).into(), session.into()];
    rows.extend(office_then.map(Row::from));
    done(rows)
}

pub(super) fn reads(world: &World, op: &Op<'_>, id: Option<SessionId>, keys: &mut Vec<Key>) {
    planning::reads(world, op, keys);
    keys.extend(id.map(Key::from));
}

/// It will not take place: its seats are gone, and whoever had one gets another from the office.
pub(super) fn cancel(world: &World, op: &Op<'_>, id: SessionId, reason: &str) -> Decision {
    op.require(PLANNERS)?;
    let office = op.office(world)?;
    let reason = text(reason).ok_or(Code::ReasonMissing)?;
    let old = open(world, op, office, id)?;
    if office.zone.local(op.ctx.now) >= old.ends() {
        return Err(Code::SessionChanged.into());
    }
    let before = Crew::find(world, op)?;
    let mut session = old.clone();
    session.cancelled = Some(reason);
    session.version += 1;
    let after = before.with(&session);
    let mut rows: Vec<Row> = after
        .restaffed(office, &before, office.today(op.ctx.now))?
        .map(Row::from)
        .into_iter()
        .collect();
    rows.push(after.followed(office, &session, op).into());
    rows.push(session.into());
    done(rows)
}

pub(super) fn tick(
    world: &World,
    op: &Op<'_>,
    id: SessionId,
    item: Item,
    is_done: bool,
) -> Decision {
    op.require(HANDS)?;
    let office = op.office(world)?;
    let mut session = open(world, op, office, id)?.clone();
    session.checklist = session.checklist.tick(item, is_done);
    done(vec![session.into()])
}

/// On the day itself people are still waiting: it ends later, also where that is longer than the staff
/// should work. The app says so.
pub(super) fn extend(world: &World, op: &Op<'_>, id: SessionId, until: NaiveTime) -> Decision {
    op.require(HANDS)?;
    let office = op.office(world)?;
    let session = open(world, op, office, id)?;
    let now = office.zone.local(op.ctx.now);
    let (_, latest) = day();
    let later = until > session.what.hours.close && until > now.time() && until <= latest;
    if session.what.date != now.date() || !later {
        return Err(Code::SessionChanged.into());
    }
    let mut what = session.what.clone();
    what.hours.close = until;
    done(vec![session.clone().changed(office, what).into()])
}

/// A session of this office that was not cancelled.
fn open<'w>(
    world: &'w World,
    op: &Op<'_>,
    office: &Office,
    id: SessionId,
) -> Result<&'w Session, Stop> {
    let session = world.find::<Session>(id)?.filter(|s| s.office == op.office);
    let session = session.ok_or(Code::NotFound)?;
    if session.cancelled.is_some() || session.office != office.id {
        return Err(Code::SessionChanged.into());
    }
    Ok(session)
}

fn is_ahead(office: &Office, session: &Session, op: &Op<'_>) -> bool {
    let begins = session.what.date.and_time(session.what.hours.open);
    office.zone.local(op.ctx.now) < begins
}

fn text(said: &str) -> Option<String> {
    let said = said.trim();
    let fits = !said.is_empty() && !has_control(said) && said.chars().count() <= TEXT;
    fits.then(|| said.to_owned())
}

/// The details as they are kept: a place in words, villages of the office, a day and hours on which
/// somebody can be received.
fn checked(office: &Office, today: NaiveDate, details: &Details) -> Result<Details, Stop> {
    let mut details = details.clone();
    details.place = text(&details.place).ok_or(Code::Malformed)?;
    details.kelurahan.sort();
    details.kelurahan.dedup();
    let known = |code| office.kelurahan(code).is_some();
    if details.kelurahan.is_empty() || !details.kelurahan.iter().all(known) {
        return Err(Code::UnknownKelurahan.into());
    }
    if details.coordinates.is_some_and(|at| !at.is_on_earth()) {
        return Err(Code::Malformed.into());
    }
    let date = details.date;
    if date < today {
        return Err(Code::DayPast.into());
    }
    if !holidays::covers(date) {
        return Err(Code::PlanPeriod.into());
    }
    let free_day = holidays::on(date).is_some() && !office.settings.opened.contains(&date);
    let (earliest, latest) = day();
    let hours = details.hours;
    let odd = hours.open < earliest || hours.close > latest || hours.open >= hours.close;
    let slots = office.cut(date, details.windows(), details.stations, None);
    if free_day || odd || slots.is_empty() {
        return Err(Code::PlanCalendar.into());
    }
    Ok(details)
}
