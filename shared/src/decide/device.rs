//! A lost device is locked, and one that is found again unlocked; staff sign out.

use super::{Decision, Op, done};
use crate::{
    ids::DeviceId,
    problem::Code,
    resident::Device,
    row::Key,
    sync::Role,
    world::{NotLoaded, World},
};

const STAFF: &[Role] = &[Role::Kelurahan, Role::Operator, Role::Head, Role::Admin];
/// Who may lock the office's devices.
const LOCKERS: &[Role] = &[Role::Head, Role::Admin, Role::System];

/// Residents' phones are out of reach: only where staff of the office have signed in. Nobody locks
/// the device in their own hands.
pub(super) fn lock(world: &World, op: &Op<'_>, device: DeviceId, locked: bool) -> Decision {
    op.require(LOCKERS)?;
    let key = Key::from(device);
    if !op.on_server() {
        return Err(NotLoaded(key).into());
    }
    if device == op.device {
        return Err(Code::NotAllowed.into());
    }
    if !op.ctx.staff_devices.contains(&device) {
        return Err(Code::NotFound.into());
    }
    let known = world.find::<Device>(key)?.cloned();
    let known = known.unwrap_or_else(|| Device::new(device));
    let locked = locked.then(|| known.locked.unwrap_or(op.at));
    done(vec![Device { locked, ..known }.into()])
}

/// What follows from it is a matter of trust, and no row: see [`crate::trust`].
pub(super) fn sign_out(op: &Op<'_>) -> Decision {
    op.require(STAFF)?;
    done(Vec::new())
}

/// The op itself is decided again by the server, with the rights of its author.
pub(super) fn answer_held(op: &Op<'_>) -> Decision {
    op.require(&[Role::Head])?;
    done(Vec::new())
}
