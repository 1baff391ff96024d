//! Valid pushes with something in them changed: each is answered, none breaks the server or the
//! others' queues.

use serde_json::{Value, json};
use server::maintenance;
use shared::{
    envelope::{Actor, Envelope},
    ids::OpId,
    problem::Code,
    sync::{OpResult, Pushed, Role},
};
use tests::{
    sim::Chance,
    soak,
    stage::Stage,
    story::{self, OFFICE, Story},
};

/// Lines of the story that are told first; the last two need another day.
const LINES: usize = 22;

fn junk(chance: &mut Chance) -> Value {
    let mut deep = json!(1);
    for _ in 0..60 {
        deep = json!([deep]);
    }
    let all = [
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(1),
        json!(65_535),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(1e308),
        json!(0.5),
        json!(""),
        json!(" "),
        json!("\u{0}"),
        json!("\u{202e}\u{feff}\u{1f9ff}"),
        json!("x".repeat(3_000)),
        json!("<script>alert(1)</script>"),
        json!("' OR 1=1; DROP TABLE op; --"),
        json!("0000-00-00"),
        json!("9999-12-31"),
        json!("+262142-12-31T23:59:59Z"),
        json!("-262143-01-01T00:00:00Z"),
        json!("9999-12-31T23:59:59.999999999Z"),
        json!("2026-11-23T24:00"),
        json!("2026-02-29T08:00"),
        json!("00000000-0000-0000-0000-000000000000"),
        json!("0000000000000000"),
        json!("9999999999999999"),
        json!([]),
        json!({}),
        json!({ "is": "nothing" }),
        deep,
    ];
    chance.pick(&all).cloned().unwrap_or_default()
}

/// All places in a value.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                places(inner, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (n, inner) in items.iter().enumerate() {
                places(inner, &format!("{at}/{n}"), found);
            }
        }
        _ => {}
    }
}

/// Another value of the same kind, so that it is read and decided on.
fn similar(value: &Value, words: &[String], chance: &mut Chance) -> Value {
    let pick = |all: &[&str], chance: &mut Chance| json!(chance.pick(all));
    match value {
        Value::Bool(is) => json!(!is),
        Value::Number(_) => json!([0, 1, 2, 59, 100, 101, 65_535][chance.below(7)]),
        Value::String(text) if text.parse::<uuid::Uuid>().is_ok() => {
            let ids = words.iter().filter(|w| w.parse::<uuid::Uuid>().is_ok());
            let ids: Vec<&String> = ids.collect();
            json!(chance.pick(&ids))
        }
        Value::String(text) if text.ends_with('Z') && text.contains('T') => pick(
            &[
                "0001-01-01T00:00:00Z",
                "1970-01-01T00:00:00Z",
                "2026-11-23T01:20:00Z",
                "9999-12-31T23:59:59Z",
                "+99999-01-01T00:00:00Z",
            ],
            chance,
        ),
        Value::String(text) if text.len() == 16 && text.contains('T') => pick(
            &[
                "0001-01-01T00:00",
                "2026-11-23T08:00",
                "2026-11-25T09:00",
                "2026-11-25T09:07",
                "2026-11-29T08:00",
                "2027-06-01T08:00",
                "9999-12-31T23:59",
            ],
            chance,
        ),
        Value::String(text) if text.len() == 10 && text.contains('-') => pick(
            &[
                "1900-01-01",
                "2000-02-29",
                "2010-11-23",
                "2026-11-23",
                "2026-11-24",
            ],
            chance,
        ),
        Value::String(text) if text.len() == 5 && text.contains('-') => {
            pick(&["A-001", "Z-999", "ZZZ-65535", "A-1"], chance)
        }
        Value::String(_) => json!(chance.pick(words)),
        other => other.clone(),
    }
}

/// All texts of the story.
fn words_of(told: &[Envelope]) -> Vec<String> {
    fn walk(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::String(text) => found.push(text.clone()),
            Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
            Value::Object(fields) => fields.values().for_each(|field| walk(field, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    told.iter()
        .for_each(|envelope| walk(&envelope.payload, &mut found));
    found
}

fn mutate(value: &mut Value, words: &[String], chance: &mut Chance) {
    let mut all = Vec::new();
    places(value, "", &mut all);
    if all.len() < 2 {
        return;
    }
    let place = all[1 + chance.below(all.len() - 1)].clone();
    let other = value.pointer(&all[chance.below(all.len())]).cloned();
    match chance.below(16) {
        0 => {
            let (parent, name) = place.rsplit_once('/').unwrap();
            match value.pointer_mut(parent).unwrap() {
                Value::Object(fields) => drop(fields.remove(name)),
                Value::Array(items) => drop(items.remove(name.parse().unwrap())),
                _ => {}
            }
        }
        1 => *value.pointer_mut(&place).unwrap() = other.unwrap(),
        2 => match value.pointer_mut(&place).unwrap() {
            Value::Array(items) => {
                let items_now = items.clone();
                (0..chance.below(40)).for_each(|_| items.extend(items_now.clone()));
                items.truncate(3_000);
            }
            Value::String(text) => {
                let at = chance.below(text.len() + 1);
                if text.is_char_boundary(at) {
                    text.insert(
                        at,
                        *chance.pick(&['\0', '9', '-', 'é', '\u{202e}']).unwrap(),
                    );
                }
            }
            Value::Number(n) => {
                let factor = [-1_i64, 2, 1_000, i64::MAX][chance.below(4)];
                *value.pointer_mut(&place).unwrap() =
                    json!(n.as_i64().unwrap_or(1).wrapping_mul(factor));
            }
            _ => {}
        },
        3 | 4 => *value.pointer_mut(&place).unwrap() = junk(chance),
        _ => {
            let other = similar(value.pointer(&place).unwrap(), words, chance);
            *value.pointer_mut(&place).unwrap() = other;
        }
    }
}

/// The server stands, whatever was sent.
fn assert_sound(status: u16, text: &str, sent: &str) {
    let problem: Option<shared::sync::ProblemBody> = serde_json::from_str(text).ok();
    let waits = problem.is_some_and(|p| p.code == Code::UpgradePending);
    assert!(status < 500 || waits, "{status} {text} to {sent}");
}

async fn story_told() -> (Stage, Vec<Envelope>) {
    let mut stage = Stage::set().await;
    let mut story = Story::new();
    let told = stage.tell(&mut story, LINES).await;
    (stage, told.into_values().collect())
}

#[tokio::test]
async fn a_mutated_push_is_answered_and_breaks_nothing() {
    let (mut stage, told) = story_told().await;
    let words = words_of(&told);
    let mut chance = Chance::new(42);
    let mutants = soak::times(800, 100_000);
    let (mut taken, mut aside, mut refused) = (0_u64, 0_u64, 0_u64);
    for n in 0..mutants {
        let mut envelope = told[chance.below(told.len())].clone();
        if n % 100 == 0 {
            envelope = told[0].clone();
        }
        // The set-up of the office is also the administrator's.
        if envelope.actor == Actor::System {
            envelope.actor = Actor::User(story::user(Role::Admin));
            envelope.device_id = story::device(Role::Admin, 0);
        }
        envelope.op_id = OpId(chance.uuid());
        let device = envelope.device_id;
        let seq = stage.seqs.entry(device).or_insert(0);
        envelope.seq = *seq + 1;
        let mut op = json!(envelope);
        if n % 100 != 0 {
            let whole = chance.one_in(8);
            let part = if whole { &mut op } else { &mut op["payload"] };
            if part.as_object().is_some_and(|fields| !fields.is_empty()) {
                (0..=chance.below(3)).for_each(|_| mutate(part, &words, &mut chance));
            }
        }
        let sent = json!({ "sent_at": stage.app.clock.now(), "ops": [op] }).to_string();
        let answer = stage.phone(device).push_raw(sent.clone()).await;
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        assert_sound(status, &text, &sent);
        let Ok(pushed) = serde_json::from_str::<Pushed>(&text) else {
            refused += 1;
            continue;
        };
        *stage.seqs.get_mut(&device).unwrap() = pushed.last_seq;
        for answer in pushed.results {
            match answer.result {
                OpResult::Quarantined { code } => {
                    let broken = matches!(code, Code::Internal | Code::Unsaveable);
                    assert!(!broken, "{code} after {sent}");
                    aside += 1;
                }
                OpResult::Applied { .. } | OpResult::Rejected(_) => taken += 1,
            }
        }
        if n % 10 == 0 {
            for path in ["offices/9/slots", "offices/9", "offices"] {
                let answer = stage.app.get(&format!("/api/v1/{path}")).await;
                let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
                assert_sound(status, &text, &format!("GET {path} after {sent}"));
            }
            for role in [Role::Operator, Role::Kelurahan, Role::Head, Role::Resident] {
                stage.phone(story::device(role, 0)).pull_all().await;
            }
        }
    }
    let findings = maintenance::check(&stage.app.app.backend.db).await.unwrap();
    assert_eq!(findings, []);
    assert!(taken > 0 && aside > 0 && refused > 0);
    let figures = [
        ("pushes", mutants as u64),
        ("decided", taken),
        ("put aside", aside),
        ("refused", refused),
    ];
    soak::report("mutated pushes", &figures);
}

#[tokio::test]
async fn bytes_that_are_no_push_are_refused_and_break_nothing() {
    let (stage, told) = story_told().await;
    let mut chance = Chance::new(43);
    let device = story::device(Role::Resident, 5);
    let phone = stage.phone(device);
    let rounds = soak::times(300, 20_000);
    for n in 0..rounds {
        let mut envelope = told[chance.below(told.len())].clone();
        envelope.device_id = device;
        envelope.office = OFFICE;
        let push = json!({ "sent_at": stage.app.clock.now(), "ops": [envelope] });
        let mut bytes = push.to_string().into_bytes();
        for _ in 0..=chance.below(4) {
            let at = chance.below(bytes.len());
            match chance.below(5) {
                0 => bytes.truncate(at),
                1 => bytes[at] ^= 1 << chance.below(8),
                2 => bytes.insert(at, chance.below(256) as u8),
                3 => bytes.splice(at..at, [b'['; 500]).for_each(drop),
                _ => drop(bytes.remove(at)),
            }
            if bytes.is_empty() {
                bytes.push(b'{');
            }
        }
        let request = phone.request(reqwest::Method::POST, "/api/v1/sync/push");
        let request = request.header("content-type", "application/json");
        let sent = format!("round {n}: {}", String::from_utf8_lossy(&bytes));
        let answer = request.body(bytes).send().await.unwrap();
        let status = answer.status().as_u16();
        assert_sound(status, &answer.text().await.unwrap(), &sent);
    }
    let findings = maintenance::check(&stage.app.app.backend.db).await.unwrap();
    assert_eq!(findings, []);
}
