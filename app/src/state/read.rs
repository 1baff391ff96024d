//! What pages read; all tracked.

use super::{Connection, NewVersion, Rekam, StorageState, around::who_of};
use crate::clock;
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use shared::{
    client::{Client, QueuedOp, office_of},
    decide::Who,
    ids::{DeviceId, OpId},
    row::Row,
    sop::clock::ClockState,
    sync::Account,
    world::World,
};
use std::collections::BTreeMap;

impl Rekam {
    /// The device's rows with the effect of its own ops; without staff's rows while they are
    /// hidden, or were pulled for somebody else.
    pub fn view<R>(self, f: impl FnOnce(&World) -> R) -> R {
        let account = || {
            self.session
                .with(|session| session.account.as_ref().map(|a| (a.id, a.office)))
        };
        let staff = match self.hidden() {
            true => account().map(|(_, office)| office),
            // Pulled for somebody who is not signed in now.
            false => self.owner.get().and_then(|owner| {
                let is_other = account().is_none_or(|(id, _)| id != owner.account);
                is_other.then_some(owner.office)
            }),
        };
        self.client.with(|client| match staff {
            // Of this office the device has what staff may see; of others, only its own people.
            Some(office) => {
                let mut rest = client.view.clone();
                rest.forget(|row| matches!(row, Row::Office(_)) || office_of(row) != Some(office));
                f(&rest)
            }
            None => f(&client.view),
        })
    }

    pub fn ops<R>(self, f: impl FnOnce(&BTreeMap<u64, QueuedOp>) -> R) -> R {
        self.client.with(|client| f(&client.ops))
    }

    #[must_use]
    pub fn op(self, id: OpId) -> Option<QueuedOp> {
        let found = |op: &&QueuedOp| op.envelope.op_id == id;
        self.ops(|ops| ops.values().rev().find(found).cloned())
    }

    /// The device's own id, for its leases and its letters.
    #[must_use]
    pub fn device_id(self) -> DeviceId {
        self.client.with(|client| client.device)
    }

    /// Who is signed in, while they may work here.
    #[must_use]
    pub fn account(self) -> Option<Account> {
        if self.hidden() {
            return None;
        }
        self.session.with(|session| session.account.clone())
    }

    #[must_use]
    pub fn who(self) -> Who {
        self.account()
            .map_or_else(Who::resident, |account| who_of(&account))
    }

    /// Whether staff's rows are hidden: the office's working days without contact are over. A resident's
    /// own rows are always shown.
    #[must_use]
    pub fn hidden(self) -> bool {
        self.hidden.get()
    }

    /// What the device's clock is worth; pages use the corrected time.
    #[must_use]
    pub fn clock(self) -> ClockState {
        self.clock.get()
    }

    /// Whether staff use this device, also while their rows are hidden.
    #[must_use]
    pub fn is_of_staff(self) -> bool {
        self.session.with(|session| session.account.is_some())
    }

    /// The time, as the server last corrected it; moves each half minute.
    #[must_use]
    pub fn now(self) -> DateTime<Utc> {
        self.now.get()
    }

    #[must_use]
    pub fn connection(self) -> Connection {
        self.connection.get()
    }

    #[must_use]
    pub fn storage(self) -> StorageState {
        self.storage.get()
    }

    /// Whether what the device holds has been read.
    #[must_use]
    pub fn ready(self) -> bool {
        self.ready.get()
    }

    /// Whether the rows of the signed-in office have come, or cannot come now: before that a page
    /// would show an office where nothing happens.
    #[must_use]
    pub fn has_rows(self) -> bool {
        let Some(account) = self.account() else {
            return true;
        };
        let pulled = |client: &Client| client.cursor.scopes.contains_key(&account.office);
        self.client.with(pulled) || matches!(self.connection(), Connection::Offline { .. })
    }

    #[must_use]
    pub fn update(self) -> NewVersion {
        self.update.get()
    }

    /// How much somebody has entered that is not sent yet.
    #[must_use]
    pub fn unsent(self) -> usize {
        let entered = |op: &&QueuedOp| !op.is_mark();
        self.client
            .with(|client| client.unsettled().filter(entered).count())
    }

    /// When the oldest op that waits was made.
    #[must_use]
    pub fn unsent_since(self) -> Option<DateTime<Utc>> {
        self.client
            .with(|client| client.unsettled().next().map(clock::of))
    }

    /// Whether an op may be read by whoever is signed in now.
    #[must_use]
    pub fn may_read(self, op: &QueuedOp) -> bool {
        let account = self
            .session
            .with(|session| session.account.as_ref().map(|a| a.id));
        op.is_for(account)
    }

    /// Ops of whoever is signed in now that were turned down and not dealt with.
    #[must_use]
    pub fn attention(self) -> Vec<QueuedOp> {
        self.ops(|ops| {
            ops.values()
                .filter(|op| op.needs_attention() && self.may_read(op))
                .cloned()
                .collect()
        })
    }

    /// Changes when a page should ask the server again: each minute, when the network comes back, and when
    /// what was said is sent.
    #[must_use]
    pub fn ask_again(self) -> Memo<(i64, bool, usize)> {
        Memo::new(move |_| {
            (
                self.now().timestamp() / 60,
                self.connection() == Connection::Online,
                self.unsent(),
            )
        })
    }

    /// When the server's rows last came completely.
    #[must_use]
    pub fn contact(self) -> Option<DateTime<Utc>> {
        self.contact.get()
    }

    /// A form says that it holds something unsaved (`true`) or no longer does; the update bar
    /// waits for it.
    pub fn mark_dirty(self, dirty: bool) {
        self.dirty.update(|count| {
            *count = if dirty {
                *count + 1
            } else {
                count.saturating_sub(1)
            };
        });
    }

    #[must_use]
    pub fn is_dirty(self) -> bool {
        self.dirty.get() > 0
    }
}
