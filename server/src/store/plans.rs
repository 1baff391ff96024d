//! People of a kelurahan who wait for a place in the plan.

use super::{Arg, StoreError, Tx};
use shared::{ids::OfficeId, invitation::Invitation, region::RegionCode, resident::Resident};

/// Invitations without a place, with whom they are for.
///
/// # Errors
/// When the database refuses or a row cannot be read.
pub async fn waiting(
    tx: &mut Tx,
    office: OfficeId,
    kelurahan: &RegionCode,
) -> Result<Vec<(Resident, Invitation)>, StoreError> {
    let sql = "SELECT r.data, i.data FROM record AS i JOIN record AS r
            ON r.office = $1 AND r.entity = 'resident' AND r.id = i.resident AND r.deleted = 0
        WHERE i.office = $1 AND i.entity = 'invitation' AND i.open = 1 AND i.deleted = 0
            AND i.day IS NULL AND i.kelurahan = $2";
    let args = [office.into(), Arg::from(kelurahan.as_str())];
    let rows = tx.fetch(sql, args).await?;
    rows.iter()
        .map(|row| {
            let resident = serde_json::from_str(&row.text(0)?)?;
            Ok((resident, serde_json::from_str(&row.text(1)?)?))
        })
        .collect()
}

/// People who were never invited and are not known to have recorded: those who were too young.
///
/// # Errors
/// As [`waiting`].
pub async fn uninvited(
    tx: &mut Tx,
    office: OfficeId,
    kelurahan: &RegionCode,
) -> Result<Vec<Resident>, StoreError> {
    // Rows are written without spaces; whoever has recorded need not be read to know it.
    let sql = r#"SELECT data FROM record
        WHERE office = $1 AND entity = 'resident' AND open = 1 AND deleted = 0
            AND day IS NULL AND kelurahan = $2
            AND data LIKE '%"invitation":null%' AND data LIKE '%"recorded_on":null%'"#;
    let args = [office.into(), Arg::from(kelurahan.as_str())];
    let rows = tx.fetch(sql, args).await?;
    rows.iter()
        .map(|row| Ok(serde_json::from_str(&row.text(0)?)?))
        .collect()
}
