//! Pulling: own rows only, page by page, and anew when rights change.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use reqwest::Method;
use server::{
    demo::{accounts::PASSWORD, residents},
    maintenance,
    store::{
        clocks,
        rows::{self, Numbered},
    },
};
use shared::{
    problem::Code,
    row::{Change, Entity, Key},
    sop::eligibility,
    sync::{Cursor, Pulled},
};
use tests::harness::{DEMO, OFFICE, OTHER_OFFICE, ROLL, TestApp, booking, person, problem, read};

const SLOT: &str = "2026-11-25T08:30";

#[tokio::test]
async fn a_phone_gets_its_own_people_and_no_others() {
    let app = TestApp::start().await;
    let (mut one, mut other) = (app.phone(), app.phone());
    one.say(&booking(person(0), &[SLOT])).await;
    other.say(&booking(person(1), &[SLOT])).await;
    let pulled = one.pull_all().await;
    let text = serde_json::to_string(&pulled.changes).unwrap();
    let nik = |n: usize| person(n).nik.unwrap().as_str().to_owned();
    assert!(text.contains(&nik(0)));
    assert!(!text.contains(&nik(1)));
    assert!(!text.contains("holders") && !text.contains("nik_key"));
    assert_eq!(pulled.device_seq, 1);
    assert!(app.phone().pull_all().await.changes.is_empty());
}

#[tokio::test]
async fn staff_pull_page_by_page_without_a_gap_or_a_repeat() {
    let app = TestApp::start().await;
    let head = app.signed_in("head.jelutung").await;
    let mut cursor = Cursor::default();
    let mut seen = BTreeSet::new();
    loop {
        let text = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&cursor).unwrap());
        let path = format!("/api/v1/sync/pull?limit=7&cursor={text}");
        let page: shared::sync::Pulled = read(head.get(&path).await).await;
        assert!(page.changes.len() <= 7);
        for change in &page.changes {
            assert_eq!(change.office, OFFICE);
            assert!(seen.insert((change.entity, change.id)), "twice");
        }
        cursor = page.cursor;
        if !page.more {
            break;
        }
    }
    // Everybody on the roll, an invitation for each who is due, and the office itself.
    let until = DEMO.office().window_end(app.clock.now());
    let due = residents(DEMO, ROLL);
    let due = due
        .iter()
        .filter(|r| eligibility::is_due(Some(r.birth), r.married, until))
        .count();
    assert_eq!(seen.len(), ROLL + due + 1);
    let text = serde_json::to_string(&head.pull_all().await.changes).unwrap();
    assert!(
        !text.contains(person(0).nik.unwrap().as_str()),
        "heads see masked numbers"
    );
}

#[tokio::test]
async fn rights_that_change_begin_anew() {
    let app = TestApp::start().await;
    let mut tablet = app.signed_in("operator.jelutung").await;
    let first = tablet.pull_all().await;
    assert!(first.reset.is_empty() && !first.changes.is_empty());
    // Nothing new, nothing sent.
    let again = tablet.pull(&first.cursor).await;
    assert!(again.changes.is_empty() && again.reset.is_empty());
    // Signed out: the office's rows leave the tablet.
    tablet
        .request(Method::DELETE, "/api/v1/session")
        .send()
        .await
        .unwrap();
    let out = tablet.pull(&first.cursor).await;
    assert_eq!(out.reset, [OFFICE]);
    assert!(out.changes.is_empty());
    // Somebody of another office signs in on it.
    tablet
        .sign_in("operator.samarinda", server::demo::accounts::PASSWORD)
        .await
        .unwrap();
    let moved = tablet.pull(&first.cursor).await;
    assert_eq!(moved.reset, [OFFICE]);
    assert!(
        moved
            .changes
            .iter()
            .all(|change| change.office == OTHER_OFFICE)
    );
    assert!(!moved.changes.is_empty());
}

#[tokio::test]
async fn another_epoch_begins_anew() {
    let app = TestApp::start().await;
    let head = app.signed_in("head.jelutung").await;
    let first = head.pull_all().await;
    let mut old = first.cursor.clone();
    old.epoch = "before the restore".to_owned();
    let anew = head.pull(&old).await;
    assert_eq!(anew.reset, [OFFICE]);
    assert_eq!(anew.changes.len(), first.changes.len());
}

#[tokio::test]
async fn a_cursor_that_is_none() {
    let app = TestApp::start().await;
    let phone = app.phone();
    for cursor in ["x", "e30", "bm90IGpzb24"] {
        let path = format!("/api/v1/sync/pull?cursor={cursor}");
        let (status, told) = problem(phone.get(&path).await).await;
        assert_eq!((status, told.code), (400, Code::Malformed), "{cursor}");
    }
}

/// What was gone is no longer known: a device that was away for longer drops all it has of the office
/// and pulls it anew, once; one that was here in the meantime goes on.
#[tokio::test]
async fn who_was_away_too_long_pulls_afresh() {
    let app = TestApp::start().await;
    let backend = &app.app.backend;
    let mut head = app.signed_in("head.jelutung").await;
    let all = head.pull_all().await;
    let of = |pulled: &Pulled| -> BTreeSet<_> {
        let kept = pulled.changes.iter().filter(|c| !c.deleted);
        kept.map(|c| (c.entity, c.id)).collect()
    };
    let gone = all.changes.iter().find(|c| c.entity == Entity::Invitation);
    let gone = Key(Entity::Invitation, gone.unwrap().id);
    let mut tx = backend.db.write().await.unwrap();
    let mut clock = clocks::lock(&mut tx, OFFICE).await.unwrap();
    clock.seq += 1;
    let change = Change::Remove(gone);
    let changes = [Numbered {
        seq: clock.seq,
        change,
    }];
    rows::save(&mut tx, OFFICE, app.clock.now(), &changes)
        .await
        .unwrap();
    clocks::save(&mut tx, &clock).await.unwrap();
    tx.commit().await.unwrap();

    // In time, the device is told what is gone.
    let told = head.pull(&all.cursor).await;
    assert!(told.reset.is_empty());
    let gone_there: Vec<_> = told.changes.iter().filter(|c| c.deleted).collect();
    assert_eq!(gone_there.len(), 1);
    assert_eq!(gone_there[0].id, gone.1);

    app.clock.advance(TimeDelta::days(61));
    maintenance::sweep(&backend.db, &backend.batcher, &app.clock)
        .await
        .unwrap();
    head.sign_in("head.jelutung", PASSWORD).await.unwrap();
    let late = head.pull(&all.cursor).await;
    assert_eq!(late.reset, [OFFICE]);
    let mut left = of(&all);
    left.remove(&(gone.0, gone.1));
    assert_eq!(of(&late), left);
    for cursor in [&late.cursor, &told.cursor] {
        let next = head.pull(cursor).await;
        assert!(next.reset.is_empty() && next.changes.is_empty(), "{next:?}");
    }
    // A long first pull, page by page, passes below the floor and comes to its end.
    let (mut cursor, mut seen) = (Cursor::default(), BTreeSet::new());
    for _ in 0..100 {
        let text = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&cursor).unwrap());
        let path = format!("/api/v1/sync/pull?limit=7&cursor={text}");
        let page: Pulled = read(head.get(&path).await).await;
        assert!(page.reset.is_empty());
        seen.extend(of(&page));
        cursor = page.cursor;
        if !page.more {
            break;
        }
    }
    assert_eq!(seen, left);
}
