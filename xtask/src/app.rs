//! `app`: builds the PWA with Trunk and puts it, finished, into `dist/`.

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::{precache, setup, stamp, step, tree};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Quick to build, large to load, not precompressed.
    Dev,
    /// What residents download.
    Release,
}

impl Mode {
    pub fn from_dev(dev: bool) -> Self {
        if dev { Self::Dev } else { Self::Release }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Release => "release",
        }
    }
}

/// Builds unless `dist/` was made from the same inputs.
pub fn build(mode: Mode) -> Result<()> {
    let stamp = stamp::of_inputs(mode.name())?;
    if stamp::matches(&stamp)? {
        eprintln!("==> app: nothing changed");
        return Ok(());
    }
    let compiler = setup::to_build()?;
    // Two builds at once would mix their files.
    fs::create_dir_all(tree::target_wasm()?)?;
    let lock = fs::File::create(tree::target_wasm()?.join("app.lock"))?;
    lock.lock()?;
    // The server never sees a half-finished folder: all is made here and moved at the end.
    let stage = tree::target_wasm()?.join("stage");
    clear(&stage)?;
    // Trunk copies what older builds left there as well.
    clear(&tree::target_wasm()?.join("wasm-bindgen"))?;
    step::timed(&format!("trunk build, {}", mode.name()), || {
        let mut trunk = compiler.command("trunk")?;
        trunk
            .args(["build", "--offline", "true", "--dist"])
            .arg(&stage);
        // Its errors carry a trace of Trunk's own insides, which helps nobody here.
        trunk.env("RUST_BACKTRACE", "0");
        if mode == Mode::Release {
            trunk.args(["--release", "true"]);
        }
        step::run(&mut trunk)
    })?;
    let count = precache::list(&stage)?;
    if mode == Mode::Release {
        step::timed("brotli", || precache::compress(&stage))?;
    }
    stamp::forget()?;
    let dist = tree::dist()?;
    clear(&dist)?;
    fs::rename(&stage, &dist)?;
    stamp::save(&stamp)?;
    eprintln!("    dist: {count} files in the precache list");
    Ok(())
}

fn clear(dir: &Path) -> Result<()> {
    if dir.exists() {
        fs::remove_dir_all(dir)?;
    }
    Ok(())
}
