//! Texts of codes, looked up at run time: their keys come from the wire.

use crate::i18n::Locale;
use serde::Deserialize;
use std::{collections::BTreeMap, sync::LazyLock};

/// What happened in a word, and what is safe and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CodeText {
    pub title: String,
    pub text: String,
}

type Texts = BTreeMap<String, CodeText>;

static ID: LazyLock<Texts> = LazyLock::new(|| read(include_str!("../../locales/id/codes.json")));
static EN: LazyLock<Texts> = LazyLock::new(|| read(include_str!("../../locales/en/codes.json")));

fn read(json: &str) -> Texts {
    serde_json::from_str(json).unwrap_or_default()
}

/// The text of a code. A code that this build does not know (the server is newer) gets the text of
/// an unknown problem.
#[must_use]
pub fn text(locale: Locale, code: &str) -> CodeText {
    let texts = match locale {
        Locale::id => &*ID,
        Locale::en => &*EN,
    };
    texts
        .get(code)
        .or_else(|| texts.get("internal"))
        .cloned()
        .unwrap_or_else(|| CodeText {
            title: code.to_owned(),
            text: String::new(),
        })
}

/// What is wrong with a field, in one sentence.
#[must_use]
pub fn field_error(locale: Locale, code: &str) -> String {
    text(locale, code).text
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::{flag, form::FORM_CODES, problem::Code, ticket::TicketError};

    /// Codes of parsed fields; each is named in `shared::person` and `shared::region`.
    const FIELDS: &[&str] = &[
        "birth_date_format",
        "birth_date_no_such_day",
        "birth_date_too_early",
        "kk_digits",
        "kk_length",
        "kk_date",
        "kk_serial",
        "name_length",
        "name_characters",
        "name_no_letter",
        "nik_digits",
        "nik_length",
        "nik_birth_date",
        "nik_serial",
        "nik_unknown_region",
        "nik_other_domicile",
        "nik_other_birth_date",
        "nik_other_sex",
        "phone_digits",
        "phone_not_mobile",
        "phone_length",
        "sex_unknown",
        "region_digits",
        "region_length",
        "region_list",
        "zone_unknown",
        "storage_full",
        "storage_closed",
        "storage_unsupported",
        "unencodable",
        "unsent",
    ];

    #[test]
    fn every_code_has_a_text_in_both_languages() {
        let flags = flag::Kind::ALL.map(|kind| {
            let json = serde_json::to_value(kind).unwrap();
            json.as_str().unwrap().to_owned()
        });
        let codes = Code::ALL.iter().map(|code| code.as_str().to_owned());
        let tickets = TicketError::ALL.map(|error| error.code().to_owned());
        let named = FIELDS.iter().chain(FORM_CODES).map(|s| (*s).to_owned());
        let wanted: Vec<String> = codes.chain(flags).chain(tickets).chain(named).collect();
        for (language, texts) in [("id", &*ID), ("en", &*EN)] {
            for code in &wanted {
                let text = texts.get(code);
                let full = text.is_some_and(|t| t.title.len() > 2 && t.text.len() > 10);
                assert!(full, "{code} has no text in {language}");
            }
            for code in texts.keys() {
                assert!(
                    wanted.contains(code),
                    "{code} in {language} belongs to nothing"
                );
            }
        }
        for (code, text) in ID.iter() {
            assert_ne!(Some(text), EN.get(code), "{code} is not translated");
        }
    }
}
