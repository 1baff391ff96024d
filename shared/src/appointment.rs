//! An appointment as a calendar file (RFC 5545): calendars replace the entry that they have by a newer
//! one of the same id, and read lines of 75 bytes.

use crate::booking::Booking;
use chrono::{DateTime, SecondsFormat, Utc};

/// Bytes of a line, at most, without its end.
const LINE: usize = 75;
/// Moves are counted in seconds from here on: the number fits into 31 bits until 2088.
const FROM: i64 = 1_577_836_800;

/// What a calendar shows of a booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appointment {
    pub starts: DateTime<Utc>,
    pub ends: DateTime<Utc>,
    pub title: String,
    pub text: String,
    pub location: String,
}

impl Appointment {
    /// The file for a calendar. A booking that was moved, or agreed to, has a later stamp and a higher
    /// sequence than before; the same booking gives the same file.
    #[must_use]
    pub fn file(&self, booking: &Booking) -> String {
        let stamp = booking.decided_at.unwrap_or(booking.requested_at);
        let sequence = (stamp.timestamp() - FROM).clamp(0, i64::from(i32::MAX));
        [
            "BEGIN:VCALENDAR".to_owned(),
            "VERSION:2.0".to_owned(),
            "PRODID:-//Rekam//EN".to_owned(),
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}@rekam", booking.id),
            format!("DTSTAMP:{}", utc(stamp)),
            format!("SEQUENCE:{sequence}"),
            format!("DTSTART:{}", utc(self.starts)),
            format!("DTEND:{}", utc(self.ends)),
            format!("SUMMARY:{}", escaped(&self.title)),
            format!("LOCATION:{}", escaped(&self.location)),
            format!("DESCRIPTION:{}", escaped(&self.text)),
            "END:VEVENT".to_owned(),
            "END:VCALENDAR".to_owned(),
        ]
        .map(|line| folded(&line))
        .concat()
    }
}

/// `20261201T003000Z`
fn utc(at: DateTime<Utc>) -> String {
    let plain = at.to_rfc3339_opts(SecondsFormat::Secs, true);
    plain.replace(['-', ':'], "")
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace(',', "\\,")
        .replace(';', "\\;")
        .replace("\r\n", "\\n")
        .replace(['\r', '\n'], "\\n")
}

/// A line over several, each but the first behind a space; no letter is torn apart.
fn folded(line: &str) -> String {
    let (mut out, mut width) = (String::with_capacity(line.len() + 8), 0);
    for letter in line.chars() {
        if width + letter.len_utf8() > LINE {
            out.push_str("\r\n ");
            width = 1;
        }
        out.push(letter);
        width += letter.len_utf8();
    }
    out + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;
    use chrono::TimeDelta;
    use proptest::prelude::*;

    fn appointment(text: &str) -> Appointment {
        let starts = "2026-12-01T00:30:00Z".parse().unwrap();
        Appointment {
            starts,
            ends: starts + TimeDelta::minutes(30),
            title: "Rekam e-KTP, Jelutung".to_owned(),
            text: text.to_owned(),
            location: "Kantor; lantai 2".to_owned(),
        }
    }

    /// What a calendar makes of a file: its lines, unfolded.
    fn read(file: &str) -> Vec<String> {
        let whole = file.replace("\r\n ", "");
        whole.split("\r\n").map(str::to_owned).collect()
    }

    fn value(file: &str, name: &str) -> String {
        let line = read(file).into_iter().find(|line| line.starts_with(name));
        line.unwrap().split_once(':').unwrap().1.to_owned()
    }

    #[test]
    fn a_moved_appointment_replaces_the_one_in_the_calendar() {
        let mut story = fixtures::Story::new();
        let who = fixtures::person(1);
        story.book(fixtures::device(1), who, &["2026-12-01T07:30"]);
        let first = story.all::<Booking>()[0].clone();
        let then = story.now + TimeDelta::minutes(1);
        let later = "2026-12-02T08:00".parse().unwrap();
        let moved = first.clone().confirm(later, then).unwrap();
        let again = moved
            .clone()
            .confirm(later, then + TimeDelta::seconds(1))
            .unwrap();
        let files = [&first, &moved, &again].map(|b| appointment("").file(b));
        let told = files.each_ref().map(|file| {
            let sequence: u32 = value(file, "SEQUENCE").parse().unwrap();
            (value(file, "DTSTAMP"), sequence)
        });
        assert!(told[0] < told[1] && told[1] < told[2], "{told:?}");
        assert!(told[0].1 < told[1].1 && told[1].1 < told[2].1, "{told:?}");
        assert_eq!(value(&files[0], "UID"), value(&files[2], "UID"));
        assert_eq!(files[1], appointment("").file(&moved), "the same again");
    }

    #[test]
    fn commas_and_line_breaks_are_part_of_a_text() {
        let mut story = fixtures::Story::new();
        story.book(
            fixtures::device(1),
            fixtures::person(1),
            &["2026-12-01T07:30"],
        );
        let file = appointment("KK, akta;\nGratis").file(story.all::<Booking>()[0]);
        assert_eq!(value(&file, "DESCRIPTION"), "KK\\, akta\\;\\nGratis");
        assert_eq!(value(&file, "LOCATION"), "Kantor\\; lantai 2");
        assert_eq!(value(&file, "DTSTART"), "20261201T003000Z");
    }

    proptest! {
        #[test]
        fn lines_are_short_whole_letters_and_fold_back(text in "\\PC{0,200}|[é李🙂]{0,80}") {
            let line = format!("DESCRIPTION:{}", escaped(&text));
            let file = folded(&line);
            let (body, end) = file.split_at(file.len() - 2);
            prop_assert_eq!(end, "\r\n");
            prop_assert!(body.split("\r\n").all(|part| part.len() <= LINE));
            prop_assert_eq!(body.replace("\r\n ", ""), line);
        }
    }
}
