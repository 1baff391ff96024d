//! The residents' part as it is shipped, but with the names of its functions: for the bench, which
//! says what of it comes from which crate.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use crate::{setup, step, tree};

/// As in `index.html`.
const OPTIONS: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--reorder-functions-by-name",
];

/// Optimises what Trunk left once more, keeping the names.
pub fn ensure() -> Result<PathBuf> {
    let target = tree::target_wasm()?;
    let built = target.join("wasm-bindgen/release/resident_bg.wasm");
    let named = target.join("names/resident.wasm");
    let time = |file: &PathBuf| fs::metadata(file).and_then(|data| data.modified());
    if time(&named).is_ok_and(|named| time(&built).is_ok_and(|built| built < named)) {
        return Ok(named);
    }
    fs::create_dir_all(target.join("names"))?;
    step::timed("wasm-opt, with names", || {
        let mut optimise = setup::to_build()?.command("wasm-opt")?;
        optimise.args(["-Oz", "-g"]).args(OPTIONS);
        optimise.arg(&built).arg("-o").arg(&named);
        step::run(&mut optimise)
    })?;
    Ok(named)
}
