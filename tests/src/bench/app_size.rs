//! Bytes of a resident's first visit: what the service worker keeps, as it comes over the wire.

use anyhow::{Context, Result};
use std::path::Path;

use super::report::Report;

/// The page, the worker, and every file on the worker's list.
pub fn measure(dist: &Path, report: &mut Report) -> Result<()> {
    let worker = std::fs::read_to_string(dist.join("sw.js")).context("the app is not built")?;
    let list = worker
        .split_once("const FILES = ")
        .and_then(|(_, rest)| rest.split_once("];"))
        .map(|(list, _)| format!("{list}]"))
        .context("the worker has no list of files")?;
    let list: Vec<(String, String)> = serde_json::from_str(&list)?;
    let names = list.iter().map(|(url, _)| match url.as_str() {
        "/" => "index.html",
        url => url.trim_start_matches('/'),
    });
    let mut sizes = Vec::new();
    for name in names.chain(["sw.js"]) {
        sizes.push((wire_size(&dist.join(name))?, name));
    }
    sizes.sort_unstable();
    for (size, name) in sizes.iter().rev() {
        eprintln!("    {size:>9}  {name}");
    }
    let total: u64 = sizes.iter().map(|(size, _)| size).sum();
    report.put("app.first_load_brotli_bytes", total as f64);
    Ok(())
}

/// Of the packed sibling, where there is one.
fn wire_size(file: &Path) -> Result<u64> {
    let mut packed = file.as_os_str().to_owned();
    packed.push(".br");
    let size = std::fs::metadata(packed).or_else(|_| std::fs::metadata(file));
    Ok(size
        .with_context(|| format!("{} is missing", file.display()))?
        .len())
}
