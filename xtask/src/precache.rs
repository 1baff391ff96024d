//! Finishes what Trunk wrote: the service worker's lists of files, and brotli siblings.
//!
//! Trunk's names are not full content hashes (two outputs of the optimiser can share one), so the
//! worker gets a sha256 per file. The list stands inside `sw.js`: browsers look for a new version
//! by comparing that file's bytes.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

use crate::stamp::{collect, hex};

const WORKER: &str = "sw.js";
const MARK: &str = "/*precache*/[]";
const OFFICE_MARK: &str = "/*office*/[]";
/// The office's part of the app: no resident loads it.
const OFFICE: &str = "office";

/// Writes the lists into the worker; gives the number of files in them.
pub fn list(dist: &Path) -> Result<usize> {
    let mut files = Vec::new();
    collect(dist, &mut files)?;
    files.sort();
    let (mut entries, mut office) = (Vec::new(), Vec::new());
    for file in files {
        let name = relative(dist, &file)?;
        if name == WORKER || is_on_demand(&name) {
            continue;
        }
        let url = if name == "index.html" {
            "/".to_owned()
        } else {
            format!("/{name}")
        };
        let sum = hex(&Sha256::digest(fs::read(&file)?));
        let list = if name.starts_with(OFFICE) {
            &mut office
        } else {
            &mut entries
        };
        list.push(format!("  [{url:?}, {sum:?}]"));
    }
    let worker = dist.join(WORKER);
    let mut source = fs::read_to_string(&worker).context("public/sw.js is not in the build")?;
    for (mark, list) in [(MARK, &entries), (OFFICE_MARK, &office)] {
        ensure!(
            source.matches(mark).count() == 1,
            "sw.js must hold {mark} exactly once"
        );
        source = source.replace(mark, &format!("[\n{}\n]", list.join(",\n")));
    }
    fs::write(worker, source)?;
    Ok(entries.len() + office.len())
}

/// Fetched when somebody wants it, so not part of the first visit: data, and the large icons, which
/// only a phone that installs the app loads.
fn is_on_demand(name: &str) -> bool {
    name.starts_with("data/") || name.ends_with(".png")
}

/// Writes `name.br` beside each file that gets smaller by it, and prints the sizes.
pub fn compress(dist: &Path) -> Result<()> {
    let mut files = Vec::new();
    collect(dist, &mut files)?;
    files.sort();
    let mut total = 0;
    for file in files {
        let plain = fs::read(&file)?;
        let packed = brotli_11(&plain)?;
        let smaller = packed.len() < plain.len();
        let size = if smaller { packed.len() } else { plain.len() };
        total += size;
        if size > 1_000 {
            println!(
                "    {:>8} → {:>7}  {}",
                plain.len(),
                size,
                relative(dist, &file)?
            );
        }
        if smaller {
            let mut name = file.into_os_string();
            name.push(".br");
            fs::write(PathBuf::from(name), packed)?;
        }
    }
    println!("    {total:>18}  bytes in all, compressed");
    Ok(())
}

fn brotli_11(plain: &[u8]) -> Result<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        ..Default::default()
    };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &plain[..], &mut packed, &params)?;
    Ok(packed)
}

fn relative(dist: &Path, file: &Path) -> Result<String> {
    Ok(file
        .strip_prefix(dist)?
        .to_string_lossy()
        .replace('\\', "/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_files_with_the_digest_of_their_bytes() {
        let dist = std::env::temp_dir().join(format!("rekam-precache-{}", std::process::id()));
        fs::create_dir_all(dist.join("data")).unwrap();
        fs::write(dist.join("index.html"), "abc").unwrap();
        fs::write(dist.join("data/regions.json"), "{}").unwrap();
        fs::write(dist.join("office.js"), "abc").unwrap();
        let source = "const FILES = /*precache*/[]; const OFFICE = /*office*/[];";
        fs::write(dist.join("sw.js"), source).unwrap();
        assert_eq!(list(&dist).unwrap(), 2);
        let worker = fs::read_to_string(dist.join("sw.js")).unwrap();
        fs::remove_dir_all(&dist).unwrap();
        // FIPS 180-2, appendix B.1: the digest of "abc".
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(
            worker,
            format!(
                "const FILES = [\n  [\"/\", \"{abc}\"]\n]; const OFFICE = [\n  [\"/office.js\", \"{abc}\"]\n];"
            )
        );
    }
}
