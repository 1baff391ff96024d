//! Each office's clock row: its change number and the head of its audit chain. Locked from begin to
//! commit, so that numbers and commits have one order.

use super::{StoreError, Tx, locks};
use shared::ids::OfficeId;

/// The deployment's own row, for what belongs to no office.
pub const DEPLOYMENT: OfficeId = OfficeId(0);

/// Where an office stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficeClock {
    pub office: OfficeId,
    /// Of the last change.
    pub seq: u64,
    /// Of the last audit row.
    pub audit_n: u64,
    /// The last audit row's hash.
    pub audit_head: String,
}

/// Creates the office's clock if it has none, and locks it until the transaction ends.
///
/// # Errors
/// When the database refuses.
pub async fn lock(tx: &mut Tx, office: OfficeId) -> Result<OfficeClock, StoreError> {
    let create = "INSERT INTO office_clock (office, seq, audit_n, audit_head, sealed)
         VALUES ($1, 0, 0, '', 1) ON CONFLICT (office) DO NOTHING";
    let row = match locks::clock_row(tx, office).await? {
        Some(row) => Some(row),
        None => {
            tx.execute(create, [office.into()]).await?;
            locks::clock_row(tx, office).await?
        }
    };
    let row = row.ok_or(StoreError::Corrupt("an office has no clock"))?;
    Ok(OfficeClock {
        office,
        seq: row.number(0)?,
        audit_n: row.number(1)?,
        audit_head: row.text(2)?,
    })
}

/// The number of the office's last change; 0 for an office that has none.
///
/// # Errors
/// When the database refuses.
pub async fn seq(tx: &mut Tx, office: OfficeId) -> Result<u64, StoreError> {
    let sql = "SELECT seq FROM office_clock WHERE office = $1";
    let row = tx.fetch_one(sql, [office.into()]).await?;
    row.map_or(Ok(0), |row| row.number(0))
}

/// Up to which number the office has forgotten what is gone.
///
/// # Errors
/// When the database refuses.
pub async fn floor(tx: &mut Tx, office: OfficeId) -> Result<u64, StoreError> {
    let sql = "SELECT floor FROM office_clock WHERE office = $1";
    let row = tx.fetch_one(sql, [office.into()]).await?;
    row.map_or(Ok(0), |row| row.number(0))
}

/// Raises the floor of a locked clock.
///
/// # Errors
/// When the database refuses.
pub async fn raise_floor(tx: &mut Tx, office: OfficeId, floor: u64) -> Result<(), StoreError> {
    let sql = "UPDATE office_clock SET floor = $2 WHERE office = $1 AND floor < $2";
    tx.execute(sql, [office.into(), floor.cast_signed().into()])
        .await?;
    Ok(())
}

/// Writes a locked clock back.
///
/// # Errors
/// When the database refuses.
pub async fn save(tx: &mut Tx, clock: &OfficeClock) -> Result<(), StoreError> {
    let sql = "UPDATE office_clock SET seq = $2, audit_n = $3, audit_head = $4 WHERE office = $1";
    let args = [
        clock.office.into(),
        (clock.seq.cast_signed()).into(),
        (clock.audit_n.cast_signed()).into(),
        clock.audit_head.as_str().into(),
    ];
    tx.execute(sql, args).await?;
    Ok(())
}

/// Every office that has a clock.
///
/// # Errors
/// When the database refuses.
pub async fn all(tx: &mut Tx) -> Result<Vec<OfficeClock>, StoreError> {
    let sql = "SELECT office, seq, audit_n, audit_head FROM office_clock ORDER BY office";
    let rows = tx.fetch(sql, []).await?;
    rows.iter()
        .map(|row| {
            Ok(OfficeClock {
                office: row.office(0)?,
                seq: row.number(1)?,
                audit_n: row.number(2)?,
                audit_head: row.text(3)?,
            })
        })
        .collect()
}
