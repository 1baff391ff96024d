//! Backups of an embedded database. PostgreSQL has its own tools: `pg_dump` and `pg_restore`, and
//! then `rekam restore` begins the new epoch.

use crate::{
    clock::Clock,
    store::{Db, Engine, StoreError, meta, sqlite_path},
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
    #[error("{0} is no backup of Rekam")]
    NotABackup(PathBuf),
}

/// Writes a consistent copy while the database is in use.
///
/// # Errors
/// When the file exists, cannot be written, or the database is not embedded.
pub async fn backup(db: &Db, to: &Path) -> Result<(), BackupError> {
    if db.engine() != Engine::Sqlite {
        return Err(BackupError::NotEmbedded);
    }
    if tokio::fs::try_exists(to).await? {
        return Err(BackupError::Exists(to.to_owned()));
    }
    db.copy_to(&to.to_string_lossy()).await?;
    Ok(tokio::fs::File::open(to).await?.sync_all().await?)
}

/// Puts a backup in the place of the database and begins a new epoch, so that devices pull afresh
/// and push again what the backup does not know. Nothing may have the database open. On PostgreSQL,
/// where `pg_restore` has done the first part, only the new epoch begins (`from` is `None`).
///
/// # Errors
/// When the backup cannot be read or the database cannot be written; the old one stays then.
pub async fn restore(url: &str, from: Option<&Path>, clock: &Clock) -> Result<(), BackupError> {
    match (sqlite_path(url), from) {
        (Some(path), Some(from)) => replace(&path, from).await?,
        (None, Some(_)) => return Err(BackupError::NotEmbedded),
        (_, None) => {}
    }
    let db = Db::open(url).await?;
    let mut tx = db.write().await?;
    meta::new_epoch(&mut tx, clock.new_id()).await?;
    tx.commit().await?;
    db.close().await;
    Ok(())
}

async fn replace(path: &Path, from: &Path) -> Result<(), BackupError> {
    let beside = with_end(path, ".restored");
    tokio::fs::copy(from, &beside).await?;
    // A copy that does not open as ours is not put in place.
    let trial = Db::open(&format!("sqlite:{}", beside.display())).await;
    let whole = match trial {
        Ok(db) => {
            let epoch = epoch(&db).await;
            db.close().await;
            epoch.is_ok_and(|epoch| !epoch.is_empty())
        }
        Err(_) => false,
    };
    if !whole {
        tokio::fs::remove_file(&beside).await?;
        return Err(BackupError::NotABackup(from.to_owned()));
    }
    tokio::fs::File::open(&beside).await?.sync_all().await?;
    for end in ["-wal", "-shm"] {
        for file in [with_end(path, end), with_end(&beside, end)] {
            match tokio::fs::remove_file(file).await {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
    }
    Ok(tokio::fs::rename(&beside, path).await?)
}

async fn epoch(db: &Db) -> Result<String, StoreError> {
    let mut tx = db.read().await?;
    meta::epoch(&mut tx).await
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}
