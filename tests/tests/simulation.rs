//! Ten thousand histories over the pure core. `REKAM_SEED=n` replays one; `REKAM_HISTORIES=n` runs
//! another number, and `REKAM_FROM=n` begins with a later one.

use std::sync::atomic::{AtomicU64, Ordering};
use tests::sim::history::{Size, Tally, run};
use tests::soak;

const SIZE: Size = Size {
    devices: 5,
    ops: 60,
};

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn guarded(seed: u64) -> Result<Tally, String> {
    std::panic::catch_unwind(|| run(seed, SIZE)).unwrap_or_else(|cause| {
        let text = cause.downcast_ref::<String>().cloned();
        Err(text.unwrap_or_else(|| "panicked".to_owned()))
    })
}

#[test]
fn no_history_breaks_an_invariant() {
    if let Some(seed) = number("REKAM_SEED") {
        println!(
            "{:?}",
            guarded(seed).unwrap_or_else(|fault| panic!("seed {seed}: {fault}"))
        );
        return;
    }
    let histories = number("REKAM_HISTORIES").unwrap_or(10_000);
    let from = number("REKAM_FROM").unwrap_or(0);
    let end = from + histories;
    let next = AtomicU64::new(from);
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let work = || {
        let mut tally = Tally::default();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= end {
                return Ok(tally);
            }
            match guarded(seed) {
                Ok(one) => tally += one,
                Err(fault) => {
                    // Nobody goes on for an hour before it is told.
                    next.store(end, Ordering::Relaxed);
                    return Err(format!("REKAM_SEED={seed}: {fault}"));
                }
            }
        }
    };
    let tallies: Vec<Result<Tally, String>> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .map(|worker| worker.join().expect("guarded"))
            .collect()
    });
    let mut all = Tally::default();
    for tally in tallies {
        all += tally.unwrap_or_else(|fault| panic!("{fault}"));
    }
    soak::report(
        "simulation",
        &[
            ("histories", histories),
            ("ops", all.ops),
            ("applied", all.applied),
            ("rejected", all.rejected),
            ("messages lost", all.lost),
            ("repeated", all.repeated),
            ("restarts", all.restarts),
            ("backups put back", all.restores),
            ("forks", all.forks),
            ("phones removed", all.removed),
        ],
    );
    // A run that met no copied profile and no restored backup would prove little.
    assert!(histories < 1_000 || (all.forks > 0 && all.restores > 0 && all.removed > 0));
}
