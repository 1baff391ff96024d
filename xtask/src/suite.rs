//! `test` and `screenshots`: everything built and found that they need, named in the environment.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::{app, npm, python, serve, setup, step, tree};

/// All tests of the workspace; `args` go to `cargo test`. The app has none of its own, which would
/// compile Leptos for the host: what is pure is in `shared`, and the rest is tried in the browser.
pub fn test(args: &[String]) -> Result<()> {
    let mut tests = prepared()?;
    tests
        .args(["test", "--workspace", "--exclude", "app"])
        .args(args);
    step::timed("cargo test", || step::run(&mut tests))
}

/// PNGs of every page and state, written by a program of the `tests` crate.
pub fn screenshots(args: &[String]) -> Result<()> {
    let mut shots = prepared()?;
    shots
        .args(["run", "-p", "tests", "--bin", "screenshots", "--"])
        .args(args);
    step::timed("screenshots", || step::run(&mut shots))
}

/// `cargo` with the app and the server built, and all tools found.
pub fn prepared() -> Result<Command> {
    setup::to_test()?;
    app::build(app::Mode::Release)?;
    let server = serve::build(false)?;
    let mut cargo = with_tools(step::cargo()?)?;
    cargo.env("REKAM_BIN", server);
    Ok(cargo)
}

/// Tells a program where the app and what it is tested with are.
pub fn with_tools(mut command: Command) -> Result<Command> {
    command.env("REKAM_DIST", tree::dist()?);
    command.env("AXE", npm::AXE.folder()?.join("axe.min.js"));
    command.env("SCHEMATHESIS", python::schemathesis()?);
    command.env("CHROME", find_browser().context("no Chromium after setup")?);
    command.env(
        "CHROMEDRIVER",
        find_driver().context("no chromedriver after setup")?,
    );
    command.env(
        "POSTGRES_BIN",
        find_postgres().context("no PostgreSQL after setup")?,
    );
    Ok(command)
}

/// `$CHROME`, else the browser in `PATH`.
pub fn find_browser() -> Option<PathBuf> {
    named_or_found("CHROME", &["chromium", "chromium-browser", "google-chrome"])
}

/// `$CHROMEDRIVER`, else the driver in `PATH`.
pub fn find_driver() -> Option<PathBuf> {
    named_or_found("CHROMEDRIVER", &["chromedriver"])
}

fn named_or_found(variable: &str, names: &[&str]) -> Option<PathBuf> {
    match env::var_os(variable) {
        Some(path) => Some(path.into()),
        None => names.iter().find_map(|name| tree::find_program(name)),
    }
}

/// Folder of `initdb` and `postgres`: `$POSTGRES_BIN`, Debian's newest, or the one in `PATH`.
pub fn find_postgres() -> Option<PathBuf> {
    if let Some(dir) = env::var_os("POSTGRES_BIN") {
        return Some(dir.into());
    }
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, bin)| bin.join("initdb").is_file())
        .collect();
    versions.sort();
    match versions.pop() {
        Some((_, bin)) => Some(bin),
        None => Some(tree::find_program("initdb")?.parent()?.to_owned()),
    }
}
