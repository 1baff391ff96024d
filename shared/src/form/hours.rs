//! Hours of work as a head types them, of a week or of a day in a village; what is wrong stands at its
//! field.

use crate::{locale::parse_time, office::Hours, sop::workload::Excess};
use chrono::NaiveTime;

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    Missing,
    /// Not a date, a time, a number or a pair of degrees.
    Unreadable,
    /// The days are over.
    Past,
    /// It ends before it begins.
    Order,
    /// Longer than a year.
    TooLong,
    /// Some of the days have other hours already.
    Overlap,
    TooMuch(Excess),
}

/// What was found, field by field.
pub type Errors<F> = Vec<(F, Wrong)>;

/// The hours, where these texts are some; a day without a break leaves both of its fields empty.
pub(super) fn read_hours<F: Copy>(
    open: Option<NaiveTime>,
    (of_close, close): (F, &str),
    (of_break, from, to): (F, &str, &str),
    errors: &mut Errors<F>,
) -> Option<Hours> {
    let close = value(of_close, close, parse_time, errors);
    if let (Some(open), Some(close)) = (open, close)
        && close <= open
    {
        errors.push((of_close, Wrong::Order));
    }
    let pause = match (from.trim(), to.trim()) {
        ("", "") => close.map(|close| (close, close)),
        (from, to) => match (parse_time(from), parse_time(to)) {
            (Some(from), Some(to)) if from < to => Some((from, to)),
            (Some(_), Some(_)) => {
                errors.push((of_break, Wrong::Order));
                None
            }
            _ => {
                errors.push((of_break, Wrong::Unreadable));
                None
            }
        },
    };
    let (break_from, break_to) = pause?;
    Some(Hours {
        open: open?,
        close: close?,
        break_from,
        break_to,
    })
}

/// The value of a field that must be filled in.
pub(super) fn value<F, T>(
    field: F,
    typed: &str,
    parse: impl Fn(&str) -> Option<T>,
    errors: &mut Errors<F>,
) -> Option<T> {
    let typed = typed.trim();
    let found = parse(typed);
    if found.is_none() {
        let wrong = match typed {
            "" => Wrong::Missing,
            _ => Wrong::Unreadable,
        };
        errors.push((field, wrong));
    }
    found
}
