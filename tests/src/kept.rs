//! What a browser keeps of the site: the app itself, and the device's database, read and disturbed past
//! the page.

use std::time::Duration;

use serde_json::{Value, json};
use shared::client::QueuedOp;
use tokio::time::Instant;

use crate::browser::{Browser, PATIENCE};

impl Browser {
    /// Takes the room for anything new from the page's database, or gives it back: Chromium reckons
    /// with a quota only for large writes, so the database itself answers as on a full disk.
    pub async fn room(&self, left: bool) {
        let script = format!(
            "const store = IDBObjectStore.prototype; window.realPut ??= store.put; \
             store.put = {left} ? window.realPut \
             : () => {{ throw new DOMException('no room', 'QuotaExceededError'); }}; return true"
        );
        self.run::<bool>(&script).await;
    }

    /// The person clears what the browser keeps of the site, while its page is open.
    pub async fn forget_site(&self) {
        let params = json!({ "origin": self.base, "storageTypes": "indexeddb" });
        self.cdp("Storage.clearDataForOrigin", params).await;
    }

    /// Waits until the service worker controls the page: from then on it opens without a network.
    pub async fn installed(&self) {
        let script =
            "return navigator.serviceWorker.ready.then(() => !!navigator.serviceWorker.controller)";
        let end = Instant::now() + PATIENCE;
        loop {
            let answer = self.driver.execute(script, vec![]).await;
            if answer.ok().and_then(|a| a.convert::<bool>().ok()) == Some(true) {
                return;
            }
            assert!(
                Instant::now() < end,
                "the service worker never took the page over"
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Everything that a script of the site could read: each store of the device's database with its keys, and
    /// the two small storages.
    pub async fn everything(&self) -> String {
        let script = "const [done] = arguments; const open = indexedDB.open('rekam'); \
            open.onsuccess = async () => { const db = open.result; \
            const all = asked => new Promise(told => asked.onsuccess = () => told(asked.result)); \
            const kept = { local: { ...localStorage }, session: { ...sessionStorage } }; \
            for (const name of db.objectStoreNames) { \
            const store = db.transaction(name).objectStore(name); \
            kept[name] = await Promise.all([all(store.getAllKeys()), all(store.getAll())]); } \
            db.close(); done(JSON.stringify(kept)); };";
        let answer = self.driver.execute_async(script, vec![]).await;
        answer.expect("the storages").convert().expect("a text")
    }

    /// How many entries a store of the device's database has; 0 while there is none.
    pub async fn stored(&self, store: &str) -> u64 {
        let script = "const [store, done] = arguments; const open = indexedDB.open('rekam'); \
            open.onerror = () => done(0); \
            open.onsuccess = () => { try { \
            const count = open.result.transaction(store).objectStore(store).count(); \
            count.onsuccess = () => { open.result.close(); done(count.result); }; \
            } catch { open.result.close(); done(0); } };";
        let answer = self.driver.execute_async(script, vec![json!(store)]).await;
        answer
            .ok()
            .and_then(|a| a.convert::<u64>().ok())
            .unwrap_or(0)
    }

    /// Empties a store of the app's database, as if it had never been filled.
    pub async fn forget(&self, store: &str) {
        let script = "const [store, done] = arguments; const open = indexedDB.open('rekam'); \
            open.onsuccess = () => { \
            const change = open.result.transaction(store, 'readwrite'); \
            change.objectStore(store).clear(); \
            change.oncomplete = () => { open.result.close(); done(true); }; };";
        let answer = self.driver.execute_async(script, vec![json!(store)]).await;
        answer.expect("the store is emptied");
    }

    /// The device's outbox as its database has it: whatever the page says of it.
    pub async fn outbox(&self) -> Vec<QueuedOp> {
        let script = "const [done] = arguments; const open = indexedDB.open('rekam'); \
            open.onsuccess = () => { \
            const all = open.result.transaction('outbox').objectStore('outbox').getAll(); \
            all.onsuccess = () => { open.result.close(); done(all.result); }; };";
        let answer = self.driver.execute_async(script, vec![]).await;
        let texts: Vec<String> = answer.expect("the outbox").convert().expect("texts");
        let ops = texts.iter().map(|text| serde_json::from_str(text));
        ops.collect::<Result<_, _>>().expect("ops")
    }

    /// A note that the app keeps under a name; null where there is none.
    pub async fn note(&self, name: &str) -> Value {
        let script = "const [name, done] = arguments; const open = indexedDB.open('rekam'); \
            open.onsuccess = () => { \
            const note = open.result.transaction('meta').objectStore('meta').get(name); \
            note.onsuccess = () => { open.result.close(); done(note.result ?? 'null'); }; };";
        let answer = self.driver.execute_async(script, vec![json!(name)]).await;
        let text: String = answer.expect("the notes").convert().expect("a text");
        serde_json::from_str(&text).expect("a note is JSON")
    }

    /// Waits until a store holds a number of things that fits.
    pub async fn until_stored(&self, store: &str, fits: impl Fn(u64) -> bool) {
        let end = Instant::now() + PATIENCE;
        loop {
            let count = self.stored(store).await;
            if fits(count) {
                return;
            }
            assert!(Instant::now() < end, "{store} still holds {count}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until a note fits, and gives it.
    pub async fn until_noted(&self, name: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + PATIENCE;
        loop {
            let note = self.note(name).await;
            if fits(&note) {
                return note;
            }
            assert!(Instant::now() < end, "the note {name} is still {note}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until the server has answered so many ops, and gives them.
    pub async fn settled(&self, count: usize) -> Vec<QueuedOp> {
        let end = Instant::now() + PATIENCE;
        loop {
            let ops = self.outbox().await;
            if ops.len() == count && ops.iter().all(QueuedOp::is_settled) {
                return ops;
            }
            assert!(Instant::now() < end, "not {count} settled ops: {ops:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until the device has stored what it pulled: from then on it may be switched off.
    pub async fn kept(&self) {
        let end = Instant::now() + PATIENCE;
        let mut before = 0;
        loop {
            let rows = self.stored("rows").await;
            if rows > 1 && rows == before {
                return;
            }
            before = rows;
            assert!(Instant::now() < end, "the device stored nothing");
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }
}
