//! Whether an office that has taken a million bookings answers as fast as one that has taken a
//! thousand: the free slots, a resident's own rows, and what is new for a tablet.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use shared::{
    slot::DayOffer,
    sync::{Cursor, Pulled},
};

use super::{
    Bench,
    booking::Crowd,
    drive::drive,
    people::{self, Device},
    process::Server,
    pull::path,
    report::{Report, percentile},
    stock::{self, Stock},
    wire::Line,
};

const SIZES: [(usize, &str); 4] = [
    (1_000, "rows_1e3"),
    (10_000, "rows_1e4"),
    (100_000, "rows_1e5"),
    (1_000_000, "rows_1e6"),
];
/// Requests of each kind to each server.
const TIMES: usize = 400;
/// Phones that take turns: one alone would ask more often than a device may.
const PHONES: usize = 8;
/// Changes that a tablet has not seen.
const NEWS: u64 = 20;

struct Place {
    name: &'static str,
    server: Server,
    line: Line,
    phones: Vec<Device>,
    tablets: Vec<Device>,
    cursor: Cursor,
    slots: Vec<f64>,
    pulls: Vec<f64>,
}

pub async fn measure(bench: &Bench, report: &mut Report) -> Result<()> {
    let mut places = Vec::new();
    for (bookings, name) in SIZES {
        let stock = stock::open(bench, bookings).await?;
        places.push(Place::open(bench, name, &stock).await?);
    }
    // Turn by turn, so that whatever else the machine does concerns all sizes alike.
    for turn in 0..TIMES {
        for place in &mut places {
            place.ask(turn).await?;
        }
    }
    let mut ends = Vec::new();
    for mut place in places {
        let slots = percentile(&mut place.slots, 0.95);
        let pulls = percentile(&mut place.pulls, 0.95);
        report.put(format!("slots.p95_ms.{}", place.name), slots);
        report.put(format!("pull.p95_ms.{}", place.name), pulls);
        ends.push((slots, pulls));
        place.server.stop()?;
    }
    let (first, last) = (
        ends.first().context("sizes")?,
        ends.last().context("sizes")?,
    );
    report.put("slots.p95_ratio", last.0 / first.0);
    report.put("pull.p95_ratio", last.1 / first.1);
    Ok(())
}

impl Place {
    async fn open(bench: &Bench, name: &'static str, stock: &Stock) -> Result<Self> {
        // A copy would take longer than what the phones add.
        let server = Server::start(bench, name, &stock.database).await?;
        let mut line = Line::open(server.addr).await?;
        let mut crowd = Crowd::new(&stock.office, people::roll(PHONES));
        crowd.arrive(&server, PHONES).await?;
        // In a database of an earlier run they have booked already, which `ask` would notice.
        drive(&server, 1, crowd.book(PHONES)?).await?;
        let mut tablets = Vec::new();
        for n in 0..PHONES {
            let mut tablet = Device::new(1_000_000 + u32::try_from(n)?);
            tablet.sign_in(&mut line, "operator.jelutung").await?;
            tablets.push(tablet);
        }
        let first: Pulled = line
            .get(&path(&Cursor::default())?, tablets.first())
            .await?
            .json()?;
        let mut cursor = first.cursor;
        for scope in cursor.scopes.values_mut() {
            scope.seq = stock.seq - NEWS;
        }
        Ok(Self {
            name,
            server,
            line,
            phones: crowd.devices().to_vec(),
            tablets,
            cursor,
            slots: Vec::with_capacity(TIMES),
            pulls: Vec::with_capacity(2 * TIMES),
        })
    }

    async fn ask(&mut self, turn: usize) -> Result<()> {
        let began = Instant::now();
        let answer = self.line.get("/api/v1/offices/1/slots", None).await?;
        self.slots.push(began.elapsed().as_secs_f64() * 1e3);
        let days: Vec<DayOffer> = answer.json()?;
        ensure!(days.iter().any(|day| day.free() > 0), "nothing is free");

        let phone = &self.phones[turn % PHONES];
        let own = timed(&mut self.line, &Cursor::default(), phone, &mut self.pulls).await?;
        // The office, the resident, and the booking.
        ensure!(own.changes.len() >= 3, "{} own rows", own.changes.len());
        let tablet = &self.tablets[turn % PHONES];
        let news = timed(&mut self.line, &self.cursor, tablet, &mut self.pulls).await?;
        ensure!(!news.changes.is_empty(), "nothing is new");
        Ok(())
    }
}

async fn timed(
    line: &mut Line,
    cursor: &Cursor,
    device: &Device,
    times: &mut Vec<f64>,
) -> Result<Pulled> {
    let path = path(cursor)?;
    let began = Instant::now();
    let answer = line.get(&path, Some(device)).await?;
    times.push(began.elapsed().as_secs_f64() * 1e3);
    answer.json()
}
