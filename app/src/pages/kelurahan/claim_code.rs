//! The claim code of a slip: drawn on this device, so that a slip can be printed without a network,
//! and kept here only until it is printed, for seven days at most.

use crate::{
    clock,
    state::{Rekam, SaveError, drafts},
};
use shared::{booking::Booking, command::Command, ids::BookingId, resident::ClaimHash};

/// A fresh code and what the office gets to know of it. `None` where the browser has no source of
/// chance.
#[must_use]
pub fn draw() -> Option<(String, ClaimHash)> {
    let code = ClaimHash::code_from(clock::random_bytes()?);
    let hash = ClaimHash::of_code(&code).ok()?;
    Some((code, hash))
}

/// A new slip for a booking: the code on the old one no longer counts. `None` when the device can't
/// keep it, which the shell says.
pub async fn renew(rekam: Rekam, booking: &Booking) -> Option<String> {
    let (code, claim) = draw()?;
    let command = Command::IssueSlip {
        resident: booking.resident,
        claim,
    };
    rekam.append(booking.office, command).await.ok()?;
    let _ = keep(booking.id, &code).await;
    Some(code)
}

fn key(booking: BookingId) -> String {
    format!("slip-{booking}")
}

/// # Errors
/// [`SaveError`] when the device cannot keep it.
pub async fn keep(booking: BookingId, code: &str) -> Result<(), SaveError> {
    drafts::save(&key(booking), &code).await
}

pub async fn load(booking: BookingId) -> Option<String> {
    drafts::load(&key(booking)).await
}

pub async fn forget(booking: BookingId) {
    drafts::remove(&key(booking)).await;
}
