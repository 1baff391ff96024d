//! One round: send what waits, in order, then pull until there is no more.

use super::{NewVersion, Rekam, SaveError};
use crate::{
    api::{self, ApiError},
    clock,
    offline::{
        keep::{self, Pulled},
        tabs::{News, tell},
    },
};
use chrono::TimeDelta;
use leptos::prelude::*;
use shared::{
    client::{OpStatus, QueuedOp, Remedy, remedy},
    problem::Code,
    row::Change,
    sync::{Push, Pushed},
};

/// Settled ops are kept this long, for a server restored from a backup.
const KEPT: TimeDelta = TimeDelta::days(30);
/// A push that stops this often in a row waits for the next round.
const STOPS: u32 = 4;

/// Why a round ended early.
enum Break {
    Offline,
    /// The server answered, but the round cannot go on now.
    Wait,
    Storage(SaveError),
}

impl From<SaveError> for Break {
    fn from(error: SaveError) -> Self {
        Self::Storage(error)
    }
}

impl Rekam {
    /// One round. `false` when it should be tried again soon.
    pub(super) async fn sync_once(self) -> bool {
        let round = async {
            self.push_all().await?;
            if self.pull_all().await? {
                self.push_all().await?;
            }
            self.prepare_tablet_if_low().await;
            self.sweep().await
        };
        match round.await {
            Ok(()) => {
                self.online();
                true
            }
            Err(Break::Offline) => {
                self.probe().await;
                false
            }
            Err(Break::Wait) => {
                self.online();
                false
            }
            Err(Break::Storage(error)) => {
                let _ = self.noticed::<()>(Err(error));
                false
            }
        }
    }

    async fn push_all(self) -> Result<(), Break> {
        let mut from = None;
        let mut most = usize::MAX;
        let mut stops = 0;
        while let Some(push) = self.next_push(from, most) {
            let Some(device) = self.device.get_value() else {
                return Err(Break::Wait);
            };
            let sent = push.ops.len();
            match api::push(&device, &push).await {
                Ok(pushed) => {
                    self.online();
                    self.settle(&pushed).await?;
                    from = None;
                    if let Some(stopped) = pushed.stopped {
                        stops += 1;
                        from = self.mend(stopped.code, stopped.expected).await?;
                    } else if pushed.results.is_empty() {
                        return Err(Break::Wait);
                    }
                }
                Err(ApiError::Problem(body)) => match body.code {
                    Code::TooLarge | Code::TooManyOps if sent > 1 => most = sent / 2,
                    code => {
                        stops += 1;
                        from = self.mend(code, body.expected.unwrap_or(1)).await?;
                    }
                },
                Err(ApiError::Offline | ApiError::Unreadable) => return Err(Break::Offline),
            }
            if stops > STOPS {
                return Err(Break::Wait);
            }
        }
        Ok(())
    }

    /// The next ops to send, marked as sent.
    fn next_push(self, from: Option<u64>, most: usize) -> Option<Push> {
        let now = clock::now();
        let mut push = None;
        let waits = self.client.with_untracked(|client| client.unsettled().next().is_some());
        if !waits && from.is_none() {
            return None;
        }
        self.client.update(|client| {
            push = match from {
                Some(seq) => Some(client.push_from(seq, now, true)),
                None => client.next_push(now),
            };
        });
        let mut push = push.filter(|push| !push.ops.is_empty())?;
        push.ops.truncate(most);
        Some(push)
    }

    /// What to do when the server stopped; the seq to go on from, if another.
    async fn mend(self, code: Code, expected: u64) -> Result<Option<u64>, Break> {
        match remedy(code, expected) {
            Remedy::SendFrom(seq) => {
                self.send_again(seq);
                Ok(Some(seq))
            }
            Remedy::Fork => {
                keep::fork().await?;
                self.reload().await;
                tell(News::Changed);
                Ok(None)
            }
            Remedy::Update => {
                self.update.set(NewVersion::Needed);
                Err(Break::Wait)
            }
            Remedy::Wait => Err(Break::Wait),
        }
    }

    /// The server lost what it had answered: those ops wait for an answer again.
    fn send_again(self, from: u64) {
        self.client.update(|client| {
            for (_, op) in client.ops.range_mut(from..) {
                op.status = OpStatus::Sent;
            }
        });
    }

    async fn settle(self, pushed: &Pushed) -> Result<(), Break> {
        let around = self.around();
        let mut settled: Vec<QueuedOp> = Vec::new();
        self.client.update(|client| {
            let effects = client.settle(pushed, clock::now());
            settled = effects
                .ops
                .iter()
                .filter_map(|seq| client.ops.get(seq).cloned())
                .collect();
            // What was turned down must not be shown as if it held.
            if settled.iter().any(QueuedOp::needs_attention) {
                client.replay(&around);
            }
        });
        if !settled.is_empty() {
            self.noticed(keep::settle(&settled).await)?;
            tell(News::Changed);
        }
        Ok(())
    }

    /// Pulls all there is. `true` when the server turned out to have forgotten ops of ours.
    async fn pull_all(self) -> Result<bool, Break> {
        let mut lost = false;
        loop {
            let Some(device) = self.device.get_value() else {
                return Err(Break::Wait);
            };
            let generation = self.generation.get_value();
            let cursor = self.client.with_untracked(|client| client.cursor.clone());
            let pulled = match api::pull(&device, &cursor).await {
                Ok(pulled) => pulled,
                Err(ApiError::Problem(body)) => {
                    self.mend(body.code, body.expected.unwrap_or(1)).await?;
                    return Err(Break::Wait);
                }
                Err(_) => return Err(Break::Offline),
            };
            self.online();
            if generation != self.generation.get_value() {
                continue;
            }
            let around = self.around();
            let mut changes: Option<Vec<Change>> = None;
            let nothing_new = pulled.changes.is_empty() && pulled.reset.is_empty();
            self.client.update(|client| {
                changes = client.pulled(&pulled, &around).ok();
                if !pulled.reset.is_empty() {
                    self.add_offices(client);
                    client.replay(&around);
                }
            });
            let Some(changes) = changes else {
                // A row of a shape that this build does not know.
                self.update.set(NewVersion::Needed);
                return Err(Break::Wait);
            };
            let now = clock::now();
            let at = if pulled.more { self.contact.get_untracked() } else { Some(now) };
            let progress = Pulled {
                cursor: pulled.cursor.clone(),
                base_seq: pulled.device_seq,
                at,
            };
            self.noticed(keep::page(&changes, &pulled.reset, &progress).await)?;
            if !nothing_new {
                tell(News::Changed);
            }
            lost |= self.client.with_untracked(|client| {
                client
                    .ops
                    .values()
                    .any(|op| op.is_settled() && op.envelope.seq > pulled.device_seq)
            });
            if !pulled.more {
                self.contact.set(Some(now));
                break;
            }
        }
        if lost {
            let from = self.client.with_untracked(|client| client.base_seq + 1);
            self.send_again(from);
        }
        Ok(lost)
    }

    async fn sweep(self) -> Result<(), Break> {
        let before = clock::now() - KEPT;
        let mut gone = Vec::new();
        self.client.update_untracked(|client| gone = client.forget_settled(before));
        if !gone.is_empty() {
            self.noticed(keep::forget(&gone).await)?;
        }
        Ok(())
    }
}
