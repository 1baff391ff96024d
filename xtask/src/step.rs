//! Running programs, and telling the person what takes the time.

use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// Announces a step, does it, and prints how long it took.
pub fn timed<T>(label: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("==> {label}");
    let start = Instant::now();
    let done = work().with_context(|| label.to_owned())?;
    eprintln!("    {label}: {:.1} s", start.elapsed().as_secs_f32());
    Ok(done)
}

/// Runs to the end with its output shown; a failure names the command.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("could not start {}", shown(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", shown(command));
    }
    Ok(())
}

/// Standard output of a command, or nothing where it is missing or fails.
pub fn answer(command: &mut Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// The host's cargo, in the workspace, without what `cargo run` added for this process.
pub fn cargo() -> Result<Command> {
    let mut command = Command::new("cargo");
    command.current_dir(crate::tree::root()?);
    forget_outer_cargo(&mut command);
    Ok(command)
}

/// Variables of the outer `cargo run` would make build scripts run again, or load its libraries.
pub fn forget_outer_cargo(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text == "CARGO"
            || text == "LD_LIBRARY_PATH"
            || text.starts_with("CARGO_PKG_")
            || text.starts_with("CARGO_MANIFEST_")
        {
            command.env_remove(&name);
        }
    }
}

fn shown(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for arg in command.get_args() {
        text.push(' ');
        text.push_str(&arg.to_string_lossy());
    }
    text
}
