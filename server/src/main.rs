//! The binary `rekam`: server and tools in one.

/// Rows and JSON are many small pieces; the system's allocator took a sixth of a booking's time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> std::process::ExitCode {
    server::cli::run().await
}
