//! The accounts that may open this tablet's screen, each with its PIN as a slow hash, and the screen itself.
//! Whoever works now stands in `account::SESSION`; the others, all with a PIN, under a key each.

use super::{
    account::{self, OTHERS, PINS, SESSION, Session, of_pin},
    closing,
    db::{DRAFTS, META, SaveError, Store, read, write},
    drafts,
    keep::{KEPT, PULLED, Pulled},
    seals,
};
use crate::clock;
use chrono::{DateTime, Utc};
use futures::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};
use shared::{ids::UserId, sop::pin::Screen, trust::SealedSignIn};

const SCREEN: &str = "screen";

/// What a PIN is compared with, and how often somebody was wrong since it was last right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    pub account: UserId,
    pub salt: String,
    pub hash: String,
    pub rounds: u32,
    pub wrong: u32,
    /// When it was made, or last of use.
    pub used: DateTime<Utc>,
}

impl Pin {
    fn be_of_use(&mut self) {
        self.wrong = 0;
        self.used = clock::own();
    }
}

/// Somebody whose PIN opens the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: UserId,
    pub name: String,
    pub wrong: u32,
}

/// The screen, and who opens it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// Who works here now.
    pub account: Option<UserId>,
    /// `None` before the first PIN is made.
    pub screen: Option<Screen>,
    /// Whoever works here now comes first.
    pub people: Vec<Person>,
}

/// Several accounts may be signed in with this program.
pub fn bring_pins() {
    account::bring_heirs(find_heir);
}

fn other(id: UserId) -> String {
    format!("{OTHERS}{id}")
}

/// What the lock page is made of.
///
/// # Errors
/// [`SaveError`] when the database fails.
pub async fn look() -> Result<Looked, SaveError> {
    read(&[META], async |tx| {
        let meta = Store::of(tx, META)?;
        let own: Session = meta.get(SESSION).await?.unwrap_or_default();
        let account = own.id();
        let mut people = Vec::new();
        let others: Vec<Session> = meta.under(OTHERS).await?;
        for known in [own].into_iter().chain(others) {
            let Some(account) = known.account else {
                continue;
            };
            let kept: Option<Pin> = meta.get(&of_pin(account.id)).await?;
            people.extend(kept.map(|kept| Person {
                id: account.id,
                name: account.name,
                wrong: kept.wrong,
            }));
        }
        let screen = meta.get(SCREEN).await?;
        Ok(Looked {
            account,
            screen,
            people,
        })
    })
    .await
}

/// Keeps the screen as a tab knows it. A screen that another tab has locked stays so, and the later of two
/// activities counts. Returns what was kept.
///
/// # Errors
/// [`SaveError`] when the device cannot keep it.
pub async fn keep_screen(screen: Screen) -> Result<Screen, SaveError> {
    write(&[META], async |tx| {
        let meta = Store::of(tx, META)?;
        let kept: Option<Screen> = meta.get(SCREEN).await?;
        let kept = kept.unwrap_or(screen);
        let both = Screen {
            used: screen.used.max(kept.used),
            seen: screen.seen.max(kept.seen),
            locked: screen.locked || kept.locked,
        };
        meta.put(SCREEN, &both)?;
        Ok(both)
    })
    .await
}

/// Gives an account its PIN here; the screen is open then.
///
/// # Errors
/// [`SaveError`] when the device cannot keep it.
pub async fn make(made: &Pin) -> Result<(), SaveError> {
    write(&[META], async |tx| {
        let meta = Store::of(tx, META)?;
        meta.put(&of_pin(made.account), made)?;
        meta.put(SCREEN, &Screen::open(clock::own()))
    })
    .await
}

/// A try begins: it counts as wrong before it is looked at, so that nobody gets one for nothing by closing the
/// page. `Err` with the count where another tab has tried meanwhile.
///
/// # Errors
/// [`SaveError`] when the device cannot keep it.
pub async fn begin_try(id: UserId, known: u32) -> Result<Result<Pin, u32>, SaveError> {
    write(&[META], async |tx| {
        let meta = Store::of(tx, META)?;
        let Some(mut kept) = meta.get::<Pin>(&of_pin(id)).await? else {
            return Ok(Err(known));
        };
        if kept.wrong != known {
            return Ok(Err(kept.wrong));
        }
        kept.wrong += 1;
        meta.put(&of_pin(id), &kept)?;
        Ok(Ok(kept))
    })
    .await
}

/// An account goes on here: the PIN was right, or (with `locked`) it is about to sign out. Returns its session.
///
/// # Errors
/// [`SaveError`] when the device cannot keep it.
pub async fn switch(to: UserId, locked: bool) -> Result<Option<Session>, SaveError> {
    write(&[META], async |tx| {
        let meta = Store::of(tx, META)?;
        if let Some(mut right) = meta.get::<Pin>(&of_pin(to)).await?
            && !locked
        {
            right.be_of_use();
            meta.put(&of_pin(to), &right)?;
        }
        let open = Screen::open(clock::own());
        meta.put(SCREEN, &if locked { open.lock() } else { open })?;
        let own: Session = meta.get(SESSION).await?.unwrap_or_default();
        if own.id() == Some(to) {
            return Ok(Some(own));
        }
        let Some(next) = meta.get::<Session>(&other(to)).await? else {
            return Ok(None);
        };
        let beside = own.everybody();
        let next = with_keys_of(&own, next);
        if let Some(id) = own.id() {
            meta.put(&other(id), &own)?;
        }
        let beside = beside.into_iter().filter(|id| *id != to).collect();
        put_in_place(&meta, next, beside).await.map(Some)
    })
    .await
}

/// Keys of tickets are the same for all: the later ones count.
fn with_keys_of(own: &Session, mut next: Session) -> Session {
    if let (Some(known), Some(account)) = (&own.account, &mut next.account)
        && own.confirmed > next.confirmed
    {
        account.ticket_keys.clone_from(&known.ticket_keys);
    }
    next
}

/// The session takes the place of whoever worked here, and sees the rows that were pulled for them.
async fn put_in_place(
    meta: &Store<'_>,
    mut next: Session,
    beside: Vec<UserId>,
) -> Result<Session, SaveError> {
    if let Some(account) = &mut next.account {
        account.beside = beside;
        meta.delete(&other(account.id))?;
    }
    let mut pulled: Pulled = meta.get(PULLED).await?.unwrap_or_default();
    if pulled.owner.map(|owner| owner.office) == next.owner().map(|owner| owner.office) {
        pulled.owner = next.owner();
        meta.put(PULLED, &pulled)?;
    }
    meta.put(SESSION, &next)?;
    Ok(next)
}

fn find_heir<'a>(
    meta: &'a Store<'a>,
    leaves: UserId,
    ran_out: bool,
) -> LocalBoxFuture<'a, Result<Option<Session>, SaveError>> {
    Box::pin(async move {
        // Who signs in again after a night has the same PIN.
        if !ran_out {
            meta.delete(&of_pin(leaves))?;
        }
        let mut others: Vec<Session> = meta.under(OTHERS).await?;
        others.sort_by_key(|session| session.confirmed);
        let Some(heir) = others.pop() else {
            meta.delete(SCREEN)?;
            return Ok(None);
        };
        meta.put(SCREEN, &Screen::open(clock::own()).lock())?;
        let beside = others.iter().filter_map(Session::id).collect();
        put_in_place(meta, heir, beside).await.map(Some)
    })
}

/// Who could open this tablet's screen now, the last one first: they are to stay when somebody else signs in.
pub async fn unlockers() -> Vec<UserId> {
    let looked = look().await;
    let people = looked.map(|looked| looked.people).unwrap_or_default();
    people.iter().map(|person| person.id).collect()
}

/// Somebody has signed in with the password. Those whom the server keeps signed in stay; of all others
/// nothing stays that would open the screen. Whoever could have opened it with a PIN has forgotten it.
///
/// # Errors
/// [`SaveError`] when the device cannot keep it.
pub async fn entered(session: &Session, seal: Option<&SealedSignIn>) -> Result<(), SaveError> {
    let Some(account) = &session.account else {
        return Ok(());
    };
    write(&[META, DRAFTS], async |tx| {
        let meta = Store::of(tx, META)?;
        let before: Session = meta.get(SESSION).await?.unwrap_or_default();
        let others: Vec<Session> = meta.under(OTHERS).await?;
        let known = [before].into_iter().chain(others);
        let mut had_pin = false;
        for known in known {
            let Some(id) = known.id() else { continue };
            if id == account.id {
                had_pin = true;
            } else if account.beside.contains(&id) {
                meta.put(&other(id), &known)?;
            } else {
                meta.delete(&other(id))?;
                meta.delete(&of_pin(id))?;
            }
        }
        for mut kept in meta.under::<Pin>(PINS).await? {
            let (id, old) = (kept.account, clock::own() - kept.used > KEPT);
            if id == account.id && !had_pin {
                kept.be_of_use();
                meta.put(&of_pin(id), &kept)?;
            } else if id == account.id || (old && !account.beside.contains(&id)) {
                meta.delete(&of_pin(id))?;
            }
        }
        if let Some(key) = &account.lockbox {
            meta.put(closing::LOCKBOX, key)?;
        }
        drafts::drop_staff(tx, &session.everybody()).await?;
        // The server ends the sessions of others with this one's begin.
        account::set_due(&meta, &[])?;
        seals::add(&meta, seal).await?;
        meta.put(SCREEN, &Screen::open(clock::own()))?;
        let is_beside = |id: &UserId| account.beside.contains(id);
        let pulled: Pulled = meta.get(PULLED).await?.unwrap_or_default();
        if pulled.owner.is_some_and(|owner| is_beside(&owner.account)) {
            return put_in_place(&meta, session.clone(), account.beside.clone())
                .await
                .map(drop);
        }
        meta.delete(&other(account.id))?;
        meta.put(SESSION, session)
    })
    .await
}
