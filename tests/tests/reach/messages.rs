//! Every problem says what happened, what is safe, and what to do: a title, and a text of at least
//! two sentences with the safety in it.

use std::path::Path;

use serde_json::Value;
use shared::problem::Code;

/// What the device's own storage says, beside the server.
const STORAGE: [&str; 5] = [
    "storage_full",
    "storage_closed",
    "storage_unsupported",
    "unencodable",
    "unsent",
];

/// One of these says that something is safe, or that nothing has changed.
const SAFE: [(&str, &[&str]); 2] = [
    (
        "en",
        &[
            "safe",
            "hold",
            "unchanged",
            "stands",
            "nothing",
            "stay",
            "saved",
            "kept",
            "keeps",
            "not lost",
        ],
    ),
    (
        "id",
        &[
            "aman",
            "tetap",
            "tidak ada yang",
            "berubah",
            "simpan",
            "menyimpan",
            "berlaku",
            "hilang",
        ],
    ),
];

#[test]
fn every_problem_says_what_happened_what_is_safe_and_what_to_do() {
    let codes = Code::ALL.iter().map(|code| code.as_str()).chain(STORAGE);
    let codes: Vec<&str> = codes.collect();
    for (language, safe) in SAFE {
        let file = format!("../app/locales/{language}/codes.json");
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let all: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        for code in &codes {
            let part = |name: &str| all[code][name].as_str().unwrap_or_default().to_owned();
            let (title, text) = (part("title"), part("text"));
            let at = format!("{language} {code}: {title} | {text}");
            assert!(!title.is_empty(), "{at}");
            let sentences = text.split_inclusive(['.', '!', '?']);
            assert!(sentences.count() >= 2, "{at}");
            let text = text.to_lowercase();
            assert!(safe.iter().any(|word| text.contains(word)), "{at}");
        }
    }
}
