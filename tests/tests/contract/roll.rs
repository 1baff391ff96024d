//! Rolls, as the tables keep them.

use crate::base::{Base, office};
use server::system;
use shared::{
    command::{Command, Enrolled, Receipt},
    ids::OpId,
    person::Nik,
    resident::Draft,
    sync::OpResult,
};
use tests::sim::people;

/// More than the table of locks of the tests' PostgreSQL has places for.
const PEOPLE: usize = 12_000;
const AT_ONCE: usize = 200;

/// Another person for each number up to some 300,000.
pub fn listed(n: usize) -> Draft {
    let date = format!("{:02}{:02}{:02}", 1 + n % 28, 1 + n / 28 % 12, n / 336 % 90);
    let nik = format!("157108{date}{:04}", 1 + n % 9999);
    Draft {
        nik: Some(Nik::parse(&nik).unwrap()),
        ..people::person(0)
    }
}

pub async fn a_long_roll_goes_in_as_a_whole(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    let drafts: Vec<Draft> = (0..PEOPLE).map(listed).collect();
    let commands: Vec<(OpId, Command)> = drafts
        .chunks(AT_ONCE)
        .map(|people| {
            let people = people.to_vec();
            let id = OpId(base.clock.new_id());
            (id, Command::enrol(people))
        })
        .collect();
    let (db, clock) = (&base.db, &base.clock);
    let answers = system::submit_together(db, &base.batcher, clock, people::OFFICE, &commands);
    let mut done = Enrolled::default();
    for answer in answers.await.unwrap() {
        match answer.result {
            OpResult::Applied {
                receipt: Receipt::Enrolled { enrolled },
                ..
            } => done += enrolled,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(done.entered as usize, PEOPLE);
    let stored = "SELECT count(*) FROM record WHERE entity = 'resident'";
    assert_eq!(base.count(stored).await, PEOPLE as i64);
    base.assert_clean().await;
}
