//! Whether somebody is on a roll or has an account must not be had by asking.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use shared::{
    command::Command,
    person::{BirthDate, Kk, Nik},
    problem::Code,
    resident::{ClaimHash, Draft},
    sync::OpResult,
};
use tests::{
    harness::{DEMO, Phone, ROLL, TestApp, booking, person, without_limits},
    soak,
};

const SLOT: &str = "2026-11-25T08:30";

/// What a phone learns: the answer, and all that it then pulls.
async fn learns(phone: &mut Phone<'_>, draft: &Draft) -> Value {
    let result = phone.say(&booking(draft.clone(), &[SLOT])).await;
    let pulled = phone.pull_all().await;
    let rows: Vec<Value> = pulled
        .changes
        .iter()
        .map(|change| json!([change.entity, change.data]))
        .collect();
    json!({ "answer": result, "rows": rows })
}

/// Without what the phone itself said, and without ids and numbers drawn anew for everybody.
fn bare(mut value: Value, draft: &Draft) -> Value {
    fn walk(value: &mut Value, said: &[String]) {
        match value {
            Value::Object(fields) => {
                for (name, inner) in fields.iter_mut() {
                    let drawn = ["change_seq", "seq", "ticket", "code", "now", "id"];
                    if drawn.contains(&name.as_str()) {
                        *inner = json!("drawn");
                    } else {
                        walk(inner, said);
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| walk(item, said)),
            Value::String(text) => {
                if text.parse::<uuid::Uuid>().is_ok() {
                    *text = "an id".to_owned();
                } else if said.contains(text) {
                    *text = "as said".to_owned();
                }
            }
            _ => {}
        }
    }
    let said = serde_json::to_value(draft).unwrap();
    let said = said.as_object().unwrap().values();
    let said: Vec<String> = said.filter_map(|v| v.as_str().map(str::to_owned)).collect();
    walk(&mut value, &said);
    value
}

/// Nobody of the roll: everything is invented.
fn invented(n: usize) -> Draft {
    let known = person(0);
    let mut draft = person(ROLL + 60 + n);
    draft.kelurahan = known.kelurahan;
    (draft.sex, draft.phone, draft.rt, draft.rw) = (None, None, Some(1), None);
    draft
}

fn plain(mut draft: Draft) -> Draft {
    draft.kelurahan = person(0).kelurahan;
    (draft.sex, draft.phone, draft.rt, draft.rw) = (None, None, Some(1), None);
    draft
}

#[tokio::test]
async fn being_on_the_roll_never_changes_an_answer() {
    let app = TestApp::start().await;
    let stranger = invented(0);
    let expected = learns(&mut app.phone(), &stranger).await;
    let expected = bare(expected, &stranger);
    let other_kk = Draft {
        kk: Some(Kk::parse("1571080101209999").unwrap()),
        ..plain(person(0))
    };
    let other_birth = Draft {
        birth: BirthDate::parse("1999-09-09").ok(),
        ..plain(person(1))
    };
    for draft in [other_kk, other_birth] {
        // Each on a server of its own: seats and shares are alike.
        let app = TestApp::start().await;
        let learnt = learns(&mut app.phone(), &draft).await;
        assert_eq!(bare(learnt, &draft), expected);
    }
}

#[tokio::test]
async fn a_nik_that_is_booked_is_answered_as_one_that_must_wait_for_a_look() {
    let app = TestApp::start().await;
    // The share of people whom nobody has verified is used up.
    for n in 0..3 {
        learns(&mut app.phone(), &invented(n)).await;
    }
    let unknown = invented(5);
    let waits = learns(&mut app.phone(), &unknown).await;
    let waits = bare(waits, &unknown);
    assert_eq!(waits["answer"]["result"], "applied");
    // Somebody else has booked with this NIK; all of it is right, or nothing but the NIK.
    app.phone()
        .say(&booking(person(0), &["2026-11-26T08:30"]))
        .await;
    let guess = Draft {
        nik: person(0).nik,
        ..invented(6)
    };
    let learnt = learns(&mut app.phone(), &guess).await;
    assert_eq!(bare(learnt, &guess), waits);
}

#[tokio::test]
async fn a_wrong_code_and_a_wrong_birth_date_are_answered_alike() {
    let app = TestApp::start().await;
    let mut staff = app.signed_in("operator.jelutung").await;
    let claim = ClaimHash::of_code(&ClaimHash::code_from([3; 10])).unwrap();
    let resident = server::demo::load::resident_id(DEMO, 0);
    let slip = Command::IssueSlip { resident, claim };
    assert!(matches!(staff.say(&slip).await, OpResult::Applied { .. }));
    let ask = |code, birth: &str| Command::ClaimResident {
        code,
        birth: BirthDate::parse(birth).unwrap(),
        remove_others: false,
    };
    let wrong_code = ClaimHash::of_code(&ClaimHash::code_from([4; 10])).unwrap();
    let one = app.phone().say(&ask(wrong_code, "1990-01-01")).await;
    let other = app.phone().say(&ask(claim, "1990-01-01")).await;
    assert!(matches!(one, OpResult::Rejected(_)));
    assert_eq!(one, other);
}

/// The middle of so many measured times.
fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn percent(one: Duration, other: Duration) -> u64 {
    u64::try_from(one.as_nanos() * 100 / other.as_nanos().max(1)).unwrap()
}

/// Measured and reported, not asserted: a busy machine lies about time. About 100 means that nothing
/// can be told.
#[tokio::test]
async fn how_long_an_answer_takes_is_reported() {
    let app = TestApp::with(without_limits).await;
    let rounds = soak::times(3, 200);
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    let mut phone = app.phone();
    for _ in 0..rounds {
        for (name, times) in [("operator.jelutung", &mut known), ("nobody", &mut unknown)] {
            let began = Instant::now();
            assert!(phone.sign_in(name, "not-the-password").await.is_err());
            times.push(began.elapsed());
        }
    }
    let (mut on_roll, mut off_roll) = (Vec::new(), Vec::new());
    for n in 0..rounds {
        let guess = Draft {
            kk: Some(Kk::parse("1571080101209999").unwrap()),
            ..plain(person(n % ROLL))
        };
        let nik = format!("15710815010{:05}", 20_000 + n);
        let stranger = Draft {
            nik: Nik::parse(&nik).ok(),
            ..invented(0)
        };
        for (draft, times) in [(guess, &mut on_roll), (stranger, &mut off_roll)] {
            let mut phone = app.phone();
            phone.pull_all().await;
            let wish = booking(draft, &[SLOT]);
            let began = Instant::now();
            phone.say(&wish).await;
            times.push(began.elapsed());
        }
    }
    let figures = [
        ("samples", rounds as u64),
        (
            "known account, percent of unknown",
            percent(median(known), median(unknown)),
        ),
        (
            "on the roll, percent of not",
            percent(median(on_roll), median(off_roll)),
        ),
    ];
    soak::report("time tells", &figures);
}

/// Whoever found a slip tries the birth dates from ever new phones.
#[tokio::test]
async fn a_found_slip_is_not_opened_by_many_phones() {
    let app = TestApp::start().await;
    let mut staff = app.signed_in("operator.jelutung").await;
    let claim = ClaimHash::of_code(&ClaimHash::code_from([3; 10])).unwrap();
    let resident = server::demo::load::resident_id(DEMO, 0);
    let slip = Command::IssueSlip { resident, claim };
    assert!(matches!(staff.say(&slip).await, OpResult::Applied { .. }));
    let right = person(0).birth.unwrap();
    let mut learnt = Vec::new();
    for n in 0..31 {
        let year = BirthDate::parse(&format!("19{:02}-02-03", 40 + n)).unwrap();
        let ask = |birth| Command::ClaimResident {
            code: claim,
            birth,
            remove_others: true,
        };
        let mut phone = app.phone();
        let told = phone.say(&ask(year)).await;
        learnt.push(told.clone());
        if n >= 10 {
            // The right one is answered as the wrong one.
            assert_eq!(app.phone().say(&ask(right)).await, told);
        }
        assert!(phone.pull_all().await.changes.is_empty());
    }
    let code = |told: &OpResult| match told {
        OpResult::Rejected(problem) => problem.code,
        other => panic!("{other:?}"),
    };
    let codes: Vec<Code> = learnt.iter().map(code).collect();
    assert!(codes[..10].iter().all(|code| *code == Code::ClaimUnknown));
    assert!(codes[10..].iter().all(|code| *code == Code::ClaimReview));
}

/// NIK and birth date are known; the KK number is guessed from a new phone each time.
#[tokio::test]
async fn a_kk_number_is_not_guessed_by_many_phones() {
    let app = TestApp::with(without_limits).await;
    let known = server::demo::load::resident_id(DEMO, 0);
    let real = person(0);
    let mut seen = 0;
    for n in 0..60 {
        let guess = Kk::parse(&format!("157108010120{:04}", 1_000 + n)).ok();
        let kk = if n == 59 { real.kk.clone() } else { guess };
        let draft = Draft { kk, ..real.clone() };
        let mut phone = app.phone();
        phone.say(&booking(draft, &[SLOT])).await;
        let pulled = phone.pull_all().await;
        let of_the_roll = |row: &shared::sync::PullRow| row.id == known.0;
        seen += pulled.changes.iter().filter(|row| of_the_roll(row)).count();
    }
    assert_eq!(seen, 0);
    // Staff go on as before.
    let mut staff = app.signed_in("operator.jelutung").await;
    let told = staff.say(&booking(real, &[SLOT])).await;
    assert!(matches!(told, OpResult::Applied { .. }));
}
