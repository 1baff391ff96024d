//! Small hints in localStorage: language, theme, and whether the browser was asked to keep data.

use chrono::NaiveDate;
use gloo_storage::{LocalStorage, Storage};
use std::cell::Cell;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::i18n::Locale;

const LANGUAGE: &str = "rekam.language";
const THEME: &str = "rekam.theme";
/// `boot.js` reads it.
const OFFICE: &str = "rekam.office";
/// The day on which this tablet stays at the office.
const STAYS: &str = "rekam.stays-at-office";
const ASKED: &str = "rekam.asked-to-persist";

/// Light, dark, or as the device is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    Device,
    Light,
    Dark,
}

impl Theme {
    fn word(self) -> Option<&'static str> {
        match self {
            Self::Device => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

thread_local! {
    /// The choice of this visit, for browsers that keep nothing.
    static CHOSEN: Cell<Option<Locale>> = const { Cell::new(None) };
    static STAYED: Cell<Option<NaiveDate>> = const { Cell::new(None) };
}

/// Indonesian unless the person chose otherwise; the browser's language is not asked.
#[must_use]
pub fn language() -> Locale {
    if let Some(chosen) = CHOSEN.get() {
        return chosen;
    }
    match LocalStorage::get::<String>(LANGUAGE).as_deref() {
        Ok("en") => Locale::En,
        _ => Locale::Id,
    }
}

pub fn set_language(locale: Locale) {
    CHOSEN.set(Some(locale));
    let _ = LocalStorage::set(LANGUAGE, locale.tag());
}

#[must_use]
pub fn theme() -> Theme {
    match LocalStorage::get::<String>(THEME).as_deref() {
        Ok("light") => Theme::Light,
        Ok("dark") => Theme::Dark,
        _ => Theme::Device,
    }
}

/// Keeps the theme and shows it.
pub fn set_theme(theme: Theme) {
    match theme.word() {
        Some(word) => drop(LocalStorage::set(THEME, word)),
        None => LocalStorage::delete(THEME),
    }
    show_theme(theme);
}

/// Puts the theme on the document.
pub fn show_theme(theme: Theme) {
    let root = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.document_element());
    let Some(root) = root else { return };
    let _ = match theme.word() {
        Some(word) => root.set_attribute("data-theme", word),
        None => root.remove_attribute("data-theme"),
    };
}

/// This browser starts the office's part from now on. False where nothing can be kept.
pub fn prefer_office() -> bool {
    LocalStorage::set(OFFICE, true).is_ok() && LocalStorage::get(OFFICE).unwrap_or(false)
}

/// The day on which somebody has said that this tablet stays at the office.
#[must_use]
pub fn stays_at_office() -> Option<NaiveDate> {
    STAYED.get().or_else(|| LocalStorage::get(STAYS).ok())
}

pub fn stay_at_office(day: Option<NaiveDate>) {
    STAYED.set(day);
    match day {
        Some(day) => drop(LocalStorage::set(STAYS, day)),
        None => LocalStorage::delete(STAYS),
    }
}

/// Asks the browser once not to throw the app's data away.
pub fn ask_to_persist() {
    if LocalStorage::get::<bool>(ASKED).unwrap_or(false) {
        return;
    }
    let _ = LocalStorage::set(ASKED, true);
    let Some(window) = web_sys::window() else {
        return;
    };
    if let Ok(promise) = window.navigator().storage().persist() {
        spawn_local(async move {
            let _ = JsFuture::from(promise).await;
        });
    }
}

/// Forgets all hints, with the device's data.
pub fn erase() {
    LocalStorage::clear();
}
