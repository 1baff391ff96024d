//! How people are found and sorted in a list: by letters, whatever the case, accents and apostrophes;
//! and by as much of their NIK as the reader may see.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Digits of a NIK that a search needs at least: fewer are in too many of them.
const DIGITS: usize = 4;
/// Letters and digits of a ticket code that a search needs at least.
const CODE: usize = 3;

/// A name as lists sort it and searches compare it: words of lower-case letters and digits without accents
/// and apostrophes, one space between them. `Ma’ruf  ÉMILE` and `maruf emile` have the same key.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SearchKey(String);

impl SearchKey {
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut key = String::with_capacity(text.len());
        let mut between = false;
        for c in text.nfd().filter(|c| !is_mark(*c)) {
            if !c.is_alphanumeric() {
                between = true;
                continue;
            }
            if between && !key.is_empty() {
                key.push(' ');
            }
            between = false;
            key.extend(c.to_lowercase());
        }
        Self(key)
    }

    fn joined(&self) -> String {
        self.0.replace(' ', "")
    }
}

/// Belongs to the letter before it, and says nothing about who it is: accents, apostrophes of every
/// keyboard, and characters without a width.
fn is_mark(c: char) -> bool {
    is_combining_mark(c)
        || matches!(c, '\'' | '`' | '´' | '‘' | '’' | '‛' | '′' | '\u{ff07}')
        || matches!(c, '\u{2b0}'..='\u{2ff}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}')
}

/// What somebody typed above a list of people. Every word has to be found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    words: Vec<String>,
    numbers: Vec<String>,
    /// All that was typed, as it would stand in a ticket code.
    code: String,
}

impl Search {
    #[must_use]
    pub fn of(typed: &str) -> Self {
        let code = crate::resident::normalise_code(typed);
        let is_number = |text: &str| {
            let part = |c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '.' | '-');
            text.contains(|c: char| c.is_ascii_digit()) && text.chars().all(part)
        };
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect();
        // A NIK as it stands on papers has spaces, dots or dashes between its digits.
        if is_number(typed) {
            let (words, numbers) = (Vec::new(), vec![digits(typed)]);
            return Self {
                words,
                numbers,
                code,
            };
        }
        let (numbers, words): (Vec<&str>, Vec<&str>) =
            typed.split_whitespace().partition(|word| is_number(word));
        Self {
            words: words
                .into_iter()
                .map(|word| SearchKey::of(word).joined())
                .collect(),
            numbers: numbers.into_iter().map(digits).collect(),
            code,
        }
    }

    /// Whether it means this person. `nik` is what the reader holds: all digits, or the masked form.
    #[must_use]
    pub fn finds(&self, name: &str, nik: Option<&str>, code: Option<&str>) -> bool {
        let by_code =
            self.code.chars().count() >= CODE && code.is_some_and(|code| code.contains(&self.code));
        let name = SearchKey::of(name).joined();
        let in_name = self.words.iter().all(|word| name.contains(word));
        let in_nik = |digits: &String| nik.is_some_and(|nik| agrees(nik, digits));
        by_code || (in_name && self.numbers.iter().all(in_nik))
    }
}

/// Whether the digits can stand side by side in the NIK. A hidden digit may be any, but the digits that
/// are seen have to decide it: at least four of them.
fn agrees(nik: &str, digits: &str) -> bool {
    let nik: Vec<char> = nik.chars().collect();
    let length = digits.chars().count();
    length >= DIGITS
        && nik.windows(length).any(|part| {
            let seen = part
                .iter()
                .zip(digits.chars())
                .filter(|(c, _)| c.is_ascii_digit());
            let (mut same, mut other) = (0, 0);
            for (own, typed) in seen {
                if *own == typed { same += 1 } else { other += 1 }
            }
            other == 0 && same >= DIGITS
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NIK: &str = "1571081708080001";
    const MASKED: &str = "157108••••••0001";

    #[test]
    fn a_name_is_found_whatever_the_keyboard_wrote() {
        for (typed, name) in [
            ("Ma’ruf", "Ma'ruf Amin"),
            ("maruf", "Ma'ruf Amin"),
            ("MA`RUF", "Maruf Amin"),
            ("maʼruf amin", "Ma'ruf Amin"),
            ("emile", "Émile Situmorang"),
            ("émile", "EMILE SITUMORANG"),
            ("emile", "E\u{301}mile"),
            ("abdulrahman", "Abdul Rahman"),
            ("Abdul  Rahman", "Abdulrahman"),
            ("rahman daeng", "H. Abd. Rahman-Daeng"),
            ("daeng abd", "H. Abd. Rahman-Daeng"),
            ("S.H.", "Ma'ruf Amin, SH"),
            ("  siti ", "Siti Aminah"),
            ("", "Siti Aminah"),
        ] {
            assert!(Search::of(typed).finds(name, None, None), "{typed}: {name}");
        }
        for (typed, name) in [
            ("siti maruf", "Siti Aminah"),
            ("emil3", "Émile"),
            ("0001", "Siti Aminah"),
        ] {
            assert!(
                !Search::of(typed).finds(name, None, None),
                "{typed}: {name}"
            );
        }
    }

    #[test]
    fn a_nik_is_found_by_any_four_digits_that_the_reader_may_see() {
        for (typed, whole, masked) in [
            (NIK, true, true),
            ("1571 0817 0808 0001", true, true),
            ("15.71.08-170808.0001", true, true),
            ("080001", true, true),
            ("0001", true, true),
            ("7108", true, true),
            ("0808", true, false),
            ("17080800", true, false),
            ("001", false, false),
            ("0002", false, false),
            ("1571081708080002", false, false),
            ("15710817080800011", false, false),
            ("siti 0001", true, true),
            ("siti 0002", false, false),
            ("budi 0001", false, false),
        ] {
            let finds = |nik| Search::of(typed).finds("Siti Aminah", Some(nik), None);
            assert_eq!((finds(NIK), finds(MASKED)), (whole, masked), "{typed}");
        }
    }

    #[test]
    fn a_ticket_is_found_by_its_code() {
        let finds = |typed| Search::of(typed).finds("Siti Aminah", None, Some("K7PM20X1"));
        assert!(finds("k7pm"));
        assert!(finds("K7PM-2oxl"));
        assert!(finds("20x1"));
        assert!(!finds("k7"));
        assert!(!finds("k7pn"));
    }

    #[test]
    fn names_sort_by_letter() {
        let mut names = [
            "Zainal", "abdul", "Émile", "Ma'ruf", "eko", "Maria", "Fitri", "Abdi",
        ];
        names.sort_by_key(|name| SearchKey::of(name));
        assert_eq!(
            names,
            [
                "Abdi", "abdul", "eko", "Émile", "Fitri", "Maria", "Ma'ruf", "Zainal"
            ]
        );
        assert!(SearchKey::of("Siti Zahra") < SearchKey::of("sitia"));
    }
}
