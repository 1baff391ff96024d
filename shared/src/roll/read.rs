//! A line of a list read into a person: each cell by the same parsed types as every form.

use super::{Cell, Column, Columns, LineError, SHOWN, column, day::spelled_out};
use crate::{
    office::Office,
    person::{BirthDate, Kk, Nik, PersonName, Phone, Sex},
    resident::Draft,
};
use chrono::NaiveDate;

/// Columns where people write something that stands for nothing. `0` has a meaning under *rekam*.
const MAY_BE_NOTHING: [Column; 10] = [
    Column::Nik,
    Column::Kk,
    Column::Birth,
    Column::Sex,
    Column::Married,
    Column::Rt,
    Column::Rw,
    Column::RtRw,
    Column::Kelurahan,
    Column::Phone,
];

/// Somebody on a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    pub draft: Draft,
    /// What was not taken of the line, though the person was.
    pub hints: Vec<LineError>,
}

/// Reads lines of one file.
pub struct Reader<'a> {
    pub office: &'a Office,
    pub columns: &'a Columns,
    pub today: NaiveDate,
}

type Field<T> = Result<T, &'static str>;

impl Reader<'_> {
    /// One person. What stands for nothing is nothing, and nobody is left out for a phone number.
    ///
    /// # Errors
    /// Everything that is wrong with the line, in the order of [`Column::ALL`].
    pub fn line(&self, line: u32, cells: &[Cell]) -> Result<Read, Vec<LineError>> {
        let (mut errors, mut hints) = (Vec::new(), Vec::new());
        let shown = |column| {
            let cell = self.columns.cell(column, cells);
            let text = cell.map(Cell::text).unwrap_or_default();
            text.chars().take(SHOWN).collect::<String>()
        };
        let error = |column, code: &str| LineError {
            line,
            column,
            code: code.to_owned(),
            name: shown(Column::Name),
            text: shown(column),
        };
        let mut hint = |column, code: &str| hints.push(error(column, code));
        let given = |column| {
            let cell = self.columns.cell(column, cells)?;
            (!MAY_BE_NOTHING.contains(&column) || !cell.stands_for_nothing()).then_some(cell)
        };
        for column in MAY_BE_NOTHING {
            if self.columns.cell(column, cells).is_some() && given(column).is_none() {
                hint(column, "left_blank");
            }
        }
        let mut wrong = |column, code: &str| errors.push(error(column, code));
        macro_rules! read {
            ($column:ident, $parse:expr) => {
                match given(Column::$column) {
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
            (rt, rw) = (rt.or(t), rw.or(w));
            if t.is_none() || w.is_none() {
                hint(Column::RtRw, "left_blank");
            }
        }
        let kelurahan = read!(Kelurahan, |cell| self.kelurahan(cell));
        let kelurahan = kelurahan.or_else(|| self.columns.all_of.clone());
        let phone = read!(Phone, phone).and_then(|(phone, code)| {
            if let Some(code) = code {
                hint(Column::Phone, code);
            }
            phone
        });
        let recorded_on = read!(Recorded, |cell| self.recorded(cell)).flatten();
        // Whatever else stands behind an open quote, it is said once.
        if self.columns.has_unread_quote(cells) {
            wrong(Column::Name, "quote_open");
        }
        let absent = |column| given(column).is_none();
        if absent(Column::Name) {
            wrong(Column::Name, "required");
        }
        if absent(Column::Kelurahan) && kelurahan.is_none() {
            wrong(Column::Kelurahan, "required");
        }
        match name {
            Some(name) if errors.is_empty() => Ok(Read {
                draft: Draft {
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
                },
                hints,
            }),
            _ => {
                errors.sort_by_key(|e| e.column);
                Err(errors)
            }
        }
    }

    fn birth(&self, cell: &Cell) -> Field<BirthDate> {
        let birth = match cell {
            Cell::Date(day) => BirthDate::from_date(*day),
            // "Jambi, 17-08-1990": place and day in one cell.
            _ => {
                let text = words(cell)?;
                let day = text.rsplit(',').next().unwrap_or_default();
                BirthDate::parse(&spelled_out(day))
            }
        };
        let birth = birth.and_then(|birth| birth.not_after(self.today));
        birth.map_err(|e| e.code())
    }

    fn kelurahan(&self, cell: &Cell) -> Field<crate::region::RegionCode> {
        let said = column::plain(&words(cell)?);
        let known = self.office.kelurahan.iter().find(|kelurahan| {
            column::plain(&kelurahan.name) == said
                || column::plain(&kelurahan.code.dotted()) == said
        });
        known.map(|k| k.code.clone()).ok_or("kelurahan_unknown")
    }

    /// The day of the recording; today where the list only says that it was done.
    fn recorded(&self, cell: &Cell) -> Field<Option<NaiveDate>> {
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
fn words(cell: &Cell) -> Field<String> {
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
fn digits(cell: &Cell) -> Field<String> {
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

/// A mobile number, and why what stands there was not taken or not all of it.
fn phone(cell: &Cell) -> Field<(Option<Phone>, Option<&'static str>)> {
    let text = match digits(cell) {
        Ok(text) => text,
        // The rest of the list stands in it.
        Err(code) if matches!(cell, Cell::Unclosed(_)) => return Err(code),
        Err("nik_lost_digits") => return Ok((None, Some("phone_lost_digits"))),
        Err(code) => return Ok((None, Some(code))),
    };
    let whole = match one_phone(&text) {
        Ok(phone) => return Ok((Some(phone), None)),
        Err(code) => code,
    };
    // "0812 7455 6677 / 0741 23456": the first that a message reaches.
    let spoken = text.replace(" atau ", "/").replace(" dan ", "/");
    let marks = spoken.split(['/', ',', ';', '&', '|']);
    let mut parts = marks.chain(text.split(' ')).map(one_phone);
    match parts.find_map(Result::ok) {
        Some(phone) => Ok((Some(phone), Some("phone_one_of_two"))),
        None => Ok((None, Some(whole))),
    }
}

/// A number that a spreadsheet took for one has lost its leading zero.
fn one_phone(text: &str) -> Field<Phone> {
    let text = text.trim();
    let text = match text.starts_with('8') {
        true => format!("0{text}"),
        false => text.to_owned(),
    };
    Phone::parse(&text).map_err(|e| e.code())
}

fn sex(cell: &Cell) -> Field<Sex> {
    let text = words(cell)?;
    match column::plain(&text).as_str() {
        "1" | "lk" | "pria" | "lakilaki" => Ok(Sex::Male),
        "2" | "pr" | "wanita" => Ok(Sex::Female),
        _ => Sex::parse(&text).map_err(|e| e.code()),
    }
}

/// Ever married, as the register writes it: 1 to 4, B/S/P, or in words.
fn married(cell: &Cell) -> Field<bool> {
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

fn number(cell: &Cell) -> Field<u16> {
    let text = words(cell)?;
    let number = text.parse().ok().filter(|n| (1..=999).contains(n));
    number.ok_or("rt_number")
}

/// A spreadsheet takes `3/10` for a day and `3.10` for a number, which is 3.1: what it was is lost.
/// `003/000` is an RT without an RW.
fn rt_rw(cell: &Cell) -> Field<(Option<u16>, Option<u16>)> {
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
        .map(|part| part.parse::<u16>().ok().filter(|n| *n <= 999));
    match (parts.next().flatten(), parts.next().flatten(), parts.next()) {
        (Some(rt), Some(rw), None) => {
            let known = |n| (n > 0).then_some(n);
            Ok((known(rt), known(rw)))
        }
        _ => Err("rt_number"),
    }
}
