//! Tools from PyPI, in an environment of their own in the cache.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::{apt, step, tree};

/// What is installed, every version pinned.
const REQUIREMENTS: &str = "tests/tests/hostile/requirements.txt";

/// The program that tests the API by its document.
pub fn schemathesis() -> Result<PathBuf> {
    Ok(folder()?.join("bin/schemathesis"))
}

fn folder() -> Result<PathBuf> {
    Ok(tree::tools()?.join("python"))
}

/// Installs the pinned versions unless they are there.
pub fn ensure() -> Result<()> {
    let wanted = fs::read_to_string(tree::root()?.join(REQUIREMENTS))?;
    let folder = folder()?;
    let stamp = folder.join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|there| there == wanted) {
        return Ok(());
    }
    if step::answer(Command::new("python3").args(["-c", "import ensurepip"])).is_none() {
        apt::ensure(
            &["python3", "python3-venv"],
            "testing the API by its document",
        )?;
    }
    step::timed("pip install (tools of the tests)", || {
        let mut venv = Command::new("python3");
        step::run(venv.args(["-m", "venv", "--clear"]).arg(&folder))?;
        let mut pip = Command::new(folder.join("bin/pip"));
        pip.args(["install", "--quiet", "--disable-pip-version-check"])
            .args(["--no-deps", "-r"])
            .arg(tree::root()?.join(REQUIREMENTS));
        step::run(&mut pip)
    })?;
    Ok(fs::write(stamp, wanted)?)
}
