//! What time alone causes. The office itself says it, through a device of its own, and it is decided
//! like everything else. Also the way in for set-up from the command line.

use crate::{
    batch::{BatchError, Batcher, Submission, Via},
    clock::Clock,
    store::{Db, StoreError, devices, rows},
};
use chrono::{DateTime, TimeDelta, Utc};
use shared::{
    booking::Booking,
    command::Command,
    envelope::{Actor, Envelope, Head},
    ids::{DeviceId, OfficeId, OpId},
    lease::Tablet,
    office::Office,
    row::{Entity, Of},
    sync::{OpAnswer, PUSH_OPS},
};
use std::time::Duration;
use uuid::Uuid;

const EVERY: Duration = Duration::from_secs(60);
/// A tablet that was silent for longer holds nothing back: what it had is hidden from it by then.
const SILENT: TimeDelta = TimeDelta::days(7);
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

/// Looks every minute at what time has brought about, until it is dropped or aborted.
pub async fn run(db: Db, batcher: Batcher, clock: Clock) {
    let mut minute = tokio::time::interval(EVERY);
    loop {
        minute.tick().await;
        if let Err(error) = tick(&db, &batcher, &clock).await {
            tracing::warn!(%error, "what time brings about could not be decided; next minute again");
        }
    }
}

/// Looks once. Returns how many bookings were marked as missed.
///
/// # Errors
/// When the database does not answer; the next look makes up for it.
pub async fn tick(db: &Db, batcher: &Batcher, clock: &Clock) -> Result<usize, SystemError> {
    let mut tx = db.read().await?;
    let offices = rows::offices(&mut tx).await?;
    drop(tx);
    let mut marked = 0;
    for office in offices {
        let missed = missed(db, clock.now(), &office).await?;
        if missed.is_empty() {
            continue;
        }
        let answers = submit(db, batcher, clock, office.id, &missed).await?;
        marked += answers.iter().filter(|a| !a.replayed).count();
    }
    Ok(marked)
}

/// Confirmed bookings whose slot and grace have passed, as far as the office's tablets can have told
/// of arrivals.
async fn missed(
    db: &Db,
    now: DateTime<Utc>,
    office: &Office,
) -> Result<Vec<(OpId, Command)>, StoreError> {
    let mut tx = db.read().await?;
    let known_until = heard_until(&mut tx, office.id, now).await?;
    let today = office.today(now);
    let open = rows::open_until(&mut tx, office.id, Entity::Booking, today).await?;
    let is_missed = |booking: &&Booking| {
        booking
            .slot
            .is_some_and(|slot| office.absent_from(slot) < known_until)
    };
    let command = |booking: &Booking| {
        // The same id from every instance; another one when the booking was moved meanwhile.
        let name = format!("no-show/{:?}", booking.slot);
        let id = OpId(Uuid::new_v5(&booking.id.0, name.as_bytes()));
        let booking = booking.id;
        (id, Command::MarkNoShow { booking })
    };
    let missed = open.iter().filter_map(Booking::of).filter(is_missed);
    Ok(missed.map(command).collect())
}

/// Until when every tablet of the office has told what happened there; now, if it has none.
async fn heard_until(
    tx: &mut crate::store::Tx,
    office: OfficeId,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, StoreError> {
    let tablets = rows::all(tx, office, Entity::Tablet).await?;
    let ids: Vec<DeviceId> = tablets
        .iter()
        .filter_map(Tablet::of)
        .map(|t| t.id)
        .collect();
    if ids.is_empty() {
        return Ok(now);
    }
    let contacts = devices::contacts(tx, &ids).await?;
    let heard = contacts.into_values().flatten();
    Ok(heard
        .filter(|at| *at > now - SILENT)
        .min()
        .map_or(now, |at| at.min(now)))
}
