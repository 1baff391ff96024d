use super::*;
use crate::fixtures::{OFFICE, office};
use proptest::prelude::*;

fn at(text: &str) -> DateTime<Utc> {
    format!("2026-11-23T{text}+07:00").parse().unwrap()
}

#[test]
fn which_pins_are_taken() {
    for pin in ["190745", "112233", "135791", "123457", "908172", "100000"] {
        assert_eq!(check(pin), Ok(()), "{pin}");
    }
    for pin in [
        "000000", "777777", "123456", "654321", "789012", "210987", "121212", "474747", "123123",
        "908908",
    ] {
        assert_eq!(check(pin), Err(PinError::Easy), "{pin}");
    }
    for pin in [
        "",
        "19074",
        "1907451",
        "19074a",
        "19 745",
        "१९०७४५",
        "+19074",
    ] {
        assert_eq!(check(pin), Err(PinError::NotSixDigits), "{pin}");
    }
}

#[test]
fn wrong_tries_only_delay() {
    let seconds = |wrong| wait_after(wrong).num_seconds();
    let waits: Vec<i64> = (0..10).map(seconds).collect();
    assert_eq!(waits, [0, 0, 0, 0, 5, 15, 60, 300, 300, 300]);
    for (wrong, waited, left) in [
        (3, 0, 0),
        (4, 0, 5),
        (4, 3, 2),
        (4, 5, 0),
        (6, 59, 1),
        (1_000, 0, 300),
        (1_000, 301, 0),
        // Time that runs backwards shortens nothing.
        (4, -3_600, 5),
    ] {
        let waited = TimeDelta::seconds(waited);
        assert_eq!(wait_left(wrong, waited).num_seconds(), left, "{wrong}");
    }
}

#[test]
fn the_screens_of_operators_lock_where_the_office_says_so() {
    let mut settings = office().settings;
    assert_eq!(settings.pin_after_minutes, None);
    assert_eq!(locks_after(&settings, Role::Operator), None);
    settings.pin_after_minutes = Some(10);
    for (role, minutes) in [
        (Role::Operator, Some(10)),
        (Role::Head, None),
        (Role::Kelurahan, None),
        (Role::Admin, None),
        (Role::Resident, None),
    ] {
        let minutes = minutes.map(TimeDelta::minutes);
        assert_eq!(locks_after(&settings, role), minutes, "{role:?}");
    }
}

#[test]
fn operators_of_one_office_stay_signed_in_side_by_side() {
    let mut office = office();
    let operator = (Role::Operator, OFFICE);
    assert!(!stays_beside(&office, operator, operator), "not set");
    office.settings.pin_after_minutes = Some(10);
    assert!(stays_beside(&office, operator, operator));
    for other in [
        (Role::Head, OFFICE),
        (Role::Kelurahan, OFFICE),
        (Role::Operator, OfficeId(2)),
    ] {
        assert!(!stays_beside(&office, operator, other), "{other:?}");
        assert!(!stays_beside(&office, other, operator), "{other:?}");
        assert!(!stays_beside(&office, other, other), "{other:?}");
    }
}

#[test]
fn a_screen_locks_after_idle_minutes_and_when_the_clock_went_back() {
    let ten = TimeDelta::minutes(10);
    let open = Screen::open(at("08:00:00"));
    for (now, idle, locked) in [
        ("08:00:00", 0, false),
        ("08:09:59", 599, false),
        ("08:10:00", 600, true),
        // The page slept, or was closed: the clock tells.
        ("08:10:00", 0, true),
        ("13:00:00", 3, true),
        // The clock was set back by less than the page knows: its own time tells.
        ("08:04:00", 600, true),
        // Corrected by itself, and set back.
        ("07:59:56", 1, false),
        ("07:59:54", 1, true),
        ("02:00:00", 0, true),
    ] {
        let looked = open.look(ten, at(now), TimeDelta::seconds(idle));
        assert_eq!(looked.locked, locked, "{now} {idle}");
        // Whatever the clock shows later.
        let later = looked.look(ten, at("08:01:00"), TimeDelta::zero());
        assert!(later.locked || !locked, "{now} {idle}");
    }
    let used = open.touch(at("08:09:00"));
    assert!(!used.look(ten, at("08:18:59"), TimeDelta::zero()).locked);
    assert!(used.look(ten, at("08:19:00"), TimeDelta::zero()).locked);
    // Earlier than a look, though later than the last activity.
    let seen = open.look(ten, at("08:08:00"), TimeDelta::minutes(8));
    assert!(!seen.locked);
    assert!(seen.look(ten, at("08:01:00"), TimeDelta::zero()).locked);
    assert!(
        open.lock()
            .look(ten, at("08:00:01"), TimeDelta::zero())
            .locked
    );
}

#[test]
fn a_kept_screen_reads_back() {
    let screen = Screen::open(at("08:00:00")).touch(at("08:03:20")).lock();
    let text = serde_json::to_string(&screen).unwrap();
    assert_eq!(serde_json::from_str::<Screen>(&text).unwrap(), screen);
}

proptest! {
    /// However somebody sets the clock between two looks: at the latest after the idle time of the
    /// page itself the screen is locked, and it stays so.
    #[test]
    fn no_clock_keeps_a_screen_open(
        minutes in 1_i64..=120,
        looks in prop::collection::vec((1_i64..90, -100_000_i64..100_000), 1..200),
    ) {
        let after = TimeDelta::minutes(minutes);
        let start = at("08:00:00");
        let (mut screen, mut idle, mut set) = (Screen::open(start), 0, 0);
        for (seconds, moved) in looks {
            idle += seconds;
            // Now and then.
            set += if moved % 7 == 0 { moved } else { 0 };
            let was = screen.locked;
            let now = start + TimeDelta::seconds(idle + set);
            screen = screen.look(after, now, TimeDelta::seconds(idle));
            prop_assert!(screen.locked || !was);
            prop_assert!(screen.locked || idle < minutes * 60);
        }
    }

    /// A page that is opened again knows no running time: what its clock has shown must do. Without a
    /// clock set back it never locks late, nor early.
    #[test]
    fn a_page_opened_again_locks_by_the_clock(
        minutes in 1_i64..=120,
        used in 0_i64..100_000,
        away in 0_i64..20_000,
    ) {
        let after = TimeDelta::minutes(minutes);
        let start = at("00:00:00");
        let touched = Screen::open(start).touch(start + TimeDelta::seconds(used));
        let now = start + TimeDelta::seconds(used + away);
        let looked = touched.look(after, now, TimeDelta::zero());
        prop_assert_eq!(looked.locked, away >= minutes * 60);
    }

    #[test]
    fn a_wait_ends_and_grows(wrong in 0_u32..50, waited in -1_000_000_i64..1_000_000) {
        let left = wait_left(wrong, TimeDelta::seconds(waited));
        prop_assert!(left >= TimeDelta::zero());
        prop_assert!(left <= wait_after(wrong));
        prop_assert!(wait_after(wrong) <= wait_after(wrong + 1));
        prop_assert!(wait_after(wrong) <= TimeDelta::minutes(5));
    }

    #[test]
    fn only_digits_are_taken(pin in ".{0,8}") {
        if check(&pin).is_ok() {
            prop_assert!(pin.len() == DIGITS && pin.bytes().all(|b| b.is_ascii_digit()));
        }
    }
}
