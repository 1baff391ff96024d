//! What stands below a list, or between the lists of a sheet with several: place and day, *mengetahui*, the
//! office, the name of whoever signed, a sum, the heads of the next. None of them is a resident.

use super::{Cell, Column, Columns, LeftOut, day::spelled_out};
use crate::person::BirthDate;
use std::collections::BTreeSet;

/// Lines below a list, at most.
const LINES: usize = 30;
/// Characters of a line that are told.
const TOLD: usize = 80;

/// Words with which such a line begins, in one cell of it.
const WORDS: &[&str] = &[
    "mengetahui",
    "menyetujui",
    "lurah",
    "camat",
    "sekretaris",
    "nip",
    "ttd",
    "jumlah",
    "total",
    "catatan",
    "keterangan",
    "ketua rt",
    "ketua rw",
    "kepala desa",
    "kepala kelurahan",
    "kepala dusun",
    "kepala lingkungan",
    "dibuat oleh",
    "yang membuat",
    "tanda tangan",
];

/// A line as a list has them: its number and its cells.
type Line = (u32, Vec<Cell>);

/// Which lines are no people, by their place.
#[must_use]
pub fn no_people(columns: &Columns, lines: &[Line]) -> BTreeSet<usize> {
    let usual = usual(columns, lines);
    let end = lines
        .len()
        .saturating_sub(below_list(columns, lines, usual));
    // In a list of little more than names, a line of one name is a person.
    let signs = usual >= 3 && columns.has(Column::Name);
    let mut found: BTreeSet<usize> = (end..lines.len()).collect();
    let mut signed = false;
    for (at, line) in lines.iter().enumerate().take(end) {
        signed = signs && is_thin(columns, line, usual) && (signed || is_signature(&line.1));
        if signed || is_heads(&line.1) {
            found.insert(at);
        }
    }
    found
}

/// How many lines at the end are no people: each has no name, or no more than half of the cells of the list's.
/// From a word of a signature on, names alone are no people either.
fn below_list(columns: &Columns, lines: &[Line], usual: usize) -> usize {
    if !columns.has(Column::Name) {
        return 0;
    }
    let is_person = |(_, cells): &Line| {
        has_number(columns, cells)
            || columns.cell(Column::Name, cells).is_some()
                && !is_signature(cells)
                && 2 * filled(columns, cells) > usual
    };
    let last = lines.iter().rev().take(LINES);
    let Some(bare) = last.clone().position(is_person) else {
        return 0;
    };
    let thin = last.take_while(|line| is_thin(columns, line, usual));
    let thin = thin.collect::<Vec<_>>();
    let signed = thin.iter().rposition(|(_, cells)| is_signature(cells));
    bare.max(signed.map_or(0, |at| at + 1))
}

/// The line as it is told to the person who gave the file.
#[must_use]
pub fn left_out((line, cells): &Line) -> LeftOut {
    let texts = cells.iter().filter(|cell| !cell.is_empty()).map(Cell::text);
    let text = texts.collect::<Vec<_>>().join(" · ");
    LeftOut {
        line: *line,
        text: text.chars().take(TOLD).collect(),
    }
}

/// A name with little beside it, or less.
fn is_thin(columns: &Columns, (_, cells): &Line, usual: usize) -> bool {
    !has_number(columns, cells) && filled(columns, cells) <= (usual / 2).max(1)
}

/// The heads once more, above the next part of the list.
fn is_heads(cells: &[Cell]) -> bool {
    let heads = Columns::guess(cells);
    heads.has(Column::Name) && heads.known() >= 2
}

/// Cells that have a meaning and something in them.
fn filled(columns: &Columns, cells: &[Cell]) -> usize {
    let read = columns.meanings.iter().zip(cells);
    read.filter(|(meaning, cell)| meaning.is_some() && !cell.is_empty())
        .count()
}

/// As many as half of the lines have.
fn usual(columns: &Columns, lines: &[Line]) -> usize {
    let mut counts: Vec<usize> = lines.iter().map(|(_, c)| filled(columns, c)).collect();
    counts.sort_unstable();
    counts.get(counts.len() / 2).copied().unwrap_or_default()
}

/// A NIK or family card number, right or wrong; an official's number is neither.
fn has_number(columns: &Columns, cells: &[Cell]) -> bool {
    let numbers = [Column::Nik, Column::Kk].map(|column| columns.cell(column, cells));
    let is_number = |cell: &Cell| {
        let text = cell.text();
        let digits = text.chars().filter(char::is_ascii_digit).count();
        digits >= 10 && !begins_so(&text)
    };
    numbers.into_iter().flatten().any(is_number)
}

fn is_signature(cells: &[Cell]) -> bool {
    let texts: Vec<String> = cells
        .iter()
        .map(Cell::text)
        .filter(|t| !t.is_empty())
        .collect();
    let lone = texts.len() == 1;
    texts.iter().any(|text| {
        let begins = begins_so(text);
        begins || lone && (text.starts_with(['(', '.', '_']) || is_place_and_day(text))
    })
}

/// `Ketua RT 03`, `NIP. 1970…`, and no `Lurahman`.
fn begins_so(text: &str) -> bool {
    let text = text.to_lowercase();
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .collect();
    let first = words.first().copied().unwrap_or_default();
    let two = words.iter().take(2).copied().collect::<Vec<_>>().join(" ");
    WORDS.iter().any(|word| *word == first || *word == two)
}

/// `Jambi, 12 November 2026`
fn is_place_and_day(text: &str) -> bool {
    let day = text.rsplit_once(',').map(|(_, day)| spelled_out(day));
    day.is_some_and(|day| BirthDate::parse(&day).is_ok())
}
