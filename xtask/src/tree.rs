//! Where things lie: the workspace, its build folders, and the cache of tools outside it.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The workspace's folder, found from this crate's own. Asked at run time: a build folder shared by
/// two checkouts would otherwise build the wrong one.
pub fn root() -> Result<PathBuf> {
    let here = env::var_os("CARGO_MANIFEST_DIR").context("run this as `cargo xtask`")?;
    Ok(Path::new(&here)
        .parent()
        .context("xtask lies in the workspace")?
        .to_owned())
}

/// What the server serves.
pub fn dist() -> Result<PathBuf> {
    Ok(root()?.join("dist"))
}

/// Build folder of the WebAssembly side: two compilers in one folder discard each other's work.
pub fn target_wasm() -> Result<PathBuf> {
    Ok(root()?.join("target-wasm"))
}

/// The host's build folder.
pub fn target() -> Result<PathBuf> {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => Ok(root()?.join(dir)),
        None => Ok(root()?.join("target")),
    }
}

/// Tools built from source, shared by all checkouts: `$REKAM_TOOLS`, else the user's cache.
pub fn tools() -> Result<PathBuf> {
    if let Some(dir) = env::var_os("REKAM_TOOLS") {
        return Ok(dir.into());
    }
    let cache = match env::var_os("XDG_CACHE_HOME") {
        Some(dir) => PathBuf::from(dir),
        None => PathBuf::from(env::var_os("HOME").context("HOME is not set")?).join(".cache"),
    };
    Ok(cache.join("rekam/tools"))
}

/// First program of that name in `PATH`.
pub fn find_program(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|dir| dir.join(name))
        .find(|path| path.is_file())
}
