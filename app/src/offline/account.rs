//! Who is signed in on this device, as it is kept: the one who works now, and the ones who may go on after
//! them (`pins`).

use super::{
    closing,
    db::{DEVICE, DRAFTS, META, OUTBOX, ROWS, SaveError, Store, read, write},
    drafts,
    keep::{KEPT, Owner, PULLED, drop_office_in, drop_offices, queue},
    seals,
};
use crate::clock;
use chrono::{DateTime, Utc};
use futures::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};
use shared::{command::Command, envelope::Actor, ids::UserId, sync::Account};
use std::sync::OnceLock;

/// The note of who is signed in.
pub const SESSION: &str = "session";
/// The note of whose sign-out the server does not know of yet.
const SIGN_OUT_DUE: &str = "sign_out_due";
/// The notes of others who are signed in, and of what opens the screen for whom.
pub(super) const OTHERS: &str = "beside/";
pub(super) const PINS: &str = "pin/";

pub(super) fn of_pin(id: UserId) -> String {
    format!("{PINS}{id}")
}

/// Whose PIN it is, and when it was last used. `pins::Pin` holds the rest.
#[derive(Deserialize)]
struct AnyPin {
    account: UserId,
    used: DateTime<Utc>,
}

/// The account of this device and when the server last confirmed it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub account: Option<Account>,
    pub confirmed: Option<DateTime<Utc>>,
}

impl Session {
    #[must_use]
    pub fn id(&self) -> Option<UserId> {
        self.account.as_ref().map(|account| account.id)
    }

    /// For whom rows are pulled.
    #[must_use]
    pub fn owner(&self) -> Option<Owner> {
        self.account.as_ref().map(|account| Owner {
            account: account.id,
            office: account.office,
        })
    }

    /// Everybody who is signed in on this device.
    #[must_use]
    pub fn everybody(&self) -> Vec<UserId> {
        let own = self.account.iter();
        own.flat_map(|a| [a.id].into_iter().chain(a.beside.iter().copied()))
            .collect()
    }
}

/// Takes the account out of those that may go on here, and finds the one that does, behind a locked
/// screen. `true` where its session merely ran out.
pub(super) type FindHeir = for<'a> fn(
    &'a Store<'a>,
    UserId,
    bool,
) -> LocalBoxFuture<'a, Result<Option<Session>, SaveError>>;

static FIND_HEIR: OnceLock<FindHeir> = OnceLock::new();

/// Several accounts may be signed in with this program; without this call the code for it is not in it.
pub(super) fn bring_heirs(find: FindHeir) {
    let _ = FIND_HEIR.set(find);
}

/// The one who works at the device after a sign-out.
#[derive(Clone)]
pub enum Left {
    Nobody,
    /// Another account that is signed in on the device, behind a locked screen.
    Heir(Box<Session>),
}

/// An account signs out: the mark of it stands in the queue and the server is to be told. What staff were typing
/// goes, unless the session merely ran out: then it waits for them. Another account that is signed in on the
/// device goes on, if the person of the device says so; without one the rows of the office go. `None` where a
/// session ran out that is no longer the one kept here.
///
/// # Errors
/// [`SaveError`] when the database fails; nothing has changed then.
pub async fn sign_out(session: &Session, ran_out: bool) -> Result<Option<Left>, SaveError> {
    write(&[DEVICE, OUTBOX, META, DRAFTS, ROWS], async |tx| {
        let meta = Store::of(tx, META)?;
        if ran_out && meta.get::<Session>(SESSION).await?.as_ref() != Some(session) {
            return Ok(None);
        }
        let mut heir = None;
        if let Some(owner) = session.owner() {
            let (who, office) = (owner.account, owner.office);
            queue(tx, Actor::User(who), office, &Command::SignOut {}).await?;
            if let Some(find) = FIND_HEIR.get() {
                heir = find(&meta, who, ran_out).await?;
            }
            if heir.is_none() {
                drop_office_in(tx, office).await?;
            }
            let mut due = read_due(&meta).await?;
            due.push(Some(who));
            meta.put(SIGN_OUT_DUE, &due)?;
        }
        if !ran_out {
            let stay = heir.as_ref().map(Session::everybody).unwrap_or_default();
            drafts::drop_staff(tx, &stay).await?;
        }
        match heir {
            Some(heir) => {
                meta.put(SESSION, &heir)?;
                Ok(Some(Left::Heir(Box::new(heir))))
            }
            None => {
                meta.delete(SESSION)?;
                Ok(Some(Left::Nobody))
            }
        }
    })
    .await
}

/// Deletes what a sign-out takes away, where there is no room to write anything down.
///
/// # Errors
/// [`SaveError`] when the database fails.
pub async fn only_delete(who: Option<Owner>) -> Result<(), SaveError> {
    write(&[META, DRAFTS, ROWS], async |tx| {
        let meta = Store::of(tx, META)?;
        meta.delete(SESSION)?;
        // All rows come again with the next pull.
        meta.delete(PULLED)?;
        drafts::drop_staff(tx, &[]).await?;
        if let Some(who) = who {
            meta.delete(&of_pin(who.account))?;
            drop_offices(&Store::of(tx, ROWS)?, &[who.office]).await?;
        }
        Ok(())
    })
    .await
}

/// Forgets PINs of people whose session ran out, and sealed sign-ins, once they are too old to be of use.
///
/// # Errors
/// [`SaveError`] when the database fails.
pub async fn sweep() -> Result<(), SaveError> {
    write(&[META], async |tx| {
        let meta = Store::of(tx, META)?;
        seals::add(&meta, None).await?;
        let own: Session = meta.get(SESSION).await?.unwrap_or_default();
        let others: Vec<Session> = meta.under(OTHERS).await?;
        let known = |id| {
            [&own]
                .into_iter()
                .chain(&others)
                .any(|one| one.id() == Some(id))
        };
        for pin in meta.under::<AnyPin>(PINS).await? {
            if clock::own() - pin.used > KEPT && !known(pin.account) {
                meta.delete(&of_pin(pin.account))?;
            }
        }
        Ok(())
    })
    .await
}

/// Keeps what the server said of who is signed in. An answer that comes after they have signed out, or
/// somebody else goes on, changes nothing. Whether it was kept.
///
/// # Errors
/// [`SaveError`] when the device cannot keep it.
pub async fn confirmed(session: &Session) -> Result<bool, SaveError> {
    write(&[META], async |tx| {
        let meta = Store::of(tx, META)?;
        let kept: Session = meta.get(SESSION).await?.unwrap_or_default();
        if kept.id() != session.id() {
            return Ok(false);
        }
        if let Some(key) = session.account.as_ref().and_then(|a| a.lockbox.as_ref()) {
            meta.put(closing::LOCKBOX, key)?;
        }
        meta.put(SESSION, session)?;
        Ok(true)
    })
    .await
}

/// Whose sign-out the server does not know of yet; `None` for one by an older version, which did not say
/// whose.
///
/// # Errors
/// [`SaveError`] when the database fails.
pub async fn due() -> Result<Vec<Option<UserId>>, SaveError> {
    read(&[META], async |tx| read_due(&Store::of(tx, META)?).await).await
}

async fn read_due(meta: &Store<'_>) -> Result<Vec<Option<UserId>>, SaveError> {
    if let Some(due) = meta.get(SIGN_OUT_DUE).await? {
        return Ok(due);
    }
    let older: Option<bool> = meta.get(SIGN_OUT_DUE).await?;
    Ok(older.map(|_| vec![None]).unwrap_or_default())
}

/// Notes whose sign-out is still to be told.
///
/// # Errors
/// [`SaveError`] when the device cannot keep it.
pub async fn keep_due(due: &[Option<UserId>]) -> Result<(), SaveError> {
    write(&[META], async |tx| set_due(&Store::of(tx, META)?, due)).await
}

pub(super) fn set_due(meta: &Store<'_>, due: &[Option<UserId>]) -> Result<(), SaveError> {
    match due {
        [] => meta.delete(SIGN_OUT_DUE),
        due => meta.put(SIGN_OUT_DUE, &due),
    }
}
