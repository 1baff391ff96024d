//! The private half of the key that devices close settled ops with: in a file of its own beside the
//! database, so that neither the database nor a backup opens what a tablet still holds. On PostgreSQL
//! `REKAM_LOCKBOX` names the file, the same for all instances; without it nothing is closed.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::Context;
use chrono::{DateTime, Utc};
use shared::{calendar::after, lockbox, sop::retention::SETTLED};

use crate::{
    app::fresh,
    files,
    store::{
        StoreError, Tx,
        meta::{self, KnownLockbox},
        sqlite_path, typed_path,
    },
};

const NOTHING_CLOSED: &str = "REKAM_LOCKBOX names no file, so nothing is closed for the server alone: \
    what staff have settled stays readable on a shared tablet after they sign out";

/// The file for a database: beside the database itself, however it was named.
fn path(database: &str) -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("REKAM_LOCKBOX") {
        return Some(named.into());
    }
    let beside = sqlite_path(database)?.with_extension("lockbox");
    // An older version put it beside the link by which it was served.
    let linked = typed_path(database)?.with_extension("lockbox");
    let is_of_before = !beside.exists() && linked.exists();
    Some(if is_of_before { linked } else { beside })
}

/// The key for a database, made at the first start.
///
/// # Errors
/// When the file cannot be read or written, or holds something else.
pub fn key(database: &str) -> anyhow::Result<Option<[u8; 32]>> {
    let Some(path) = path(database) else {
        return Ok(None);
    };
    let read = || fs::read_to_string(&path);
    let text = match read() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            match make(&path) {
                // Another process was first.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                made => made.with_context(|| format!("cannot write {}", path.display()))?,
            }
            if let Some(database) = sqlite_path(database) {
                files::give_to_owner(&database, &path);
            }
            read()
        }
        read => read,
    };
    let text = text.with_context(|| format!("cannot read {}", path.display()))?;
    let key = crate::store::unhex(text.trim());
    let key = key.with_context(|| format!("{} holds no key", path.display()))?;
    Ok(Some(key))
}

fn make(path: &Path) -> std::io::Result<()> {
    let key = fresh().map_err(std::io::Error::other)?;
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(crate::store::hex(&key).as_bytes())?;
    file.sync_all()
}

/// The key for a database, if there is one already.
///
/// # Errors
/// When the file cannot be read, or holds something else.
pub fn look(database: &str) -> anyhow::Result<Option<[u8; 32]>> {
    match path(database) {
        Some(path) if path.exists() => key(database),
        _ => Ok(None),
    }
}

/// Notes in the database which key opens what devices close from now on. The file is not in it, nor in a
/// backup, and whoever has lost it shall hear of that.
///
/// # Errors
/// When the database refuses.
pub async fn note(tx: &mut Tx, own: &[u8; 32], now: DateTime<Utc>) -> Result<(), StoreError> {
    let Some(own) = lockbox::public(own) else {
        return Ok(());
    };
    let before = meta::lockboxes(tx).await?;
    let mut known = before.clone();
    for other in &mut known {
        other.gone_at = match other.public == own {
            true => None,
            false => Some(other.gone_at.unwrap_or(now)),
        };
    }
    if !known.iter().any(|known| known.public == own) {
        known.push(KnownLockbox {
            public: own,
            gone_at: None,
        });
    }
    known.retain(|known| known.gone_at.is_none_or(|at| now < after(at, SETTLED)));
    if known == before {
        return Ok(());
    }
    meta::save_lockboxes(tx, &known).await
}

/// A warning where devices close nothing, or may hold what this key does not open.
///
/// # Errors
/// When the database refuses.
pub async fn warning(
    tx: &mut Tx,
    database: &str,
    own: Option<&[u8; 32]>,
) -> Result<Option<String>, StoreError> {
    let own = own.and_then(lockbox::public);
    let known = meta::lockboxes(tx).await?;
    if known.is_empty() && path(database).is_none() {
        return Ok(Some(NOTHING_CLOSED.to_owned()));
    }
    let is_own = |known: &KnownLockbox| Some(&known.public) == own.as_ref();
    if known.iter().all(is_own) {
        return Ok(None);
    }
    let file = path(database).map_or_else(
        || "the file that REKAM_LOCKBOX names".to_owned(),
        |path| path.display().to_string(),
    );
    Ok(Some(format!(
        "{file} is not the one with which devices closed what they keep: put that one back, or what \
         they send again after a restore stays closed"
    )))
}

/// A warning where the other database is not served with the same key.
///
/// # Errors
/// When a file cannot be read.
pub fn moving(from: &str, to: &str) -> anyhow::Result<Option<String>> {
    let Some(own) = look(from)? else {
        return Ok(None);
    };
    if look(to)? == Some(own) {
        return Ok(None);
    }
    let file = path(from).unwrap_or_default();
    let there = path(to).map_or_else(
        || "a safe place, and name it with REKAM_LOCKBOX".to_owned(),
        |path| path.display().to_string(),
    );
    let file = file.display();
    Ok(Some(format!(
        "the key of what devices have closed stays behind: copy {file} to {there}"
    )))
}
