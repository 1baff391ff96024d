//! One round: send what waits, in order, then pull until there is no more.

use super::{NewVersion, Rekam, SaveError};
use crate::{
    api::{self, ApiError},
    clock,
    offline::{
        account::{self, Session},
        keep::{self, Pulled},
        tabs::{News, tell},
    },
};
use leptos::{prelude::*, task::spawn_local};
use shared::{
    client::{Client, QueuedOp, Remedy, remedy},
    problem::Code,
    row::Change,
    sync::{Push, Pushed},
};

/// A push that stops this often in a row waits for the next round.
const STOPS: u32 = 4;

/// Why a round ended early.
enum Break {
    Offline,
    /// The server answered, but the round cannot go on now.
    Wait,
    /// The office has locked this device.
    Locked,
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
            let pushed = self.push_all().await;
            // Whatever became of the push: nothing is pulled before the server knows who has gone.
            self.sign_out_if_due().await?;
            pushed?;
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
                self.cut_off();
                // A portal's answer or a single failure: the server itself may be there.
                self.probe().await;
                false
            }
            Err(Break::Locked) => {
                self.online();
                self.wipe().await;
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

    /// The server said elsewhere than in a round that the device is locked: sends what waits, then wipes.
    /// What could not be sent stays for the next round.
    pub(super) async fn locked_out(self) {
        let _ = self.push_all().await;
        self.wipe().await;
    }

    /// Tells the server of a sign-out that it has not heard of.
    async fn sign_out_if_due(self) -> Result<(), Break> {
        let due = account::due().await?;
        if due.is_empty() {
            return Ok(());
        }
        let Some(device) = self.device.get_value() else {
            return Err(Break::Wait);
        };
        for who in due {
            match api::sign_out(&device, who, keep::next_seq().await?).await {
                Ok(()) => {}
                Err(ApiError::Problem(_)) => return Err(Break::Wait),
                Err(_) => return Err(Break::Offline),
            }
        }
        Ok(self.looked(account::keep_due(&[]).await)?)
    }

    async fn push_all(self) -> Result<(), Break> {
        let mut most = usize::MAX;
        let mut stops = 0;
        while let Some(push) = self.next_push(most) {
            let Some(device) = self.device.get_value() else {
                return Err(Break::Wait);
            };
            let sent = push.ops.len();
            let stop = match api::push(&device, &push).await {
                Ok(pushed) => {
                    self.online();
                    let other_epoch = self.settle(&pushed).await;
                    self.unsent_again();
                    if other_epoch? {
                        self.pull_all().await?;
                        stops += 1;
                    }
                    if pushed.results.is_empty() && pushed.stopped.is_none() {
                        return Err(Break::Wait);
                    }
                    pushed
                        .stopped
                        .map(|stopped| (stopped.code, stopped.expected))
                }
                Err(error) => {
                    self.unsent_again();
                    self.refused(error, sent, &mut most).await?
                }
            };
            if let Some((code, expected)) = stop {
                stops += 1;
                // A server that was restored says so with its pull, and then all is rewound.
                let restored = code == Code::SeqGap && self.pull_all().await?;
                if !restored {
                    self.mend(code, expected).await?;
                }
            }
            if stops > STOPS {
                return Err(Break::Wait);
            }
        }
        Ok(())
    }

    /// What an error means for the push: a stop to mend, or nothing when it can go on: with smaller
    /// pushes, or without the one op that is too large by itself.
    async fn refused(
        self,
        error: ApiError,
        sent: usize,
        most: &mut usize,
    ) -> Result<Option<(Code, u64)>, Break> {
        let ApiError::Problem(body) = error else {
            return Err(Break::Offline);
        };
        match body.code {
            Code::TooLarge | Code::TooManyOps if sent > 1 => {
                *most = sent / 2;
                Ok(None)
            }
            // One op alone does not stop those behind it.
            Code::TooLarge => {
                let around = self.around();
                let mut seqs = Vec::new();
                self.client.update(|client| {
                    seqs = client.too_large(clock::now()).ops;
                    client.replay(&around);
                });
                if let Some(seq) = seqs.first() {
                    self.keep_from(*seq).await?;
                }
                *most = usize::MAX;
                Ok(None)
            }
            code => Ok(Some((code, body.expected.unwrap_or(1)))),
        }
    }

    /// "Sent" is said only while a request is on its way.
    fn unsent_again(self) {
        self.client.maybe_update(Client::unsent);
    }

    /// The next ops to send, marked as sent.
    fn next_push(self, most: usize) -> Option<Push> {
        let none = |client: &Client| client.unsettled().next().is_none();
        if self.client.with_untracked(none) {
            return None;
        }
        let mut push = None;
        self.client
            .update(|client| push = client.next_push(clock::own(), clock::shift()));
        let mut push: Push = push?;
        push.ops.truncate(most);
        Some(push)
    }

    /// What to do when the server stopped; `Ok` when the queue can go on.
    async fn mend(self, code: Code, expected: u64) -> Result<(), Break> {
        if code == Code::DeviceRevoked {
            return Err(Break::Locked);
        }
        match remedy(code, expected) {
            Remedy::Rewind(seq) => {
                self.client.update(|client| drop(client.missed(seq)));
                self.keep_from(seq).await
            }
            Remedy::Fork => Ok(self.take_new_identity().await?),
            Remedy::Update => {
                self.update.set(NewVersion::Needed);
                Err(Break::Wait)
            }
            Remedy::Wait => Err(Break::Wait),
        }
    }

    /// Writes the ops from a seq on as they are now.
    async fn keep_from(self, seq: u64) -> Result<(), Break> {
        let later = |client: &Client| client.ops.range(seq..).map(|(_, op)| op.clone()).collect();
        let ops: Vec<QueuedOp> = self.client.with_untracked(later);
        self.noticed(keep::settle(&ops).await)?;
        Ok(())
    }

    /// Takes the answers. `true` when they come from another epoch: pull first.
    async fn settle(self, pushed: &Pushed) -> Result<bool, Break> {
        let around = self.around();
        let mut settled: Vec<QueuedOp> = Vec::new();
        let mut other_epoch = false;
        let first = self
            .client
            .with_untracked(|client| client.cursor.epoch.is_empty());
        self.client.update(|client| {
            let effects = client.settle(pushed, clock::now());
            other_epoch = effects.other_epoch;
            settled = effects
                .ops
                .iter()
                .filter_map(|seq| client.ops.get(seq).cloned())
                .collect();
            if effects.outdated {
                client.replay(&around);
            }
        });
        if !settled.is_empty() {
            self.noticed(keep::settle(&settled).await)?;
            tell(News::Changed);
        }
        if first {
            self.noticed(keep::epoch(&pushed.epoch).await)?;
        }
        Ok(other_epoch)
    }

    /// Pulls all there is. `true` when the server was restored and ops wait anew.
    async fn pull_all(self) -> Result<bool, Break> {
        let mut restored = false;
        loop {
            let Some(device) = self.device.get_value() else {
                return Err(Break::Wait);
            };
            let generation = self.generation.get_value();
            let cursor = self.client.with_untracked(|client| client.cursor.clone());
            let epoch = cursor.epoch.clone();
            let owner = self.session.with_untracked(Session::owner);
            let asked = api::pull(&device, &cursor, owner.map(|owner| owner.account));
            let pulled = match asked.await {
                Ok(pulled) => pulled,
                Err(ApiError::Problem(body)) => {
                    self.mend(body.code, body.expected.unwrap_or(1)).await?;
                    return Err(Break::Wait);
                }
                Err(_) => return Err(Break::Offline),
            };
            self.online();
            self.hear_time(pulled.now).await;
            if generation != self.generation.get_value() {
                continue;
            }
            let around = self.around();
            let mut changes: Option<Vec<Change>> = None;
            let nothing_new = pulled.changes.is_empty() && pulled.reset.is_empty();
            self.client.maybe_update(|client| {
                let news = client.is_news(&pulled);
                changes = client.pulled(&pulled, &around).ok();
                if !pulled.reset.is_empty() {
                    self.add_offices(client);
                    client.replay(&around);
                }
                news
            });
            let Some(changes) = changes else {
                // A row of a shape that this build does not know.
                self.update.set(NewVersion::Needed);
                return Err(Break::Wait);
            };
            let now = clock::now();
            let at = if pulled.more {
                self.contact.get_untracked()
            } else {
                Some(now)
            };
            let progress = Pulled {
                cursor: pulled.cursor.clone(),
                base_seq: pulled.device_seq,
                at,
                owner,
            };
            self.own(owner);
            self.noticed(keep::page(&changes, &pulled.reset, &progress).await)?;
            if !nothing_new {
                tell(News::Changed);
            }
            if !epoch.is_empty() && epoch != pulled.cursor.epoch {
                restored = true;
                self.keep_from(pulled.device_seq + 1).await?;
            }
            if !pulled.more {
                self.contact.set(Some(now));
                self.unlocked().await;
                let scopes = &pulled.cursor.scopes;
                if owner.is_some_and(|owner| !scopes.contains_key(&owner.office)) {
                    // The server gives them nothing: their session may have ended elsewhere.
                    spawn_local(self.check_session());
                }
                break;
            }
        }
        Ok(restored)
    }

    async fn sweep(self) -> Result<(), Break> {
        // Settled only now, and their author has gone.
        self.close_left().await;
        let before = clock::now() - keep::KEPT;
        let mut gone = Vec::new();
        self.client
            .update_untracked(|client| gone = client.forget_settled(before));
        if !gone.is_empty() {
            self.looked(keep::forget(&gone).await)?;
        }
        Ok(())
    }
}
