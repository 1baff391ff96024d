//! Who is signed in. The account is kept with the time of its last confirmation, so that it
//! survives a day without a network; signing out hides rows and keeps the outbox.

use super::{Rekam, SaveError, prefs};
use crate::{
    api::{self, ApiError},
    clock,
    offline::{
        keep::{self, Owner},
        tabs::{News, tell},
    },
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use shared::{
    office::Office,
    problem::Code,
    sop::offline,
    sync::{Account, NewPassword, Role, SignIn},
};

/// The account of this device and when the server last confirmed it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub account: Option<Account>,
    pub confirmed: Option<DateTime<Utc>>,
}

impl Session {
    /// For whom rows are pulled.
    pub(super) fn owner(&self) -> Option<Owner> {
        self.account.as_ref().map(|account| Owner {
            account: account.id,
            office: account.office,
        })
    }

    /// Whether the office's working days without contact are over: since the account was last confirmed,
    /// or the rows were last pulled.
    pub(super) fn is_hidden(
        &self,
        contact: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
        offices: &[Office],
    ) -> bool {
        let Some(account) = &self.account else {
            return false;
        };
        let office = offices.iter().find(|office| office.id == account.office);
        let until = |at| match office {
            Some(office) => office.works_offline_until(at),
            None => offline::until_without_office(at),
        };
        let Some(confirmed) = self.confirmed else {
            return true;
        };
        // A pull speaks for the account too; rows of before a sign-in are not older than what it confirmed.
        now >= until(contact.map_or(confirmed, |at| at.max(confirmed)))
    }
}

impl Rekam {
    /// Signs in; the rows of the account's office follow by themselves.
    ///
    /// # Errors
    /// [`ApiError`]; needs a network.
    pub async fn sign_in(self, username: String, password: String) -> Result<Account, ApiError> {
        let mut given = SignIn {
            username,
            password,
            next_seq: keep::next_seq().await.ok().flatten(),
            beside: Vec::new(),
        };
        let mut answer = self.ask_to_sign_in(&given).await;
        if code_of(&answer) == Some(Code::DeviceToken) && self.take_new_identity().await.is_ok() {
            given.next_seq = keep::next_seq().await.ok().flatten();
            answer = self.ask_to_sign_in(&given).await;
        }
        let account = answer?;
        let before = self.session.get_untracked().account;
        if let Some(before) = before.filter(|before| before.id != account.id) {
            self.drop_rows_of(&before).await;
        }
        self.confirm(account.clone(), true).await;
        let seal = account.seal.clone();
        self.client
            .update_untracked(|client| client.seals.extend(seal));
        prefs::ask_to_persist();
        self.generation.update_value(|n| *n += 1);
        if account.role == Role::Operator {
            self.prepare_tablet(&account).await;
        }
        tell(News::Changed);
        self.sync_now();
        Ok(account)
    }

    /// Signs out, also without a network: the other person sees nothing of what was here, and what
    /// is not sent yet stays queued.
    pub async fn sign_out(self) {
        self.leave(false).await;
        tell(News::Changed);
        self.sync_now();
    }

    /// Takes everything off the device.
    ///
    /// # Errors
    /// [`SaveError::Unsent`] while ops wait that only this device has.
    pub async fn erase_device(self) -> Result<(), SaveError> {
        let mut is_told = true;
        if let Some(device) = self.device.get_value() {
            is_told = api::sign_out(&device, None).await.is_ok();
        }
        keep::erase().await?;
        if !is_told {
            keep::keep_note(keep::SIGN_OUT_DUE, &true).await?;
        }
        prefs::erase();
        self.session.set(Session::default());
        self.contact.set(None);
        self.chosen.set(None);
        self.generation.update_value(|n| *n += 1);
        self.reload().await;
        tell(News::Changed);
        Ok(())
    }

    /// Asks the server who is signed in. An answer of "nobody" drops the account; no answer
    /// changes nothing.
    pub(super) async fn check_session(self) {
        let Some(device) = self.device.get_value() else {
            return;
        };
        let Some(before) = self.session.get_untracked().account else {
            return;
        };
        match self.heard(api::session(&device).await) {
            // Unless they have signed out while the answer was on its way.
            Ok(account) if self.is_signed_in(&before) => self.confirm(account, false).await,
            Ok(_) => {}
            Err(error) => match error.code() {
                Some(Code::SessionMissing) => {
                    self.leave(true).await;
                    tell(News::Changed);
                    // What the device may still see as anybody comes back with a pull.
                    self.sync_now();
                }
                Some(Code::DeviceToken) => drop(self.take_new_identity().await),
                Some(Code::DeviceRevoked) => self.locked_out().await,
                _ => {}
            },
        }
    }

    fn is_signed_in(self, account: &Account) -> bool {
        let now = self.session.get_untracked().account;
        now.is_some_and(|now| now.id == account.id)
    }

    /// Gives whoever is signed in another password.
    ///
    /// # Errors
    /// [`ApiError`]; needs a network.
    pub async fn change_password(self, given: NewPassword) -> Result<(), ApiError> {
        let device = self.device.get_value().ok_or(ApiError::Offline)?;
        self.heard(api::change_password(&device, &given).await)
    }

    async fn ask_to_sign_in(self, given: &SignIn) -> Result<Account, ApiError> {
        let device = self.device.get_value().ok_or(ApiError::Offline)?;
        self.heard(api::sign_in(&device, given).await)
    }

    /// Somebody is signed in, `anew` or still.
    async fn confirm(self, account: Account, anew: bool) {
        let id = account.id;
        // The seal is kept with the queue, and not with who is signed in.
        let kept = Account {
            seal: None,
            ..account.clone()
        };
        let session = Session {
            account: Some(kept),
            confirmed: Some(clock::now()),
        };
        let kept = keep::signed_in(&account, &session, anew).await;
        if let Ok(false) = self.noticed(kept) {
            return;
        }
        let is_other = self
            .session
            .with_untracked(|before| before.account.as_ref().map(|a| a.id) != Some(id));
        self.session.set(session);
        if is_other {
            self.listen_anew();
        }
    }

    /// Nobody is signed in from here on. Durable before anything else: the cookie is still there, and
    /// the network may be away.
    async fn leave(self, ran_out: bool) {
        let before = self.session.get_untracked();
        self.session.set(Session::default());
        let _ = self.looked(keep::sign_out(before.owner(), ran_out).await);
        self.listen_anew();
        if let Some(account) = &before.account {
            self.drop_rows_of(account).await;
        }
    }

    /// Takes note of whom staff's rows are for.
    pub(super) fn own(self, owner: Option<Owner>) {
        if self.owner.get_untracked() != owner {
            self.owner.set(owner);
        }
    }

    async fn drop_rows_of(self, account: &Account) {
        self.generation.update_value(|n| *n += 1);
        let _ = self.looked(keep::drop_office(account.office).await);
        self.reload().await;
    }
}

fn code_of<T>(answer: &Result<T, ApiError>) -> Option<Code> {
    answer.as_ref().err().and_then(ApiError::code)
}
