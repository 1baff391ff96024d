//! What a cell of a spreadsheet holds, and what somebody sees of it.

use chrono::NaiveDate;

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

    /// Stands where somebody had nothing to write: `-`, `0`, `000/000`, *tidak ada*.
    #[must_use]
    pub fn stands_for_nothing(&self) -> bool {
        if !matches!(self, Self::Text(_) | Self::Number(_)) {
            return false;
        }
        let text = self.text().to_lowercase();
        let is_mark = |c: char| matches!(c, '-' | '0' | '.' | '/' | '?' | '_' | '*' | ' ');
        text.chars().all(is_mark) || NOTHING.contains(&text.as_str())
    }
}

const NOTHING: &[&str] = &[
    "tidak ada",
    "tdk ada",
    "belum ada",
    "tidak punya",
    "kosong",
    "nihil",
    "null",
    "n/a",
    "none",
];

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
