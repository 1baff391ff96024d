//! Two hundred want seven seats.

use crate::base::{Base, MONDAY, Phone, office};
use shared::{
    booking::State,
    command::Receipt,
    problem::Code,
    sync::{OpResult, Push},
};
use std::collections::BTreeMap;
use tests::sim::people;

const DEVICES: usize = 200;
const SEATS: usize = 7;

pub async fn seven_seats_for_two_hundred(base: &Base) {
    base.set_office(office(people::OFFICE, SEATS as u16)).await;
    // Two servers take them on PostgreSQL; SQLite has one writer however many ask.
    let second = base.another_batcher();
    let tasks: Vec<_> = (0..DEVICES)
        .map(|n| {
            let mut phone = Phone::new();
            let ops = vec![phone.book(n, MONDAY, n % 2 == 0)];
            let push = Push {
                sent_at: base.clock.now(),
                declare_gap: false,
                seals: Vec::new(),
                ops,
            };
            let batcher = if n % 3 == 0 {
                second.clone()
            } else {
                base.batcher.clone()
            };
            tokio::spawn(async move { batcher.submit(phone.submission(push)).await })
        })
        .collect();
    let mut tally: BTreeMap<&str, usize> = BTreeMap::new();
    for task in tasks {
        let pushed = task.await.unwrap().unwrap();
        let word = match &pushed.results[0].result {
            OpResult::Applied {
                receipt: Receipt::Booking { booking },
                ..
            } => match booking.state {
                State::Confirmed => "confirmed",
                State::Waitlisted => "waitlisted",
                _ => "other state",
            },
            OpResult::Rejected(problem) if problem.code == Code::SlotFull => "slot full",
            _ => "other answer",
        };
        *tally.entry(word).or_default() += 1;
    }
    assert_eq!(tally.get("confirmed"), Some(&SEATS), "{tally:?}");
    let others = tally.get("waitlisted").unwrap_or(&0) + tally.get("slot full").unwrap_or(&0);
    assert_eq!(others, DEVICES - SEATS, "{tally:?}");
    assert!(
        tally.contains_key("waitlisted") && tally.contains_key("slot full"),
        "{tally:?}"
    );
    // What the database itself says.
    let booked = base
        .count("SELECT CAST(SUM(booked) AS BIGINT) FROM slot")
        .await;
    let confirmed = "SELECT count(*) FROM record WHERE entity = 'booking' AND open = 1
        AND day IS NOT NULL";
    assert_eq!(
        (booked, base.count(confirmed).await),
        (SEATS as i64, SEATS as i64)
    );
    assert_eq!(
        base.count("SELECT count(*) FROM op").await,
        DEVICES as i64 + 1
    );
    base.assert_clean().await;
}
