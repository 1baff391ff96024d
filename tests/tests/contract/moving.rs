//! From one engine to the other and back.

use crate::{
    base::{Base, MONDAY, Phone, TUESDAY, office},
    roll::listed,
};
use server::{
    clock::Clock,
    maintenance::{
        self,
        moving::{MoveError, Moved, Step, transfer},
    },
    store::{
        Db, Engine, StoreError,
        audit::{self, Entry},
        clocks, meta,
        ops::{self, SavedOp},
        standing::Standing,
    },
    system,
};
use shared::{
    command::{Command, Receipt},
    envelope::Actor,
    ids::{DeviceId, OpId},
    sync::{OpResult, Role},
};
use std::{path::Path, time::Instant};
use tests::{postgres, sim::people, soak};
use uuid::Uuid;

/// A new database on the other engine.
async fn other(base: &Base) -> String {
    match base.db.engine() {
        Engine::Sqlite => postgres::database().await,
        Engine::Postgres => sqlite(&base.folder, "moved.db"),
    }
}

fn sqlite(folder: &Path, name: &str) -> String {
    format!("sqlite:{}", folder.join(name).display())
}

async fn moved(from: &str, to: &str) -> Result<Moved, MoveError> {
    let from = Db::open_alone(from).await.unwrap();
    let to = Db::open_alone(to).await.unwrap();
    let moved = transfer(&from, &to, |_| {}).await;
    from.close().await;
    to.close().await;
    moved
}

async fn lived_in(base: &Base) -> Phone {
    base.set_office(office(people::OFFICE, 7)).await;
    let mut phone = Phone::new();
    base.staff(phone.id, Role::Operator, None).await;
    let mut ops = vec![phone.book(0, MONDAY, false), phone.book(1, TUESDAY, true)];
    let mut unknown = phone.book(2, MONDAY, false);
    unknown["type"] = "teleport".into();
    ops.push(unknown);
    base.push(&phone, ops).await;
    let mut tx = base.db.write().await.unwrap();
    meta::ring(&mut tx, [3; 32]).await.unwrap();
    meta::secret(&mut tx, "audit", [4; 32]).await.unwrap();
    tx.commit().await.unwrap();
    maintenance::heads::keep(&base.db, &base.clock)
        .await
        .unwrap();
    base.assert_clean().await;
    phone
}

pub async fn everything_goes_along_and_devices_notice_nothing(base: &Base) {
    let mut phone = lived_in(base).await;
    let to = other(base).await;
    let epoch = meta::epoch(&mut base.db.read().await.unwrap())
        .await
        .unwrap();
    assert!(matches!(
        Db::open_alone(&base.url).await,
        Err(StoreError::InUse)
    ));
    base.close().await;
    let file = base.folder.join("rekam.db");
    let before = std::fs::read(&file).ok();
    let Ok(Moved::Now { rows, findings }) = moved(&base.url, &to).await else {
        panic!("not moved");
    };
    assert!(rows > 20, "{rows}");
    assert_eq!(findings, []);
    assert_eq!(std::fs::read(&file).ok(), before, "the source stays");
    // Once more: it is all there.
    assert_eq!(moved(&base.url, &to).await.unwrap(), Moved::Before { rows });
    // Back into another one, and that is as the first was.
    let back = match base.url.starts_with("sqlite:") {
        true => sqlite(&base.folder, "back.db"),
        false => postgres::database().await,
    };
    let again = moved(&to, &back).await.unwrap();
    assert!(
        matches!(again, Moved::Now { rows: all, .. } if all == rows),
        "{again:?}"
    );
    assert_eq!(
        moved(&base.url, &back).await.unwrap(),
        Moved::Before { rows }
    );

    let there = base.at(&to).await;
    assert_eq!(
        meta::epoch(&mut there.db.read().await.unwrap())
            .await
            .unwrap(),
        epoch
    );
    let op = phone.book(3, TUESDAY, false);
    let pushed = there.push(&phone, vec![op]).await;
    assert!(
        matches!(
            &pushed.results[0].result,
            OpResult::Applied { receipt: Receipt::Booking { booking }, .. } if booking.seated
        ),
        "{pushed:?}"
    );
    there.assert_clean().await;
    there.close().await;
    // It lives on by itself now.
    let late = moved(&base.url, &to).await;
    assert!(matches!(late, Err(MoveError::NotEmpty)), "{late:?}");
}

pub async fn nothing_goes_where_others_are(base: &Base) {
    lived_in(base).await;
    let to = other(base).await;
    let taken = base.at(&to).await;
    taken.set_office(office(shared::ids::OfficeId(2), 7)).await;
    taken.close().await;
    base.close().await;
    let refused = moved(&base.url, &to).await;
    assert!(matches!(refused, Err(MoveError::NotEmpty)), "{refused:?}");
    let taken = base.at(&to).await;
    assert_eq!(taken.count("SELECT COUNT(*) FROM record").await, 1);
    taken.close().await;
}

/// What is unsound already goes along and is said; an office must not be caught where it is.
pub async fn what_check_says_before_it_says_after(base: &Base) {
    lived_in(base).await;
    let harm = "UPDATE slot SET booked = booked - 1 WHERE booked = 1";
    base.meddle(harm, harm).await;
    let found = maintenance::check(&base.db).await.unwrap();
    assert!(!found.is_empty());
    let to = other(base).await;
    base.close().await;
    let Ok(Moved::Now { findings, .. }) = moved(&base.url, &to).await else {
        panic!("not moved");
    };
    assert_eq!(findings, found);
}

/// A million ops and 50,000 people in less than this.
const MINUTES: u64 = 10;

/// People of a large office, each with an invitation.
async fn many_people(base: &Base, count: usize) {
    let all: Vec<_> = (0..count).map(listed).collect();
    for some in all.chunks(200) {
        let commands = vec![Command::enrol(some.to_vec())];
        let (db, clock) = (&base.db, &base.clock);
        let said = system::say(db, &base.batcher, clock, people::OFFICE, commands).await;
        assert!(matches!(said.unwrap()[0].result, OpResult::Applied { .. }));
    }
}

/// Ops of a large office, in its audit too.
async fn many_ops(db: &Db, count: usize) {
    let clock = Clock::system();
    let device = DeviceId(Uuid::new_v4());
    let command = Command::CancelBooking {
        booking: shared::ids::BookingId(Uuid::nil()),
    };
    let mut phone = Phone::new();
    let refused = phone.op(Actor::Resident, &command).to_string();
    let mut n = 0;
    while n < count {
        let mut tx = db.write().await.unwrap();
        let now = clock.now();
        let mut office = clocks::lock(&mut tx, people::OFFICE).await.unwrap();
        let (mut saved, mut entries) = (Vec::new(), Vec::new());
        for _ in 0..5_000.min(count - n) {
            n += 1;
            let op_id = OpId(clock.new_id());
            let result = OpResult::Quarantined {
                code: shared::problem::Code::Undecodable,
            };
            saved.push(SavedOp {
                op_id,
                device,
                seq: n as u64,
                hash: [7; 32],
                result,
                had_effect: false,
                shift: chrono::TimeDelta::zero(),
                payload: Some(refused.clone()),
            });
            let said = "quarantined undecodable".to_owned();
            let by = "resident".to_owned();
            entries.push(Entry::new(
                now,
                Some(op_id),
                Some(device),
                by,
                "cancel_booking",
                said,
            ));
        }
        ops::save(&mut tx, people::OFFICE, now, &saved)
            .await
            .unwrap();
        audit::append(&mut tx, &mut office, &entries).await.unwrap();
        clocks::save(&mut tx, &office).await.unwrap();
        tx.commit().await.unwrap();
    }
    let mut tx = db.write().await.unwrap();
    let last = [(device, (n as u64, Standing::Heard))].into();
    server::store::devices::save_queues(&mut tx, clock.now(), &last)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

pub async fn a_large_office_moves_in_minutes(base: &Base) {
    lived_in(base).await;
    many_people(base, soak::times(400, 50_000)).await;
    many_ops(&base.db, soak::times(6_000, 1_000_000)).await;
    let to = other(base).await;
    base.close().await;
    let (from, to) = (
        Db::open_alone(&base.url).await.unwrap(),
        Db::open_alone(&to).await.unwrap(),
    );
    let began = Instant::now();
    let mut steps = 0;
    let told = |step: Step<'_>| {
        steps += usize::from(matches!(step, Step::Copying { table: "op", .. }));
    };
    let Ok(Moved::Now { rows, .. }) = transfer(&from, &to, told).await else {
        panic!("not moved");
    };
    assert!(steps >= 2, "it says how far it has come");
    let seconds = began.elapsed().as_secs();
    assert!(seconds < MINUTES * 60, "{seconds} s for {rows} rows");
    soak::report("a move", &[("rows", rows), ("seconds", seconds)]);
    from.close().await;
    to.close().await;
}
