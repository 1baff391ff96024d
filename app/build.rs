//! Turns `locales/` into `keys.rs`, a constant for each text, checked by the compiler where it is
//! used, and two tables a language, a text a line: what residents read, and what the office reads beside
//! it. Fails when a language lacks a text or a value of one.

use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    error::Error,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

const LANGUAGES: [&str; 2] = ["id", "en"];

/// Files with texts of the office's pages alone: no resident loads them.
const OFFICE: [&str; 3] = ["desk", "head", "kelurahan"];

/// Path (`desk.scan.title`) to text.
type Texts = BTreeMap<String, String>;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");
    let mut all = Vec::new();
    let mut tree = BTreeMap::new();
    for language in LANGUAGES {
        let read = read(&Path::new("locales").join(language))?;
        let mut texts = Texts::new();
        flatten(&Value::from_iter(read.clone()), "", &mut texts)?;
        tree = read;
        all.push(texts);
    }
    let (id, en) = (
        all.first().ok_or("no texts")?,
        all.last().ok_or("no texts")?,
    );
    if let Some(path) = first_difference(id, en) {
        return Err(format!("{path}: not the same in both languages").into());
    }

    let mut code = String::new();
    let codes = tree.remove("codes").ok_or("no codes.json")?;
    let (office, shared): (Vec<&str>, Vec<&str>) = id
        .keys()
        .map(String::as_str)
        .partition(|path| is_office(path));
    let order: Vec<&str> = shared.iter().chain(&office).copied().collect();
    let lines: BTreeMap<&str, usize> = order.iter().copied().zip(0..).collect();
    writeln!(code, "pub const SHARED: u16 = {};", shared.len())?;
    for (name, value) in &tree {
        constants(&mut code, value, name, name, &lines, id)?;
    }
    let codes = codes.as_object().ok_or("codes.json is no map")?;
    let mut names: Vec<&String> = codes.keys().collect();
    names.sort();
    let both = |name: &str| -> Result<String, String> {
        let line = |part| {
            let path = format!("codes.{name}.{part}");
            lines
                .get(path.as_str())
                .copied()
                .ok_or(format!("{path} is missing"))
        };
        let (title, text) = (line("title")?, line("text")?);
        Ok(format!(
            "crate::i18n::Text({title}), crate::i18n::Text({text})"
        ))
    };
    writeln!(
        code,
        "pub const INTERNAL: (crate::i18n::Text, crate::i18n::Text) = ({});",
        both("internal")?
    )?;
    writeln!(
        code,
        "pub static CODES: [(&str, crate::i18n::Text, crate::i18n::Text); {}] = [",
        names.len()
    )?;
    for name in names {
        writeln!(code, "({name:?}, {}),", both(name)?)?;
    }
    writeln!(code, "];")?;
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("no OUT_DIR")?);
    fs::write(out.join("keys.rs"), code)?;
    for (language, texts) in LANGUAGES.iter().zip(&all) {
        for (name, paths) in [("shared", &shared), ("office", &office)] {
            let table: Vec<&str> = paths
                .iter()
                .filter_map(|path| texts.get(*path).map(String::as_str))
                .collect();
            fs::write(out.join(format!("{name}.{language}.txt")), table.join("\n"))?;
        }
    }
    Ok(())
}

fn is_office(path: &str) -> bool {
    path.split_once('.')
        .is_some_and(|(file, _)| OFFICE.contains(&file))
}

/// The files of a language by name.
fn read(folder: &Path) -> Result<BTreeMap<String, Value>, Box<dyn Error>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path
            .file_stem()
            .and_then(|name| name.to_str())
            .ok_or("a file without a name")?;
        files.insert(
            name.to_owned(),
            serde_json::from_str(&fs::read_to_string(&path)?)?,
        );
    }
    Ok(files)
}

fn flatten(value: &Value, path: &str, texts: &mut Texts) -> Result<(), Box<dyn Error>> {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                flatten(value, &path, texts)?;
            }
        }
        Value::String(text) if !text.contains('\n') => {
            texts.insert(path.to_owned(), text.clone());
        }
        _ => return Err(format!("{path} is no text of one line").into()),
    }
    Ok(())
}

/// The names in `{{ }}` of a text.
fn values(text: &str) -> BTreeSet<&str> {
    let parts = text.split("{{").skip(1);
    parts
        .filter_map(|rest| rest.split("}}").next())
        .map(str::trim)
        .collect()
}

fn first_difference(id: &Texts, en: &Texts) -> Option<String> {
    let mut paths = id.keys().chain(en.keys());
    paths
        .find(|path| match (id.get(*path), en.get(*path)) {
            (Some(id), Some(en)) => values(id) != values(en),
            _ => true,
        })
        .cloned()
}

/// A module for each object, a constant for each text.
fn constants(
    code: &mut String,
    value: &Value,
    name: &str,
    path: &str,
    lines: &BTreeMap<&str, usize>,
    texts: &Texts,
) -> Result<(), Box<dyn Error>> {
    if let Value::Object(fields) = value {
        writeln!(code, "pub mod {name} {{")?;
        for (key, value) in fields {
            constants(code, value, key, &format!("{path}.{key}"), lines, texts)?;
        }
        writeln!(code, "}}")?;
        return Ok(());
    }
    let line = lines.get(path).ok_or("a text without a line")?;
    let values: Vec<&str> = values(texts.get(path).ok_or("a path without a text")?)
        .into_iter()
        .collect();
    if values.is_empty() {
        writeln!(
            code,
            "pub const {name}: crate::i18n::Text = crate::i18n::Text({line});"
        )?;
    } else {
        writeln!(
            code,
            "pub const {name}: crate::i18n::Pattern = crate::i18n::Pattern {{ line: {line}, values: &{values:?} }};"
        )?;
    }
    Ok(())
}
