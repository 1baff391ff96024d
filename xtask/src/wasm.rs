//! Which compiler builds for `wasm32-unknown-unknown`, and the environment it needs.
//!
//! Rustup's target where it is installed or can be fetched; else Debian's own compiler, which
//! builds `std` from its source package, so that a network with package mirrors is enough.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{apt, step, tree};

pub const TARGET: &str = "wasm32-unknown-unknown";

const DEBIAN: [&str; 5] = [
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-llvm",
    "lld-22",
];
const DEBIAN_CLIPPY: [&str; 1] = ["rust-web-clippy"];

/// Leptos erases the types of components: a third of the build time, and less to load. And the
/// digests of a few short texts need no unrolled loops.
const FLAGS: &str = "--cfg erase_components --cfg sha2_backend=\"soft\" \
                     --cfg sha2_backend_soft=\"compact\"";

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Compiler {
    Rustup,
    Debian,
}

impl Compiler {
    /// The compiler that is there, installed first if there is none.
    pub fn ensure() -> Result<Self> {
        if let Some(present) = Self::find() {
            return Ok(present);
        }
        if tree::find_program("rustup").is_some() {
            let added = step::timed(&format!("rustup target add {TARGET}"), || {
                Ok(step::run(Command::new("rustup").args(["target", "add", TARGET])).is_ok())
            })?;
            if added && Self::rustup_has_target() {
                return Ok(Self::Rustup);
            }
            eprintln!("    not reachable: using Debian's compiler instead");
        }
        apt::ensure(&DEBIAN, "building for WebAssembly")?;
        Ok(Self::Debian)
    }

    fn find() -> Option<Self> {
        if Self::rustup_has_target() {
            return Some(Self::Rustup);
        }
        apt::has(&DEBIAN).then_some(Self::Debian)
    }

    fn rustup_has_target() -> bool {
        let mut query = Command::new("rustc");
        query.args(["--print", "target-libdir", "--target", TARGET]);
        step::answer(&mut query).is_some_and(|dir| Path::new(&dir).is_dir())
    }

    /// Installs clippy for this compiler where it comes apart.
    pub fn ensure_clippy(self) -> Result<()> {
        match self {
            Self::Rustup => Ok(()),
            Self::Debian => apt::ensure(&DEBIAN_CLIPPY, "linting the app"),
        }
    }

    /// `program` with the environment in which cargo builds for WebAssembly.
    pub fn command(self, program: &str) -> Result<Command> {
        let mut command = Command::new(program);
        command.current_dir(tree::root()?);
        step::forget_outer_cargo(&mut command);
        command.env("CARGO_TARGET_DIR", tree::target_wasm()?);
        command.env("PATH", self.search_path()?);
        command.env("RUSTFLAGS", FLAGS);
        if self == Self::Debian {
            for name in ["RUSTUP_TOOLCHAIN", "RUSTUP_HOME", "RUSTUP_AUTO_INSTALL"] {
                command.env_remove(name);
            }
            command
                .env("RUSTC", "/usr/bin/rustc")
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
                // Built here anyway, so built small: twenty kB of sorting alone.
                .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "rust-lld");
        }
        Ok(command)
    }

    pub fn cargo(self) -> &'static str {
        match self {
            Self::Rustup => "cargo",
            Self::Debian => "/usr/bin/cargo",
        }
    }

    /// `cargo clippy` takes the host toolchain's driver, so Debian's is named as the wrapper.
    pub fn clippy(self) -> Result<Command> {
        let mut command = self.command(self.cargo())?;
        match self {
            Self::Rustup => {
                command.args([
                    "clippy", "-p", "app", "--target", TARGET, "--", "-D", "warnings",
                ]);
            }
            Self::Debian => {
                command
                    .args(["check", "-p", "app", "--target", TARGET])
                    .env("RUSTC_WORKSPACE_WRAPPER", "/usr/bin/clippy-driver")
                    .env(
                        "CLIPPY_ARGS",
                        "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__",
                    )
                    .env("SYSROOT", "/usr");
            }
        }
        Ok(command)
    }

    /// The pinned tools first: a system's old `wasm-opt` makes an app that dies at start.
    fn search_path(self) -> Result<OsString> {
        let tools = tree::tools()?;
        let mut dirs = vec![tools.join("node_modules/.bin"), tools.join("bin")];
        if self == Self::Debian {
            dirs.push(PathBuf::from("/usr/bin"));
        }
        dirs.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
        env::join_paths(dirs).context("a folder in PATH has a separator in its name")
    }
}
