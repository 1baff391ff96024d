//! A second opinion: Lighthouse, as it is, on a resident's first page.

use std::{env, path::Path};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tokio::process::Command;

use crate::{
    bench::report::{Report, percentile},
    site::Site,
};

const TIMES: usize = 3;
const KINDS: [&str; 2] = ["performance", "accessibility"];

/// How Lighthouse makes the network and the phone slow.
#[derive(Clone, Copy)]
enum Slow {
    /// Really: bytes come at 1.6 Mbps, 150 ms away, to a processor slowed 4x.
    Applied,
    /// Lighthouse's own default: a fast visit, and arithmetic about a slow one. On loopback all has
    /// come before the first paint, so it holds that the first paint has to wait for all.
    Reckoned,
}

pub async fn measure(work: &Path, report: &mut Report) -> Result<()> {
    let site = Site::open(60, false).await;
    let file = work.join("lighthouse.json");
    for (slow, suffix) in [(Slow::Applied, ""), (Slow::Reckoned, "_reckoned")] {
        let mut scores = KINDS.map(|_| Vec::new());
        for _ in 0..TIMES {
            let said = run(&format!("{}/", site.base()), slow, &file).await?;
            for (kind, scores) in KINDS.iter().zip(&mut scores) {
                let score = said.pointer(&format!("/categories/{kind}/score"));
                let score = score.and_then(Value::as_f64).context("no score")?;
                scores.push((score * 100.0).round());
            }
        }
        for (kind, mut scores) in KINDS.into_iter().zip(scores) {
            report.put(
                format!("app.lighthouse_{kind}{suffix}"),
                percentile(&mut scores, 0.5),
            );
        }
    }
    Ok(())
}

async fn run(address: &str, slow: Slow, file: &Path) -> Result<Value> {
    let program = env::var_os("LIGHTHOUSE").context("run as `cargo xtask bench`")?;
    let chrome = env::var_os("CHROME").context("run as `cargo xtask bench`")?;
    let ended = Command::new("node")
        .arg(program)
        .arg(address)
        .args(["--quiet", "--output=json"])
        .arg(format!("--output-path={}", file.display()))
        .arg(format!("--only-categories={}", KINDS.join(",")))
        .arg(match slow {
            Slow::Applied => "--throttling-method=devtools",
            Slow::Reckoned => "--throttling-method=simulate",
        })
        .arg("--chrome-flags=--headless --no-sandbox --disable-gpu --disable-dev-shm-usage")
        .env("CHROME_PATH", chrome)
        .status()
        .await?;
    ensure!(ended.success(), "lighthouse ended with {ended}");
    let said: Value = serde_json::from_slice(&std::fs::read(file)?)?;
    let fault = said.pointer("/runtimeError/message");
    ensure!(fault.is_none(), "{fault:?}");
    Ok(said)
}
