//! The one place where the server asks for the time and for new ids. Tests set the clock ahead.

use chrono::{DateTime, TimeDelta, Utc};
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};
use uuid::Uuid;

/// Microseconds, as the database keeps times: what is read back equals what was written.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    System,
    /// Microseconds since the epoch, moved by hand.
    Set(Arc<AtomicI64>),
}

impl Clock {
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands until it is moved.
    #[must_use]
    pub fn set_to(at: DateTime<Utc>) -> Self {
        Self(Source::Set(Arc::new(AtomicI64::new(at.timestamp_micros()))))
    }

    /// Moves a set clock; the system's own clock is left alone.
    pub fn advance(&self, by: TimeDelta) {
        if let Source::Set(at) = &self.0 {
            at.fetch_add(by.num_microseconds().unwrap_or(0), Ordering::SeqCst);
        }
    }

    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the home of the clock")]
    pub fn now(&self) -> DateTime<Utc> {
        let micros = match &self.0 {
            Source::System => Utc::now().timestamp_micros(),
            Source::Set(at) => at.load(Ordering::SeqCst),
        };
        DateTime::from_timestamp_micros(micros).unwrap_or_default()
    }

    /// A new id.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the home of new ids")]
    pub fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}
