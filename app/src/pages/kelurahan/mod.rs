//! Pages of kelurahan staff: the roll, the day, one person, the slip, and invitations on their way.

mod asked;
mod batch;
mod book_for;
mod booked;
mod bundle;
mod claim_code;
mod delivery;
mod detail;
mod duty;
mod home;
mod list;
mod neighbourhood;
mod newcomer;
mod papers;
mod person;
mod phones;
mod print;
mod review;
mod roll;
mod slip;
mod stacks;
mod today;
mod when;

pub use bundle::BundlePage;
pub use detail::ResidentDetail;
pub use home::KelurahanHome;
pub use print::PrintInvitations;
pub use slip::Slip;
pub use stacks::{Invitations, carrier_words, sheet_words};
pub use today::KelurahanToday;
