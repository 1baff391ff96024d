//! Slots that somebody has claimed from. The counters are columns, and a CHECK guards them.

use super::{Arg, StoreError, Tx};
use chrono::NaiveDate;
use shared::{ids::OfficeId, slot::Slot};
use uuid::Uuid;

pub(super) async fn load(
    tx: &mut Tx,
    office: OfficeId,
    ids: &[(&str, Uuid)],
) -> Result<Vec<Slot>, StoreError> {
    // One look at the primary key for each, as in `rows::load`.
    let sql = "SELECT (SELECT s.data FROM slot AS s WHERE s.office = $1 AND s.id = k.value ->> 1)
        FROM json_each($2) AS k";
    let rows = tx.fetch(sql, [office.into(), Arg::list(&ids)?]).await?;
    let mut slots = Vec::with_capacity(rows.len());
    for row in &rows {
        if let Some(data) = row.text_opt(0)? {
            slots.push(serde_json::from_str(&data)?);
        }
    }
    Ok(slots)
}

/// The slots claimed from on these days, both included.
///
/// # Errors
/// When the database refuses.
pub async fn between(
    tx: &mut Tx,
    office: OfficeId,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Slot>, StoreError> {
    let sql = "SELECT data FROM slot WHERE office = $1 AND day BETWEEN $2 AND $3 ORDER BY day, id";
    let args = [
        office.into(),
        from.to_string().into(),
        to.to_string().into(),
    ];
    let rows = tx.fetch(sql, args).await?;
    rows.iter()
        .map(|row| Ok(serde_json::from_str(&row.text(0)?)?))
        .collect()
}

/// The slots claimed from on this day and later.
///
/// # Errors
/// When the database refuses.
pub async fn from_day(
    tx: &mut Tx,
    office: OfficeId,
    from: NaiveDate,
) -> Result<Vec<Slot>, StoreError> {
    let sql = "SELECT data FROM slot WHERE office = $1 AND day >= $2 ORDER BY day, id";
    let rows = tx
        .fetch(sql, [office.into(), from.to_string().into()])
        .await?;
    rows.iter()
        .map(|row| Ok(serde_json::from_str(&row.text(0)?)?))
        .collect()
}

/// What the columns of a slot say, for comparing them with the rows they count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counters {
    pub capacity: i64,
    pub booked: i64,
    pub leased: i64,
    pub held: i64,
}

/// Every slot of an office with its columns.
///
/// # Errors
/// When the database refuses.
pub async fn all(tx: &mut Tx, office: OfficeId) -> Result<Vec<(Slot, Counters)>, StoreError> {
    let sql = "SELECT data, capacity, booked, leased, held FROM slot WHERE office = $1";
    let rows = tx.fetch(sql, [office.into()]).await?;
    rows.iter()
        .map(|row| {
            let counters = Counters {
                capacity: row.int(1)?,
                booked: row.int(2)?,
                leased: row.int(3)?,
                held: row.int(4)?,
            };
            Ok((serde_json::from_str(&row.text(0)?)?, counters))
        })
        .collect()
}

pub(super) async fn save(tx: &mut Tx, office: OfficeId, slots: &[&Slot]) -> Result<(), StoreError> {
    let mut rows = Vec::with_capacity(slots.len());
    for s in slots {
        let counters = (s.capacity, s.booked, s.leased, s.held);
        let day = s.start.date().to_string();
        let data = serde_json::to_string(s)?;
        rows.push((
            s.id, day, counters.0, counters.1, counters.2, counters.3, data,
        ));
    }
    let sql = "INSERT INTO slot (office, id, day, capacity, booked, leased, held, data)
        SELECT $1, r.value ->> 0, r.value ->> 1, CAST(r.value ->> 2 AS BIGINT),
            CAST(r.value ->> 3 AS BIGINT), CAST(r.value ->> 4 AS BIGINT),
            CAST(r.value ->> 5 AS BIGINT), r.value ->> 6
        FROM json_each($2) AS r WHERE true
        ON CONFLICT (office, id) DO UPDATE SET
            capacity = excluded.capacity, booked = excluded.booked, leased = excluded.leased,
            held = excluded.held, data = excluded.data";
    tx.execute(sql, [office.into(), Arg::list(&rows)?]).await?;
    Ok(())
}
