//! What a head sets for the office: its days, its weeks, and what residents bring along.

use crate::{office::WorkingWeek, tagged::tagged};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetDay {
    pub date: NaiveDate,
    pub change: DayChange,
}

tagged! {
    #[tag = "is"]
    /// What a head makes of a day.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum DayChange {
        Closed {
            reason: String,
        },
        Staffed {
            stations: u16,
            reason: String,
        },
        AsUsual,
    }
}

/// Other hours from one day to another, both included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetWeek {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub change: WeekChange,
}

tagged! {
    #[tag = "is"]
    /// What a head makes of these days.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum WeekChange {
        Hours {
            name: String,
            week: Box<WorkingWeek>,
        },
        AsUsual,
    }
}

/// The papers that residents bring along beside the family card; all that stood there before is replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetRequirements {
    pub rt_letter: bool,
    pub land_tax_slip: bool,
    /// In the office's own words, in the order in which residents read them.
    #[serde(default)]
    pub also: Vec<String>,
}
