//! `rekam office`: an office's calendar and settings, as JSON. A new office starts from one that is
//! shown, mended in an editor and set again.

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context, bail};
use clap::Subcommand;
use serde_json::Value;
use shared::{
    command::Command, ids::OfficeId, office::Office, row::Key, sop::pin::USUAL_MINUTES,
    sync::OpResult,
};

use crate::{app::Backend, clock::Clock, config::DatabaseArgs, store::rows, system};

#[derive(Subcommand)]
pub enum OfficeCommand {
    /// Lists the offices
    List,
    /// Prints an office as JSON
    Show { office: i64 },
    /// Sets an office from a JSON file, new or known
    Set { file: PathBuf },
}

pub async fn run(database: &DatabaseArgs, command: OfficeCommand) -> anyhow::Result<ExitCode> {
    let (url, clock) = (&database.database, Clock::system());
    // To set one is how an office begins.
    let backend = match &command {
        OfficeCommand::Set { .. } => Backend::open(url, clock).await?,
        OfficeCommand::List | OfficeCommand::Show { .. } => Backend::open_known(url, clock).await?,
    };
    let done = match command {
        OfficeCommand::List => list(&backend).await,
        OfficeCommand::Show { office } => show(&backend, OfficeId(office)).await,
        OfficeCommand::Set { file } => set(&backend, &file).await,
    };
    backend.close().await;
    done.map(|()| ExitCode::SUCCESS)
}

async fn list(backend: &Backend) -> anyhow::Result<()> {
    let mut tx = backend.db.read().await?;
    for office in rows::offices(&mut tx).await? {
        println!(
            "{:>6}  {}  {}",
            office.id,
            office.region.dotted(),
            office.name
        );
    }
    Ok(())
}

async fn show(backend: &Backend, id: OfficeId) -> anyhow::Result<()> {
    let mut tx = backend.db.read().await?;
    let office: Option<Office> = rows::get(&mut tx, id, Key::office(id)).await?;
    let office = office.with_context(|| format!("there is no office {id}"))?;
    println!("{}", serde_json::to_string_pretty(&office)?);
    Ok(())
}

async fn set(backend: &Backend, file: &PathBuf) -> anyhow::Result<()> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let said: Value = serde_json::from_str(&text).context("this is not JSON")?;
    let says_minutes = said.pointer("/settings/pin_after_minutes").is_some();
    let office: Office = serde_json::from_value(said).context("this is not an office")?;
    let mut office = office.checked().context("this office cannot be set")?;
    let (id, name) = (office.id, office.name.clone());
    if id.0 < 1 {
        bail!("an office's id is 1 or more");
    }
    let mut tx = backend.db.read().await?;
    let known: Option<Office> = rows::get(&mut tx, id, Key::office(id)).await?;
    drop(tx);
    if known.is_none() && !says_minutes {
        // Offices of before go on as they are; the file of a new one may say otherwise, or `null`.
        office.settings.pin_after_minutes = Some(USUAL_MINUTES);
        println!("operators' screens lock after {USUAL_MINUTES} idle minutes");
    }
    let command = Command::SetOffice {
        office: Box::new(office),
    };
    let Backend {
        db, batcher, clock, ..
    } = backend;
    let answers = system::say(db, batcher, clock, id, vec![command]).await?;
    match answers.first().map(|answer| &answer.result) {
        Some(OpResult::Applied { .. }) => println!("{name} is set"),
        other => bail!("not set: {other:?}"),
    }
    Ok(())
}
