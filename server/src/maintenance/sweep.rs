//! Retention: forgets what is no longer needed, in small transactions that other work goes between.

use crate::{
    batch::Batcher,
    clock::Clock,
    failures::Failures,
    store::{
        Db, StoreError, clocks, ops, retention, rows, sessions,
        standing::{self, Standing},
    },
    system::{self, SystemError},
};
use chrono::{DateTime, Utc};
use shared::{
    command::Command,
    ids::{OfficeId, OpId, ResidentId},
    resident::Resident,
    row::{Key, Of},
    sop::retention::{
        answers_until, names_until, payloads_until, sessions_until, strangers_until,
        tombstones_until,
    },
    sync::{OpResult, PUSH_OPS},
};
use uuid::Uuid;

/// Rows that are gone, in one transaction.
const GONE: i64 = 500;

/// Devices or answers, in one transaction.
const TOGETHER: u64 = 500;
const OPS_TOGETHER: usize = 500;

/// How much was forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    pub payloads: u64,
    pub sessions: u64,
    /// Residents of whom only what is counted stays.
    pub residents: u64,
    /// Rows that were gone.
    pub gone: u64,
    /// Devices of which nothing became.
    pub strangers: u64,
    /// Answers to ops without effect.
    pub answers: u64,
}

/// Forgets what is past its time, whatever becomes of the parts. What is forgotten already is not looked at
/// again.
///
/// # Errors
/// The first failure; what was forgotten stays so.
pub async fn sweep(db: &Db, batcher: &Batcher, clock: &Clock) -> Result<Swept, SystemError> {
    let now = clock.now();
    let mut failures = Failures::of("sweep");
    let old = forget_old(db, now).await.map_err(SystemError::from);
    let (payloads, sessions) = failures.take("payloads and sessions", old);
    let strangers = forget_strangers(db, now, strangers_until(now), u64::MAX).await;
    let answers = forget_answers(db, now).await;
    let mut swept = Swept {
        payloads,
        sessions,
        strangers: failures.take("strangers", strangers.map_err(SystemError::from)),
        answers: failures.take("answers", answers.map_err(SystemError::from)),
        ..Swept::default()
    };
    let mut tx = db.read().await?;
    let offices = clocks::all(&mut tx).await?;
    drop(tx);
    for office in offices.into_iter().map(|clock| clock.office) {
        let residents = forget_residents(db, batcher, clock, office).await;
        swept.residents += failures.take(format_args!("office {office}, residents"), residents);
        let gone = forget_gone(db, now, office).await;
        let gone = gone.map_err(SystemError::from);
        swept.gone += failures.take(format_args!("office {office}, rows that are gone"), gone);
    }
    failures.end(swept)
}

/// What ops said, and sessions.
async fn forget_old(db: &Db, now: DateTime<Utc>) -> Result<(u64, u64), StoreError> {
    let mut tx = db.write().await?;
    let payloads = ops::forget_payloads(&mut tx, payloads_until(now)).await?;
    let sessions = sessions::forget(&mut tx, sessions_until(now)).await?;
    tx.commit().await?;
    Ok((payloads, sessions))
}

async fn forget_answers(db: &Db, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let mut forgotten = 0;
    loop {
        let mut tx = db.write().await?;
        let gone = standing::forget_answers(&mut tx, answers_until(now), TOGETHER).await?;
        tx.commit().await?;
        forgotten += gone;
        if gone == 0 {
            return Ok(forgotten);
        }
    }
}

async fn forget_gone(db: &Db, now: DateTime<Utc>, office: OfficeId) -> Result<u64, StoreError> {
    let mut forgotten = 0;
    loop {
        let mut tx = db.write().await?;
        let gone = retention::forget_gone(&mut tx, office, tombstones_until(now), GONE).await?;
        tx.commit().await?;
        forgotten += gone;
        if gone == 0 {
            return Ok(forgotten);
        }
    }
}

/// How much is kept of what others than staff leave without any effect.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Devices, with the answers to what they sent.
    pub devices: u64,
    /// Ops that were put aside, with what they said.
    pub payloads: u64,
    /// The same of phones of verified people.
    pub payloads_of_known: u64,
    /// Answers to ops without effect, of all devices but staff's.
    pub answers: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            devices: 100_000,
            payloads: 5_000,
            payloads_of_known: 20_000,
            answers: 200_000,
        }
    }
}

/// Forgets what others than staff left without any effect, the oldest first, as far as it is above the bounds.
/// Returns how many devices that were.
///
/// # Errors
/// When the database refuses; what was forgotten until then stays so.
pub async fn bound(db: &Db, now: DateTime<Utc>, bounds: Bounds) -> Result<u64, StoreError> {
    let mut tx = db.read().await?;
    let strangers = Standing::Stranger..=Standing::Heard;
    let known = Standing::Known..=Standing::Known;
    let mut above = standing::payloads_above(&mut tx, strangers, bounds.payloads).await?;
    above.extend(standing::payloads_above(&mut tx, known, bounds.payloads_of_known).await?);
    drop(tx);
    for ops in above.chunks(OPS_TOGETHER) {
        let mut tx = db.write().await?;
        standing::forget_payloads(&mut tx, ops).await?;
        tx.commit().await?;
    }
    loop {
        let mut tx = db.read().await?;
        let above = standing::answers_above(&mut tx, bounds.answers, TOGETHER).await?;
        drop(tx);
        if above.is_empty() {
            break;
        }
        let mut tx = db.write().await?;
        standing::forget_answers_to(&mut tx, &above).await?;
        tx.commit().await?;
    }
    let mut tx = db.read().await?;
    let above = standing::strangers(&mut tx)
        .await?
        .saturating_sub(bounds.devices);
    drop(tx);
    forget_strangers(db, now, now, above).await
}

async fn forget_strangers(
    db: &Db,
    now: DateTime<Utc>,
    before: DateTime<Utc>,
    most: u64,
) -> Result<u64, StoreError> {
    let mut forgotten = 0;
    while forgotten < most {
        let mut tx = db.write().await?;
        let limit = TOGETHER.min(most - forgotten);
        let gone = standing::forget(&mut tx, now, before, limit).await?;
        tx.commit().await?;
        forgotten += gone;
        if gone == 0 {
            break;
        }
    }
    Ok(forgotten)
}

/// The office says of everybody whose last booking and visit ended long ago that they are to be
/// forgotten: decided, audited and pulled like all else.
async fn forget_residents(
    db: &Db,
    batcher: &Batcher,
    clock: &Clock,
    office: OfficeId,
) -> Result<u64, SystemError> {
    let before = names_until(clock.now());
    let (mut forgotten, mut after) = (0, None);
    loop {
        let limit = i64::try_from(PUSH_OPS).unwrap_or(i64::MAX);
        let mut tx = db.read().await?;
        let mut found = retention::forgettable(&mut tx, office, before, after, limit).await?;
        after = found.keys().next_back().copied();
        if after.is_none() {
            return Ok(forgotten);
        }
        let keys: Vec<Key> = found.keys().copied().map(Key::from).collect();
        let rows = rows::load(&mut tx, office, &keys).await?;
        drop(tx);
        let waits = |resident: &Resident| resident.active.is_some();
        for row in rows.iter().filter_map(|(_, row)| row.as_ref()) {
            if let Some(resident) = Resident::of(row).filter(|r| waits(r)) {
                found.remove(&resident.id);
            }
        }
        let commands: Vec<_> = found
            .into_iter()
            .map(|(resident, bookings)| {
                let id = op_id(resident, clock.now());
                let asked = false;
                (
                    id,
                    Command::ForgetResident {
                        resident,
                        bookings,
                        asked,
                    },
                )
            })
            .collect();
        let answers = system::submit(db, batcher, clock, office, &commands).await?;
        let applied = |result: &OpResult| matches!(result, OpResult::Applied { .. });
        let fresh = answers.iter().filter(|a| !a.replayed && applied(&a.result));
        forgotten += fresh.count() as u64;
    }
}

/// The same from every instance; another one each day, should it have been turned down.
fn op_id(resident: ResidentId, now: DateTime<Utc>) -> OpId {
    let name = format!("forget/{}", now.date_naive());
    OpId(Uuid::new_v5(&resident.0, name.as_bytes()))
}
