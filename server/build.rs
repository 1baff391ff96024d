//! Lists the migrations, and builds a release again when the app's files in it have changed.

use std::{
    env, fs,
    io::{Error, Result},
    path::{Path, PathBuf},
};

fn main() -> Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    let release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    if release && Path::new("../dist").exists() {
        println!("cargo:rerun-if-changed=../dist");
    }
    let out = env::var_os("OUT_DIR").ok_or_else(|| Error::other("cargo gives no OUT_DIR"))?;
    let root = env::current_dir()?;
    let mut lists = String::new();
    for (name, folder) in [("SQLITE", "sqlite"), ("POSTGRES", "postgres")] {
        let folder = root.join("migrations").join(folder);
        lists += &format!("const {name}: &[Script] = &{};\n", list(&folder)?);
    }
    fs::write(Path::new(&out).join("migrations.rs"), lists)
}

/// Every file of a folder, `NNNN_name.sql`, as the source of a list in the order of the numbers. The
/// folder is the list, so no migration can be forgotten. `sqlx::migrate!` would do the same, and have sqlx
/// built a second time for its macro.
fn list(folder: &Path) -> Result<String> {
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut scripts = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        let parts = stem.and_then(|stem| stem.split_once('_'));
        let named = parts.and_then(|(n, name)| Some((n.parse::<i64>().ok()?, name.to_owned())));
        let (version, name) = named
            .filter(|_| path.extension().is_some_and(|kind| kind == "sql"))
            .ok_or_else(|| Error::other(format!("{} is no NNNN_name.sql", path.display())))?;
        scripts.push((version, name, path));
    }
    scripts.sort();
    for (expected, (version, ..)) in (1..).zip(&scripts) {
        if *version != expected {
            let folder = folder.display();
            return Err(Error::other(format!(
                "{folder} has no migration {expected}"
            )));
        }
    }
    let line = |(version, name, path): &(i64, String, PathBuf)| {
        format!("({version}, {name:?}, include_str!({path:?})), ")
    };
    Ok(format!(
        "[{}]",
        scripts.iter().map(line).collect::<String>()
    ))
}
