//! What survives on the device: IndexedDB, the outbox, the snapshot, drafts.

pub mod closing;
pub mod db;
pub mod drafts;
pub mod keep;
mod seals;
pub mod tabs;
