//! The visits of the day as the desk handles them: called, waiting in order, ended, and the ones
//! that repeat another tablet's.

use super::{person::Person, place};
use crate::clock;
use chrono::{DateTime, NaiveDate, Utc};
use shared::{
    booking::Booking,
    client::{OpStatus, QueuedOp},
    command::{Command, Receipt},
    ids::{DeviceId, OpId, SessionId, VisitId},
    office::Office,
    slot::SlotStart,
    sync::OpResult,
    visit::{State, Visit},
    world::World,
};
use std::collections::{BTreeMap, BTreeSet};

/// A visit with what is shown of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guest {
    pub visit: VisitId,
    pub number: String,
    pub person: Person,
    pub state: State,
    pub priority: bool,
    pub slot: Option<SlotStart>,
    pub day: NaiveDate,
    pub arrived_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    /// The number under which the same person arrived first, where this visit repeats that one.
    pub repeats: Option<String>,
    /// A ticket that was confirmed while its booking was not on the tablet.
    pub unseen: Option<Unseen>,
    /// The last command of this tablet about it.
    pub op: Option<OpId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unseen {
    /// Its details come with the next contact.
    ToFollow,
    /// The office does not know it either.
    Lost,
}

/// All of them, sorted for the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    pub called: Vec<Guest>,
    pub waiting: Vec<Guest>,
    pub unseen: Vec<Guest>,
    /// Latest first.
    pub ended: Vec<Guest>,
    pub repeats: Vec<Guest>,
    /// Left open on an earlier day, or entered late from paper.
    pub older: Vec<Guest>,
    /// Waiting at another place, as this tablet took them down before it came here.
    pub elsewhere: Vec<Guest>,
}

/// The room whose queue it is: where the tablet stands. What this tablet took down is always here.
#[derive(Clone, Copy)]
pub struct Room {
    device: DeviceId,
    session: Option<SessionId>,
}

impl Room {
    pub fn of(world: &World, device: DeviceId, today: NaiveDate) -> Self {
        let session = place::here(world, device, today);
        Self { device, session }
    }

    fn is_of(self, visit: &Visit) -> bool {
        visit.session == self.session
    }

    fn has(self, visit: &Visit) -> bool {
        self.is_of(visit) || visit.device == self.device
    }
}

impl Guest {
    fn of(world: &World, office: &Office, visit: &Visit, op: Option<OpId>) -> Self {
        let booking = visit.booking.and_then(|id| world.get::<Booking>(id));
        let first = visit.repeats.map(|id| world.get::<Visit>(id));
        Self {
            visit: visit.id,
            number: visit.queue.to_string(),
            person: Person::find(world, office, visit.resident, visit.kelurahan.as_ref()),
            state: visit.state,
            priority: visit.priority,
            slot: booking.and_then(|b| b.slot),
            day: visit.day,
            arrived_at: visit.arrived_at,
            ended_at: visit.ended_at,
            repeats: first.map(|v| v.map(|v| v.queue.to_string()).unwrap_or_default()),
            unseen: None,
            op,
        }
    }

    /// Changes whenever the line has to be drawn anew.
    pub fn key(&self) -> (VisitId, String) {
        let drawn = (&self.state, self.priority, &self.person.name, &self.repeats);
        (
            self.visit,
            format!("{drawn:?}{:?}{:?}", self.unseen, self.op),
        )
    }
}

impl Line {
    pub fn of<'a>(
        world: &World,
        ops: impl Iterator<Item = &'a QueuedOp> + Clone,
        office: &Office,
        today: NaiveDate,
        room: Room,
    ) -> Self {
        let mut visits: Vec<&Visit> = world
            .all::<Visit>()
            .filter(|v| v.office == office.id && (v.day != today || room.has(v)))
            .collect();
        visits.sort_by_cached_key(|visit| visit.queue_key());
        let said = last_ops(ops.clone());
        let mut line = Self {
            unseen: unseen(world, ops, office, today),
            ..Self::default()
        };
        for visit in visits {
            let guest = || Guest::of(world, office, visit, said.get(&visit.id).copied());
            if visit.repeats.is_some() {
                if visit.day == today {
                    line.repeats.push(guest());
                }
            } else if visit.day != today {
                if visit.state.is_open() {
                    line.older.push(guest());
                }
            } else {
                match visit.state {
                    State::Waiting if !room.is_of(visit) => line.elsewhere.push(guest()),
                    State::Waiting => line.waiting.push(guest()),
                    State::Called => line.called.push(guest()),
                    State::TakenBack { .. } => {}
                    _ => line.ended.push(guest()),
                }
            }
        }
        line.ended.sort_by_key(|g| std::cmp::Reverse(g.ended_at));
        line
    }
}

/// Arrivals of today whose booking is not here: the view can't show them, the outbox can.
fn unseen<'a>(
    world: &World,
    ops: impl Iterator<Item = &'a QueuedOp>,
    office: &Office,
    today: NaiveDate,
) -> Vec<Guest> {
    let mut guests: Vec<Guest> = Vec::new();
    let mut closed: BTreeSet<VisitId> = BTreeSet::new();
    let kinds = ["confirm_arrival", "close_visit"];
    let of_today = ops.filter(|op| {
        let said = &op.envelope;
        kinds.contains(&said.kind.as_str()) && office.today(clock::of(op)) == today
    });
    for op in of_today {
        let said = &op.envelope;
        match said.command() {
            Ok(Command::CloseVisit { visit, .. }) => {
                closed.insert(visit);
            }
            Ok(Command::ConfirmArrival(fact)) => {
                let visit = VisitId(said.op_id.derive(0));
                if world.get::<Visit>(visit).is_some() || op.needs_attention() {
                    continue;
                }
                let at = fact.at.unwrap_or(clock::of(op));
                guests.push(Guest {
                    visit,
                    number: fact.queue.to_string(),
                    person: Person::default(),
                    state: State::Waiting,
                    priority: false,
                    slot: None,
                    day: office.today(at),
                    arrived_at: at,
                    ended_at: None,
                    repeats: None,
                    op: Some(said.op_id),
                    unseen: Some(if is_lost(op) {
                        Unseen::Lost
                    } else {
                        Unseen::ToFollow
                    }),
                });
            }
            _ => {}
        }
    }
    guests.retain(|guest| !closed.contains(&guest.visit) && guest.day == today);
    guests
}

/// The last command about each visit, as far as this tablet still has it.
fn last_ops<'a>(ops: impl Iterator<Item = &'a QueuedOp>) -> BTreeMap<VisitId, OpId> {
    ops.filter_map(|op| {
        let said = &op.envelope;
        let visit = match said.kind.as_str() {
            "confirm_arrival" | "walk_in" => VisitId(said.op_id.derive(0)),
            "call_visit" | "close_visit" | "reopen_visit" | "take_arrival_back" => {
                said.payload.get("visit")?.as_str()?.parse().ok()?
            }
            _ => return None,
        };
        Some((visit, said.op_id))
    })
    .collect()
}

/// The office applied it without a visit: it does not know the booking.
fn is_lost(op: &QueuedOp) -> bool {
    let OpStatus::Settled { result, .. } = &op.status else {
        return false;
    };
    matches!(
        result,
        OpResult::Applied {
            receipt: Receipt::Done,
            ..
        }
    )
}
