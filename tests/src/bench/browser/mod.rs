//! What a person waits for, in Chromium over the built app. The server runs in this process, with its
//! clock on a working day: arrivals need one.

pub mod head;
mod lighthouse;
mod opening;
mod pull;
mod touch;

use std::{path::Path, time::Duration};

use anyhow::{Context, Result};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use shared::{ids::ResidentId, resident::Source, row::Row};
use uuid::Uuid;

use super::{people::roll, report::Report};
use crate::{browser::Browser, harness::OFFICE, site::Site};

/// A cheap phone, as against the machine's processor.
const SLOWER: f64 = 4.0;
const PATIENCE: Duration = Duration::from_secs(120);

pub async fn measure(work: &Path, report: &mut Report) -> Result<()> {
    pull::measure(report).await?;
    opening::measure(report).await?;
    touch::measure(report).await?;
    lighthouse::measure(work, report).await
}

/// A working day at an office with a roll of so many.
async fn office_with(residents: u32) -> Site {
    let site = Site::open(600, true).await;
    let more = roll(residents as usize).into_iter().zip(1..);
    let more = more.map(|(person, n)| {
        let id = ResidentId(Uuid::from_u128(n));
        Row::from(person.into_resident(id, OFFICE, Source::Roll))
    });
    site.put_all(OFFICE, more.collect()).await;
    site
}

async fn slow_processor(browser: &Browser) {
    let rate = json!({ "rate": SLOWER });
    browser.cdp("Emulation.setCPUThrottlingRate", rate).await;
}

/// 1.6 Mbps with 150 ms there and back, as on a village's 3G.
async fn slow_network(browser: &Browser) {
    browser.cdp("Network.enable", json!({})).await;
    let bytes_per_s = 1.6e6 / 8.0;
    let network = json!({
        "offline": false, "latency": 150,
        "downloadThroughput": bytes_per_s, "uploadThroughput": bytes_per_s,
    });
    browser
        .cdp("Network.emulateNetworkConditions", network)
        .await;
}

/// What a script that calls back says.
async fn ask<T: DeserializeOwned>(browser: &Browser, script: &str, args: Vec<Value>) -> Result<T> {
    browser.driver.set_script_timeout(PATIENCE).await?;
    let answer = browser.driver.execute_async(script, args).await;
    answer
        .with_context(|| script.to_owned())?
        .convert()
        .context("the script's answer")
}
