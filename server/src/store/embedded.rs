//! The file of an embedded database: where it really is, and whether it is one of Rekam. Only looks: nothing is
//! made or changed here.

use super::{StoreError, open};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// As many links in a row as the system itself follows.
const LINKS: usize = 40;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// There is no file, or no table in it.
    Nothing,
    Rekam,
    /// Data of another program.
    Other,
}

/// The file behind `sqlite:PATH`, by the one name that all paths to it lead to: the lock and the lockbox have
/// their names from it. What follows a `?` is not part of the path, unless there is such a file.
#[must_use]
pub fn sqlite_path(url: &str) -> Option<PathBuf> {
    typed_path(url).map(|path| resolve(&path))
}

/// The same by the name that was typed.
pub(crate) fn typed_path(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    let plain = path.split_once('?').map_or(path, |(plain, _)| plain);
    let is_named_so = Path::new(path).exists();
    Some(PathBuf::from(if is_named_so { path } else { plain }))
}

/// Whether both addresses are of one database.
#[must_use]
pub fn is_same(one: &str, other: &str) -> bool {
    one == other || sqlite_path(one).is_some_and(|path| sqlite_path(other) == Some(path))
}

/// The path without links and detours, whether or not there is such a file yet.
fn resolve(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        if let Ok(real) = fs::canonicalize(&path) {
            return real;
        }
        // A link to a file that is not there yet.
        let Ok(target) = fs::read_link(&path) else {
            break;
        };
        path = match path.parent() {
            Some(folder) => folder.join(target),
            None => target,
        };
    }
    match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) if folder.as_os_str().is_empty() => {
            resolve(Path::new(".")).join(name)
        }
        (Some(folder), Some(name)) => resolve(folder).join(name),
        _ => std::path::absolute(&path).unwrap_or(path),
    }
}

/// Looks at what is in a file.
///
/// # Errors
/// When it cannot be read; see [`StoreError::is_no_database`].
pub(crate) async fn look(path: &Path) -> Result<Content, StoreError> {
    match fs::metadata(path) {
        Ok(found) if found.len() > 0 => {}
        _ => return Ok(Content::Nothing),
    }
    let mut own = read_only(path).await?;
    let found = content(&mut own).await;
    own.close().await?;
    Ok(found?)
}

async fn read_only(path: &Path) -> Result<SqliteConnection, sqlx::Error> {
    let options = SqliteConnectOptions::new().filename(path).read_only(true);
    SqliteConnection::connect_with(&options).await
}

async fn content(own: &mut SqliteConnection) -> Result<Content, sqlx::Error> {
    const MIGRATIONS: &str = "_sqlx_migrations";
    let sql = "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite%'";
    let names: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut *own).await?;
    if names.is_empty() {
        return Ok(Content::Nothing);
    }
    if !names.iter().any(|name| name == MIGRATIONS) {
        return Ok(Content::Other);
    }
    let sql = "SELECT checksum FROM _sqlx_migrations ORDER BY version LIMIT 1";
    let first: Option<Vec<u8>> = sqlx::query_scalar(sql).fetch_optional(own).await?;
    Ok(match first {
        Some(sum) if open::is_first_migration(&sum) => Content::Rekam,
        // The first start ended before anything was made.
        None if names.len() == 1 => Content::Nothing,
        _ => Content::Other,
    })
}

/// What SQLite finds wrong with a file at a quick look.
///
/// # Errors
/// When it cannot even be looked at.
pub(crate) async fn damage(path: &Path) -> Result<Option<String>, StoreError> {
    let mut own = read_only(path).await?;
    let said = sqlx::query_scalar("PRAGMA quick_check(1)");
    let said: Result<String, _> = said.fetch_one(&mut own).await;
    own.close().await?;
    Ok(Some(said?).filter(|said| said != "ok"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn every_way_to_a_file_is_one_path() {
        let folder = std::env::temp_dir();
        let folder = fs::canonicalize(folder).unwrap();
        let folder = folder.join(format!("rekam-paths-{}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        fs::create_dir(folder.join("data")).unwrap();
        symlink(folder.join("data"), folder.join("linked")).unwrap();
        symlink("data/rekam.db", folder.join("link.db")).unwrap();
        let file = folder.join("data/rekam.db");
        let at = folder.display();
        let ways = [
            format!("sqlite:{at}/data/rekam.db"),
            format!("sqlite://{at}/data/rekam.db"),
            format!("sqlite:{at}/data/rekam.db?mode=rwc"),
            format!("sqlite:{at}/data/./../data/rekam.db"),
            format!("sqlite:{at}/linked/rekam.db"),
            format!("sqlite:{at}/link.db"),
        ];
        // Before there is a file, and once there is one.
        for _ in 0..2 {
            for way in &ways {
                assert_eq!(sqlite_path(way).as_ref(), Some(&file), "{way}");
                assert!(is_same(way, &ways[0]));
            }
            fs::write(&file, "").unwrap();
        }
        let here = std::env::current_dir().unwrap();
        for way in ["sqlite:new/x.db", "sqlite:./new/x.db", "sqlite://new/x.db"] {
            assert_eq!(sqlite_path(way), Some(here.join("new/x.db")), "{way}");
        }
        assert_eq!(sqlite_path("postgres://localhost/rekam"), None);
        assert!(!is_same(&ways[0], "sqlite:new/x.db"));
        // A file of before with a question mark in its name is still that one.
        let odd = format!("sqlite:{at}/odd.db?x=1");
        fs::write(folder.join("odd.db?x=1"), "").unwrap();
        assert_eq!(sqlite_path(&odd), Some(folder.join("odd.db?x=1")));
        fs::remove_dir_all(&folder).unwrap();
    }
}
