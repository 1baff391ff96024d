//! Who is signed in. The account is kept with the time of its last confirmation, so that it
//! survives a day without a network; signing out hides rows and keeps the outbox.

use super::{Rekam, SaveError, prefs};
use crate::{
    api::{self, ApiError},
    clock,
    offline::{
        account::{self, Session},
        keep::{self, Owner},
        pins,
        tabs::{News, tell},
    },
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use shared::{
    office::Office,
    problem::Code,
    sop::offline,
    sync::{Account, NewPassword, Role, SignIn},
};

impl Session {
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
            beside: pins::unlockers().await,
        };
        let mut answer = self.ask_to_sign_in(&given).await;
        if code_of(&answer) == Some(Code::DeviceToken) && self.take_new_identity().await.is_ok() {
            given.next_seq = keep::next_seq().await.ok().flatten();
            answer = self.ask_to_sign_in(&given).await;
        }
        let account = answer?;
        let before = self.session.get_untracked().account;
        let goes =
            |before: &Account| before.id != account.id && !account.beside.contains(&before.id);
        if let Some(before) = before.filter(goes) {
            self.drop_rows_of(&before).await;
        }
        self.enter(account.clone()).await;
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
        let mut due = account::due().await?;
        let everybody = self.session.with_untracked(Session::everybody);
        due.extend(everybody.into_iter().map(Some));
        let mut untold = Vec::new();
        if let Some(device) = self.device.get_value() {
            for who in due {
                let told = api::sign_out(&device, who, None).await;
                untold.extend(told.is_err().then_some(who));
            }
        }
        keep::erase().await?;
        account::keep_due(&untold).await?;
        prefs::erase();
        self.be(Session::default());
        self.contact.set(None);
        self.chosen.set(None);
        self.generation.update_value(|n| *n += 1);
        self.reload().await;
        tell(News::Changed);
        Ok(())
    }

    /// Asks the server who is signed in. An answer of "nobody" drops the account, and asks for whoever goes
    /// on; no answer changes nothing.
    pub(super) async fn check_session(self) {
        let Some(device) = self.device.get_value() else {
            return;
        };
        while let Some(before) = self.session.get_untracked().account {
            match self.heard(api::session(&device).await) {
                // Unless they have signed out while the answer was on its way.
                Ok(account) if self.is_signed_in(&before) => return self.confirm(account).await,
                Ok(_) => return,
                Err(error) => match error.code() {
                    Some(Code::SessionMissing) if self.is_signed_in(&before) => {
                        self.leave(true).await;
                        tell(News::Changed);
                        // What the device may still see as anybody comes back with a pull.
                        self.sync_now();
                    }
                    Some(Code::DeviceToken) => return drop(self.take_new_identity().await),
                    Some(Code::DeviceRevoked) => return self.locked_out().await,
                    _ => return,
                },
            }
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

    /// Somebody is signed in from here on. The seal is kept with the queue, and not with who is signed in.
    async fn enter(self, mut account: Account) {
        let seal = account.seal.take();
        let session = Session {
            account: Some(account),
            confirmed: Some(clock::now()),
        };
        let _ = self.noticed(pins::entered(&session, seal.as_ref()).await);
        self.client
            .update_untracked(|client| client.seals.extend(seal));
        self.take_over(session);
    }

    /// Somebody else is the one who works here, over the rows that are.
    pub(super) fn take_over(self, session: Session) {
        let before = self.owner.get_untracked().map(|owner| owner.office);
        let owner = session.owner();
        self.generation.update_value(|n| *n += 1);
        if before == owner.map(|owner| owner.office) {
            self.own(owner);
        }
        let is_other = self.session.with_untracked(|was| was.id() != session.id());
        self.be(session);
        if is_other {
            self.listen_anew();
        }
    }

    /// The server says that somebody still is signed in.
    async fn confirm(self, account: Account) {
        let beside = self.session.with_untracked(|session| {
            let known = session.account.as_ref();
            known.map(|known| known.beside.clone()).unwrap_or_default()
        });
        let session = Session {
            account: Some(Account { beside, ..account }),
            confirmed: Some(clock::now()),
        };
        if let Ok(false) = self.noticed(account::confirmed(&session).await) {
            return;
        }
        self.be(session);
    }

    /// The account is signed in here no longer, and whoever else may goes on. Durable before anything else: the
    /// cookie is still there, and the network may be away.
    pub(super) async fn leave(self, ran_out: bool) {
        let before = self.session.get_untracked();
        self.be(Session::default());
        let left = self.looked(account::sign_out(&before, ran_out).await);
        if let Some(heir) = left.ok().flatten() {
            self.take_over(heir);
            return self.reload().await;
        }
        self.listen_anew();
        if let Some(account) = &before.account {
            self.drop_rows_of(account).await;
        }
    }

    /// From now on the device speaks for this account.
    pub(super) fn be(self, session: Session) {
        api::speak_for(session.id());
        self.session.set(session);
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
