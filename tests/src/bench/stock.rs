//! Databases that hold a thousand to a million bookings of one office: written through the store in
//! bulk, kept for the next run of the same day. What is to come is the same in all of them; the rest
//! is the past.

use anyhow::{Context, Result};
use chrono::{DateTime, Days, NaiveDate, Utc};
use server::{
    clock::Clock,
    store::{
        Db, clocks,
        rows::{self, Numbered},
    },
};
use shared::{
    booking::{Booking, State, TicketCode},
    ids::{BookingId, ResidentId},
    office::Office,
    resident::{Active, Draft, Resident, Source},
    row::Row,
    slot::{Slot, SlotPlan},
};
use std::{collections::BTreeMap, path::PathBuf};
use uuid::Uuid;

use super::{Bench, office, people};
use crate::harness::OFFICE;

/// Bookings of the coming month, in every database.
const TO_COME: usize = 800;
/// Rows in one transaction.
const CHUNK: usize = 20_000;
/// So that the past of the largest one is about a year: on Fridays some slots have half of them.
const SEATS: u16 = 1_600;

/// A database and how far its log has come.
pub struct Stock {
    pub database: String,
    pub office: Office,
    pub seq: u64,
}

/// The database with this many bookings, made unless it is there.
pub async fn open(bench: &Bench, bookings: usize) -> Result<Stock> {
    let day = Clock::system().now().date_naive();
    let folder = bench.work.join("stock");
    std::fs::create_dir_all(&folder)?;
    forget_other_days(&folder, day)?;
    let file = folder.join(format!("{day}-{bookings}.db"));
    if !file.exists() {
        let unfinished = folder.join(format!("{day}-{bookings}.part"));
        for end in ["", "-wal", "-shm"] {
            let mut name = unfinished.clone().into_os_string();
            name.push(end);
            super::process::remove(&PathBuf::from(name))?;
        }
        fill(&format!("sqlite:{}", unfinished.display()), bookings).await?;
        std::fs::rename(unfinished, &file)?;
    }
    let database = format!("sqlite:{}", file.display());
    let db = Db::open(&database).await?;
    let mut tx = db.read().await?;
    let seq = clocks::seq(&mut tx, OFFICE).await?;
    let office = rows::offices(&mut tx).await?;
    drop(tx);
    db.close().await;
    let office = office.into_iter().find(|office| office.id == OFFICE);
    Ok(Stock {
        database,
        office: office.context("the office is there")?,
        seq,
    })
}

fn forget_other_days(folder: &std::path::Path, day: NaiveDate) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if !entry
            .file_name()
            .to_string_lossy()
            .starts_with(&day.to_string())
        {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

async fn fill(database: &str, bookings: usize) -> Result<()> {
    let office = office::set_up(database, office::seats(SEATS), &[]).await?;
    let db = Db::open(database).await?;
    let now = Clock::system().now();
    let mut made = Made::new(&office, now);
    let mut left = bookings;
    while left > 0 {
        let count = left.min(CHUNK / 2);
        let mut tx = db.write().await?;
        let mut clock = clocks::lock(&mut tx, OFFICE).await?;
        let mut changes = Vec::with_capacity(count * 2);
        for _ in 0..count {
            let (resident, booking) = made.next();
            for row in [Row::from(resident), booking.into()] {
                clock.seq += 1;
                let change = row.into();
                changes.push(Numbered {
                    seq: clock.seq,
                    change,
                });
            }
        }
        if left == count {
            let taken = made.slots.values().cloned();
            changes.extend(taken.map(|slot| Numbered {
                seq: 0,
                change: slot.into(),
            }));
        }
        rows::save(&mut tx, OFFICE, now, &changes).await?;
        clocks::save(&mut tx, &clock).await?;
        tx.commit().await?;
        left -= count;
    }
    db.close().await;
    Ok(())
}

/// Makes bookings: first those to come, then back into the past.
struct Made {
    office: Office,
    now: DateTime<Utc>,
    people: Vec<Draft>,
    to_come: Vec<SlotPlan>,
    past: Vec<SlotPlan>,
    slots: BTreeMap<String, Slot>,
    count: usize,
}

impl Made {
    fn new(office: &Office, now: DateTime<Utc>) -> Self {
        let today = office.today(now);
        let plans = |days: Vec<NaiveDate>| -> Vec<SlotPlan> {
            let days = days.into_iter().filter_map(|day| office.slots(day).ok());
            days.flatten().collect()
        };
        let ahead = (1..=28).map(|n| today + Days::new(n)).collect();
        let back = (1..=400).map(|n| today - Days::new(n)).collect();
        Self {
            to_come: plans(ahead),
            past: plans(back),
            people: people::roll(1_000),
            slots: BTreeMap::new(),
            office: office.clone(),
            now,
            count: 0,
        }
    }

    fn next(&mut self) -> (Resident, Booking) {
        let n = self.count;
        self.count += 1;
        let is_past = n >= TO_COME;
        let plans = if is_past { &self.past } else { &self.to_come };
        let plan = plans[n % plans.len()];
        let slot = self
            .slots
            .entry(plan.start.to_string())
            .or_insert_with(|| Slot::new(OFFICE, plan));
        *slot = slot.clone().claim(true, 30).expect("seats for all");
        let id = u128::try_from(n).expect("it fits") << 8;
        let draft = self.people[n % self.people.len()].clone();
        let mut resident =
            draft.into_resident(ResidentId(Uuid::from_u128(id)), OFFICE, Source::Roll);
        let booking = BookingId(Uuid::from_u128(id + 1));
        resident.recorded_on = is_past.then(|| plan.start.date());
        resident.active = (!is_past).then(|| Active {
            booking,
            day: Some(plan.start.date()),
            to_call: false,
        });
        let booking = Booking {
            id: booking,
            office: OFFICE,
            resident: resident.id,
            kelurahan: resident.kelurahan.clone(),
            state: if is_past {
                State::Ended { recorded: true }
            } else {
                State::Confirmed
            },
            slot: Some(plan.start),
            seated: true,
            choices: vec![plan.start],
            any_that_week: false,
            wait_if_full: false,
            priority: false,
            priority_unseen: false,
            verified: true,
            code: TicketCode::of(booking),
            ticket: Some(format!("RK{}", "A".repeat(115))),
            requested_at: self.office.starts(plan.start) - chrono::TimeDelta::days(9),
            decided_at: Some(self.now),
            no_shows: 0,
            visit: None,
            before_arrival: None,
            session: None,
            offer: None,
            offers_missed: 0,
            waiting_since: None,
            moved_by_office: false,
        };
        (resident, booking)
    }
}
