//! Backups of an embedded database. PostgreSQL has its own tools: `pg_dump` and `pg_restore`, and
//! then `rekam restore` begins the new epoch.

use super::heads;
use crate::{
    clock::Clock,
    files,
    store::{self, Content, Db, Engine, Lock, StoreError, Use, clocks, meta, sqlite_path},
};
use std::{
    io,
    path::{Path, PathBuf},
};

/// Why there is no backup, or nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{0}")]
    File(#[from] io::Error),
    #[error("PostgreSQL is backed up with pg_dump and restored with pg_restore")]
    NotEmbedded,
    #[error("{0} exists already; choose another name")]
    Exists(PathBuf),
    #[error("there is no file {0}")]
    NoFile(PathBuf),
    #[error("{0} is no backup of Rekam; the database stays as it is")]
    NotABackup(PathBuf),
    #[error("{0} holds no office; the database stays as it is")]
    NoOffice(PathBuf),
    #[error("{0} is damaged, and the database stays as it is: {1}")]
    Damaged(PathBuf, String),
}

/// Writes a consistent copy while the database is in use, for the eyes of its owner alone. Returns where
/// the audit chains stood just before, signed: to be kept elsewhere.
///
/// # Errors
/// When the file exists, cannot be written, or the database is not embedded.
pub async fn backup(db: &Db, to: &Path) -> Result<Vec<String>, BackupError> {
    if db.engine() != Engine::Sqlite {
        return Err(BackupError::NotEmbedded);
    }
    let signed = heads::sign(&mut db.read().await?, &Clock::system()).await?;
    // SQLite writes into a file that is empty, and leaves its rights as they are.
    let file = match files::create(to) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(BackupError::Exists(to.to_owned()));
        }
        created => created?,
    };
    if let Err(error) = db.copy_to(&to.to_string_lossy()).await {
        tokio::fs::remove_file(to).await?;
        return Err(error.into());
    }
    file.sync_all()?;
    Ok(signed.into_iter().map(|(_, line)| line).collect())
}

/// Puts a backup in the place of the database and begins a new epoch, so that devices pull afresh
/// and push again what the backup does not know. Nobody may have the database open: a server would go on
/// confirming into the file that is gone. On PostgreSQL, where `pg_restore` has done the first part,
/// only the new epoch begins (`from` is `None`).
///
/// # Errors
/// When somebody has the database open, the backup cannot be read or the database cannot be written;
/// the old one stays then, with all that was committed to it.
pub async fn restore(url: &str, from: Option<&Path>, clock: &Clock) -> Result<(), BackupError> {
    let db = match (sqlite_path(url), from) {
        (Some(path), Some(from)) => {
            if !from.is_file() {
                return Err(BackupError::NoFile(from.to_owned()));
            }
            let lock = Lock::on_file(&path, Use::Alone)?;
            if matches!(store::look(&path).await, Ok(Content::Other)) {
                return Err(StoreError::Other(path).into());
            }
            // Its log goes before the file does, and whatever stands only there would be lost.
            if let Err(error) = store::empty_log(&path).await {
                tracing::warn!(%error, "the database that is replaced cannot be read");
            }
            replace(&path, from).await?;
            Db::open_sqlite(&path, lock).await?
        }
        (None, Some(_)) => return Err(BackupError::NotEmbedded),
        (_, None) => Db::open_known_alone(url).await?,
    };
    let mut tx = db.write().await?;
    meta::new_epoch(&mut tx, clock.new_id()).await?;
    tx.commit().await?;
    db.close().await;
    Ok(())
}

async fn replace(path: &Path, from: &Path) -> Result<(), BackupError> {
    let beside = files::with_end(path, ".restored");
    // Nobody reads along while it is written.
    drop(files::open(&beside)?);
    let copied = tokio::fs::copy(from, &beside).await;
    let whole = match copied {
        Ok(_) => try_out(&beside, from).await,
        Err(error) => Err(error.into()),
    };
    if let Err(error) = whole {
        for end in ["", "-wal", "-shm"] {
            // What cannot be taken away is replaced by the next one.
            let _ = tokio::fs::remove_file(files::with_end(&beside, end)).await;
        }
        return Err(error);
    }
    tokio::fs::File::open(&beside).await?.sync_all().await?;
    files::give_to_owner(path, &beside);
    for end in ["-wal", "-shm"] {
        for file in [files::with_end(path, end), files::with_end(&beside, end)] {
            match tokio::fs::remove_file(file).await {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
    }
    Ok(tokio::fs::rename(&beside, path).await?)
}

/// A copy that is not ours, is damaged or does not open is not put in place.
async fn try_out(copy: &Path, from: &Path) -> Result<(), BackupError> {
    let not_ours = || BackupError::NotABackup(from.to_owned());
    match store::look(copy).await {
        Ok(Content::Rekam) => {}
        Ok(Content::Nothing | Content::Other) => return Err(not_ours()),
        Err(error) if error.is_no_database() => return Err(not_ours()),
        Err(error) => return Err(BackupError::Damaged(from.to_owned(), error.to_string())),
    }
    let damaged = |what| BackupError::Damaged(from.to_owned(), what);
    match store::damage(copy).await {
        Ok(None) => {}
        Ok(Some(what)) => return Err(damaged(what)),
        Err(error) => return Err(damaged(error.to_string())),
    }
    // It is brought up to date before it takes the place of the other one.
    let db = Db::open_sqlite(copy, Lock::None).await?;
    let mut tx = db.read().await?;
    let offices = clocks::all(&mut tx).await?;
    drop(tx);
    db.close().await;
    if offices.is_empty() {
        return Err(BackupError::NoOffice(from.to_owned()));
    }
    Ok(())
}
