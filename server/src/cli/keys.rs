//! `rekam keys`: the keys that sign tickets. Secrets are not shown.

use std::process::ExitCode;

use anyhow::Context;
use chrono::{DateTime, Utc};
use clap::Subcommand;

use crate::{
    app::fresh,
    clock::Clock,
    config::DatabaseArgs,
    ring::{Duty, Ring, signs_from},
    store::{Db, Tx, audit, clocks, meta, rows},
};

#[derive(Subcommand)]
pub enum KeysCommand {
    /// Lists the keys and what each does
    List,
    /// Makes a new key, while the server runs. Tablets learn of it first; it signs after a week, or after
    /// the days that an office may work without a network; tickets of the old key stay good
    Rotate {
        /// The old key is in wrong hands: the new one signs within seconds, and the old key's tickets are not
        /// accepted any more; at the desk their code is typed instead
        #[arg(long)]
        leaked: bool,
    },
}

pub async fn run(database: &DatabaseArgs, command: KeysCommand) -> anyhow::Result<ExitCode> {
    let db = Db::open_known(&database.database)
        .await
        .context("cannot open the database")?;
    let now = Clock::system().now();
    let done = match command {
        KeysCommand::List => list(&db, now).await,
        KeysCommand::Rotate { leaked } => rotate(&db, now, leaked).await,
    };
    db.close().await;
    done.map(|()| ExitCode::SUCCESS)
}

async fn list(db: &Db, now: DateTime<Utc>) -> anyhow::Result<()> {
    let mut tx = db.write().await?;
    let ring = meta::ring(&mut tx, fresh()?).await?;
    tx.commit().await?;
    print(&ring, now);
    Ok(())
}

async fn rotate(db: &Db, now: DateTime<Utc>, leaked: bool) -> anyhow::Result<()> {
    let mut tx = db.write().await?;
    let mut ring = meta::ring(&mut tx, fresh()?).await?;
    let old = ring.signing(now);
    let offices = rows::offices(&mut tx).await?;
    let from = match leaked {
        true => now,
        false => signs_from(&offices, now),
    };
    let new = ring.add(&fresh()?, now, from);
    note(&mut tx, now, "ticket_key_added", new).await?;
    if let Some(old) = old.filter(|_| leaked) {
        ring.drop(old, now)?;
        note(&mut tx, now, "ticket_key_dropped", old).await?;
    }
    meta::save_ring(&mut tx, &ring).await?;
    tx.commit().await?;
    print(&ring, now);
    Ok(())
}

async fn note(tx: &mut Tx, now: DateTime<Utc>, kind: &str, id: u8) -> anyhow::Result<()> {
    Ok(audit::note_cli(tx, clocks::DEPLOYMENT, now, kind, id.to_string()).await?)
}

fn print(ring: &Ring, now: DateTime<Utc>) {
    let day = |at: DateTime<Utc>| at.format("%Y-%m-%dT%H:%MZ");
    for (id, duty) in ring.duties(now) {
        match duty {
            Duty::SignsFrom(at) => println!("{id:>3}  signs from {}", day(at)),
            Duty::Signs => println!("{id:>3}  signs"),
            Duty::AcceptedUntil(at) => println!("{id:>3}  accepted until {}", day(at)),
            Duty::Over => println!("{id:>3}  over"),
        }
    }
}
