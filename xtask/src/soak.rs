//! `soak`: the faults, the hostile input and the simulation at length. Tests tell their counts
//! through a file, and the counts are printed at the end.

use std::fs;

use anyhow::{Context, Result};
use clap::Args;

use crate::{step, suite, tree};

/// Histories of the simulation in a whole soak.
const HISTORIES: f64 = 1_000_000.0;
/// Test programs that have a long version, and how they are built: the simulation is computing
/// alone, so it is worth the optimiser's time, and the others wait for the server.
const PROGRAMS: [(&str, Option<&str>); 4] = [
    // A large office moves as fast as the server that offices run.
    ("contract", Some("--release")),
    ("faults", None),
    ("hostile", None),
    ("simulation", Some("--release")),
];

#[derive(Args)]
pub struct SoakArgs {
    /// How much of a whole soak, which takes hours
    #[arg(long, default_value_t = 1.0)]
    factor: f64,
    /// Only tests whose name contains one of these
    filters: Vec<String>,
}

/// Runs the long versions one after the other and prints what they counted.
pub fn soak(args: &SoakArgs) -> Result<()> {
    let folder = tree::target()?.join("soak");
    fs::create_dir_all(&folder)?;
    let report = folder.join("report.txt");
    if report.exists() {
        fs::remove_file(&report)?;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts are small"
    )]
    let histories = (HISTORIES * args.factor).max(1.0) as u64;
    let done = step::timed("soak", || {
        let mut ended = Ok(());
        for (program, release) in PROGRAMS {
            let mut tests = suite::prepared()?;
            tests
                .env("REKAM_SOAK", args.factor.to_string())
                .env("REKAM_SOAK_REPORT", &report)
                .env("REKAM_HISTORIES", histories.to_string())
                .args(["test", "-p", "tests", "--test", program])
                .args(release)
                // One after the other: each loads the machine by itself.
                .args(["--", "--test-threads=1", "--nocapture"])
                .args(&args.filters);
            ended = ended.and(step::run(&mut tests));
        }
        ended
    });
    let counts = fs::read_to_string(&report).context("no test counted anything");
    println!("\n{}", counts.unwrap_or_default());
    done
}
