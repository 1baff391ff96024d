//! The resident roll as offices keep it in a spreadsheet: which column holds what, a line read into a
//! person, and what a new list changes about somebody known. Files are opened by the server; here is
//! only what they mean.

use crate::{
    command::Enrolled,
    problem::Code,
    resident::{Draft, Resident, Source},
    tagged::tagged,
};
use serde::{Deserialize, Serialize};

mod cell;
mod column;
mod day;
mod foot;
mod read;
mod same;
#[cfg(test)]
mod tests;

pub use cell::Cell;
pub use column::{Column, Columns};
pub use foot::{left_out, no_people};
pub use read::{Read, Reader};
pub use same::is_same_person;

/// Why a line is not taken; its code has a text in every locale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineError {
    /// As the spreadsheet counts them, from 1.
    pub line: u32,
    pub column: Column,
    pub code: String,
    /// The name on the line and what the cell shows, so that the line is found again; cut at
    /// [`SHOWN`] letters.
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub text: String,
}

/// A text that a spreadsheet would take for a formula gets a mark before it; all others stay as they are.
#[must_use]
pub fn no_formula(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// Letters of a cell that an error shows.
pub const SHOWN: usize = 60;

/// Codes that a roll adds to those of the form.
pub const ROLL_CODES: &[&str] = &[
    "cell_broken",
    "quote_open",
    "formula_no_value",
    "rt_rw_lost",
    "left_blank",
    "phone_one_of_two",
    "phone_lost_digits",
    "nik_lost_digits",
    "nik_twice",
    "married_unknown",
    "recorded_unknown",
];

/// What was not taken of people who were.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hint {
    pub column: Column,
    pub code: String,
    /// How many lines it is about, and the first of them.
    pub lines: u32,
    pub first: u32,
}

/// A sheet of a workbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    pub name: String,
    /// Below its heads.
    pub lines: u32,
    pub hidden: bool,
}

/// A line of a sheet that is nobody on its list: a signature, a sum, the heads again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    pub line: u32,
    /// How it begins.
    pub text: String,
}

/// A file before it is entered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// Of a workbook: its sheets with lines, and which of them is looked at.
    #[serde(default)]
    pub sheets: Vec<Sheet>,
    #[serde(default)]
    pub sheet: Option<usize>,
    /// It cannot be entered before somebody says which sheet is meant.
    #[serde(default)]
    pub asks_sheet: bool,
    pub heads: Vec<String>,
    /// Its first lines.
    pub sample: Vec<Vec<String>>,
    pub columns: Columns,
    /// What it cannot be entered without.
    pub missing: Vec<Column>,
    pub lines: u32,
    pub new: u32,
    pub changed: u32,
    pub same: u32,
    /// Lines that repeat another.
    pub twice: u32,
    /// Lines that cannot be taken.
    pub wrong: u32,
    /// Of those who can be: wajib KTP today, and by the end of the booking window.
    pub due_now: u32,
    pub due_in_window: u32,
    /// What is wrong with them; not more than a person can mend.
    pub errors: Vec<LineError>,
    /// Lines that are no people, which nobody counts.
    #[serde(default)]
    pub left_out: Vec<LeftOut>,
    /// What will not be taken of those who can be.
    #[serde(default)]
    pub hints: Vec<Hint>,
}

/// What became of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    pub enrolled: Enrolled,
    /// Lines that repeat another.
    pub twice: u32,
    /// Lines that were not taken.
    pub wrong: u32,
    pub errors: Vec<LineError>,
    #[serde(default)]
    pub left_out: Vec<LeftOut>,
    #[serde(default)]
    pub hints: Vec<Hint>,
}

tagged! {
    #[tag = "is"]
    /// How far entering a list has come.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum Progress {
        Reading,
        /// With those known.
        Comparing {
            people: u32,
        },
        Saving {
            people: u32,
        },
        Done {
            imported: Imported,
        },
        /// Nothing was entered.
        Failed {
            code: Code,
        },
    }
}

/// Hints of the same kind together, in the order of the columns.
#[must_use]
pub fn together(hints: Vec<LineError>) -> Vec<Hint> {
    let mut kinds = std::collections::BTreeMap::<(Column, String), (u32, u32)>::new();
    for hint in hints {
        let (lines, first) = kinds
            .entry((hint.column, hint.code))
            .or_insert((0, hint.line));
        (*lines, *first) = (*lines + 1, hint.line.min(*first));
    }
    let hint = |((column, code), (lines, first))| Hint {
        column,
        code,
        lines,
        first,
    };
    kinds.into_iter().map(hint).collect()
}

/// Lines of which something is wrong, each counted once.
#[must_use]
pub fn wrong_lines(errors: &[LineError]) -> u32 {
    let lines: std::collections::BTreeSet<u32> = errors.iter().map(|error| error.line).collect();
    u32::try_from(lines.len()).unwrap_or(u32::MAX)
}

/// What a new list says of somebody known: what it holds replaces what was there, and what it leaves
/// out stays. A phone number that the person gave, and the day of a recording, stay as they are. A
/// record that the person made is from now on the roll's. `None` when nothing is new.
#[must_use]
pub fn update(known: &Resident, draft: &Draft) -> Option<Resident> {
    let said = draft.clone();
    let new = Resident {
        name: said.name,
        nik: said.nik.or_else(|| known.nik.clone()),
        kk: said.kk.or_else(|| known.kk.clone()),
        birth: said.birth.or(known.birth),
        sex: said.sex.or(known.sex),
        kelurahan: said.kelurahan.or_else(|| known.kelurahan.clone()),
        rt: said.rt.or(known.rt),
        rw: said.rw.or(known.rw),
        married: said.married || known.married,
        phone: known.phone.clone().or(said.phone),
        recorded_on: known.recorded_on.or(said.recorded_on),
        verified: true,
        source: match known.source {
            Source::Own => Source::Roll,
            source => source,
        },
        ..known.clone()
    };
    (&new != known).then_some(new)
}
