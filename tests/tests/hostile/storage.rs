//! What strangers leave behind: no offices, no workers, and nothing that belongs to an office itself.

use std::{path::PathBuf, time::Duration};

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use server::{
    batch::Batcher,
    config::{Effort, Rate},
    maintenance,
    store::clocks,
    system,
};
use shared::{
    command::{Command, Receipt},
    envelope::Actor,
    ids::{BookingId, DeviceId, OfficeId, UserId},
    person::BirthDate,
    problem::Code,
    resident::ClaimHash,
    sync::{HeldOp, OpResult, Pushed},
    work::HEADER,
};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;
use tests::{
    harness::{Phone, TestApp, booking, person, problem, read},
    sim::people,
};
use uuid::Uuid;

fn set_up(id: OfficeId) -> Command {
    let mut office = people::office();
    office.id = id;
    let office = Box::new(office);
    Command::SetOffice { office }
}

fn applied(result: &OpResult) -> bool {
    matches!(result, OpResult::Applied { .. })
}

async fn offices(app: &TestApp) -> usize {
    let mut tx = app.app.backend.db.read().await.unwrap();
    clocks::all(&mut tx).await.unwrap().len()
}

fn bogus(phone: &mut Phone<'_>, from: i64) -> Vec<Value> {
    let all = from..from + 50;
    all.map(|n| {
        let id = OfficeId(n);
        let mut op = phone.op(id, &set_up(id));
        let user = Actor::User(UserId(Uuid::from_u128(7)));
        if n % 2 == 0 {
            op["actor"] = serde_json::to_value(user).unwrap();
        }
        op
    })
    .collect()
}

#[tokio::test]
async fn offices_that_nobody_set_up_leave_no_rows_and_no_workers() {
    let app = TestApp::start().await;
    let before = (offices(&app).await, app.app.backend.batcher.workers());
    for n in 0..4 {
        let mut phone = app.phone();
        let ops = bogus(&mut phone, 1_000 + 50 * n);
        let pushed = phone.push(&ops).await;
        assert_eq!(pushed.results.len(), ops.len());
        assert!(!pushed.results.iter().any(|answer| applied(&answer.result)));
    }
    let after = (offices(&app).await, app.app.backend.batcher.workers());
    // What belongs to no office is answered by the deployment.
    assert!(
        after.0 <= before.0 + 1 && after.1 <= before.1 + 1,
        "{before:?} {after:?}"
    );
}

#[tokio::test]
async fn a_worker_without_work_ends_and_another_takes_up_its_work() {
    let app = TestApp::start().await;
    let backend = &app.app.backend;
    let batcher: Batcher = backend.batcher.clone().with_idle(Duration::from_millis(50));
    for n in 0..3 {
        let id = OfficeId(500 + n);
        let commands = vec![set_up(id)];
        let said = system::say(&backend.db, &batcher, &app.clock, id, commands).await;
        assert!(applied(&said.unwrap()[0].result));
    }
    while batcher.workers() > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // Sent at the very moment when workers end, nothing is lost.
    for _ in 0..40 {
        let id = OfficeId(500);
        let commands = vec![set_up(id)];
        let said = system::say(&backend.db, &batcher, &app.clock, id, commands).await;
        assert!(applied(&said.unwrap()[0].result));
        tokio::time::sleep(Duration::from_millis(49)).await;
    }
    batcher.shutdown().await;
}

/// Whoever holds it could count its queue to the end, and the office could never be set up.
#[tokio::test]
async fn nobody_registers_as_the_device_of_an_office_to_come() {
    let app = TestApp::start().await;
    let id = OfficeId(77);
    let mut thief = app.phone();
    thief.device = DeviceId::system(id);
    let (status, told) = problem(thief.get("/api/v1/sync/pull").await).await;
    assert_eq!((status, told.code), (401, Code::DeviceToken));
    let op = thief.op(OfficeId(1), &Command::PrepareTablet {});
    let (_, told) = problem(thief.push_ops(&[op]).await).await;
    assert_eq!(told.code, Code::DeviceToken);
    let backend = &app.app.backend;
    let commands = vec![set_up(id)];
    let said = system::say(&backend.db, &backend.batcher, &app.clock, id, commands).await;
    assert!(applied(&said.unwrap()[0].result));
}

/// A server whose file can be looked into.
struct Open {
    app: TestApp,
    file: PathBuf,
    _folder: TempDir,
}

impl Open {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rekam.db");
        Self {
            app: TestApp::on(&format!("sqlite:{}", file.display())).await,
            file,
            _folder: folder,
        }
    }

    async fn count(&self, sql: &'static str) -> i64 {
        let options = SqliteConnectOptions::new().filename(&self.file);
        let mut db = SqliteConnection::connect_with(&options).await.unwrap();
        sqlx::query_scalar(sql).fetch_one(&mut db).await.unwrap()
    }
}

const DEVICES: &str = "SELECT count(*) FROM device";
const BYTES: &str = "SELECT COALESCE(SUM(length(payload)), 0) FROM op";
const AUDIT: &str = "SELECT count(*) FROM audit";

#[tokio::test]
async fn whoever_only_reads_leaves_nothing() {
    let open = Open::start().await;
    let before = open.count(DEVICES).await;
    for _ in 0..40 {
        let phone = open.app.phone();
        assert_eq!(phone.get("/api/v1/sync/pull").await.status(), 200);
        assert_eq!(phone.get("/api/v1/session").await.status(), 401);
        assert_eq!(phone.push_ops(&[]).await.status(), 200);
        assert!(
            phone
                .app
                .phone()
                .sign_in("nobody", "a guess")
                .await
                .is_err()
        );
    }
    assert_eq!(open.count(DEVICES).await, before);
    let mut phone = open.app.phone();
    phone.say(&Command::PrepareTablet {}).await;
    assert_eq!(open.count(DEVICES).await, before + 1);
    // From then on another token does not fit.
    let mut thief = open.app.phone();
    thief.device = phone.device;
    let (status, _) = problem(thief.get("/api/v1/sync/pull").await).await;
    assert_eq!(status, 401);
}

fn nonsense(phone: &mut Phone<'_>, bytes: usize) -> Value {
    let mut op = phone.op(OfficeId(1), &Command::PrepareTablet {});
    op["kind"] = "nonsense".into();
    op["payload"] = "x".repeat(bytes).into();
    op
}

#[tokio::test]
async fn what_is_put_aside_of_strangers_is_little_and_stops_nobody_else() {
    let open = Open::start().await;
    let app = &open.app;
    let mut tablet = app.signed_in("operator.jelutung").await;
    let mut stopped = 0;
    for _ in 0..4 {
        let mut loud = app.phone();
        for _ in 0..16 {
            let ops: Vec<Value> = (0..20).map(|n| nonsense(&mut loud, 200 * n)).collect();
            let answer = loud.push_ops(&ops).await;
            if answer.status() == 429 {
                let wait: i64 = answer.headers()["retry-after"]
                    .to_str()
                    .unwrap()
                    .parse()
                    .unwrap();
                assert!((1..120).contains(&wait), "{wait}");
                stopped += 1;
                loud.next_seq -= 20;
            }
        }
    }
    assert_eq!(stopped, 4 * 11);
    let kept = open.count(BYTES).await;
    assert!((200_000..600_000).contains(&kept), "{kept}");
    // Somebody else behind the same address is answered, whatever it says.
    let mut honest = app.phone();
    let odd = nonsense(&mut honest, 100);
    let wish = honest.op(OfficeId(1), &booking(person(0), &["2026-11-25T08:30"]));
    let told = honest.push(&[odd, wish]).await.results;
    let code = Code::Undecodable;
    assert_eq!(told[0].result, OpResult::Quarantined { code });
    assert!(applied(&told[1].result));
    // What staff sent is kept as it is, however much.
    let before = open.count(BYTES).await;
    for _ in 0..8 {
        let ops: Vec<Value> = (0..20).map(|_| nonsense(&mut tablet, 5_000)).collect();
        assert_eq!(tablet.push(&ops).await.results.len(), 20);
    }
    assert!(open.count(BYTES).await > before + 800_000);
}

#[tokio::test]
async fn a_device_that_was_slowed_goes_on_after_the_wait() {
    let app = TestApp::with(|config| config.limits.unknown = Rate::new(3, 6)).await;
    let mut phone = app.phone();
    for _ in 0..3 {
        phone.say(&Command::PrepareTablet {}).await;
    }
    let op = phone.op(OfficeId(1), &booking(person(0), &["2026-11-25T08:30"]));
    let answer = phone.push_ops(std::slice::from_ref(&op)).await;
    assert_eq!(answer.status(), 429);
    let wait: i64 = answer.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    app.clock.advance(TimeDelta::seconds(wait));
    assert!(applied(&phone.push(&[op]).await.results[0].result));
}

/// Requests and cancellations without end, all of which are applied, of a phone that nobody knows: it is slowed
/// after the first hundred. Neighbours and staff are not.
#[tokio::test]
async fn what_has_an_effect_is_metered_too_where_nobody_knows_the_phone() {
    let open = Open::start().await;
    let app = &open.app;
    let mut loud = app.phone();
    let mut wish = person(50);
    wish.nik = "1571084101807777".parse().ok();
    wish.kk = "1571080101107777".parse().ok();
    let wish = booking(wish, &["2026-11-25T08:30"]);
    let (mut taken, mut refused) = (0, 0);
    let mut last: Option<BookingId> = None;
    for _ in 0..130 {
        let command = match last {
            None => wish.clone(),
            Some(booking) => Command::CancelBooking { booking },
        };
        let op = loud.op(OfficeId(1), &command);
        let answer = loud.push_ops(&[op]).await;
        if answer.status() == 429 {
            refused += 1;
            loud.next_seq -= 1;
            continue;
        }
        let pushed: Pushed = read(answer).await;
        let OpResult::Applied {
            receipt: Receipt::Booking { booking },
            ..
        } = &pushed.results[0].result
        else {
            panic!("{pushed:?}")
        };
        taken += 1;
        last = last.is_none().then_some(booking.id);
    }
    assert_eq!((taken, refused), (100, 30));
    // At most so many requests wait for staff at a time as the phone may ask for people.
    let mut asks = app.phone();
    for n in 0..12 {
        let mut other = person(n);
        other.kk = "1571080101107777".parse().ok();
        asks.say(&booking(other, &["2026-11-25T08:30"])).await;
    }
    let waiting = "SELECT count(*) FROM record WHERE entity = 'booking' AND open = 1
        OR data LIKE '%\"review\":true%'";
    assert!(open.count(waiting).await <= 5 + 1);
    let mut honest = app.phone();
    assert!(applied(
        &honest
            .say(&booking(person(20), &["2026-11-25T08:30"]))
            .await
    ));
    let mut clerk = app.signed_in("operator.jelutung").await;
    for _ in 0..3 {
        let ops: Vec<Value> = (0..50)
            .map(|_| clerk.op(OfficeId(1), &Command::PrepareTablet {}))
            .collect();
        assert_eq!(clerk.push(&ops).await.results.len(), 50);
    }
}

/// While much comes of all phones that nobody knows together, each computes before it is heard, and none is
/// refused; a verified person's phone and staff are not asked.
#[tokio::test]
async fn many_whom_nobody_knows_compute_before_they_are_heard() {
    let app = TestApp::with(|config| {
        config.limits.unknown_together = Rate::new(20, 1);
        config.limits.effort = Effort { least: 4, most: 8 };
    })
    .await;
    let mut known = app.phone();
    let first = known.say(&booking(person(0), &["2026-11-25T08:30"])).await;
    assert!(applied(&first));
    let mut clerk = app.signed_in("operator.jelutung").await;
    let mut strangers: Vec<Phone<'_>> = (0..5).map(|_| app.phone()).collect();
    for stranger in &mut strangers {
        let ops: Vec<Value> = (0..5).map(|_| nonsense(stranger, 10)).collect();
        assert_eq!(stranger.push(&ops).await.results.len(), 5);
    }
    let stranger = &mut strangers[0];
    let op = nonsense(stranger, 10);
    let (status, told) = problem(stranger.push_ops(std::slice::from_ref(&op)).await).await;
    assert_eq!(status, 429);
    let proof = told.work.unwrap().search(0, u64::MAX).unwrap();
    let body = json!({ "sent_at": app.clock.now(), "ops": [op] });
    let request = stranger.request(Method::POST, "/api/v1/sync/push");
    let request = request.header(HEADER, proof.header()).json(&body);
    assert_eq!(request.send().await.unwrap().status(), 200);
    for phone in [&mut known, &mut clerk] {
        let op = nonsense(phone, 10);
        assert_eq!(phone.push_ops(&[op]).await.status(), 200);
    }
}

/// The audit can't be cut, so what fills it is bounded where it is written.
#[tokio::test]
async fn a_flood_without_effect_is_counted_in_the_audit_not_listed() {
    let open = Open::start().await;
    let app = &open.app;
    let before = open.count(AUDIT).await;
    for _ in 0..30 {
        let mut loud = app.phone();
        for _ in 0..2 {
            let ops: Vec<Value> = (0..50).map(|_| nonsense(&mut loud, 10)).collect();
            loud.push(&ops).await;
        }
    }
    // A wrong code is counted at the device: a row changes, and the audit must seal it.
    let ask = Command::ClaimResident {
        code: ClaimHash::of_code(&ClaimHash::code_from([4; 10])).unwrap(),
        birth: BirthDate::parse("1990-01-01").unwrap(),
        remove_others: false,
    };
    let told = app.phone().say(&ask).await;
    assert!(matches!(told, OpResult::Rejected(_)), "{told:?}");
    // Nor is what somebody declares as lost listed without end.
    let mut gaps = app.phone();
    for _ in 0..20 {
        gaps.next_seq += 7;
        let op = nonsense(&mut gaps, 10);
        let body = json!({ "sent_at": app.clock.now(), "declare_gap": true, "ops": [op] });
        assert_eq!(gaps.push_raw(body.to_string()).await.status(), 200);
    }
    app.clock.advance(TimeDelta::minutes(2));
    let mut honest = app.phone();
    honest.say(&booking(person(0), &["2026-11-25T08:30"])).await;
    let written = open.count(AUDIT).await - before;
    assert!((2_000..2_010).contains(&written), "{written}");
    let told = "SELECT SUM(CAST(result AS INTEGER)) FROM audit WHERE kind = 'unsaid'";
    // The gaps count like the ops that followed them.
    assert_eq!(open.count(told).await, 1_000 + 1 + 2 * 20);
    let findings = maintenance::check(&app.app.backend.db).await.unwrap();
    assert_eq!(findings, Vec::new());
}

/// Each booking stays as a row on all tablets of the office: asking and giving back comes to an end for a person
/// whom the office knows too.
#[tokio::test]
async fn what_has_an_effect_is_metered_where_the_person_is_known() {
    let app = TestApp::with(|config| config.limits.device = Rate::new(10_000, 10_000)).await;
    let mut phone = app.phone();
    let ask = booking(person(0), &["2026-11-25T08:30"]);
    let mut last = None;
    let (mut taken, mut slowed) = (0, 0);
    for _ in 0..600 {
        let command = match last {
            None => ask.clone(),
            Some(booking) => Command::CancelBooking { booking },
        };
        let op = phone.op(OfficeId(1), &command);
        let answer = phone.push_ops(&[op]).await;
        if answer.status() == 429 {
            slowed += 1;
            phone.next_seq -= 1;
            continue;
        }
        let pushed: Pushed = read(answer).await;
        taken += 1;
        last = match &pushed.results[0].result {
            OpResult::Applied {
                receipt: Receipt::Booking { booking },
                ..
            } => last.is_none().then_some(booking.id),
            other => panic!("{other:?}"),
        };
    }
    assert_eq!((taken, slowed), (500, 100));
    app.clock.advance(TimeDelta::minutes(1));
    let op = phone.op(OfficeId(1), &ask);
    assert_eq!(phone.push_ops(&[op]).await.status(), 200, "after the wait");
}

/// A tablet on which nobody is signed in any more, or that is locked: what it has recorded comes in, and it cannot
/// fill the disk or hide what waits of others.
#[tokio::test]
async fn a_tablet_without_anybody_is_bounded_and_hides_nothing() {
    let open = Open::start().await;
    let app = &open.app;
    let mut lost = app.signed_in("operator.jelutung").await;
    let mut honest = app.signed_in("operator.jelutung").await;
    let head = app.signed_in("head.jelutung").await;
    for tablet in [&mut lost, &mut honest] {
        let out = tablet.op(OfficeId(1), &Command::SignOut {});
        tablet.push(&[out]).await;
        tablet.cookie = None;
    }
    let mut slowed = 0;
    for _ in 0..100 {
        let ops: Vec<Value> = (0..50)
            .map(|_| lost.op(OfficeId(1), &Command::PrepareTablet {}))
            .collect();
        if lost.push_ops(&ops).await.status() == 429 {
            slowed += 1;
            lost.next_seq -= 50;
        }
    }
    assert_eq!(slowed, 100 - 2_000 / 50);
    let own = honest.op(OfficeId(1), &Command::PrepareTablet {});
    let waits = honest.push(&[own]).await.results[0].op_id;
    let held: Vec<HeldOp> = read(head.get("/api/v1/offices/1/held").await).await;
    assert!(held.iter().any(|op| op.op == waits), "{}", held.len());
    // Few and large: what is too much waits on the tablet, not here.
    let large: Vec<Value> = (0..40).map(|_| nonsense(&mut honest, 100_000)).collect();
    let mut bytes = 0;
    for op in large {
        bytes += match honest.push_ops(&[op]).await.status().as_u16() {
            200 => 100_000,
            _ => 0,
        };
    }
    assert!((1_000_000..1_300_000).contains(&bytes), "{bytes}");
}

/// The phone of a person whom the office knows: it has more room than a stranger's, and not without end.
#[tokio::test]
async fn a_verified_person_s_phone_is_bounded_too_and_staff_are_not() {
    let open = Open::start().await;
    let app = &open.app;
    let mut phone = app.phone();
    assert!(applied(
        &phone.say(&booking(person(0), &["2026-11-25T08:30"])).await
    ));
    let mut clerk = app.signed_in("operator.jelutung").await;
    clerk.cookie = None;
    let mut stopped = [0, 0];
    for _ in 0..30 {
        for (n, loud) in [&mut phone, &mut clerk].into_iter().enumerate() {
            let ops: Vec<Value> = (0..50).map(|_| nonsense(loud, 200)).collect();
            if loud.push_ops(&ops).await.status() == 429 {
                stopped[n] += 1;
                loud.next_seq -= 50;
            }
        }
    }
    // It has said one thing before; that is taken which passes the bound.
    assert_eq!(stopped, [30 - 500 / 50, 0]);
    let of = async |phone: &Phone<'_>| {
        let sql = format!(
            "SELECT COALESCE(SUM(length(payload)), 0) FROM op WHERE device = '{}'",
            phone.device
        );
        open.count(Box::leak(sql.into_boxed_str())).await
    };
    let (kept, of_staff) = (of(&phone).await, of(&clerk).await);
    assert!((60_000..120_000).contains(&kept), "{kept}");
    assert!(of_staff > 600_000, "{of_staff}");
    // Neighbours behind the same address notice nothing.
    let mut honest = app.phone();
    let odd = nonsense(&mut honest, 100);
    honest.push(&[odd]).await;
    assert!(of(&honest).await > 0);
}
