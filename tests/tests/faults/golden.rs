//! Ops as devices of each version have them in their queues: one story a version, an envelope a file.
//! Each must be read and applied by a fresh server for ever. A file that is there is never written
//! again; `REKAM_GOLDEN=write` adds those that the newest story tells and that are missing.

use std::{collections::BTreeMap, fs, path::PathBuf};

use serde_json::{Value, json};
use shared::{
    command::Command,
    envelope::{Envelope, Head},
    sync::OpResult,
};
use tests::{stage::Stage, story::Story};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden")
}

/// Every file of a version in the order of the story.
fn corpus(version: u16) -> Vec<(String, Envelope)> {
    let folder = folder().join(format!("v{version}"));
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap_or_else(|_| panic!("{} is missing", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let envelope = serde_json::from_str(&text).expect("an envelope");
        (name, envelope)
    };
    files.into_iter().map(read).collect()
}

/// Whether everything that the older value says is said by the newer one too.
fn says(newer: &Value, older: &Value) -> bool {
    match (newer, older) {
        (Value::Object(newer), Value::Object(older)) => older
            .iter()
            .all(|(key, old)| newer.get(key).is_some_and(|new| says(new, old))),
        (Value::Array(newer), Value::Array(older)) => {
            newer.len() == older.len() && newer.iter().zip(older).all(|(new, old)| says(new, old))
        }
        _ => newer == older,
    }
}

/// The same op: another shape of what it says is another version.
fn assert_same(name: &str, newer: &Envelope, older: &Envelope) {
    let text = |envelope: &Envelope| serde_json::to_value(envelope).unwrap();
    let (newer, older) = (text(newer), text(older));
    assert!(says(&newer, &older), "{name}: {newer:#} for {older:#}");
}

fn versions() -> std::ops::RangeInclusive<u16> {
    Command::OLDEST..=Command::VERSION
}

/// The kinds of commands, as reading one names them: nobody has to keep a list.
fn kinds() -> Vec<String> {
    let nothing = json!({ "no such kind": null });
    let told = serde_json::from_value::<Command>(nothing).unwrap_err();
    let told = told.to_string();
    let (_, listed) = told.split_once("expected one of").expect("the kinds");
    let quoted = listed.split('`').skip(1).step_by(2);
    quoted.map(str::to_owned).collect()
}

#[test]
fn every_kind_of_command_has_a_golden_op() {
    let kinds = kinds();
    assert!(kinds.len() >= 20 && kinds.contains(&"walk_in".to_owned()));
    for version in versions() {
        let corpus = corpus(version);
        for kind in &kinds {
            let found = corpus.iter().any(|(_, envelope)| envelope.kind == *kind);
            assert!(found, "{kind} has no golden op of version {version}");
        }
        assert!(corpus.iter().all(|(_, envelope)| envelope.v == version));
    }
}

#[test]
fn golden_ops_are_read_and_today_s_are_written_the_same() {
    for version in versions() {
        for (name, envelope) in corpus(version) {
            let command = envelope.command();
            let command = command.unwrap_or_else(|e| panic!("{name} of {version}: {e}"));
            if version < Command::VERSION {
                continue;
            }
            // What was sent then is sent alike today; new fields may stand beside it.
            let head = Head {
                op_id: envelope.op_id,
                device_id: envelope.device_id,
                seq: envelope.seq,
                office: envelope.office,
                actor: envelope.actor,
                device_time: envelope.device_time,
            };
            let written = Envelope::new(head, &command).unwrap();
            assert_same(&name, &written, &envelope);
        }
    }
}

#[tokio::test]
async fn golden_ops_apply_on_a_fresh_server() {
    for version in versions() {
        let mut stage = Stage::set().await;
        for (name, envelope) in corpus(version) {
            let result = stage.say(&envelope).await;
            let applied = matches!(result, OpResult::Applied { .. });
            assert!(applied, "{name} of {version}: {result:?}");
        }
        let findings = server::maintenance::check(&stage.app.app.backend.db).await;
        assert_eq!(findings.unwrap(), []);
    }
}

#[tokio::test]
async fn the_story_of_this_version_is_the_golden_one() {
    let mut stage = Stage::set().await;
    let mut story = Story::new();
    let told: BTreeMap<String, Envelope> = stage.tell(&mut story, usize::MAX).await;
    let folder = folder().join(format!("v{}", Command::VERSION));
    if std::env::var("REKAM_GOLDEN").is_ok_and(|what| what == "write") {
        fs::create_dir_all(&folder).unwrap();
        for (name, envelope) in &told {
            let path = folder.join(format!("{name}.json"));
            if !path.exists() {
                let text = serde_json::to_string_pretty(envelope).unwrap();
                fs::write(path, text + "\n").unwrap();
            }
        }
    }
    for (name, golden) in corpus(Command::VERSION) {
        let told = told.get(&name).expect("the story tells it");
        assert_same(&name, told, &golden);
    }
}
