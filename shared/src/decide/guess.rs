//! Guesses at a person: with a claim code and a birth date, or with a NIK, a KK and a birth date. Wrong
//! ones count where they are aimed, whatever devices they come from. Beyond a bound the right answer of a
//! device that may not act for the person is a request like any other: staff look, and the person's own
//! phones are told. Devices that may act for the person, and staff, are never affected.

use super::{Decision, Op, Outcome, Stop, Verdict};
use crate::{
    command::{Applicant, RequestBooking},
    office::Office,
    problem::Code,
    resident::{Device, Draft, NikClaim, NikKey, Resident},
    row::{Change, Key, Row},
    sync::Role,
    world::World,
};
use chrono::{DateTime, TimeDelta, Utc};

/// Wrong birth dates a day with the claim codes of one person.
pub const AT_CODE: usize = 10;
/// Wrong KK numbers or birth dates a day at one NIK.
pub const AT_NIK: usize = 10;

/// People a day whom one phone asks for without naming them as the office knows them: so many times as
/// many as it may book for.
const BY_DEVICE: usize = 2;

const DAY: TimeDelta = TimeDelta::days(1);

/// Whether so many guesses were made within the last day.
pub(super) fn is_spent(tries: &[DateTime<Utc>], most: usize, now: DateTime<Utc>) -> bool {
    let lately = tries.iter().filter(|at| is_lately(**at, now));
    lately.count() >= most
}

/// Counts one more; older ones are forgotten.
pub(super) fn count(tries: &mut Vec<DateTime<Utc>>, now: DateTime<Utc>) {
    tries.retain(|at| is_lately(*at, now));
    tries.push(now);
}

fn is_lately(at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now.signed_duration_since(at) < DAY
}

/// The person, told that somebody asked from another phone; `None` where they were told within a day.
pub(super) fn told(resident: &Resident, now: DateTime<Utc>) -> Option<Resident> {
    let again = resident.asked.is_none_or(|at| !is_lately(at, now));
    again.then(|| Resident {
        asked: Some(now),
        ..resident.clone()
    })
}

impl Op<'_> {
    /// Whether a phone that may not act for the person says their NIK, after too many wrong guesses.
    pub(super) fn guesses_too_often(&self, claim: &NikClaim, first: Option<&Resident>) -> bool {
        self.is_guess(first) && is_spent(&claim.tries, AT_NIK, self.ctx.now)
    }

    /// A phone that may go on asking for people whom it does not name in full: whether a NIK is booked can be
    /// told from the answer, also from how a request for a full slot is turned down.
    pub(super) fn check_probes(&self, world: &World, draft: &Draft) -> Result<(), Stop> {
        let Some((key, device)) = self.probe(world, draft)? else {
            return Ok(());
        };
        let others = device.probed.iter().filter(|(other, _)| *other != key);
        if others
            .filter(|(_, at)| is_lately(*at, self.ctx.now))
            .count()
            >= self.probes(world)
        {
            return Err(Code::TooManyPeople.into());
        }
        Ok(())
    }

    fn probes(&self, world: &World) -> usize {
        let office = world.get::<Office>(Key::office(self.office));
        let people = office.map_or(0, |office| office.settings.unverified_people_per_device);
        usize::from(people).saturating_mul(BY_DEVICE)
    }

    /// The NIK asked for and the phone that asks, unless it names the person as the office knows them.
    fn probe(&self, world: &World, draft: &Draft) -> Result<Option<(NikKey, Device)>, Stop> {
        let asks = self.ctx.who.role == Role::Resident && self.on_server();
        let Some(key) = self.nik_key(draft.nik.as_ref()).filter(|_| asks) else {
            return Ok(None);
        };
        let claim = world.find::<NikClaim>(key)?;
        let first = match claim {
            Some(claim) => self.first_record(world, claim)?,
            None => None,
        };
        // After too many wrong guesses a right one must not differ from a wrong one, nor in what it costs.
        let may_name = |claim| !self.guesses_too_often(claim, first);
        let named = first.is_some_and(|r| r.verified && r.matches(draft));
        if named && claim.is_some_and(may_name) {
            return Ok(None);
        }
        let device = world.find::<Device>(self.device)?.cloned();
        Ok(Some((
            key,
            device.unwrap_or_else(|| Device::new(self.device)),
        )))
    }

    /// A phone that may not act for the person, where there is something to find out.
    fn is_guess(&self, first: Option<&Resident>) -> bool {
        self.ctx.who.role == Role::Resident
            && self.on_server()
            && first.is_some_and(|r| {
                r.kk.is_some() && r.birth.is_some() && !r.holders.contains(&self.device)
            })
    }
}

/// Adds to the decision on a request what it guessed. A request that is turned down counts too: how it
/// is turned down tells something.
pub(super) fn counted(
    world: &World,
    op: &Op<'_>,
    wish: &RequestBooking,
    decision: Decision,
) -> Decision {
    let mut verdict = match decision {
        Ok(verdict) => verdict,
        Err(Stop::Rejected(problem)) => Verdict {
            rows: Vec::new(),
            outcome: Outcome::Rejected(problem),
        },
        missing => return missing,
    };
    let Applicant::New(draft) = &wish.who else {
        return Ok(verdict);
    };
    if let Some((key, device)) = op.probe(world, draft)? {
        note_probe(op, op.probes(world), (key, device), &mut verdict);
    }
    let Some(key) = op.nik_key(draft.nik.as_ref()) else {
        return Ok(verdict);
    };
    let Some(claim) = world.find::<NikClaim>(key)? else {
        return Ok(verdict);
    };
    let first = op.first_record(world, claim)?;
    let Some(person) = first.filter(|_| op.is_guess(first)) else {
        return Ok(verdict);
    };
    // Beyond the bound a guess finds nothing out and does not count: no more than the bound are kept. The
    // person is told of a wrong one too: one row more would show in the number of the change.
    if op.guesses_too_often(claim, first) {
        let told = told(person, op.ctx.now);
        verdict.rows.extend(told.map(Change::from));
    } else if !person.matches(draft) {
        let own = verdict
            .rows
            .iter()
            .position(|change| matches!(change, Change::Put(Row::NikClaim(row)) if row.key == key));
        let mut next = match own.map(|at| verdict.rows.remove(at)) {
            Some(Change::Put(Row::NikClaim(row))) => row,
            _ => claim.clone(),
        };
        next.tries.clone_from(&claim.tries);
        count(&mut next.tries, op.ctx.now);
        verdict.rows.push(next.into());
    }
    Ok(verdict)
}

/// Once a NIK and day, and no more than are asked for.
fn note_probe(op: &Op<'_>, most: usize, (key, device): (NikKey, Device), verdict: &mut Verdict) {
    let mut probed = device.probed.clone();
    probed.retain(|(_, at)| is_lately(*at, op.ctx.now));
    let known = probed.iter().any(|(other, _)| *other == key);
    if known || probed.len() >= most {
        return;
    }
    probed.push((key, op.ctx.now));
    let own = verdict.rows.iter_mut().find_map(|change| match change {
        Change::Put(Row::Device(own)) if own.id == device.id => Some(own),
        _ => None,
    });
    match own {
        Some(own) => own.probed = probed,
        None => verdict.rows.push(Device { probed, ..device }.into()),
    }
}
