//! The demo's rolls, split in proportion and evenly.

use chrono::NaiveDate;
use server::demo::{DemoOffice, residents};
use shared::{
    plan::{self, Ask, Taken},
    sop::eligibility,
};
use std::collections::BTreeMap;

/// The roll of each demo office, planned for two weeks: who is split in proportion, and what an even
/// split would do. `cargo test -p tests --test contract split -- --nocapture` prints it; decision 010 quotes it.
#[test]
fn a_split_in_proportion_leaves_no_kelurahan_behind() {
    for demo in DemoOffice::ALL {
        let office = demo.office();
        let from: NaiveDate = "2026-11-30".parse().unwrap();
        let mut need: BTreeMap<_, u32> = BTreeMap::new();
        for one in residents(demo, demo.residents()) {
            if eligibility::is_due(Some(one.birth), one.married, from) {
                *need.entry(one.kelurahan).or_default() += 1;
            }
        }
        let ask = Ask {
            office: &office,
            sessions: &[],
            current: None,
            today: "2026-11-23".parse().unwrap(),
            from,
            to: "2026-12-11".parse().unwrap(),
            need: &need,
            taken: &Taken::new(),
        };
        let lines = plan::summary(&ask, &plan::propose(&ask).unwrap());
        let seats: u32 = lines.iter().map(|line| line.seats).sum();
        let people: Vec<u32> = lines.iter().map(|line| line.people).collect();
        let even = plan::even(seats, &people);
        println!(
            "{}: {} people, {seats} seats",
            office.name,
            people.iter().sum::<u32>()
        );
        let percent = |seats: u32, people: u32| f64::from(seats) * 100.0 / f64::from(people);
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for ((line, kelurahan), even) in lines.iter().zip(&office.kelurahan).zip(even) {
            ours.push(percent(line.seats, line.people));
            theirs.push(percent(even, line.people));
            println!(
                "  {:<18} {:>4} people  {:>3} seats ({:>4.1} %), evenly {even:>3} ({:>4.1} %)",
                kelurahan.name,
                line.people,
                line.seats,
                ours[ours.len() - 1],
                theirs[theirs.len() - 1]
            );
        }
        let spread = |of: &[f64]| {
            let least = of.iter().copied().fold(f64::MAX, f64::min);
            of.iter().copied().fold(0.0, f64::max) - least
        };
        println!(
            "  apart by {:.1}, evenly by {:.1}",
            spread(&ours),
            spread(&theirs)
        );
        assert!(lines.iter().all(|line| line.difference_tenths().abs() < 10));
        assert!(spread(&ours) < 1.5 && spread(&theirs) > spread(&ours));
    }
}
