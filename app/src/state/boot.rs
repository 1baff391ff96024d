//! From an empty handle to one that knows what the device has, and stays awake.

use super::{Connection, NewVersion, Rekam, hours, places};
use crate::{
    clock,
    offline::{
        account::{self, SESSION, Session},
        drafts, keep,
        tabs::{News, listen},
    },
};
use gloo_timers::{callback::Interval, future::TimeoutFuture};
use leptos::{prelude::*, task::spawn_local};
use shared::client::Client;

const TICK_MS: u32 = 30_000;
/// A version that is taken is there by then.
const TAKE_MS: u32 = 5_000;

impl Rekam {
    pub(super) fn boot(self) {
        Interval::new(TICK_MS, move || self.look_at_clock()).forget();
        self.watch_updates();
        listen(move |news| match news {
            News::Changed => spawn_local(async move {
                self.generation.update_value(|n| *n += 1);
                self.reload_notes().await;
                self.reload().await;
            }),
            News::Send => self.sync_now(),
        });
        spawn_local(async move {
            self.reload_notes().await;
            self.reload().await;
            self.ready.set(true);
            let _ = drafts::sweep().await;
            let _ = account::sweep().await;
            self.close_left().await;
            self.stay_in_touch().await;
        });
    }

    /// Reads who is signed in, which offices there are, and which one was chosen.
    async fn reload_notes(self) {
        let notes = keep::notes(async |notes| {
            Ok((
                notes.get(SESSION).await?,
                notes.get(keep::LOCKED).await?,
                notes.get(places::OFFICES).await?,
                notes.get(places::CHOSEN).await?,
                notes.get(hours::CLOCK).await?,
                notes.get(hours::SEEN_AT).await?,
            ))
        });
        let (session, locked, offices, chosen, shift, seen) = notes.await.unwrap_or_default();
        hours::remember(shift, seen);
        let (session, locked): (Session, bool) =
            (session.unwrap_or_default(), locked.unwrap_or_default());
        if self.session.with_untracked(|now| *now != session) {
            self.be(session);
        }
        if self.locked.get_untracked() != locked {
            self.locked.set(locked);
        }
        if let Some(offices) = offices {
            self.learn_offices(offices);
        }
        if self.chosen.get_untracked() != chosen {
            self.chosen.set(chosen);
        }
    }

    /// Reads the device, the outbox and the rows anew.
    pub(super) async fn reload(self) {
        let Ok(loaded) = self.looked(keep::load().await) else {
            return;
        };
        let around = self.around();
        self.contact.set(loaded.pulled.at);
        self.look_at_clock();
        self.own(loaded.pulled.owner);
        self.client.update(|client| {
            let mut next = Client::new(loaded.device.id);
            next.next_seq = loaded.device.next_seq;
            for mut op in loaded.ops {
                // An answer that this tab has and is just writing.
                let newer = client.ops.get(&op.envelope.seq).filter(|mine| {
                    mine.envelope.op_id == op.envelope.op_id
                        && mine.is_settled()
                        && !op.is_settled()
                });
                if let Some(newer) = newer {
                    op = newer.clone();
                }
                next.ops.insert(op.envelope.seq, op);
            }
            for row in loaded.rows {
                next.base.load(row.key(), Some(row));
            }
            next.cursor = loaded.pulled.cursor;
            next.base_seq = loaded.pulled.base_seq;
            next.seals = loaded.seals;
            self.add_offices(&mut next);
            next.replay(&around);
            *client = next;
        });
        self.device.set_value(Some(loaded.device));
    }

    /// The loader says when another version waits.
    fn watch_updates(self) {
        if is_version_waiting() {
            self.update.set(NewVersion::Waiting);
        }
        let heard = window_event_listener_untyped("rekam-update", move |_| {
            if self.update.get_untracked() != NewVersion::Needed {
                self.update.set(NewVersion::Waiting);
            }
        });
        // For as long as the tab lives.
        std::mem::forget(heard);
    }

    /// The person takes the waiting version; the loader reloads the page.
    pub fn accept_update(self) {
        let event = web_sys::Event::new("rekam-accept-update");
        if let Ok(event) = event {
            let _ = window().dispatch_event(&event);
        }
    }

    /// The server no longer understands this version: takes the waiting one, else looks for one by
    /// loading the page anew.
    pub fn update_now(self) {
        if !is_version_waiting() {
            let _ = window().location().reload();
            return;
        }
        self.accept_update();
        // Another tab may have taken it, and then nothing would happen here.
        spawn_local(async {
            TimeoutFuture::new(TAKE_MS).await;
            let _ = window().location().reload();
        });
    }

    /// The person goes on working; the bar comes back with the next start.
    pub fn postpone_update(self) {
        self.update.set(NewVersion::None);
    }

    pub(super) fn online(self) {
        if self.connection.get_untracked() != Connection::Online {
            self.connection.set(Connection::Online);
        }
    }

    pub(super) fn cut_off(self) {
        if !matches!(self.connection.get_untracked(), Connection::Offline { .. }) {
            let since = clock::now();
            self.connection.set(Connection::Offline { since });
        }
    }
}

/// Whether the loader has announced another version.
fn is_version_waiting() -> bool {
    document()
        .document_element()
        .is_some_and(|root| root.has_attribute("data-update"))
}
