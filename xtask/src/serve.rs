//! `run`: the whole product on this machine, with the demo office.

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::{app, step, tree};

const LISTEN: &str = "127.0.0.1:8080";

/// Builds, loads the demo office if the database is empty, and becomes the server.
pub fn run(release: bool, args: &[String]) -> Result<()> {
    app::build(app::Mode::Release)?;
    let server = build(release)?;
    step::run(&mut rekam(&server, &["demo"])?)?;
    eprintln!("==> http://localhost:8080 (stop with Ctrl-C)");
    let mut serve = rekam(&server, &["serve", "--listen", LISTEN])?;
    // In this process's place, so that Ctrl-C reaches the server alone and it can end in order.
    let error = serve.args(args).exec();
    Err(error).context("could not start the server")
}

/// The server's binary, built.
pub fn build(release: bool) -> Result<PathBuf> {
    step::timed("cargo build, server", || {
        let mut build = step::cargo()?;
        build.args(["build", "-p", "server", "--bin", "rekam"]);
        if release {
            build.arg("--release");
        }
        step::run(&mut build)
    })?;
    Ok(tree::target()?
        .join(if release { "release" } else { "debug" })
        .join("rekam"))
}

fn rekam(server: &PathBuf, args: &[&str]) -> Result<Command> {
    let mut command = Command::new(server);
    command
        .current_dir(tree::root()?)
        .args(args)
        .env("REKAM_DIST", tree::dist()?);
    step::forget_outer_cargo(&mut command);
    Ok(command)
}
