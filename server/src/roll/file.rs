//! Opens a spreadsheet as offices send it: XLSX, or CSV in any of its spellings and encodings. Only
//! texts, numbers and dates come out.

use encoding_rs::{Encoding, WINDOWS_1252};
use shared::roll::{Cell, Columns, Sheet};

use super::{delimited::Rows, xlsx};

#[cfg(test)]
mod tests;

/// Lines of a list, at most: far more than a kecamatan has people.
pub(super) const LINES: usize = 200_000;
/// Columns that are looked at.
pub(super) const WIDTH: usize = 64;
/// Cells of a CSV, at most.
const CELLS: usize = 4_000_000;
/// The heads stand among the first lines, below a title.
const TITLE: usize = 30;

/// A list: its heads, and the lines below with their numbers in the file.
#[derive(Clone, Debug, Default)]
pub struct Table {
    pub heads: Vec<Cell>,
    pub lines: Vec<(u32, Vec<Cell>)>,
    /// The sheets of a workbook that have lines, and which of them this is.
    pub sheets: Vec<Sheet>,
    pub sheet: Option<usize>,
    /// Another sheet could be meant as well, or this one is hidden: somebody must say which.
    pub asks_sheet: bool,
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
    #[error("no sheet of this name has a list")]
    NoSuchSheet,
}

pub(super) type Lines = Vec<(u32, Vec<Cell>)>;

/// Opens a file by what it is, whatever its name says; of a workbook the sheet that is wanted.
///
/// # Errors
/// [`FileError`].
pub fn open(bytes: &[u8], sheet: Option<&str>) -> Result<Table, FileError> {
    if bytes.starts_with(b"PK") {
        return xlsx::open(bytes, sheet);
    }
    if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(FileError::OldOrLocked);
    }
    Table::below_heads(csv(bytes)?).ok_or(FileError::Empty)
}

impl Table {
    /// The line with most known heads; with none known, the first that looks like heads.
    pub(super) fn below_heads(mut lines: Lines) -> Option<Self> {
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
        (!below.is_empty()).then_some(Self {
            heads,
            lines: below,
            ..Self::default()
        })
    }
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
    let (mut lines, mut count) = (Lines::new(), 0_usize);
    for (line, mut cells) in Rows::new(&text, mark, width.saturating_sub(1)) {
        if cells.iter().all(Cell::is_empty) {
            continue;
        }
        cells.truncate(WIDTH);
        count += cells.len();
        if lines.len() >= LINES || count > CELLS {
            return Err(FileError::TooLarge);
        }
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
    // A page or a document that somebody has named like a list.
    let start = text.trim_start();
    let is_other = ["<", "%PDF", "{\\rtf"]
        .iter()
        .any(|mark| start.starts_with(mark));
    if !is_text || is_other {
        return Err(FileError::Kind);
    }
    Ok(text.into_owned())
}
