//! Signing in: the answer to an unknown name and to a wrong password is the same, and takes as long.

use shared::{problem::Code, sync::SignIn};

use super::{
    device::AnyDevice,
    password,
    session::{IDLE, LONGEST, Session},
    token,
};
use crate::{
    address::Network,
    error::ApiError,
    state::{Address, State},
    store::{
        self,
        accounts::Account,
        devices::{self, Checked},
    },
};

const USERNAME: usize = 64;

/// Usernames as they are kept: what people type with capitals or a space at the end is the same.
#[must_use]
pub fn username(typed: &str) -> String {
    typed.trim().to_lowercase()
}

/// Checks name and password and opens a session on the device; the one `before` in the same browser
/// ends. Returns the account and the session's token.
///
/// # Errors
/// `sign_in_failed`.
pub async fn sign_in(
    state: &State,
    device: AnyDevice,
    from: Address,
    given: SignIn,
    before: Option<Session>,
) -> Result<(Account, String), ApiError> {
    let id = device.unlocked()?;
    if given.username.len() > USERNAME || given.password.len() > *password::LENGTH.end() {
        return Err(Code::SignInFailed.into());
    }
    let mut tx = state.db.read().await?;
    let account = store::accounts::by_username(&mut tx, &username(&given.username)).await?;
    drop(tx);
    let account = account.filter(|account| !account.revoked);
    let hash = account
        .as_ref()
        .map(|account| account.password_hash.clone());
    let fits = password::verify(given.password.clone(), hash).await;
    let account = account.filter(|_| fits).ok_or(Code::SignInFailed)?;

    let new = device.entering(state, Network::of(from.0))?;
    let (token, hash) = token::draw().map_err(|_| Code::Internal)?;
    let now = state.clock.now();
    let until = now + IDLE.min(LONGEST);
    let mut tx = state.db.write().await?;
    if let Some(new) = new
        && devices::register_or_check(&mut tx, id, &new, now).await? == Checked::WrongToken
    {
        return Err(Code::DeviceToken.into());
    }
    if let Some(before) = before {
        store::sessions::end(&mut tx, &before.token).await?;
    }
    store::sessions::create(&mut tx, &hash, account.id, id, now, until).await?;
    store::trust::sign_in(&mut tx, id, account.id, given.next_seq).await?;
    tx.commit().await?;
    Ok((account, token))
}
