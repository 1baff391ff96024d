//! A head closes a day, shrinks it, sets other hours for weeks, or takes that back; stations that are in a village stay there. Only
//! the calendar changes here; the office then asks each booking that has no room any more to move, one
//! by one and in turn.

use super::{Decision, Op, done, session::Crew};
use crate::{
    command::{DayChange, SetDay, SetWeek, WeekChange},
    office::{ClosedDay, Office, StaffedDay, TEXT},
    person::text::has_control,
    problem::Code,
    sync::Role,
    world::World,
};

pub(super) fn set(world: &World, op: &Op<'_>, day: &SetDay) -> Decision {
    op.require(&[Role::Head, Role::Admin])?;
    let mut office = op.office(world)?.clone();
    let (date, today) = (day.date, office.today(op.ctx.now));
    if date < today {
        return Err(Code::DayPast.into());
    }
    let settings = &mut office.settings;
    settings.closed.retain(|day| day.date != date);
    match &day.change {
        DayChange::Closed { reason } => {
            let reason = said(reason)?;
            settings.closed.push(ClosedDay { date, reason });
        }
        DayChange::Staffed { stations, reason } => {
            let reason = said(reason)?;
            let stations = *stations;
            if stations > settings.operators.max(settings.stations) {
                return Err(Code::Workload.into());
            }
            if stations == 0 {
                settings.closed.push(ClosedDay { date, reason });
            } else {
                settings.staffed.retain(|day| day.date != date);
                settings.staffed.push(StaffedDay {
                    date,
                    stations,
                    reason,
                });
            }
        }
        DayChange::AsUsual => settings.staffed.retain(|day| day.date != date),
    }
    settings.closed.sort_by_key(|day| day.date);
    settings.staffed.sort_by_key(|day| day.date);
    let office = office.without_past(today).checked()?;
    // Whoever works in a village that day is not at the office.
    let crew = Crew::find(world, op)?;
    let office = crew.restaffed(&office, &crew, today)?.unwrap_or(office);
    done(vec![office.into()])
}

/// Other hours from one day to another. As with a day, only the calendar changes here.
pub(super) fn set_week(world: &World, op: &Op<'_>, set: &SetWeek) -> Decision {
    op.require(&[Role::Head, Role::Admin])?;
    let office = op.office(world)?;
    let today = office.today(op.ctx.now);
    if set.to < today {
        return Err(Code::DayPast.into());
    }
    if let WeekChange::Hours { name, week } = &set.change {
        said(name)?;
        if office.settings.has_other_week(set.from, set.to) {
            return Err(Code::WeeksOverlap.into());
        }
        let fits = office.settings.week_fits(week);
        fits.map_err(|_| Code::Workload)?;
    }
    let changed = Office {
        settings: office.settings.with_week(set),
        ..office.clone()
    };
    done(vec![changed.without_past(today).checked()?.into()])
}

/// The reason that residents read.
fn said(reason: &str) -> Result<String, Code> {
    let reason = reason.trim();
    if reason.is_empty() || has_control(reason) {
        return Err(Code::ReasonMissing);
    }
    if reason.chars().count() > TEXT {
        return Err(Code::TooLarge);
    }
    Ok(reason.to_owned())
}
