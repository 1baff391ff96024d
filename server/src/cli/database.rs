//! `rekam backup`, `restore`, `check`.

use std::{path::Path, process::ExitCode};

use anyhow::Context;

use crate::{clock::Clock, config::DatabaseArgs, maintenance, store::Db};

pub async fn backup(database: &DatabaseArgs, file: &Path) -> anyhow::Result<ExitCode> {
    let db = Db::open(&database.database)
        .await
        .context("cannot open the database")?;
    let written = maintenance::backup(&db, file).await;
    db.close().await;
    written?;
    println!("written to {}", file.display());
    Ok(ExitCode::SUCCESS)
}

pub async fn restore(database: &DatabaseArgs, file: Option<&Path>) -> anyhow::Result<ExitCode> {
    maintenance::restore(&database.database, file, &Clock::system()).await?;
    println!("restored; devices will send again what it does not hold");
    Ok(ExitCode::SUCCESS)
}

pub async fn check(database: &DatabaseArgs) -> anyhow::Result<ExitCode> {
    let db = Db::open(&database.database)
        .await
        .context("cannot open the database")?;
    let found = maintenance::check(&db).await;
    db.close().await;
    let found = found?;
    for fault in &found {
        println!("{fault}");
    }
    if found.is_empty() {
        println!("all is well");
        Ok(ExitCode::SUCCESS)
    } else {
        Ok(ExitCode::FAILURE)
    }
}
