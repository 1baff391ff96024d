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

/// Roles with an account.
const ACCOUNTS: &[Role] = &[Role::Kelurahan, Role::Operator, Role::Head, Role::Admin];
/// Who may lock the office's devices.
const LOCKERS: &[Role] = &[Role::Head, Role::Admin, Role::System];

/// Residents' phones are out of reach: only where staff of the office have signed in. Nobody locks
/// the device in their own hands. A browser that took another id is locked under each.
pub(super) fn lock(world: &World, op: &Op<'_>, device: DeviceId, locked: bool) -> Decision {
    op.require(LOCKERS)?;
    let key = Key::from(device);
    if !op.on_server() {
        return Err(NotLoaded(key).into());
    }
    let ids = op.ctx.staff_devices.get(&device).ok_or(Code::NotFound)?;
    if ids.contains(&op.device) {
        return Err(Code::NotAllowed.into());
    }
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        let known = world.find::<Device>(*id)?.cloned();
        let known = known.unwrap_or_else(|| Device::new(*id));
        let locked = locked.then(|| known.locked.unwrap_or(op.at));
        rows.push(Device { locked, ..known }.into());
    }
    done(rows)
}

/// What follows from it is a matter of trust, and no row: see [`crate::trust`].
pub(super) fn sign_out(op: &Op<'_>) -> Decision {
    op.require(ACCOUNTS)?;
    done(Vec::new())
}

/// The op itself is decided again by the server, with the rights of its author.
pub(super) fn answer_held(op: &Op<'_>) -> Decision {
    op.require(&[Role::Head])?;
    done(Vec::new())
}
