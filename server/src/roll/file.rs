//! Opens a spreadsheet as offices send it: XLSX, or CSV in any of its spellings and encodings. Only
//! texts, numbers and dates come out; formulas as what they gave when the file was saved.

use calamine::{DataRef, Dimensions, Reader as _, Xlsx};
use encoding_rs::{Encoding, WINDOWS_1252};
use shared::roll::{Cell, Columns};
use std::io::Cursor;

use super::delimited::Rows;

#[cfg(test)]
mod tests;

/// Lines of a list, at most: far more than a kecamatan has people.
const LINES: usize = 200_000;
/// Columns that are looked at.
const WIDTH: usize = 64;
/// Bytes that a packed file may hold unpacked.
const UNPACKED: u64 = 512 * 1024 * 1024;
/// The heads stand among the first lines, below a title.
const TITLE: usize = 30;

/// A list: its heads, and the lines below with their numbers in the file.
#[derive(Clone, Debug, Default)]
pub struct Table {
    pub heads: Vec<Cell>,
    pub lines: Vec<(u32, Vec<Cell>)>,
}

/// Why a file is no list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    #[error("neither XLSX nor CSV")]
    Kind,
    #[error("an old XLS file, or one with a password")]
    OldOrLocked,
    #[error("the file is damaged")]
    Damaged,
    #[error("more than {LINES} lines, or more data than a list has")]
    TooLarge,
    #[error("no lines below a head")]
    Empty,
}

type Lines = Vec<(u32, Vec<Cell>)>;

/// Opens a file by what it is, whatever its name says.
///
/// # Errors
/// [`FileError`].
pub fn open(bytes: &[u8]) -> Result<Table, FileError> {
    let lines = if bytes.starts_with(b"PK") {
        xlsx(bytes)?
    } else if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(FileError::OldOrLocked);
    } else {
        csv(bytes)?
    };
    below_heads(lines).ok_or(FileError::Empty)
}

/// The line with most known heads; with none known, the first that looks like heads.
fn below_heads(mut lines: Lines) -> Option<Table> {
    let known = |(_, cells): &(u32, Vec<Cell>)| Columns::guess(cells).known();
    let first = lines.iter().take(TITLE);
    let best = first.map(known).max().filter(|n| *n > 1);
    let at = match best {
        Some(most) => lines.iter().position(|line| known(line) == most)?,
        None => lines
            .iter()
            .position(|(_, cells)| cells.iter().filter(|cell| !cell.is_empty()).count() > 1)?,
    };
    let below = lines.split_off(at + 1);
    let heads = lines.pop()?.1;
    (!below.is_empty()).then_some(Table {
        heads,
        lines: below,
    })
}

fn csv(bytes: &[u8]) -> Result<Lines, FileError> {
    let text = decode(bytes)?;
    // The separator with which most heads are known, else that gives most cells.
    let widest = |mark| {
        let rows = Rows::new(&text, mark, usize::MAX).take(TITLE);
        let known = rows.map(|(_, cells)| (Columns::guess(&cells).known(), cells.len()));
        known.max().unwrap_or_default()
    };
    let marks = [';', ',', '\t', '|'].map(|mark| (widest(mark), mark));
    let ((_, width), mark) = marks.into_iter().max().unwrap_or_default();
    let mut lines = Lines::new();
    for (line, mut cells) in Rows::new(&text, mark, width.saturating_sub(1)) {
        if cells.iter().all(Cell::is_empty) {
            continue;
        }
        if lines.len() >= LINES {
            return Err(FileError::TooLarge);
        }
        cells.truncate(WIDTH);
        lines.push((line, cells));
    }
    Ok(lines)
}

/// UTF-8, UTF-16 with its mark, else what Windows in Indonesia writes.
fn decode(bytes: &[u8]) -> Result<String, FileError> {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => encoding_rs::UTF_8,
        None => WINDOWS_1252,
    };
    let (text, _, _) = encoding.decode(bytes);
    // Pictures and programs have bytes that no text has.
    let is_text = !text
        .chars()
        .any(|c| matches!(c, '\0'..='\x08' | '\x0e'..='\x1a'));
    is_text.then(|| text.into_owned()).ok_or(FileError::Kind)
}

/// The sheet with most known heads, else the first with lines.
fn xlsx(bytes: &[u8]) -> Result<Lines, FileError> {
    if unpacked(bytes)? > UNPACKED {
        return Err(FileError::TooLarge);
    }
    let damaged = |_| FileError::Damaged;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut best: Option<(usize, Lines)> = None;
    for name in book.sheet_names() {
        let Ok(mut lines) = sheet(&mut book, &name) else {
            // A chart is a sheet too; if none is a list, the file is damaged.
            continue;
        };
        if lines.len() > LINES {
            return Err(FileError::TooLarge);
        }
        spread_merged(&mut book, &name, &mut lines);
        let known = lines.iter().take(TITLE);
        let known = known.map(|(_, cells)| Columns::guess(cells).known());
        let known = known.max().unwrap_or(0);
        if best
            .as_ref()
            .is_none_or(|(most, kept)| known > *most || kept.is_empty())
        {
            best = Some((known, lines));
        }
    }
    best.map(|(_, lines)| lines).ok_or(FileError::Damaged)
}

/// What the archive says it holds.
fn unpacked(bytes: &[u8]) -> Result<u64, FileError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| FileError::Damaged)?;
    let mut sum = 0_u64;
    for n in 0..archive.len() {
        let entry = archive.by_index_raw(n).map_err(|_| FileError::Damaged)?;
        sum = sum.saturating_add(entry.size());
    }
    Ok(sum)
}

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

/// Cell by cell, so that a lone cell at the far end of a sheet costs nothing.
fn sheet(book: &mut Book<'_>, name: &str) -> Result<Lines, calamine::XlsxError> {
    let mut cells = book.worksheet_cells_reader(name)?;
    let mut lines = Lines::new();
    while let Some(cell) = cells.next_cell()? {
        let (row, column) = cell.get_position();
        let column = column as usize;
        if column >= WIDTH || lines.len() > LINES {
            continue;
        }
        let value = match cell.get_value() {
            DataRef::Empty => continue,
            DataRef::String(text) => Cell::Text(text.clone()),
            DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
            DataRef::Int(n) => Cell::Number(*n as f64),
            DataRef::Float(n) => Cell::Number(*n),
            DataRef::Bool(yes) => Cell::Text(if *yes { "ya" } else { "tidak" }.to_owned()),
            DataRef::DateTime(at) => match at.as_datetime() {
                Some(at) => Cell::Date(at.date()),
                None => Cell::Number(at.as_f64()),
            },
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::Text(text.clone()),
            DataRef::Error(_) => Cell::Broken,
        };
        if lines.last().is_none_or(|(line, _)| *line != row + 1) {
            lines.push((row + 1, Vec::new()));
        }
        if let Some((_, cells)) = lines.last_mut() {
            cells.resize(column.max(cells.len()), Cell::Text(String::new()));
            cells.push(value);
        }
    }
    lines.retain(|(_, cells)| !cells.iter().all(Cell::is_empty));
    Ok(lines)
}

/// A family's number is often one cell over several lines: each line gets it.
fn spread_merged(book: &mut Book<'_>, name: &str, lines: &mut Lines) {
    let merged = book.merge_cells_by_sheet_name(name);
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
        let below = lines.iter_mut().skip(first + 1);
        for (_, cells) in below.take_while(|(line, _)| *line <= end.0 + 1) {
            cells.resize((column + 1).max(cells.len()), Cell::Text(String::new()));
            if let Some(cell) = cells.get_mut(column) {
                *cell = value.clone();
            }
        }
    }
}
