//! Pages of the head of an office.

mod figures;
mod flags;
mod tablets;
mod today;

pub use today::HeadToday;
