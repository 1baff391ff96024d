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
