//! What survives on the device: IndexedDB, the outbox, the snapshot, drafts.

pub mod account;
pub mod closing;
pub mod db;
pub mod drafts;
pub mod keep;
pub mod pins;
mod seals;
pub mod tabs;
