//! Debian packages: which are missing, and installing them.

use std::process::Command;

use anyhow::{Result, bail};

use crate::{step, tree};

/// Installs those of `packages` that are not there yet. `purpose` is said when it cannot be done.
pub fn ensure(packages: &[&str], purpose: &str) -> Result<()> {
    let missing: Vec<&str> = packages
        .iter()
        .copied()
        .filter(|name| !is_installed(name))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if tree::find_program("apt-get").is_none() {
        bail!(
            "{purpose}: please install {} (no apt-get here to do it)",
            missing.join(", ")
        );
    }
    step::timed(&format!("apt-get install {}", missing.join(" ")), || {
        step::run(apt_get()?.args(["update", "-qq"]))?;
        step::run(
            apt_get()?
                .args(["install", "-y", "-qq", "--no-install-recommends"])
                .args(&missing),
        )
    })
}

/// Whether all of `packages` are installed.
pub fn has(packages: &[&str]) -> bool {
    packages.iter().all(|name| is_installed(name))
}

fn is_installed(package: &str) -> bool {
    let mut query = Command::new("dpkg-query");
    query.args(["-W", "-f", "${db:Status-Status}", package]);
    step::answer(&mut query).as_deref() == Some("installed")
}

fn apt_get() -> Result<Command> {
    let root = step::answer(Command::new("id").arg("-u")).as_deref() == Some("0");
    let mut command = Command::new(if root { "env" } else { "sudo" });
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    Ok(command)
}
