//! Bookings as residents make them: one push from each phone, by people of the roll, spread over the
//! slots of the coming month; against a push of the same size that the same server only reads.

use anyhow::{Result, ensure};
use server::clock::Clock;
use shared::{
    booking::State,
    command::{Command, Receipt},
    office::Office,
    resident::Draft,
    slot::SlotStart,
    sync::{OpResult, Pushed},
};

use super::{
    Bench,
    drive::{Drive, Shot, drive},
    office,
    people::{self, Device},
    process::{self, Server},
    report::Report,
    sqlite,
};
use crate::postgres;

const NOOPS: usize = 30_000;
const BOOKINGS: usize = 10_000;
/// Seats of a slot: room for all that a run books, about evenly spread.
pub const SEATS: u16 = 400;

/// Phones that have opened the app, each with the push of its booking.
pub struct Crowd {
    devices: Vec<Device>,
    people: Vec<Draft>,
    slots: Vec<SlotStart>,
    taken: usize,
}

impl Crowd {
    /// Of this office; all of its roll.
    #[must_use]
    pub fn new(office: &Office, people: Vec<Draft>) -> Self {
        let count = u32::try_from(people.len()).unwrap_or(u32::MAX);
        Self {
            devices: (0..count).map(Device::new).collect(),
            people,
            slots: office::slots(office),
            taken: 0,
        }
    }

    /// The next phones are registered: each says something that has no effect.
    pub async fn arrive(&mut self, server: &Server, count: usize) -> Result<Drive> {
        let clock = Clock::system();
        let mut shots = Vec::with_capacity(count);
        for device in self.devices.iter_mut().skip(self.taken).take(count) {
            let op = device.op(&clock, &Command::PrepareTablet {})?;
            shots.push(Shot {
                path: "/api/v1/sync/push",
                device: device.clone(),
                body: Some(people::push(clock.now(), &[op])),
            });
        }
        let done = drive(server, 64, shots).await?;
        done.answers.iter().try_for_each(|answer| answer.good())?;
        Ok(done)
    }

    /// The next phones' bookings.
    pub fn book(&mut self, count: usize) -> Result<Vec<Shot>> {
        let clock = Clock::system();
        let mut shots = Vec::with_capacity(count);
        for n in self.taken..self.taken + count {
            let choices = [n, n + 7].map(|n| self.slots[n % self.slots.len()]);
            let command = people::booking(self.people[n].clone(), choices.to_vec());
            let op = self.devices[n].op(&clock, &command)?;
            shots.push(Shot {
                path: "/api/v1/sync/push",
                device: self.devices[n].clone(),
                body: Some(people::push(clock.now(), &[op])),
            });
        }
        self.taken += count;
        Ok(shots)
    }

    #[must_use]
    pub fn devices(&self) -> &[Device] {
        &self.devices
    }
}

/// Every one of these pushes has got a seat.
pub fn all_confirmed(done: &Drive) -> Result<()> {
    for answer in &done.answers {
        let pushed: Pushed = answer.json()?;
        let result = pushed.results.first().map(|answer| &answer.result);
        let confirmed = matches!(
            result,
            Some(OpResult::Applied {
                receipt: Receipt::Booking { booking },
                ..
            }) if booking.state == State::Confirmed && booking.ticket.is_some()
        );
        ensure!(confirmed, "not booked: {result:?}");
    }
    Ok(())
}

pub async fn on_sqlite(bench: &Bench, report: &mut Report) -> Result<()> {
    let database = sqlite(&bench.folder("booking")?);
    let roll = people::roll(2 * BOOKINGS);
    let office = office::set_up(&database, office::seats(SEATS), &roll).await?;
    let mut crowd = Crowd::new(&office, roll);
    let server = Server::start(bench, "booking", &database).await?;
    let met = crowd.arrive(&server, 2 * BOOKINGS).await?;
    report.put("first_contact.per_s", met.per_s());

    let before = noop(&server, &crowd).await?;
    let mut few = drive(&server, 64, crowd.book(BOOKINGS)?).await?;
    all_confirmed(&few)?;
    let mut many = drive(&server, 256, crowd.book(BOOKINGS)?).await?;
    all_confirmed(&many)?;
    let after = noop(&server, &crowd).await?;
    server.stop()?;
    process::check(bench, &database)?;

    // Before and after, since a shared machine is not always equally fast.
    let noop = f64::midpoint(before.per_s(), after.per_s());
    report.put("noop.per_s", noop);
    let cpu = f64::midpoint(before.cpu_us(), after.cpu_us());
    report.put("noop.cpu_us", cpu);
    few.report("booking.sqlite", report);
    many.report("booking.sqlite_256", report);
    report.put("booking.sqlite.to_noop", few.per_s() / noop);
    report.put("booking.sqlite_256.to_noop", many.per_s() / noop);
    Ok(())
}

/// Pushes of bookings that the server reads, and nothing more.
async fn noop(server: &Server, crowd: &Crowd) -> Result<Drive> {
    let clock = Clock::system();
    let mut shots = Vec::with_capacity(NOOPS);
    for n in 0..NOOPS {
        let n = n % crowd.people.len();
        let choices = [n, n + 7].map(|n| crowd.slots[n % crowd.slots.len()]);
        let command = people::booking(crowd.people[n].clone(), choices.to_vec());
        let mut device = crowd.devices[n].clone();
        let op = device.op(&clock, &command)?;
        shots.push(Shot {
            path: "/api/v1/noop",
            device,
            body: Some(people::push(clock.now(), &[op])),
        });
    }
    let done = drive(server, 64, shots).await?;
    done.answers.iter().try_for_each(|answer| answer.good())?;
    Ok(done)
}

pub async fn on_postgres(bench: &Bench, report: &mut Report) -> Result<()> {
    let database = postgres::database().await;
    let roll = people::roll(BOOKINGS);
    let office = office::set_up(&database, office::seats(SEATS), &roll).await?;
    let mut crowd = Crowd::new(&office, roll);
    let server = Server::start(bench, "postgres", &database).await?;
    crowd.arrive(&server, BOOKINGS).await?;
    let mut done = drive(&server, 64, crowd.book(BOOKINGS)?).await?;
    all_confirmed(&done)?;
    server.stop()?;
    process::check(bench, &database)?;
    done.report("booking.postgres", report);
    Ok(())
}
