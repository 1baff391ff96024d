//! What is forgotten, when, and how devices learn of it.

use crate::{
    base::{Base, Phone, TUESDAY, office},
    room::{book, receipt},
    rows::{resident, save},
};
use chrono::TimeDelta;
use server::{
    maintenance::{self, Bounds, Swept},
    store::{
        clocks, devices, ops, pull,
        standing::{self, Standing},
    },
    system,
};
use shared::{
    command::{Applicant, Command, Receipt, WalkIn},
    envelope::Actor,
    ids::{BookingId, OfficeId, VisitId},
    problem::Code,
    resident::Resident,
    row::{Change, Entity},
    scope::{Kind, Scope},
    sync::{OpResult, PullRow, Role},
    visit::{Outcome, QueueNumber},
};
use std::time::{Duration, Instant};
use tests::sim::people;
use uuid::Uuid;

async fn sweep(base: &Base) -> Swept {
    maintenance::sweep(&base.db, &base.batcher, &base.clock)
        .await
        .unwrap()
}

async fn walk_in(base: &Base, tablet: &mut Phone, actor: Actor, n: usize) -> VisitId {
    let fact = WalkIn {
        who: Applicant::New(Box::new(people::person(n))),
        queue: QueueNumber::new("A", n as u16 + 1).unwrap(),
        priority: false,
        lease: None,
        unknown_ticket: false,
        at: None,
    };
    let op = tablet.op(actor, &Command::WalkIn(fact));
    match receipt(&base.push(tablet, vec![op]).await) {
        Receipt::Visit { visit, .. } => *visit,
        other => panic!("{other:?}"),
    }
}

async fn pulled(base: &Base, kind: Kind, from: u64) -> Vec<PullRow> {
    let scope = Scope {
        office: people::OFFICE,
        today: base.clock.now().date_naive(),
        kind,
    };
    let mut tx = base.db.read().await.unwrap();
    let page = pull::page(&mut tx, &[(scope, from)], 1_000).await.unwrap();
    page.changes
}

/// Rows that hold the NIK of person `n`, asked of the database itself.
async fn named(base: &Base, n: usize) -> i64 {
    let nik = people::person(n).nik.unwrap();
    let sql = format!(
        "SELECT count(*) FROM record WHERE data LIKE '%{}%'",
        nik.as_str()
    );
    base.count(&sql).await
}

/// An unreadable record of one office: the other one forgets whom it has to, and the sweep says that it failed.
pub async fn one_bad_row_is_no_other_office_s_business(base: &Base) {
    let mut phone = Phone::new();
    for (id, n) in [(1, 0), (2, 1)] {
        base.set_office(office(OfficeId(id), 7)).await;
        phone.office = OfficeId(id);
        let op = phone.book(n, TUESDAY, false);
        let pushed = base.push(&phone, vec![op]).await;
        let Receipt::Booking { booking } = receipt(&pushed) else {
            panic!("{pushed:?}")
        };
        let cancel = Command::CancelBooking {
            booking: booking.id,
        };
        let op = phone.op(Actor::Resident, &cancel);
        base.push(&phone, vec![op]).await;
    }
    let harm = "UPDATE record SET data = '{' WHERE office = 1 AND entity = 'resident'";
    base.meddle(harm, harm).await;
    base.clock.advance(TimeDelta::days(367));
    let swept = maintenance::sweep(&base.db, &base.batcher, &base.clock).await;
    assert!(swept.is_err());
    assert_eq!(named(base, 1).await, 0);
}

/// One who cancelled, one who was recorded without a booking, one whose booking nobody has closed, and
/// one who is only on the roll.
pub async fn a_year_after_the_end_nobody_is_named(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    let people_of_the_roll = vec![people::person(3)];
    let enrol = Command::enrol(people_of_the_roll);
    system::say(
        &base.db,
        &base.batcher,
        &base.clock,
        people::OFFICE,
        vec![enrol],
    )
    .await
    .unwrap();
    let (mut one, first) = book(base, 0).await;
    let cancel = Command::CancelBooking { booking: first };
    let op = one.op(Actor::Resident, &cancel);
    receipt(&base.push(&one, vec![op]).await);
    book(base, 1).await;
    let mut tablet = Phone::new();
    let operator = Actor::User(base.staff(tablet.id, Role::Operator, None).await);
    let visit = walk_in(base, &mut tablet, operator, 2).await;
    let outcome = Outcome::Recorded;
    let op = tablet.op(operator, &Command::CloseVisit { visit, outcome });
    receipt(&base.push(&tablet, vec![op]).await);

    let rows = "SELECT count(*) FROM record WHERE entity IN ('resident', 'booking', 'visit')";
    let before = base.count(rows).await;
    let booked = "SELECT CAST(SUM(booked) AS BIGINT) FROM slot";
    let seats = base.count(booked).await;
    base.clock.advance(TimeDelta::days(364));
    assert_eq!(sweep(base).await, Swept::default());
    base.clock.advance(TimeDelta::days(2));
    let mut tx = base.db.read().await.unwrap();
    let seq = clocks::seq(&mut tx, people::OFFICE).await.unwrap();
    drop(tx);
    assert_eq!(sweep(base).await.residents, 2);
    base.assert_clean().await;
    for (n, left) in [(0, 0), (1, 1), (2, 0), (3, 1)] {
        assert_eq!(named(base, n).await, left, "person {n}");
    }
    assert_eq!(base.count("SELECT count(*) FROM nik_claim").await, 2);
    assert_eq!(
        (base.count(rows).await, base.count(booked).await),
        (before, seats)
    );

    // The head's device learns of it as of any other change; the phone no longer holds anybody.
    let told = pulled(base, Kind::Head, seq).await;
    let people: Vec<Resident> = told
        .iter()
        .filter(|row| row.entity == Entity::Resident)
        .map(|row| serde_json::from_value(row.data.clone()).unwrap())
        .collect();
    assert_eq!(people.len(), 2);
    for person in &people {
        assert_eq!((person.name.as_str(), person.forgotten), ("N.N.", true));
    }
    assert!(people.iter().any(|person| person.recorded_on.is_some()));
    let mut tx = base.db.read().await.unwrap();
    assert_eq!(devices::grants_of(&mut tx, one.id).await.unwrap(), []);
    drop(tx);

    // Again changes nothing, the next day neither.
    let audited = base.count("SELECT count(*) FROM audit").await;
    for _ in 0..2 {
        assert_eq!(sweep(base).await, Swept::default());
        base.clock.advance(TimeDelta::days(1));
    }
    assert_eq!(base.count("SELECT count(*) FROM audit").await, audited);
    // The one who never came is noted so at last, and forgotten a year after that.
    assert_eq!(
        system::tick(&base.db, &base.batcher, &base.clock)
            .await
            .unwrap(),
        1
    );
    assert_eq!(sweep(base).await, Swept::default());
    base.clock.advance(TimeDelta::days(366));
    assert_eq!(sweep(base).await.residents, 1);
    assert_eq!((named(base, 1).await, named(base, 3).await), (0, 1));
    base.assert_clean().await;
}

/// More than one transaction's worth.
pub async fn many_are_forgotten_in_turns(base: &Base) {
    let mut wide = office(people::OFFICE, 60);
    wide.settings.stations = 2;
    wide.settings.unverified_people_per_device = 200;
    base.set_office(wide).await;
    for first in (0..120).step_by(10) {
        let mut phone = Phone::new();
        let people = first..first + 10;
        let ops = people.map(|n| phone.book(n, TUESDAY, false)).collect();
        base.push(&phone, ops).await;
    }
    base.clock.advance(TimeDelta::days(2));
    system::tick(&base.db, &base.batcher, &base.clock)
        .await
        .unwrap();
    base.clock.advance(TimeDelta::days(366));
    assert_eq!(sweep(base).await.residents, 120);
    assert_eq!(base.count("SELECT count(*) FROM nik_claim").await, 0);
    assert_eq!(sweep(base).await, Swept::default());
    base.assert_clean().await;
}

pub async fn what_is_gone_is_forgotten_and_how_far_is_known(base: &Base) {
    let row = |n: usize| (n as u64, Change::from(resident(n)));
    save(base, vec![row(1), row(2), row(3)]).await;
    let gone = Change::Remove(resident(1).id.into());
    save(base, vec![(4, gone)]).await;
    base.clock.advance(TimeDelta::days(30));
    let gone = Change::Remove(resident(2).id.into());
    save(base, vec![(5, gone)]).await;
    let floor = || async {
        let mut tx = base.db.read().await.unwrap();
        clocks::floor(&mut tx, people::OFFICE).await.unwrap()
    };
    let all = "SELECT count(*) FROM record";
    for (days, swept, left, expected) in [(29, 0, 3, 0), (2, 1, 2, 4), (1, 0, 2, 4), (30, 1, 1, 5)]
    {
        base.clock.advance(TimeDelta::days(days));
        assert_eq!(sweep(base).await.gone, swept, "{days} days later");
        assert_eq!((base.count(all).await, floor().await), (left, expected));
    }
    // Whoever pulls from the start gets what is there.
    let rows = pulled(base, Kind::Head, 0).await;
    assert_eq!(rows.iter().map(|row| row.seq).collect::<Vec<_>>(), [3]);
}

pub async fn old_payloads_are_forgotten(base: &Base) {
    let mut phone = Phone::new();
    let nonsense = serde_json::json!({"op_id": uuid::Uuid::new_v4(), "seq": 1});
    phone.seq = 1;
    base.push(&phone, vec![nonsense]).await;
    let kept = "SELECT count(*) FROM op WHERE payload IS NOT NULL";
    for (days, left) in [(29, 1), (2, 0)] {
        base.clock.advance(TimeDelta::days(days));
        sweep(base).await;
        assert_eq!(base.count(kept).await, left, "after {days} more days");
    }
    assert_eq!(base.count("SELECT count(*) FROM op").await, 1);
}

/// Registered as over HTTP, and heard of at the hour.
async fn heard_of(base: &Base, hours: i64) -> Phone {
    let phone = Phone::new();
    let at = base.clock.now() + TimeDelta::hours(hours);
    let mut tx = base.db.write().await.unwrap();
    devices::register_or_check(&mut tx, phone.id, &[1; 32], at)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    phone
}

async fn is_there(base: &Base, phone: &Phone) -> bool {
    let sql = format!("SELECT count(*) FROM device WHERE id = '{}'", phone.id);
    base.count(&sql).await == 1
}

pub async fn strangers_go_first_and_the_oldest_of_them(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    let mut booked = heard_of(base, -9).await;
    let op = booked.book(0, TUESDAY, false);
    base.push(&booked, vec![op]).await;
    let tablet = heard_of(base, -8).await;
    base.staff(tablet.id, Role::Operator, None).await;
    let mut strangers = Vec::new();
    for hours in -7..-2 {
        strangers.push(heard_of(base, hours).await);
    }
    // What it said is put aside, which is no effect.
    let first = &mut strangers[0];
    let mut op = first.book(1, TUESDAY, false);
    op["kind"] = "nonsense".into();
    base.push(first, vec![op]).await;
    let heard = "UPDATE device SET last_contact = registered_at WHERE standing = 0";
    base.meddle(heard, heard).await;

    let bounds = Bounds {
        devices: 2,
        payloads: 0,
        ..Bounds::default()
    };
    let now = base.clock.now();
    assert_eq!(maintenance::bound(&base.db, now, bounds).await.unwrap(), 3);
    for phone in strangers.iter().take(3) {
        assert!(!is_there(base, phone).await);
    }
    for phone in strangers.iter().skip(3).chain([&booked, &tablet]) {
        assert!(is_there(base, phone).await);
    }
    let aside = "SELECT count(*) FROM op WHERE status <> 'applied'";
    assert_eq!(base.count(aside).await, 0);
    base.assert_clean().await;
    // One that was forgotten begins again.
    let mut again = strangers.swap_remove(0);
    let op = again.book(1, TUESDAY, false);
    let pushed = base.push(&again, vec![op]).await;
    let stop = pushed.stopped.unwrap();
    assert_eq!((stop.code, stop.expected), (Code::SeqGap, 1));

    base.clock.advance(TimeDelta::days(31));
    assert_eq!(sweep(base).await.strangers, 2);
    assert!(is_there(base, &booked).await && is_there(base, &tablet).await);
    base.assert_clean().await;
}

pub async fn of_what_strangers_said_the_newest_is_kept(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    let mut strangers = heard_of(base, 0).await;
    let mut tablet = heard_of(base, 0).await;
    base.staff(tablet.id, Role::Operator, None).await;
    for phone in [&mut tablet, &mut strangers] {
        for n in 0..3 {
            let mut op = phone.book(n, TUESDAY, false);
            op["kind"] = "nonsense".into();
            base.push(phone, vec![op]).await;
            base.clock.advance(TimeDelta::seconds(1));
        }
    }
    let bounds = Bounds {
        devices: 9,
        payloads: 1,
        ..Bounds::default()
    };
    maintenance::bound(&base.db, base.clock.now(), bounds)
        .await
        .unwrap();
    let kept = async |phone: &Phone| {
        let sql = format!(
            "SELECT COALESCE(MIN(seq), 0) * 10 + count(*) FROM op WHERE device = '{}' AND payload IS NOT NULL",
            phone.id
        );
        base.count(&sql).await
    };
    assert_eq!((kept(&strangers).await, kept(&tablet).await), (31, 13));
    // The answers go too, long after the text.
    base.clock.advance(TimeDelta::days(91));
    let swept = sweep(base).await;
    assert_eq!((swept.strangers, swept.answers), (1, 3));
    base.assert_clean().await;
}

/// What comes to nothing leaves few answers, and what had an effect is never done again for that.
pub async fn of_answers_without_effect_the_newest_are_kept(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    let mut tablet = heard_of(base, 0).await;
    let operator = base.staff(tablet.id, Role::Operator, None).await;
    let mut phone = heard_of(base, 0).await;
    let booked = phone.book(0, TUESDAY, false);
    base.push(&phone, vec![booked.clone()]).await;
    let left = async |phone: &Phone| {
        let sql = format!(
            "SELECT count(*) FROM op WHERE device = '{}' AND status <> 'applied'",
            phone.id
        );
        base.count(&sql).await
    };
    for (device, actor) in [
        (&mut tablet, Actor::User(operator)),
        (&mut phone, Actor::Resident),
    ] {
        for many in [50, 50, 50, 50, 10] {
            let booking = BookingId(Uuid::new_v4());
            let unknown = Command::CancelBooking { booking };
            let ops: Vec<_> = (0..many).map(|_| device.op(actor, &unknown)).collect();
            base.push(device, ops).await;
            base.clock.advance(TimeDelta::seconds(1));
        }
    }
    assert_eq!((left(&tablet).await, left(&phone).await), (210, 200));
    // The op with an effect is answered as before, and not done twice.
    let again = base.push(&phone, vec![booked]).await;
    assert!(again.results[0].replayed, "{again:?}");
    let bookings = "SELECT count(*) FROM record WHERE entity = 'booking'";
    assert_eq!(base.count(bookings).await, 1);

    let bounds = Bounds {
        answers: 40,
        ..Bounds::default()
    };
    let now = base.clock.now();
    maintenance::bound(&base.db, now, bounds).await.unwrap();
    // Those of one moment go together.
    assert_eq!((left(&tablet).await, left(&phone).await), (210, 60));
    base.assert_clean().await;
    // One whose answer is gone is not taken again in its place.
    let mut late = Phone { seq: 1, ..phone };
    let op = late.book(1, TUESDAY, false);
    let pushed = base.push(&late, vec![op]).await;
    assert_eq!(pushed.stopped.unwrap().code, Code::DeviceForked);
    assert_eq!(base.count(bookings).await, 1);
}

/// A phone of a verified person keeps more than a stranger's, and not without end.
pub async fn what_known_phones_said_is_bounded_too(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    let mut known = heard_of(base, 0).await;
    let raise = format!("UPDATE device SET standing = 2 WHERE id = '{}'", known.id);
    base.meddle(&raise, &raise).await;
    for n in 0..4 {
        let mut op = known.book(n, TUESDAY, false);
        op["kind"] = "nonsense".into();
        base.push(&known, vec![op]).await;
        base.clock.advance(TimeDelta::seconds(1));
    }
    let bound = async |payloads_of_known| {
        let bounds = Bounds {
            payloads: 0,
            payloads_of_known,
            ..Bounds::default()
        };
        let now = base.clock.now();
        maintenance::bound(&base.db, now, bounds).await.unwrap();
        base.count("SELECT count(*) FROM op WHERE payload IS NOT NULL")
            .await
    };
    assert_eq!((bound(9).await, bound(3).await), (4, 3));
    base.assert_clean().await;
}

/// Ops that nobody is asked about do not hide those that wait for the head, on the same device either.
pub async fn what_waits_for_the_head_is_not_hidden(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    let mut tablet = Phone::new();
    let id = base.staff(tablet.id, Role::Operator, None).await;
    let (actor, wish) = (Actor::User(id), Command::PrepareTablet {});
    let mut nonsense = tablet.op(actor, &wish);
    nonsense["kind"] = "nonsense".into();
    let mut ops = vec![nonsense];
    ops.extend([&Command::SignOut {}, &wish].map(|command| tablet.op(actor, command)));
    base.push(&tablet, ops).await;
    let mut tx = base.db.read().await.unwrap();
    let waiting = ops::waiting(&mut tx, people::OFFICE, None, (1, 1)).await;
    let codes: Vec<OpResult> = waiting.unwrap().into_iter().map(|op| op.result).collect();
    let code = Code::SignedOut;
    assert_eq!(codes, [OpResult::Quarantined { code }]);
}

/// A flood was put aside and forgotten: what waits is found beside it at once.
pub async fn what_was_forgotten_is_not_walked_through(base: &Base) {
    base.set_office(office(people::OFFICE, 7)).await;
    let mut phone = heard_of(base, 0).await;
    let mut op = phone.book(0, TUESDAY, false);
    op["kind"] = "nonsense".into();
    base.push(&phone, vec![op]).await;
    let columns = "(op_id, device, seq, hash, office, status, result, received_at, shift)";
    let flood = |series: &str, id: &str| {
        format!(
            "INSERT INTO op {columns}
            SELECT {id}, '{}', 1000 + n, '', {}, 'quarantined',
                '{{\"result\":\"quarantined\",\"code\":\"undecodable\"}}', n, 0 FROM {series}",
            phone.id,
            people::OFFICE
        )
    };
    let series = "(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 200000)
        SELECT n FROM c)";
    base.meddle(
        &flood(series, "'x' || n"),
        &flood("generate_series(1, 200000) AS s(n)", "'x' || n"),
    )
    .await;
    base.meddle("ANALYZE", "ANALYZE").await;
    // Looking at each of them once takes so long here and now.
    let (mut walk, mut found) = (Duration::MAX, Duration::MAX);
    for _ in 0..5 {
        let began = Instant::now();
        let all = "SELECT count(*) FROM op WHERE payload IS NULL AND seq % 7 = 1";
        assert!(base.count(all).await > 20_000);
        walk = walk.min(began.elapsed());
        let mut tx = base.db.write().await.unwrap();
        let began = Instant::now();
        let waiting = ops::waiting(&mut tx, people::OFFICE, None, (1_000, 1_000)).await;
        assert!(waiting.unwrap().is_empty());
        let strangers = Standing::Stranger..=Standing::Heard;
        let above = standing::payloads_above(&mut tx, strangers, 0).await;
        assert_eq!(above.unwrap().len(), 1);
        let past = base.clock.now() - TimeDelta::days(1);
        assert_eq!(ops::forget_payloads(&mut tx, past).await.unwrap(), 0);
        found = found.min(began.elapsed());
    }
    assert!(found < walk, "{found:?} of {walk:?}");
}
