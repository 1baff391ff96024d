//! `rekam device`: devices on which staff have signed in. A lost one is locked: it wipes itself at its
//! next contact, after it has sent what it still holds.

use std::process::ExitCode;

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use clap::Subcommand;
use shared::{
    command::Command,
    ids::{DeviceId, OfficeId},
    lease::Tablet,
    row::{Entity, Of},
    sync::OpResult,
};

use crate::{
    app::Backend,
    clock::Clock,
    config::DatabaseArgs,
    store::{
        devices::{self, StaffDevice},
        rows,
    },
    system,
};

#[derive(Subcommand)]
pub enum DeviceCommand {
    /// Lists the devices of all offices or of one: who has signed in there, and the last contact
    List {
        #[arg(long)]
        office: Option<i64>,
    },
    /// Locks a device: facts from before are taken in and marked, all else is put aside, and its data
    /// goes at the next contact
    Revoke {
        device: DeviceId,
        /// Unlock it again
        #[arg(long)]
        undo: bool,
    },
}

pub async fn run(database: &DatabaseArgs, command: DeviceCommand) -> anyhow::Result<ExitCode> {
    let backend = Backend::open_known(&database.database, Clock::system()).await?;
    let done = match command {
        DeviceCommand::List { office } => list(&backend, office.map(OfficeId)).await,
        DeviceCommand::Revoke { device, undo } => lock(&backend, device, !undo).await,
    };
    backend.close().await;
    done.map(|()| ExitCode::SUCCESS)
}

async fn list(backend: &Backend, office: Option<OfficeId>) -> anyhow::Result<()> {
    let mut tx = backend.db.read().await?;
    println!(
        "{:<36} {:>6} {:<4} {:<20} {:<20} accounts",
        "device", "office", "", "last contact", "locked"
    );
    for device in devices::list_staff(&mut tx, office).await? {
        let tablets = rows::all(&mut tx, device.office, Entity::Tablet).await?;
        let mut tablets = tablets.iter().filter_map(Tablet::of);
        let tablet = tablets.find(|tablet| tablet.id == device.id);
        let letters = tablet.map_or("", |tablet| tablet.letters.as_str());
        let names: Vec<&str> = device.people.iter().map(|p| p.1.as_str()).collect();
        println!(
            "{} {:>6} {letters:<4} {:<20} {:<20} {}",
            device.id,
            device.office,
            time(device.last_contact),
            locked(&device),
            names.join(" ")
        );
    }
    Ok(())
}

fn time(at: Option<DateTime<Utc>>) -> String {
    at.map(|at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string())
        .unwrap_or_default()
}

fn locked(device: &StaffDevice) -> String {
    match (device.locked, device.locked_at) {
        (false, _) => String::new(),
        (true, None) => "yes".to_owned(),
        (true, at) => time(at),
    }
}

async fn lock(backend: &Backend, device: DeviceId, locked: bool) -> anyhow::Result<()> {
    let mut tx = backend.db.read().await?;
    let known = devices::list_staff(&mut tx, None).await?;
    drop(tx);
    let known = known.into_iter().find(|known| known.id == device);
    let office = known.context("nobody of staff has signed in on such a device")?;
    let Backend {
        db, batcher, clock, ..
    } = backend;
    let command = Command::LockDevice { device, locked };
    let answers = system::say(db, batcher, clock, office.office, vec![command]).await?;
    match answers.first().map(|answer| &answer.result) {
        Some(OpResult::Applied { .. }) if locked => println!("{device} is locked"),
        Some(OpResult::Applied { .. }) => println!("{device} is unlocked"),
        other => bail!("not done: {other:?}"),
    }
    Ok(())
}
