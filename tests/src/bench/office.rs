//! One office with a roll and accounts, set up by the same commands as a real one.

use anyhow::{Result, ensure};
use server::{
    Backend,
    clock::Clock,
    demo::load::{self, Extent},
    system,
};
use shared::{
    command::Command,
    ids::OpId,
    office::{Office, Settings},
    resident::Draft,
    slot::SlotStart,
    sync::OpResult,
};

use crate::harness::{DEMO, OFFICE};

/// People in one command of enrolment, at most.
const CHUNK: usize = 200;

/// Fills an empty database.
pub async fn set_up(database: &str, settings: Settings, roll: &[Draft]) -> Result<Office> {
    let clock = Clock::system();
    let backend = Backend::open(database, clock.clone()).await?;
    let extent = Extent {
        residents: 0,
        life: false,
        plan: false,
    };
    load::load(&backend, extent).await?;
    let office = Office {
        settings,
        ..DEMO.office()
    };
    let mut commands = vec![Command::SetOffice {
        office: Box::new(office.clone()),
    }];
    commands.extend(
        roll.chunks(CHUNK)
            .map(|people| Command::enrol(people.to_vec())),
    );
    let commands: Vec<_> = commands
        .into_iter()
        .map(|command| (OpId(clock.new_id()), command))
        .collect();
    let answers = system::submit(
        &backend.db,
        &backend.batcher,
        &backend.clock,
        OFFICE,
        &commands,
    );
    for answer in answers.await? {
        let applied = matches!(answer.result, OpResult::Applied { .. });
        ensure!(applied, "the office was turned down: {:?}", answer.result);
    }
    backend.close().await;
    Ok(office)
}

/// Settings with seats for this many bookings a slot.
#[must_use]
pub fn seats(a_slot: u16) -> Settings {
    let default = Settings::default();
    let turns = default.slot_minutes / default.minutes_per_recording;
    // A quarter of the seats is kept for people without a booking.
    let stations = (a_slot * 4 / 3).div_ceil(turns) + 1;
    Settings {
        stations,
        ..default
    }
}

/// The office's slots from tomorrow to the end of its window.
#[must_use]
pub fn slots(office: &Office) -> Vec<SlotStart> {
    let now = Clock::system().now();
    let tomorrow = office.today(now).iter_days().skip(1);
    tomorrow
        .take_while(|day| *day <= office.window_end(now))
        .filter_map(|day| office.slots(day).ok())
        .flatten()
        .map(|plan| plan.start)
        .collect()
}
