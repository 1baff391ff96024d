//! Pages of the head of an office.

mod bring;
mod days;
mod flags;
mod held;
mod plan;
mod progress;
mod roll;
mod sending;
mod sessions;
mod sheet;
mod tablets;
mod time;
mod today;
mod words;

pub use bring::Bring;
pub use days::Days;
pub use plan::Planning;
pub use progress::Progress;
pub use roll::Roll;
pub use sessions::{SessionPage, Sessions};
pub use today::HeadToday;
