//! Places and figures in words, as all pages of the head say them.

use crate::i18n::*;
use shared::{office::Office, region::RegionCode};

/// The name of a kelurahan.
#[must_use]
pub fn kelurahan(i18n: I18n, office: Option<&Office>, code: Option<&RegionCode>) -> String {
    let found = code.and_then(|code| office?.kelurahan(code));
    found.map_or_else(
        || t_string!(i18n, head.elsewhere).to_owned(),
        |found| found.name.clone(),
    )
}

/// "RT 03 / RW 01".
#[must_use]
pub fn rt(i18n: I18n, rw: Option<u16>, rt: Option<u16>) -> String {
    let two = |n: u16| format!("{n:02}");
    match (rt, rw) {
        (Some(rt), Some(rw)) => t_string!(i18n, head.rt_rw, rt = two(rt), rw = two(rw)),
        (Some(rt), None) => t_string!(i18n, head.rt, rt = two(rt)),
        (None, Some(rw)) => t_string!(i18n, head.rw, rw = two(rw)),
        (None, None) => t_string!(i18n, head.rt_unknown).to_owned(),
    }
}

/// "82,4" in Indonesian, "82.4" in English.
#[must_use]
pub fn tenths(i18n: I18n, tenths: u32) -> String {
    let mark = match i18n.get_locale() {
        Locale::Id => ',',
        Locale::En => '.',
    };
    format!("{}{mark}{}", tenths / 10, tenths % 10)
}
