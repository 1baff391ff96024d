//! What a head types about a mobile session, read field by field; where the work would be too long,
//! the field to change says so.

use super::hours::{Errors, Wrong, read_hours, value};
use crate::{
    ids::SessionId,
    locale::parse_time,
    office::{Hours, Office},
    region::RegionCode,
    session::{Coordinates, Details, Session},
    sop::workload::{self, Excess},
};
use chrono::{NaiveDate, NaiveTime};
use std::collections::BTreeSet;

/// The fields as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionForm {
    pub kelurahan: BTreeSet<RegionCode>,
    pub place: String,
    /// "-1.60123, 103.61234", as maps give it.
    pub coordinates: String,
    pub date: String,
    pub open: String,
    pub close: String,
    pub break_from: String,
    pub break_to: String,
    pub stations: String,
    pub staff: String,
    pub from_office: String,
}

/// Fields of the form, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    Kelurahan,
    Place,
    Coordinates,
    Date,
    Open,
    Close,
    Break,
    Stations,
    Staff,
    FromOffice,
}

/// More than any office has, so that no product overflows.
const MOST: u16 = 50;

impl SessionForm {
    /// The form for a session there is.
    #[must_use]
    pub fn of(details: &Details) -> Self {
        let time = |at: NaiveTime| at.format("%H.%M").to_string();
        let Hours {
            open,
            close,
            break_from,
            break_to,
        } = details.hours;
        let has_break = break_from < break_to && break_from < close;
        let of_break = |at| if has_break { time(at) } else { String::new() };
        Self {
            kelurahan: details.kelurahan.iter().cloned().collect(),
            place: details.place.clone(),
            coordinates: details
                .coordinates
                .map(|c| format!("{}, {}", degrees(c.latitude), degrees(c.longitude)))
                .unwrap_or_default(),
            date: details.date.to_string(),
            open: time(open),
            close: time(close),
            break_from: of_break(break_from),
            break_to: of_break(break_to),
            stations: details.stations.to_string(),
            staff: details.staff.to_string(),
            from_office: details.from_office.to_string(),
        }
    }

    /// What was typed, whatever the calendar and the law say.
    ///
    /// # Errors
    /// Every field that is wrong, in the form's order.
    pub fn read(&self) -> Result<Details, Errors<Field>> {
        let mut errors = Errors::new();
        if self.kelurahan.is_empty() {
            errors.push((Field::Kelurahan, Wrong::Missing));
        }
        let place = self.place.trim().to_owned();
        if place.is_empty() {
            errors.push((Field::Place, Wrong::Missing));
        }
        let coordinates = parse_coordinates(&self.coordinates).unwrap_or_else(|()| {
            errors.push((Field::Coordinates, Wrong::Unreadable));
            None
        });
        let date = value(Field::Date, &self.date, |s| s.parse().ok(), &mut errors);
        let open = value(Field::Open, &self.open, parse_time, &mut errors);
        let hours = read_hours(
            open,
            (Field::Close, &self.close),
            (Field::Break, &self.break_from, &self.break_to),
            &mut errors,
        );
        let from_one = |s: &str| number(s).filter(|n| *n > 0);
        let stations = value(Field::Stations, &self.stations, from_one, &mut errors);
        let staff = value(Field::Staff, &self.staff, from_one, &mut errors);
        let from_office = value(Field::FromOffice, &self.from_office, number, &mut errors);
        match (date, hours, stations, staff, from_office) {
            (Some(date), Some(hours), Some(stations), Some(staff), Some(from_office))
                if errors.is_empty() =>
            {
                Ok(Details {
                    kelurahan: self.kelurahan.iter().cloned().collect(),
                    place,
                    coordinates,
                    date,
                    hours,
                    stations,
                    staff,
                    from_office,
                })
            }
            _ => Err(errors),
        }
    }

    /// A session that may be planned: on a day to come, and within what operators may work.
    ///
    /// # Errors
    /// As [`Self::read`], and then what the law and the office's staff forbid.
    pub fn finish(
        &self,
        office: &Office,
        others: &[Session],
        id: Option<SessionId>,
        today: NaiveDate,
    ) -> Result<Details, Errors<Field>> {
        let details = self.read()?;
        if details.date < today {
            return Err(vec![(Field::Date, Wrong::Past)]);
        }
        let excess = workload::session(&details).map_err(|excess| (excess, Field::Staff));
        let beside = || {
            let found = workload::beside(office, others, id, &details);
            found.map_err(|excess| (excess, Field::FromOffice))
        };
        match excess.and_then(|()| beside()) {
            Ok(()) => Ok(details),
            Err((excess, staff)) => {
                let field = match excess {
                    Excess::Staff => staff,
                    Excess::Day => Field::Close,
                    Excess::Stretch => Field::Break,
                    Excess::Week => Field::Date,
                };
                Err(vec![(field, Wrong::TooMuch(excess))])
            }
        }
    }
}

fn number(typed: &str) -> Option<u16> {
    typed.trim().parse().ok().filter(|n| *n <= MOST)
}

fn degrees(n: i32) -> String {
    let sign = if n < 0 { "-" } else { "" };
    let n = n.unsigned_abs();
    format!("{sign}{}.{:05}", n / 100_000, n % 100_000)
}

fn parse_coordinates(typed: &str) -> Result<Option<Coordinates>, ()> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let (latitude, longitude) = typed.split_once([',', ';']).ok_or(())?;
    Ok(Some(Coordinates {
        latitude: parse_degrees(latitude, 90).ok_or(())?,
        longitude: parse_degrees(longitude, 180).ok_or(())?,
    }))
}

/// Degrees with a point, to the metre: further digits are cut off.
fn parse_degrees(typed: &str, most: i32) -> Option<i32> {
    let typed = typed.trim();
    let (sign, digits) = match typed.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, typed),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || !all_digits(part) {
        return None;
    }
    let part: String = part.chars().chain("00000".chars()).take(5).collect();
    let whole: i32 = whole.parse().ok().filter(|n| *n < most)?;
    Some(sign * (whole * 100_000 + part.parse::<i32>().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{code, office};

    fn typed() -> SessionForm {
        SessionForm {
            kelurahan: [code("1571081001")].into(),
            place: " Balai Desa Sukadamai ".to_owned(),
            coordinates: "-1.60123, 103.6".to_owned(),
            date: "2026-12-01".to_owned(),
            open: "07.30".to_owned(),
            close: "15:30".to_owned(),
            break_from: "1130".to_owned(),
            break_to: "12.30".to_owned(),
            stations: "1".to_owned(),
            staff: "1".to_owned(),
            from_office: "1".to_owned(),
        }
    }

    fn finish(form: &SessionForm) -> Result<Details, Errors<Field>> {
        form.finish(&office(), &[], None, "2026-11-23".parse().unwrap())
    }

    #[test]
    fn a_session_as_typed_and_back() {
        let details = finish(&typed()).unwrap();
        assert_eq!(details.place, "Balai Desa Sukadamai");
        let at = details.coordinates.unwrap();
        assert_eq!((at.latitude, at.longitude), (-160_123, 10_360_000));
        assert_eq!(details.windows().count(), 2);
        assert_eq!(SessionForm::of(&details).read(), Ok(details));
    }

    #[test]
    fn without_a_break_there_is_one_stretch() {
        let mut form = typed();
        form.break_from.clear();
        form.break_to.clear();
        form.close = "11.00".to_owned();
        let details = finish(&form).unwrap();
        assert_eq!(details.windows().count(), 1);
        assert_eq!(SessionForm::of(&details).break_from, "");
    }

    #[test]
    fn what_is_wrong_stands_at_its_field() {
        type Change = fn(&mut SessionForm);
        let cases: [(Change, Field, Wrong); 12] = [
            (|f| f.kelurahan.clear(), Field::Kelurahan, Wrong::Missing),
            (|f| f.place = "  ".into(), Field::Place, Wrong::Missing),
            (
                |f| f.coordinates = "1.2".into(),
                Field::Coordinates,
                Wrong::Unreadable,
            ),
            (
                |f| f.coordinates = "91.0, 103.0".into(),
                Field::Coordinates,
                Wrong::Unreadable,
            ),
            (|f| f.date = String::new(), Field::Date, Wrong::Missing),
            (|f| f.date = "2026-11-22".into(), Field::Date, Wrong::Past),
            (|f| f.open = "pagi".into(), Field::Open, Wrong::Unreadable),
            (|f| f.close = "07.00".into(), Field::Close, Wrong::Order),
            (|f| f.break_to = "11.00".into(), Field::Break, Wrong::Order),
            (|f| f.break_to.clear(), Field::Break, Wrong::Unreadable),
            (
                |f| f.stations = "0".into(),
                Field::Stations,
                Wrong::Unreadable,
            ),
            (|f| f.from_office.clear(), Field::FromOffice, Wrong::Missing),
        ];
        for (change, field, wrong) in cases {
            let mut form = typed();
            change(&mut form);
            assert_eq!(finish(&form), Err(vec![(field, wrong)]), "{field:?}");
        }
    }

    #[test]
    fn too_much_work_stands_at_the_field_that_ends_it() {
        type Change = fn(&mut SessionForm);
        // Seven hours in all, of them four and a half before the break.
        let late_break: Change = |f| {
            (f.break_from, f.break_to) = ("12.00".into(), "13.00".into());
        };
        let cases: [(Change, Field, Excess); 4] = [
            (|f| f.stations = "2".into(), Field::Staff, Excess::Staff),
            (|f| f.from_office = "2".into(), Field::Staff, Excess::Staff),
            (|f| f.close = "17.00".into(), Field::Close, Excess::Day),
            (late_break, Field::Break, Excess::Stretch),
        ];
        for (change, field, excess) in cases {
            let mut form = typed();
            change(&mut form);
            let expected = vec![(field, Wrong::TooMuch(excess))];
            assert_eq!(finish(&form), Err(expected), "{field:?}");
        }
        // More than the office has.
        let form = SessionForm {
            staff: "3".into(),
            from_office: "3".into(),
            ..typed()
        };
        let expected = vec![(Field::FromOffice, Wrong::TooMuch(Excess::Staff))];
        assert_eq!(finish(&form), Err(expected));
    }
}
