//! What a head types about weeks with other hours, read field by field; what the law or another week
//! forbids stands at the field that would have to change.

use super::hours::{Errors, Wrong, read_hours, value};
use crate::{
    command::{SetWeek, WeekChange},
    locale::parse_time,
    office::{Hours, Office, WorkingWeek},
};
use chrono::{Datelike, NaiveDate, Weekday};

/// The fields as typed. Every day that is worked as usual has the same hours, but for Friday.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WeekForm {
    pub name: String,
    pub from: String,
    pub to: String,
    pub open: String,
    pub close: String,
    pub break_from: String,
    pub break_to: String,
    pub friday_close: String,
    pub friday_break_from: String,
    pub friday_break_to: String,
}

/// Fields of the form, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    Name,
    From,
    To,
    Open,
    Close,
    Break,
    FridayClose,
    FridayBreak,
}

impl WeekForm {
    /// The hours of Ramadan (Perpres 21/2023): 32.5 a week from 08:00, with a break of 30 minutes, on Friday
    /// of 60.
    #[must_use]
    pub fn usual() -> Self {
        Self {
            open: "08.00".to_owned(),
            close: "15.00".to_owned(),
            break_from: "12.00".to_owned(),
            break_to: "12.30".to_owned(),
            friday_close: "15.30".to_owned(),
            friday_break_from: "11.30".to_owned(),
            friday_break_to: "12.30".to_owned(),
            ..Self::default()
        }
    }

    /// Weeks that may be set.
    ///
    /// # Errors
    /// Every field that is wrong, in the form's order.
    pub fn finish(&self, office: &Office, today: NaiveDate) -> Result<SetWeek, Errors<Field>> {
        let mut errors = Errors::new();
        let name = self.name.trim().to_owned();
        if name.is_empty() {
            errors.push((Field::Name, Wrong::Missing));
        }
        let date = |typed: &str| typed.parse::<NaiveDate>().ok();
        let from = value(Field::From, &self.from, date, &mut errors);
        let to = value(Field::To, &self.to, date, &mut errors);
        let open = value(Field::Open, &self.open, parse_time, &mut errors);
        let day = read_hours(
            open,
            (Field::Close, &self.close),
            (Field::Break, &self.break_from, &self.break_to),
            &mut errors,
        );
        let friday = read_hours(
            open,
            (Field::FridayClose, &self.friday_close),
            (
                Field::FridayBreak,
                &self.friday_break_from,
                &self.friday_break_to,
            ),
            &mut errors,
        );
        if let (Some(from), Some(to)) = (from, to)
            && let Some(wrong) = check_dates(office, today, from, to)
        {
            errors.push(wrong);
        }
        let (Some(from), Some(to), Some(day), Some(friday), true) =
            (from, to, day, friday, errors.is_empty())
        else {
            errors.sort_by_key(|(field, _)| *field);
            return Err(errors);
        };
        let week = like(&office.settings.week, day, friday);
        if let Err(excess) = office.settings.week_fits(&week) {
            return Err(vec![(Field::Close, Wrong::TooMuch(excess))]);
        }
        let week = Box::new(week);
        let change = WeekChange::Hours { name, week };
        Ok(SetWeek { from, to, change })
    }
}

/// The usual week's days with these hours.
fn like(usual: &WorkingWeek, day: Hours, friday: Hours) -> WorkingWeek {
    let of = |weekday: usize| {
        let is_friday = weekday == Weekday::Fri.num_days_from_monday() as usize;
        if is_friday { friday } else { day }
    };
    let mut week = usual.clone();
    for (weekday, hours) in week.0.iter_mut().enumerate() {
        *hours = hours.map(|_| of(weekday));
    }
    week
}

fn check_dates(
    office: &Office,
    today: NaiveDate,
    from: NaiveDate,
    to: NaiveDate,
) -> Option<(Field, Wrong)> {
    if to < from {
        return Some((Field::To, Wrong::Order));
    }
    if to < today {
        return Some((Field::To, Wrong::Past));
    }
    if to.num_days_from_ce() - from.num_days_from_ce() >= 366 {
        return Some((Field::To, Wrong::TooLong));
    }
    let overlaps = office.settings.has_other_week(from, to);
    overlaps.then_some((Field::From, Wrong::Overlap))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{fixtures::office, sop::workload::Excess};

    fn today() -> NaiveDate {
        "2026-11-23".parse().unwrap()
    }

    fn ramadan() -> WeekForm {
        WeekForm {
            name: " Ramadan ".to_owned(),
            from: "2027-02-08".to_owned(),
            to: "2027-03-09".to_owned(),
            ..WeekForm::usual()
        }
    }

    #[test]
    fn the_usual_days_get_the_hours_and_friday_its_own() {
        let set = ramadan().finish(&office(), today()).unwrap();
        let WeekChange::Hours { name, week } = &set.change else {
            panic!("{set:?}")
        };
        assert_eq!(name, "Ramadan");
        let worked: Vec<bool> = week.0.iter().map(Option::is_some).collect();
        assert_eq!(worked, [true, true, true, true, true, false, false]);
        let minutes = |hours: Hours| {
            let all = hours.windows().map(|w| (w.to - w.from).num_minutes());
            all.sum::<i64>()
        };
        let sum: i64 = week.0.iter().flatten().map(|hours| minutes(*hours)).sum();
        assert_eq!(sum, 1_950, "32.5 hours");
    }

    #[test]
    fn each_mistake_stands_at_its_field() {
        let other = |change: fn(&mut WeekForm)| {
            let mut form = ramadan();
            change(&mut form);
            form.finish(&office(), today()).unwrap_err()
        };
        for (found, wanted) in [
            (other(|f| f.name.clear()), (Field::Name, Wrong::Missing)),
            (other(|f| f.from.clear()), (Field::From, Wrong::Missing)),
            (
                other(|f| f.to = "2027-02-01".to_owned()),
                (Field::To, Wrong::Order),
            ),
            (
                other(|f| (f.from, f.to) = ("2026-11-02".to_owned(), "2026-11-20".to_owned())),
                (Field::To, Wrong::Past),
            ),
            (
                other(|f| f.to = "2028-02-09".to_owned()),
                (Field::To, Wrong::TooLong),
            ),
            (
                other(|f| f.open = "8 pagi".to_owned()),
                (Field::Open, Wrong::Unreadable),
            ),
            (
                other(|f| f.close = "07.00".to_owned()),
                (Field::Close, Wrong::Order),
            ),
            (
                other(|f| f.break_to = "11.00".to_owned()),
                (Field::Break, Wrong::Order),
            ),
            (
                other(|f| f.friday_break_to.clear()),
                (Field::FridayBreak, Wrong::Unreadable),
            ),
            (
                other(|f| f.close = "17.00".to_owned()),
                (Field::Close, Wrong::TooMuch(Excess::Day)),
            ),
        ] {
            assert_eq!(found, [wanted]);
        }
        let mut set = office();
        let first = ramadan().finish(&set, today()).unwrap();
        set.settings = set.settings.with_week(&first);
        assert!(ramadan().finish(&set, today()).is_ok(), "the same dates");
        let mut next = ramadan();
        next.to = "2027-03-10".to_owned();
        let overlap = vec![(Field::From, Wrong::Overlap)];
        assert_eq!(next.finish(&set, today()), Err(overlap));
    }
}
