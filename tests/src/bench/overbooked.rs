//! 200 phones want the same 7 seats at the same moment, again and again. What was sold is counted in
//! the answers, and once more in the rows that the office's head pulls.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use server::clock::Clock;
use shared::{
    booking::{Booking, State},
    command::Receipt,
    office::Settings,
    problem::Code,
    row::{Change, Of},
    slot::SlotStart,
    sync::{OpResult, Pushed},
};

use super::{
    Bench,
    drive::{Shot, drive},
    office,
    people::{self, Device},
    process::{self, Server},
    pull,
    report::Report,
    sqlite,
    wire::Line,
};
use crate::postgres;

const CLIENTS: usize = 200;
const SEATS: u16 = 7;
const ROUNDS: usize = 50;

pub async fn measure(bench: &Bench, report: &mut Report) -> Result<()> {
    let on_sqlite = rounds(bench, &sqlite(&bench.folder("overbooked")?)).await?;
    let on_postgres = rounds(bench, &postgres::database().await).await?;
    report.put("overbooked", on_sqlite + on_postgres);
    Ok(())
}

/// Seats sold beyond those there were.
async fn rounds(bench: &Bench, database: &str) -> Result<f64> {
    let settings = Settings {
        stations: SEATS,
        minutes_per_recording: 60,
        walk_in_percent: 0,
        // Else the wish could end as a request without a seat.
        unverified_percent: 100,
        ..Settings::default()
    };
    let roll = people::roll(CLIENTS + ROUNDS * usize::from(SEATS));
    let office = office::set_up(database, settings, &roll).await?;
    let whole = |slot: &SlotStart| office.slot(*slot).is_some_and(|plan| plan.seats == SEATS);
    let slots: Vec<SlotStart> = office::slots(&office).into_iter().filter(whole).collect();
    ensure!(
        slots.len() >= ROUNDS,
        "only {} slots in the window",
        slots.len()
    );
    let server = Server::start(bench, "overbooked", database).await?;

    let clock = Clock::system();
    let mut devices: Vec<Device> = (0..).map(Device::new).take(CLIENTS).collect();
    let mut waiting = roll.into_iter();
    let mut wanting: Vec<_> = waiting.by_ref().take(CLIENTS).collect();
    let mut sold: BTreeMap<SlotStart, u16> = BTreeMap::new();
    for slot in slots.into_iter().take(ROUNDS) {
        let mut shots = Vec::with_capacity(CLIENTS);
        let mut places = BTreeMap::new();
        for (place, (device, person)) in devices.iter_mut().zip(&wanting).enumerate() {
            let op = device.op(&clock, &people::booking(person.clone(), vec![slot]))?;
            places.insert(op.op_id, place);
            shots.push(Shot {
                path: "/api/v1/sync/push",
                device: device.clone(),
                body: Some(people::push(clock.now(), &[op])),
            });
        }
        let done = drive(&server, CLIENTS, shots).await?;
        for answer in &done.answers {
            let pushed: Pushed = answer.json()?;
            let answer = pushed.results.first().context("an op was not answered")?;
            if is_seated(&answer.result, slot)? {
                *sold.entry(slot).or_default() += 1;
                // Whoever has a seat makes room for somebody who has none.
                wanting[places[&answer.op_id]] = waiting.next().context("nobody is left")?;
            }
        }
    }
    let stored = stored(&server).await?;
    server.stop()?;
    process::check(bench, database)?;
    ensure!(
        stored == sold,
        "answers and rows differ: {sold:?}, {stored:?}"
    );
    ensure!(
        sold.len() == ROUNDS && sold.values().all(|n| *n >= SEATS),
        "seats were left: {sold:?}"
    );
    let over = stored.values().map(|n| f64::from(n.saturating_sub(SEATS)));
    Ok(over.sum())
}

fn is_seated(result: &OpResult, slot: SlotStart) -> Result<bool> {
    match result {
        OpResult::Applied {
            receipt: Receipt::Booking { booking },
            ..
        } if booking.state == State::Confirmed && booking.slot == Some(slot) => Ok(true),
        OpResult::Rejected(problem) if problem.code == Code::SlotFull => Ok(false),
        other => bail!("neither a seat nor none: {other:?}"),
    }
}

/// Confirmed bookings of each slot, as the head's device holds them.
async fn stored(server: &Server) -> Result<BTreeMap<SlotStart, u16>> {
    let mut line = Line::open(server.addr).await?;
    let mut head = Device::new(1_000_000);
    head.sign_in(&mut line, "head.jelutung").await?;
    let mut sold = BTreeMap::new();
    for change in pull::all(&mut line, &head).await?.changes {
        let Change::Put(row) = change.change()? else {
            continue;
        };
        if let Some(booking) = Booking::of(&row).filter(|b| b.state == State::Confirmed) {
            *sold
                .entry(booking.slot.context("confirmed without a slot")?)
                .or_default() += 1;
        }
    }
    Ok(sold)
}
