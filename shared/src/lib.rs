//! What Rekam knows about e-KTP recording, compiled into the server and into the browser alike:
//! parsed types, the rules of the SOP, commands and what they decide, and the messages of the sync.
//! Nothing here reads a clock, does I/O or draws a random number.

// Adding to a date breaks where the calendar ends, so it is done in `calendar` only.
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

pub mod appointment;
mod blank;
pub mod booking;
pub mod bundle;
pub mod calendar;
pub mod client;
pub mod command;
pub mod decide;
pub mod duty;
pub mod envelope;
pub mod figures;
#[cfg(test)]
mod fixtures;
pub mod flag;
pub mod form;
pub mod holidays;
pub mod ids;
pub mod intake;
pub mod invitation;
pub mod lease;
pub mod locale;
pub mod lockbox;
pub mod offering;
pub mod office;
pub mod password;
pub mod person;
pub mod plan;
pub mod problem;
pub mod region;
pub mod removal;
pub mod resident;
pub mod roll;
pub mod row;
pub mod scope;
pub mod session;
pub mod slot;
pub mod sop;
pub mod sync;
mod tagged;
pub mod ticket;
pub mod trust;
pub mod visit;
pub mod work;
pub mod world;
pub mod zone;
