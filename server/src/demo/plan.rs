//! What a head has planned in a demo office: a day in a village, and four weeks split among the
//! kelurahan. The office's rounds then give people their places.

use anyhow::{Context, bail};
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use shared::{
    command::{Command, ConfirmPlan},
    envelope::Actor,
    ids::{DeviceId, OpId},
    office::{Hours, Office},
    plan::{self, Ask, Plan},
    row::{Entity, Key},
    session::{Details, Session},
    sync::{OpResult, Role},
    world::World,
};

use super::{DemoOffice, life::push, load::op_id};
use crate::{
    app::Backend,
    store::{accounts::Account, rows},
};

const DAYS: TimeDelta = TimeDelta::days(27);
/// One of the office's two recorders, with who works at it.
const STATIONS: u16 = 1;

/// Plans as a head would, on the tablet that stands for all of the demo's staff.
pub(super) async fn make(
    backend: &Backend,
    tablet: DeviceId,
    demo: DemoOffice,
    accounts: &[Account],
) -> anyhow::Result<()> {
    let Some(head) = accounts.iter().find(|account| account.role == Role::Head) else {
        return Ok(());
    };
    let actor = Actor::User(head.id);
    let office = demo.office();
    let village = Command::PlanSession {
        session: None,
        version: 0,
        details: Box::new(village(&office, backend).context("no working day ahead")?),
    };
    say(
        backend,
        tablet,
        demo,
        (op_id(demo, "village"), actor, village),
    )
    .await?;
    let plan = split(backend, &office).await?;
    let confirm = Command::ConfirmPlan(plan);
    say(backend, tablet, demo, (op_id(demo, "plan"), actor, confirm)).await
}

async fn say(
    backend: &Backend,
    tablet: DeviceId,
    demo: DemoOffice,
    op: (OpId, Actor, Command),
) -> anyhow::Result<()> {
    for result in push(backend, tablet, demo, vec![op]).await? {
        if !matches!(result, OpResult::Applied { .. }) {
            bail!("the demo's plan was turned down: {result:?}");
        }
    }
    Ok(())
}

/// A day in the kelurahan that comes last in the office's list, in the third week.
fn village(office: &Office, backend: &Backend) -> Option<Details> {
    let today = office.today(backend.clock.now());
    let days = today.iter_days().skip(14).take(14);
    let open = |date: &NaiveDate| office.slots(*date).is_ok_and(|slots| !slots.is_empty());
    let date = days.filter(open).nth(2)?;
    let kelurahan = office.kelurahan.last()?;
    Some(Details {
        kelurahan: vec![kelurahan.code.clone()],
        place: format!("Balai Warga {}", kelurahan.name),
        coordinates: None,
        date,
        hours: Hours {
            open: NaiveTime::from_hms_opt(7, 30, 0)?,
            close: NaiveTime::from_hms_opt(15, 30, 0)?,
            break_from: NaiveTime::from_hms_opt(11, 30, 0)?,
            break_to: NaiveTime::from_hms_opt(12, 30, 0)?,
        },
        stations: STATIONS,
        staff: STATIONS,
        from_office: STATIONS,
    })
}

/// What the page would propose to the head.
async fn split(backend: &Backend, office: &Office) -> anyhow::Result<ConfirmPlan> {
    let mut world = World::default();
    let mut tx = backend.db.read().await?;
    for kind in [
        Entity::Resident,
        Entity::Invitation,
        Entity::Booking,
        Entity::Session,
    ] {
        for row in rows::all(&mut tx, office.id, kind).await? {
            world.load(row.key(), Some(row));
        }
    }
    let current = rows::get::<Plan>(&mut tx, office.id, Key::plan(office.id)).await?;
    let sessions: Vec<Session> = world.all::<Session>().cloned().collect();
    let today = office.today(backend.clock.now());
    let from = plan::first_day(office, today);
    let parts = plan::propose(&Ask {
        office,
        sessions: &sessions,
        current: current.as_ref(),
        today,
        from,
        to: from + DAYS,
        need: &plan::need(&world, office, from),
        taken: &plan::taken(&world),
    });
    Ok(ConfirmPlan {
        version: current.map_or(0, |plan| plan.version),
        from,
        to: from + DAYS,
        parts: parts.map_err(|trouble| anyhow::anyhow!("{trouble:?}"))?,
    })
}
