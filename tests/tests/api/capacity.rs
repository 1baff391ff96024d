//! Two hundred phones want seven seats at the same moment, over HTTP.

use reqwest::Method;
use serde_json::json;
use server::{maintenance, system};
use shared::{
    booking::State,
    command::{Command, Receipt},
    problem::Code,
    sync::{OpResult, Pushed},
};
use std::collections::BTreeMap;
use tests::{
    harness::{OFFICE, TestApp, read},
    postgres,
    sim::people,
};

const PHONES: usize = 200;
const SEATS: u16 = 7;
const SLOT: &str = "2026-11-25T08:00";

async fn seven_seats(app: TestApp) {
    let backend = &app.app.backend;
    let mut office = people::office();
    office.settings.stations = 1;
    office.settings.minutes_per_recording = 60 / SEATS;
    office.settings.walk_in_percent = 0;
    office.settings.unverified_percent = 100;
    let set_up = vec![Command::SetOffice {
        office: Box::new(office),
    }];
    system::say(&backend.db, &backend.batcher, &app.clock, OFFICE, set_up)
        .await
        .unwrap();

    let mut asked = Vec::new();
    for n in 0..PHONES {
        let mut phone = app.phone();
        let wish = tests::harness::booking(people::person(n), &[SLOT]);
        let op = phone.op(OFFICE, &wish);
        let body = json!({ "sent_at": app.clock.now(), "ops": [op] });
        let request = phone.request(Method::POST, "/api/v1/sync/push").json(&body);
        asked.push(tokio::spawn(request.send()));
    }
    let mut tally: BTreeMap<&str, usize> = BTreeMap::new();
    for answer in asked {
        let pushed: Pushed = read(answer.await.unwrap().unwrap()).await;
        let word = match &pushed.results[0].result {
            OpResult::Applied {
                receipt: Receipt::Booking { booking },
                ..
            } if booking.state == State::Confirmed => "confirmed",
            OpResult::Rejected(problem) if problem.code == Code::SlotFull => "slot full",
            other => panic!("{other:?}"),
        };
        *tally.entry(word).or_default() += 1;
    }
    let seats = usize::from(SEATS);
    let expected = BTreeMap::from([("confirmed", seats), ("slot full", PHONES - seats)]);
    assert_eq!(tally, expected);

    // What the slot list and the tables say.
    let days: Vec<shared::slot::DayOffer> = read(
        app.get("/api/v1/offices/1/slots?from=2026-11-25&to=2026-11-25")
            .await,
    )
    .await;
    let free = days[0].slots.iter().map(|s| (s.start.to_string(), s.free));
    assert_eq!(free.collect::<BTreeMap<_, _>>()[SLOT], 0);
    assert_eq!(maintenance::check(&backend.db).await.unwrap(), []);
    app.app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn seven_seats_for_two_hundred_on_sqlite() {
    seven_seats(TestApp::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn seven_seats_for_two_hundred_on_postgresql() {
    seven_seats(TestApp::on(&postgres::database().await).await).await;
}
