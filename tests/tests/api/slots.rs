//! Slots that are past, on a holiday, full, or far away.

use chrono::NaiveDate;
use server::demo::{DemoOffice, residents};
use shared::{
    calendar::Closed,
    problem::{Code, Problem},
    slot::DayOffer,
    sync::OpResult,
};
use tests::harness::{ROLL, TestApp, booking, person, problem, read};

async fn days(app: &TestApp, range: &str) -> Vec<DayOffer> {
    read(app.get(&format!("/api/v1/offices/1/slots{range}")).await).await
}

#[tokio::test]
async fn a_day_strip_with_its_reasons() {
    let app = TestApp::start().await;
    // From today for thirty days.
    let all = days(&app, "").await;
    assert_eq!(all.len(), 30);
    let date = |s: &str| s.parse::<NaiveDate>().unwrap();
    assert_eq!(all[0].date, date("2026-11-23"));
    // 07:30 is over; 8 seats, of which 2 for walk-ins.
    let today: Vec<_> = all[0]
        .slots
        .iter()
        .map(|s| (s.start.to_string(), s.free))
        .collect();
    assert_eq!(today[0], ("2026-11-23T07:30".to_owned(), 0));
    assert_eq!(today[1], ("2026-11-23T08:30".to_owned(), 6));
    // Christmas, as the decree names it.
    let christmas = days(&app, "?from=2026-12-25&to=2026-12-25").await;
    assert!(
        matches!(&christmas[0].closed, Some(Closed::Holiday { .. })),
        "{christmas:?}"
    );
    let sunday = days(&app, "?from=2026-11-29&to=2026-11-29").await;
    assert_eq!(sunday[0].closed, Some(Closed::DayOff));
}

#[tokio::test]
async fn the_same_list_is_not_sent_twice() {
    let app = TestApp::start().await;
    let path = "/api/v1/offices/1/slots?from=2026-11-25&to=2026-11-25";
    let first = app.get(path).await;
    let tag = first.headers()["etag"].clone();
    let ask = || {
        app.request(reqwest::Method::GET, path)
            .header("if-none-match", tag.clone())
    };
    assert_eq!(ask().send().await.unwrap().status(), 304);
    app.phone()
        .say(&booking(person(0), &["2026-11-25T08:30"]))
        .await;
    assert_eq!(ask().send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn ranges_that_make_no_sense() {
    let app = TestApp::start().await;
    for (path, status, code) in [
        (
            "/api/v1/offices/1/slots?from=2026-11-25&to=2027-01-09",
            400,
            Code::RangeTooLong,
        ),
        (
            "/api/v1/offices/1/slots?from=2026-11-25&to=2026-11-24",
            400,
            Code::Malformed,
        ),
        (
            "/api/v1/offices/1/slots?from=tomorrow",
            400,
            Code::Malformed,
        ),
        ("/api/v1/offices/99/slots", 404, Code::NotFound),
        ("/api/v1/offices/one/slots", 400, Code::Malformed),
        ("/api/v1/offices/99", 404, Code::NotFound),
    ] {
        let (got, told) = problem(app.get(path).await).await;
        assert_eq!((got, told.code), (status, code), "{path}");
    }
    assert_eq!(days(&app, "?from=2026-11-25&to=2027-01-08").await.len(), 45);
}

/// Where the calendar ends there are fewer days (its very last is not walked to), and none is open.
#[tokio::test]
async fn the_ends_of_the_calendar() {
    let app = TestApp::start().await;
    for (range, count) in [
        ("?from=%2B262142-12-31", 0),
        ("?from=%2B262142-12-10", 21),
        ("?from=-262143-01-01", 30),
        ("?from=9999-12-31", 30),
        ("?from=0001-01-01&to=0001-01-01", 1),
    ] {
        let days = days(&app, range).await;
        assert_eq!(days.len(), count, "{range}");
        assert!(days.iter().all(|day| day.closed.is_some()), "{days:?}");
    }
}

fn rejected(result: OpResult) -> Problem {
    match result {
        OpResult::Rejected(problem) => problem,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn wishes_that_cannot_be_met_name_what_is_free() {
    let app = TestApp::start().await;
    // Christmas is near enough to be booked, were it a working day.
    app.clock.advance(chrono::TimeDelta::days(7));
    let mut phone = app.phone();
    for (slot, code) in [
        ("2026-11-30T07:30", Code::ChoicesPast),
        ("2026-12-25T08:30", Code::SlotClosed),
        ("2026-12-06T08:30", Code::SlotClosed),
        ("2026-12-02T12:15", Code::SlotClosed),
        ("2027-02-01T08:30", Code::BeyondWindow),
    ] {
        let told = rejected(phone.say(&booking(person(0), &[slot])).await);
        assert_eq!(told.code, code, "{slot}");
    }
}

#[tokio::test]
async fn a_full_slot_stays_full() {
    let app = TestApp::start().await;
    let slot = "2026-11-25T08:30";
    let (mut taken, mut refused) = (0, Vec::new());
    for n in 0..9 {
        // Each from a phone of its own, all on the roll.
        let mut phone = app.phone();
        match phone.say(&booking(person(n), &[slot])).await {
            OpResult::Applied { .. } => taken += 1,
            other => refused.push(rejected(other)),
        }
    }
    // Two stations, four recordings an hour each, a quarter for walk-ins.
    assert_eq!((taken, refused.len()), (6, 3));
    assert!(
        refused
            .iter()
            .all(|p| p.code == Code::SlotFull && !p.nearest.is_empty())
    );
    assert!(
        refused
            .iter()
            .flat_map(|p| &p.nearest)
            .all(|near| near.to_string() != slot)
    );
    let day = days(&app, "?from=2026-11-25&to=2026-11-25").await;
    let full = day[0]
        .slots
        .iter()
        .find(|s| s.start.to_string() == slot)
        .unwrap();
    assert_eq!(full.free, 0);
    // The roll of the harness is long enough for this test.
    assert!(residents(DemoOffice::Jelutung, ROLL).len() > 9);
}
