use super::*;

fn at(text: &str) -> DateTime<Utc> {
    format!("{text}:00+07:00").parse().unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// As a device knows it that last heard the server on Monday at eight.
fn known(seen: Option<&str>) -> Known {
    Known {
        contact: Some(at("2026-11-23T08:00")),
        seen: seen.map(at),
        zone: Zone::Wib,
    }
}

/// A server's shift: what the own clock showed when it was Monday at eight.
fn heard(own: &str) -> ClockShift {
    ClockShift::heard(at("2026-11-23T08:00"), at(own))
}

#[test]
fn a_clock_a_day_off_shows_the_offices_day() {
    let server = at("2026-11-23T08:00");
    for own in ["2026-11-22T08:00", "2026-11-24T07:30", "2020-01-01T00:00"] {
        let shift = heard(own);
        assert_eq!(shift.right(at(own)), server);
        let reading = shift.read(at(own), known(Some(own)));
        assert_eq!(reading.state, ClockState::Wrong);
        // Kept, and still right an hour later without a network.
        let later = at(own) + TimeDelta::hours(1);
        assert_eq!(reading.shift.right(later), server + TimeDelta::hours(1));
    }
    let slow = server - TimeDelta::seconds(29);
    assert_eq!(ClockShift::heard(server, slow), ClockShift::default());
}

#[test]
fn sleep_is_not_taken_for_a_clock_that_was_set_and_no_clock_hides_today() {
    use ClockState::{Back, Jumped, Right, Wrong};
    for (what, off, seen, own, state, time) in [
        // An hour slow, asleep over lunch: the jump is just what is to be added.
        (
            "lunch",
            "2026-11-23T07:00",
            "2026-11-23T11:00",
            "2026-11-23T12:00",
            Wrong,
            "2026-11-23T13:00",
        ),
        (
            "a night",
            "2026-11-23T07:00",
            "2026-11-23T15:00",
            "2026-11-24T07:00",
            Wrong,
            "2026-11-24T08:00",
        ),
        // A day slow: goes on, sleeps a night, is set right while the page is closed.
        (
            "goes on",
            "2026-11-22T08:00",
            "2026-11-22T08:00",
            "2026-11-22T08:01",
            Wrong,
            "2026-11-23T08:01",
        ),
        (
            "a night",
            "2026-11-22T08:00",
            "2026-11-22T16:00",
            "2026-11-23T08:00",
            Wrong,
            "2026-11-24T08:00",
        ),
        (
            "set right",
            "2026-11-22T08:00",
            "2026-11-22T16:00",
            "2026-11-24T08:00",
            Jumped,
            "2026-11-24T08:00",
        ),
        // In 2020, and the network sets the clock: not 2032.
        (
            "set right",
            "2020-01-01T00:10",
            "2020-01-01T08:00",
            "2026-11-24T07:00",
            Jumped,
            "2026-11-24T07:00",
        ),
        (
            "a night",
            "2020-01-01T00:10",
            "2020-01-01T08:00",
            "2020-01-02T00:10",
            Wrong,
            "2026-11-24T08:00",
        ),
        // A day ahead, set right at once, over a night, and to an earlier day than it was known to be.
        (
            "set right",
            "2026-11-24T08:00",
            "2026-11-24T09:00",
            "2026-11-23T09:01",
            Right,
            "2026-11-23T09:01",
        ),
        (
            "set right",
            "2026-11-24T08:00",
            "2026-11-24T16:00",
            "2026-11-24T08:00",
            Right,
            "2026-11-24T08:00",
        ),
        (
            "set wrong",
            "2026-11-24T08:00",
            "2026-11-24T16:00",
            "2026-11-22T08:00",
            Back,
            "2026-11-23T08:00",
        ),
        (
            "a night",
            "2026-11-24T08:00",
            "2026-11-24T16:00",
            "2026-11-25T08:00",
            Wrong,
            "2026-11-24T08:00",
        ),
        // A right clock goes back, after the last contact and before it.
        (
            "went back",
            "2026-11-23T08:00",
            "2026-11-25T16:00",
            "2026-11-24T09:00",
            Back,
            "2026-11-24T09:00",
        ),
        (
            "went back",
            "2026-11-23T08:00",
            "2026-11-25T16:00",
            "2020-01-01T00:00",
            Back,
            "2026-11-23T08:00",
        ),
        (
            "goes on",
            "2026-11-23T08:00",
            "2026-11-23T08:00",
            "2026-11-25T08:00",
            Right,
            "2026-11-25T08:00",
        ),
    ] {
        let known = known(Some(seen));
        let reading = heard(off).read(at(own), known);
        assert_eq!(reading.state, state, "{what}: {off} {own}");
        // As a page takes it: no earlier than the last contact.
        let shown = reading.shift.right(at(own)).max(at("2026-11-23T08:00"));
        assert_eq!(shown, at(time), "{what}: {off} {own}");
        let is_over = state == Right && off != "2026-11-23T08:00";
        assert_eq!(reading.mended, is_over, "{what}: {off} {own}");
    }
    // Without a last look nothing is concluded from one; the contact still counts.
    let reading = heard("2026-11-22T08:00").read(at("2026-11-24T08:00"), known(None));
    assert_eq!(reading.state, Wrong);
    let reading = ClockShift::default().read(at("2026-11-20T09:15"), known(None));
    assert_eq!(reading.state, Back);
}

#[test]
fn a_person_says_a_day_on_which_the_device_could_be_used() {
    let until = at("2026-11-27T00:00");
    let own = at("2026-11-20T09:15");
    for (day, time) in [
        ("2026-11-22", None),
        // Not earlier than what was heard on it.
        ("2026-11-23", Some("2026-11-23T09:15")),
        ("2026-11-26", Some("2026-11-26T09:15")),
        ("2026-11-27", None),
        ("2027-11-24", None),
    ] {
        let said = ClockShift::default().said(date(day), known(None), until, own);
        assert_eq!(said.map(|shift| shift.right(own)), time.map(at), "{day}");
        let state = said.map(|shift| shift.read(own, known(None)).state);
        assert_eq!(state, time.map(|_| ClockState::Said), "{day}");
    }
    let early = at("2026-11-20T07:15");
    let same = ClockShift::default().said(date("2026-11-23"), known(None), until, early);
    assert_eq!(same.unwrap().right(early), at("2026-11-23T08:00"));
    assert_eq!(last_day(until, Zone::Wib), date("2026-11-26"));
}

#[test]
fn the_day_that_is_said_chooses_between_two_clocks() {
    let until = at("2026-11-27T00:00");
    let (before, own) = (heard("2026-11-22T08:00"), at("2026-11-24T07:30"));
    for (day, time) in [
        ("2026-11-24", "2026-11-24T07:30"),
        ("2026-11-25", "2026-11-25T07:30"),
        ("2026-11-26", "2026-11-26T07:30"),
    ] {
        let said = before.said(date(day), known(None), until, own).unwrap();
        assert_eq!(said.right(own), at(time));
    }
    // A wrong day is said, and then the right one.
    let own = at("2020-01-01T09:00");
    let say = |shift: ClockShift, day| shift.said(date(day), known(None), until, own).unwrap();
    let wrong = say(ClockShift::default(), "2026-11-26");
    assert_eq!(say(wrong, "2026-11-24").right(own), at("2026-11-24T09:00"));
}

#[test]
fn a_shift_is_kept_as_older_versions_wrote_it() {
    let old: ClockShift = serde_json::from_str("86400").unwrap();
    assert_eq!(old, heard("2026-11-22T08:00"));
    let until = at("2026-11-27T00:00");
    let own = at("2020-01-01T09:00");
    let said = ClockShift::default().said(date("2026-11-24"), known(None), until, own);
    for shift in [old, said.unwrap(), ClockShift::none_needed()] {
        let text = serde_json::to_string(&shift).unwrap();
        assert_eq!(serde_json::from_str::<ClockShift>(&text).unwrap(), shift);
    }
    assert!(said.unwrap().gives_way_to(ClockShift::default()));
    assert!(!old.gives_way_to(old));
}
