//! `rekam serve`: until Ctrl-C or SIGTERM.

use std::process::ExitCode;

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    App,
    config::{Config, DatabaseArgs, ServeArgs},
};

pub async fn run(database: &DatabaseArgs, args: ServeArgs) -> anyhow::Result<ExitCode> {
    until_stopped(App::start(Config::new(database, args)).await?).await
}

/// Serves until it is told to stop.
pub async fn until_stopped(app: App) -> anyhow::Result<ExitCode> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for signals")?;
    tracing::info!(url = app.url(), "listening");
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted.context("cannot listen for signals")?,
        _ = terminate.recv() => {}
    }
    tracing::info!("stopping");
    app.stop().await;
    Ok(ExitCode::SUCCESS)
}
