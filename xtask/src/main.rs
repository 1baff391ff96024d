//! The project's own commands: `cargo xtask <command>`.
//! Each command first installs what it needs and is missing, so a fresh machine needs no other step.

mod app;
mod app_names;
mod apt;
mod bench;
mod checks;
mod npm;
mod precache;
mod python;
mod serve;
mod setup;
mod soak;
mod stamp;
mod step;
mod suite;
mod tools;
mod tree;
mod wasm;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Set up, run and check Rekam")]
struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what is missing to build the app
    Setup {
        /// Also what the tests need: Chromium, chromedriver, PostgreSQL
        #[arg(long)]
        tests: bool,
        /// Also what the lints need: clippy for WebAssembly, cargo-deny
        #[arg(long)]
        lints: bool,
    },
    /// Build the app into dist/ (optimised and precompressed unless --dev)
    App {
        #[arg(long)]
        dev: bool,
        /// The default; accepted so that scripts can say it
        #[arg(long, conflicts_with = "dev")]
        release: bool,
    },
    /// Build all, load the demo office and serve on http://localhost:8080
    Run {
        /// Optimise the server as well
        #[arg(long)]
        release: bool,
        #[command(flatten)]
        rest: Rest,
    },
    /// Run all tests, in Chromium and on PostgreSQL too
    Test(Rest),
    /// Faults, hostile input and simulation at length; prints the counts
    Soak(soak::SoakArgs),
    /// Lint the host crates, then the app as WebAssembly
    Clippy {
        /// Only the app
        #[arg(long)]
        app: bool,
    },
    /// Type-check the app as WebAssembly
    CheckApp(Rest),
    /// Build the documentation; a warning is an error
    Doc,
    /// Check licences, duplicates and sources of the dependencies
    Deny,
    /// Measure speed, size and memory; figures go to target/bench/report.json
    Bench(Rest),
    /// Write a PNG of every page and state to target/screenshots
    Screenshots(Rest),
}

/// What is handed on to the program that does the work.
#[derive(Args)]
struct Rest {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
}

fn main() -> ExitCode {
    match start(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn start(task: Task) -> Result<()> {
    match task {
        Task::Setup { tests, lints } => setup::all(tests, lints),
        Task::App { dev, release: _ } => app::build(app::Mode::from_dev(dev)),
        Task::Run { release, rest } => serve::run(release, &rest.args),
        Task::Test(rest) => suite::test(&rest.args),
        Task::Soak(args) => soak::soak(&args),
        Task::Clippy { app } => checks::clippy(app),
        Task::CheckApp(rest) => checks::check_app(&rest.args),
        Task::Doc => checks::doc(),
        Task::Deny => checks::deny(),
        Task::Bench(rest) => bench::run(&rest.args),
        Task::Screenshots(rest) => suite::screenshots(&rest.args),
    }
}
