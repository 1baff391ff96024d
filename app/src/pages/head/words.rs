//! Places and figures in words, as all pages of the head say them.

use crate::i18n::*;
use shared::{form::hours::Wrong, office::Office, region::RegionCode, sop::workload::Excess};

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

/// What is wrong with a field of hours, in words.
#[must_use]
pub fn wrong_words(i18n: I18n, wrong: Wrong) -> &'static str {
    match wrong {
        Wrong::Missing => t_string!(i18n, head.sessions.missing),
        Wrong::Unreadable => t_string!(i18n, head.sessions.bad_time),
        Wrong::Past => t_string!(i18n, head.sessions.past),
        Wrong::Order => t_string!(i18n, head.sessions.order),
        Wrong::TooLong => t_string!(i18n, head.weeks.too_long),
        Wrong::Overlap => i18n.code_text("weeks_overlap"),
        Wrong::TooMuch(excess) => excess_words(i18n, excess),
    }
}

/// What would be too much work, in words.
pub fn excess_words(i18n: I18n, excess: Excess) -> &'static str {
    match excess {
        Excess::Staff => t_string!(i18n, head.sessions.too_few),
        Excess::Day => t_string!(i18n, head.sessions.long_day),
        Excess::Week => t_string!(i18n, head.sessions.long_week),
        Excess::Stretch => t_string!(i18n, head.sessions.no_break),
    }
}
