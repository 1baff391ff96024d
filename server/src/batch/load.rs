//! Everything a batch looks at: queues, answers given before, accounts, and the rows that `decide`
//! names, loaded in a few bulk statements.

use super::{
    Via,
    run::{Op, Run},
};
use crate::store::{
    StoreError, Tx,
    accounts::{self, Account, Present},
    devices::{self, QueueState},
    locks, ops, rows,
    standing::Standing,
    trust,
};
use chrono::{DateTime, TimeDelta, Utc};
use shared::{
    command::Command,
    decide::{self, Context, Side, Who},
    envelope::{Actor, Envelope},
    ids::{DeviceId, OfficeId, OpId, UserId},
    intake::Memory,
    office::Office,
    problem::Code,
    row::Key,
    sop::offline,
    ticket::{Sign, TicketSigner},
    trust::{SignIns, Trust},
    world::World,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What was loaded, and what is decided over it.
pub(super) struct Scene<'a> {
    pub office: OfficeId,
    pub now: DateTime<Utc>,
    pub world: World,
    pub memory: Memory,
    pub queues: BTreeMap<DeviceId, QueueState>,
    accounts: BTreeMap<(DeviceId, UserId), Present>,
    /// Where the last session is over for longer than staff work without a network.
    lapsed: BTreeSet<(DeviceId, UserId)>,
    /// Devices whose lock is that old.
    long_locked: BTreeSet<DeviceId>,
    /// How far the devices are trusted to speak for them.
    trust: BTreeMap<(DeviceId, UserId), SignIns>,
    /// Where that changed: somebody has signed out.
    signed_out: BTreeSet<(DeviceId, UserId)>,
    /// Ops that wait and were answered, for after the commit.
    pub answered: Vec<(OpId, bool)>,
    /// Somebody with the right to has looked at it: the account's own rights decide.
    pub approved: bool,
    /// Of the devices that ops name: on which staff of this office have signed in.
    staff_devices: BTreeMap<DeviceId, BTreeSet<DeviceId>>,
    /// Devices that others registered first, with another token.
    pub strange: BTreeSet<DeviceId>,
    signer: Option<&'a TicketSigner>,
    /// Every op goes to quarantine for this reason.
    forced: Option<Code>,
}

impl<'a> Scene<'a> {
    /// Loads everything for these runs; the office's clock is locked already.
    pub async fn load(
        tx: &mut Tx,
        signer: Option<&'a TicketSigner>,
        world: World,
        office: OfficeId,
        now: DateTime<Utc>,
        runs: &[Arc<Run>],
        forced: Option<Code>,
    ) -> Result<Self, StoreError> {
        let devices: BTreeSet<DeviceId> = runs.iter().map(|run| run.device).collect();
        let niks = runs.iter().flat_map(|run| &run.ops);
        let niks = niks.flat_map(|op| op.nik_keys.values().copied());
        let known_now = devices.iter().copied().map(Key::from);
        locks::take(tx, known_now.chain(niks.map(Key::from))).await?;

        let new = runs.iter().filter_map(|run| Some((run.device, run.new?)));
        let strange = devices::register(tx, &new.collect(), now).await?;
        let devices: Vec<DeviceId> = devices.into_iter().collect();
        let queues = devices::queue_states(tx, &devices).await?;
        let all = || {
            runs.iter()
                .flat_map(|run| run.ops.iter().map(move |op| (run, op)))
        };
        let ids: Vec<_> = all().map(|(_, op)| op.incoming.op_id).collect();
        let actor = |(run, op): (&Arc<Run>, &Arc<Op>)| match op.incoming.envelope.as_ref()?.actor {
            Actor::User(id) => Some((run.device, id)),
            Actor::Resident | Actor::System => None,
        };
        let pairs: BTreeSet<_> = all().filter_map(actor).collect();
        let pairs: Vec<_> = pairs.into_iter().collect();
        let (mut accounts, mut lapsed) = (BTreeMap::new(), BTreeSet::new());
        let mut trust = BTreeMap::new();
        if !pairs.is_empty() {
            let present = accounts::on_devices(tx, &pairs).await?;
            let ended = present.iter();
            let ended = ended.filter_map(|(pair, of)| Some((*pair, of.session_end?)));
            lapsed = lapsed_of(tx, office, now, ended.collect()).await?;
            accounts = present;
            trust = trust::load(tx, &pairs).await?;
        }
        let locked = queues.iter().filter(|(_, queue)| queue.revoked);
        let locked = locked.filter_map(|(id, queue)| Some((*id, queue.locked_at?)));
        let long_locked = lapsed_of(tx, office, now, locked.collect()).await?;
        let named = all().filter_map(|(_, op)| match op.command()? {
            Command::LockDevice { device, .. } => Some(*device),
            _ => None,
        });
        let named: Vec<DeviceId> = named.collect();
        let staff_devices = if named.is_empty() {
            BTreeMap::new()
        } else {
            devices::of_staff(tx, office, &named).await?
        };
        let memory = Memory {
            last_seq: queues.iter().map(|(id, q)| (*id, q.last_seq)).collect(),
            settled: ops::settled(tx, &ids).await?,
        };
        let mut scene = Self {
            office,
            now,
            world,
            memory,
            queues,
            accounts,
            lapsed,
            long_locked,
            trust,
            signed_out: BTreeSet::new(),
            answered: Vec::new(),
            approved: false,
            staff_devices,
            strange,
            signer,
            forced,
        };
        let fresh: Vec<(&Run, &Op)> = all()
            .filter(|(_, op)| !scene.memory.settled.contains_key(&op.incoming.op_id))
            .map(|(run, op)| (run.as_ref(), op.as_ref()))
            .collect();
        scene.load_rows(tx, &fresh).await?;
        Ok(scene)
    }

    /// Loads the rows that these ops read and that are not here yet. Says whether there were any.
    pub async fn load_rows(
        &mut self,
        tx: &mut Tx,
        ops: &[(&Run, &Op)],
    ) -> Result<bool, StoreError> {
        let mut any = false;
        // What an op names grows only with the rows it named: one that names nothing new is done.
        let mut asking = ops.to_vec();
        for _ in 0..decide::ROUNDS {
            let mut wanted: BTreeSet<Key> = BTreeSet::new();
            asking.retain(|(run, op)| {
                let (Some(envelope), Some(command)) = (&op.incoming.envelope, op.command()) else {
                    return false;
                };
                let Ok(ctx) = self.context(run, op) else {
                    return false;
                };
                let mut new = decide::reads(&self.world, envelope, command, &ctx);
                new.retain(|key| !self.world.knows(*key));
                wanted.extend(&new);
                !new.is_empty()
            });
            if wanted.is_empty() {
                break;
            }
            any = true;
            let wanted: Vec<Key> = wanted.into_iter().collect();
            locks::take(tx, wanted.iter().copied()).await?;
            for (key, row) in rows::load(tx, self.office, &wanted).await? {
                self.world.load(key, row);
            }
        }
        Ok(any)
    }

    /// What became of a device before this batch.
    pub fn standing(&self, device: DeviceId) -> Standing {
        self.queues
            .get(&device)
            .map_or(Standing::Stranger, |queue| queue.standing)
    }

    /// What the decision on an op knows, or why it goes to quarantine undecided.
    pub fn context(&self, run: &Run, op: &Op) -> Result<Context<'a>, Code> {
        let (who, marked) = self.who(run, op)?;
        Ok(Context {
            side: Side::Server,
            now: self.now,
            shift: run.shift,
            who,
            nik_keys: op.nik_keys.clone(),
            signer: self.signer.map(|signer| signer as &dyn Sign),
            staff_devices: self.staff_devices.clone(),
            marked,
        })
    }

    /// The account speaks from this device though it had never signed in there: for an op that was
    /// looked at.
    pub fn introduce(&mut self, device: DeviceId, account: Account) {
        let present = Present {
            session_end: None,
            doubted_at: None,
            account,
        };
        self.accounts.insert((device, present.account.id), present);
    }

    /// Takes note of what an op that was applied asks for beside its rows.
    pub fn applied(&mut self, run: &Run, op: &Op) {
        if let Some(Command::AnswerHeld { op, accept }) = op.command() {
            self.answered.push((*op, *accept));
        }
        let actor = op.incoming.envelope.as_ref().map(|envelope| envelope.actor);
        if let (Some(Actor::User(id)), Some(Command::SignOut {})) = (actor, op.command()) {
            let pair = (run.device, id);
            if let Some(of) = self.trust.get_mut(&pair) {
                of.sign_out(op.incoming.seq);
                self.signed_out.insert(pair);
            }
        }
    }

    /// The trust that changed.
    pub fn changed_trust(&self) -> BTreeMap<(DeviceId, UserId), SignIns> {
        let changed = self.trust.iter();
        let changed = changed.filter(|(pair, _)| self.signed_out.contains(pair));
        changed.map(|(pair, of)| (*pair, of.clone())).collect()
    }

    /// Who speaks, and whether what they say is marked: a fact from before its device or account was
    /// locked is taken, from a device only as long as staff work without a network; all else waits for somebody to
    /// look at it.
    fn who(&self, run: &Run, op: &Op) -> Result<(Who, bool), Code> {
        if let Some(code) = self.forced {
            return Err(code);
        }
        let envelope = op.incoming.envelope.as_ref().ok_or(Code::Undecodable)?;
        let queue = self.queues.get(&run.device).copied().unwrap_or_default();
        let is_fact = op.command().is_some_and(Command::is_fact);
        let locked = queue.revoked && !self.approved;
        let counts = || {
            is_fact
                && is_before(run, envelope, queue.locked_at)
                && !self.long_locked.contains(&run.device)
        };
        if locked && !counts() {
            return Err(Code::DeviceRevoked);
        }
        match envelope.actor {
            Actor::Resident => Ok((Who::resident(), locked)),
            Actor::User(id) => {
                let pair = (run.device, id);
                let present = self.accounts.get(&pair).ok_or(Code::ActorUnknown)?;
                let account = &present.account;
                let is_before = is_before(run, envelope, present.doubted_at);
                let marked = self.judge(op, account, pair, is_before)?;
                let who = Who {
                    role: account.role,
                    user: Some(id),
                    office: Some(account.office),
                    kelurahan: account.kelurahan.clone(),
                };
                Ok((who, locked || marked))
            }
            Actor::System => {
                let own = run.device == DeviceId::system(envelope.office);
                if own && run.via == Via::System {
                    Ok((Who::system(envelope.office), false))
                } else {
                    Err(Code::NotAllowed)
                }
            }
        }
    }

    /// Whether an op of a member of staff is marked, or why it waits. `is_before`: it was said before the account
    /// was last locked.
    fn judge(
        &self,
        op: &Op,
        account: &Account,
        pair: (DeviceId, UserId),
        is_before: bool,
    ) -> Result<bool, Code> {
        // Who signs out only gives something up.
        if self.approved || matches!(op.command(), Some(Command::SignOut {})) {
            return Ok(false);
        }
        let is_fact = op.command().is_some_and(Command::is_fact);
        let trust = self.trust.get(&pair);
        let trust = trust.and_then(|of| of.at(op.incoming.seq));
        let lapsed = self.lapsed.contains(&pair);
        match trust.ok_or(Code::ActorUnknown)? {
            Trust::Nothing => Err(Code::SignedOut),
            Trust::All | Trust::Facts if account.revoked && !(is_fact && is_before) => {
                Err(Code::AccountRevoked)
            }
            Trust::Facts if !is_fact => Err(Code::PasswordChanged),
            Trust::All if lapsed && !is_fact => Err(Code::SignInLapsed),
            Trust::All => Ok(account.revoked || lapsed),
            Trust::Facts => Ok(true),
        }
    }
}

/// Whether an op was said before a lock; nobody knows where nobody wrote down when that was.
fn is_before(run: &Run, envelope: &Envelope, lock: Option<DateTime<Utc>>) -> bool {
    let at = envelope.device_time.checked_add_signed(run.shift);
    at.zip(lock).is_some_and(|(at, lock)| at <= lock)
}

/// Of these, what ended so long ago that nobody works on without a network since then.
async fn lapsed_of<K: Ord>(
    tx: &mut Tx,
    office: OfficeId,
    now: DateTime<Utc>,
    ended: Vec<(K, DateTime<Utc>)>,
) -> Result<BTreeSet<K>, StoreError> {
    let ended: Vec<_> = ended.into_iter().filter(|(_, end)| *end < now).collect();
    if ended.is_empty() {
        return Ok(BTreeSet::new());
    }
    let office: Option<Office> = rows::get(tx, office, Key::office(office)).await?;
    let is_over = |end| offline::until(office.as_ref(), end) <= now;
    let lapsed = ended.into_iter().filter(|(_, end)| is_over(*end));
    Ok(lapsed.map(|(of, _)| of).collect())
}

/// Never more than a century off, so that sums of times stay in range.
pub(super) fn bounded(shift: TimeDelta) -> TimeDelta {
    let century = TimeDelta::days(36_500);
    shift.clamp(-century, century)
}
