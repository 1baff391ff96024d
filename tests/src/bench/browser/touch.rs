//! An operator confirms arrivals on a cheap tablet that holds 5,000 records: from each touch until
//! what it does is drawn.

use anyhow::{Result, ensure};
use serde_json::json;
use shared::{
    booking::{Booking, TicketCode},
    ids::{BookingId, ResidentId},
    row::Row,
};
use uuid::Uuid;

use super::{ask, office_with, slow_processor};
use crate::{
    bench::report::{Report, percentile},
    browser::{Browser, TABLET},
    harness::OFFICE,
    steps::expected,
};

const RESIDENTS: u32 = 5_000;
const MOST: usize = 25;

/// Touches the first of these, and waits until those are drawn.
const TOUCH: &str = "
    const [what, then, done] = arguments;
    const began = performance.now();
    document.querySelector(what).click();
    const drawn = () => requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
    const look = watch => {
        if (!document.querySelector(then)) return false;
        watch.disconnect();
        drawn();
        return true;
    };
    const watch = new MutationObserver((_, watch) => look(watch));
    watch.observe(document, { childList: true, subtree: true });
    look(watch);";

const PERSON: &str = "main button.row--link:not(.row--done)";
const CONFIRM: &str = "dialog[open] .btn--primary.btn--block";
const NUMBER: &str = "dialog[open] .now__number";
const DONE: &str = "dialog[open] .now__actions .btn--primary";
const LIST: &str = "body:not(:has(dialog[open]))";

pub async fn measure(report: &mut Report) -> Result<()> {
    let site = office_with(RESIDENTS).await;
    // As many expected today as a full office has.
    let (like, _) = expected(&site, OFFICE).await;
    let more = (1..=MOST as u128).map(|n| {
        let id = BookingId(Uuid::from_u128(n));
        Row::from(Booking {
            id,
            code: TicketCode::of(id),
            resident: ResidentId(Uuid::from_u128(n)),
            ..like.clone()
        })
    });
    site.put_all(OFFICE, more.collect()).await;
    let tablet = site.staff(TABLET, "operator.jelutung").await;
    tablet.see("Hari ini").await;
    tablet.kept().await;
    let rows = tablet.stored("rows").await;
    ensure!(rows >= 5_000, "only {rows} rows");
    slow_processor(&tablet).await;
    let (mut opened, mut confirmed) = (Vec::new(), Vec::new());
    while confirmed.len() < MOST && is_there(&tablet, PERSON).await {
        let args = vec![json!(PERSON), json!(CONFIRM)];
        opened.push(ask(&tablet, TOUCH, args).await?);
        let args = vec![json!(CONFIRM), json!(NUMBER)];
        confirmed.push(ask(&tablet, TOUCH, args).await?);
        let args = vec![json!(DONE), json!(LIST)];
        let _: f64 = ask(&tablet, TOUCH, args).await?;
    }
    ensure!(confirmed.len() >= 10, "only {} arrivals", confirmed.len());
    report.put("app.open_p95_ms", percentile(&mut opened, 0.95));
    report.put("app.touch_p50_ms", percentile(&mut confirmed, 0.5));
    report.put("app.touch_p95_ms", percentile(&mut confirmed, 0.95));
    tablet.close().await;
    Ok(())
}

async fn is_there(tablet: &Browser, what: &str) -> bool {
    let script = format!("return !!document.querySelector({what:?})");
    tablet.run(&script).await
}
