//! The claim code of a slip: drawn on this device, so that a slip can be printed without a network,
//! and kept here only until it is printed, for seven days at most.

use crate::{
    clock,
    state::{SaveError, drafts},
};
use shared::{ids::BookingId, resident::ClaimHash};

/// A fresh code and what the office gets to know of it. `None` where the browser has no source of
/// chance.
#[must_use]
pub fn draw() -> Option<(String, ClaimHash)> {
    let code = ClaimHash::code_from(clock::random_bytes()?);
    let hash = ClaimHash::of_code(&code).ok()?;
    Some((code, hash))
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
