//! The binary `rekam`: server and tools in one.

use std::{process::ExitCode, time::Duration};

/// How long work that was left behind may hold up the end of the process.
const PATIENCE: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(server::cli::run());
    runtime.shutdown_timeout(PATIENCE);
    code
}
