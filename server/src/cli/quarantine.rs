//! `rekam quarantine`: ops that were put aside, by their ids; what they hold is personal and not shown.

use std::process::ExitCode;

use clap::Subcommand;
use shared::{ids::OpId, sync::OpResult};

use crate::{app::Backend, batch, clock::Clock, config::DatabaseArgs, store::ops};

#[derive(Subcommand)]
pub enum QuarantineCommand {
    /// Lists what was put aside and why
    List,
    /// Decides ops again: one, or all
    Retry { op: Option<OpId> },
    /// Says yes to an op that came after a sign-out, a new password or a lock: the rights of its
    /// account decide
    Approve { op: OpId },
}

pub async fn run(database: &DatabaseArgs, command: QuarantineCommand) -> anyhow::Result<ExitCode> {
    let backend = Backend::open_known(&database.database, Clock::system()).await?;
    let done = match command {
        QuarantineCommand::List => list(&backend).await,
        QuarantineCommand::Retry { op } => retry(&backend, op, false).await,
        QuarantineCommand::Approve { op } => retry(&backend, Some(op), true).await,
    };
    backend.close().await;
    done.map(|()| ExitCode::SUCCESS)
}

async fn list(backend: &Backend) -> anyhow::Result<()> {
    let mut tx = backend.db.read().await?;
    println!(
        "{:<36} {:<20} {:>6} {:<20} device",
        "op", "received", "office", "why"
    );
    for op in ops::quarantined(&mut tx).await? {
        let at = op.received_at.format("%Y-%m-%dT%H:%M:%SZ");
        let (id, office, device) = (op.op_id, op.office.0, op.device);
        println!(
            "{id} {at:<20} {office:>6} {:<20} {device}",
            said(&op.result)
        );
    }
    Ok(())
}

async fn retry(backend: &Backend, op: Option<OpId>, approved: bool) -> anyhow::Result<()> {
    let ids = match op {
        Some(id) => vec![id],
        None => {
            let mut tx = backend.db.read().await?;
            let all = ops::quarantined(&mut tx).await?;
            all.into_iter().map(|op| op.op_id).collect()
        }
    };
    let Backend {
        db,
        clock,
        keys,
        pokes,
        ..
    } = backend;
    let mut any_missing = false;
    for id in ids {
        match batch::retry(db, clock, keys, pokes, id, approved).await? {
            Some(result) => println!("{id} {}", said(&result)),
            None => {
                println!("{id} is not in quarantine, or its content is forgotten");
                any_missing |= op.is_some();
            }
        }
    }
    anyhow::ensure!(!any_missing, "nothing was done");
    Ok(())
}

fn said(result: &OpResult) -> String {
    match result {
        OpResult::Applied { .. } => "applied".to_owned(),
        OpResult::Rejected(problem) => format!("rejected: {problem}"),
        OpResult::Quarantined { code } => code.to_string(),
    }
}
