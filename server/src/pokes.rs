//! Tells whoever listens that an office has changes. On PostgreSQL other instances hear it too, at
//! most ten times a second; a poke that is lost is made good by polling.

use crate::store::Db;
use serde::{Deserialize, Serialize};
use shared::ids::{DeviceId, OfficeId, ResidentId};
use sqlx::{PgPool, postgres::PgListener};
use std::{collections::BTreeMap, collections::BTreeSet, time::Duration};
use tokio::sync::{broadcast, mpsc};
use uuid::Uuid;

const CHANNEL: &str = "rekam_poke";
const PAUSE: Duration = Duration::from_millis(100);
/// PostgreSQL takes 8000 bytes; more residents than fit are said as "everyone".
const NAMED: usize = 150;

/// An office has changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Poke {
    pub office: OfficeId,
    /// Whose rows changed.
    pub residents: Vec<ResidentId>,
    /// Who may see other rows than before.
    pub devices: Vec<DeviceId>,
    /// The change concerns everybody: the office itself, or more residents than can be named.
    pub everyone: bool,
    /// The office's days may have changed.
    #[serde(default)]
    pub calendar: bool,
}

#[derive(Serialize, Deserialize)]
struct Notice {
    from: Uuid,
    poke: Poke,
}

/// Sends pokes and hands out listeners.
#[derive(Clone)]
pub struct Pokes {
    local: broadcast::Sender<Poke>,
    others: Option<mpsc::UnboundedSender<Poke>>,
}

impl Pokes {
    /// Starts; `instance` tells this server's pokes from those of others.
    #[must_use]
    pub fn start(db: &Db, instance: Uuid) -> Self {
        let (local, _) = broadcast::channel(1024);
        let others = db.postgres().map(|pool| {
            let (to_others, outgoing) = mpsc::unbounded_channel();
            tokio::spawn(notify(pool.clone(), instance, outgoing));
            tokio::spawn(listen(pool.clone(), instance, local.clone()));
            to_others
        });
        Self { local, others }
    }

    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Poke> {
        self.local.subscribe()
    }

    pub(crate) fn send(&self, poke: Poke) {
        if let Some(others) = &self.others {
            // The task is gone only when the database was closed.
            let _ = others.send(poke.clone());
        }
        // Nobody listening is no error.
        let _ = self.local.send(poke);
    }
}

/// What several changes of an office concern.
#[derive(Default)]
pub(crate) struct Gathered {
    pub residents: BTreeSet<ResidentId>,
    pub devices: BTreeSet<DeviceId>,
    pub everyone: bool,
    pub calendar: bool,
}

impl Gathered {
    /// Names at most so many; beyond that everybody is poked.
    pub(crate) fn into_poke(self, office: OfficeId, most: usize) -> Poke {
        let everyone = self.everyone || self.residents.len() + self.devices.len() > most;
        Poke {
            office,
            residents: self.residents.into_iter().filter(|_| !everyone).collect(),
            devices: self.devices.into_iter().filter(|_| !everyone).collect(),
            everyone,
            calendar: self.calendar,
        }
    }
}

/// Gathers what comes within the pause, so that a busy office is said once.
async fn notify(pool: PgPool, from: Uuid, mut outgoing: mpsc::UnboundedReceiver<Poke>) {
    while let Some(first) = outgoing.recv().await {
        let mut gathered: BTreeMap<OfficeId, Gathered> = BTreeMap::new();
        let mut next = Some(first);
        while let Some(poke) = next {
            let all = gathered.entry(poke.office).or_default();
            all.residents.extend(poke.residents);
            all.devices.extend(poke.devices);
            all.everyone |= poke.everyone;
            all.calendar |= poke.calendar;
            next = outgoing.try_recv().ok();
        }
        for (office, all) in gathered {
            let poke = all.into_poke(office, NAMED);
            if let Ok(text) = serde_json::to_string(&Notice { from, poke }) {
                let query = sqlx::query("SELECT pg_notify($1, $2)")
                    .bind(CHANNEL)
                    .bind(text);
                if let Err(error) = query.execute(&pool).await {
                    tracing::warn!(%error, "other instances could not be told of changes");
                }
            }
        }
        if pool.is_closed() {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn listen(pool: PgPool, own: Uuid, local: broadcast::Sender<Poke>) {
    while !pool.is_closed() {
        if let Err(error) = hear(&pool, own, &local).await {
            if pool.is_closed() {
                return;
            }
            tracing::warn!(%error, "listening for other instances' changes; trying again");
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
    }
}

async fn hear(
    pool: &PgPool,
    own: Uuid,
    local: &broadcast::Sender<Poke>,
) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.ignore_pool_close_event(false);
    listener.listen(CHANNEL).await?;
    loop {
        let notification = listener.recv().await?;
        if let Ok(notice) = serde_json::from_str::<Notice>(notification.payload())
            && notice.from != own
        {
            let _ = local.send(notice.poke);
        }
    }
}
