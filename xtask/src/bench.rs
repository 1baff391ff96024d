//! `bench`: the server and the bench, both optimised, and the figures in `target/bench`.

use anyhow::Result;

use crate::{app, app_names, npm, setup, step, suite, tree};

/// Measures; `args` go to the bench.
pub fn run(args: &[String]) -> Result<()> {
    setup::to_test()?;
    npm::LIGHTHOUSE.ensure()?;
    app::build(app::Mode::Release)?;
    let names = app_names::ensure()?;
    step::timed("cargo build, server and bench", || {
        let mut build = step::cargo()?;
        build.args(["build", "--release", "-p", "server", "-p", "tests"]);
        build.args(["--bin", "rekam", "--bin", "bench"]);
        step::run(&mut build)
    })?;
    let built = tree::target()?.join("release");
    let mut bench = suite::with_tools(std::process::Command::new(built.join("bench")))?;
    bench
        .args(args)
        .env("REKAM_BIN", built.join("rekam"))
        .env("REKAM_APP_NAMES", names)
        .env("LIGHTHOUSE", npm::LIGHTHOUSE.folder()?.join("cli/index.js"))
        .env("REKAM_BENCH", tree::target()?.join("bench"));
    step::forget_outer_cargo(&mut bench);
    step::timed("bench", || step::run(&mut bench))
}
