//! Loads the demo into an empty database, by commands like all others. Ids are derived from names, so a
//! load that was cut short goes on where it stopped, and a second one changes nothing.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use shared::{
    command::Command,
    envelope::{Actor, Envelope, Head},
    ids::{DeviceId, InvitationId, OfficeId, OpId, ResidentId},
    intake::Settled,
    office::Office,
    resident::Draft,
    sync::OpResult,
};
use uuid::Uuid;

use super::{DemoOffice, DemoResident, accounts, accounts::DemoAccount, life, plan, residents};
use crate::{
    app::Backend,
    batch::{Room, Submission, Via},
    store::{self, devices},
    system,
};

/// People in one command.
const CHUNK: usize = 200;
/// Ops in one submission.
const AT_ONCE: usize = 50;

/// How much of the demo.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// Residents of each office, at most.
    pub residents: usize,
    /// Bookings, deliveries and arrivals too.
    pub life: bool,
    /// The coming weeks are planned, with a day in a village, and people have their places.
    pub plan: bool,
}

impl Extent {
    pub const ALL: Self = Self {
        residents: usize::MAX,
        life: true,
        plan: true,
    };
}

/// Loads what is missing. Returns the accounts to sign in with.
///
/// # Errors
/// When the database fails, or holds an office that no load of the demo has set: people work there, and
/// everybody knows the demo's passwords.
pub async fn load(backend: &Backend, extent: Extent) -> anyhow::Result<Vec<DemoAccount>> {
    refuse_other_offices(backend).await?;
    let mut all = Vec::new();
    for office in DemoOffice::ALL {
        if !is_loaded(backend, office).await? {
            set_up(backend, office, extent).await?;
        }
        all.extend(accounts::of(office));
    }
    if extent.plan {
        let Backend {
            db, batcher, clock, ..
        } = backend;
        system::tick(db, batcher, clock).await?;
    }
    Ok(all)
}

async fn refuse_other_offices(backend: &Backend) -> anyhow::Result<()> {
    let ids = DemoOffice::ALL.map(|office| (office.id(), op_id(office, "office")));
    let said = settled(backend, ids.iter().map(|(_, op)| *op)).await?;
    let mut tx = backend.db.read().await?;
    for office in store::rows::offices(&mut tx).await? {
        let own = ids.iter().find(|(id, _)| *id == office.id);
        if !own.is_some_and(|(_, op)| said.contains_key(op)) {
            let Office { id, name, .. } = office;
            bail!("this database holds office {id}, {name}: use an empty database");
        }
    }
    Ok(())
}

/// The accounts come last, so an office that has them is complete.
async fn is_loaded(backend: &Backend, office: DemoOffice) -> anyhow::Result<bool> {
    let mut tx = backend.db.read().await?;
    let known = store::rows::offices(&mut tx).await?;
    if let Some(found) = known.iter().find(|known| known.id == office.id())
        && found.region != office.region()
    {
        bail!(
            "office {} is another one: use an empty database",
            office.id()
        );
    }
    for account in accounts::of(office) {
        let found = store::accounts::by_username(&mut tx, &account.username).await?;
        if found.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn set_up(backend: &Backend, office: DemoOffice, extent: Extent) -> anyhow::Result<()> {
    let roll = residents(office, office.residents().min(extent.residents));
    let mut commands = vec![(
        op_id(office, "office"),
        Command::SetOffice {
            office: Box::new(office.office()),
        },
    )];
    for (n, people) in roll.chunks(CHUNK).enumerate() {
        let people = people.iter().map(draft).collect();
        commands.push((enrolment(office, n), Command::enrol(people)));
    }
    let Backend {
        db, batcher, clock, ..
    } = backend;
    let said = settled(backend, commands.iter().map(|(id, _)| *id)).await?;
    commands.retain(|(id, _)| !said.contains_key(id));
    let answers = system::submit(db, batcher, clock, office.id(), &commands).await?;
    for answer in answers {
        if !matches!(answer.result, OpResult::Applied { .. }) {
            bail!("the demo's office was turned down: {:?}", answer.result);
        }
    }
    let accounts = accounts::create(backend, office).await?;
    if extent.life || extent.plan {
        let tablet = life::tablet(backend, office, &accounts).await?;
        if extent.life {
            life::begin(backend, tablet, office, &roll, &accounts).await?;
        }
        if extent.plan {
            plan::make(backend, tablet, office, &accounts).await?;
        }
    }
    accounts::complete(backend, office).await
}

/// What a load that was cut short had said, with the answers: at another time it would be another op.
async fn settled(
    backend: &Backend,
    ids: impl Iterator<Item = OpId>,
) -> anyhow::Result<BTreeMap<OpId, Settled>> {
    let ids: Vec<OpId> = ids.collect();
    let mut tx = backend.db.read().await?;
    Ok(store::ops::settled(&mut tx, &ids).await?)
}

fn draft(resident: &DemoResident) -> Draft {
    Draft {
        name: resident.name.clone(),
        nik: Some(resident.nik.clone()),
        kk: Some(resident.kk.clone()),
        birth: Some(resident.birth),
        sex: Some(resident.sex),
        phone: resident.phone.clone(),
        kelurahan: Some(resident.kelurahan.clone()),
        rt: Some(resident.rt),
        rw: Some(resident.rw),
        married: resident.married,
        guardian: None,
        recorded_on: None,
    }
}

/// The op of this name: the same at every load.
pub(super) fn op_id(office: DemoOffice, name: &str) -> OpId {
    let name = format!("rekam/demo/{}/{name}", office.id());
    OpId(Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()))
}

fn enrolment(office: DemoOffice, chunk: usize) -> OpId {
    op_id(office, &format!("roll/{chunk}"))
}

/// The id of the `n`th resident of the roll, as the enrolment gives it.
#[must_use]
pub fn resident_id(office: DemoOffice, n: usize) -> ResidentId {
    ResidentId(enrolment(office, n / CHUNK).derive(2 * place(n)))
}

/// The invitation of the `n`th resident of the roll.
#[must_use]
pub fn invitation_id(office: DemoOffice, n: usize) -> InvitationId {
    InvitationId(enrolment(office, n / CHUNK).derive(2 * place(n) + 1))
}

fn place(n: usize) -> u32 {
    u32::try_from(n % CHUNK).unwrap_or_default()
}

/// A device of the demo and how far it has come.
pub(super) struct Queue<'a> {
    backend: &'a Backend,
    device: DeviceId,
    office: OfficeId,
    last_seq: u64,
}

impl<'a> Queue<'a> {
    pub(super) async fn open(
        backend: &'a Backend,
        device: DeviceId,
        office: OfficeId,
    ) -> anyhow::Result<Self> {
        let mut tx = backend.db.read().await?;
        let last_seq = devices::last_seq(&mut tx, device).await?;
        Ok(Self {
            backend,
            device,
            office,
            last_seq,
        })
    }

    /// Gives the commands in order, those that were given before left out. Returns the results of all.
    pub(super) async fn submit(
        mut self,
        commands: Vec<(OpId, Actor, Command)>,
    ) -> anyhow::Result<Vec<OpResult>> {
        let now = self.backend.clock.now();
        let said = settled(self.backend, commands.iter().map(|(id, ..)| *id)).await?;
        let mut results: BTreeMap<OpId, OpResult> = said
            .into_iter()
            .map(|(id, settled)| (id, settled.result))
            .collect();
        let new: Vec<_> = commands
            .iter()
            .filter(|(id, ..)| !results.contains_key(id))
            .collect();
        for commands in new.chunks(AT_ONCE) {
            let mut ops = Vec::new();
            for (op_id, actor, command) in commands {
                self.last_seq += 1;
                let head = Head {
                    op_id: *op_id,
                    device_id: self.device,
                    seq: self.last_seq,
                    office: self.office,
                    actor: *actor,
                    device_time: now,
                };
                ops.push(serde_json::to_value(Envelope::new(head, command)?)?);
            }
            let submission = Submission {
                device: self.device,
                via: Via::Http,
                sent_at: now,
                declare_gap: false,
                room: Room::ALL,
                new: None,
                ops,
            };
            let pushed = self.backend.batcher.submit(submission).await?;
            if let Some(stopped) = pushed.stopped {
                bail!("the demo stopped: {}", stopped.code);
            }
            let answers = pushed.results.into_iter();
            results.extend(answers.map(|answer| (answer.op_id, answer.result)));
        }
        let ids = commands.iter().map(|(id, ..)| id);
        let results: Vec<OpResult> = ids.filter_map(|id| results.remove(id)).collect();
        let put_aside = results.iter().find_map(|result| match result {
            OpResult::Quarantined { code } => Some(*code),
            _ => None,
        });
        put_aside.map_or(Ok(results), |code| {
            Err(anyhow::anyhow!("{code}")).context("an op of the demo was put aside")
        })
    }
}
