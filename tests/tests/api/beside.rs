//! Several operators signed in on one tablet, where the office locks its screens.

use std::collections::BTreeMap;

use reqwest::{Method, RequestBuilder, header};
use serde_json::{Value, json};
use server::{
    demo::accounts::PASSWORD,
    store::{accounts, audit, rows},
    system,
};
use shared::{
    command::{Applicant, Command, WalkIn},
    flag::{Flag, Kind},
    ids::UserId,
    office::Office,
    problem::Code,
    row::Key,
    sync::{ACCOUNT_HEADER, Account, OpResult, Pulled, Pushed},
    visit::QueueNumber,
};
use tests::harness::{OFFICE, Phone, TestApp, person, problem, read, rows as rows_of};

const SESSION: &str = "/api/v1/session";
const PUSH: &str = "/api/v1/sync/push";

/// A tablet with the cookies of everybody who has signed in on it.
struct Tablet<'a> {
    phone: Phone<'a>,
    jar: BTreeMap<String, String>,
}

impl<'a> Tablet<'a> {
    fn new(app: &'a TestApp) -> Self {
        Self {
            phone: app.phone(),
            jar: BTreeMap::new(),
        }
    }

    /// A request that speaks for an account.
    fn ask(&self, method: Method, path: &str, who: UserId) -> RequestBuilder {
        let cookies: Vec<String> = self.jar.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let request = self.phone.request(method, path);
        let request = request.header(ACCOUNT_HEADER, who.to_string());
        request.header(header::COOKIE, cookies.join("; "))
    }

    fn hear(&mut self, answer: &reqwest::Response) -> String {
        let said = answer.headers()["set-cookie"].to_str().unwrap();
        let (name, rest) = said.split_once('=').unwrap();
        let value = rest.split(';').next().unwrap();
        match value {
            "" => drop(self.jar.remove(name)),
            value => drop(self.jar.insert(name.to_owned(), value.to_owned())),
        }
        name.to_owned()
    }

    /// Signs in; these are to stay. Returns the account and the name of its cookie.
    async fn enter(&mut self, username: &str, beside: &[UserId]) -> (Account, String) {
        let given = json!({
            "username": username, "password": PASSWORD,
            "next_seq": self.phone.next_seq, "beside": beside,
        });
        let asked = match beside.first() {
            Some(before) => self.ask(Method::POST, SESSION, *before),
            None => self.phone.request(Method::POST, SESSION),
        };
        let answer = asked.json(&given).send().await.unwrap();
        let cookie = self.hear(&answer);
        (read(answer).await, cookie)
    }

    async fn leave(&mut self, who: UserId) -> String {
        let path = format!("{SESSION}?next_seq={}", self.phone.next_seq);
        let answer = self.ask(Method::DELETE, &path, who).send().await.unwrap();
        assert_eq!(answer.status(), 204);
        self.hear(&answer)
    }

    async fn status(&self, who: UserId) -> u16 {
        let asked = self.ask(Method::GET, SESSION, who);
        asked.send().await.unwrap().status().as_u16()
    }

    fn op(&mut self, who: &Account, command: &Command) -> Value {
        self.phone.account = Some(who.clone());
        self.phone.op(OFFICE, command)
    }

    fn wish(&mut self, who: &Account) -> Value {
        self.op(who, &Command::PrepareTablet {})
    }

    fn fact(&mut self, who: &Account, n: u16) -> Value {
        let walk_in = WalkIn {
            who: Applicant::New(Box::new(person(50 + usize::from(n)))),
            queue: QueueNumber::new("A", n).unwrap(),
            priority: false,
            lease: None,
            unknown_ticket: false,
            at: None,
        };
        self.op(who, &Command::WalkIn(walk_in))
    }

    async fn push(&self, who: UserId, ops: &[Value]) -> Vec<Option<Code>> {
        let body = json!({ "sent_at": self.phone.app.clock.now(), "ops": ops });
        let asked = self.ask(Method::POST, PUSH, who).json(&body);
        codes(&read(asked.send().await.unwrap()).await)
    }

    async fn rows(&self, who: UserId) -> usize {
        let path = format!("/api/v1/sync/pull?as={who}");
        let asked = self.ask(Method::GET, &path, who).send().await.unwrap();
        let pulled: Pulled = read(asked).await;
        pulled.changes.len()
    }
}

fn codes(pushed: &Pushed) -> Vec<Option<Code>> {
    let code = |result: &OpResult| match result {
        OpResult::Applied { .. } => None,
        OpResult::Rejected(problem) => Some(problem.code),
        OpResult::Quarantined { code } => Some(*code),
    };
    pushed.results.iter().map(|r| code(&r.result)).collect()
}

/// The office's screens lock after so many idle minutes, or never.
async fn lock_after(app: &TestApp, minutes: Option<u8>) {
    let backend = &app.app.backend;
    let mut tx = backend.db.read().await.unwrap();
    let office: Option<Office> = rows::get(&mut tx, OFFICE, Key::office(OFFICE))
        .await
        .unwrap();
    drop(tx);
    let mut office = office.unwrap();
    office.settings.pin_after_minutes = minutes;
    let set = vec![Command::SetOffice {
        office: Box::new(office),
    }];
    system::say(&backend.db, &backend.batcher, &app.clock, OFFICE, set)
        .await
        .unwrap();
}

async fn said_by(app: &TestApp, kind: &str) -> Vec<String> {
    let mut tx = app.app.backend.db.read().await.unwrap();
    audit::of_kind(&mut tx, OFFICE, kind).await.unwrap()
}

#[tokio::test]
async fn two_operators_work_on_one_tablet_each_as_themselves() {
    let app = TestApp::start().await;
    lock_after(&app, Some(10)).await;
    let mut tablet = Tablet::new(&app);
    let (first, alone) = tablet.enter("operator.jelutung", &[]).await;
    assert_eq!(alone, "rekam_session");
    assert!(first.beside.is_empty());
    // Noted before the other one came, and not sent yet.
    let unsent = tablet.fact(&first, 1);
    let (second, own) = tablet.enter("operator2.jelutung", &[first.id]).await;
    assert_eq!(second.beside, [first.id]);
    assert_eq!(own, format!("rekam_session_{}", second.id.0.simple()));
    assert_eq!(tablet.jar.len(), 2);
    for who in [&first, &second] {
        assert_eq!(tablet.status(who.id).await, 200);
        let asked = tablet.ask(Method::GET, SESSION, who.id).send().await;
        let told: Account = read(asked.unwrap()).await;
        assert_eq!(told.username, who.username);
    }
    let rows = tablet.rows(first.id).await;
    assert!(rows > 40 && tablet.rows(second.id).await == rows, "{rows}");

    let ops = [
        unsent,
        tablet.wish(&second),
        tablet.fact(&second, 2),
        tablet.wish(&first),
        tablet.fact(&first, 3),
    ];
    assert_eq!(tablet.push(second.id, &ops).await, [None; 5]);
    let authors = [first.id, second.id, first.id].map(|id| format!("{id}: applied"));
    assert_eq!(said_by(&app, "walk_in").await, authors);

    // One signs out, and the other one goes on.
    let mark = tablet.op(&first, &Command::SignOut {});
    assert_eq!(tablet.leave(first.id).await, "rekam_session");
    assert_eq!(tablet.status(first.id).await, 401);
    assert_eq!(tablet.status(second.id).await, 200);
    let late = [mark, tablet.wish(&first), tablet.wish(&second)];
    let waits = Some(Code::SignedOut);
    assert_eq!(tablet.push(second.id, &late).await, [None, waits, None]);
    // And comes back, beside the other.
    let (again, own) = tablet.enter("operator.jelutung", &[second.id]).await;
    assert_eq!(again.beside, [second.id]);
    assert_eq!(own, format!("rekam_session_{}", first.id.0.simple()));
    let ops = [tablet.wish(&first), tablet.wish(&second)];
    assert_eq!(tablet.push(first.id, &ops).await, [None; 2]);
    assert_eq!(tablet.leave(first.id).await, own);
    assert_eq!(tablet.status(second.id).await, 200);
}

#[tokio::test]
async fn without_the_setting_a_sign_in_ends_the_one_before() {
    let app = TestApp::start().await;
    let mut tablet = Tablet::new(&app);
    let (first, _) = tablet.enter("operator.jelutung", &[]).await;
    let unsent = tablet.wish(&first);
    let before = tablet.jar.clone();
    let (second, cookie) = tablet.enter("operator2.jelutung", &[first.id]).await;
    assert!(second.beside.is_empty());
    assert_eq!(cookie, "rekam_session");
    assert_eq!(tablet.status(first.id).await, 401);
    let ops = [unsent, tablet.wish(&first), tablet.wish(&second)];
    let waits = Some(Code::SignedOut);
    assert_eq!(tablet.push(second.id, &ops).await, [None, waits, None]);
    tablet.jar = before;
    assert_eq!(
        tablet.status(first.id).await,
        401,
        "nor with the old cookie"
    );
}

/// Where the setting ends, or somebody comes who sees other rows, all who were beside each other go.
#[tokio::test]
async fn only_operators_of_one_office_stay_beside_each_other() {
    for (username, minutes) in [
        ("head.jelutung", Some(10)),
        ("kelurahan.jelutung", Some(10)),
        ("operator.samarinda", Some(10)),
        ("operator2.jelutung", None),
    ] {
        let app = TestApp::start().await;
        lock_after(&app, Some(10)).await;
        let mut tablet = Tablet::new(&app);
        let (first, _) = tablet.enter("operator2.jelutung", &[]).await;
        let (second, _) = tablet.enter("operator.jelutung", &[first.id]).await;
        lock_after(&app, minutes).await;
        let (other, cookie) = tablet.enter(username, &[second.id, first.id]).await;
        assert!(other.beside.is_empty(), "{username}");
        assert_eq!(cookie, "rekam_session", "{username}");
        let ends = |who: &Account| who.id != other.id;
        for who in [&first, &second].into_iter().filter(|who| ends(who)) {
            assert_eq!(tablet.status(who.id).await, 401, "{username}");
            let late = tablet.wish(who);
            let told = tablet.push(other.id, &[late]).await;
            assert_eq!(told, [Some(Code::SignedOut)], "{username}");
        }
        assert_eq!(tablet.status(other.id).await, 200, "{username}");
    }
}

/// An account that is not named, was never here, or is locked does not stay.
#[tokio::test]
async fn nobody_stays_who_is_not_named_or_was_not_there() {
    let app = TestApp::start().await;
    lock_after(&app, Some(10)).await;
    let elsewhere = app.signed_in("operator2.jelutung").await;
    let stranger = elsewhere.account.as_ref().unwrap().id;
    let mut tablet = Tablet::new(&app);
    let (first, _) = tablet.enter("operator.jelutung", &[stranger]).await;
    assert!(first.beside.is_empty());
    let actor = elsewhere.account.clone().unwrap();
    let op = tablet.wish(&actor);
    let told = tablet.push(first.id, &[op]).await;
    assert_eq!(told, [Some(Code::ActorUnknown)]);

    let mut tx = app.app.backend.db.write().await.unwrap();
    accounts::set_revoked(&mut tx, first.id, true)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let (second, _) = tablet.enter("operator2.jelutung", &[first.id]).await;
    assert!(second.beside.is_empty());
    let mut tx = app.app.backend.db.write().await.unwrap();
    accounts::set_revoked(&mut tx, first.id, false)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(tablet.status(first.id).await, 401);
    // Not named: as ever.
    let (first, _) = tablet.enter("operator.jelutung", &[]).await;
    assert!(first.beside.is_empty());
    assert_eq!(tablet.status(second.id).await, 401);
}

#[tokio::test]
async fn eight_accounts_stay_on_one_tablet_at_most() {
    let app = TestApp::start().await;
    lock_after(&app, Some(10)).await;
    let mut tablet = Tablet::new(&app);
    let (first, _) = tablet.enter("operator.jelutung", &[]).await;
    let mut tx = app.app.backend.db.write().await.unwrap();
    let model = accounts::by_id(&mut tx, first.id).await.unwrap().unwrap();
    for n in 0..9 {
        let account = accounts::Account {
            id: UserId(app.clock.new_id()),
            username: format!("more{n}.jelutung"),
            ..model.clone()
        };
        accounts::create(&mut tx, &account).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut known = vec![first.id];
    for n in 0..9 {
        let (account, _) = tablet.enter(&format!("more{n}.jelutung"), &known).await;
        let stay: Vec<UserId> = known.iter().copied().take(7).collect();
        let mut told = account.beside.clone();
        told.sort();
        let mut expected = stay.clone();
        expected.sort();
        assert_eq!(told, expected, "{n}");
        known = stay;
        known.insert(0, account.id);
    }
    assert_eq!(known.len(), 8);
    for who in known {
        assert_eq!(tablet.status(who).await, 200);
    }
    assert_eq!(tablet.status(first.id).await, 401, "the eldest has gone");
}

#[tokio::test]
async fn a_new_password_of_one_leaves_the_other() {
    let app = TestApp::start().await;
    lock_after(&app, Some(10)).await;
    let mut tablet = Tablet::new(&app);
    let (first, _) = tablet.enter("operator.jelutung", &[]).await;
    let (second, _) = tablet.enter("operator2.jelutung", &[first.id]).await;
    let elsewhere = app.signed_in("operator.jelutung").await;
    let given = json!({ "current": PASSWORD, "new": "tiga-payung-merah" });
    let changed = elsewhere.request(Method::POST, "/api/v1/session/password");
    let changed = changed.json(&given).send().await.unwrap();
    assert_eq!(changed.status(), 204);
    assert_eq!(tablet.status(first.id).await, 401);
    assert_eq!(tablet.status(second.id).await, 200);
    let ops = [
        tablet.wish(&first),
        tablet.fact(&first, 1),
        tablet.wish(&second),
        tablet.fact(&second, 2),
    ];
    let waits = Some(Code::PasswordChanged);
    let told = tablet.push(second.id, &ops).await;
    assert_eq!(told, [waits, None, None, None]);
    let head = app.signed_in("head.jelutung").await;
    let flags = rows_of::<Flag>(&head.pull_all().await);
    let marked = flags.iter().filter(|f| f.kind == Kind::SentAfterLock);
    assert_eq!(marked.count(), 1, "{flags:?}");
}

/// A browser that has to take another device id is still the one in which both signed in.
#[tokio::test]
async fn both_go_on_under_another_device_id() {
    let app = TestApp::start().await;
    lock_after(&app, Some(10)).await;
    let mut tablet = Tablet::new(&app);
    let (first, _) = tablet.enter("operator.jelutung", &[]).await;
    let (second, _) = tablet.enter("operator2.jelutung", &[first.id]).await;
    let before = format!("{}.{}", tablet.phone.device, tablet.phone.token);
    tablet.phone = app.phone();
    let ops = [
        tablet.fact(&first, 1),
        tablet.wish(&first),
        tablet.fact(&second, 2),
        tablet.wish(&second),
    ];
    let unknown = Some(Code::ActorUnknown);
    let copied = tablet.push(second.id, &ops).await;
    assert_eq!(copied, [unknown; 4], "cookies alone give no device a voice");
    tablet.phone = app.phone();
    let ops = [
        tablet.fact(&first, 3),
        tablet.wish(&first),
        tablet.fact(&second, 4),
        tablet.wish(&second),
    ];
    let body = json!({ "sent_at": app.clock.now(), "ops": ops });
    let asked = tablet.ask(Method::POST, PUSH, second.id);
    let asked = asked.header("x-rekam-forked-from", &before).json(&body);
    let told = codes(&read(asked.send().await.unwrap()).await);
    assert_eq!(told, [None; 4]);
}

#[tokio::test]
async fn a_locked_tablet_is_nobodys() {
    let app = TestApp::start().await;
    lock_after(&app, Some(10)).await;
    let mut tablet = Tablet::new(&app);
    let (first, _) = tablet.enter("operator.jelutung", &[]).await;
    let (second, _) = tablet.enter("operator2.jelutung", &[first.id]).await;
    let mut head = app.signed_in("head.jelutung").await;
    let lock = Command::LockDevice {
        device: tablet.phone.device,
        locked: true,
    };
    let locked = head.say(&lock).await;
    assert!(matches!(locked, OpResult::Applied { .. }), "{locked:?}");
    for who in [first.id, second.id] {
        let asked = tablet.ask(Method::GET, SESSION, who).send().await.unwrap();
        let (status, told) = problem(asked).await;
        assert_eq!((status, told.code), (401, Code::SessionMissing));
    }
}
