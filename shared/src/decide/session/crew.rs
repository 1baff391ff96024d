//! The office's sessions together: whom they take from the office, and where the plan's parts for them
//! stand.

use super::super::{Op, Stop, plan as planning};
use crate::{
    calendar::Closed,
    calendar::days_after,
    office::{Office, OutOfBounds, StaffedDay},
    plan::Plan,
    session::Session,
    sop::workload,
    world::World,
};
use chrono::NaiveDate;

/// So long after its day a session may still matter to somebody's week of work.
const KEPT: u64 = 14;

/// The plan with its sessions.
pub(in crate::decide) struct Crew {
    plan: Plan,
    pub(super) sessions: Vec<Session>,
}

impl Crew {
    pub(in crate::decide) fn find(world: &World, op: &Op<'_>) -> Result<Self, Stop> {
        let plan = planning::current(world, op)?;
        Ok(Self {
            sessions: planning::sessions(world, op, plan)?,
            plan: plan
                .cloned()
                .unwrap_or_else(|| Plan::none(op.office, op.ctx.now)),
        })
    }

    pub(super) fn with(&self, session: &Session) -> Self {
        let others = self.sessions.iter().filter(|s| s.id != session.id);
        Self {
            plan: self.plan.clone(),
            sessions: others.chain([session]).cloned().collect(),
        }
    }

    /// The plan once it knows of the session as it is now: its parts are where the session is. Another
    /// version only where parts have changed.
    pub(super) fn followed(&self, office: &Office, session: &Session, op: &Op<'_>) -> Plan {
        let mut plan = self.plan.clone();
        let today = office.today(op.ctx.now);
        plan.sessions = self
            .sessions
            .iter()
            .filter(|s| s.cancelled.is_none() && days_after(s.what.date, KEPT) >= today)
            .map(|s| s.id)
            .collect();
        plan.sessions.sort();
        let parts = session.followed(office, &plan.parts);
        if parts != plan.parts {
            plan.parts = parts;
            plan.version += 1;
            plan.at = op.ctx.now;
            plan.by = op.ctx.who.user;
        }
        plan
    }

    /// The office with as many stations as operators remain on the days of sessions, if that is new.
    pub(in crate::decide) fn restaffed(
        &self,
        office: &Office,
        before: &Self,
        today: NaiveDate,
    ) -> Result<Option<Office>, OutOfBounds> {
        let mut next = office.clone();
        let all = || before.sessions.iter().chain(&self.sessions);
        let why: Vec<String> = all().map(Session::absence).collect();
        next.settings
            .staffed
            .retain(|day| !why.contains(&day.reason));
        let mut dates: Vec<NaiveDate> = self.sessions.iter().map(|s| s.what.date).collect();
        dates.sort();
        dates.dedup();
        for date in dates {
            let away = workload::out(&self.sessions, date);
            let stations = next.settings.operators.saturating_sub(away);
            let first = self.sessions.iter().find(|s| s.takes_place_on(date));
            let works = !matches!(next.windows(date), Err(Closed::DayOff));
            if let Some(session) = first
                && works
                && stations < next.settings.stations_on(date)
            {
                next.settings.staffed.retain(|day| day.date != date);
                next.settings.staffed.push(StaffedDay {
                    date,
                    stations,
                    reason: session.absence(),
                });
            }
        }
        next.settings.staffed.sort_by_key(|day| day.date);
        if next == *office {
            return Ok(None);
        }
        next.without_past(today).checked().map(Some)
    }
}
