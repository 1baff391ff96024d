//! An operator signs in on an empty tablet of an office with 10,000 rows: from the touch until the
//! last of them is stored in IndexedDB.

use anyhow::{Result, ensure};
use serde::Deserialize;
use serde_json::json;

use super::{ask, office_with};
use crate::{
    bench::report::{Report, percentile},
    browser::TABLET,
};

/// The roll; bookings of the coming days and the office itself come on top.
const RESIDENTS: u32 = 10_000;
const ROWS: u32 = 10_000;
const TIMES: usize = 3;

/// Touches the button, and counts the stored rows until no more come.
const PULL: &str = "
    const [wanted, done] = arguments, began = performance.now();
    document.querySelector('form button[type=submit]').click();
    let last = 0, at = began;
    const open = indexedDB.open('rekam');
    open.onsuccess = () => {
        const look = () => {
            const count = open.result.transaction('rows').objectStore('rows').count();
            count.onsuccess = () => {
                const now = performance.now();
                if (count.result !== last) { last = count.result; at = now; }
                const waits = last < wanted ? 30000 : 1000;
                if (now - at < waits) { setTimeout(look, 20); return; }
                open.result.close();
                done({ rows: last, millis: at - began });
            };
        };
        look();
    };";

#[derive(Deserialize)]
struct Stored {
    rows: u32,
    millis: f64,
}

pub async fn measure(report: &mut Report) -> Result<()> {
    let site = office_with(RESIDENTS).await;
    let mut seconds = Vec::new();
    for _ in 0..TIMES {
        let tablet = site.device(TABLET).await;
        tablet.go("/sign-in").await;
        tablet.fill("Nama pengguna", "operator.jelutung").await;
        let password = server::demo::accounts::PASSWORD;
        tablet.fill("Kata sandi", password).await;
        let stored: Stored = ask(&tablet, PULL, vec![json!(ROWS)]).await?;
        ensure!(stored.rows >= ROWS, "only {} rows", stored.rows);
        seconds.push(stored.millis / 1e3 * f64::from(ROWS) / f64::from(stored.rows));
        tablet.close().await;
    }
    report.put("pull.browser_s", percentile(&mut seconds, 0.5));
    Ok(())
}
