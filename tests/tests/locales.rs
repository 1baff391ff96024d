//! Both languages are complete: the same keys in each, and a text for every code there is.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use shared::{flag, form::FORM_CODES, problem::Code, roll::ROLL_CODES, ticket::TicketError};

/// Codes that only the app itself has: what its storage says.
const STORAGE: [&str; 5] = [
    "storage_full",
    "storage_closed",
    "storage_unsupported",
    "unencodable",
    "unsent",
];

fn folder(language: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../app/locales")
        .join(language)
}

fn read(language: &str, file: &str) -> Value {
    let text = fs::read_to_string(folder(language).join(file)).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|fault| panic!("{language}/{file}: {fault}"))
}

/// Every text under its path, with the values it takes.
fn texts(value: &Value, path: &str, all: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                texts(value, &format!("{path}.{key}"), all);
            }
        }
        Value::String(text) => {
            all.insert(path.to_owned(), text.clone());
        }
        other => panic!("{path} is no text: {other}"),
    }
}

/// The names in `{{ }}` of a text.
fn values(text: &str) -> BTreeSet<&str> {
    text.split("{{")
        .skip(1)
        .filter_map(|rest| rest.split("}}").next())
        .map(str::trim)
        .collect()
}

#[test]
fn both_languages_have_the_same_texts_with_the_same_values() {
    let mut files: Vec<String> = fs::read_dir(folder("id"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert!(files.len() > 5, "{files:?}");
    for file in files {
        let (mut id, mut en) = (BTreeMap::new(), BTreeMap::new());
        texts(&read("id", &file), "", &mut id);
        texts(&read("en", &file), "", &mut en);
        let keys = |all: &BTreeMap<String, String>| all.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(keys(&id), keys(&en), "{file}");
        for (path, text) in &id {
            assert_eq!(values(text), values(&en[path]), "{file} {path}");
            assert!(
                !text.trim().is_empty() && !en[path].trim().is_empty(),
                "{file} {path}"
            );
        }
    }
}

/// The codes that the parsed types name, as their source says them.
fn parsed_codes() -> BTreeSet<String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/src");
    let person = fs::read_dir(source.join("person"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let files = person.chain([
        source.join("person.rs"),
        source.join("region.rs"),
        source.join("zone.rs"),
    ]);
    let mut codes = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(file).unwrap();
        for arm in text.split("fn code(").skip(1) {
            let body = arm.split("\n    }").next().unwrap_or_default();
            codes.extend(body.split('"').skip(1).step_by(2).map(str::to_owned));
        }
    }
    codes
}

#[test]
fn every_code_has_a_text_in_both_languages() {
    let flags = flag::Kind::ALL.map(|kind| serde_json::to_value(kind).unwrap());
    let parsed = parsed_codes();
    assert!(parsed.len() > 20, "{parsed:?}");
    let wanted: BTreeSet<String> = Code::ALL
        .iter()
        .map(|code| code.as_str())
        .chain(flags.iter().filter_map(Value::as_str))
        .chain(TicketError::ALL.iter().map(|error| error.code()))
        .chain(FORM_CODES.iter().copied())
        .chain(ROLL_CODES.iter().copied())
        .chain(STORAGE)
        .map(str::to_owned)
        .chain(parsed)
        .collect();
    let mut both = Vec::new();
    for language in ["id", "en"] {
        let Value::Object(texts) = read(language, "codes.json") else {
            panic!("no map")
        };
        let there: BTreeSet<String> = texts.keys().cloned().collect();
        assert_eq!(wanted, there, "{language}");
        both.push(texts);
    }
    for (code, text) in &both[0] {
        assert_ne!(Some(text), both[1].get(code), "{code} is not translated");
    }
}
