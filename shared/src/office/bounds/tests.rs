use super::*;
use crate::{
    fixtures::office,
    office::{ClosedDay, WorkingWeek},
    slot::{Slot, SlotStart},
    sop::workload,
};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use proptest::prelude::*;

/// What an office's JSON says, with one setting replaced.
fn with(name: &str, value: serde_json::Value) -> Office {
    let mut json = serde_json::to_value(office()).unwrap();
    json["settings"][name] = value;
    serde_json::from_value(json).unwrap()
}

#[test]
fn an_office_is_taken_within_bounds_only() {
    assert!(office().checked().is_ok());
    let reversed = serde_json::json!({
        "open": "15:00:00", "close": "07:30:00", "break_from": "12:00:00", "break_to": "13:00:00"
    });
    let no_reason = serde_json::json!([{ "date": "2026-12-01", "reason": " " }]);
    let many = serde_json::json!([{ "date": "2026-12-01", "reason": "Rapat", "stations": 1001 }]);
    for (name, value) in [
        ("stations", 65_535.into()),
        ("operators", 1_001.into()),
        ("slot_minutes", 0.into()),
        ("minutes_per_recording", 0.into()),
        ("minutes_per_recording", 1_441.into()),
        ("walk_in_percent", 101.into()),
        ("window_days", 0.into()),
        ("window_days", 400.into()),
        ("pin_after_minutes", 0.into()),
        ("pin_after_minutes", 121.into()),
        (
            "week",
            serde_json::json!([reversed, null, null, null, null, null, null]),
        ),
        ("also_bring", vec![" "].into()),
        ("also_bring", vec!["Fotokopi KK"; 6].into()),
        ("closed", no_reason),
        ("staffed", many),
        ("opened", vec!["2026-12-25"; 1_001].into()),
    ] {
        assert_eq!(with(name, value).checked(), Err(OutOfBounds(name)));
    }
    for minutes in [None, Some(1), Some(120)] {
        assert!(with("pin_after_minutes", minutes.into()).checked().is_ok());
    }
    let mut unnamed = office();
    unnamed.name = "\u{7}".to_owned();
    assert_eq!(unnamed.checked(), Err(OutOfBounds("name")));
}

/// The hours that stopped every office once: half a minute was left, and no slot is that short.
#[test]
fn seconds_are_cut_off_where_a_time_is_read() {
    let hours = serde_json::json!({
        "open": "07:30:15", "close": "15:00:30", "break_from": "12:00:59.5", "break_to": "13:00:01"
    });
    let odd = with(
        "week",
        serde_json::json!([hours, null, null, null, null, null, null]),
    );
    let monday = odd.settings.week.0[0].unwrap();
    let usual = office().settings.week.0[0].unwrap();
    assert_eq!(monday, usual);
    let kept: Hours = serde_json::from_str(&serde_json::to_string(&monday).unwrap()).unwrap();
    assert_eq!(kept, monday);
}

prop_compose! {
    fn time()(seconds in 0_u32..86_400, nano in prop_oneof![Just(0), Just(999_999_999_u32), Just(1_500_000_000)]) -> NaiveTime {
        // A leap second only stands at the end of a minute.
        let nano = if seconds % 60 == 59 { nano } else { nano % 1_000_000_000 };
        NaiveTime::from_num_seconds_from_midnight_opt(seconds, nano).unwrap()
    }
}

prop_compose! {
    fn hours()(open in time(), close in time(), break_from in time(), break_to in time()) -> Hours {
        Hours { open, close, break_from, break_to }
    }
}

fn odd_number() -> impl Strategy<Value = u16> {
    prop_oneof![Just(0), Just(1), Just(65_535), any::<u16>(), 1_u16..120]
}

fn odd_date() -> impl Strategy<Value = NaiveDate> {
    let known = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    prop_oneof![
        Just(NaiveDate::MIN),
        Just(NaiveDate::MAX),
        Just(NaiveDate::from_ymd_opt(9_999, 12, 31).unwrap()),
        (0_u64..730).prop_map(move |days| crate::calendar::days_after(known, days)),
    ]
}

prop_compose! {
    fn odd_office()(
        week in prop::collection::vec(prop::option::of(hours()), 7),
        numbers in prop::collection::vec(odd_number(), 9),
        opened in prop::collection::vec(odd_date(), 0..3),
        closed in prop::collection::vec(odd_date(), 0..3),
        staffed in prop::collection::vec((odd_date(), odd_number()), 0..3),
    ) -> Office {
        let mut office = office();
        let settings = &mut office.settings;
        settings.week = WorkingWeek(week.try_into().unwrap());
        settings.stations = numbers[0];
        settings.operators = numbers[1];
        settings.minutes_per_recording = numbers[2];
        settings.slot_minutes = numbers[3];
        settings.walk_in_percent = numbers[4];
        settings.window_days = numbers[5];
        settings.change_until_hours = numbers[6];
        settings.no_show_after_minutes = numbers[7];
        settings.offer_hours = numbers[8];
        settings.opened = opened;
        let reason = "Rapat".to_owned();
        settings.closed = closed.into_iter().map(|date| ClosedDay { date, reason: reason.clone() }).collect();
        settings.staffed = staffed
            .into_iter()
            .map(|(date, stations)| StaffedDay { date, stations, reason: reason.clone() })
            .collect();
        office
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever an office says, its calendar is walked in bounded time and without a panic, in the
    /// whole range of dates.
    #[test]
    fn every_walk_over_a_calendar_ends(
        office in odd_office(),
        date in odd_date(),
        count in prop_oneof![Just(0), Just(5), Just(u16::MAX)],
        now in prop_oneof![
            Just(DateTime::<Utc>::MIN_UTC),
            Just(DateTime::<Utc>::MAX_UTC),
            Just(crate::fixtures::monday()),
        ],
    ) {
        let slots = office.slots(date).unwrap_or_default();
        prop_assert!(slots.len() <= 2 * 1_440);
        for plan in &slots {
            prop_assert!(plan.minutes > 0 && plan.seats > 0);
            prop_assert!(plan.ends() >= plan.start.local());
            prop_assert!(office.absent_from(plan.start) >= office.starts(plan.start));
            let slot = Slot::new(office.id, *plan);
            prop_assert!(slot.holds() && slot.free() <= slot.capacity);
        }
        let start = SlotStart::new(date.and_time(NaiveTime::MIN));
        let wished = office.wished(&[start], true);
        prop_assert!(wished.len() <= 14 * 1_440);
        let _ = office.offer(date, &[], office.zone.local(now));
        let _ = office.working_days_after(date, count);
        let _ = workload::lawful_week(&office, &[], date);
        prop_assert!(office.window_end(now) >= office.today(now));
        let _ = office.may_change(start, now);
        let _ = office.kept_until(&[], now);
    }
}
