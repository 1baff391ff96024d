//! Takes what devices push: one queue an office, everything that waits in one transaction. Loads in
//! bulk, decides op by op with `shared`, saves in bulk, answers after the commit.

mod attempt;
mod keys;
mod load;
mod queue;
mod retry;
mod run;
mod save;
mod unsaid;

pub use keys::Keys;
pub use queue::Batcher;
pub use retry::retry;

use chrono::{DateTime, Utc};
use serde_json::Value;
use shared::{ids::DeviceId, sync::Pushed};

use crate::store::{devices::TokenHash, standing::Standing};

/// What a device sends, with what the server knows about it.
#[derive(Clone, Debug)]
pub struct Submission {
    pub device: DeviceId,
    pub via: Via,
    pub sent_at: DateTime<Utc>,
    pub declare_gap: bool,
    pub room: Room,
    /// The token of a device that is new: it is registered with its first op.
    pub new: Option<TokenHash>,
    pub ops: Vec<Value>,
}

/// What became of a submission, and what it counts as.
#[derive(Clone, Debug)]
pub struct Taken {
    pub pushed: Pushed,
    /// What had become of the device before.
    pub standing: Standing,
}

/// Whether what is put aside of a submission is kept with what it says. Of staff it always is.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// Where the device is of a verified person.
    pub for_known: bool,
    /// Where nobody knows whose it is.
    pub for_strangers: bool,
}

impl Room {
    pub const ALL: Self = Self {
        for_known: true,
        for_strangers: true,
    };
}

/// Which door a submission came through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    Http,
    /// The server itself: the office's own device.
    System,
}

/// Why a submission was not taken; whatever was not answered stays queued on the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// The database is away, or the server is stopping.
    #[error("the database cannot be reached")]
    Unavailable,
    /// A device that acts for an office itself, from outside.
    #[error("this device may not push")]
    NotAllowed,
    #[error("an op could not even be put aside")]
    Internal,
}
