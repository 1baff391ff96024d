//! The private half of the key that devices close settled ops with: in a file of its own beside the
//! database, so that neither the database nor a backup opens what a tablet still holds. On PostgreSQL
//! `REKAM_LOCKBOX` names the file, the same for all instances; without it nothing is closed.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt, chown},
    path::{Path, PathBuf},
};

use anyhow::Context;

use crate::{app::fresh, store::sqlite_path};

/// The file for a database.
fn path(database: &str) -> Option<PathBuf> {
    let beside = |file: PathBuf| file.with_extension("lockbox");
    let named = std::env::var_os("REKAM_LOCKBOX").map(PathBuf::from);
    named.or_else(|| sqlite_path(database).map(beside))
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
            give_to_owner(database, &path);
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

/// Whoever runs a command first: the file belongs to the owner of the database, who serves. Where that
/// cannot be done, reading it will tell.
fn give_to_owner(database: &str, path: &Path) {
    let owner = sqlite_path(database).and_then(|file| fs::metadata(file).ok());
    if let Some(owner) = owner {
        let _ = chown(path, Some(owner.uid()), Some(owner.gid()));
    }
}
