//! The sheets of a workbook: which of them is the list, and what its cells hold. Formulas come out as
//! what they gave when the file was saved.

use calamine::{DataRef, Dimensions, Reader as _, SheetVisible, Xlsx, XlsxError};
use chrono::NaiveDate;
use shared::roll::{Cell, Column, Columns, Sheet};
use std::io::Cursor;

use super::{
    file::{FileError, LINES, Lines, Table, WIDTH},
    unpack,
};

/// Cells and bytes of text of one sheet, at most: a text that a thousand cells point at counts a
/// thousand times.
const CELLS: usize = 4_000_000;
const TEXT: usize = 96 * 1024 * 1024;

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

/// The sheet that is wanted, else the visible one with most known heads. With several that could be
/// meant, or with a hidden one alone, the table asks.
pub(super) fn open(bytes: &[u8], wanted: Option<&str>) -> Result<Table, FileError> {
    unpack::check(bytes)?;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| FileError::Damaged)?;
    let (mut sheets, mut is_readable) = (Vec::<Found>::new(), false);
    let mut best: Option<(Rank, Table)> = None;
    for told in book.sheets_metadata().to_vec() {
        let mut lines = match cells(&mut book, &told.name) {
            Ok(lines) => lines,
            // A chart is a sheet too.
            Err(Stop::Unreadable) => continue,
            Err(Stop::TooLarge) => return Err(FileError::TooLarge),
        };
        is_readable = true;
        spread_merged(&mut book, &told.name, &mut lines)?;
        let Some(table) = Table::below_heads(lines) else {
            continue;
        };
        let heads = Columns::guess(&table.heads);
        let rank = Rank {
            is_wanted: wanted == Some(&told.name),
            is_list: heads.known() > 1 && heads.has(Column::Name),
            is_visible: told.visible == SheetVisible::Visible,
            known: heads.known(),
        };
        sheets.push(Found {
            sheet: Sheet {
                name: told.name,
                lines: u32::try_from(table.lines.len()).unwrap_or(u32::MAX),
                hidden: !rank.is_visible,
            },
            is_list: rank.is_list,
        });
        if best.as_ref().is_none_or(|(most, _)| rank > *most) {
            best = Some((
                rank,
                Table {
                    sheet: sheets.len().checked_sub(1),
                    ..table
                },
            ));
        }
    }
    if !is_readable {
        return Err(FileError::Damaged);
    }
    let (rank, table) = best.ok_or(FileError::Empty)?;
    if wanted.is_some() && !rank.is_wanted {
        return Err(FileError::NoSuchSheet);
    }
    let could_be = |found: &&Found| found.is_list == rank.is_list && !found.sheet.hidden;
    let is_clear = rank.is_visible && sheets.iter().filter(could_be).count() == 1;
    Ok(Table {
        asks_sheet: wanted.is_none() && !is_clear,
        sheets: sheets.into_iter().map(|found| found.sheet).collect(),
        ..table
    })
}

/// Which sheet is read; the first of equals.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    is_wanted: bool,
    is_list: bool,
    is_visible: bool,
    known: usize,
}

struct Found {
    sheet: Sheet,
    is_list: bool,
}

enum Stop {
    Unreadable,
    TooLarge,
}

impl From<XlsxError> for Stop {
    fn from(_: XlsxError) -> Self {
        Self::Unreadable
    }
}

/// Cell by cell, so that a lone cell at the far end of a sheet costs nothing.
fn cells(book: &mut Book<'_>, name: &str) -> Result<Lines, Stop> {
    let mut cells = book.worksheet_cells_reader(name)?;
    let mut lines = Lines::new();
    let (mut count, mut text) = (0_usize, 0_usize);
    while let Some(found) = cells.next_cell_with_formula_metadata()? {
        let (row, column) = found.pos;
        let column = column as usize;
        if column >= WIDTH {
            continue;
        }
        let value = match found.value {
            // A program that writes formulas and does not reckon leaves them without a value.
            DataRef::Empty if found.formula.is_some() => Cell::Uncalculated,
            DataRef::Empty => continue,
            other => cell(&other),
        };
        if lines
            .last()
            .is_none_or(|(line, _)| *line != row.saturating_add(1))
        {
            lines.push((row.saturating_add(1), Vec::new()));
        }
        if let Some((_, cells)) = lines.last_mut() {
            count += (column + 1).saturating_sub(cells.len()).max(1);
            if let Cell::Text(long) = &value {
                text += long.len();
            }
            if lines.len() > LINES + 1 || count > CELLS || text > TEXT {
                return Err(Stop::TooLarge);
            }
        }
        if let Some((_, cells)) = lines.last_mut() {
            cells.resize(column.max(cells.len()), Cell::Text(String::new()));
            cells.push(value);
        }
    }
    lines.retain(|(_, cells)| !cells.iter().all(Cell::is_empty));
    Ok(lines)
}

fn cell(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Text(String::new()),
        DataRef::String(text) => Cell::Text(text.clone()),
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::Int(n) => Cell::Number(*n as f64),
        DataRef::Float(n) => Cell::Number(*n),
        DataRef::Bool(yes) => Cell::Text(if *yes { "ya" } else { "tidak" }.to_owned()),
        DataRef::DateTime(at) => match at.as_datetime() {
            Some(at) => Cell::Date(at.date()),
            None => Cell::Number(at.as_f64()),
        },
        // `1990-08-17T00:00:00`: the day, whatever the hour.
        DataRef::DateTimeIso(text) => match text.get(..10).map(str::parse::<NaiveDate>) {
            Some(Ok(day)) => Cell::Date(day),
            _ => Cell::Text(text.clone()),
        },
        DataRef::DurationIso(text) => Cell::Text(text.clone()),
        DataRef::Error(_) => Cell::Broken,
    }
}

/// A family's number is often one cell over several lines: each line gets it.
fn spread_merged(book: &mut Book<'_>, name: &str, lines: &mut Lines) -> Result<(), FileError> {
    let merged = book.merge_cells_by_sheet_name(name);
    let mut text = 0_usize;
    let mut count = 0_usize;
    for Dimensions { start, end } in merged.unwrap_or_default() {
        let column = start.1 as usize;
        if end.0 == start.0 || column >= WIDTH {
            continue;
        }
        let first = lines.partition_point(|(line, _)| *line <= start.0);
        let Some((line, cells)) = lines.get(first) else {
            continue;
        };
        let Some(value) = cells.get(column).cloned().filter(|_| *line == start.0 + 1) else {
            continue;
        };
        let long = match &value {
            Cell::Text(text) => text.len(),
            _ => 0,
        };
        let below = lines.iter_mut().skip(first + 1);
        for (_, cells) in below.take_while(|(line, _)| *line <= end.0 + 1) {
            count += (column + 1).saturating_sub(cells.len()).max(1);
            text += long;
            if count > CELLS || text > TEXT {
                return Err(FileError::TooLarge);
            }
            cells.resize((column + 1).max(cells.len()), Cell::Text(String::new()));
            if let Some(cell) = cells.get_mut(column) {
                *cell = value.clone();
            }
        }
    }
    Ok(())
}
