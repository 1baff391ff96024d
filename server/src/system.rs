//! What time alone causes. The office itself says it, through a device of its own, and it is decided
//! like everything else. Also the way in for set-up from the command line.

mod allot;
mod follow;
mod missed;
mod offers;
mod phones;
mod replan;
mod rounds;

use crate::{
    batch::{BatchError, Batcher, Room, Submission, Via},
    clock::Clock,
    failures::Failures,
    pokes::{Poke, Pokes},
    store::{Db, StoreError, Tx, clocks, devices, ops, rows},
};
use chrono::{DateTime, TimeDelta, Timelike, Utc};
use shared::{
    command::Command,
    envelope::{Actor, Envelope, Head},
    ids::{DeviceId, OfficeId, OpId},
    office::Office,
    row::Key,
    sync::{OpAnswer, PUSH_OPS},
};
use std::{collections::BTreeSet, time::Duration};
use tokio::sync::broadcast;

const EVERY: Duration = Duration::from_secs(60);
/// Changes of an office's days within this time are looked at together.
const GATHER: Duration = Duration::from_secs(1);
/// Tries when another instance spoke for the office at the same time.
const TRIES: usize = 5;

/// Why the office could not speak.
#[derive(Debug, thiserror::Error)]
pub enum SystemError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Batch(#[from] BatchError),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error("others spoke for the office at the same time")]
    Contended,
}

/// Gives commands on behalf of an office and returns their answers in order. The same op id is
/// answered as before.
///
/// # Errors
/// When the batcher does not take them.
pub async fn submit(
    db: &Db,
    batcher: &Batcher,
    clock: &Clock,
    office: OfficeId,
    commands: &[(OpId, Command)],
) -> Result<Vec<OpAnswer>, SystemError> {
    submit_by(PUSH_OPS, db, batcher, clock, office, commands).await
}

/// As [`submit`], in one transaction however many there are.
///
/// # Errors
/// As [`submit`]; nothing was taken then.
pub async fn submit_together(
    db: &Db,
    batcher: &Batcher,
    clock: &Clock,
    office: OfficeId,
    commands: &[(OpId, Command)],
) -> Result<Vec<OpAnswer>, SystemError> {
    submit_by(commands.len().max(1), db, batcher, clock, office, commands).await
}

async fn submit_by(
    at_once: usize,
    db: &Db,
    batcher: &Batcher,
    clock: &Clock,
    office: OfficeId,
    commands: &[(OpId, Command)],
) -> Result<Vec<OpAnswer>, SystemError> {
    let device = DeviceId::system(office);
    let mut answers = Vec::with_capacity(commands.len());
    for chunk in commands.chunks(at_once) {
        let mut tries = 0;
        let mut left = chunk;
        while !left.is_empty() {
            let mut tx = db.read().await?;
            let last = devices::last_seq(&mut tx, device).await?;
            drop(tx);
            let now = clock.now();
            let mut ops = Vec::with_capacity(left.len());
            for (seq, (op_id, command)) in (last + 1..).zip(left) {
                let head = Head {
                    op_id: *op_id,
                    device_id: device,
                    seq,
                    office,
                    actor: Actor::System,
                    device_time: now,
                };
                ops.push(serde_json::to_value(Envelope::new(head, command)?)?);
            }
            let pushed = batcher
                .submit(Submission {
                    device,
                    via: Via::System,
                    sent_at: now,
                    declare_gap: false,
                    room: Room::ALL,
                    new: None,
                    ops,
                })
                .await?;
            left = left.get(pushed.results.len()..).unwrap_or_default();
            answers.extend(pushed.results);
            tries += 1;
            if !left.is_empty() && tries >= TRIES {
                return Err(SystemError::Contended);
            }
        }
    }
    Ok(answers)
}

/// Gives new commands on behalf of an office.
///
/// # Errors
/// As [`submit`].
pub async fn say(
    db: &Db,
    batcher: &Batcher,
    clock: &Clock,
    office: OfficeId,
    commands: Vec<Command>,
) -> Result<Vec<OpAnswer>, SystemError> {
    let commands: Vec<(OpId, Command)> = commands
        .into_iter()
        .map(|command| (OpId(clock.new_id()), command))
        .collect();
    submit(db, batcher, clock, office, &commands).await
}

/// Looks every minute at what time has brought about, and within a second at an office whose days have
/// changed, until it is dropped or aborted.
pub async fn run(db: Db, batcher: Batcher, clock: Clock, pokes: Pokes) {
    let mut minute = tokio::time::interval(EVERY);
    let mut heard = pokes.subscribe();
    loop {
        let looked = tokio::select! {
            _ = minute.tick() => tick(&db, &batcher, &clock).await,
            offices = changed(&mut heard) => look_at(&db, &batcher, &clock, offices).await,
        };
        if let Err(error) = looked {
            tracing::warn!(%error, "what time brings about could not be decided; next minute again");
        }
    }
}

/// Waits until the days of an office change, then gathers for a moment what changes with them. The look of
/// every minute finds what is missed here.
async fn changed(heard: &mut broadcast::Receiver<Poke>) -> BTreeSet<OfficeId> {
    let mut offices = BTreeSet::new();
    while offices.is_empty() {
        match heard.recv().await {
            Ok(poke) => offices.extend(poke.calendar.then_some(poke.office)),
            Err(broadcast::error::RecvError::Lagged(_)) => {}
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }
    tokio::time::sleep(GATHER).await;
    while let Ok(poke) = heard.try_recv() {
        offices.extend(poke.calendar.then_some(poke.office));
    }
    offices
}

/// Looks once at every office and cause, whatever becomes of the others. Returns how many commands were
/// given.
///
/// # Errors
/// The first failure; the next look makes up for it.
pub async fn tick(db: &Db, batcher: &Batcher, clock: &Clock) -> Result<usize, SystemError> {
    let mut tx = db.read().await?;
    let offices = clocks::all(&mut tx).await?;
    drop(tx);
    let offices = offices.into_iter().map(|of| of.office).collect();
    look_at(db, batcher, clock, offices).await
}

async fn look_at(
    db: &Db,
    batcher: &Batcher,
    clock: &Clock,
    offices: BTreeSet<OfficeId>,
) -> Result<usize, SystemError> {
    let (mut given, mut failures) = (0, Failures::of("tick"));
    for office in offices {
        let found = get_office(db, office).await;
        let found = failures.take(format_args!("office {office}"), found);
        let Some(found) = found else { continue };
        for cause in Cause::ALL {
            let done = look(db, batcher, clock, &found, cause).await;
            given += failures.take(format_args!("office {office}, {cause:?}"), done);
        }
    }
    failures.end(given)
}

async fn get_office(db: &Db, office: OfficeId) -> Result<Option<Office>, SystemError> {
    let mut tx = db.read().await?;
    Ok(rows::get(&mut tx, office, Key::office(office)).await?)
}

/// Gives the commands of one cause at one office. Returns how many.
async fn look(
    db: &Db,
    batcher: &Batcher,
    clock: &Clock,
    office: &Office,
    cause: Cause,
) -> Result<usize, SystemError> {
    let mut tx = db.read().await?;
    let mut due = cause.due(&mut tx, clock.now(), office).await?;
    if due.is_empty() {
        return Ok(0);
    }
    // What was said and came to nothing is not said again.
    let ids: Vec<OpId> = due.iter().map(|(id, _)| *id).collect();
    let said = ops::said_by(&mut tx, DeviceId::system(office.id), &ids).await?;
    due.retain(|(id, _)| !said.contains(id));
    drop(tx);
    if due.is_empty() {
        return Ok(0);
    }
    let answers = submit(db, batcher, clock, office.id, &due).await?;
    Ok(answers.iter().filter(|a| !a.replayed).count())
}

/// For so long after the calendar changed, what it took away is looked for every minute; after that, every hour.
const LATELY: TimeDelta = TimeDelta::days(1);

/// Whether to look for people whose slot the calendar has no room for any more.
async fn may_have_shrunk(
    tx: &mut Tx,
    now: DateTime<Utc>,
    office: &Office,
) -> Result<bool, StoreError> {
    Ok(now.minute() == 0 || rows::changed_since(tx, office.id, now - LATELY).await?)
}

/// What time brings about, in the order in which it is looked at: each sees what the one before did.
#[derive(Clone, Copy, Debug)]
enum Cause {
    Missed,
    EndedOffers,
    Follow,
    Beyond,
    Replan,
    Allot,
    Rounds,
    Phones,
}

impl Cause {
    const ALL: [Self; 8] = [
        Self::Missed,
        Self::EndedOffers,
        Self::Follow,
        Self::Beyond,
        Self::Replan,
        Self::Allot,
        Self::Rounds,
        Self::Phones,
    ];

    async fn due(
        self,
        tx: &mut Tx,
        now: DateTime<Utc>,
        office: &Office,
    ) -> Result<Vec<(OpId, Command)>, StoreError> {
        match self {
            Self::Missed => missed::due(tx, now, office).await,
            Self::EndedOffers => offers::ended(tx, now, office).await,
            Self::Follow => follow::due(tx, now, office).await,
            Self::Beyond => offers::beyond(tx, now, office).await,
            Self::Replan => replan::due(tx, now, office).await,
            Self::Allot => allot::due(tx, now, office).await,
            Self::Rounds => rounds::due(tx, now, office).await,
            Self::Phones => phones::due(tx, now, office).await,
        }
    }
}
