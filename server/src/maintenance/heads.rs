//! Signs where the audit chains stand: once a day for the database and the log, and at each backup.

use crate::{
    clock::Clock,
    store::{
        Db, StoreError, Tx, clocks,
        heads::{self, Head},
        meta,
    },
};

/// Signs where each chain stands now. No line before the server's first start, which makes the key.
///
/// # Errors
/// When the database refuses.
pub async fn sign(tx: &mut Tx, clock: &Clock) -> Result<Vec<(Head, String)>, StoreError> {
    let Some(secret) = meta::known_secret(tx, "audit").await? else {
        return Ok(Vec::new());
    };
    let offices = clocks::all(tx).await?;
    let heads = offices.iter().map(|office| Head::of(office, clock.now()));
    let signed = heads.map(|head| {
        let line = head.sign(&secret);
        (head, line)
    });
    Ok(signed.collect())
}

/// Keeps today's heads, if there are none of today, and writes them to the log.
///
/// # Errors
/// When the database refuses.
pub async fn keep(db: &Db, clock: &Clock) -> Result<(), StoreError> {
    let mut tx = db.write().await?;
    let signed = sign(&mut tx, clock).await?;
    for (head, line) in &signed {
        heads::keep(&mut tx, head, line).await?;
    }
    tx.commit().await?;
    for (_, head) in signed {
        tracing::info!(head, "where the audit stands");
    }
    Ok(())
}
