//! `rekam person`: what a person may ask of those who hold their data (UU 27/2022, art. 5 to 8). Each look
//! and each change stands in the office's audit. A NIK is read from standard input, so that it stays
//! out of the shell's history.

use std::{
    fs,
    io::{self, BufRead, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use clap::Subcommand;
use shared::{
    command::Command,
    ids::{OfficeId, ResidentId},
    person::Nik,
    resident::Draft,
    sync::OpResult,
};

use crate::{
    app::Backend,
    clock::Clock,
    config::DatabaseArgs,
    files,
    maintenance::persons::{self, Held},
    store::{audit, ops},
    system,
};

#[derive(Subcommand)]
pub enum PersonCommand {
    /// Lists the records with a NIK, which is read from standard input
    Find,
    /// Prints all that is held about a person
    Show { id: ResidentId },
    /// Writes all that is held about a person to a file, for your eyes alone
    Export { id: ResidentId, file: PathBuf },
    /// Sets a person's data right. The file holds what `show` prints under `person`, corrected; what it
    /// leaves out is emptied
    Correct { id: ResidentId, file: PathBuf },
    /// Forgets who a person is, at their word; what is counted stays. Nothing of theirs may go on
    Forget { id: ResidentId },
}

pub async fn run(database: &DatabaseArgs, command: PersonCommand) -> anyhow::Result<ExitCode> {
    let backend = Backend::open_known(&database.database, Clock::system()).await?;
    let done = match command {
        PersonCommand::Find => find(&backend).await,
        PersonCommand::Show { id } => show(&backend, id).await,
        PersonCommand::Export { id, file } => export(&backend, id, &file).await,
        PersonCommand::Correct { id, file } => correct(&backend, id, &file).await,
        PersonCommand::Forget { id } => forget(&backend, id).await,
    };
    backend.close().await;
    done.map(|()| ExitCode::SUCCESS)
}

async fn find(backend: &Backend) -> anyhow::Result<()> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    let nik = Nik::parse(line.trim()).context("this is no NIK")?;
    let found = persons::find(&mut backend.db.read().await?, &nik).await?;
    for person in &found {
        note(backend, person.office, "person_found", person.id).await?;
    }
    for person in &found {
        println!("{}  office {}  {}", person.id, person.office, person.name);
    }
    if found.is_empty() {
        println!("nobody with this NIK");
    }
    Ok(())
}

/// All that is held, and the audit says who looked at what.
async fn held(backend: &Backend, id: ResidentId, kind: &str) -> anyhow::Result<Held> {
    let held = persons::held(&mut backend.db.read().await?, id).await?;
    let held = held.context("there is no such person")?;
    note(backend, held.office, kind, id).await?;
    Ok(held)
}

async fn show(backend: &Backend, id: ResidentId) -> anyhow::Result<()> {
    let held = held(backend, id, "person_shown").await?;
    println!("{}", serde_json::to_string_pretty(&held)?);
    Ok(())
}

async fn export(backend: &Backend, id: ResidentId, file: &Path) -> anyhow::Result<()> {
    let cannot = || format!("cannot write {}", file.display());
    // Before it is noted that anything was taken out.
    let mut out = files::create(file).with_context(cannot)?;
    let held = match held(backend, id, "person_exported").await {
        Ok(held) => held,
        Err(error) => {
            fs::remove_file(file).with_context(cannot)?;
            return Err(error);
        }
    };
    out.write_all(serde_json::to_string_pretty(&held)?.as_bytes())
        .with_context(cannot)?;
    println!("written to {}", file.display());
    Ok(())
}

async fn correct(backend: &Backend, id: ResidentId, file: &Path) -> anyhow::Result<()> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let to: Draft = serde_json::from_str(&text).context("this is not a person")?;
    let today = backend.clock.now().date_naive();
    to.birth.map(|birth| birth.not_after(today)).transpose()?;
    let held = held(backend, id, "person_shown").await?;
    let to = Box::new(to);
    say(
        backend,
        held.office,
        Command::CorrectResident { resident: id, to },
    )
    .await?;
    note(backend, held.office, "person_corrected", id).await?;
    println!("set right; a phone that had typed other numbers needs a slip's code now");
    Ok(())
}

async fn forget(backend: &Backend, id: ResidentId) -> anyhow::Result<()> {
    let held = held(backend, id, "person_shown").await?;
    if held.is_open {
        bail!("something of theirs goes on: cancel the booking or close the visit first");
    }
    // First, while the NIK is known: a second try would not find them.
    if let Some(nik) = &held.person.nik {
        let mut tx = backend.db.write().await?;
        ops::forget_payloads_with(&mut tx, nik.as_str()).await?;
        tx.commit().await?;
    }
    let command = Command::ForgetResident {
        resident: id,
        bookings: held.bookings,
        asked: true,
    };
    say(backend, held.office, command).await?;
    note(backend, held.office, "person_forgotten", id).await?;
    println!("forgotten; backups of before still hold it");
    Ok(())
}

async fn say(backend: &Backend, office: OfficeId, command: Command) -> anyhow::Result<()> {
    let Backend {
        db, batcher, clock, ..
    } = backend;
    let answers = system::say(db, batcher, clock, office, vec![command]).await?;
    match answers.first().map(|answer| &answer.result) {
        Some(OpResult::Applied { .. }) => Ok(()),
        Some(OpResult::Rejected(problem)) => bail!("not done: {}", problem.code),
        other => bail!("not done: {other:?}"),
    }
}

/// Looks are noted before anything is told, and deeds once they are done.
async fn note(
    backend: &Backend,
    office: OfficeId,
    kind: &str,
    id: ResidentId,
) -> anyhow::Result<()> {
    let now = backend.clock.now();
    let mut tx = backend.db.write().await?;
    audit::note_cli(&mut tx, office, now, kind, id.to_string()).await?;
    Ok(tx.commit().await?)
}
