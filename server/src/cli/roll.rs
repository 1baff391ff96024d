//! `rekam roll`: an office's roll in from a spreadsheet, and out.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use clap::Subcommand;
use shared::{
    ids::OfficeId,
    office::Office,
    region::RegionCode,
    roll::{Columns, Progress},
    row::Key,
};
use tokio::sync::mpsc;

use crate::{
    app::Backend,
    clock::Clock,
    config::DatabaseArgs,
    files,
    roll::{self, Through},
    store::{audit, rows},
};

#[derive(Subcommand)]
pub enum RollCommand {
    /// Enters an XLSX or CSV file, as a whole; lines that cannot be taken are listed
    Import {
        file: PathBuf,
        #[arg(long)]
        office: i64,
        /// The kelurahan of a list without a column for it, by its code
        #[arg(long, value_parser = code)]
        kelurahan: Option<RegionCode>,
        /// The sheet of a workbook that has several
        #[arg(long)]
        sheet: Option<String>,
    },
    /// Writes the roll as CSV, for your eyes alone; the office's audit says so
    Export {
        file: PathBuf,
        #[arg(long)]
        office: i64,
    },
}

fn code(text: &str) -> Result<RegionCode, String> {
    RegionCode::parse(text).map_err(|error| error.to_string())
}

pub async fn run(database: &DatabaseArgs, command: RollCommand) -> anyhow::Result<ExitCode> {
    let backend = Backend::open_known(&database.database, Clock::system()).await?;
    let done = match command {
        RollCommand::Import {
            file,
            office,
            kelurahan,
            sheet,
        } => import(&backend, &file, OfficeId(office), kelurahan, sheet).await,
        RollCommand::Export { file, office } => export(&backend, &file, OfficeId(office)).await,
    };
    backend.close().await;
    done
}

async fn office(backend: &Backend, id: OfficeId) -> anyhow::Result<Office> {
    let mut tx = backend.db.read().await?;
    let office = rows::get(&mut tx, id, Key::office(id)).await?;
    office.with_context(|| format!("there is no office {id}"))
}

async fn import(
    backend: &Backend,
    file: &PathBuf,
    id: OfficeId,
    kelurahan: Option<RegionCode>,
    sheet: Option<String>,
) -> anyhow::Result<ExitCode> {
    let office = office(backend, id).await?;
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let table = roll::open(&bytes, sheet.as_deref())?;
    if table.asks_sheet {
        let names = table.sheets.iter().map(|sheet| sheet.name.as_str());
        let names: Vec<&str> = names.collect();
        bail!(
            "say with --sheet which sheet is the list: {}",
            names.join(", ")
        );
    }
    let columns = Columns {
        all_of: kelurahan,
        ..Columns::guess(&table.heads)
    };
    if let Some(missing) = columns.missing().first() {
        bail!("no column is headed {:?}", missing.head());
    }
    let (steps, mut told) = mpsc::channel(4);
    let telling = tokio::spawn(async move {
        while let Some(step) = told.recv().await {
            match step {
                Progress::Comparing { people } => println!("{people} people read"),
                Progress::Saving { people } => println!("{people} new or changed"),
                _ => {}
            }
        }
    });
    let through = Through {
        db: &backend.db,
        batcher: &backend.batcher,
        clock: &backend.clock,
    };
    let imported = roll::import(through, &office, None, table, columns, &steps).await?;
    drop(steps);
    telling.await?;
    for error in &imported.errors {
        println!(
            "line {}: {} {}",
            error.line,
            error.column.head(),
            error.code
        );
    }
    for hint in &imported.hints {
        println!(
            "{} of {} people not taken: {}, from line {} on",
            hint.column.head(),
            hint.lines,
            hint.code,
            hint.first
        );
    }
    for left in &imported.left_out {
        println!(
            "line {}: below the list, left out: {}",
            left.line, left.text
        );
    }
    let done = imported.enrolled;
    println!(
        "{} entered, {} changed, {} as before, {} lines twice, {} not taken",
        done.entered, done.changed, done.same, imported.twice, imported.wrong
    );
    Ok(match imported.wrong {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

async fn export(backend: &Backend, file: &Path, id: OfficeId) -> anyhow::Result<ExitCode> {
    let office = office(backend, id).await?;
    let cannot = || format!("cannot write {}", file.display());
    // Before it is noted that anything was taken out.
    let mut out = files::create(file).with_context(cannot)?;
    let residents = roll::residents(&mut backend.db.read().await?, id).await?;
    let mut tx = backend.db.write().await?;
    let said = format!("{} residents", residents.len());
    audit::note_cli(&mut tx, id, backend.clock.now(), "export_roll", said).await?;
    tx.commit().await?;
    out.write_all(roll::export(&office, &residents)?.as_ref())
        .with_context(cannot)?;
    println!("{} residents written", residents.len());
    Ok(ExitCode::SUCCESS)
}
