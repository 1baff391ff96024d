//! What the app knows and may do, behind one handle: [`Rekam`]. Pages read it tracked and write
//! through [`Rekam::append`] alone.

mod around;
mod asked;
mod boot;
mod hours;
mod lock;
mod network;
mod places;
pub mod prefs;
mod read;
mod screen;
mod session;
mod sync;
mod tablet;
mod write;

pub use crate::offline::{
    db::{SaveError, StorageState},
    drafts,
};
pub use around::bring_office_rules;
pub use asked::Asked;
pub use places::SlotsAnswer;
pub use screen::{Door, ScreenLock, Tried, running, since};

use crate::{
    clock,
    offline::{
        account::Session,
        keep::{Device, Owner},
    },
};
use chrono::{DateTime, Utc};
use futures::channel::mpsc::UnboundedSender;
use leptos::prelude::*;
use shared::{client::Client, ids::OfficeId, office::Office, row::Key, sop::clock::ClockState};
use web_sys::AbortController;

/// Whether the server can be reached, as far as the device knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Connection {
    Online,
    Offline {
        since: DateTime<Utc>,
    },
    /// Not asked yet.
    #[default]
    Unknown,
}

/// Whether another version of the app is to be taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NewVersion {
    #[default]
    None,
    /// One waits; the person may take it.
    Waiting,
    /// The server no longer understands this one.
    Needed,
}

/// The one handle, given as a context; every field is a signal, so it is copied freely.
#[derive(Clone, Copy)]
pub struct Rekam {
    ready: RwSignal<bool>,
    client: RwSignal<Client>,
    device: StoredValue<Option<Device>>,
    session: RwSignal<Session>,
    offices: RwSignal<Vec<Office>>,
    chosen: RwSignal<Option<OfficeId>>,
    now: RwSignal<DateTime<Utc>>,
    clock: RwSignal<ClockState>,
    connection: RwSignal<Connection>,
    storage: RwSignal<StorageState>,
    update: RwSignal<NewVersion>,
    locked: RwSignal<bool>,
    /// A PIN is asked for.
    shut: RwSignal<bool>,
    /// Forms that hold something unsaved.
    dirty: RwSignal<u32>,
    /// When a pull last came to its end.
    contact: RwSignal<Option<DateTime<Utc>>>,
    /// For whom staff's rows were pulled.
    owner: RwSignal<Option<Owner>>,
    /// Each contact moves the time; what pages read of the rows is computed anew only when it matters.
    hidden: Memo<bool>,
    /// Whether this tab is the one that sends.
    leads: StoredValue<bool>,
    wake: StoredValue<Option<UnboundedSender<()>>>,
    /// Ends the stream of pokes.
    listening: StoredValue<Option<AbortController>, LocalStorage>,
    /// Rises when rows are dropped, so that a pull on its way is not applied after it.
    generation: StoredValue<u32>,
}

/// The handle, anywhere under `App`.
#[must_use]
pub fn use_rekam() -> Rekam {
    use_context().unwrap_or_else(Rekam::start)
}

impl Rekam {
    /// Makes the handle and starts loading what the device has.
    #[must_use]
    pub fn start() -> Self {
        let session = RwSignal::new(Session::default());
        let client = RwSignal::new(Client::new(clock::new_device_id()));
        let offices = RwSignal::new(Vec::new());
        let now = RwSignal::new(clock::now());
        let contact = RwSignal::new(None);
        let rekam = Self {
            ready: RwSignal::new(false),
            client,
            device: StoredValue::new(None),
            session,
            offices,
            chosen: RwSignal::new(None),
            now,
            clock: RwSignal::new(ClockState::Right),
            connection: RwSignal::new(Connection::Unknown),
            storage: RwSignal::new(StorageState::Ok),
            update: RwSignal::new(NewVersion::None),
            locked: RwSignal::new(false),
            shut: RwSignal::new(false),
            dirty: RwSignal::new(0),
            contact,
            owner: RwSignal::new(None),
            hidden: Memo::new(move |_| {
                let (contact, now) = (contact.get(), now.get());
                let office = |session: &Session| session.account.as_ref().map(|a| a.office);
                let Some(id) = session.with(office) else {
                    return false;
                };
                // As pulled: the public list is older on a page that has been open for days.
                client.with(|client| {
                    offices.with(|all| {
                        let listed = || all.iter().find(|office| office.id == id);
                        let office = client.base.get(Key::office(id)).or_else(listed);
                        session.with(|session| session.is_hidden(contact, now, office))
                    })
                })
            }),
            leads: StoredValue::new(false),
            wake: StoredValue::new(None),
            listening: StoredValue::new_local(None),
            generation: StoredValue::new(0),
        };
        rekam.boot();
        rekam
    }
}
