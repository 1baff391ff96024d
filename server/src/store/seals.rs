//! Hashes of rows in the audit chain: whoever edits a row past the server changes it without a word in
//! the chain, and `check` names the row.

use super::{
    Arg, StoreError, Tx,
    audit::{self, Entry},
    clocks::{self, OfficeClock},
    meta, rows,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use shared::{
    ids::{DeviceId, OfficeId},
    row::{Entity, Key},
};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// The kind of the entry that seals what was there before entries did.
pub(super) const BEFORE: &str = "rows_sealed";
/// The result of the last of them.
pub(super) const ALL: &str = "all";
/// The kind of the entry that seals the devices and claims that were there before all of them were sealed; its
/// result as above.
const SHARED_BEFORE: &str = "shared_rows_sealed";
/// Rows in one statement.
pub(super) const PAGE: i64 = 5_000;

/// The first half of the SHA-256 of a row's stored text; `None` once the row is gone.
pub type Seal = Option<[u8; 16]>;

/// The seal of a row that is stored as this text.
#[must_use]
pub fn seal(text: &str) -> Seal {
    let mut half = [0; 16];
    let whole = Sha256::digest(text.as_bytes());
    half.iter_mut().zip(whole).for_each(|(to, from)| *to = from);
    Some(half)
}

/// Seals as an entry holds them: kind, id and hash of each row.
pub(super) fn write(seals: &[(Key, Seal)]) -> String {
    let words = seals.iter().map(|(Key(entity, id), seal)| {
        let id = URL_SAFE_NO_PAD.encode(id.as_bytes());
        let hash = seal.map_or_else(|| "-".to_owned(), |hash| URL_SAFE_NO_PAD.encode(hash));
        format!("{} {id} {hash}", entity.as_str())
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The seals of an entry; what cannot be read is left out, and the chain's own hash guards the text.
pub(super) fn read(text: &str) -> Vec<(Key, Seal)> {
    let half =
        |word: &str| -> Option<[u8; 16]> { URL_SAFE_NO_PAD.decode(word).ok()?.try_into().ok() };
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let known = |triple: &[&str]| {
        let &[kind, id, hash] = triple else {
            return None;
        };
        let key = Key(rows::entity(kind).ok()?, Uuid::from_bytes(half(id)?));
        Some((key, if hash == "-" { None } else { Some(half(hash)?) }))
    };
    words.chunks(3).filter_map(known).collect()
}

/// Seals what is there of every office that no entry sealed: rows of an older version. Once an office.
///
/// # Errors
/// When the database refuses.
pub async fn seal_what_was_before(tx: &mut Tx, at: DateTime<Utc>) -> Result<u64, StoreError> {
    let sql = "SELECT office FROM office_clock WHERE sealed = 0 ORDER BY office";
    let rows = tx.fetch(sql, []).await?;
    let mut sealed = 0;
    for row in rows {
        sealed += seal_office(tx, row.office(0)?, at).await?;
    }
    Ok(sealed)
}

/// Seals the devices and claims that are there, once a deployment: from then on each has a seal, and one whose
/// seal stands and that is gone was taken away past the server.
///
/// # Errors
/// When the database refuses.
pub async fn seal_shared(tx: &mut Tx, at: DateTime<Utc>) -> Result<u64, StoreError> {
    let mut clock = clocks::lock(tx, clocks::DEPLOYMENT).await?;
    if !meta::first(tx, SHARED_BEFORE).await?
        || is_said(tx, clocks::DEPLOYMENT, SHARED_BEFORE).await?
    {
        return Ok(0);
    }
    let mut sealed = 0;
    for entity in SHARED {
        let mut after = String::new();
        loop {
            let page = stored_shared(tx, entity, &after).await?;
            let Some((last, _)) = page.last() else { break };
            after = last.1.to_string();
            let entry = of_server(at, SHARED_BEFORE, "");
            audit::append(tx, &mut clock, &[entry.sealing(&page)]).await?;
            sealed += page.len() as u64;
        }
    }
    let entry = of_server(at, SHARED_BEFORE, ALL);
    // With seals, of nothing: only such entries are read by `Sealed::take`.
    audit::append(tx, &mut clock, &[entry.sealing(&[])]).await?;
    clocks::save(tx, &clock).await?;
    Ok(sealed)
}

/// Says in the deployment's chain, which the caller has locked, that these devices are gone.
///
/// # Errors
/// When the database refuses.
pub(super) async fn devices_gone(
    tx: &mut Tx,
    clock: &mut OfficeClock,
    at: DateTime<Utc>,
    devices: &[DeviceId],
) -> Result<(), StoreError> {
    let gone: Vec<_> = devices.iter().map(|id| (Key::from(*id), None)).collect();
    let entry = of_server(at, "strangers_forgotten", &gone.len().to_string());
    audit::append(tx, clock, &[entry.sealing(&gone)]).await?;
    clocks::save(tx, clock).await
}

fn of_server(at: DateTime<Utc>, kind: &str, result: &str) -> Entry {
    let (actor, result) = ("system".to_owned(), result.to_owned());
    Entry::new(at, None, None, actor, kind, result)
}

/// Whether the chain itself says that all was sealed. A note beside the chain can be taken away by whoever edits
/// rows, and what they edited would be sealed as if it had been so before.
async fn is_said(tx: &mut Tx, office: OfficeId, kind: &str) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM audit WHERE office = $1 AND kind = $2 AND result = $3 LIMIT 1";
    let row = tx.fetch_one(sql, [office.into(), kind.into(), ALL.into()]);
    Ok(row.await?.is_some())
}

/// Whether the chain of an office seals every row of it: all of before, or each since its beginning.
async fn is_complete(tx: &mut Tx, office: OfficeId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM audit WHERE office = $1 AND n = 1 AND seals IS NOT NULL";
    let from_the_first = tx.fetch_one(sql, [office.into()]).await?.is_some();
    Ok(from_the_first || is_said(tx, office, BEFORE).await?)
}

async fn seal_office(tx: &mut Tx, office: OfficeId, at: DateTime<Utc>) -> Result<u64, StoreError> {
    let mut clock = clocks::lock(tx, office).await?;
    let sql = "SELECT sealed FROM office_clock WHERE office = $1";
    let row = tx.fetch_one(sql, [office.into()]).await?;
    if row.is_none_or(|row| row.flag(0).unwrap_or(true)) {
        // Another instance was first.
        return Ok(0);
    }
    let mut after = None;
    let mut sealed = 0;
    let mut is_done = is_complete(tx, office).await?;
    while !is_done {
        let page = stored(tx, office, after).await?;
        after = page.last().map(|(key, _)| *key);
        let result = if page.is_empty() { ALL } else { "" };
        let entry = of_server(at, BEFORE, result);
        audit::append(tx, &mut clock, &[entry.sealing(&page)]).await?;
        sealed += page.len() as u64;
        is_done = page.is_empty();
    }
    clocks::save(tx, &clock).await?;
    let sql = "UPDATE office_clock SET sealed = 1 WHERE office = $1";
    tx.execute(sql, [office.into()]).await?;
    Ok(sealed)
}

/// The next rows of an office as they are stored, in the order of kind and id.
async fn stored(
    tx: &mut Tx,
    office: OfficeId,
    after: Option<Key>,
) -> Result<Vec<(Key, Seal)>, StoreError> {
    let (kind, id) = match after {
        Some(Key(entity, id)) => (entity.as_str().to_owned(), id.to_string()),
        None => (String::new(), String::new()),
    };
    let sql = if kind == Entity::Slot.as_str() {
        SLOTS
    } else {
        RECORDS
    };
    let args = || -> [Arg; 4] {
        [
            office.into(),
            kind.as_str().into(),
            id.as_str().into(),
            PAGE.into(),
        ]
    };
    let mut page = of_page(tx.fetch(sql, args()).await?)?;
    if page.is_empty() && sql == RECORDS {
        let args = [office.into(), "".into(), "".into(), PAGE.into()];
        page = of_page(tx.fetch(SLOTS, args).await?)?;
    }
    Ok(page)
}

// Slots come after all other kinds; `$2` is theirs or nothing.
const RECORDS: &str = "SELECT entity, id, data FROM record
    WHERE office = $1 AND deleted = 0 AND (entity > $2 OR (entity = $2 AND id > $3))
    ORDER BY entity, id LIMIT $4";
const SLOTS: &str = "SELECT 'slot', id, data FROM slot
    WHERE office = $1 AND ($2 = '' OR $2 = 'slot') AND id > $3 ORDER BY id LIMIT $4";

fn of_page(page: Vec<super::Record>) -> Result<Vec<(Key, Seal)>, StoreError> {
    page.iter()
        .map(|row| {
            let key = Key(rows::entity(&row.text(0)?)?, row.uuid(1)?);
            Ok((key, seal(&row.text(2)?)))
        })
        .collect()
}

/// The last word of a chain on a row.
#[derive(Clone, Copy)]
struct Said {
    seal: Seal,
    /// Of the entry, and its time.
    n: u64,
    at: i64,
    /// The entry sealed what was there before; else it is about a change of the row.
    as_before: bool,
}

/// What the chain of an office says of its rows.
#[derive(Default)]
pub struct Sealed {
    seals: HashMap<Key, Said>,
    /// Every row of the office has a seal.
    complete: bool,
    /// Rows that were sealed as before while an entry had said otherwise.
    edited: Vec<Key>,
    /// Since when every device and claim has a seal.
    shared_since: Option<i64>,
}

impl Sealed {
    /// Takes the seals of an entry, in the order of the chain.
    pub(super) fn take(&mut self, n: u64, entry: &Entry) {
        let Some(text) = entry.seals() else {
            return;
        };
        let before = entry.kind() == BEFORE;
        let as_before = before || entry.kind() == SHARED_BEFORE;
        if entry.kind() == SHARED_BEFORE && entry.result() == ALL {
            self.shared_since = Some(entry.at());
        }
        self.complete |= n == 1 || (before && entry.result() == ALL);
        for (key, seal) in read(text) {
            let at = entry.at();
            let word = Said {
                seal,
                n,
                at,
                as_before,
            };
            let said = self.seals.insert(key, word);
            if before && said.is_some_and(|said| said.seal != seal) {
                self.edited.push(key);
            }
        }
    }

    /// What it says of a row: `None` when it says nothing.
    #[must_use]
    pub fn of(&self, key: Key) -> Option<Seal> {
        self.seals.get(&key).map(|said| said.seal)
    }

    /// The number and the time of the entry that last changed a row; `None` where no entry tells of a change.
    pub(super) fn change_of(&self, key: Key) -> Option<(u64, i64)> {
        let said = self.seals.get(&key).filter(|said| !said.as_before);
        said.map(|said| (said.n, said.at))
    }

    /// Rows of the office that are not as the chain says: edited, entered or removed past the server.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn compare(&self, tx: &mut Tx, office: OfficeId) -> Result<Vec<Key>, StoreError> {
        let mut found = self.edited.clone();
        let mut seen = 0_usize;
        let mut after = None;
        loop {
            let page = stored(tx, office, after).await?;
            after = page.last().map(|(key, _)| *key);
            for (key, seal) in &page {
                match self.of(*key) {
                    Some(said) if said == *seal => seen += 1,
                    Some(_) => {
                        seen += 1;
                        found.push(*key);
                    }
                    None if self.complete => found.push(*key),
                    None => {}
                }
            }
            if page.is_empty() {
                break;
            }
        }
        let here = self.here();
        if seen < here.len() {
            found.extend(missing(tx, office, here).await?);
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// Rows that must be there. Devices and claims on NIKs are of several offices.
    fn here(&self) -> Vec<Key> {
        let own = |entity: Entity| !SHARED.contains(&entity);
        let seals = self.seals.iter();
        let here = seals.filter(|(key, said)| own(key.0) && said.seal.is_some());
        here.map(|(key, _)| *key).collect()
    }
}

async fn missing(tx: &mut Tx, office: OfficeId, here: Vec<Key>) -> Result<Vec<Key>, StoreError> {
    let mut missing = Vec::new();
    for some in here.chunks(1_000) {
        let rows = rows::load(tx, office, some).await?;
        missing.extend(
            rows.into_iter()
                .filter(|(_, row)| row.is_none())
                .map(|r| r.0),
        );
    }
    Ok(missing)
}

/// Kinds of rows of which several offices speak.
const SHARED: [Entity; 2] = [Entity::Device, Entity::NikClaim];

/// The next devices or claims as they are stored.
async fn stored_shared(
    tx: &mut Tx,
    entity: Entity,
    after: &str,
) -> Result<Vec<(Key, Seal)>, StoreError> {
    let sql = match entity {
        Entity::NikClaim => "SELECT key, data FROM nik_claim WHERE key > $1 ORDER BY key LIMIT $2",
        _ => "SELECT id, data FROM device WHERE data IS NOT NULL AND id > $1 ORDER BY id LIMIT $2",
    };
    let page = tx.fetch(sql, [after.into(), PAGE.into()]).await?;
    page.iter()
        .map(|row| Ok((Key(entity, row.uuid(0)?), seal(&row.text(1)?))))
        .collect()
}

/// Devices and claims that are not as some office's chain says: edited, entered or removed past the server.
///
/// # Errors
/// When the database refuses.
pub async fn compare_shared(tx: &mut Tx, said: &[Sealed]) -> Result<Vec<Key>, StoreError> {
    let since = said.iter().find_map(|sealed| sealed.shared_since);
    let (mut found, mut seen) = (Vec::new(), HashSet::new());
    for entity in SHARED {
        let mut after = String::new();
        loop {
            let page = stored_shared(tx, entity, &after).await?;
            let Some((last, _)) = page.last() else { break };
            after = last.1.to_string();
            for (key, seal) in page {
                let mut known = said.iter().filter_map(|sealed| sealed.of(key)).peekable();
                // One that was there before all were sealed has no seal until it changes.
                let is_known = known.peek().is_some();
                if known.all(|said| said != seal) && (is_known || since.is_some()) {
                    found.push(key);
                }
                seen.insert(key);
            }
        }
    }
    if let Some(since) = since {
        found.extend(must_be_here(said, since).filter(|key| !seen.contains(key)));
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Devices and claims that must be there: sealed since all are, and no chain's last word is that they are gone.
fn must_be_here(said: &[Sealed], since: i64) -> impl Iterator<Item = Key> {
    let here = said.iter().flat_map(move |sealed| {
        let shared = sealed
            .seals
            .iter()
            .filter(|(key, _)| SHARED.contains(&key.0));
        let late = shared.filter(move |(_, said)| said.at >= since);
        late.map(|(key, _)| *key)
    });
    here.filter(|key| {
        let mut words = said.iter().filter_map(|sealed| sealed.of(*key));
        words.all(|seal| seal.is_some())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seals_read_back() {
        let key = |n: u128| Key(Entity::Booking, Uuid::from_u128(n));
        let seals = vec![(key(1), seal("{}")), (key(u128::MAX), None)];
        assert_eq!(read(&write(&seals)), seals);
        assert_eq!(read(""), Vec::new());
        assert_eq!(read("booking x y device"), Vec::new());
        assert_ne!(seal("{}"), seal("{ }"));
    }
}
