//! Pages of the change log, each row cut to what its scope may see.

use super::{Arg, Record, StoreError, Tx, clocks, rows::entity};
use shared::{
    row::{Entity, Row},
    scope::{Kind, Scope},
    sync::PullRow,
};

/// One page.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// In order within each office.
    pub changes: Vec<PullRow>,
    /// How far each scope has come, in the order they were asked for.
    pub reached: Vec<u64>,
    pub more: bool,
}

/// The next rows after each scope's number, at most `limit` in all. A row that the scope may no
/// longer see comes as a tombstone, unless the scope starts from nothing.
///
/// # Errors
/// When the database refuses or a row cannot be read.
pub async fn page(tx: &mut Tx, scopes: &[(Scope, u64)], limit: u32) -> Result<Page, StoreError> {
    let mut page = Page::default();
    for (scope, from) in scopes {
        let left = i64::from(limit) - i64::try_from(page.changes.len()).unwrap_or(i64::MAX);
        if page.more || left <= 0 {
            page.more |= clocks::seq(tx, scope.office).await? > *from;
            page.reached.push(*from);
            continue;
        }
        let end = clocks::seq(tx, scope.office).await?;
        let found = select(tx, scope, *from, left + 1).await?;
        let more = found.len() > usize::try_from(left).unwrap_or(0);
        let mut last = *from;
        for row in found.iter().take(usize::try_from(left).unwrap_or(0)) {
            last = row.number(2)?;
            page.changes.extend(cut(scope, *from, row)?);
        }
        // What lies between the last row and the end is nothing the scope may see.
        page.reached.push(if more { last } else { end.max(*from) });
        page.more = more;
    }
    Ok(page)
}

/// Kinds of rows that a scope may ever hold, besides what everybody sees: the office and its sessions;
/// kelurahan staff see the plan too.
fn kinds(kind: &Kind) -> &'static [Entity] {
    match kind {
        Kind::Phone { .. } => &[
            Entity::Resident,
            Entity::Booking,
            Entity::Visit,
            Entity::Invitation,
        ],
        Kind::Kelurahan(_) => &[
            Entity::Resident,
            Entity::Booking,
            Entity::Visit,
            Entity::Invitation,
            Entity::Bundle,
        ],
        Kind::Operator => &[
            Entity::Resident,
            Entity::Booking,
            Entity::Visit,
            Entity::Invitation,
            Entity::Lease,
            Entity::Tablet,
            Entity::Flag,
        ],
        Kind::Head => Entity::ALL,
        Kind::Admin => &[],
    }
}

async fn select(
    tx: &mut Tx,
    scope: &Scope,
    from: u64,
    limit: i64,
) -> Result<Vec<Record>, StoreError> {
    let kinds: Vec<[&str; 1]> = kinds(&scope.kind).iter().map(|e| [e.as_str()]).collect();
    let (office, from) = (Arg::from(scope.office), Arg::from(from.cast_signed()));
    match &scope.kind {
        Kind::Phone { own, .. } => {
            // The plus keeps both from walking through all that has ever changed in the office.
            let sql = "SELECT entity, id, +seq, deleted, data FROM record
                WHERE office = $1 AND resident IN (SELECT r.value ->> 0 FROM json_each($5) AS r)
                    AND entity IN (SELECT r.value ->> 0 FROM json_each($4) AS r) AND +seq > $2
                UNION ALL SELECT entity, id, +seq, deleted, data FROM record
                WHERE office = $1 AND entity IN ('office', 'session') AND +seq > $2
                ORDER BY 3 LIMIT $3";
            let ids: Vec<_> = own.iter().map(|id| [id]).collect();
            let args = [
                office,
                from,
                limit.into(),
                Arg::list(&kinds)?,
                Arg::list(&ids)?,
            ];
            tx.fetch(sql, args).await
        }
        Kind::Kelurahan(code) => {
            let sql = "SELECT entity, id, seq, deleted, data FROM record
                WHERE office = $1 AND seq > $2 AND (entity IN ('office', 'session', 'plan') OR kelurahan = $5
                    AND entity IN (SELECT r.value ->> 0 FROM json_each($4) AS r))
                ORDER BY seq LIMIT $3";
            let code = Arg::from(code.as_str());
            tx.fetch(sql, [office, from, limit.into(), Arg::list(&kinds)?, code])
                .await
        }
        Kind::Operator | Kind::Head | Kind::Admin => {
            let sql = "SELECT entity, id, seq, deleted, data FROM record
                WHERE office = $1 AND seq > $2 AND (entity IN ('office', 'session')
                    OR entity IN (SELECT r.value ->> 0 FROM json_each($4) AS r))
                ORDER BY seq LIMIT $3";
            tx.fetch(sql, [office, from, limit.into(), Arg::list(&kinds)?])
                .await
        }
    }
}

fn cut(scope: &Scope, from: u64, row: &Record) -> Result<Option<PullRow>, StoreError> {
    let kind = entity(&row.text(0)?)?;
    let mut pulled = PullRow {
        office: scope.office,
        entity: kind,
        id: row.uuid(1)?,
        seq: row.number(2)?,
        deleted: true,
        data: serde_json::Value::Null,
    };
    let visible = if row.flag(3)? {
        None
    } else {
        scope.view(&Row::from_text(kind, &row.text(4)?)?)
    };
    if let Some(seen) = visible {
        pulled.deleted = false;
        pulled.data = seen.to_json()?;
    }
    Ok((!pulled.deleted || from > 0).then_some(pulled))
}
