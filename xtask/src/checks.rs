//! Lints, documentation and dependency rules.

use anyhow::Result;

use crate::step;
use crate::tools::CARGO_DENY;
use crate::wasm::{Compiler, TARGET};

pub fn clippy(app_only: bool) -> Result<()> {
    if !app_only {
        step::timed("clippy, host", || {
            step::run(
                step::cargo()?
                    .args(["clippy", "--workspace", "--exclude", "app", "--all-targets"])
                    .args(["--", "-D", "warnings"]),
            )
        })?;
    }
    let compiler = Compiler::ensure()?;
    compiler.ensure_clippy()?;
    step::timed("clippy, app", || step::run(&mut compiler.clippy()?))
}

pub fn check_app(args: &[String]) -> Result<()> {
    let compiler = Compiler::ensure()?;
    let mut check = compiler.command(compiler.cargo())?;
    step::run(
        check
            .args(["check", "-p", "app", "--target", TARGET])
            .args(args),
    )
}

pub fn doc() -> Result<()> {
    step::timed("rustdoc", || {
        step::run(
            step::cargo()?
                .args(["doc", "--workspace", "--exclude", "app", "--no-deps"])
                .arg("--document-private-items")
                .env("RUSTDOCFLAGS", "-D warnings"),
        )
    })
}

/// The advisory database needs another network than the package mirrors, so it is not asked here.
pub fn deny() -> Result<()> {
    CARGO_DENY.ensure()?;
    step::timed("cargo deny", || {
        step::run(
            CARGO_DENY
                .command()?
                .args(["check", "bans", "licenses", "sources"]),
        )
    })
}
