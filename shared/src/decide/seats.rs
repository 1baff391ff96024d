//! Finding a seat among wished slots. Capacity is never exceeded: every claim goes through
//! `Slot::claim`.

use super::{Op, Stop};
use crate::{
    office::Office,
    problem::Code,
    row::Key,
    slot::{Slot, SlotPlan, SlotStart},
    world::{NotLoaded, World},
};

/// Choices in one wish, at most.
pub const CHOICES: usize = 3;
/// Free slots named with a rejection, at most.
const NEAREST: usize = 3;

/// What became of the search.
pub(super) enum Seat {
    Taken(Slot),
    /// Free, but not for somebody nobody has verified.
    OnlyVerified,
    Full {
        nearest: Vec<SlotStart>,
    },
    /// Every wished slot is over.
    Past {
        nearest: Vec<SlotStart>,
    },
    /// A device cannot know: the office will answer.
    Unknown,
}

/// Checks the wish itself: number of choices, calendar, window.
pub(super) fn check_choices(
    op: &Op<'_>,
    office: &Office,
    choices: &[SlotStart],
) -> Result<(), Stop> {
    if choices.is_empty() {
        return Err(Code::NoChoice.into());
    }
    if choices.len() > CHOICES {
        return Err(Code::TooManyChoices.into());
    }
    for choice in choices {
        if choice.date() > office.window_end(op.ctx.now) {
            return Err(Code::BeyondWindow.into());
        }
        if office.slot(*choice).is_none() {
            return Err(Code::SlotClosed.into());
        }
    }
    Ok(())
}

/// Plans of the days around the first choice, for naming what is still free.
fn around(office: &Office, choices: &[SlotStart]) -> Vec<SlotPlan> {
    let Some(first) = choices.first() else {
        return Vec::new();
    };
    let days = first.date().iter_days().take(5);
    days.filter_map(|date| office.slots(date).ok())
        .flatten()
        .collect()
}

pub(super) fn wished_reads(
    world: &World,
    op: &Op<'_>,
    choices: &[SlotStart],
    any_that_week: bool,
    keys: &mut Vec<Key>,
) {
    let Some(office) = world.get::<Office>(Key::office(op.office)) else {
        return;
    };
    let choices = choices
        .get(..choices.len().min(CHOICES))
        .unwrap_or_default();
    let id = |plan: &SlotPlan| Key::from(plan.start.id(op.office));
    let wished = office.wished(choices, any_that_week);
    keys.extend(wished.iter().map(id));
    // The days around matter only to somebody for whom nothing is left.
    let is_left = |plan: &SlotPlan| slot_row(world, op, *plan).map_or(true, |slot| slot.free() > 0);
    let mut open = wished
        .iter()
        .filter(|plan| office.is_open(plan, op.ctx.now));
    if !open.any(is_left) {
        keys.extend(around(office, choices).iter().map(id));
    }
}

/// The slot's row as the calendar has it now, or a fresh one if nobody has claimed from it.
pub(super) fn slot_row(world: &World, op: &Op<'_>, plan: SlotPlan) -> Result<Slot, NotLoaded> {
    let row = world.find::<Slot>(plan.start.id_at(op.office, plan.session))?;
    Ok(row
        .cloned()
        .map_or_else(|| Slot::new(op.office, plan), |row| row.planned(plan)))
}

/// Tries the wished slots in order.
pub(super) fn seek(
    world: &World,
    op: &Op<'_>,
    office: &Office,
    wish: (&[SlotStart], bool),
    verified: bool,
) -> Result<Seat, Stop> {
    if !op.on_server() {
        return Ok(Seat::Unknown);
    }
    let (choices, any_that_week) = wish;
    let percent = office.settings.unverified_percent;
    let (mut any_upcoming, mut only_verified) = (false, false);
    let wished = office.wished(choices, any_that_week);
    for plan in wished
        .into_iter()
        .filter(|plan| office.is_open(plan, op.ctx.now))
    {
        any_upcoming = true;
        let slot = slot_row(world, op, plan)?;
        only_verified |= slot.free() > 0;
        if let Ok(slot) = slot.claim(verified, percent) {
            return Ok(Seat::Taken(slot));
        }
    }
    if only_verified {
        return Ok(Seat::OnlyVerified);
    }
    let mut nearest = Vec::new();
    let around = around(office, choices).into_iter();
    for plan in around.filter(|plan| office.is_open(plan, op.ctx.now)) {
        let free = slot_row(world, op, plan)?.claim(verified, percent).is_ok();
        if free && nearest.len() < NEAREST {
            nearest.push(plan.start);
        }
    }
    Ok(if any_upcoming {
        Seat::Full { nearest }
    } else {
        Seat::Past { nearest }
    })
}
