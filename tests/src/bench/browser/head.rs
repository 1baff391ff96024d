//! A head of an office with 50,000 people on its roll, on a cheap laptop: the first time it is opened,
//! again, and each page; and what the office itself does meanwhile, which gives people their places.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use chrono::TimeDelta;
use serde_json::json;
use shared::{
    invitation::Invitation,
    office::Office,
    plan::{self, Ask, DAYS, Plan, Taken},
    resident::Resident,
    row::Row,
};
use std::collections::BTreeMap;

use super::{PATIENCE, ask, office_with, slow_processor};
use crate::{bench::report::Report, browser::DESKTOP, harness::OFFICE, site::Site};

const RESIDENTS: u32 = 50_000;
/// After so many minutes without an end something is wrong.
const MOST_MINUTES: u32 = 600;

/// Pages, and what stands there once they are drawn with their rows.
const PAGES: &[(&str, &str, &str)] = &[
    ("figures", "/head/figures", "main .stats"),
    (
        "plan",
        "/head/plan",
        "main .card .actions .btn--primary:enabled",
    ),
    ("days", "/head/days", "main .page input, main .page button"),
    ("roll", "/head/roll", "main .page .btn"),
    (
        "invitations",
        "/kelurahan/invitations",
        "main .page .row, main .page .btn",
    ),
];

/// Goes to a page by its address within the app, and waits until those are drawn.
const GO: &str = "
    const [to, then, done] = arguments;
    const began = performance.now();
    const link = document.createElement('a');
    link.href = to;
    document.body.append(link);
    link.click();
    link.remove();
    const drawn = () => requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
    const look = watch => {
        if (location.pathname !== to || !document.querySelector(then)) return false;
        watch.disconnect();
        drawn();
        return true;
    };
    const watch = new MutationObserver((_, watch) => look(watch));
    watch.observe(document, { childList: true, subtree: true, attributes: true });
    look(watch);";

pub async fn measure(report: &mut Report) -> Result<()> {
    let site = office_with(RESIDENTS).await;
    allot(&site, report).await?;
    let laptop = site.device(DESKTOP).await;
    slow_processor(&laptop).await;
    let began = Instant::now();
    crate::site::sign_in(&laptop, "head.jelutung").await;
    laptop.see("Per kelurahan").await;
    report.put("head.first_s", began.elapsed().as_secs_f64());
    while laptop.stored("rows").await < u64::from(RESIDENTS) {
        ensure!(began.elapsed() < PATIENCE, "the rows are not kept");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    report.put("head.kept_s", began.elapsed().as_secs_f64());
    let began = Instant::now();
    laptop.reload().await;
    laptop.see("Per kelurahan").await;
    report.put("head.again_s", began.elapsed().as_secs_f64());
    for (name, path, then) in PAGES {
        let took: f64 = ask(&laptop, GO, vec![json!(path), json!(then)]).await?;
        report.put(format!("head.{name}_ms"), took);
    }
    laptop.close().await;
    Ok(())
}

/// A plan for the longest period, and minute after minute until everybody it has room for has a place.
async fn allot(site: &Site, report: &mut Report) -> Result<()> {
    let office = site.rows::<Office>(OFFICE).await.remove(0);
    let today = office.today(site.now());
    let from = plan::first_day(&office, today);
    let mut need = BTreeMap::new();
    for resident in site.rows::<Resident>(OFFICE).await {
        if let Some(code) = resident
            .kelurahan
            .clone()
            .filter(|_| plan::may_be_invited(&resident, None, from))
        {
            *need.entry(code).or_insert(0) += 1;
        }
    }
    let parts = plan::propose(&Ask {
        office: &office,
        sessions: &[],
        current: None,
        today,
        from,
        to: from + TimeDelta::days(DAYS - 1),
        need: &need,
        taken: &Taken::new(),
    });
    let parts = parts.map_err(|trouble| anyhow::anyhow!("{trouble:?}"))?;
    let seats: usize = parts.iter().map(|part| usize::from(part.seats)).sum();
    let plan = Plan {
        office: OFFICE,
        version: 1,
        parts,
        at: site.now(),
        by: None,
        sessions: Vec::new(),
    };
    site.put(OFFICE, Row::Plan(plan)).await;
    let mut longest = 0.0_f64;
    let began = Instant::now();
    for _ in 0..MOST_MINUTES {
        let tick = Instant::now();
        site.tick().await;
        longest = longest.max(tick.elapsed().as_secs_f64());
        let plan = site.rows::<Plan>(OFFICE).await.remove(0);
        if plan.parts.iter().all(|part| part.left() == 0) {
            break;
        }
        site.clock.advance(TimeDelta::minutes(1));
    }
    let took = began.elapsed().as_secs_f64();
    let given = site.rows::<Invitation>(OFFICE).await;
    let given = given.iter().filter(|i| i.held().is_some()).count();
    ensure!(given >= seats, "{given} places of {seats}");
    report.put("allot.places", given as f64);
    report.put("allot.per_s", given as f64 / took);
    report.put("allot.longest_tick_s", longest);
    let tick = Instant::now();
    site.tick().await;
    report.put("allot.idle_tick_ms", tick.elapsed().as_secs_f64() * 1_000.0);
    Ok(())
}
