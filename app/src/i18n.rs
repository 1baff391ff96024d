//! The texts of `locales/` in the language that the person chose. `t!` gives a view that follows
//! the language, `t_string!` the text as it is now; both take a key and the values of its text,
//! and neither compiles with a key that does not exist or with other values than the text has.

use leptos::prelude::*;
use std::{
    fmt::Display,
    sync::{LazyLock, OnceLock},
};

pub use crate::{t, t_string};
pub use shared::locale::Locale;

#[allow(
    non_upper_case_globals,
    clippy::all,
    reason = "generated from locales/"
)]
pub mod keys {
    include!(concat!(env!("OUT_DIR"), "/keys.rs"));
}

/// The texts of a language, a line each.
type Table = LazyLock<Vec<&'static str>>;

/// A table a language.
struct Tables {
    id: Table,
    en: Table,
}

macro_rules! table {
    ($file:literal) => {
        LazyLock::new(|| {
            include_str!(concat!(env!("OUT_DIR"), $file))
                .split('\n')
                .collect()
        })
    };
}

static SHARED: Tables = Tables {
    id: table!("/shared.id.txt"),
    en: table!("/shared.en.txt"),
};
static OFFICE: Tables = Tables {
    id: table!("/office.id.txt"),
    en: table!("/office.en.txt"),
};
static BESIDE: OnceLock<&Tables> = OnceLock::new();

/// Brings the texts of the office's pages; without this call they are not in the program.
pub fn bring_office_texts() {
    let _ = BESIDE.set(&OFFICE);
}

/// A text without values: its line in the shared table, and after those in the office's.
#[derive(Clone, Copy)]
pub struct Text(u16);

impl Text {
    #[must_use]
    pub fn in_locale(self, locale: Locale) -> &'static str {
        let (tables, line) = match self.0.checked_sub(keys::SHARED) {
            None => (Some(&SHARED), self.0),
            Some(line) => (BESIDE.get().copied(), line),
        };
        let table = tables.map(|tables| match locale {
            Locale::Id => &tables.id,
            Locale::En => &tables.en,
        });
        let text = table.and_then(|table| table.get(usize::from(line)));
        text.copied().unwrap_or_default()
    }
}

/// A text with values, such as `{{ name }}`.
#[derive(Clone, Copy)]
pub struct Pattern {
    line: u16,
    values: &'static [&'static str],
}

impl Pattern {
    /// Whether these are the values of the text, in any order. For the macros, at compile time.
    #[must_use]
    pub const fn takes(self, given: &[&str]) -> bool {
        self.values.len() == given.len() && are_all_in(self.values, given)
    }

    fn fill(self, locale: Locale, values: &[(&str, &dyn Display)]) -> String {
        let mut filled = String::new();
        let mut rest = Text(self.line).in_locale(locale);
        while let Some((before, (name, after))) = rest
            .split_once("{{")
            .and_then(|(before, after)| Some((before, after.split_once("}}")?)))
        {
            filled.push_str(before);
            let value = values.iter().find(|(given, _)| *given == name.trim());
            if let Some((_, value)) = value {
                filled.push_str(&value.to_string());
            }
            rest = after;
        }
        filled.push_str(rest);
        filled
    }
}

const fn are_all_in(some: &[&str], all: &[&str]) -> bool {
    match some {
        [] => true,
        [one, rest @ ..] => is_in(one, all) && are_all_in(rest, all),
    }
}

const fn is_in(one: &str, all: &[&str]) -> bool {
    match all {
        [] => false,
        [other, rest @ ..] => is_same(one.as_bytes(), other.as_bytes()) || is_in(one, rest),
    }
}

const fn is_same(one: &[u8], other: &[u8]) -> bool {
    match (one, other) {
        ([], []) => true,
        ([a, one @ ..], [b, other @ ..]) => *a == *b && is_same(one, other),
        _ => false,
    }
}

/// The language of the page. Reads are tracked.
#[derive(Clone, Copy)]
pub struct I18n(RwSignal<Locale>);

impl I18n {
    /// Starts in a language and keeps the document's `lang` true.
    pub fn start(locale: Locale) -> Self {
        let i18n = Self(RwSignal::new(locale));
        Effect::new(move || {
            if let Some(root) = document().document_element() {
                let _ = root.set_attribute("lang", i18n.get_locale().tag());
            }
        });
        provide_context(i18n);
        i18n
    }

    #[must_use]
    pub fn get_locale(self) -> Locale {
        self.0.get()
    }

    #[must_use]
    pub fn get_locale_untracked(self) -> Locale {
        self.0.get_untracked()
    }

    pub fn set_locale(self, locale: Locale) {
        self.0.set(locale);
    }

    #[must_use]
    pub fn text(self, text: Text) -> &'static str {
        text.in_locale(self.get_locale())
    }

    #[must_use]
    pub fn fill(self, pattern: Pattern, values: &[(&str, &dyn Display)]) -> String {
        pattern.fill(self.get_locale(), values)
    }

    /// What happened, in a word: the title of a code from the wire.
    #[must_use]
    pub fn code_title(self, code: &str) -> &'static str {
        self.text(of_code(code).0)
    }

    /// What is safe and what to do: the text of a code from the wire.
    #[must_use]
    pub fn code_text(self, code: &str) -> &'static str {
        self.text(of_code(code).1)
    }

    /// A view of a text. One type for all of them keeps the app small.
    pub fn view(self, text: Text) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
        move || self.text(text)
    }
}

/// The title and text of a code. A code that this build does not know (the server is newer) is an
/// unknown problem.
fn of_code(code: &str) -> (Text, Text) {
    let found = keys::CODES.binary_search_by(|(name, ..)| (*name).cmp(code));
    let known = found.ok().and_then(|at| keys::CODES.get(at));
    known.map_or(keys::INTERNAL, |(_, title, text)| (*title, *text))
}

#[must_use]
pub fn use_i18n() -> I18n {
    use_context().unwrap_or_else(|| I18n(RwSignal::new(Locale::default())))
}

/// The text as it is now: `t_string!(i18n, desk.title)`, `t_string!(i18n, desk.count, n = 3)`.
#[macro_export]
macro_rules! t_string {
    ($i18n:expr, $($key:ident).+ $(,)?) => {
        $i18n.text($crate::i18n::keys::$($key)::+)
    };
    ($i18n:expr, $($key:ident).+, $($name:ident = $value:expr),+ $(,)?) => {{
        const { assert!($crate::i18n::keys::$($key)::+.takes(&[$(stringify!($name)),+])) }
        $i18n.fill($crate::i18n::keys::$($key)::+, &[$((stringify!($name), &$value)),+])
    }};
}

/// A view that follows the language; values are closures.
#[macro_export]
macro_rules! t {
    ($i18n:expr, $($key:ident).+ $(,)?) => {
        $i18n.view($crate::i18n::keys::$($key)::+)
    };
    ($i18n:expr, $($key:ident).+, $($name:ident = $value:expr),+ $(,)?) => {{
        $(let $name = $value;)+
        move || $crate::t_string!($i18n, $($key).+, $($name = $name()),+)
    }};
}
