//! Devices that nobody has seen are entered together, all that wait in one transaction: on a morning
//! when many people open the app, each with a commit of its own would keep bookings waiting.

use chrono::{DateTime, Utc};
use shared::ids::DeviceId;
use tokio::sync::{mpsc, oneshot};

use super::token::TokenHash;
use crate::{
    batch::BatchError,
    error::ApiError,
    store::{
        Db, StoreError, Tx,
        devices::{self, Checked},
    },
};

/// Devices in one transaction, at most.
const TOGETHER: usize = 128;
/// Devices that wait before others wait to wait.
const WAITING: usize = 1_024;

struct Newcomer {
    device: DeviceId,
    token: TokenHash,
    now: DateTime<Utc>,
    answer: oneshot::Sender<Result<Checked, StoreError>>,
}

/// Enters devices at their first contact.
pub struct Registrar(mpsc::Sender<Newcomer>);

impl Registrar {
    #[must_use]
    pub fn start(db: Db) -> Self {
        let (door, waiting) = mpsc::channel(WAITING);
        tokio::spawn(work(db, waiting));
        Self(door)
    }

    /// As [`devices::register_or_check`], once it is durable.
    ///
    /// # Errors
    /// When the database refuses, or the server stops.
    pub async fn register(
        &self,
        device: DeviceId,
        token: TokenHash,
        now: DateTime<Utc>,
    ) -> Result<Checked, ApiError> {
        let (answer, answered) = oneshot::channel();
        let newcomer = Newcomer {
            device,
            token,
            now,
            answer,
        };
        let sent = self.0.send(newcomer).await;
        sent.map_err(|_| BatchError::Unavailable)?;
        Ok(answered.await.map_err(|_| BatchError::Unavailable)??)
    }
}

async fn work(db: Db, mut waiting: mpsc::Receiver<Newcomer>) {
    let mut together = Vec::with_capacity(TOGETHER);
    while waiting.recv_many(&mut together, TOGETHER).await > 0 {
        // In one order, lest two instances wait for each other.
        together.sort_by_key(|newcomer| newcomer.device);
        match all(&db, &together).await {
            Ok(checked) => {
                for (newcomer, checked) in together.drain(..).zip(checked) {
                    // Whoever asked may be gone.
                    let _ = newcomer.answer.send(Ok(checked));
                }
            }
            Err(_) => {
                for newcomer in together.drain(..) {
                    let checked = alone(&db, &newcomer).await;
                    let _ = newcomer.answer.send(checked);
                }
            }
        }
    }
}

async fn all(db: &Db, newcomers: &[Newcomer]) -> Result<Vec<Checked>, StoreError> {
    let mut tx = db.write().await?;
    let mut checked = Vec::with_capacity(newcomers.len());
    for newcomer in newcomers {
        checked.push(newcomer.enter(&mut tx).await?);
    }
    tx.commit().await?;
    Ok(checked)
}

async fn alone(db: &Db, newcomer: &Newcomer) -> Result<Checked, StoreError> {
    let mut tx = db.write().await?;
    let checked = newcomer.enter(&mut tx).await?;
    tx.commit().await?;
    Ok(checked)
}

impl Newcomer {
    async fn enter(&self, tx: &mut Tx) -> Result<Checked, StoreError> {
        devices::register_or_check(tx, self.device, &self.token, self.now).await
    }
}
