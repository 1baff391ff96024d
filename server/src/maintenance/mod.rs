//! What operators of a deployment do besides serving: check, back up, restore, forget what is old.

mod backup;
mod check;
mod sweep;

pub use backup::{BackupError, backup, restore};
pub use check::{Finding, check};
pub use sweep::{Bounds, Swept, bound, sweep};
