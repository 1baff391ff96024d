//! Pages of the head of an office.

mod figures;
mod flags;
mod roll;
mod tablets;
mod today;

pub use roll::Roll;
pub use today::HeadToday;
