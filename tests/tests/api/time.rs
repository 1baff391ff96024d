//! Devices whose clocks are off: a year ahead, a year behind.

use chrono::TimeDelta;
use serde_json::json;
use shared::{
    booking::Booking,
    command::{Command, ConfirmArrival, Proof, Receipt},
    flag::{Flag, Kind},
    sync::{OpResult, Pushed},
    visit::Visit,
};
use tests::harness::{DEMO, OFFICE, TestApp, booking, person, read, rows};

#[tokio::test]
async fn a_fact_gets_its_real_time_whatever_the_device_says() {
    let app = TestApp::start().await;
    let mut tablet = app.signed_in("operator.jelutung").await;
    for (n, off) in [(0, TimeDelta::days(365)), (1, TimeDelta::days(-365))] {
        let mut phone = app.phone();
        let slot = "2026-11-23T08:30";
        let OpResult::Applied {
            receipt: Receipt::Booking { booking: made },
            ..
        } = phone.say(&booking(person(n), &[slot])).await
        else {
            panic!("not booked");
        };
        // The arrival was entered ten minutes ago, by the tablet's clock, and is sent now.
        let fact = Command::ConfirmArrival(ConfirmArrival {
            booking: made.id,
            queue: format!("A-00{}", n + 1).parse().unwrap(),
            proof: Proof::List,
            priority: None,
            at: None,
        });
        let sent_at = app.clock.now() + off;
        let op = tablet.op_at(OFFICE, &fact, sent_at - TimeDelta::minutes(10));
        let body = json!({ "sent_at": sent_at, "ops": [op] }).to_string();
        let pushed: Pushed = read(tablet.push_raw(body).await).await;
        assert!(matches!(pushed.results[0].result, OpResult::Applied { .. }));
    }
    let head = app.signed_in("head.jelutung").await;
    let pulled = head.pull_all().await;
    let visits: Vec<Visit> = rows(&pulled);
    assert_eq!(visits.len(), 2);
    for visit in visits {
        assert_eq!(visit.arrived_at, app.clock.now() - TimeDelta::minutes(10));
    }
    // One for the tablet and the day.
    let flags: Vec<Flag> = rows(&pulled);
    let skews = flags.iter().filter(|flag| flag.kind == Kind::ClockSkew);
    assert_eq!(skews.count(), 1);
}

#[tokio::test]
async fn a_wish_is_judged_by_the_servers_clock() {
    let app = TestApp::start().await;
    let mut phone = app.phone();
    let wish = booking(person(0), &["2026-11-25T08:30"]);
    let ahead = app.clock.now() + TimeDelta::days(365);
    let op = phone.op_at(OFFICE, &wish, ahead);
    let body = json!({ "sent_at": ahead, "ops": [op] }).to_string();
    let pushed: Pushed = read(phone.push_raw(body).await).await;
    assert!(
        matches!(pushed.results[0].result, OpResult::Applied { .. }),
        "{pushed:?}"
    );
    let booked: Vec<Booking> = rows(&phone.pull_all().await);
    assert_eq!(booked[0].requested_at, app.clock.now());
    assert_eq!(booked[0].office, DEMO.id());
}
