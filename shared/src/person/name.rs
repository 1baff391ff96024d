//! A person's name as it is typed: one word or many, in any script. Indonesian names need no family name.

use serde::{Deserialize, Serialize};

use super::text::{has_control, masked_debug, parsed_text};

/// 1 to 120 characters: letters of any script, `' . , -` and single spaces, at least one letter. New
/// names have two words and 60 letters at most (Permendagri 73/2022); those given before are as they are.
/// Case stays as typed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonName(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("a name has 1 to 120 characters")]
    Length,
    #[error("a name has letters, spaces and ' . , - only")]
    Characters,
    #[error("a name has at least one letter")]
    NoLetter,
}

impl NameError {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Length => "name_length",
            Self::Characters => "name_characters",
            Self::NoLetter => "name_no_letter",
        }
    }
}

/// Characters, at most.
const LONGEST: usize = 120;

/// What keyboards and spreadsheets have for `'`; some of them count as letters.
const APOSTROPHES: [char; 13] = [
    '‘', '’', '‛', '`', '´', '′', 'ʹ', 'ʻ', 'ʼ', 'ʽ', 'ʾ', 'ʿ', '＇',
];

impl PersonName {
    /// Trims, collapses spaces, and writes every apostrophe as `'`.
    pub fn parse(input: &str) -> Result<Self, NameError> {
        if has_control(input) {
            return Err(NameError::Characters);
        }
        let words: Vec<&str> = input.split_whitespace().collect();
        let name = words.join(" ").replace(APOSTROPHES, "'");
        if !(1..=LONGEST).contains(&name.chars().count()) {
            return Err(NameError::Length);
        }
        if !name.chars().all(is_name_char) {
            return Err(NameError::Characters);
        }
        if !name.chars().any(char::is_alphabetic) {
            return Err(NameError::NoLetter);
        }
        Ok(Self(name))
    }

    /// *Nomen nescio*: stands where a name is no longer kept, in every language.
    #[must_use]
    pub fn nobody() -> Self {
        Self("N.N.".to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// First letters of the first and the last word, in capitals: `SA`.
    pub fn initials(&self) -> String {
        let mut letters = self.0.split(' ').filter_map(first_letter);
        let first = letters.next();
        let last = letters.next_back();
        first
            .into_iter()
            .chain(last)
            .flat_map(char::to_uppercase)
            .collect()
    }

    /// For a screen that others can see: `Siti A.`; a single name shows its first letter only.
    pub fn masked(&self) -> String {
        match self.0.split_once(' ') {
            None => self.initials() + "•••",
            Some((first, rest)) => {
                let initials = rest.split(' ').filter_map(first_letter);
                initials.fold(first.to_owned(), |name, letter| format!("{name} {letter}."))
            }
        }
    }
}

/// Combining accents are letters' parts: some keyboards send `é` as two characters.
fn is_name_char(c: char) -> bool {
    c.is_alphabetic() || matches!(c, ' ' | '\'' | '.' | ',' | '-' | '\u{300}'..='\u{36f}')
}

fn first_letter(word: &str) -> Option<char> {
    word.chars().find(|c| c.is_alphabetic())
}

parsed_text!(PersonName, NameError);
masked_debug!(PersonName);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn kept_as_typed_but_for_spaces() {
        for (input, kept, masked, initials) in [
            ("  Siti   Aminah ", "Siti Aminah", "Siti A.", "SA"),
            ("siti aminah putri", "siti aminah putri", "siti a. p.", "SP"),
            ("Suharto", "Suharto", "S•••", "S"),
            (
                "Ma’ruf Amin, S.H.",
                "Ma'ruf Amin, S.H.",
                "Ma'ruf A. S.",
                "MS",
            ),
            (
                "H. Abd. Rahman-Daeng",
                "H. Abd. Rahman-Daeng",
                "H. A. R.",
                "HR",
            ),
            ("Ñusa é́", "Ñusa é́", "Ñusa é.", "ÑÉ"),
            ("李 明", "李 明", "李 明.", "李明"),
            ("Ma´ruf", "Ma'ruf", "M•••", "M"),
            ("Sya′ban Qur`an", "Sya'ban Qur'an", "Sya'ban Q.", "SQ"),
            ("Aʼ ʻAbd", "A' 'Abd", "A' A.", "AA"),
            ("O", "O", "O•••", "O"),
        ] {
            let name = PersonName::parse(input).unwrap();
            assert_eq!(name.as_str(), kept);
            assert_eq!(name.masked(), masked);
            assert_eq!(name.initials(), initials);
        }
    }

    #[test]
    fn nobody_is_a_name_that_every_reader_accepts() {
        let nobody = PersonName::nobody();
        assert_eq!(PersonName::parse(nobody.as_str()), Ok(nobody));
    }

    #[test]
    fn names_given_long_ago_may_be_short_or_long() {
        for length in [1, 61, 120] {
            assert!(PersonName::parse(&"a".repeat(length)).is_ok(), "{length}");
        }
    }

    #[test]
    fn refused() {
        for (input, error) in [
            ("", NameError::Length),
            (&"ab".repeat(61), NameError::Length),
            ("Siti 2", NameError::Characters),
            ("Siti\0Aminah", NameError::Characters),
            ("Siti\tAminah", NameError::Characters),
            ("Siti\u{200b}Aminah", NameError::Characters),
            ("<b>Siti", NameError::Characters),
            ("-.", NameError::NoLetter),
        ] {
            assert_eq!(PersonName::parse(input), Err(error), "{input:?}");
        }
    }

    proptest! {
        #[test]
        fn parse_is_idempotent(input in "[ ]{0,2}[A-Za-zÀ-ÿ'. ,-]{0,64}|\\PC{0,10}") {
            if let Ok(name) = PersonName::parse(&input) {
                prop_assert_eq!(PersonName::parse(name.as_str()).unwrap(), name.clone());
                prop_assert!(!name.as_str().contains("  "));
                prop_assert!(!name.initials().is_empty());
            }
        }
    }
}
