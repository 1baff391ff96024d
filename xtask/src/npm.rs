//! Pinned packages from npm, in the cache of tools.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::{step, tree};

/// A package and what it is for.
pub struct Package {
    name: &'static str,
    version: &'static str,
    purpose: &'static str,
}

/// `wasm-opt`: the version matters, see `wasm::Compiler`.
pub const BINARYEN: Package = Package {
    name: "binaryen",
    version: "132.0.0",
    purpose: "it brings the WebAssembly optimiser",
};
/// Finds what keeps people out of a page.
pub const AXE: Package = Package {
    name: "axe-core",
    version: "4.14.1",
    purpose: "it brings the check that all people can use the pages",
};
/// The newest that runs on Node 20.
pub const LIGHTHOUSE: Package = Package {
    name: "lighthouse",
    version: "12.8.2",
    purpose: "it brings a second opinion on the app's speed",
};

impl Package {
    /// Installs the pinned version unless it is there.
    pub fn ensure(&self) -> Result<()> {
        let Self { name, version, .. } = self;
        let pinned = format!("\"version\": \"{version}\"");
        let manifest = self.folder()?.join("package.json");
        if fs::read_to_string(manifest).is_ok_and(|text| text.contains(&pinned)) {
            return Ok(());
        }
        if tree::find_program("npm").is_none() {
            bail!("npm is missing: please install Node.js, {}", self.purpose);
        }
        let tools = tree::tools()?;
        fs::create_dir_all(&tools)?;
        step::timed(&format!("npm install {name} {version}"), || {
            let mut npm = Command::new("npm");
            npm.args(["install", "--ignore-scripts", "--no-audit", "--no-fund"])
                .args(["--loglevel=error", "--save-exact", "--prefix"])
                .arg(&tools)
                .arg(format!("{name}@{version}"));
            step::run(&mut npm)
        })
    }

    /// Where its files are.
    pub fn folder(&self) -> Result<PathBuf> {
        Ok(tree::tools()?.join("node_modules").join(self.name))
    }
}
