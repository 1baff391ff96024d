//! A device that the office has locked, or whose token the server does not accept: what goes from
//! it, and what stays.

use super::{Rekam, SaveError};
use crate::offline::{
    account::Session,
    keep,
    tabs::{News, tell},
};
use leptos::prelude::*;

impl Rekam {
    /// Whether the office has locked this device; nothing of it is shown then.
    #[must_use]
    pub fn locked(self) -> bool {
        self.locked.get()
    }

    /// Takes people's data off a locked device. Its identity stays, so that the office can unlock it, and so
    /// does what is not sent yet; where that fails, the next contact tries again.
    pub(super) async fn wipe(self) {
        self.locked.set(true);
        self.generation.update_value(|n| *n += 1);
        if self.looked(keep::wipe().await).is_err() {
            return;
        }
        self.be(Session::default());
        self.chosen.set(None);
        self.reload().await;
        tell(News::Changed);
    }

    /// The server gives rows, so the device is not locked, or no longer.
    pub(super) async fn unlocked(self) {
        if self.locked.get_untracked() && self.looked(keep::drop_note(keep::LOCKED).await).is_ok() {
            self.locked.set(false);
            tell(News::Changed);
        }
    }

    /// The server knows another device under this id: all that waits goes under a new one.
    pub(super) async fn take_new_identity(self) -> Result<(), SaveError> {
        let now = self.client.with_untracked(|client| client.device);
        self.looked(keep::fork(now).await)?;
        self.reload().await;
        tell(News::Changed);
        Ok(())
    }
}
