//! One queue an office. Its worker takes all that waits into one transaction; what fails together
//! is tried apart, and an op that fails alone is put aside, so one bad op blocks nobody.

use super::{
    BatchError, Keys, Submission, Taken, Via,
    attempt::{Core, Failure, attempt, last_seq},
    load::bounded,
    run::{self, Op, Run, RunAnswer},
    unsaid::Unsaid,
};
use crate::{
    clock::Clock,
    pokes::Pokes,
    store::{Db, StoreError, accounts, clocks::DEPLOYMENT, meta, rows, standing::Standing},
};
use shared::{
    ids::{DeviceId, OfficeId},
    office::Office,
    problem::Code,
    row::Key,
    sync::{Pushed, Stopped},
    world,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};
use tokio::{
    sync::{OnceCell, mpsc, oneshot},
    task::{JoinHandle, JoinSet},
    time::{Instant, timeout},
};

/// Submissions in one transaction, at most.
const BATCH: usize = 128;
/// Submissions that wait for one office before pushing waits too.
const WAITING: usize = 1_024;
/// Tries of a transaction that lost against another one.
const TRIES: u32 = 8;
/// A worker that has had nothing to do for so long ends.
const IDLE: Duration = Duration::from_secs(120);
/// Devices whose push failed try again within this long.
const TRIED_AGAIN: Duration = Duration::from_secs(300);
/// How long a batch may take to end when the server stops.
const PATIENCE: Duration = Duration::from_secs(10);

struct Job {
    run: Arc<Run>,
    answer: oneshot::Sender<Result<RunAnswer, BatchError>>,
}

#[derive(Default)]
struct Lanes {
    closed: bool,
    open: BTreeMap<OfficeId, mpsc::Sender<Job>>,
    workers: Vec<JoinHandle<()>>,
    /// Offices that are known to exist.
    known: BTreeSet<OfficeId>,
}

/// What is committed of each office's work, and what is not.
#[derive(Default)]
struct Progress {
    /// When the batch that an office is busy with began.
    begun: BTreeMap<OfficeId, Instant>,
    /// Of offices whose last submission failed: since when none was committed, and when one last failed.
    failing: BTreeMap<OfficeId, (Instant, Instant)>,
}

impl Progress {
    /// A batch has ended; `committed` where something of it was.
    fn ended(&mut self, office: OfficeId, committed: bool) {
        self.begun.remove(&office);
        let now = Instant::now();
        if committed {
            self.failing.remove(&office);
        } else {
            self.failing.entry(office).or_insert((now, now)).1 = now;
        }
    }

    /// Since when ops of some office wait.
    fn waits_since(&self) -> Option<Instant> {
        let failing = self.failing.values();
        // Whoever was turned away tries again; where nobody does, nothing waits any more.
        let failing = failing.filter(|(_, last)| last.elapsed() < TRIED_AGAIN);
        let failing = failing.map(|(since, _)| since);
        self.begun.values().chain(failing).min().copied()
    }
}

/// Takes submissions and answers them after their commit.
#[derive(Clone)]
pub struct Batcher {
    core: Arc<Core>,
    lanes: Arc<Mutex<Lanes>>,
    progress: Arc<Mutex<Progress>>,
    /// A restore needs the server stopped, so it is read once.
    epoch: Arc<OnceCell<String>>,
}

impl Batcher {
    #[must_use]
    pub fn start(db: Db, clock: Clock, keys: Arc<Keys>, pokes: Pokes) -> Self {
        let core = Core {
            db,
            clock,
            keys,
            pokes,
            steps: world::STEPS,
            idle: IDLE,
            unsaid: Unsaid::default(),
        };
        Self::over(core)
    }

    /// As [`Self::start`], where one decision may make so many lookups.
    #[must_use]
    pub fn with_budget(self, steps: u32) -> Self {
        Self::over(Core {
            steps,
            ..self.same()
        })
    }

    /// As [`Self::start`], where workers that have nothing to do end after this long.
    #[must_use]
    pub fn with_idle(self, idle: Duration) -> Self {
        Self::over(Core {
            idle,
            ..self.same()
        })
    }

    /// What this one works with, for one that has taken nothing yet.
    fn same(&self) -> Core {
        Core {
            db: self.core.db.clone(),
            clock: self.core.clock.clone(),
            keys: Arc::clone(&self.core.keys),
            pokes: self.core.pokes.clone(),
            steps: self.core.steps,
            idle: self.core.idle,
            unsaid: Unsaid::default(),
        }
    }

    /// Offices that have a worker now.
    #[must_use]
    pub fn workers(&self) -> usize {
        self.lanes().open.len()
    }

    fn over(core: Core) -> Self {
        Self {
            core: Arc::new(core),
            lanes: Arc::default(),
            progress: Arc::default(),
            epoch: Arc::default(),
        }
    }

    /// Takes ops in their order and answers one by one.
    ///
    /// # Errors
    /// [`BatchError`]: what was taken before it stays taken, and is answered again when it is sent
    /// again.
    pub async fn submit(&self, push: Submission) -> Result<Pushed, BatchError> {
        Ok(self.take(push).await?.pushed)
    }

    /// As [`Self::submit`], and says what the ops count as.
    ///
    /// # Errors
    /// As [`Self::submit`].
    pub async fn take(&self, push: Submission) -> Result<Taken, BatchError> {
        let (device, via, room, new) = (push.device, push.via, push.room, push.new);
        let shift = bounded(run::shift(self.core.clock.now(), push.sent_at));
        let read = run::read(push, &self.core.keys);
        if via == Via::Http && read.ops.iter().any(|op| is_system(device, op)) {
            return Err(BatchError::NotAllowed);
        }
        let mut pushed = Pushed {
            results: Vec::with_capacity(read.ops.len()),
            last_seq: 0,
            epoch: self.epoch().await?,
            stopped: None,
        };
        let mut left = read.ops.into_iter().peekable();
        let (mut taken, mut standing) = (false, Standing::Stranger);
        while let (Some(first), None) = (left.next(), pushed.stopped) {
            let office = self.lane_of(device, via, &first).await?;
            let mut ops = vec![first];
            while let Some(next) = left.peek() {
                if self.lane_of(device, via, next).await? != office {
                    break;
                }
                ops.extend(left.next());
            }
            let run = Run {
                office,
                device,
                via,
                shift,
                room,
                new,
                ops,
            };
            let answer = self.queue(run).await?;
            pushed.results.extend(answer.results);
            standing = standing.max(answer.standing);
            pushed.last_seq = answer.last_seq;
            pushed.stopped = answer.stopped;
            taken = true;
        }
        if !taken {
            let last = last_seq(&self.core, device).await;
            pushed.last_seq = last.map_err(|error| unavailable(&error))?;
        }
        if !read.whole && pushed.stopped.is_none() {
            pushed.stopped = Some(Stopped {
                code: Code::Malformed,
                expected: pushed.last_seq + 1,
            });
        }
        Ok(Taken { pushed, standing })
    }

    /// How long nothing of some office has been committed though its ops wait: a batch does not end, or
    /// all fail. `None` when nothing waits.
    #[must_use]
    pub fn stalled_for(&self) -> Option<Duration> {
        let progress = self.progress.lock();
        let progress = progress.unwrap_or_else(PoisonError::into_inner);
        progress.waits_since().as_ref().map(Instant::elapsed)
    }

    /// Takes no more, finishes what waits, and ends.
    pub async fn shutdown(self) {
        let workers = {
            let mut lanes = self.lanes();
            lanes.closed = true;
            lanes.open.clear();
            std::mem::take(&mut lanes.workers)
        };
        for worker in workers {
            let stop = worker.abort_handle();
            // A worker that panicked has nothing left to finish.
            if timeout(PATIENCE, worker).await.is_err() {
                tracing::error!("a batch does not end; the device sends it again");
                stop.abort();
            }
        }
    }

    /// The database's epoch.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn epoch(&self) -> Result<String, BatchError> {
        let read = async {
            let mut tx = self.core.db.read().await?;
            meta::epoch(&mut tx).await
        };
        let epoch = self.epoch.get_or_try_init(|| read).await;
        epoch.cloned().map_err(|error| unavailable(&error))
    }

    fn lanes(&self) -> std::sync::MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The office in whose order an op is taken. What speaks of no office that exists is answered
    /// by the deployment, unless it sets up the office by right: strangers make no offices.
    async fn lane_of(&self, device: DeviceId, via: Via, op: &Op) -> Result<OfficeId, BatchError> {
        let Some(office) = op.office().filter(|office| office.0 > 0) else {
            return Ok(DEPLOYMENT);
        };
        if self.lanes().known.contains(&office) {
            return Ok(office);
        }
        let looked = async {
            let mut tx = self.core.db.read().await?;
            let known = rows::get::<Office>(&mut tx, office, Key::office(office)).await?;
            let sets_up = op.sets_office()
                && match op.user() {
                    None => via == Via::System,
                    Some(user) => {
                        let accounts = accounts::on_devices(&mut tx, &[(device, user)]).await?;
                        accounts
                            .values()
                            .any(|present| present.account.office == office)
                    }
                };
            Ok((known.is_some(), sets_up))
        };
        let (exists, sets_up) = looked.await.map_err(|error| unavailable(&error))?;
        if exists {
            self.lanes().known.insert(office);
        }
        Ok(if exists || sets_up {
            office
        } else {
            DEPLOYMENT
        })
    }

    async fn queue(&self, run: Run) -> Result<RunAnswer, BatchError> {
        let (answer, answered) = oneshot::channel();
        let lane = self.lane(run.office).ok_or(BatchError::Unavailable)?;
        let job = Job {
            run: Arc::new(run),
            answer,
        };
        lane.send(job).await.map_err(|_| BatchError::Unavailable)?;
        drop(lane);
        answered.await.map_err(|_| BatchError::Internal)?
    }

    /// The office's queue, with a worker behind it; `None` when the server is stopping.
    fn lane(&self, office: OfficeId) -> Option<mpsc::Sender<Job>> {
        let mut lanes = self.lanes();
        if lanes.closed {
            return None;
        }
        if let Some(lane) = lanes.open.get(&office).filter(|lane| !lane.is_closed()) {
            return Some(lane.clone());
        }
        let (lane, jobs) = mpsc::channel(WAITING);
        lanes.open.insert(office, lane.clone());
        lanes.workers.retain(|worker| !worker.is_finished());
        let worker = tokio::spawn(work(
            Arc::clone(&self.core),
            office,
            jobs,
            Arc::clone(&self.progress),
            Arc::downgrade(&self.lanes),
        ));
        lanes.workers.push(worker);
        Some(lane)
    }
}

fn is_system(device: DeviceId, op: &Op) -> bool {
    op.office().is_some_and(|id| device == DeviceId::system(id))
}

fn unavailable(error: &StoreError) -> BatchError {
    tracing::error!(%error, "the database does not answer");
    BatchError::Unavailable
}

/// Takes what waits for one office until it is told to stop, or nothing has come for long.
async fn work(
    core: Arc<Core>,
    office: OfficeId,
    mut jobs: mpsc::Receiver<Job>,
    progress: Arc<Mutex<Progress>>,
    lanes: Weak<Mutex<Lanes>>,
) {
    let progress = || progress.lock().unwrap_or_else(PoisonError::into_inner);
    let mut waiting = Vec::with_capacity(BATCH);
    loop {
        match timeout(core.idle, jobs.recv_many(&mut waiting, BATCH)).await {
            Ok(0) => return,
            Ok(_) => {}
            Err(_) if is_left(&lanes, office, &jobs) => return,
            Err(_) => continue,
        }
        let runs: Vec<_> = waiting.iter().map(|job| Arc::clone(&job.run)).collect();
        progress().begun.insert(office, Instant::now());
        let answers = serve(&core, office, &runs).await;
        let committed = answers.iter().any(Result::is_ok);
        progress().ended(office, committed);
        for (job, answer) in waiting.drain(..).zip(answers) {
            // Whoever asked may be gone; the answer is stored.
            let _ = job.answer.send(answer);
        }
    }
}

/// Closes the office's queue if nobody is about to send: senders are handed out under the same lock.
fn is_left(lanes: &Weak<Mutex<Lanes>>, office: OfficeId, jobs: &mpsc::Receiver<Job>) -> bool {
    let Some(lanes) = lanes.upgrade() else {
        return false;
    };
    let mut lanes = lanes.lock().unwrap_or_else(PoisonError::into_inner);
    let left = jobs.is_empty() && jobs.sender_strong_count() == 1;
    if left {
        lanes.open.remove(&office);
    }
    left
}

/// All together, else each alone.
async fn serve(
    core: &Arc<Core>,
    office: OfficeId,
    runs: &[Arc<Run>],
) -> Vec<Result<RunAnswer, BatchError>> {
    match guarded(core, office, runs, None).await {
        Ok(answers) => answers.into_iter().map(Ok).collect(),
        Err(failure) if failure.blame().is_none() => {
            runs.iter().map(|_| Err(BatchError::Unavailable)).collect()
        }
        Err(_) => {
            let mut answers = Vec::with_capacity(runs.len());
            for run in runs {
                answers.push(serve_alone(core, run).await);
            }
            answers
        }
    }
}

/// A run's ops one by one; what fails alone is quarantined.
async fn serve_alone(core: &Arc<Core>, run: &Run) -> Result<RunAnswer, BatchError> {
    let mut all = RunAnswer::default();
    for op in &run.ops {
        let alone = [Arc::new(Run {
            ops: vec![Arc::clone(op)],
            ..run.clone()
        })];
        let taken = match guarded(core, run.office, &alone, None).await {
            Err(failure) => match failure.blame() {
                Some(code) => guarded(core, run.office, &alone, Some(code)).await,
                None => Err(failure),
            },
            done => done,
        };
        let answers = taken.map_err(|failure| match failure.blame() {
            Some(_) => BatchError::Internal,
            None => BatchError::Unavailable,
        })?;
        for answer in answers {
            all.results.extend(answer.results);
            all.standing = all.standing.max(answer.standing);
            all.last_seq = answer.last_seq;
            all.stopped = answer.stopped;
        }
        if all.stopped.is_some() {
            break;
        }
    }
    Ok(all)
}

/// Tries again what lost against another transaction, and turns a panic into a failure.
async fn guarded(
    core: &Arc<Core>,
    office: OfficeId,
    runs: &[Arc<Run>],
    forced: Option<Code>,
) -> Result<Vec<RunAnswer>, Failure> {
    let mut tries = 0;
    loop {
        let (core, runs) = (Arc::clone(core), runs.to_vec());
        // It ends with this one: a worker that is aborted leaves none behind that holds a connection.
        let mut task = JoinSet::new();
        task.spawn(async move { attempt(&core, office, &runs, forced).await });
        let done = match task.join_next().await {
            Some(Ok(done)) => done,
            Some(Err(_)) | None => Err(Failure::Panicked),
        };
        match done {
            Err(Failure::Store(error)) if error.is_retryable() && tries < TRIES => {
                tries += 1;
                tokio::time::sleep(Duration::from_millis(5 << tries)).await;
            }
            Err(failure) => {
                tracing::warn!(%office, error = %failure, "a batch was rolled back");
                return Err(failure);
            }
            done => return done,
        }
    }
}
