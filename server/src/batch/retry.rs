//! Decides an op from the quarantine again: where it stood in its device's queue does not matter
//! any more, only what it says.

use super::{
    Keys, Room, Via,
    attempt::{Core, DETOURS, Failure},
    load::Scene,
    run::{Op, Run},
    save::Outcomes,
    unsaid::Unsaid,
};
use crate::{
    clock::Clock,
    pokes::Pokes,
    store::{
        Db, StoreError, Tx, accounts,
        clocks::{self, OfficeClock},
        ops,
    },
};
use shared::{
    decide::{self, Outcome},
    ids::{DeviceId, OfficeId, OpId},
    problem::Code,
    row::Change,
    sync::OpResult,
    world::World,
};
use std::sync::Arc;

/// The op's new answer. `approved`: somebody has looked at it, so that neither a sign-out nor a lock
/// speaks against it, and the rights of its account decide. `None` when it is not in quarantine, or what it said is forgotten.
///
/// # Errors
/// When the database refuses; the op stays in quarantine then.
pub async fn retry(
    db: &Db,
    clock: &Clock,
    keys: &Keys,
    pokes: &Pokes,
    id: OpId,
    approved: bool,
) -> Result<Option<OpResult>, StoreError> {
    let mut tx = db.write().await?;
    let Some(found) = ops::in_quarantine(&mut tx, id).await? else {
        return Ok(None);
    };
    let office = clocks::lock(&mut tx, found.office).await?;
    again(tx, office, (clock, keys, pokes), id, approved).await
}

/// The head's answer to an op of the office that waits for it.
///
/// # Errors
/// When the database refuses; the op waits on then.
pub(super) async fn answer(
    core: &Core,
    office: OfficeId,
    id: OpId,
    accept: bool,
) -> Result<(), StoreError> {
    let mut tx = core.db.write().await?;
    let locked = clocks::lock(&mut tx, office).await?;
    if ops::waiting(&mut tx, office, Some(id), (1, 1))
        .await?
        .is_empty()
    {
        return Ok(());
    }
    if accept {
        let with = (&core.clock, &*core.keys, &core.pokes);
        return again(tx, locked, with, id, true).await.map(drop);
    }
    let refused = OpResult::Rejected(Code::NotAllowed.into());
    ops::settle(&mut tx, id, &refused).await?;
    tx.commit().await
}

/// Decides an op of an office whose clock is locked: only from then on does nobody else decide it too.
async fn again(
    mut tx: Tx,
    office: OfficeClock,
    (clock, keys, pokes): (&Clock, &Keys, &Pokes),
    id: OpId,
    approved: bool,
) -> Result<Option<OpResult>, StoreError> {
    let found = ops::in_quarantine(&mut tx, id).await?;
    let found = found.filter(|op| op.office == office.office);
    let Some((op, payload)) = found.and_then(|op| Some((op.clone(), op.payload?))) else {
        return Ok(None);
    };
    let raw = serde_json::from_str(&payload)?;
    let Some(read) = Op::read(op.device, raw, false, keys) else {
        return Ok(None);
    };
    let system = op.device == DeviceId::system(op.office);
    let run = Arc::new(Run {
        office: op.office,
        device: op.device,
        via: if system { Via::System } else { Via::Http },
        shift: op.shift,
        room: Room::ALL,
        new: None,
        ops: vec![Arc::new(read)],
    });
    let unsaid = Unsaid::default();
    let runs = [Arc::clone(&run)];
    let now = clock.now();
    let signer = keys.tickets.signer(now);
    let mut scene = Scene::load(
        &mut tx,
        signer.as_deref(),
        World::default(),
        op.office,
        now,
        &runs,
        None,
    )
    .await?;
    let actor = run.ops.iter().find_map(|op| op.user());
    if let Some(user) = actor.filter(|_| approved) {
        scene.approved = true;
        let account = accounts::by_id(&mut tx, user).await?;
        if let Some(account) = account {
            scene.introduce(run.device, account);
        }
    }
    let kind = if approved { "approve" } else { "retry" };
    let mut outcomes = Outcomes::new(office, &unsaid);
    for read in &run.ops {
        let (result, changes) =
            decide_to_the_end(&mut tx, &mut scene, &run, read, outcomes.clock.seq).await?;
        outcomes.change(changes);
        outcomes.note(&scene, &run, read, kind, &result);
        ops::settle(&mut tx, id, &result).await?;
    }
    let result = ops_result(&mut tx, id).await?;
    let saved = outcomes.save(&mut tx, &scene).await?;
    tx.commit().await?;
    if let Some(poke) = saved.poke {
        pokes.send(poke);
    }
    Ok(result)
}

async fn ops_result(tx: &mut Tx, id: OpId) -> Result<Option<OpResult>, StoreError> {
    let mut settled = ops::settled(tx, &[id]).await?;
    Ok(settled.remove(&id).map(|settled| settled.result))
}

/// Decides, and loads what the decision asks for on its way. One that does not come to an end is answered too:
/// it waits no longer for a yes that cannot help it.
async fn decide_to_the_end(
    tx: &mut Tx,
    scene: &mut Scene<'_>,
    run: &Run,
    op: &Op,
    seq: u64,
) -> Result<(OpResult, Vec<Change>), StoreError> {
    let quarantined = |code| Ok((OpResult::Quarantined { code }, Vec::new()));
    for _ in 0..DETOURS {
        match decide_again(scene, run, op, seq) {
            Ok(decided) => return Ok(decided),
            Err(Failure::NotLoaded(_)) if !scene.world.is_spent() => {}
            Err(_) => return quarantined(Code::TooLarge),
        }
        if !scene.load_rows(tx, &[(run, op)]).await? {
            return quarantined(match scene.world.is_spent() {
                true => Code::TooLarge,
                false => Code::Internal,
            });
        }
    }
    quarantined(Code::TooLarge)
}

fn decide_again(
    scene: &mut Scene<'_>,
    run: &Run,
    op: &Op,
    seq: u64,
) -> Result<(OpResult, Vec<Change>), Failure> {
    let quarantined = |code| Ok((OpResult::Quarantined { code }, Vec::new()));
    let ctx = match scene.context(run, op) {
        Ok(ctx) => ctx,
        Err(code) => return quarantined(code),
    };
    let (Some(envelope), Some(command)) = (&op.incoming.envelope, op.command()) else {
        return quarantined(Code::Undecodable);
    };
    let (outcome, changes) = decide::decide(&mut scene.world, envelope, command, &ctx)?;
    let synced = changes.iter().filter(|c| c.key().0.is_synced()).count();
    let result = match outcome {
        Outcome::Applied(receipt) => OpResult::Applied {
            change_seq: seq + synced as u64,
            receipt,
        },
        Outcome::Rejected(problem) => OpResult::Rejected(problem),
        Outcome::Pending => return quarantined(Code::Internal),
    };
    Ok((result, changes))
}
