//! Pages of operators and receiving clerks on tablets: arrivals, walk-ins, the queue, and paper for
//! days without power. All of it works from what the tablet holds.

mod confirm;
mod context;
mod expected;
mod home;
mod later;
mod line;
mod lookup;
mod newcomer;
mod number;
mod paper;
mod person;
mod place;
mod queue;
mod scan;
mod seats;
mod standing;
mod walk_in;
mod words;

pub use home::DeskHome;
pub use paper::Paper;
pub use queue::Queue;
pub use scan::Scan;
pub use standing::AtPlace;
pub use walk_in::WalkInPage;
