//! Files that hold personal data or keys: whoever made them reads them, and nobody else on the machine.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, chown},
    path::{Path, PathBuf},
};

/// Read and written by the owner alone.
const OWNER: u32 = 0o600;
/// The same of a folder, which one must be able to enter.
const OWNERS_FOLDER: u32 = 0o700;

/// Makes a folder with all that lead to it; what is there already stays as it is.
///
/// # Errors
/// When the system refuses.
pub fn folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true).mode(OWNERS_FOLDER).create(path)
}

/// Opens a file for writing, made if it is missing, and closes it to others.
///
/// # Errors
/// When the system refuses.
pub fn open(path: &Path) -> io::Result<File> {
    let mut how = OpenOptions::new();
    let file = how.write(true).create(true).truncate(false).mode(OWNER);
    let file = file.open(path)?;
    close_to_others(path)?;
    Ok(file)
}

/// The first command is perhaps run by somebody else: a file beside a database belongs to the owner of
/// the database, who serves, or else of the folder.
pub fn give_to_owner(database: &Path, file: &Path) {
    match database.exists() {
        true => give(file, database),
        false => give_to_folder(file),
    }
}

/// A new database belongs to the owner of its folder.
pub fn give_to_folder(file: &Path) {
    if let Some(folder) = file.parent().filter(|p| !p.as_os_str().is_empty()) {
        give(file, folder);
    }
}

/// Where that cannot be done, using the file will tell.
fn give(file: &Path, owner: &Path) {
    if let (Ok(owner), Ok(own)) = (fs::metadata(owner), fs::metadata(file))
        && (owner.uid(), owner.gid()) != (own.uid(), own.gid())
    {
        let _ = chown(file, Some(owner.uid()), Some(owner.gid()));
    }
}

/// Makes an empty file where there is none: what is there may be a backup, or the database itself.
///
/// # Errors
/// When there is one, or the system refuses.
pub fn create(path: &Path) -> io::Result<File> {
    let mut how = OpenOptions::new();
    how.write(true).create_new(true).mode(OWNER).open(path)
}

/// Takes a file's rights from everybody but its owner; a file that is not there is left so.
///
/// # Errors
/// When the system refuses.
pub fn close_to_others(path: &Path) -> io::Result<()> {
    let mode = match fs::metadata(path) {
        Ok(found) => found.permissions().mode(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    if mode & 0o077 == 0 {
        return Ok(());
    }
    fs::set_permissions(path, Permissions::from_mode(OWNER))
}

/// `path` with `end` after its name.
#[must_use]
pub fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}
