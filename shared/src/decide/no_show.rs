//! Not coming: noted once slot and grace have passed, and forgiven once.

use super::{
    Decision, Op, Stop,
    booking::{find, set_active},
    done,
};
use crate::{ids::BookingId, problem::Code, resident::Resident, sync::Role, world::World};

pub(super) fn mark(world: &World, op: &Op<'_>, id: BookingId) -> Decision {
    op.require(&[Role::System])?;
    let office = op.office(world)?;
    let (booking, resident) = find(world, op, id)?;
    let over = booking
        .slot
        .is_none_or(|slot| op.ctx.now >= office.absent_from(slot));
    if !over {
        return Err(Code::BookingState.into());
    }
    let missed = booking
        .clone()
        .miss(op.ctx.now)
        .map_err(|_| Code::BookingState)?;
    let resident = Resident {
        no_shows: resident.no_shows.saturating_add(1),
        ..resident.clone()
    };
    let mut rows = set_active(world, op, &resident, &missed)?;
    if rows.is_empty() {
        rows.push(resident.into());
    }
    rows.push(missed.into());
    done(rows)
}

impl Op<'_> {
    pub(super) fn may_rebook(&self, resident: &Resident) -> bool {
        self.is_staff() || resident.may_rebook()
    }

    pub(super) fn check_rebooking(&self, resident: &Resident) -> Result<(), Stop> {
        if self.may_rebook(resident) {
            Ok(())
        } else {
            Err(Code::NoRebookingLeft.into())
        }
    }
}
