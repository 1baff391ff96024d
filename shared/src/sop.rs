//! The rules of the SOP, pure. What an office may choose is in `office::Settings`.

pub mod clock;
pub mod deadline;
pub mod eligibility;
pub mod offline;
pub mod pin;
pub mod retention;
pub mod workload;
