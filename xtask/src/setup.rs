//! `setup`: installs what is missing and nothing else; later runs only look.

use anyhow::Result;

use crate::npm::{AXE, BINARYEN};
use crate::tools::{self, CARGO_DENY, TRUNK, WASM_BINDGEN};
use crate::wasm::Compiler;
use crate::{apt, python, suite};

/// Everything asked for on the command line.
pub fn all(tests: bool, lints: bool) -> Result<()> {
    let compiler = to_build()?;
    if tests {
        to_test()?;
    }
    if lints {
        compiler.ensure_clippy()?;
        CARGO_DENY.ensure()?;
    }
    tools::drop_build_folder()?;
    eprintln!("Set-up complete.");
    Ok(())
}

/// What building the app needs.
pub fn to_build() -> Result<Compiler> {
    let compiler = Compiler::ensure()?;
    BINARYEN.ensure()?;
    WASM_BINDGEN.ensure()?;
    TRUNK.ensure()?;
    Ok(compiler)
}

/// What the tests need beyond that. A browser or a database found elsewhere is used as it is.
pub fn to_test() -> Result<()> {
    if suite::find_browser().is_none() || suite::find_driver().is_none() {
        apt::ensure(
            &["chromium", "chromium-driver"],
            "testing in a real browser",
        )?;
    }
    if suite::find_postgres().is_none() {
        apt::ensure(&["postgresql"], "testing on PostgreSQL")?;
    }
    AXE.ensure()?;
    python::ensure()
}
