//! The next queue number: this tablet's letters and its own counter, which goes on after a reload
//! and counts numbers that only the outbox knows.

use crate::clock;
use chrono::NaiveDate;
use shared::{
    client::QueuedOp,
    ids::DeviceId,
    lease::Tablet,
    office::Office,
    row::{Entity, Key},
    visit::{QueueNumber, Visit},
    world::World,
};
use std::cell::RefCell;

/// The letters of this tablet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letters {
    pub text: String,
    /// Not given by the office yet: made from the device's id, in a range the office never gives.
    pub provisional: bool,
}

pub fn letters(world: &World, device: DeviceId) -> Letters {
    match world.get::<Tablet>(Key(Entity::Tablet, device.0)) {
        Some(tablet) => Letters {
            text: tablet.letters.clone(),
            provisional: false,
        },
        None => Letters {
            text: provisional(device),
            provisional: true,
        },
    }
}

/// `X` and two letters: an office would need 17,000 tablets to give them out.
fn provisional(device: DeviceId) -> String {
    let letter = |byte: Option<&u8>| char::from(b'A' + byte.copied().unwrap_or_default() % 26);
    let bytes = device.0.as_bytes();
    ['X', letter(bytes.get(14)), letter(bytes.get(15))]
        .iter()
        .collect()
}

thread_local! {
    /// The last number given out in this tab: two quick touches never get the same one, even
    /// before the first is written.
    static LAST: RefCell<Option<(NaiveDate, String, u16)>> = const { RefCell::new(None) };
}

/// Takes the next number of the day.
pub fn take<'a>(
    world: &World,
    ops: impl Iterator<Item = &'a QueuedOp>,
    office: &Office,
    device: DeviceId,
    today: NaiveDate,
) -> Option<QueueNumber> {
    let letters = letters(world, device).text;
    let seen = world
        .all::<Visit>()
        .filter(|visit| visit.day == today)
        .map(|visit| visit.queue.clone());
    let said = ops
        .filter(|op| office.today(clock::of(op)) == today)
        .filter_map(given);
    let highest = seen
        .chain(said)
        .filter(|number| number.letters() == letters)
        .map(|number| number.number())
        .max()
        .unwrap_or_default();
    LAST.with_borrow_mut(|last| {
        let issued = match last {
            Some((day, of, number)) if *day == today && *of == letters => *number,
            _ => 0,
        };
        let next = highest.max(issued).checked_add(1)?;
        *last = Some((today, letters.clone(), next));
        QueueNumber::new(&letters, next).ok()
    })
}

/// The number that a command of the outbox gave out.
fn given(op: &QueuedOp) -> Option<QueueNumber> {
    match op.envelope.kind.as_str() {
        "confirm_arrival" | "walk_in" => {
            serde_json::from_value(op.envelope.payload.get("queue")?.clone()).ok()
        }
        _ => None,
    }
}
