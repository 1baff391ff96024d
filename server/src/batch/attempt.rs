//! One batch of one office in one transaction: load, decide, save, commit.

use super::{
    Keys,
    load::Scene,
    retry,
    run::{Op, Run, RunAnswer},
    save::Outcomes,
    unsaid::Unsaid,
};
use crate::{
    clock::Clock,
    pokes::Pokes,
    store::{Db, StoreError, Tx, clocks, devices},
};
use shared::{
    ids::OfficeId,
    intake::{self, Admission, Processed, Step},
    problem::Code,
    sync::OpResult,
    world::World,
};
use std::{sync::Arc, time::Duration};

/// How often an op may come upon rows that nobody named before.
pub(super) const DETOURS: usize = 64;

/// What every batch works with.
pub(super) struct Core {
    pub db: Db,
    pub clock: Clock,
    pub keys: Arc<Keys>,
    pub pokes: Pokes,
    /// Lookups that one decision may make.
    pub steps: u32,
    /// How long a worker waits for more before it ends.
    pub idle: Duration,
    pub unsaid: Unsaid,
}

/// Why a batch was rolled back.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// `decide` looked at a row that `reads` did not name.
    #[error(transparent)]
    NotLoaded(#[from] shared::world::NotLoaded),
    /// It looked at more rows than a decision may, or went on asking for others.
    #[error("the decision takes too many steps")]
    TooLong,
    #[error("the decision did not come to an end")]
    Panicked,
}

impl Failure {
    /// Why an op that fails like this when it is alone goes to quarantine; `None` when no op is to
    /// blame.
    pub fn blame(&self) -> Option<Code> {
        match self {
            Self::Store(error) if error.is_connection() || error.is_retryable() => None,
            Self::Store(_) => Some(Code::Unsaveable),
            Self::TooLong => Some(Code::TooLarge),
            Self::NotLoaded(_) | Self::Panicked => Some(Code::Internal),
        }
    }
}

/// Runs a batch once. With `forced`, every new op goes to quarantine for that reason.
pub(super) async fn attempt(
    core: &Core,
    office: OfficeId,
    runs: &[Arc<Run>],
    forced: Option<Code>,
) -> Result<Vec<RunAnswer>, Failure> {
    let mut tx = core.db.write().await?;
    let now = core.clock.now();
    let clock = clocks::lock(&mut tx, office).await?;
    let signer = core.keys.tickets.signer(now);
    let world = World::with_budget(core.steps);
    let mut scene =
        Scene::load(&mut tx, signer.as_deref(), world, office, now, runs, forced).await?;
    let mut outcomes = Outcomes::new(clock, &core.unsaid);
    let mut answers = Vec::with_capacity(runs.len());
    for run in runs {
        if run.new.is_some() && scene.strange.contains(&run.device) {
            answers.push(RunAnswer::refused(Code::DeviceToken));
            continue;
        }
        answers.push(take_run(&mut tx, &mut scene, &mut outcomes, run).await?);
    }
    let saved = outcomes.save(&mut tx, &scene).await?;
    tx.commit().await?;
    core.unsaid.settle(office, saved.counted, now);
    if let Some(poke) = saved.poke {
        core.pokes.send(poke);
    }
    for (op, accept) in scene.answered {
        // Where it fails the op still waits, and can be answered again.
        if let Err(error) = retry::answer(core, office, op, accept).await {
            tracing::warn!(%error, "an answered op still waits");
        }
    }
    Ok(answers)
}

async fn take_run(
    tx: &mut Tx,
    scene: &mut Scene<'_>,
    outcomes: &mut Outcomes<'_>,
    run: &Run,
) -> Result<RunAnswer, Failure> {
    let mut answer = RunAnswer {
        standing: scene.standing(run.device),
        ..RunAnswer::default()
    };
    for op in &run.ops {
        let next = scene.memory.expected(run.device);
        let lost =
            op.incoming.seq > next && matches!(scene.memory.admit(&op.incoming), Admission::Next);
        match take(tx, scene, outcomes.clock.seq + 1, run, op).await? {
            Step::Stop(stopped) => {
                answer.stopped = Some(stopped);
                break;
            }
            Step::Done(Processed {
                answer: given,
                changes,
                fresh,
            }) => {
                if lost {
                    outcomes.gap(scene, run, op, next);
                }
                let changed = !changes.is_empty();
                outcomes.change(changes);
                if fresh {
                    if matches!(given.result, OpResult::Applied { .. }) {
                        scene.applied(run, op);
                    }
                    outcomes.settle(scene, run, op, &given.result, changed);
                }
                answer.results.push(given);
            }
        }
    }
    answer.last_seq = scene.memory.last(run.device);
    Ok(answer)
}

/// Takes one op. An earlier op of the batch may have led it to rows that nobody named before: these
/// are loaded now.
async fn take(
    tx: &mut Tx,
    scene: &mut Scene<'_>,
    change_seq: u64,
    run: &Run,
    op: &Op,
) -> Result<Step, Failure> {
    for _ in 0..DETOURS {
        let ctx = scene.context(run, op);
        let ctx = ctx.as_ref().map_err(|code| *code);
        let step = intake::take(
            &mut scene.memory,
            &mut scene.world,
            &op.incoming,
            ctx,
            change_seq,
        );
        match step {
            Ok(step) => return Ok(step),
            Err(_) if scene.world.is_spent() => return Err(Failure::TooLong),
            Err(missing) => {
                if !scene.load_rows(tx, &[(run, op)]).await? {
                    return Err(match scene.world.is_spent() {
                        true => Failure::TooLong,
                        false => missing.into(),
                    });
                }
            }
        }
    }
    Err(Failure::TooLong)
}

/// How far a device's queue has come, outside of any batch.
pub(super) async fn last_seq(
    core: &Core,
    device: shared::ids::DeviceId,
) -> Result<u64, StoreError> {
    let mut tx = core.db.read().await?;
    devices::last_seq(&mut tx, device).await
}
