//! Hashes of rows in the audit chain: whoever edits a row past the server changes it without a word in
//! the chain, and `check` names the row.

use super::{
    Arg, StoreError, Tx,
    audit::{self, Entry},
    clocks, rows,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use shared::{
    ids::OfficeId,
    row::{Entity, Key},
};
use std::collections::HashMap;
use uuid::Uuid;

/// The kind of the entry that seals what was there before entries did.
pub(super) const BEFORE: &str = "rows_sealed";
/// The result of the last of them.
pub(super) const ALL: &str = "all";
/// Rows in one statement.
const PAGE: i64 = 5_000;

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
    loop {
        let page = stored(tx, office, after).await?;
        after = page.last().map(|(key, _)| *key);
        let result = if page.is_empty() { ALL } else { "" };
        let entry = Entry::new(
            at,
            None,
            None,
            "system".to_owned(),
            BEFORE,
            result.to_owned(),
        );
        audit::append(tx, &mut clock, &[entry.sealing(&page)]).await?;
        sealed += page.len() as u64;
        if page.is_empty() {
            break;
        }
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

/// What the chain of an office says of its rows.
#[derive(Default)]
pub struct Sealed {
    seals: HashMap<Key, Seal>,
    /// Every row of the office has a seal.
    complete: bool,
    /// Rows that were sealed as before while an entry had said otherwise.
    edited: Vec<Key>,
}

impl Sealed {
    /// Takes the seals of an entry, in the order of the chain.
    pub(super) fn take(&mut self, n: u64, entry: &Entry) {
        let Some(text) = entry.seals() else {
            return;
        };
        let before = entry.kind() == BEFORE;
        self.complete |= n == 1 || (before && entry.result() == ALL);
        for (key, seal) in read(text) {
            let said = self.seals.insert(key, seal);
            if before && said.is_some_and(|said| said != seal) {
                self.edited.push(key);
            }
        }
    }

    /// What it says of a row: `None` when it says nothing.
    #[must_use]
    pub fn of(&self, key: Key) -> Option<Seal> {
        self.seals.get(&key).copied()
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
        let own = |entity: Entity| !matches!(entity, Entity::Device | Entity::NikClaim);
        let seals = self.seals.iter();
        let here = seals.filter(|(key, seal)| own(key.0) && seal.is_some());
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

/// Devices and claims that no office's chain says to be as they are.
///
/// # Errors
/// When the database refuses.
pub async fn compare_shared(tx: &mut Tx, said: &[Sealed]) -> Result<Vec<Key>, StoreError> {
    let mut found = Vec::new();
    for (entity, sql) in [
        (
            Entity::Device,
            "SELECT id, data FROM device WHERE data IS NOT NULL AND id > $1 ORDER BY id LIMIT $2",
        ),
        (
            Entity::NikClaim,
            "SELECT key, data FROM nik_claim WHERE key > $1 ORDER BY key LIMIT $2",
        ),
    ] {
        let mut after = String::new();
        loop {
            let args = [after.as_str().into(), PAGE.into()];
            let page = tx.fetch(sql, args).await?;
            let Some(last) = page.last() else { break };
            after = last.text(0)?;
            for row in &page {
                let (key, seal) = (Key(entity, row.uuid(0)?), seal(&row.text(1)?));
                let mut known = said.iter().filter_map(|sealed| sealed.of(key)).peekable();
                // One of before has no seal until it changes.
                if known.peek().is_some() && known.all(|said| said != seal) {
                    found.push(key);
                }
            }
        }
    }
    Ok(found)
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
