//! Signed heads of audit chains: `RH1.office.n.hash.time.signature`, one line each. Kept in the database
//! once a day, so also in backups, and written to the log, where whoever cuts a chain does not reach it.

use super::{StoreError, Tx, clocks::OfficeClock};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier};
use shared::ids::OfficeId;

const PREFIX: &str = "RH1";

/// Where a chain stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub office: OfficeId,
    /// Of the last entry.
    pub n: u64,
    pub hash: String,
    pub at: DateTime<Utc>,
}

impl Head {
    #[must_use]
    pub fn of(clock: &OfficeClock, at: DateTime<Utc>) -> Self {
        Self {
            office: clock.office,
            n: clock.audit_n,
            hash: clock.audit_head.clone(),
            at,
        }
    }

    /// The head as one line, signed.
    #[must_use]
    pub fn sign(&self, secret: &[u8; 32]) -> String {
        let Self {
            office,
            n,
            hash,
            at,
        } = self;
        let said = format!("{PREFIX}.{office}.{n}.{hash}.{}", at.timestamp_micros());
        let signature = SigningKey::from_bytes(secret).sign(said.as_bytes());
        format!("{said}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }

    /// Reads a line back; `None` unless the signature fits.
    #[must_use]
    pub fn verify(line: &str, secret: &[u8; 32]) -> Option<Self> {
        let (said, signature) = line.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let signature = Signature::from_slice(&signature).ok()?;
        let key = SigningKey::from_bytes(secret).verifying_key();
        key.verify(said.as_bytes(), &signature).ok()?;
        let mut parts = said.strip_prefix(PREFIX)?.strip_prefix('.')?.split('.');
        Some(Self {
            office: OfficeId(parts.next()?.parse().ok()?),
            n: parts.next()?.parse().ok()?,
            hash: parts.next()?.to_owned(),
            at: DateTime::from_timestamp_micros(parts.next()?.parse().ok()?)?,
        })
    }

    /// The heads in a text, such as a log: whatever else stands on their lines.
    pub fn find(text: &str) -> impl Iterator<Item = &str> {
        let word = |c: char| c.is_ascii_alphanumeric() || ['.', '_', '-'].contains(&c);
        let words = text.split(move |c| !word(c));
        words.filter(|word| word.starts_with("RH1."))
    }

    /// Whether the chain leads through this head.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn holds(&self, tx: &mut Tx) -> Result<bool, StoreError> {
        if self.n == 0 {
            return Ok(true);
        }
        let sql = "SELECT hash FROM audit WHERE office = $1 AND n = $2";
        let args = [self.office.into(), self.n.cast_signed().into()];
        let row = tx.fetch_one(sql, args).await?;
        Ok(row.map(|row| row.text(0)).transpose()? == Some(self.hash.clone()))
    }
}

/// Keeps the first head of an office and day.
///
/// # Errors
/// When the database refuses.
pub async fn keep(tx: &mut Tx, head: &Head, signed: &str) -> Result<(), StoreError> {
    let sql = "INSERT INTO audit_head (office, day, head) VALUES ($1, $2, $3)
        ON CONFLICT (office, day) DO NOTHING";
    let day = head.at.date_naive().to_string();
    tx.execute(sql, [head.office.into(), day.into(), signed.into()])
        .await?;
    Ok(())
}

/// All heads that are kept, signed.
///
/// # Errors
/// When the database refuses.
pub async fn kept(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT head FROM audit_head ORDER BY office, day";
    let rows = tx.fetch(sql, []).await?;
    rows.iter().map(|row| row.text(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_reads_back_and_no_letter_of_it_may_change() {
        let head = Head {
            office: OfficeId(1),
            n: 42,
            hash: "ab".repeat(32),
            at: DateTime::from_timestamp_micros(1_790_000_000_000_001).unwrap(),
        };
        let line = head.sign(&[3; 32]);
        assert_eq!(Head::verify(&line, &[3; 32]), Some(head));
        assert_eq!(Head::verify(&line, &[4; 32]), None);
        let changed = line.replace(".42.", ".41.");
        assert_eq!(Head::verify(&changed, &[3; 32]), None);
        let log = format!("2026-11-29 INFO head=\"{line}\" office=1\nelse RH1x");
        assert_eq!(Head::find(&log).collect::<Vec<_>>(), [line]);
    }
}
