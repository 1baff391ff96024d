//! Bytes of a resident's first visit: what the service worker keeps, as it comes over the wire; and
//! which crates the code of the WebAssembly is from.

use anyhow::{Context, Result};
use std::{collections::BTreeMap, path::Path};
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

use super::report::Report;

/// So many of the crates with the most code are in the report.
const CRATES: usize = 12;

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
    let named = std::env::var_os("REKAM_APP_NAMES").context("REKAM_APP_NAMES is not set")?;
    let named = std::fs::read(named).context("the app was built without names")?;
    let mut crates: Vec<(u64, String)> = by_crate(&named)?.into_iter().collect();
    crates.sort_unstable();
    for (bytes, name) in crates.iter().rev().take(CRATES) {
        report.put(format!("app.wasm.{name}_bytes"), *bytes as f64);
    }
    Ok(())
}

/// Bytes of code by crate, before they are packed. A function of a generic type counts for the crate
/// that its name begins with.
fn by_crate(wasm: &[u8]) -> Result<impl IntoIterator<Item = (u64, String)> + use<>> {
    let (mut names, mut sizes, mut imported) = (BTreeMap::new(), Vec::new(), 0u32);
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => {
                let range = body.range();
                sizes.push(range.end - range.start);
            }
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(parts) = section.as_known() {
                    for part in parts {
                        if let Name::Function(functions) = part? {
                            for function in functions {
                                let function = function?;
                                names.insert(function.index, function.name.to_owned());
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
    let mut crates = BTreeMap::<String, u64>::new();
    for (index, bytes) in (imported..).zip(sizes) {
        let name = names.get(&index).map_or("", String::as_str);
        *crates.entry(crate_of(name).to_owned()).or_default() += bytes;
    }
    Ok(crates.into_iter().map(|(name, bytes)| (bytes, name)))
}

/// `app` of `<&mut app[0123456789abcdef]::state::Rekam as …>::drop`.
fn crate_of(name: &str) -> &str {
    let name = name.trim_start_matches(['<', '&', '(', '*', '[']);
    let name = name.strip_prefix("mut ").unwrap_or(name);
    let name = name.strip_prefix("dyn ").unwrap_or(name);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    match name.split_at(end.unwrap_or(name.len())) {
        (krate, rest) if !krate.is_empty() && (rest.starts_with("::") || rest.starts_with('[')) => {
            krate
        }
        _ => "other",
    }
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
