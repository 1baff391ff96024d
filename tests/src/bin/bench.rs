//! `cargo xtask bench`: measures, prints one table, and writes `target/bench/report.json`.

use std::{path::PathBuf, time::Instant};

use anyhow::Result;
use clap::Parser;
use tests::bench::{self, Bench, Group, report::Report};

#[derive(Parser)]
#[command(name = "cargo xtask bench", about = "Measure what the design promises")]
struct Args {
    /// Only these groups
    #[arg(long, value_enum)]
    only: Vec<Group>,
    #[arg(long, env = "REKAM_BIN", hide = true)]
    rekam: PathBuf,
    #[arg(long, env = "REKAM_DIST", hide = true)]
    dist: PathBuf,
    #[arg(long, env = "REKAM_BENCH", hide = true)]
    work: PathBuf,
}

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    let bench = Bench {
        rekam: args.rekam,
        dist: args.dist,
        work: args.work,
    };
    std::fs::create_dir_all(&bench.work)?;
    let groups = if args.only.is_empty() {
        Group::ALL
    } else {
        &args.only
    };
    let mut report = Report::default();
    for group in groups {
        eprintln!("==> {group:?}");
        let began = Instant::now();
        bench::run(&bench, *group, &mut report).await?;
        eprintln!("    {:.1} s", began.elapsed().as_secs_f32());
    }
    report.write(&bench.work.join("report.json"))?;
    println!("\n{}", report.table());
    Ok(())
}
