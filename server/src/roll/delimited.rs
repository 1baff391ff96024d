//! Rows of a CSV text, numbered as a spreadsheet numbers them: a row ends with LF, CR or both, an empty
//! row counts, and a line break between quotes is part of its cell. A quote that is never closed costs
//! its own row only: the rows below are read as rows.

use shared::roll::Cell;

/// Characters and line breaks of one cell, at most; a spreadsheet keeps no more.
const LONGEST: usize = 32_767;
const BREAKS: usize = 250;

/// Reads row by row.
pub(super) struct Rows<'a> {
    rest: &'a str,
    mark: char,
    /// Separators of a whole row. A cell over several rows with as many is an open quote.
    whole: usize,
    row: u32,
}

impl<'a> Rows<'a> {
    pub(super) fn new(text: &'a str, mark: char, whole: usize) -> Self {
        Self {
            rest: text,
            mark,
            whole: whole.max(1),
            row: 0,
        }
    }

    /// A cell, and what follows it: a separator, the row's end, or nothing.
    fn cell(&self, at: &'a str) -> (Cell, &'a str) {
        let Some(inside) = at.strip_prefix('"') else {
            let (text, after) = self.plain(at);
            return (Cell::Text(text.to_owned()), after);
        };
        if let Some((text, after)) = self.quoted(inside) {
            return (Cell::Text(text), after);
        }
        let (text, after) = self.plain(inside);
        (Cell::Unclosed(text.to_owned()), after)
    }

    fn plain(&self, at: &'a str) -> (&'a str, &'a str) {
        let end = at.find([self.mark, '\n', '\r']).unwrap_or(at.len());
        at.split_at(end)
    }

    /// What stands between two quotes; `None` where the second is missing.
    fn quoted(&self, inside: &'a str) -> Option<(String, &'a str)> {
        let (mut text, mut marks, mut breaks) = (String::new(), 0, 0);
        let mut letters = inside.char_indices();
        while let Some((at, letter)) = letters.next() {
            if letter == '"' {
                let after = inside.get(at + 1..)?;
                if !after.starts_with('"') {
                    let after = after.trim_start_matches(' ');
                    let ends = after.is_empty() || after.starts_with([self.mark, '\n', '\r']);
                    return ends.then_some((text, after));
                }
                letters.next();
            }
            marks += usize::from(letter == self.mark);
            breaks += usize::from(letter == '\n' || letter == '\r');
            let swallowed = breaks > 0 && marks >= self.whole;
            if swallowed || breaks > BREAKS || at > LONGEST {
                return None;
            }
            text.push(letter);
        }
        None
    }
}

impl Iterator for Rows<'_> {
    type Item = (u32, Vec<Cell>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        self.row = self.row.saturating_add(1);
        let (mut cells, mut at) = (Vec::new(), self.rest);
        loop {
            let (cell, after) = self.cell(at);
            cells.push(cell);
            match after.strip_prefix(self.mark) {
                Some(next) => at = next,
                None => {
                    let end = after.strip_prefix('\r').unwrap_or(after);
                    self.rest = end.strip_prefix('\n').unwrap_or(end);
                    return Some((self.row, cells));
                }
            }
        }
    }
}
