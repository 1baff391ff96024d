//! What operators of a deployment do besides serving: check, back up, restore, forget what is old.

mod backup;
mod check;
pub mod heads;
pub mod moving;
pub mod persons;
mod sweep;

pub use backup::{BackupError, backup, restore};
pub use check::{Finding, check, check_with};
pub use sweep::{Bounds, Swept, bound, sweep};
