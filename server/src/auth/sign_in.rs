//! Signing in: the answer to an unknown name and to a wrong password is the same, and takes as long.

use shared::{
    calendar::after,
    ids::UserId,
    office::Office,
    problem::Code,
    row::Key,
    sop::pin::{ACCOUNTS, stays_beside},
    sync::SignIn,
    trust::SealedSignIn,
};

use super::{
    device::AnyDevice,
    password::{self, Queue},
    seal,
    session::{Cookie, IDLE, LONGEST, Session},
    token,
};
use crate::{
    address::Network,
    error::ApiError,
    state::{Address, State},
    store::{
        self, StoreError, Tx,
        accounts::Account,
        devices::{self, Checked},
    },
};

/// Characters of a username, at most.
pub const USERNAME: usize = 64;

/// Usernames as they are kept: what people type with capitals or a space at the end is the same.
#[must_use]
pub fn username(typed: &str) -> String {
    typed.trim().to_lowercase()
}

/// A try to sign in, on a device that the account used before or on another.
pub struct Try {
    username: String,
    from: Network,
    is_strange: bool,
}

impl Try {
    /// Judges whether it may be made. What others got wrong slows only devices that the account has never
    /// used: these have a computation to do first.
    ///
    /// # Errors
    /// `too_many_requests`, with the work to do on a device that is strange to the account.
    pub async fn judge(
        state: &State,
        device: &AnyDevice,
        from: Address,
        typed: &str,
    ) -> Result<Self, ApiError> {
        let (from, now) = (Network::of(from.0), state.clock.now());
        // Whatever is longer is nobody's name, and not kept.
        let username: String = username(typed).chars().take(USERNAME).collect();
        let mut tx = state.db.read_once().await?;
        let is_strange = !devices::was_used_by(&mut tx, device.id, &username).await?;
        drop(tx);
        if is_strange {
            let bits = state.limiters.sign_in_bits(from, &username, now);
            let (purpose, proof) = (format!("sign-in/{username}"), device.proof.as_ref());
            let proven = state.newcomers.prove(&purpose, device.id, bits, proof, now);
            proven?;
            state.limiters.sign_in_tried(now);
        } else {
            state.limiters.sign_in(device.id, &username, now)?;
        }
        Ok(Self {
            username,
            from,
            is_strange,
        })
    }

    fn queue(&self) -> Queue {
        match self.is_strange {
            true => Queue::Strangers,
            false => Queue::Known,
        }
    }

    pub fn failed(&self, state: &State) {
        if self.is_strange {
            let now = state.clock.now();
            state
                .limiters
                .sign_in_failed(self.from, &self.username, now);
        }
    }
}

/// Somebody has signed in.
pub struct SignedIn {
    pub account: Account,
    /// The session's token.
    pub token: String,
    pub cookie: Cookie,
    /// Who else stays signed in on the device.
    pub beside: Vec<UserId>,
    pub seal: Option<SealedSignIn>,
}

/// Checks name and password and opens a session on the device. The sessions of others there end, but for
/// those that are to stay and may; so does the one `before` in the same browser.
///
/// # Errors
/// `sign_in_failed`.
pub async fn sign_in(
    state: &State,
    device: AnyDevice,
    tried: &Try,
    given: SignIn,
    before: Option<Session>,
) -> Result<SignedIn, ApiError> {
    let id = device.unlocked()?;
    let is_name = given.username.chars().count() <= USERNAME;
    if !is_name || !shared::password::may_be_one(&given.password) {
        return Err(Code::SignInFailed.into());
    }
    let mut tx = state.db.read().await?;
    let account = store::accounts::by_username(&mut tx, &username(&given.username)).await?;
    drop(tx);
    let account = account.filter(|account| !account.revoked);
    let hash = account
        .as_ref()
        .map(|account| account.password_hash.clone());
    let fits = password::verify(given.password.clone(), hash, tried.queue()).await;
    let judged = account.filter(|_| fits).ok_or(Code::SignInFailed)?;

    // A right password registers the device, however many others come.
    let new = device.new;
    let (token, hash) = token::draw().map_err(|_| Code::Internal)?;
    let now = state.clock.now();
    let until = now + IDLE.min(LONGEST);
    let mut tx = state.db.write().await?;
    let account = store::accounts::locked(&mut tx, judged.id).await?;
    // It may have got another password meanwhile, or have been locked.
    let is_same = |account: &Account| *account == judged;
    let account = account.filter(is_same).ok_or(Code::SignInFailed)?;
    if let Some(new) = new
        && devices::register_or_check(&mut tx, id, &new, now).await? == Checked::WrongToken
    {
        return Err(Code::DeviceToken.into());
    }
    let asked = may_stay(&mut tx, &account, &given.beside).await?;
    let (from, beside) =
        store::trust::sign_in(&mut tx, id, account.id, given.next_seq, &asked).await?;
    if let Some(before) = before
        && !beside.contains(&before.account.id)
    {
        store::sessions::end(&mut tx, &before.token).await?;
    }
    store::sessions::end_on_device(&mut tx, id, account.id, &beside).await?;
    store::sessions::create(&mut tx, &hash, account.id, id, now, until).await?;
    let epoch = store::meta::epoch(&mut tx).await?;
    tx.commit().await?;
    let sign_in = SealedSignIn {
        device: id,
        account: account.id,
        from,
        at: now,
        until: after(now, LONGEST),
        epoch,
        beside: beside.clone(),
        seal: String::new(),
    };
    let seal = seal::seal(&state.keys.sign_ins, sign_in);
    let cookie = match beside.is_empty() {
        true => Cookie::Alone,
        false => Cookie::Of(account.id),
    };
    Ok(SignedIn {
        account,
        token,
        cookie,
        beside,
        seal,
    })
}

/// Of those who are to stay signed in, the ones that may, in the order in which they were named.
async fn may_stay(
    tx: &mut Tx,
    enters: &Account,
    asked: &[UserId],
) -> Result<Vec<UserId>, StoreError> {
    let id = enters.office;
    let office: Option<Office> = store::rows::get(tx, id, Key::office(id)).await?;
    let Some(office) = office else {
        return Ok(Vec::new());
    };
    let mut may = Vec::new();
    for id in asked.iter().take(ACCOUNTS - 1) {
        let account = store::accounts::by_id(tx, *id).await?;
        let account = account.filter(|a| !a.revoked && a.id != enters.id);
        let enters = (enters.role, enters.office);
        may.extend(account.filter(|a| stays_beside(&office, (a.role, a.office), enters)));
    }
    Ok(may.into_iter().map(|account| account.id).collect())
}
