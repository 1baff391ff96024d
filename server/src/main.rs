//! The binary `rekam`: server and tools in one.

#[tokio::main]
async fn main() -> std::process::ExitCode {
    server::cli::run().await
}
