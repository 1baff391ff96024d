//! What is left to do with invitations, read from the rows: neighbourhoods that wait for their papers,
//! people to be told of a change, people to be reminded. Kelurahan staff see their own, heads all.

use crate::{
    bundle::{Bundle, Neighbourhood},
    calendar::days_after,
    ids::{InvitationId, ResidentId},
    invitation::{Invitation, State},
    office::Office,
    person::PersonName,
    region::RegionCode,
    resident::Resident,
    world::World,
};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeMap;

/// Working days are counted up to here; longer is simply long.
const LONG: u16 = 99;

/// The invitations of one neighbourhood, counted by how far they have come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    pub of: Neighbourhood,
    /// Who was named to carry them or was given them, whichever was later: one name on every page.
    pub carrier: Option<PersonName>,
    /// Wait for a place in the plan.
    pub unplaced: u32,
    /// To be printed, for the first time or because the place changed before the paper went out.
    pub to_print: u32,
    pub printed: u32,
    pub handed_over: u32,
    pub delivered: u32,
    pub undeliverable: u32,
    /// Since when the oldest that is ready waits for its next step, and for how many working days.
    pub idle_since: Option<DateTime<Utc>>,
    pub idle_days: u16,
    /// Longer than the office allows.
    pub red: bool,
}

/// Somebody who has the invitation and has not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reminder {
    pub resident: ResidentId,
    pub invitation: InvitationId,
    pub since: DateTime<Utc>,
    /// The proposed day is over: there is no place to confirm any more.
    pub missed: bool,
}

/// Somebody whose paper names a place or time that is no longer right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untold {
    pub resident: ResidentId,
    pub invitation: InvitationId,
}

/// What is left to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Duty {
    /// In order of kelurahan, RW and RT.
    pub stacks: Vec<Stack>,
    pub untold: Vec<Untold>,
    /// Who has waited longest first.
    pub reminders: Vec<Reminder>,
}

/// The next thing to do with a paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// There is no place yet.
    Unplaced,
    Print,
    HandOver,
    /// It is on its way: note what becomes of it.
    Record,
    /// Nothing, or nothing any more.
    None,
}

impl Step {
    /// For an invitation whose resident still has to come.
    #[must_use]
    pub fn of(invitation: &Invitation) -> Self {
        match invitation.state {
            _ if invitation.reply.is_some() => Self::None,
            // What lies printed for a place that is gone must not go out.
            State::Planned | State::Printed if invitation.held().is_none() => Self::Unplaced,
            State::Planned => Self::Print,
            State::Printed if invitation.changed => Self::Print,
            State::Printed => Self::HandOver,
            State::HandedOver { .. } => Self::Record,
            State::Delivered { .. } | State::Undeliverable { .. } => Self::None,
        }
    }
}

/// Neither recorded nor booked nor forgotten: the invitation is still for something.
#[must_use]
pub fn is_awaited(resident: &Resident) -> bool {
    resident.recorded_on.is_none() && resident.active.is_none() && !resident.forgotten
}

/// Who had the paper last, whatever became of it since.
fn carried_by(invitation: &Invitation) -> Option<(&PersonName, DateTime<Utc>)> {
    let shown = (&invitation.state, invitation.at);
    let before = invitation
        .before
        .as_deref()
        .map(|word| (&word.state, word.at));
    [Some(shown), before]
        .into_iter()
        .flatten()
        .find_map(|(state, at)| match state {
            State::HandedOver { to: Some(to) } => Some((to, at)),
            _ => None,
        })
}

impl Duty {
    /// Over the rows at hand; of one kelurahan, or of all.
    #[must_use]
    pub fn read(
        world: &World,
        office: &Office,
        today: NaiveDate,
        kelurahan: Option<&RegionCode>,
    ) -> Self {
        let mut duty = Self::default();
        let mut stacks: BTreeMap<Neighbourhood, Stack> = BTreeMap::new();
        let mut last_had: BTreeMap<Neighbourhood, DateTime<Utc>> = BTreeMap::new();
        for invitation in world.all::<Invitation>() {
            let Some(resident) = world
                .get::<Resident>(invitation.resident)
                .filter(|r| r.invitation == Some(invitation.id) && !r.forgotten)
            else {
                continue;
            };
            let Some(of) = Neighbourhood::of(resident) else {
                continue;
            };
            if kelurahan.is_some_and(|own| *own != of.kelurahan) {
                continue;
            }
            let stack = stacks
                .entry(of.clone())
                .or_insert_with(|| Stack::empty(of.clone()));
            if let Some((to, at)) = carried_by(invitation) {
                let had = last_had.entry(of).or_insert(at);
                if stack.carrier.is_none() || at > *had {
                    (stack.carrier, *had) = (Some(to.clone()), at);
                }
            }
            stack.count(invitation, is_awaited(resident));
            if is_awaited(resident) && invitation.is_open() {
                duty.notice(office, today, invitation);
            }
        }
        for (of, stack) in &mut stacks {
            // Who was named last carries them, or who was given them since.
            let since = |named: &&Bundle| last_had.get(of).is_none_or(|had| *had <= named.at);
            if let Some(bundle) = world.get::<Bundle>(of.id(office.id)).filter(since) {
                stack.carrier = Some(bundle.carrier.clone());
            }
            stack.grow_idle(office, today);
        }
        duty.stacks = stacks.into_values().collect();
        duty.reminders.sort_by_key(|r| (r.since, r.resident));
        duty
    }

    /// Bundles that wait too long.
    #[must_use]
    pub fn red(&self) -> usize {
        self.stacks.iter().filter(|stack| stack.red).count()
    }

    fn notice(&mut self, office: &Office, today: NaiveDate, invitation: &Invitation) {
        let (resident, id) = (invitation.resident, invitation.id);
        let is_out = matches!(
            invitation.state,
            State::HandedOver { .. } | State::Delivered { .. }
        );
        if invitation.changed && is_out {
            self.untold.push(Untold {
                resident,
                invitation: id,
            });
        }
        let Some(since) = invitation.delivered_at else {
            return;
        };
        let place = invitation.proposal;
        let missed = place.is_some_and(|place| place.slot.date() < today);
        let wait = office.settings.remind_after_days.into();
        if missed || days_after(office.today(since), wait) <= today {
            self.reminders.push(Reminder {
                resident,
                invitation: id,
                since,
                missed,
            });
        }
    }
}

impl Stack {
    fn empty(of: Neighbourhood) -> Self {
        Self {
            of,
            carrier: None,
            unplaced: 0,
            to_print: 0,
            printed: 0,
            handed_over: 0,
            delivered: 0,
            undeliverable: 0,
            idle_since: None,
            idle_days: 0,
            red: false,
        }
    }

    fn count(&mut self, invitation: &Invitation, awaited: bool) {
        match invitation.state {
            State::Delivered { .. } => self.delivered += 1,
            State::Undeliverable { .. } => self.undeliverable += 1,
            _ => {}
        }
        let step = if awaited {
            Step::of(invitation)
        } else {
            Step::None
        };
        match step {
            Step::Unplaced => self.unplaced += 1,
            Step::Print => self.to_print += 1,
            Step::HandOver => self.printed += 1,
            Step::Record => self.handed_over += 1,
            Step::None => {}
        }
        if !matches!(step, Step::Unplaced | Step::None) {
            let earlier = self
                .idle_since
                .map_or(invitation.at, |at| at.min(invitation.at));
            self.idle_since = Some(earlier);
        }
    }

    fn grow_idle(&mut self, office: &Office, today: NaiveDate) {
        let Some(since) = self.idle_since else { return };
        self.idle_days = office.working_days_between(office.today(since), today);
        self.red = self.idle_days > office.settings.bundle_idle_days;
    }

    /// Papers that somebody has to do something with.
    #[must_use]
    pub fn waiting(&self) -> u32 {
        self.to_print + self.printed + self.handed_over
    }

    /// All invitations of the neighbourhood that have a place, and those that had one.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.waiting() + self.delivered + self.undeliverable
    }
}

impl Office {
    /// Working days after `from`, up to `to` and with it; counted up to 99.
    fn working_days_between(&self, from: NaiveDate, to: NaiveDate) -> u16 {
        let days = from.iter_days().skip(1).take_while(|day| *day <= to);
        let worked = days.filter(|day| self.windows(*day).is_ok());
        worked.take(LONG.into()).count() as u16
    }
}

#[cfg(test)]
mod tests;
