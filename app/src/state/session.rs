//! Who is signed in. The account is kept with the time of its last confirmation, so that it
//! survives a day without a network; signing out hides rows and keeps the outbox.

use super::{Rekam, SaveError, prefs};
use crate::{
    api::{self, ApiError},
    clock,
    offline::{
        account::{self, Left, Session},
        closing::close_left,
        keep::{self, Owner},
        pins,
        tabs::{News, tell},
    },
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use shared::{
    client::Client,
    office::Office,
    problem::Code,
    sop::offline,
    sync::{Account, NewPassword, Role, SignIn},
};

impl Session {
    /// Whether the working days without contact are over of the office of whoever is signed in: since the
    /// account was last confirmed, or the rows were last pulled.
    pub(super) fn is_hidden(
        &self,
        contact: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
        office: Option<&Office>,
    ) -> bool {
        let Some(confirmed) = self.confirmed else {
            return true;
        };
        // A pull speaks for the account too; rows of before a sign-in are not older than what it confirmed.
        let last = contact.map_or(confirmed, |at| at.max(confirmed));
        now >= offline::until(office, last)
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
    ///
    /// # Errors
    /// [`SaveError`] when the device cannot keep it and the server did not hear of it: a reload of the page
    /// may undo it.
    pub async fn sign_out(self) -> Result<(), SaveError> {
        let left = self.leave().await;
        tell(News::Changed);
        self.sync_now();
        self.close_left().await;
        left
    }

    /// Takes everything off the device.
    ///
    /// # Errors
    /// [`SaveError::Unsent`] while ops wait that only this device has.
    pub async fn erase_device(self) -> Result<(), SaveError> {
        let mut due = account::due().await?;
        let everybody = self.session.with_untracked(Session::everybody);
        due.extend(everybody.into_iter().map(Some));
        // Whatever comes between: what is erased is signed out.
        keep::erase(&due).await?;
        let mut untold = Vec::new();
        for who in due {
            let is_told = match self.device.get_value() {
                Some(device) => api::sign_out(&device, who, None).await.is_ok(),
                None => false,
            };
            untold.extend((!is_told).then_some(who));
        }
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
        loop {
            let before = self.session.get_untracked();
            let Some(account) = &before.account else {
                return;
            };
            match self.heard(api::session(&device).await) {
                // Unless they have signed out while the answer was on its way.
                Ok(told) if self.is_signed_in(account) => return self.confirm(told).await,
                Ok(_) => return,
                Err(error) => match error.code() {
                    Some(Code::SessionMissing) if self.ran_out(&before).await => {}
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

    /// The server no longer knows the session that it was asked about; a later one is not meant. Whether it has
    /// ended here.
    async fn ran_out(self, asked: &Session) -> bool {
        if self.session.with_untracked(|now| now != asked) {
            return false;
        }
        // Another tab has signed in since; where nothing could be written the next check tries again.
        let Ok(Some(left)) = self.looked(account::sign_out(asked, true).await) else {
            return false;
        };
        self.go_on(left).await;
        tell(News::Changed);
        // What the device may still see as anybody comes back with a pull.
        self.sync_now();
        self.close_left().await;
        true
    }

    /// The account is signed in here no longer; another one that is may go on. Durable before anything else: the
    /// cookie is still there, and the network may be away. Without room to write it down, what is here goes first.
    pub(super) async fn leave(self) -> Result<(), SaveError> {
        let before = self.session.get_untracked();
        self.be(Session::default());
        let mut left = self.looked(account::sign_out(&before, false).await);
        if left.is_err() {
            let deleted = account::only_delete(before.owner()).await;
            left = account::sign_out(&before, false).await;
            if left.is_err() && deleted.is_ok() && self.is_told_of_sign_out(&before).await {
                left = Ok(None);
            }
        }
        let end = left.as_ref().ok().cloned().flatten();
        self.go_on(end.unwrap_or(Left::Nobody)).await;
        left.map(drop)
    }

    async fn is_told_of_sign_out(self, before: &Session) -> bool {
        let next_seq = keep::next_seq().await.ok().flatten();
        match self.device.get_value() {
            Some(device) => api::sign_out(&device, before.id(), next_seq).await.is_ok(),
            None => false,
        }
    }

    /// Shows the device as whoever goes on sees it.
    async fn go_on(self, left: Left) {
        match left {
            Left::Heir(heir) => self.take_over(*heir),
            Left::Nobody => {
                self.generation.update_value(|n| *n += 1);
                self.be(Session::default());
                self.listen_anew();
            }
        }
        self.reload().await;
    }

    /// Closes what those who are not signed in now have left. The next round tries again.
    pub(super) async fn close_left(self) {
        let signed_in = self.session.with_untracked(Session::everybody);
        let is_left = |client: &Client| client.ops.values().any(|op| op.is_left(&signed_in));
        if !self.client.with_untracked(is_left) {
            return;
        }
        if let Ok(true) = self.looked(close_left(&signed_in).await) {
            self.reload().await;
            tell(News::Changed);
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
