//! Pages of kelurahan staff: the roll, the day, one person, and the slip.

mod book_for;
mod claim_code;
mod delivery;
mod detail;
mod home;
mod list;
mod newcomer;
mod person;
mod review;
mod roll;
mod slip;
mod today;

pub use detail::ResidentDetail;
pub use home::KelurahanHome;
pub use slip::Slip;
pub use today::KelurahanToday;
