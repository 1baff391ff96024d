//! Down and up for one tablet: 10,000 changes into an empty one, one changed row, and a day's queue of
//! 1,000 ops after an outage.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use server::clock::Clock;
use shared::{
    command::{Applicant, Command, WalkIn},
    ids::VisitId,
    resident::Draft,
    sync::{Cursor, OpAnswer, OpResult, PUSH_OPS, PullRow, Pulled, Pushed},
    visit::{Outcome, QueueNumber},
};

use super::{
    Bench,
    booking::{Crowd, SEATS, all_confirmed},
    drive::drive,
    office,
    people::{self, Device},
    process::{self, Server},
    report::{Report, percentile},
    sqlite,
    wire::Line,
};

/// Each booking changes its resident's row too.
const BOOKINGS: usize = 5_000;
const TIMES: usize = 5;
const ONES: usize = 100;
/// Three ops each.
const WALK_INS: usize = 334;

/// Everything that a device may hold.
pub struct All {
    pub changes: Vec<PullRow>,
    pub cursor: Cursor,
    /// As packed on the wire.
    pub bytes: usize,
}

pub fn path(cursor: &Cursor) -> Result<String> {
    let cursor = URL_SAFE_NO_PAD.encode(serde_json::to_vec(cursor)?);
    Ok(format!("/api/v1/sync/pull?cursor={cursor}"))
}

/// Pulls page after page into an empty device, packed as browsers ask for it, and reads every row.
pub async fn all(line: &mut Line, device: &Device) -> Result<All> {
    let mut all = All {
        changes: Vec::new(),
        cursor: Cursor::default(),
        bytes: 0,
    };
    loop {
        let answer = line.get_packed(&path(&all.cursor)?, device).await?;
        all.bytes += answer.body.len();
        let page: Pulled = answer.read()?;
        all.changes.extend(page.changes);
        all.cursor = page.cursor;
        if !page.more {
            return Ok(all);
        }
    }
}

pub async fn measure(bench: &Bench, report: &mut Report) -> Result<()> {
    let database = sqlite(&bench.folder("pull")?);
    let mut roll = people::roll(BOOKINGS + ONES + WALK_INS);
    let walk_ins = roll.split_off(BOOKINGS + ONES);
    let office = office::set_up(&database, office::seats(SEATS), &roll).await?;
    let mut crowd = Crowd::new(&office, roll);
    let server = Server::start(bench, "pull", &database).await?;
    crowd.arrive(&server, BOOKINGS + ONES).await?;
    all_confirmed(&drive(&server, 64, crowd.book(BOOKINGS)?).await?)?;

    let mut line = Line::open(server.addr).await?;
    let mut tablet = Device::new(1_000_000);
    tablet.sign_in(&mut line, "operator.jelutung").await?;
    let cursor = many(&mut line, &tablet, report).await?;
    // Another tablet of the office goes on from there: one alone would ask too often.
    let mut other = Device::new(1_000_001);
    other.sign_in(&mut line, "operator2.jelutung").await?;
    one(&mut line, &mut crowd, &other, cursor, report).await?;
    drain(&mut line, &mut tablet, walk_ins, report).await?;
    server.stop()?;
    process::check(bench, &database)
}

/// A pull that goes on from somewhere also names rows that a tablet may not see, as gone.
fn seen(changes: &[PullRow]) -> usize {
    changes.iter().filter(|row| !row.deleted).count()
}

/// 10,000 changes: the roll and its bookings.
async fn many(line: &mut Line, tablet: &Device, report: &mut Report) -> Result<Cursor> {
    let mut seconds = Vec::new();
    let mut last = None;
    for _ in 0..TIMES {
        let began = Instant::now();
        last = Some(all(line, tablet).await?);
        seconds.push(began.elapsed().as_secs_f64());
    }
    let all = last.context("pulled at least once")?;
    let rows = seen(&all.changes);
    let expected = 2 * BOOKINGS + ONES + 1;
    ensure!(rows == expected, "{rows} rows, not {expected}");
    let seconds = percentile(&mut seconds, 0.5) * 10_000.0 / rows as f64;
    report.put("pull.all_s", seconds);
    report.put("pull.rows_per_s", 10_000.0 / seconds);
    report.put("pull.bytes", all.bytes as f64);
    Ok(all.cursor)
}

/// One booking after the other, each pulled by the tablet: two rows, the resident's with it.
async fn one(
    line: &mut Line,
    crowd: &mut Crowd,
    tablet: &Device,
    mut cursor: Cursor,
    report: &mut Report,
) -> Result<()> {
    let mut millis = Vec::with_capacity(ONES);
    for shot in crowd.book(ONES)? {
        let body = shot.body.context("a booking has a body")?;
        line.post(shot.path, Some(&shot.device), body)
            .await?
            .good()?;
        let began = Instant::now();
        let answer = line.get_packed(&path(&cursor)?, tablet).await?;
        let page: Pulled = answer.read()?;
        millis.push(began.elapsed().as_secs_f64() * 1e3);
        let rows = seen(&page.changes);
        ensure!(rows == 2, "a booking changed {rows} rows");
        cursor = page.cursor;
    }
    report.put("pull.one_ms", percentile(&mut millis, 0.5));
    report.put("pull.one_p95_ms", percentile(&mut millis, 0.95));
    Ok(())
}

/// A day's walk-ins, called and closed, pushed after the network came back.
async fn drain(
    line: &mut Line,
    tablet: &mut Device,
    walk_ins: Vec<Draft>,
    report: &mut Report,
) -> Result<()> {
    let clock = Clock::system();
    let mut ops = Vec::new();
    for (number, person) in (1..).zip(walk_ins) {
        let arrival = tablet.op(
            &clock,
            &Command::WalkIn(WalkIn {
                who: Applicant::New(Box::new(person)),
                queue: QueueNumber::new("A", number)?,
                priority: false,
                lease: None,
                unknown_ticket: false,
                at: None,
            }),
        )?;
        let visit = VisitId(arrival.op_id.derive(0));
        ops.push(arrival);
        ops.push(tablet.op(&clock, &Command::CallVisit { visit })?);
        let outcome = Outcome::Recorded;
        ops.push(tablet.op(&clock, &Command::CloseVisit { visit, outcome })?);
    }
    let began = Instant::now();
    for ops in ops.chunks(PUSH_OPS) {
        let body = people::push(clock.now(), ops);
        let answer = line.post("/api/v1/sync/push", Some(tablet), body).await?;
        let pushed: Pushed = answer.json()?;
        let applied = |a: &OpAnswer| matches!(a.result, OpResult::Applied { .. });
        let all = pushed.results.len() == ops.len() && pushed.results.iter().all(applied);
        ensure!(all, "not all were applied: {pushed:?}");
    }
    let count = ops.len() as f64;
    report.put("drain.ops_per_s", count / began.elapsed().as_secs_f64());
    Ok(())
}
