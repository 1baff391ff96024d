//! `rekam backup`, `restore`, `check`.

use std::{path::Path, process::ExitCode};

use anyhow::Context;

use crate::{
    clock::Clock,
    config::DatabaseArgs,
    lockbox, maintenance,
    store::{Db, heads::Head},
};

pub async fn backup(database: &DatabaseArgs, file: &Path) -> anyhow::Result<ExitCode> {
    let db = Db::open_known(&database.database)
        .await
        .context("cannot open the database")?;
    let written = maintenance::backup(&db, file).await;
    db.close().await;
    for head in written? {
        println!("{head}");
    }
    println!(
        "written to {}; keep the lines above elsewhere",
        file.display()
    );
    Ok(ExitCode::SUCCESS)
}

pub async fn restore(database: &DatabaseArgs, file: Option<&Path>) -> anyhow::Result<ExitCode> {
    maintenance::restore(&database.database, file, &Clock::system()).await?;
    println!("restored; devices will send again what it does not hold");
    Ok(ExitCode::SUCCESS)
}

/// `heads` is a file in which heads stand that were signed earlier.
pub async fn check(database: &DatabaseArgs, heads: Option<&Path>) -> anyhow::Result<ExitCode> {
    let known = match heads {
        None => Vec::new(),
        Some(file) => {
            let text = std::fs::read_to_string(file)
                .with_context(|| format!("cannot read {}", file.display()))?;
            Head::find(&text).map(str::to_owned).collect()
        }
    };
    if heads.is_some() {
        println!("{} signed heads in the file", known.len());
    }
    let db = Db::open_known(&database.database)
        .await
        .context("cannot open the database")?;
    let found = maintenance::check_with(&db, &known).await;
    let warning = lockbox_warning(&db, &database.database).await;
    let indexes = db.read_once().await?.can_check_indexes().await;
    db.close().await;
    let (found, warning, indexes) = (found?, warning?, indexes?);
    if let Some(warning) = warning {
        println!("{warning}");
    }
    if !indexes {
        println!(
            "PostgreSQL's indexes were not checked: a superuser has to say CREATE EXTENSION amcheck once"
        );
    }
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

async fn lockbox_warning(db: &Db, database: &str) -> anyhow::Result<Option<String>> {
    let own = lockbox::look(database)?;
    let mut tx = db.read().await?;
    Ok(lockbox::warning(&mut tx, database, own.as_ref()).await?)
}
