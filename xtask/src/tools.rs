//! Pinned tools that build or check the app, kept in a cache outside the workspace.

use std::fs;
use std::process::Command;

use anyhow::Result;

use crate::{step, tree};

/// A program installed by `cargo install`.
pub struct Tool {
    package: &'static str,
    program: &'static str,
    version: &'static str,
    /// What its own work is worth in compile time: each is built once and run seldom.
    opt_level: &'static str,
}

pub const TRUNK: Tool = Tool {
    package: "trunk",
    program: "trunk",
    version: "0.21.14",
    opt_level: "0",
};
/// Must be the version of the `wasm-bindgen` crate in `Cargo.lock`.
pub const WASM_BINDGEN: Tool = Tool {
    package: "wasm-bindgen-cli",
    program: "wasm-bindgen",
    version: "0.2.129",
    opt_level: "1",
};
pub const CARGO_DENY: Tool = Tool {
    package: "cargo-deny",
    program: "cargo-deny",
    version: "0.20.2",
    opt_level: "0",
};

impl Tool {
    /// Installs the pinned version unless it is there.
    pub fn ensure(&self) -> Result<()> {
        if self.is_installed()? {
            return Ok(());
        }
        let name = format!(
            "cargo install {} {} (some minutes, once)",
            self.package, self.version
        );
        step::timed(&name, || {
            let tools = tree::tools()?;
            let mut install = step::cargo()?;
            install
                .args(["install", "--locked", "--force", self.package])
                .args(["--version", self.version, "--bin", self.program])
                .arg("--root")
                .arg(&tools)
                .env("CARGO_TARGET_DIR", tools.join("build"))
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", self.opt_level)
                .env("CARGO_PROFILE_RELEASE_LTO", "off")
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
                .env("CARGO_PROFILE_RELEASE_DEBUG", "0");
            step::run(&mut install)
        })
    }

    /// The program in the cache, whatever is in `PATH`.
    pub fn command(&self) -> Result<Command> {
        let mut command = Command::new(tree::tools()?.join("bin").join(self.program));
        command.current_dir(tree::root()?);
        step::forget_outer_cargo(&mut command);
        Ok(command)
    }

    fn is_installed(&self) -> Result<bool> {
        let said = step::answer(self.command()?.arg("--version")).unwrap_or_default();
        Ok(said.split_whitespace().nth(1) == Some(self.version))
    }
}

/// Gives back the room that building the tools took.
pub fn drop_build_folder() -> Result<()> {
    let build = tree::tools()?.join("build");
    if build.exists() {
        fs::remove_dir_all(build)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bindgen_program_matches_the_locked_crate() {
        let lock = fs::read_to_string(tree::root().unwrap().join("Cargo.lock")).unwrap();
        let entry = format!(
            "name = \"wasm-bindgen\"\nversion = \"{}\"\n",
            WASM_BINDGEN.version
        );
        assert!(
            lock.contains(&entry),
            "Cargo.lock has another wasm-bindgen than tools.rs"
        );
    }
}
