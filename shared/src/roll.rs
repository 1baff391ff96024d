//! The resident roll as offices keep it in a spreadsheet: which column holds what, a line read into a
//! person, and what a new list changes about somebody known. Files are opened by the server; here is
//! only what they mean.

use crate::{
    command::Enrolled,
    office::Office,
    person::{BirthDate, Kk, Nik, PersonName, Phone, Sex},
    problem::Code,
    resident::{Draft, Resident, Source},
    tagged::tagged,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

mod column;
mod foot;
#[cfg(test)]
mod tests;

pub use column::{Column, Columns};
pub use foot::{below_list, left_out};

/// What a cell holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Text(String),
    Number(f64),
    Date(NaiveDate),
    /// A formula that failed.
    Broken,
    /// A formula whose value the file does not hold.
    Uncalculated,
    /// Behind a quote that is not closed in its row.
    Unclosed(String),
}

impl Cell {
    /// As the spreadsheet would show it.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) | Self::Unclosed(text) => as_seen(text),
            Self::Number(n) => n.to_string(),
            Self::Date(day) => day.to_string(),
            Self::Broken | Self::Uncalculated => "#".to_owned(),
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) if as_seen(text).is_empty())
    }
}

/// What somebody sees of a text: no characters without a width, one space for any run of spaces and
/// line breaks, `-` for a dash of any length.
fn as_seen(text: &str) -> String {
    let seen = text.chars().filter(|c| !has_no_width(*c)).map(|c| match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        _ => c,
    });
    let seen: String = seen.collect();
    let words: Vec<&str> = seen.split_whitespace().collect();
    words.join(" ")
}

/// Joiners, direction marks, soft hyphens: word processors and chats leave them behind.
fn has_no_width(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
    )
}

/// Why a line is not taken; its code has a text in every locale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineError {
    /// As the spreadsheet counts them, from 1.
    pub line: u32,
    pub column: Column,
    pub code: String,
}

/// Codes that a roll adds to those of the form.
pub const ROLL_CODES: &[&str] = &[
    "cell_broken",
    "quote_open",
    "formula_no_value",
    "rt_rw_lost",
    "nik_lost_digits",
    "nik_twice",
    "married_unknown",
    "recorded_unknown",
];

/// A sheet of a workbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    pub name: String,
    /// Below its heads.
    pub lines: u32,
    pub hidden: bool,
}

/// A line below a list that is nobody on it: a signature, a sum.
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
    /// Lines below the list, which nobody counts.
    #[serde(default)]
    pub left_out: Vec<LeftOut>,
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

/// Lines of which something is wrong, each counted once.
#[must_use]
pub fn wrong_lines(errors: &[LineError]) -> u32 {
    let lines: std::collections::BTreeSet<u32> = errors.iter().map(|error| error.line).collect();
    u32::try_from(lines.len()).unwrap_or(u32::MAX)
}

/// Reads lines of one file.
pub struct Reader<'a> {
    pub office: &'a Office,
    pub columns: &'a Columns,
    pub today: NaiveDate,
}

type Read<T> = Result<T, &'static str>;

impl Reader<'_> {
    /// One person.
    ///
    /// # Errors
    /// Everything that is wrong with the line, in the order of [`Column::ALL`].
    pub fn line(&self, line: u32, cells: &[Cell]) -> Result<Draft, Vec<LineError>> {
        let mut errors = Vec::new();
        let mut wrong = |column, code: &str| {
            let code = code.to_owned();
            errors.push(LineError { line, column, code });
        };
        macro_rules! read {
            ($column:ident, $parse:expr) => {
                match self.columns.cell(Column::$column, cells) {
                    None => None,
                    Some(cell) => match $parse(cell) {
                        Ok(value) => Some(value),
                        Err(code) => {
                            wrong(Column::$column, code);
                            None
                        }
                    },
                }
            };
        }
        let nik = read!(Nik, |cell| {
            Nik::parse(&digits(cell)?).map_err(|e| e.code())
        });
        let kk = read!(Kk, |cell| Kk::parse(&digits(cell)?).map_err(|e| e.code()));
        let name = read!(Name, |cell| PersonName::parse(&words(cell)?)
            .map_err(|e| e.code()));
        let birth = read!(Birth, |cell| self.birth(cell));
        let sex = read!(Sex, sex);
        let married = read!(Married, married).unwrap_or(false);
        let (mut rt, mut rw) = (read!(Rt, number), read!(Rw, number));
        if let Some((t, w)) = read!(RtRw, rt_rw) {
            (rt, rw) = (rt.or(Some(t)), rw.or(Some(w)));
        }
        let kelurahan = read!(Kelurahan, |cell| self.kelurahan(cell));
        let kelurahan = kelurahan.or_else(|| self.columns.all_of.clone());
        let phone = read!(Phone, |cell: &Cell| {
            Phone::parse(&phone_text(cell)?).map_err(|e| e.code())
        });
        let recorded_on = read!(Recorded, |cell| self.recorded(cell)).flatten();
        // Whatever else stands behind an open quote, it is said once.
        if self.columns.has_unread_quote(cells) {
            wrong(Column::Name, "quote_open");
        }
        let absent = |column| self.columns.cell(column, cells).is_none();
        if absent(Column::Name) {
            wrong(Column::Name, "required");
        }
        if absent(Column::Kelurahan) && kelurahan.is_none() {
            wrong(Column::Kelurahan, "required");
        }
        match name {
            Some(name) if errors.is_empty() => Ok(Draft {
                name,
                nik,
                kk,
                birth,
                sex,
                phone,
                kelurahan,
                rt,
                rw,
                married,
                guardian: None,
                recorded_on,
            }),
            _ => {
                errors.sort_by_key(|e| e.column);
                Err(errors)
            }
        }
    }

    fn birth(&self, cell: &Cell) -> Read<BirthDate> {
        let birth = match cell {
            Cell::Date(day) => BirthDate::from_date(*day),
            // "Jambi, 17-08-1990": place and day in one cell.
            _ => {
                let text = words(cell)?;
                let day = text.rsplit(',').next().unwrap_or_default();
                BirthDate::parse(&spelled_out(day))
            }
        };
        let birth = birth.map_err(|e| e.code())?;
        if birth.age_on(self.today) < 0 {
            return Err("birth_future");
        }
        Ok(birth)
    }

    fn kelurahan(&self, cell: &Cell) -> Read<crate::region::RegionCode> {
        let said = column::plain(&words(cell)?);
        let known = self.office.kelurahan.iter().find(|kelurahan| {
            column::plain(&kelurahan.name) == said
                || column::plain(&kelurahan.code.dotted()) == said
        });
        known.map(|k| k.code.clone()).ok_or("kelurahan_unknown")
    }

    /// The day of the recording; today where the list only says that it was done.
    fn recorded(&self, cell: &Cell) -> Read<Option<NaiveDate>> {
        if let Cell::Date(day) = cell {
            return Ok(Some(*day));
        }
        let text = words(cell)?;
        match column::plain(&text).as_str() {
            "" | "0" | "belum" | "belumrekam" | "tidak" | "no" => Ok(None),
            "1" | "sudah" | "sudahrekam" | "ya" | "rekam" | "yes" | "printreadyrecord"
            | "biocaptured" => Ok(Some(self.today)),
            _ => BirthDate::parse(&spelled_out(&text))
                .map(|day| Some(day.date()))
                .map_err(|_| "recorded_unknown"),
        }
    }
}

/// Text of a cell; what a formula made of it counts as typed.
fn words(cell: &Cell) -> Read<String> {
    match cell {
        Cell::Broken => Err("cell_broken"),
        Cell::Uncalculated => Err("formula_no_value"),
        Cell::Unclosed(_) => Err("quote_open"),
        _ => Ok(cell.text()),
    }
}

/// From here on a number cell holds every second number only: 2 to the power of 53.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The digits of a long number. A spreadsheet keeps fifteen and writes a zero for the sixteenth, so a
/// number cell that ends in zero is a number nobody has; others keep all but those above [`EXACT`].
fn digits(cell: &Cell) -> Read<String> {
    match cell {
        Cell::Number(n) if *n >= 1e15 && *n % 10.0 == 0.0 => Err("nik_lost_digits"),
        Cell::Number(n) if *n >= EXACT => Err("nik_lost_digits"),
        Cell::Text(text) if is_scientific(text) => Err("nik_lost_digits"),
        // An apostrophe in front keeps a spreadsheet from rounding.
        _ => Ok(words(cell)?.trim_start_matches(['\'', '’', '`']).to_owned()),
    }
}

/// `3,57108E+15`: what is left of a NIK when a list was saved as text.
fn is_scientific(text: &str) -> bool {
    let text = text.trim().to_ascii_uppercase();
    let number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
    text.split_once("E+").is_some_and(|(head, power)| {
        head.chars().all(number) && power.chars().all(|c| c.is_ascii_digit())
    })
}

/// A phone number without its leading zero is a number cell too.
fn phone_text(cell: &Cell) -> Read<String> {
    let text = digits(cell)?;
    let bare = matches!(cell, Cell::Number(_)) || text.starts_with('8');
    Ok(if bare && !text.starts_with("62") {
        format!("0{text}")
    } else {
        text
    })
}

fn sex(cell: &Cell) -> Read<Sex> {
    let text = words(cell)?;
    match column::plain(&text).as_str() {
        "1" | "lk" | "pria" | "lakilaki" => Ok(Sex::Male),
        "2" | "pr" | "wanita" => Ok(Sex::Female),
        _ => Sex::parse(&text).map_err(|e| e.code()),
    }
}

/// Ever married, as the register writes it: 1 to 4, B/S/P, or in words.
fn married(cell: &Cell) -> Read<bool> {
    match column::plain(&words(cell)?).as_str() {
        "1" | "b" | "bk" | "belum" | "belumkawin" | "belumnikah" | "tidakkawin" | "lajang" => {
            Ok(false)
        }
        "2" | "3" | "4" | "s" | "p" | "k" | "kawin" | "nikah" | "menikah" | "sudah"
        | "sudahkawin" | "pernah" | "pernahkawin" | "kawintercatat" | "kawinbelumtercatat"
        | "cerai" | "ceraihidup" | "ceraimati" | "janda" | "duda" => Ok(true),
        _ => Err("married_unknown"),
    }
}

fn number(cell: &Cell) -> Read<u16> {
    let text = words(cell)?;
    let number = text.parse().ok().filter(|n| (1..=999).contains(n));
    number.ok_or("rt_number")
}

/// A spreadsheet takes `3/10` for a day and `3.10` for a number, which is 3.1: what it was is lost.
fn rt_rw(cell: &Cell) -> Read<(u16, u16)> {
    if matches!(cell, Cell::Number(_) | Cell::Date(_)) {
        return Err("rt_rw_lost");
    }
    let text = words(cell)?;
    let is_number = text
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
    if is_number && text.contains(['.', ',']) && !text.starts_with('0') {
        return Err("rt_rw_lost");
    }
    let mut parts = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().ok().filter(|n| (1..=999).contains(n)));
    match (parts.next().flatten(), parts.next().flatten(), parts.next()) {
        (Some(rt), Some(rw), None) => Ok((rt, rw)),
        _ => Err("rt_number"),
    }
}

/// `17 Agustus 1990` and `17.8.1990` as `17-8-1990`; a time behind the day is cut off.
fn spelled_out(day: &str) -> String {
    let day = day.trim();
    let (first, rest) = day.split_once([' ', 'T']).unwrap_or((day, ""));
    let is_whole = first.matches(['-', '/', '.']).count() == 2;
    let day = if is_whole && rest.contains(':') {
        first
    } else {
        day
    };
    let parts: Vec<String> = day
        .split([' ', '.', '-', '/'])
        .filter(|part| !part.is_empty())
        .map(|part| month(part).map_or_else(|| part.to_owned(), |n| n.to_string()))
        .collect();
    parts.join("-")
}

fn month(word: &str) -> Option<usize> {
    const MONTHS: [&[&str]; 12] = [
        &["jan"],
        &["feb", "peb"],
        &["mar"],
        &["apr"],
        &["mei", "may"],
        &["jun"],
        &["jul"],
        &["agu", "ags", "aug"],
        &["sep"],
        &["okt", "oct"],
        &["nov", "nop"],
        &["des", "dec"],
    ];
    let word = word.to_lowercase();
    let is = |names: &&[&str]| names.iter().any(|name| word.starts_with(name));
    MONTHS.iter().position(is).map(|n| n + 1)
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
