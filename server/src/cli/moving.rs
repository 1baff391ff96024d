//! `rekam move`: to PostgreSQL when an office outgrows SQLite, and back.

use std::{process::ExitCode, time::Instant};

use anyhow::Context;

use crate::{
    config::DatabaseArgs,
    lockbox,
    maintenance::moving::{self, MoveError, Moved, Step},
    store::{self, Db},
};

pub async fn run(database: &DatabaseArgs, to: &str) -> anyhow::Result<ExitCode> {
    if store::is_same(&database.database, to) {
        return Err(MoveError::Same.into());
    }
    let source = Db::open_known_alone(&database.database)
        .await
        .context("cannot open the database to move")?;
    let target = Db::open_alone(to)
        .await
        .context("cannot open the database to move to")?;
    // Before anything is moved: a key that cannot be read must not end the command half way.
    let warning = lockbox::moving(&database.database, to)?;
    let moved = moving::transfer(&source, &target, tell()).await;
    target.close().await;
    source.close().await;
    let moved = moved?;
    if let Some(warning) = warning {
        println!("{warning}");
    }
    match moved {
        Moved::Before { rows } => println!("{rows} rows are there already, all alike"),
        Moved::Now { rows, findings } => {
            for finding in findings {
                println!("as in the source: {finding}");
            }
            println!(
                "{rows} rows moved; serve with the new address from now on, and put the old database away"
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Says how far it has come, often enough to see that it goes on.
fn tell() -> impl FnMut(Step<'_>) {
    let began = Instant::now();
    let (mut last, mut of) = (Instant::now(), String::new());
    move |step| {
        let seconds = began.elapsed().as_secs();
        match step {
            Step::Copying { table, rows } => {
                if of == table && last.elapsed().as_secs() < 2 {
                    return;
                }
                table.clone_into(&mut of);
                println!("{seconds:>5} s  {table}: {rows} rows");
            }
            Step::Comparing { table } => println!("{seconds:>5} s  {table}: comparing"),
            Step::CheckingSource => println!("{seconds:>5} s  checking the source"),
            Step::CheckingTarget => println!("{seconds:>5} s  checking the target"),
        }
        last = Instant::now();
    }
}
