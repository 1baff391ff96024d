//! What is past its time: whom to forget, and what is gone for long.

use super::{Arg, StoreError, Tx, clocks};
use chrono::{DateTime, Utc};
use shared::ids::{BookingId, OfficeId, ResidentId};
use std::collections::BTreeMap;

/// Residents of an office whose name is kept though nothing goes on and nothing of theirs has changed
/// since `before`, with all their bookings: at most `limit` of them, by id, after `after`. Somebody
/// who has neither booked nor come is still invited, and not among them.
///
/// # Errors
/// When the database refuses.
pub async fn forgettable(
    tx: &mut Tx,
    office: OfficeId,
    before: DateTime<Utc>,
    after: Option<ResidentId>,
    limit: i64,
) -> Result<BTreeMap<ResidentId, Vec<BookingId>>, StoreError> {
    let sql = "SELECT r.id, b.id FROM (
            SELECT r.id FROM record AS r
            WHERE r.office = $1 AND r.entity = 'resident' AND r.deleted = 0 AND r.open = 1
                AND r.changed_at < $2 AND r.id > $3
                AND EXISTS (SELECT 1 FROM record AS o WHERE o.office = $1 AND o.resident = r.id
                    AND o.entity IN ('booking', 'visit') AND o.deleted = 0)
                AND NOT EXISTS (SELECT 1 FROM record AS o WHERE o.office = $1 AND o.resident = r.id
                    AND o.entity IN ('booking', 'visit') AND o.deleted = 0
                    AND (o.open = 1 OR o.changed_at >= $2))
            ORDER BY r.id LIMIT $4
        ) AS r LEFT JOIN record AS b ON b.office = $1 AND b.resident = r.id
            AND b.entity = 'booking' AND b.deleted = 0";
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    let args = [office.into(), before.into(), after.into(), limit.into()];
    let mut found: BTreeMap<ResidentId, Vec<BookingId>> = BTreeMap::new();
    for row in tx.fetch(sql, args).await? {
        let bookings = found.entry(ResidentId(row.uuid(0)?)).or_default();
        if row.text_opt(1)?.is_some() {
            bookings.push(BookingId(row.uuid(1)?));
        }
    }
    Ok(found)
}

/// Forgets rows of an office that are gone since before `before`, at most `limit` of them, and notes
/// how far: who has pulled less than that pulls afresh. Returns how many there were.
///
/// # Errors
/// When the database refuses.
pub async fn forget_gone(
    tx: &mut Tx,
    office: OfficeId,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<u64, StoreError> {
    clocks::lock(tx, office).await?;
    let sql = "SELECT entity, id, seq FROM record
        WHERE office = $1 AND deleted = 1 AND changed_at < $2 ORDER BY changed_at, seq LIMIT $3";
    let rows = tx.fetch(sql, [office.into(), before.into(), limit.into()]);
    let (mut gone, mut floor) = (Vec::new(), 0);
    for row in rows.await? {
        gone.push((row.text(0)?, row.uuid(1)?));
        floor = floor.max(row.number(2)?);
    }
    if gone.is_empty() {
        return Ok(0);
    }
    let sql = "DELETE FROM record WHERE office = $1 AND deleted = 1 AND (entity, id) IN
        (SELECT r.value ->> 0, r.value ->> 1 FROM json_each($2) AS r)";
    let forgotten = tx.execute(sql, [office.into(), Arg::list(&gone)?]).await?;
    clocks::raise_floor(tx, office, floor).await?;
    Ok(forgotten)
}
