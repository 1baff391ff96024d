//! The one door for writes: durable first, then shown, then sent.

use super::{Rekam, SaveError, around::Around, prefs};
use crate::offline::{
    db::StorageState,
    keep,
    tabs::{News, tell},
};
use leptos::{prelude::*, task::spawn_local};
use shared::{
    client::QueuedOp,
    command::Command,
    envelope::Actor,
    ids::{OfficeId, OpId},
};
use std::time::Duration;

/// What was touched is drawn before it is sent.
const DRAWN: Duration = Duration::from_millis(50);

impl Rekam {
    /// Queues a command. When it answers `Ok` the command is on the disk, its effect is shown, and
    /// it is on its way if there is a network.
    ///
    /// # Errors
    /// [`SaveError`]: nothing was queued, and what was typed should stay on the screen.
    pub async fn append(self, office: OfficeId, command: Command) -> Result<OpId, SaveError> {
        self.append_from(None, office, command).await
    }

    /// As [`Self::append`], and in one with it drops the draft that the command was typed in: a phone
    /// that dies in between must not come back with a form that invites a second booking.
    ///
    /// # Errors
    /// As [`Self::append`].
    pub async fn append_from(
        self,
        draft: Option<&str>,
        office: OfficeId,
        command: Command,
    ) -> Result<OpId, SaveError> {
        let actor = self
            .session
            .with_untracked(|session| session.account.as_ref().map(|account| account.id))
            .map_or(Actor::Resident, Actor::User);
        let op = self.noticed(keep::append(actor, office, &command, draft).await)?;
        let id = op.envelope.op_id;
        self.show(op, &command).await;
        tell(News::Changed);
        set_timeout(move || self.sync_now(), DRAWN);
        if matches!(command, Command::RequestBooking(_)) {
            prefs::ask_to_persist();
        }
        Ok(id)
    }

    /// Puts a durable op into the view: at its place if this tab knew all before it, else all is
    /// read again.
    async fn show(self, op: QueuedOp, command: &Command) {
        let envelope = &op.envelope;
        let around = self.around();
        let fits = self.client.with_untracked(|client| {
            client.device == envelope.device_id && client.next_seq == envelope.seq
        });
        if !fits {
            self.reload().await;
            return;
        }
        self.client
            .update(|client| drop(client.add(op, command, &around)));
    }

    /// The person has dealt with a rejected op.
    pub fn dismiss(self, seq: u64) {
        let mut dealt = None;
        self.client
            .update(|client| dealt = client.dismiss(seq).cloned());
        if let Some(op) = dealt {
            spawn_local(async move {
                let _ = self.noticed(keep::settle(&[op]).await);
                tell(News::Changed);
            });
        }
    }

    pub(super) fn around(self) -> Around {
        Around {
            account: self
                .session
                .with_untracked(|session| session.account.clone()),
        }
    }

    /// As [`Self::noticed`], for what only reads or clears: it says nothing about room.
    pub(super) fn looked<T>(self, result: Result<T, SaveError>) -> Result<T, SaveError> {
        if result.is_ok() && self.storage.get_untracked() == StorageState::Full {
            return result;
        }
        self.noticed(result)
    }

    /// Takes note of what saving says about the storage.
    pub(super) fn noticed<T>(self, result: Result<T, SaveError>) -> Result<T, SaveError> {
        let state = match &result {
            Ok(_) => Some(StorageState::Ok),
            Err(error) => error.storage(),
        };
        if let Some(state) = state
            && state != self.storage.get_untracked()
        {
            self.storage.set(state);
        }
        result
    }
}
