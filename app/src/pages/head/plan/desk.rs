//! The plan on the table: the period, the rows it is made from, the parts as they are now, and the
//! way back.

use super::super::sending::Sending;
use crate::state::{Rekam, use_rekam};
use chrono::{Datelike, NaiveDate};
use leptos::prelude::*;
use shared::{
    calendar::days_after,
    client::QueuedOp,
    command::{Command, ConfirmPlan},
    office::Office,
    plan::{self, Ask, Line, Part, Plan, Taken, Trouble},
    region::RegionCode,
    row::Key,
    session::Session,
    world::World,
};
use std::collections::BTreeMap;

/// Four working weeks.
const USUAL_DAYS: u64 = 25;

/// What came of asking for a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proposed {
    /// So many seats for so many people.
    Seats { seats: u32, people: u32 },
    /// There are people, and no seat for invitations is free in the period.
    NoSeats { people: u32 },
    /// Everybody has a place.
    Nobody,
}

/// First and last day, once both are typed.
type Period = Option<(NaiveDate, NaiveDate)>;

/// What the device knows: read once from all rows, and again only when they change.
#[derive(Clone, Default, PartialEq)]
pub struct Rows {
    pub plan: Option<Plan>,
    pub sessions: Vec<Session>,
    need: BTreeMap<RegionCode, u32>,
    taken: Taken,
}

fn read(world: &World, office: &Office, on: NaiveDate) -> Rows {
    Rows {
        plan: world.get::<Plan>(Key::plan(office.id)).cloned(),
        sessions: world.all::<Session>().cloned().collect(),
        need: plan::need(world, office, on),
        taken: plan::taken(world),
    }
}

#[derive(Clone, Copy)]
pub struct Desk {
    rekam: Rekam,
    pub office: Memo<Option<Office>>,
    today: Memo<Option<NaiveDate>>,
    pub from: RwSignal<String>,
    pub to: RwSignal<String>,
    period: Memo<Period>,
    pub rows: Memo<Rows>,
    /// As the head has made it so far.
    pub parts: RwSignal<Vec<Part>>,
    before: RwSignal<Vec<Vec<Part>>>,
    /// What `parts` were made from, and the version it had.
    base: RwSignal<Vec<Part>>,
    seen: RwSignal<u32>,
    /// A plan that was confirmed here has no answer yet.
    waiting: Memo<bool>,
    troubles: Memo<Vec<Trouble>>,
    /// Until the table is changed by hand or the period is another.
    pub proposed: RwSignal<Option<Proposed>>,
    pub sending: Sending,
}

impl Desk {
    /// With the plan in force for the coming weeks.
    pub fn open() -> Self {
        let rekam = use_rekam();
        let office = Memo::new(move |_| rekam.office());
        let today = Memo::new(move |_| Some(office.get()?.today(rekam.now())));
        let (first, last) = untrack(|| usual(office.get()?, today.get()?))
            .map_or_else(Default::default, |(from, to)| {
                (from.to_string(), to.to_string())
            });
        let (from, to) = (RwSignal::new(first), RwSignal::new(last));
        let date = |of: RwSignal<String>| of.with(|typed| typed.parse::<NaiveDate>().ok());
        let period = Memo::new(move |_| Some((date(from)?, date(to)?)));
        let rows = Memo::new(move |_| {
            let found = office.get().zip(period.get());
            found.map_or_else(Rows::default, |(office, (from, _))| {
                rekam.view(|world| read(world, &office, from))
            })
        });
        let parts = RwSignal::new(Vec::new());
        let is_open = |op: &QueuedOp| !op.is_settled() && op.envelope.kind == "confirm_plan";
        let waiting = Memo::new(move |_| rekam.ops(|ops| ops.values().any(is_open)));
        let troubles = Memo::new(move |_| {
            let found = ask(office, today, period, rows, |ask| {
                parts.with(|parts| plan::check(ask, parts))
            });
            found.unwrap_or_default()
        });
        let desk = Self {
            rekam,
            office,
            today,
            from,
            to,
            period,
            rows,
            parts,
            before: RwSignal::new(Vec::new()),
            base: RwSignal::new(Vec::new()),
            seen: RwSignal::new(0),
            waiting,
            troubles,
            proposed: RwSignal::new(None),
            sending: Sending::new(),
        };
        // Another period begins with what is in force there; a plan that comes meanwhile does not throw
        // away what the head has made. Once that itself is in force, it is where to go on from.
        Effect::new(move |last: Option<Period>| {
            let now = period.get();
            desk.rows.track();
            let is_waiting = waiting.get();
            let moved = last.is_none_or(|last| last != now);
            if moved {
                desk.proposed.set(None);
            }
            let is_in_force = || !is_waiting && !desk.is_changed();
            if moved || untrack(|| !desk.is_touched() || is_in_force()) {
                desk.take_current();
            }
            now
        });
        desk
    }

    /// Asks something of the plan with all that is known now; none while the period is not typed.
    pub fn ask<T>(self, about: impl FnOnce(&Ask<'_>) -> T) -> Option<T> {
        ask(self.office, self.today, self.period, self.rows, about)
    }

    /// The day on which people must have an e-KTP to be counted here.
    pub fn first(self) -> Option<NaiveDate> {
        self.period.get().map(|(from, _)| from)
    }

    pub fn troubles(self) -> Vec<Trouble> {
        self.troubles.get()
    }

    /// What is in force in the period.
    fn current(self) -> Vec<Part> {
        let Some((from, to)) = self.period.get() else {
            return Vec::new();
        };
        self.rows.with(|rows| {
            let parts = rows.plan.iter().flat_map(|plan| &plan.parts);
            let within = parts.filter(|part| (from..=to).contains(&part.slot.date()));
            plan::normal(within.cloned())
        })
    }

    fn version(self) -> u32 {
        self.rows
            .with(|rows| rows.plan.as_ref().map_or(0, |plan| plan.version))
    }

    /// Whether the table differs from the plan in force.
    pub fn is_changed(self) -> bool {
        let current = seats(&self.current());
        self.parts.with(|parts| seats(parts) != current)
    }

    /// Whether the head has made something that is not confirmed.
    pub fn is_touched(self) -> bool {
        self.parts
            .with(|parts| self.base.with(|base| seats(parts) != seats(base)))
    }

    /// Whether another plan was confirmed since this one was begun.
    pub fn is_outdated(self) -> bool {
        let others = !self.waiting.get() && self.seen.get() != self.version();
        others && self.is_touched() && self.is_changed()
    }

    /// Whether a plan of before waits for its answer: one after the other, or they could pass for an
    /// answer to somebody else's.
    pub fn is_waiting(self) -> bool {
        self.waiting.get()
    }

    /// Puts the plan in force on the table.
    fn take_current(self) {
        untrack(|| {
            let current = self.current();
            self.base.set(current.clone());
            self.parts.set(current);
            self.seen.set(self.version());
            self.before.set(Vec::new());
        });
    }

    /// Gives up what was made in favour of somebody else's plan.
    pub fn look_at_new(self) {
        self.sending.forget();
        self.take_current();
    }

    pub fn propose(self) {
        let Some(Ok(parts)) = untrack(|| self.ask(plan::propose)) else {
            return;
        };
        let lines = untrack(|| self.ask(|ask| plan::summary(ask, &parts))).unwrap_or_default();
        let sum = |of: fn(&Line) -> u32| lines.iter().map(of).sum::<u32>();
        let (seats, people) = (sum(|line| line.seats), sum(|line| line.people));
        self.put(parts);
        self.proposed.set(Some(match (seats, people) {
            (_, 0) => Proposed::Nobody,
            (0, people) => Proposed::NoSeats { people },
            (seats, people) => Proposed::Seats { seats, people },
        }));
    }

    /// What the head made of it; the way back leads to what was before.
    pub fn put(self, parts: Vec<Part>) {
        self.proposed.set(None);
        let old = self.parts.get_untracked();
        if old != parts {
            self.before.update(|before| before.push(old));
            self.parts.set(parts);
        }
    }

    pub fn can_undo(self) -> bool {
        self.before.with(|before| !before.is_empty())
    }

    pub fn undo(self) {
        self.proposed.set(None);
        let mut last = None;
        self.before.update(|before| last = before.pop());
        if let Some(parts) = last {
            self.parts.set(parts);
        }
    }

    pub fn confirm(self) {
        let found = self.office.get_untracked().zip(self.period.get_untracked());
        let Some((office, (from, to))) = found else {
            return;
        };
        let command = Command::ConfirmPlan(ConfirmPlan {
            version: self.seen.get_untracked(),
            from,
            to,
            parts: self.parts.get_untracked(),
        });
        self.sending.send(self.rekam, office.id, command, |_| {});
    }
}

/// What of the parts a head decides.
fn seats(parts: &[Part]) -> Vec<(plan::Seat, RegionCode, u16)> {
    let parts = parts.iter().filter(|part| part.seats > 0);
    let seats = parts.map(|p| (p.seat(), p.kelurahan.clone(), p.seats));
    seats.collect()
}

fn ask<T>(
    office: Memo<Option<Office>>,
    today: Memo<Option<NaiveDate>>,
    period: Memo<Period>,
    rows: Memo<Rows>,
    about: impl FnOnce(&Ask<'_>) -> T,
) -> Option<T> {
    let (office, today, (from, to)) = (office.get()?, today.get()?, period.get()?);
    Some(rows.with(|rows| {
        about(&Ask {
            office: &office,
            sessions: &rows.sessions,
            current: rows.plan.as_ref(),
            today,
            from,
            to,
            need: &rows.need,
            taken: &rows.taken,
        })
    }))
}

/// From the first Monday for which paper can still arrive, four weeks.
fn usual(office: Office, today: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let first = plan::first_day(&office, today);
    let monday = first
        .iter_days()
        .find(|day| day.weekday() == chrono::Weekday::Mon)?;
    Some((monday, days_after(monday, USUAL_DAYS)))
}
