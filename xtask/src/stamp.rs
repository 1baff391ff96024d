//! Remembers what the last build was made from, so that an unchanged app is not built again.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::tree;

/// Everything the built app depends on.
const INPUTS: [&str; 9] = [
    ".cargo/config.toml",
    "app",
    "shared",
    "xtask/src",
    "public",
    "index.html",
    "Trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
];

/// One hash over the inputs and the `mode` of the build.
pub fn of_inputs(mode: &str) -> Result<String> {
    let root = tree::root()?;
    let mut files = Vec::new();
    for input in INPUTS {
        collect(&root.join(input), &mut files)?;
    }
    files.sort();
    let mut hash = Sha256::new();
    hash.update(mode);
    for file in files {
        let bytes = fs::read(&file).with_context(|| file.display().to_string())?;
        hash.update(file.to_string_lossy().as_bytes());
        hash.update([0]);
        hash.update(bytes.len().to_le_bytes());
        hash.update(bytes);
    }
    Ok(hex(&hash.finalize()))
}

/// Whether the last finished build had this stamp and its result is still there.
pub fn matches(stamp: &str) -> Result<bool> {
    let same = fs::read_to_string(path()?).is_ok_and(|last| last == stamp);
    Ok(same && tree::dist()?.join("index.html").is_file())
}

pub fn forget() -> Result<()> {
    let path = path()?;
    if path.exists() {
        fs::remove_file(path)?;
    }
    Ok(())
}

pub fn save(stamp: &str) -> Result<()> {
    Ok(fs::write(path()?, stamp)?)
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// All files at or under `path`.
pub fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    } else if path.is_file() {
        files.push(path.to_owned());
    }
    Ok(())
}

fn path() -> Result<PathBuf> {
    Ok(tree::target_wasm()?.join("dist.stamp"))
}
