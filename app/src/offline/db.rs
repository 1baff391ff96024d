//! The browser's database: opening it, one transaction at a time, and what its errors mean.
//! Values are JSON text. Nothing but IndexedDB is awaited within a transaction.

use crate::json;
use indexed_db_futures::{
    Build, BuildPrimitive,
    database::Database,
    error::{DomException, Error, OpenDbError},
    object_store::ObjectStore,
    query_source::QuerySource,
    transaction::{Transaction, TransactionDurability, TransactionMode, TransactionOptions},
};
use serde::{Serialize, de::DeserializeOwned};
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen_futures::spawn_local;

/// Stores of the database.
pub const DEVICE: &str = "device";
pub const OUTBOX: &str = "outbox";
pub const ROWS: &str = "rows";
pub const META: &str = "meta";
pub const DRAFTS: &str = "drafts";
const ALL: [&str; 5] = [DEVICE, OUTBOX, ROWS, META, DRAFTS];

const NAME: &str = "rekam";
const VERSION: u32 = 1;

thread_local! {
    static OPEN: RefCell<Option<Rc<Database>>> = const { RefCell::new(None) };
}

/// Why something could not be kept on the device.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SaveError {
    /// The browser has no room left.
    #[error("no room left on the device")]
    Full,
    /// The browser closed the database; reloading opens it again.
    #[error("the database is closed")]
    Closed,
    /// There is no database in this browser (some private modes).
    #[error("the browser keeps nothing")]
    Unsupported,
    /// What was to be saved cannot be written as JSON.
    #[error("cannot be written")]
    Unencodable,
    /// Ops wait that only this device has.
    #[error("ops are not sent yet")]
    Unsent,
    #[error("the database failed: {0}")]
    Failed(String),
}

/// How the device's storage is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StorageState {
    #[default]
    Ok,
    Full,
    Closed,
    Unsupported,
}

impl SaveError {
    /// What the error says about the storage as a whole.
    #[must_use]
    pub fn storage(&self) -> Option<StorageState> {
        match self {
            Self::Full => Some(StorageState::Full),
            Self::Closed | Self::Failed(_) => Some(StorageState::Closed),
            Self::Unsupported => Some(StorageState::Unsupported),
            Self::Unencodable | Self::Unsent => None,
        }
    }
}

impl SaveError {
    /// The key of its text in `codes.json`.
    #[must_use]
    pub fn text_key(&self) -> &'static str {
        match self {
            Self::Full => "storage_full",
            Self::Closed | Self::Failed(_) => "storage_closed",
            Self::Unsupported => "storage_unsupported",
            Self::Unencodable => "unencodable",
            Self::Unsent => "unsent",
        }
    }
}

impl From<Error> for SaveError {
    fn from(error: Error) -> Self {
        match &error {
            Error::DomException(DomException::Other(e)) if e.name() == "QuotaExceededError" => {
                Self::Full
            }
            Error::DomException(DomException::InvalidStateError(_)) => {
                OPEN.with_borrow_mut(|open| *open = None);
                Self::Closed
            }
            _ => Self::Failed(error.to_string()),
        }
    }
}

impl From<OpenDbError> for SaveError {
    fn from(error: OpenDbError) -> Self {
        match error {
            OpenDbError::Base(error) => error.into(),
            _ => Self::Unsupported,
        }
    }
}

impl From<serde_json::Error> for SaveError {
    fn from(_: serde_json::Error) -> Self {
        Self::Unencodable
    }
}

/// The open database; a closed one is opened again.
async fn database() -> Result<Rc<Database>, SaveError> {
    if let Some(db) = OPEN.with_borrow(Clone::clone) {
        return Ok(db);
    }
    let db = Database::open(NAME)
        .with_version(VERSION)
        .with_on_upgrade_needed(|_, db| {
            for store in ALL {
                if !db.object_store_names().any(|name| name == store) {
                    db.create_object_store(store).build()?;
                }
            }
            Ok(())
        })
        .await?;
    spawn_local(make_way(db.clone()));
    let db = Rc::new(db);
    OPEN.with_borrow_mut(|open| *open = Some(Rc::clone(&db)));
    Ok(db)
}

/// Closes the database when a tab with a newer version of the app wants it: else that tab would wait
/// for as long as this one is open.
async fn make_way(db: Database) {
    let Ok(mut changes) = db.version_changes() else {
        return;
    };
    if changes.recv().await.is_some() {
        OPEN.with_borrow_mut(|open| *open = None);
        drop(changes);
        db.close();
    }
}

/// Runs one read-only transaction over stores.
pub async fn read<T>(
    stores: &[&str],
    work: impl AsyncFnOnce(&Transaction<'_>) -> Result<T, SaveError>,
) -> Result<T, SaveError> {
    let db = database().await?;
    let tx = db
        .transaction(stores.to_vec())
        .with_mode(TransactionMode::Readonly)
        .build()?;
    work(&tx).await
}

/// Runs one transaction over stores; durable on the disk when it answers.
pub async fn write<T>(
    stores: &[&str],
    work: impl AsyncFnOnce(&Transaction<'_>) -> Result<T, SaveError>,
) -> Result<T, SaveError> {
    let db = database().await?;
    let mut options = TransactionOptions::new();
    options.set_durability(TransactionDurability::Strict);
    let tx = db
        .transaction(stores.to_vec())
        .with_mode(TransactionMode::Readwrite)
        .with_options(options)
        .build()?;
    let answer = work(&tx).await?;
    tx.commit().await?;
    Ok(answer)
}

/// One store within a transaction. What is written is handed over and not waited for: a request that
/// fails makes the whole transaction fail, and its end says so.
pub struct Store<'a>(ObjectStore<'a>);

impl<'a> Store<'a> {
    pub fn of(tx: &'a Transaction<'_>, name: &str) -> Result<Self, SaveError> {
        Ok(Self(tx.object_store(name)?))
    }

    pub async fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, SaveError> {
        Ok(self
            .text(key)
            .await?
            .and_then(|text| json::read(&text).ok()))
    }

    async fn text(&self, key: &str) -> Result<Option<String>, SaveError> {
        Ok(self.0.get(key.to_owned()).primitive()?.await?)
    }

    /// What an older build wrote and this one cannot read is left out, and pulled again.
    pub async fn all<T: DeserializeOwned>(&self) -> Result<Vec<T>, SaveError> {
        let texts = self.texts().await?;
        Ok(texts
            .iter()
            .filter_map(|text| json::read(text).ok())
            .collect())
    }

    /// As [`Self::all`], of what is kept under keys that begin so.
    pub async fn under<T: DeserializeOwned>(&self, start: &str) -> Result<Vec<T>, SaveError> {
        let range = start.to_owned()..format!("{start}\u{ffff}");
        let found = self.0.get_all::<String>().with_query::<String, _>(range);
        let mut all = Vec::new();
        for text in found.primitive()?.await? {
            all.extend(json::read(&text?).ok());
        }
        Ok(all)
    }

    async fn texts(&self) -> Result<Vec<String>, SaveError> {
        let found = self.0.get_all::<String>().primitive()?.await?;
        let mut texts = Vec::new();
        for text in found {
            texts.push(text?);
        }
        Ok(texts)
    }

    pub fn put<T: Serialize>(&self, key: &str, value: &T) -> Result<(), SaveError> {
        let text = serde_json::to_string(value)?;
        drop(self.0.put(text).with_key(key.to_owned()).primitive()?);
        Ok(())
    }

    pub fn delete(&self, key: &str) -> Result<(), SaveError> {
        drop(self.0.delete(key.to_owned()).primitive()?);
        Ok(())
    }

    pub fn clear(&self) -> Result<(), SaveError> {
        drop(self.0.clear()?);
        Ok(())
    }
}
