//! The only home of the device's clock and of what is drawn by chance.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use shared::{
    client::QueuedOp,
    ids::{DeviceId, OpId},
    sop::clock::ClockShift,
};
use std::cell::Cell;
use uuid::Uuid;

thread_local! {
    static SHIFT: Cell<ClockShift> = Cell::new(ClockShift::default());
}

/// The device's own clock, right or wrong: for times that the server itself corrects.
#[allow(clippy::disallowed_methods, reason = "the clock's home in the app")]
#[must_use]
pub fn own() -> DateTime<Utc> {
    Utc::now()
}

/// The time: the device's clock, corrected by what the server last said.
#[must_use]
pub fn now() -> DateTime<Utc> {
    corrected(own())
}

/// When the person said an op, as the pages took the time then.
#[must_use]
pub fn of(op: &QueuedOp) -> DateTime<Utc> {
    op.at(shift())
}

/// A moment of the device's own clock, as it is now.
#[must_use]
fn corrected(own: DateTime<Utc>) -> DateTime<Utc> {
    shift().right(own)
}

#[must_use]
pub fn shift() -> ClockShift {
    SHIFT.get()
}

pub fn set_shift(shift: ClockShift) {
    SHIFT.set(shift);
}

/// Ids of ops sort by the time they were made.
#[allow(clippy::disallowed_methods, reason = "the home of ids in the app")]
#[must_use]
pub fn new_op_id() -> OpId {
    OpId(Uuid::now_v7())
}

#[must_use]
pub fn new_device_id() -> DeviceId {
    DeviceId(Uuid::new_v4())
}

/// A device's secret: 32 random bytes, base64url.
#[must_use]
pub fn new_token() -> Option<String> {
    random_bytes::<32>().map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
}

/// Bytes from the browser's source of chance, for tokens and claim codes.
#[must_use]
pub fn random_bytes<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let crypto = web_sys::window()?.crypto().ok()?;
    crypto.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(bytes)
}
