//! Parts that pages are made of, with the catalogue's classes.

mod badges;
pub mod codes;
mod date;
mod dialog;
mod feedback;
mod fields;
pub mod format;
mod icon;
mod locked;
mod page;
mod problem;
mod qr;
mod shell;
mod slots;
mod toast;
mod update;

pub use badges::{OpBadge, OpTrack, Status, StatusBadge};
pub use date::DateField;
pub use dialog::Dialog;
pub use feedback::{EmptyState, Loading, Notice, Tone};
pub use fields::{Checkbox, Choice, ErrorSummary, RadioCards, SelectField, TextField};
pub use icon::Icon;
pub use locked::Locked;
pub use page::{Guard, PageHeader};
pub use problem::ProblemNotice;
pub use qr::Qr;
pub use shell::{Shell, home_of};
pub use slots::{DayStrip, SlotGrid, closed_words};
pub use toast::{Toasts, provide_toasts, use_toasts};
pub use update::{StorageNotice, UpdateBar};
